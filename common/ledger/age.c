// Whole years, by months.
#include "ledger/age.h"

#include "base/date.h"

struct age_birth age_birth_of(int32_t born)
{
	int32_t year, month, day;
	date_to_civil(born, &year, &month, &day);
	return (struct age_birth){ .month = year * 12 + month - 1, .leap = month == 2 && day == 29 };
}

static bool is_leap_year(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t age_month(struct age_birth birth, int32_t years)
{
	int32_t month = birth.month + 12 * years;
	return month + (birth.leap && !is_leap_year(month / 12));
}

int32_t age_at_end(struct age_birth birth, int32_t month)
{
	int32_t months = month - birth.month;
	int32_t years = months >= 0 ? months / 12 : -((11 - months) / 12);
	return years - (age_month(birth, years) > month);
}
