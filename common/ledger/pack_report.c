// The reports of a pack being decoded: every cell of every table must have its figure.
#include "ledger/pack_form.h"

#include "base/limits.h"
#include "ledger/pack_check.h"
#include "ledger/pack_duty.h"
#include "ledger/pack_score.h"

static bool dimension_bucket(const struct pack_dimension *dimension, const char *name, uint16_t *bucket)
{
	for (size_t i = 0; i < dimension->band_count; i++)
		if (strcmp(dimension->bands[i].name, name) == 0)
			return *bucket = dimension->bands[i].code, true;
	for (size_t i = 0; dimension->band_count == 0 && i < dimension->cut->option_count; i++)
		if (strcmp(dimension->cut->options[i].name, name) == 0)
			return *bucket = dimension->cut->options[i].code, true;
	return false;
}

static bool speaks(const struct pack_report_line *line)
{
	return line->metric || line->cadence || line->card;
}

static const char *score_cell(const struct pack_report_line *names, const struct pack_report_line *cut, struct pack_report_cell *cell)
{
	if (cut)
		return "a scorecard is not cut by a dimension";
	if (cell->span == REPORT_SPAN_YEAR)
		return "a scorecard has no figure from January on";
	for (size_t i = 0; i < cell->card->band_count; i++)
		if (strcmp(cell->card->bands[i].name, names->bucket) == 0)
			cell->band = &cell->card->bands[i];
	return *names->bucket && !cell->band ? "the scorecard has no such band" : NULL;
}

const char *pack_report_cell(const struct pack_report_line *row, const struct pack_report_line *column,
                             struct pack_report_cell *cell)
{
	const struct pack_report_line *cut = *row->dimension ? row : column;
	const struct pack_report_line *names = speaks(row) ? row : column;
	bool rows = speaks(row), columns = speaks(column);
	if (rows == columns)
		return rows ? "both name a metric" : "neither names a metric";
	if (*row->dimension && *column->dimension)
		return "both name a dimension";
	if (row->span && column->span)
		return "both name a span";
	*cell = (struct pack_report_cell){
		.metric = names->metric,
		.cadence = names->cadence,
		.card = names->card,
		.span = row->span ? row->span : column->span ? column->span : REPORT_SPAN_PERIOD,
	};
	if (cell->card)
		return score_cell(names, *cut->dimension ? cut : NULL, cell);
	if (!*cut->dimension)
		return NULL;
	if (cell->cadence)
		return "a cadence is not cut by a dimension";
	cell->dimension = pack_dimension_by_name(cell->metric, cut->dimension);
	if (!cell->dimension)
		return "the metric has no such dimension";
	return dimension_bucket(cell->dimension, cut->bucket, &cell->bucket) ? NULL : "the dimension has no such bucket";
}

static const struct pack_cadence *cadence_by_number(const struct pack *pack, uint32_t number)
{
	for (size_t i = 0; i < pack->cadence_count; i++)
		if (pack->cadences[i].number == number)
			return &pack->cadences[i];
	return NULL;
}

static const struct pack_scorecard *card_by_number(const struct pack *pack, uint32_t number)
{
	for (size_t i = 0; i < pack->scorecard_count; i++)
		if (pack->scorecards[i].number == number && !pack->scorecards[i].points)
			return &pack->scorecards[i];
	return NULL;
}

static void decode_line(struct pack_check *check, const struct pack_place *place, const Tributary__PackReportLine *from,
                        const struct pack *pack, struct pack_report_line *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "span", from->span, REPORT_SPAN_NONE, REPORT_SPAN_END - 1);
	*to = (struct pack_report_line){
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.metric = pack_metric_by_number(pack, from->metric),
		.cadence = cadence_by_number(pack, from->cadence),
		.card = card_by_number(pack, from->scorecard),
		.dimension = from->dimension,
		.bucket = from->bucket,
		.span = (enum report_span)from->span,
	};
	if (from->metric && !to->metric)
		pack_check_refuse(check, ERR_MALFORMED, place, "metric: the pack has no metric %u", (unsigned)from->metric);
	if (from->cadence && (!to->cadence || from->metric))
		pack_check_refuse(check, ERR_MALFORMED, place, "cadence: the pack has no cadence %u, or a metric stands beside it",
		                  (unsigned)from->cadence);
	if (from->scorecard && (!to->card || from->metric || from->cadence))
		pack_check_refuse(check, ERR_MALFORMED, place, "scorecard: the pack has no scorecard of units %u, or something stands beside it",
		                  (unsigned)from->scorecard);
	if (!from->scorecard && !*from->dimension != !*from->bucket)
		pack_check_refuse(check, ERR_MALFORMED, place, "dimension and bucket stand together");
}

// Titles may repeat (women, women), names not: programs read by them.
static const struct pack_report_line *decode_lines(struct pack_check *check, const struct pack_place *place,
                                                   const char *what, Tributary__PackReportLine **from, size_t count,
                                                   const struct pack *pack)
{
	struct pack_report_line *lines = pack_check_list(check, place, what, count, PACK_REPORT_LINES_MAX, sizeof *lines);
	struct pack_word *words = pack_check_list(check, place, what, count, PACK_REPORT_LINES_MAX, sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = place, .list = what, .name = from[i]->name, .index = i };
		decode_line(check, &at, from[i], pack, &lines[i]);
		words[i] = (struct pack_word){ .text = from[i]->name, .owner = i };
	}
	pack_check_words(check, place, words, count);
	return lines;
}

static bool has_length(const struct pack_scorecard *card, enum report_period period)
{
	return card->months == (int)period || (period == REPORT_YEAR && card->weight_count);
}

static void check_cells(struct pack_check *check, const struct pack_place *place, const struct pack_report *report)
{
	struct pack_report_cell cell;
	for (size_t c = 0; c < report->column_count; c++)
		if (strcmp(report->columns[c].name, "unit") == 0 || strcmp(report->columns[c].name, "row") == 0)
			pack_check_refuse(check, ERR_MALFORMED, place, "no column is called unit or row: they are there already");
	if (report->row_count == 0 || report->column_count == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "a report has rows and columns");
	else if (report->row_count * report->column_count > PACK_REPORT_CELLS_MAX)
		pack_check_refuse(check, ERR_RANGE, place, "a report has at most %d cells", PACK_REPORT_CELLS_MAX);
	for (size_t r = 0; !check->err && r < report->row_count; r++)
		for (size_t c = 0; !check->err && c < report->column_count; c++) {
			const char *wrong = pack_report_cell(&report->rows[r], &report->columns[c], &cell);
			if (!wrong && cell.card && !has_length(cell.card, report->period))
				wrong = "the scorecard is for periods of another length";
			if (wrong)
				pack_check_refuse(check, ERR_MALFORMED, place, "row \"%s\", column \"%s\": %s", report->rows[r].name,
				                  report->columns[c].name, wrong);
		}
}

static bool period_known(uint32_t period)
{
	return period == REPORT_MONTH || period == REPORT_QUARTER || period == REPORT_HALF_YEAR || period == REPORT_YEAR;
}

static void decode_report(struct pack_check *check, const struct pack_place *place, const Tributary__PackReport *from,
                          const struct pack *pack, struct pack_report *to)
{
	pack_check_name(check, place, from->name);
	if (!period_known(from->period))
		pack_check_refuse(check, ERR_RANGE, place, "period %u is none of 1, 3, 6, 12 months", (unsigned)from->period);
	*to = (struct pack_report){
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.period = (enum report_period)from->period,
		.row_count = from->n_rows,
		.column_count = from->n_columns,
		.rows = decode_lines(check, place, "rows", from->rows, from->n_rows, pack),
		.columns = decode_lines(check, place, "columns", from->columns, from->n_columns, pack),
	};
	if (!check->err)
		check_cells(check, place, to);
}

void pack_check_reports(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_reports, cells = 0;
	struct pack_report *reports = pack_check_list(check, NULL, "reports", count, PACK_REPORTS_MAX, sizeof *reports);
	struct pack_word *words = pack_check_list(check, NULL, "reports", count, PACK_REPORTS_MAX, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = NULL, .list = "reports", .name = from->reports[i]->name, .index = i };
		cells += from->reports[i]->n_rows * from->reports[i]->n_columns;
		if (cells > PACK_REPORT_CELLS_ALL)
			pack_check_refuse(check, ERR_RANGE, &at, "all reports together have at most %d cells", PACK_REPORT_CELLS_ALL);
		decode_report(check, &at, from->reports[i], to, &reports[i]);
		words[3 * i] = (struct pack_word){ .text = reports[i].name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = from->reports[i]->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = from->reports[i]->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->report_count = count;
	to->reports = reports;
}

const struct pack_report *pack_report_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->report_count; i++) {
		const struct pack_report *report = &pack->reports[i];
		if (strcmp(report->name, name) == 0 || strcmp(report->title.zh, name) == 0 || strcmp(report->title.en, name) == 0)
			return report;
	}
	return NULL;
}

const char *pack_report_period_name(enum report_period period)
{
	switch (period) {
	case REPORT_MONTH: return "month";
	case REPORT_QUARTER: return "quarter";
	case REPORT_HALF_YEAR: return "half_year";
	case REPORT_YEAR: return "year";
	}
	return "?";
}
