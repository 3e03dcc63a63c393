// A report as a table for people, as --json and as a spreadsheet: one walk over its cells for all three.
#include "cli/report.h"

#include "cli/compliance.h"
#include "cli/figures.h"
#include "cli/figures_standing.h"
#include "cli/score.h"
#include "cli/sheet.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/machine.h"
#include "ledger/report.h"

static const struct output_column list_columns[] = {
	{ .key = "report", .heading = PHRASE_HEAD_REPORT },
	{ .key = "title", .heading = PHRASE_HEAD_NAME },
	{ .key = "period", .heading = PHRASE_HEAD_PERIOD },
	{ .key = "rows", .heading = PHRASE_HEAD_ROWS, .number = true },
	{ .key = "columns", .heading = PHRASE_HEAD_COLUMNS, .number = true },
};

struct sheet {
	struct command *command;
	struct boundary boundary;
	const struct pack_report *report;
	struct period period;
	char period_text[PERIOD_TEXT_BYTES];
	struct id unit;
	bool by_child, titled;        // a column for the unit; one for the row
	struct output_column *columns;
	size_t column_count;
	struct output_table *table;   // NULL: into `csv`
	struct buf csv;
	bool row_begun;               // in the csv
	json_t *rows, *row;           // for a workbook
};

// ---- One cell, whatever it is printed into ----

static void put_text(struct sheet *sheet, const char *text, json_t *value)
{
	if (sheet->rows) {
		json_array_append_new(sheet->row, value);
		return;
	}
	if (sheet->table) {
		output_value(sheet->table, text, value);
		return;
	}
	json_decref(value);
	csv_put(&sheet->csv, !sheet->row_begun, span_string(text));
	sheet->row_begun = true;
}

static void put_ratio(struct sheet *sheet, const struct figure *figure)
{
	char percent[FIGURES_PERCENT_BYTES], text[FIGURES_PERCENT_BYTES + 48];
	figures_percent(figure, percent);
	snprintf(text, sizeof text, "%s%s%lld/%lld", percent, *percent ? " " : "", (long long)figure->value,
	         (long long)figure->denominator);
	put_text(sheet, text, json_pack("{s:I,s:I}", "value", (json_int_t)figure->value, "denominator",
	                                (json_int_t)figure->denominator));
}

// A total in points, nothing where it is not known; or how many units stand in a band.
static void put_score(struct sheet *sheet, const struct report_cell *cell)
{
	char text[24];
	bool known = cell->of.band || cell->figure.denominator;
	snprintf(text, sizeof text, "%lld", (long long)cell->figure.value);
	if (sheet->rows && known && !cell->of.band) { // hundredths, as amounts are
		put_text(sheet, NULL, json_pack("{s:I}", "amount", (json_int_t)cell->figure.value));
		return;
	}
	put_text(sheet, !known ? NULL : cell->of.band ? text : score_points_text(sheet->command, cell->figure.value),
	         known ? json_integer(cell->figure.value) : json_null());
}

static void put_cell(struct sheet *sheet, const struct report_cell *cell)
{
	const struct pack_metric *metric = cell->of.metric;
	const struct pack_field *summed = metric ? figures_money(metric) : NULL;
	struct value value = { .form = VALUE_IS_NUMBER, .number = cell->figure.value };
	char text[24];
	if (cell->of.card) {
		put_score(sheet, cell);
		return;
	}
	if (!metric || metric->aggregate == METRIC_RATIO) {
		put_ratio(sheet, &cell->figure);
		return;
	}
	snprintf(text, sizeof text, "%lld", (long long)value.number);
	if (sheet->rows && summed) {
		put_text(sheet, NULL, json_pack("{s:I}", "amount", (json_int_t)value.number));
		return;
	}
	put_text(sheet, summed ? lookup_text(&sheet->command->look, summed, &value) : text, json_integer(value.number));
}

// ---- Rows ----

// Who owes a cadence stands in the tree.
static enum err fill_cadences(struct sheet *sheet, const struct boundary_sight *sight, struct report *report)
{
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < report->pack->row_count * report->pack->column_count; i++) {
		struct report_cell *cell = &report->cells[i];
		struct compliance compliance;
		if (!cell->of.cadence)
			continue;
		err = compliance_of(&sheet->boundary, sight, cell->of.cadence, cell->period, &compliance);
		cell->figure.value = compliance.met;
		cell->figure.denominator = compliance.expected;
	}
	return err;
}

// As a ranking has it, at the branch as well: of a unit its own total; of it and those below it, how many are in a band.
// Who stands apart there (has not reported, is not assessed or approved yet) has no total and is in no band.
static enum err fill_score(struct sheet *sheet, const struct id *unit, struct report_cell *cell)
{
	struct command *command = sheet->command;
	struct score_rank *ranks;
	size_t count;
	const struct ranking_request request = {
		.txn = &command->txn, .pack = command->pack, .card = cell->of.card, .unit = *unit, .period = cell->period,
		.month = date_month(machine_today()), .tree = sheet->boundary.tree,
	};
	enum err err = ranking_compute(&request, &command->arena, &ranks, &count);
	for (size_t i = 0; i < count && !err; i++) {
		bool own = id_equal(&ranks[i].unit, unit);
		if (ranks[i].apart || (cell->of.band ? ranks[i].band != cell->of.band : !own))
			continue;
		cell->figure.value += cell->of.band ? 1 : ranks[i].total;
		cell->figure.denominator = 1;
	}
	return err;
}

static enum err fill_scores(struct sheet *sheet, const struct id *unit, struct report *report)
{
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < report->pack->row_count * report->pack->column_count; i++)
		if (report->cells[i].of.card)
			err = fill_score(sheet, unit, &report->cells[i]);
	return err;
}

static enum err put_unit(struct sheet *sheet, const struct id *unit)
{
	struct command *command = sheet->command;
	struct boundary_sight sight;
	const struct pack_report *from = sheet->report;
	struct report report;
	enum err err = boundary_of(&sheet->boundary, unit, &sight);
	if (!err)
		err = report_fill(&command->txn, command->pack, from, &sight.owner, sight.extra, sheet->period, &command->arena, &report);
	if (!err)
		err = fill_cadences(sheet, &sight, &report);
	if (!err)
		err = fill_scores(sheet, unit, &report);
	for (size_t r = 0; !err && r < from->row_count; r++) {
		const char *name = lookup_unit_name(&command->look, unit);
		sheet->row = sheet->rows ? json_array() : NULL;
		if (sheet->by_child)
			put_text(sheet, name, json_string(name));
		if (sheet->titled)
			put_text(sheet, lookup_title(&from->rows[r].title, from->rows[r].name),
			         json_string(sheet->rows ? lookup_title(&from->rows[r].title, from->rows[r].name) : from->rows[r].name));
		for (size_t c = 0; c < from->column_count; c++)
			put_cell(sheet, &report.cells[r * from->column_count + c]);
		if (sheet->rows)
			json_array_append_new(sheet->rows, sheet->row);
		else if (!sheet->table)
			csv_end_row(&sheet->csv);
		sheet->row_begun = false;
	}
	return err;
}

static enum err put_child(void *context, const struct charter_unit *row)
{
	return put_unit(context, &row->unit);
}

static enum err put_all(struct sheet *sheet)
{
	int32_t day = boundary_day(&sheet->boundary, sheet->period.last);
	enum err err = sheet->by_child ? charter_children_on(&sheet->command->txn, &sheet->unit, day, put_child, sheet) : ERR_OK;
	if (!err)
		err = put_unit(sheet, &sheet->unit);
	boundary_tell(&sheet->boundary);
	return err;
}

// ---- Headings ----

static bool is_workbook(const char *path)
{
	size_t size = path ? strlen(path) : 0;
	return size > 5 && strcmp(path + size - 5, ".xlsx") == 0;
}

static bool choose_columns(struct sheet *sheet)
{
	const struct pack_report *from = sheet->report;
	struct output_column *columns = arena_array(&sheet->command->arena, from->column_count + 2, sizeof *columns);
	size_t count = 0;
	sheet->titled = (sheet->command->call->json && !is_workbook(verb_value(sheet->command->call, "out"))) || from->row_count > 1 || !sheet->by_child;
	if (!columns)
		return false;
	if (sheet->by_child)
		columns[count++] = (struct output_column){ .key = "unit", .heading = PHRASE_HEAD_UNIT };
	if (sheet->titled)
		columns[count++] = (struct output_column){ .key = "row", .heading = PHRASE_HEAD_ROW };
	for (size_t c = 0; c < from->column_count; c++)
		columns[count++] = (struct output_column){
			.key = from->columns[c].name, .number = true,
			.title = lookup_title(&from->columns[c].title, from->columns[c].name) };
	sheet->columns = columns;
	sheet->column_count = count;
	return true;
}

static void head_csv(struct sheet *sheet)
{
	csv_begin(&sheet->csv);
	for (size_t c = 0; c < sheet->column_count; c++) {
		const struct output_column *column = &sheet->columns[c];
		put_text(sheet, column->title ? column->title : phrase_text(column->heading), NULL);
	}
	csv_end_row(&sheet->csv);
	sheet->row_begun = false;
}

static enum err stand(struct sheet *sheet, struct figures_standing *standing)
{
	struct boundary uncounted = sheet->boundary; // what is missing is told with the rows
	struct boundary_sight sight;
	enum err err = boundary_of(&uncounted, &sheet->unit, &sight);
	return err ? err : figures_standing_of(&uncounted, &sight, sheet->period, standing);
}

static enum err head_table(struct sheet *sheet)
{
	struct command *command = sheet->command;
	struct figures_standing standing;
	const char *title = lookup_title(&sheet->report->title, sheet->report->name);
	const char *path = lookup_unit_path(&command->look, &sheet->unit);
	enum err err = stand(sheet, &standing);
	if (err)
		return err;
	output_fact(sheet->table, "report", json_string(sheet->report->name));
	output_fact(sheet->table, "title", json_string(title));
	output_fact(sheet->table, "period", json_string(sheet->period_text));
	output_fact(sheet->table, "unit", json_string(lookup_short(&command->look, &sheet->unit)));
	output_fact(sheet->table, "path", json_string(path));
	err = boundary_facts_of(&sheet->boundary, &sheet->unit, sheet->table);
	output_fact(sheet->table, "reporting", json_integer(standing.reporting));
	output_fact(sheet->table, "expected", json_integer(standing.expected));
	output_fact(sheet->table, "revision", json_integer(standing.revision));
	output_fact(sheet->table, "pack", json_pack("[ii]", (int)standing.pack_least, (int)standing.pack_most));
	if (err || command->call->json)
		return err;
	char k[24], n[24];
	snprintf(k, sizeof k, "%lld", (long long)standing.reporting);
	snprintf(n, sizeof n, "%lld", (long long)standing.expected);
	phrase_line(stdout, PHRASE_REPORT_OF, PHRASE_WITH(title, path, sheet->period_text));
	phrase_line(stdout, PHRASE_REPORTING_OF, PHRASE_WITH(k, standing.expected < 0 ? "?" : n));
	return ERR_OK;
}

// ---- What is asked ----

static int list_reports(struct command *command)
{
	struct output_table *table = command_table(command, "reports", list_columns, sizeof list_columns / sizeof *list_columns);
	for (size_t i = 0; table && i < command->pack->report_count; i++) {
		const struct pack_report *report = &command->pack->reports[i];
		output_text(table, report->name);
		output_text(table, lookup_title(&report->title, report->name));
		output_text(table, pack_report_period_name(report->period));
		output_number(table, (int64_t)report->row_count);
		output_number(table, (int64_t)report->column_count);
	}
	return command_table_end(command, table);
}

static int read_request(struct sheet *sheet)
{
	struct command *command = sheet->command;
	const struct verb_call *call = command->call;
	const char *period = verb_value(call, "period");
	sheet->report = pack_report_by_name(command->pack, call->arguments[0]);
	if (!sheet->report)
		return verb_usage(call, PHRASE_NO_REPORT, call->arguments[0]);
	sheet->period = report_period_of(sheet->report, date_month(machine_today()));
	if (period && period_parse(period, &sheet->period))
		return verb_usage(call, PHRASE_BAD_PERIOD, period);
	if (!report_period_fits(sheet->report, sheet->period))
		return verb_usage(call, PHRASE_REPORT_PERIOD_LENGTH, pack_report_period_name(sheet->report->period));
	period_format(sheet->period, sheet->period_text);
	sheet->by_child = verb_given(call, "by-child");
	int code = boundary_read(command, &sheet->boundary);
	if (!code)
		code = command_unit(command, verb_value(call, "unit"), &sheet->unit);
	if (!code && !command->home.self.server && !id_equal(&sheet->unit, &command->home.self.unit))
		code = verb_usage(call, PHRASE_FIGURES_OWN_ONLY, verb_value(call, "unit"));
	return code;
}

static int print_table(struct sheet *sheet)
{
	struct command *command = sheet->command;
	sheet->table = command_table(command, "rows", sheet->columns, sheet->column_count);
	if (!sheet->table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = head_table(sheet);
	if (!err)
		err = put_all(sheet);
	int code = command_table_end(command, sheet->table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

static int tell_written(const struct sheet *sheet, const char *path)
{
	const struct command *command = sheet->command;
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s}", "report", sheet->report->name, "period", sheet->period_text, "file", path));
	else
		phrase_line(stdout, PHRASE_REPORT_WRITTEN, PHRASE_WITH(path));
	return VERB_OK;
}

static int print_csv(struct sheet *sheet, const char *path)
{
	struct command *command = sheet->command;
	head_csv(sheet);
	enum err err = put_all(sheet);
	if (!err)
		err = sheet->csv.err;
	if (!err && path)
		err = file_write(path, 0600, buf_span(&sheet->csv));
	else if (!err && fwrite(sheet->csv.data, 1, sheet->csv.size, command->call->out) != sheet->csv.size)
		err = ERR_IO;
	buf_free(&sheet->csv);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE_FILE, path);
	return path ? tell_written(sheet, path) : VERB_OK;
}

// ---- As a workbook ----

static json_t *headings_json(const struct sheet *sheet)
{
	json_t *all = json_array();
	for (size_t c = 0; c < sheet->column_count; c++)
		json_array_append_new(all, json_string(sheet->columns[c].title ? sheet->columns[c].title : phrase_text(sheet->columns[c].heading)));
	return all;
}

static enum err write_workbook(struct sheet *sheet, const char *path)
{
	struct command *command = sheet->command;
	struct figures_standing standing;
	char reporting[24], expected[24], revision[24], day[DATE_TEXT_BYTES];
	enum err err = stand(sheet, &standing);
	if (err)
		return err;
	snprintf(reporting, sizeof reporting, "%lld", (long long)standing.reporting);
	snprintf(expected, sizeof expected, "%lld", (long long)standing.expected);
	snprintf(revision, sizeof revision, "%u", (unsigned)standing.revision);
	date_format(machine_today(), day);
	json_t *columns = headings_json(sheet);
	struct sheet_table table = {
		.report = sheet->report, .names = sheet->column_count - sheet->report->column_count, .columns = columns, .rows = sheet->rows,
		.places = {
			[PACK_LAYOUT_TITLE] = lookup_title(&sheet->report->title, sheet->report->name),
			[PACK_LAYOUT_UNIT] = lookup_unit_name(&command->look, &sheet->unit),
			[PACK_LAYOUT_PATH] = lookup_unit_path(&command->look, &sheet->unit),
			[PACK_LAYOUT_PERIOD] = sheet->period_text, [PACK_LAYOUT_REPORTING] = reporting,
			[PACK_LAYOUT_EXPECTED] = standing.expected < 0 ? "?" : expected, [PACK_LAYOUT_REVISION] = revision, [PACK_LAYOUT_DATE] = day,
		} };
	err = sheet_write(command, &table, path);
	json_decref(columns);
	return err;
}

static int print_workbook(struct sheet *sheet, const char *path)
{
	struct command *command = sheet->command;
	sheet->rows = json_array();
	enum err err = put_all(sheet);
	if (!err)
		err = write_workbook(sheet, path);
	json_decref(sheet->rows);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE_FILE, path);
	return tell_written(sheet, path);
}

static int report(struct command *command)
{
	const char *path = verb_value(command->call, "out");
	struct sheet sheet = { .command = command, .csv = BUF_EMPTY };
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (command->call->argument_count == 0)
		return list_reports(command);
	int code = read_request(&sheet);
	if (code)
		return code;
	if (!choose_columns(&sheet))
		return command_fail(command, ERR_BUDGET, PHRASE_CANNOT_PRINT, NULL);
	if (is_workbook(path))
		return print_workbook(&sheet, path);
	return path || verb_given(command->call, "csv") ? print_csv(&sheet, path) : print_table(&sheet);
}

int report_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, report);
}
