// A report of the pack → a table of figures of one unit (docs/packs.md, "Reports"). Reads cells only.
#ifndef TRIBUTARY_LEDGER_REPORT_H
#define TRIBUTARY_LEDGER_REPORT_H

#include "ledger/figure.h"
#include "ledger/pack_form.h"

struct report_cell {
	struct pack_report_cell of; // what it speaks of
	struct period period;       // of which months
	struct figure figure;       // of a ratio: both numbers; nothing there reads 0 (of 1, unless a ratio)
};

struct report {
	const struct pack_report *pack;
	struct period period;
	struct report_cell *cells;  // row by row: row_count * column_count
};

// Does the period have the report's length?
bool report_period_fits(const struct pack_report *report, struct period period);
struct period report_span_period(enum report_span span, struct period period);
// The period of the report's length that holds the month.
struct period report_period_of(const struct pack_report *report, int32_t month);

// In the arena, with cells added that do not stand in the store (NULL: none); cells of cadences and scorecards read 0 of 0, since who owes them, and who is scored, stands in the tree (cli/report). Cost: one query of figures for each cell.
enum err report_fill(struct txn *txn, const struct pack *pack, const struct pack_report *from,
                     const struct cell_owner *owner, const struct cell_list *extra, struct period period, struct arena *arena,
                     struct report *report);

#endif
