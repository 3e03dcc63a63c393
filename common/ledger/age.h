// Ages move on: at the end of which month so many years are reached. The calendar is asked once a birth;
// from then on months are counted.
#ifndef TRIBUTARY_LEDGER_AGE_H
#define TRIBUTARY_LEDGER_AGE_H

#include <stdbool.h>
#include <stdint.h>

struct age_birth {
	int32_t month; // index
	bool leap;     // on 29 February, which common years lack: the year is full in March
};

struct age_birth age_birth_of(int32_t born); // a day
// The month at whose end `years` are reached: as date_years_between(born, date_month_end(month)).
int32_t age_month(struct age_birth birth, int32_t years);
int32_t age_at_end(struct age_birth birth, int32_t month); // of that month; negative before birth

#endif
