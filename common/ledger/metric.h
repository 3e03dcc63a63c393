// What one record contributes to the figures: a pure function of the record and the pack, so that
// nothing has to be remembered to take it out again.
//
// A stock metric counts a record from the month of its `from` date (or the record's being there)
// until the month of its `until` date; where a dimension depends on age it moves to the next
// bucket in the month in which the age is reached (age at the end of the month counts). All that
// lies before pack->since counts as of pack->since; a flow before it does not count.
#ifndef TRIBUTARY_LEDGER_METRIC_H
#define TRIBUTARY_LEDGER_METRIC_H

#include "ledger/cell.h"
#include "ledger/record.h"

// Adds `sign` times the record's contributions to all metrics of its kind.
enum err metric_contribute(const struct pack *pack, const struct record *record, int sign, struct cell_batch *batch);

// The same for one metric, for proofs (org/proof).
enum err metric_contribute_one(const struct pack *pack, const struct pack_metric *metric, const struct record *record,
                               int sign, struct cell_batch *batch);

// Months, of which the last is not in it.
struct metric_window {
	int32_t from, until;
};

// Does a record of this kind pass all of the filters, and at the end of which months? (Those on time that
// has passed hold from one month on, or up to one; the others always or never.)
bool metric_passes(const struct pack_kind *kind, const struct pack_filter *filters, size_t count,
                   const struct record *record, struct metric_window *window);

// The fields that a metric reads, for judging whether an entry matters to it.
bool metric_reads(const struct pack_metric *metric, uint8_t field);

#endif
