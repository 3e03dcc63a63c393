// Days and months by arithmetic alone (Hinnant, "chrono-compatible low-level date algorithms",
// 2013): a year that begins in March has its leap day last, and 400 years are 146,097 days.
#include "base/date.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	DAYS_PER_ERA = 146097,
	DAYS_TO_1970 = 719468, // from 0000-03-01
	MS_PER_MINUTE = 60 * 1000,
	MS_PER_DAY = 24 * 60 * MS_PER_MINUTE,
};

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

int32_t date_from_civil(int32_t year, int32_t month, int32_t day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (int32_t)(era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970);
}

void date_to_civil(int32_t days, int32_t *year, int32_t *month, int32_t *day)
{
	int64_t z = (int64_t)days + DAYS_TO_1970;
	int64_t era = floor_div(z, DAYS_PER_ERA);
	int64_t day_of_era = z - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * day_of_year + 2) / 153;
	*day = (int32_t)(day_of_year - (153 * from_march + 2) / 5 + 1);
	*month = (int32_t)(from_march < 10 ? from_march + 3 : from_march - 9);
	*year = (int32_t)(year_of_era + era * 400 + (*month <= 2));
}

int32_t date_month(int32_t days)
{
	int32_t year, month, day;
	date_to_civil(days, &year, &month, &day);
	return year * 12 + month - 1;
}

int32_t date_month_end(int32_t month)
{
	int64_t next = (int64_t)month + 1;
	int32_t year = (int32_t)floor_div(next, 12);
	return date_from_civil(year, (int32_t)(next - (int64_t)year * 12) + 1, 1) - 1;
}

int32_t date_of_ms(uint64_t ms_since_1970, int32_t offset_minutes)
{
	// What another's clock said may be anything; past the last day that we know it is that day.
	const int64_t last = (int64_t)date_from_civil(DATE_YEAR_MAX, 12, 31);
	if (ms_since_1970 / MS_PER_DAY >= (uint64_t)last)
		return (int32_t)last;
	int64_t local = (int64_t)ms_since_1970 + (int64_t)offset_minutes * MS_PER_MINUTE;
	return (int32_t)floor_div(local, MS_PER_DAY);
}

static bool year_is_known(int32_t year)
{
	return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX;
}

// Reading: the forms are a table of what stands after the year, the month and the day.

struct form {
	const char *after_year;
	const char *after_month;
	const char *after_day;
	size_t digits_min; // of month and day
};

static const struct form day_forms[] = {
	{ .after_year = "-", .after_month = "-", .after_day = "", .digits_min = 1 },
	{ .after_year = "/", .after_month = "/", .after_day = "", .digits_min = 1 },
	{ .after_year = ".", .after_month = ".", .after_day = "", .digits_min = 1 },
	{ .after_year = "年", .after_month = "月", .after_day = "日", .digits_min = 1 },
	{ .after_year = "", .after_month = "", .after_day = "", .digits_min = 2 },
};

static const struct form month_forms[] = {
	{ .after_year = "-", .after_month = "", .digits_min = 1 },
	{ .after_year = "/", .after_month = "", .digits_min = 1 },
	{ .after_year = ".", .after_month = "", .digits_min = 1 },
	{ .after_year = "年", .after_month = "月", .digits_min = 1 },
	{ .after_year = "", .after_month = "", .digits_min = 2 },
};

static bool take_number(struct span *text, size_t digits_min, size_t digits_max, int32_t *number)
{
	size_t digits = 0;
	*number = 0;
	while (digits < digits_max && digits < text->size && text->data[digits] >= '0' && text->data[digits] <= '9')
		*number = *number * 10 + (text->data[digits++] - '0');
	*text = span_of(text->data + digits, text->size - digits);
	return digits >= digits_min;
}

static bool take_text(struct span *text, const char *what)
{
	struct span expected = span_string(what);
	if (!span_starts(*text, expected))
		return false;
	*text = span_of(text->data + expected.size, text->size - expected.size);
	return true;
}

// *day stays untouched when the form has none.
static bool take_form(struct span text, const struct form *form, int32_t *year, int32_t *month, int32_t *day)
{
	if (!take_number(&text, 4, 4, year) || !take_text(&text, form->after_year))
		return false;
	if (!take_number(&text, form->digits_min, 2, month) || !take_text(&text, form->after_month))
		return false;
	if (!form->after_day)
		return text.size == 0;
	return take_number(&text, form->digits_min, 2, day) && take_text(&text, form->after_day) && text.size == 0;
}

enum err date_parse(struct span text, int32_t *days)
{
	int32_t year, month, day;
	size_t form = 0, forms = sizeof day_forms / sizeof day_forms[0];
	if (text.size == 0)
		return ERR_MALFORMED;
	while (form < forms && !take_form(text, &day_forms[form], &year, &month, &day))
		form++;
	if (form == forms)
		return ERR_MALFORMED;
	if (!year_is_known(year) || month < 1 || month > 12 || day < 1)
		return ERR_RANGE;
	int32_t found = date_from_civil(year, month, day);
	if (found > date_month_end(year * 12 + month - 1))
		return ERR_RANGE; // 30 February
	*days = found;
	return ERR_OK;
}

enum err date_parse_month(struct span text, int32_t *index)
{
	int32_t year, month;
	size_t form = 0, forms = sizeof month_forms / sizeof month_forms[0];
	if (text.size == 0)
		return ERR_MALFORMED;
	while (form < forms && !take_form(text, &month_forms[form], &year, &month, NULL))
		form++;
	if (form == forms)
		return ERR_MALFORMED;
	if (!year_is_known(year) || month < 1 || month > 12)
		return ERR_RANGE;
	*index = year * 12 + month - 1;
	return ERR_OK;
}

// Writing. Records hold what their writers put there: a number that is no date shows as zeros.

static void put_digits(char *to, int32_t number, size_t digits)
{
	while (digits--) {
		to[digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

void date_format(int32_t days, char text[static DATE_TEXT_BYTES])
{
	int32_t year, month, day;
	date_to_civil(days, &year, &month, &day);
	memcpy(text, "0000-00-00", DATE_TEXT_BYTES);
	if (!year_is_known(year))
		return;
	put_digits(text, year, 4);
	put_digits(text + 5, month, 2);
	put_digits(text + 8, day, 2);
}

static bool month_is_known(int32_t month)
{
	return month >= DATE_YEAR_MIN * 12 && month < (DATE_YEAR_MAX + 1) * 12;
}

void date_format_month(int32_t month, char text[static PERIOD_TEXT_BYTES])
{
	memcpy(text, "0000-00", sizeof "0000-00");
	if (!month_is_known(month))
		return;
	put_digits(text, month / 12, 4);
	put_digits(text + 5, month % 12 + 1, 2);
}

// Periods.

static bool parse_year(struct span text, struct period *period)
{
	int32_t year;
	if (!take_number(&text, 4, 4, &year) || text.size)
		return false;
	*period = (struct period){ .first = year * 12, .last = year * 12 + 11 };
	return true;
}

static bool parse_quarter(struct span text, struct period *period)
{
	int32_t year, quarter;
	if (!take_number(&text, 4, 4, &year) || !take_text(&text, "Q"))
		return false;
	if (!take_number(&text, 1, 1, &quarter) || text.size || quarter < 1 || quarter > 4)
		return false;
	*period = (struct period){ .first = year * 12 + 3 * (quarter - 1), .last = year * 12 + 3 * quarter - 1 };
	return true;
}

static bool parse_half(struct span text, struct period *period)
{
	int32_t year, half;
	if (!take_number(&text, 4, 4, &year) || !take_text(&text, "H"))
		return false;
	if (!take_number(&text, 1, 1, &half) || text.size || half < 1 || half > 2)
		return false;
	*period = (struct period){ .first = year * 12 + 6 * (half - 1), .last = year * 12 + 6 * half - 1 };
	return true;
}

// "2026-03": two digits, as period_format writes it.
static bool parse_month(struct span text, struct period *period)
{
	int32_t year, month;
	if (!take_number(&text, 4, 4, &year) || !take_text(&text, "-"))
		return false;
	if (!take_number(&text, 2, 2, &month) || text.size || month < 1 || month > 12)
		return false;
	*period = (struct period){ .first = year * 12 + month - 1, .last = year * 12 + month - 1 };
	return true;
}

enum err period_parse(const char *text, struct period *period)
{
	struct span all = span_string(text);
	struct period found;
	if (!parse_month(all, &found) && !parse_quarter(all, &found) && !parse_half(all, &found) && !parse_year(all, &found))
		return ERR_MALFORMED;
	if (!month_is_known(found.first) || !month_is_known(found.last))
		return ERR_RANGE;
	*period = found;
	return ERR_OK;
}

void period_format(struct period period, char text[static PERIOD_TEXT_BYTES])
{
	int64_t months = (int64_t)period.last - period.first + 1;
	date_format_month(period.first, text);
	if (!month_is_known(period.first) || !month_is_known(period.last) || months == 1)
		return;
	if (months == 12 && period.first % 12 == 0) {
		text[4] = '\0';
	} else if (months == 3 && period.first % 3 == 0) {
		text[4] = 'Q';
		text[5] = (char)('1' + period.first % 12 / 3);
		text[6] = '\0';
	} else if (months == 6 && period.first % 6 == 0) {
		text[4] = 'H';
		text[5] = (char)('1' + period.first % 12 / 6);
		text[6] = '\0';
	} else {
		// Neither month, quarter, half-year nor year: "2026-03+5" is March and the five months after it.
		snprintf(text + 7, PERIOD_TEXT_BYTES - 7, "+%d", (int)(period.last - period.first));
	}
}

int32_t date_years_between(int32_t born, int32_t on)
{
	int32_t year[2], month[2], day[2];
	date_to_civil(born, &year[0], &month[0], &day[0]);
	date_to_civil(on, &year[1], &month[1], &day[1]);
	bool not_yet = month[1] < month[0] || (month[1] == month[0] && day[1] < day[0]);
	return year[1] - year[0] - not_yet;
}
