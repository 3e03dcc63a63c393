// Every cell is one question to ledger/figure, so a report can never say anything that the figures
// do not.
#include "ledger/report.h"

enum { MONTHS_PER_YEAR = 12 };

bool report_period_fits(const struct pack_report *report, struct period period)
{
	int32_t months = period.last - period.first + 1;
	return months == (int32_t)report->period && period.first % (int32_t)report->period == 0;
}

struct period report_period_of(const struct pack_report *report, int32_t month)
{
	int32_t first = month - month % (int32_t)report->period;
	return (struct period){ .first = first, .last = first + (int32_t)report->period - 1 };
}

struct period report_span_period(enum report_span span, struct period period)
{
	int32_t months = period.last - period.first + 1;
	int32_t back = span == REPORT_SPAN_BEFORE ? months : span == REPORT_SPAN_LAST_YEAR ? MONTHS_PER_YEAR : 0;
	if (span == REPORT_SPAN_YEAR)
		period.first -= period.first % MONTHS_PER_YEAR;
	return (struct period){ .first = period.first - back, .last = period.last - back };
}

static enum err fill_cell(struct txn *txn, const struct pack *pack, const struct cell_owner *owner, const struct cell_list *extra,
                          struct arena *arena, struct report_cell *cell)
{
	struct figure *figures;
	size_t count;
	if (cell->of.cadence || cell->of.card)
		return cell->figure = (struct figure){ .denominator = 0 }, ERR_OK;
	bool ratio = cell->of.metric->aggregate == METRIC_RATIO;
	cell->figure = (struct figure){ .bucket = cell->of.bucket, .value = 0, .denominator = ratio ? 0 : 1 };
	enum err err = figure_query_with(txn, pack, owner, extra, cell->of.metric, cell->of.dimension, cell->period, arena, &figures,
	                                 &count);
	for (size_t i = 0; !err && i < count; i++)
		if (figures[i].bucket == cell->of.bucket)
			cell->figure = figures[i];
	return err;
}

enum err report_fill(struct txn *txn, const struct pack *pack, const struct pack_report *from,
                     const struct cell_owner *owner, const struct cell_list *extra, struct period period, struct arena *arena,
                     struct report *report)
{
	size_t count = from->row_count * from->column_count;
	enum err err = ERR_OK;
	*report = (struct report){ .pack = from, .period = period, .cells = arena_array(arena, count, sizeof *report->cells) };
	if (!report->cells)
		return ERR_BUDGET;
	for (size_t i = 0; !err && i < count; i++) {
		struct report_cell *cell = &report->cells[i];
		*cell = (struct report_cell){ .period = period };
		const char *wrong = pack_report_cell(&from->rows[i / from->column_count], &from->columns[i % from->column_count],
		                                     &cell->of);
		if (wrong)
			return ERR_MALFORMED; // a pack that was decoded has no such cell
		cell->period = report_span_period(cell->of.span, period);
		err = fill_cell(txn, pack, owner, extra, arena, cell);
	}
	return err;
}
