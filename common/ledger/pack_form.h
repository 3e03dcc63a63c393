// The parts of a pack that people look at: forms (the order in which a kind's fields are asked for)
// and reports (tables of figures). Decoded with the rest of the pack, then read-only.
#ifndef TRIBUTARY_LEDGER_PACK_FORM_H
#define TRIBUTARY_LEDGER_PACK_FORM_H

#include "ledger/pack.h"

#define PACK_REPORTS_MAX     64
#define PACK_REPORT_LINES_MAX 200 // rows or columns of one report
#define PACK_REPORT_CELLS_MAX 4096
#define PACK_REPORT_CELLS_ALL 16384 // of all reports together: each is looked up when a pack is decoded
#define PACK_FORM_GROUPS_MAX  64

struct pack_form_group {
	struct title title;
	size_t field_count;
	const struct pack_field *const *fields;
};

struct pack_form {
	const struct pack_kind *kind;
	size_t group_count;
	const struct pack_form_group *groups;
};

// How long the period of a report is, in months: what it is printed for.
enum report_period { REPORT_MONTH = 1, REPORT_QUARTER = 3, REPORT_HALF_YEAR = 6, REPORT_YEAR = 12 };

// Which months a cell speaks of, seen from the period that is asked for.
//        name       no  months
#define REPORT_SPANS(X)                                               \
	X(PERIOD,    1, "the period itself")                          \
	X(YEAR,      2, "from January to the end of the period")      \
	X(BEFORE,    3, "the period before it, as long")              \
	X(LAST_YEAR, 4, "the same months a year earlier")

enum report_span {
	REPORT_SPAN_NONE,
#define REPORT_SPAN_ENUM(name, number, months) REPORT_SPAN_##name = number,
	REPORT_SPANS(REPORT_SPAN_ENUM)
#undef REPORT_SPAN_ENUM
	REPORT_SPAN_END
};

// One row or column. For every row and column together: exactly one of them names the metric or cadence, at
// most one a part of a dimension that this metric has, at most one a span.
struct pack_report_line {
	const char *name;
	struct title title;
	const struct pack_metric *metric; // NULL: the other's
	const struct pack_cadence *cadence; // instead of a metric: how many units met it, of how many
	const struct pack_scorecard *card;  // instead of a metric: the unit's total; with a bucket, units in that band
	const char *dimension, *bucket;   // by name, since the metric may be the other's; empty: none
	enum report_span span;            // REPORT_SPAN_NONE: the other's, or the period
};

struct pack_report {
	const char *name;
	struct title title;
	enum report_period period;
	size_t row_count, column_count;
	const struct pack_report_line *rows, *columns;
};

// What stands in one cell.
struct pack_report_cell {
	const struct pack_metric *metric;       // NULL: the cadence, or the scorecard
	const struct pack_cadence *cadence;     // whose n stands in the charter: not filled here (ledger/report.h)
	const struct pack_scorecard *card;      // whose points are computed at the asking: not filled here
	const struct pack_score_band *band;     // NULL: the total
	const struct pack_dimension *dimension; // NULL: the total
	uint16_t bucket;
	enum report_span span;
};
// NULL, or what is wrong with a cell of this row and this column (never of a pack that was decoded).
const char *pack_report_cell(const struct pack_report_line *row, const struct pack_report_line *column,
                             struct pack_report_cell *cell);

const struct pack_form *pack_form_of(const struct pack *pack, const struct pack_kind *kind); // NULL: none
// The title of the group in which a field stands; NULL: in none.
const struct title *pack_form_title(const struct pack *pack, const struct pack_kind *kind, const struct pack_field *field);

const struct pack_report *pack_report_by_name(const struct pack *pack, const char *name); // or title
const char *pack_report_period_name(enum report_period period); // "month"

#endif
