// What the files of metrics share: reading a record's values.
#ifndef TRIBUTARY_LEDGER_METRIC_INSIDE_H
#define TRIBUTARY_LEDGER_METRIC_INSIDE_H

#include "ledger/metric.h"

// The value shown of a plain field; false: none of that form, or none that a calendar has.
bool metric_number(const struct record *record, uint8_t field, int64_t *number);
bool metric_day(const struct record *record, uint8_t field, int32_t *day);
bool metric_month(const struct pack_kind *kind, const struct record *record, uint8_t field, int32_t *month);

#endif
