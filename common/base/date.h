// Civil dates and periods as integers. No time zone, no locale, no clock.
//   day    days since 1970-01-01 (proleptic Gregorian)
//   month  year * 12 + (month - 1); quarters and years are ranges of months
#ifndef TRIBUTARY_BASE_DATE_H
#define TRIBUTARY_BASE_DATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

#define DATE_TEXT_BYTES   11 // "2026-03-05"
#define PERIOD_TEXT_BYTES 16 // "2026-03", "2026Q1", "2026H1", "2026"

#define DATE_YEAR_MIN 1800
#define DATE_YEAR_MAX 2999

// The months [first, last] of a month, a quarter, a half-year or a year.
struct period {
	int32_t first;
	int32_t last; // inclusive
};

int32_t date_from_civil(int32_t year, int32_t month, int32_t day);
void date_to_civil(int32_t days, int32_t *year, int32_t *month, int32_t *day);
int32_t date_month(int32_t days);          // the month index the day lies in
int32_t date_month_end(int32_t month);     // the last day of a month index
int32_t date_of_ms(uint64_t ms_since_1970, int32_t offset_minutes);

// "2026-03-05", also "2026/3/5", "2026.3.5", "20260305" and "2026年3月5日", as spreadsheets give them.
enum err date_parse(struct span text, int32_t *days);
void date_format(int32_t days, char text[static DATE_TEXT_BYTES]);

// "2026-03", also "2026/3", "2026年3月" and "202603".
enum err date_parse_month(struct span text, int32_t *month);
void date_format_month(int32_t month, char text[static PERIOD_TEXT_BYTES]);

enum err period_parse(const char *text, struct period *period); // "2026-03" | "2026Q1" | "2026H1" | "2026"
void period_format(struct period period, char text[static PERIOD_TEXT_BYTES]);

// Whole years between two days: the age on `on` of one born on `born`.
int32_t date_years_between(int32_t born, int32_t on);

#endif
