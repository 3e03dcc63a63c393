// Cells read and printed, each with k of n, as of, revision.
#include "cli/figures.h"

#include <stdlib.h>

#include "cli/compliance.h"
#include "cli/figures_amends.h"
#include "cli/figures_bands.h"
#include "cli/figures_standing.h"
#include "io/machine.h"
#include "ledger/score_points.h"

static const struct output_column columns[] = {
	{ .key = "unit_id", .machine = true },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "metric", .heading = PHRASE_HEAD_METRIC },
	{ .key = "bucket", .heading = PHRASE_HEAD_BUCKET },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "denominator", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "restated", .heading = PHRASE_HEAD_RESTATED_BY, .number = true },
	{ .key = "waiting", .heading = PHRASE_HEAD_UNCONFIRMED, .number = true },
	{ .key = "reporting", .heading = PHRASE_HEAD_REPORTING, .number = true },
	{ .key = "expected", .heading = PHRASE_HEAD_EXPECTED, .number = true },
	{ .key = "as_of", .heading = PHRASE_HEAD_AS_OF },
	{ .key = "revision", .heading = PHRASE_HEAD_REVISION, .number = true },
	{ .key = "provisional", .heading = PHRASE_HEAD_PROVISIONAL },
	{ .key = "pack", .heading = PHRASE_HEAD_BY_PACK },
};

struct figures {
	struct command *command;
	struct boundary boundary;
	struct boundary_sight sight;  // of the unit at hand
	struct output_table *table;
	struct period period;
	char period_text[PERIOD_TEXT_BYTES];
	const struct pack_metric *only; // NULL with no cadence either: all
	const struct pack_cadence *only_cadence;
	const char *dimension;          // NULL: totals
	struct figures_confirmed confirmed; // of the unit at hand
	const char *unit;                   // its id
};

// ---- Printing ----

const struct pack_field *figures_money(const struct pack_metric *metric)
{
	bool amount = metric->aggregate != METRIC_DISTINCT && metric->aggregate != METRIC_ELEMENTS;
	const struct pack_field *field = metric->kind && metric->field && amount
	                                     ? metric->kind->by_number[metric->field] : NULL;
	return field && field->type == VALUE_MONEY ? field : NULL;
}

static void put_number(struct command *command, struct output_table *table, const struct pack_metric *metric, int64_t number)
{
	const struct pack_field *field = figures_money(metric);
	struct value value = { .form = VALUE_IS_NUMBER, .number = number };
	if (field)
		output_value(table, lookup_text(&command->look, field, &value), json_integer(number));
	else
		output_number(table, number);
}

static void print_number(struct figures *figures, const struct pack_metric *metric, int64_t number)
{
	put_number(figures->command, figures->table, metric, number);
}

void figures_percent(const struct figure *figure, char percent[static FIGURES_PERCENT_BYTES])
{
	percent[0] = '\0';
	if (figure->denominator <= 0)
		return;
	long long tenths = (long long)((double)figure->value * 1000.0 / (double)figure->denominator + (figure->value < 0 ? -0.5 : 0.5));
	snprintf(percent, FIGURES_PERCENT_BYTES, "%s%lld.%lld%%", tenths < 0 ? "-" : "", llabs(tenths) / 10, llabs(tenths) % 10);
}

// People read a percentage, rounded to a tenth, and what it is of; programs get both numbers.
static void print_ratio(struct output_table *table, const struct figure *figure)
{
	char percent[FIGURES_PERCENT_BYTES], of[48];
	figures_percent(figure, percent);
	snprintf(of, sizeof of, "%lld/%lld", (long long)figure->value, (long long)figure->denominator);
	output_value(table, *percent ? percent : NULL, json_integer(figure->value));
	output_value(table, of, json_integer(figure->denominator));
}

void figures_put(struct command *command, struct output_table *table, const struct pack_metric *metric, const struct figure *figure)
{
	if (!metric || metric->aggregate == METRIC_RATIO) {
		print_ratio(table, figure);
	} else {
		put_number(command, table, metric, figure->value);
		output_text(table, NULL);
	}
}

const char *figures_bucket_title(const struct pack_dimension *dimension, uint16_t bucket, char text[static 8])
{
	const struct title *title = dimension ? figure_bucket_title(dimension, bucket) : NULL;
	if (!dimension)
		return NULL;
	snprintf(text, 8, "%u", (unsigned)bucket);
	return title ? lookup_title(title, text) : bucket ? text : phrase_text(PHRASE_BUCKET_NONE);
}

const char *figures_bucket_name(const struct pack_dimension *dimension, uint16_t bucket, char text[static 8])
{
	snprintf(text, 8, "%u", (unsigned)bucket);
	for (size_t i = 0; dimension && i < dimension->band_count; i++) {
		if (dimension->bands[i].code == bucket)
			return dimension->bands[i].name;
	}
	bool options = dimension && dimension->band_count == 0;
	const struct pack_option *option = options ? pack_option_by_code(dimension->cut, bucket) : NULL;
	return option ? option->name : text;
}

// "2", or "1–2" while units below have not all the newest.
static void print_versions(struct output_table *table, const struct figures_standing *standing)
{
	char text[32];
	if (standing->pack_least == standing->pack_most)
		snprintf(text, sizeof text, "%u", (unsigned)standing->pack_most);
	else
		snprintf(text, sizeof text, "%u–%u", (unsigned)standing->pack_least, (unsigned)standing->pack_most);
	output_value(table, standing->pack_most ? text : NULL,
	             json_pack("[ii]", (int)standing->pack_least, (int)standing->pack_most));
}

static void print_standing(struct output_table *table, const struct figures_standing *standing)
{
	output_number(table, standing->reporting);
	if (standing->expected >= 0)
		output_number(table, standing->expected);
	else
		output_text(table, NULL);
	output_time(table, standing->as_of);
	output_number(table, standing->revision);
	output_bool(table, standing->provisional);
	print_versions(table, standing);
}

// Where there is nothing to tell, nothing is shown.
static void print_part(struct figures *figures, const struct pack_metric *metric, bool there, int64_t number)
{
	if (there && number != 0)
		print_number(figures, metric, number);
	else
		output_value(figures->table, NULL, there ? json_integer(0) : NULL);
}

// Of a total: what was changed since it was approved, and what nobody above has confirmed.
static enum err print_amends(struct figures *figures, const struct pack_metric *metric, bool total, int64_t value)
{
	struct command *command = figures->command;
	struct figure restated = { .value = 0 };
	int64_t confirmed = 0;
	// The least and the greatest do not add up: a difference of two says nothing of a third.
	total = total && metric->aggregate != METRIC_MINIMUM && metric->aggregate != METRIC_MAXIMUM;
	enum err err = ERR_OK;
	if (total)
		err = figure_restated_with(&command->txn, command->pack, &figures->sight.owner, figures->sight.extra, metric, figures->period,
		                           &command->arena, &restated);
	if (!err && total && figures->confirmed.here)
		err = figures_amends_value(command, &figures->confirmed, metric, figures->period, &confirmed);
	print_part(figures, metric, total, restated.value);
	print_part(figures, metric, total && figures->confirmed.here, value - confirmed);
	return err;
}

static enum err print_figure(struct figures *figures, const char *unit, const struct pack_metric *metric,
                             const struct pack_dimension *dimension, const struct figure *figure,
                             const struct figures_standing *standing)
{
	struct output_table *table = figures->table;
	char text[8], name[8];
	output_value(table, NULL, json_string(figures->unit));
	output_text(table, unit);
	output_value(table, lookup_title(&metric->title, metric->name), json_string(metric->name));
	output_value(table, figures_bucket_title(dimension, figure->bucket, text),
	             dimension ? json_string(figures_bucket_name(dimension, figure->bucket, name)) : NULL);
	figures_put(figures->command, table, metric, figure);
	enum err err = print_amends(figures, metric, !dimension, figure->value);
	print_standing(table, standing);
	return err;
}

static enum err print_metric(struct figures *figures, const char *unit, const struct pack_metric *metric,
                             const struct figures_standing *standing)
{
	const struct pack_dimension *dimension = figures->dimension ? pack_dimension_by_name(metric, figures->dimension) : NULL;
	struct figure *found;
	size_t count;
	if (figures->dimension && !dimension)
		return ERR_OK;
	if (metric->number == CELL_METRIC_BAND)
		dimension = metric->dimensions; // has no total
	bool extreme = metric->aggregate == METRIC_MINIMUM || metric->aggregate == METRIC_MAXIMUM; // of nothing there is none
	if (!dimension && !extreme && !output_row_wanted(figures->table))
		return ERR_OK; // a total is one row
	enum err err = boundary_figures(&figures->boundary, &figures->sight, metric, dimension, figures->period, &found, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = print_figure(figures, unit, metric, dimension, &found[i], standing);
	return err;
}

// k met it, of n; what is asked of nobody here says nothing.
static enum err print_cadence(struct figures *figures, const char *name, const struct pack_cadence *cadence,
                              const struct figures_standing *standing)
{
	struct output_table *table = figures->table;
	struct compliance compliance;
	enum err err = compliance_of(&figures->boundary, &figures->sight, cadence, figures->period, &compliance);
	if (err || (compliance.met == 0 && compliance.expected == 0))
		return err;
	output_value(table, NULL, json_string(figures->unit));
	output_text(table, name);
	output_value(table, lookup_title(&cadence->title, cadence->name), json_string(cadence->name));
	output_text(table, NULL);
	output_number(table, compliance.met);
	output_number(table, compliance.expected);
	output_text(table, NULL); // restated, not confirmed: its metrics tell
	output_text(table, NULL);
	print_standing(table, standing);
	return ERR_OK;
}

static enum err print_cadences(struct figures *figures, const char *name, const struct figures_standing *standing)
{
	const struct pack *pack = figures->command->pack;
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->cadence_count && !err && !figures->only && !figures->dimension; i++)
		if (!figures->only_cadence || figures->only_cadence == &pack->cadences[i])
			err = print_cadence(figures, name, &pack->cadences[i], standing);
	return err;
}

// Of units: computed at the asking, so only where it is asked for.
static enum err print_units_in_bands(struct figures *figures, const char *name, const struct pack_scorecard *card,
                                     const struct figures_standing *standing)
{
	struct figure *found;
	size_t count;
	if (!figures->only || figures->only->name != card->name)
		return ERR_OK;
	enum err err = figures_bands(&figures->boundary, &figures->sight.unit, card, figures->period, &found, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = print_figure(figures, name, figures->only, figures->only->dimensions, &found[i], standing);
	return err;
}

// How many stand in each band of a scorecard: individuals, or units.
static enum err print_bands(struct figures *figures, const char *name, const struct pack_scorecard *card, const struct figures_standing *standing)
{
	bool asked = figures->only ? figures->only->name == card->name : !figures->only_cadence;
	if (!asked)
		return ERR_OK;
	if (!card->points)
		return print_units_in_bands(figures, name, card, standing);
	const struct pack_metric *bands = score_points_metric(card, &figures->command->arena);
	return bands ? print_metric(figures, name, bands, standing) : ERR_BUDGET;
}

static enum err print_unit(struct figures *figures, const struct id *unit)
{
	struct command *command = figures->command;
	struct figures_standing standing;
	const char *name = lookup_unit_name(&command->look, unit);
	figures->unit = lookup_short(&command->look, unit);
	enum err err = boundary_of(&figures->boundary, unit, &figures->sight);
	if (!err)
		err = figures_standing_of(&figures->boundary, &figures->sight, figures->period, &standing);
	if (!err)
		err = figures_amends_confirmed(command, unit, &figures->confirmed);
	for (size_t i = 0; !err && i < command->pack->metric_count; i++) {
		const struct pack_metric *metric = &command->pack->metrics[i];
		if (figures->only == metric || (!figures->only && !figures->only_cadence))
			err = print_metric(figures, name, metric, &standing);
	}
	for (size_t i = 0; !err && i < command->pack->scorecard_count; i++)
		err = print_bands(figures, name, &command->pack->scorecards[i], &standing);
	return err ? err : print_cadences(figures, name, &standing);
}

// A scorecard is a metric, too: how many stand in each band. A device has no other units to tell of.
static const struct pack_metric *metric_named(struct figures *figures, const char *name)
{
	struct command *command = figures->command;
	const struct pack_metric *metric = pack_metric_by_name(command->pack, name);
	const struct pack_scorecard *card = metric ? NULL : pack_score_by_name(command->pack, name);
	bool counted = card && (card->points || (command->home.self.server && card->band_count));
	return counted ? score_points_metric(card, &command->arena) : metric;
}

static enum err print_child(void *context, const struct charter_unit *row)
{
	struct figures *figures = context;
	return output_page_done(figures->table) ? ERR_OK : print_unit(figures, &row->unit);
}

// Those that stood there on the period's last day, or on the day whose tree it is.
static enum err print_children(struct figures *figures, const struct id *parent)
{
	return charter_children_on(&figures->command->txn, parent, boundary_day(&figures->boundary, figures->period.last), print_child,
	                           figures);
}

// ---- What is asked ----

static int read_period(struct figures *figures)
{
	const char *text = verb_value(figures->command->call, "period");
	int32_t month = date_month(machine_today());
	figures->period = (struct period){ .first = month, .last = month };
	if (text && period_parse(text, &figures->period))
		return verb_usage(figures->command->call, PHRASE_BAD_PERIOD, text);
	period_format(figures->period, figures->period_text);
	return VERB_OK;
}

static bool dimension_known(const struct figures *figures)
{
	const struct pack *pack = figures->command->pack;
	if (figures->only)
		return pack_dimension_by_name(figures->only, figures->dimension) != NULL;
	for (size_t i = 0; i < pack->metric_count && !figures->only_cadence; i++)
		if (pack_dimension_by_name(&pack->metrics[i], figures->dimension))
			return true;
	return false;
}

// "sex, age, …": what the metrics asked for can be cut by.
static const char *known_dimensions(struct figures *figures, const char *asked)
{
	const struct pack *pack = figures->command->pack;
	struct buf text = BUF_EMPTY;
	buf_string(&text, asked);
	for (size_t m = 0; m < pack->metric_count; m++) {
		const struct pack_metric *metric = &pack->metrics[m];
		for (size_t d = 0; d < metric->dimension_count && figures->only == metric; d++) {
			buf_string(&text, d ? ", " : " (");
			buf_string(&text, metric->dimensions[d].name);
		}
		if (figures->only == metric && metric->dimension_count)
			buf_u8(&text, ')');
	}
	const char *kept = text.err ? NULL : arena_string(&figures->command->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : asked;
}

static int read_request(struct figures *figures, struct id *unit, bool *by_unit)
{
	struct command *command = figures->command;
	const struct verb_call *call = command->call;
	const char *metric = verb_value(call, "metric"), *by = verb_value(call, "by");
	int code = read_period(figures);
	if (!code)
		code = boundary_read(command, &figures->boundary);
	if (!code)
		code = command_unit(command, verb_value(call, "unit"), unit);
	if (code)
		return code;
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	figures->only = metric ? metric_named(figures, metric) : NULL;
	figures->only_cadence = metric && !figures->only ? pack_duty_cadence(command->pack, metric) : NULL;
	if (metric && !figures->only && !figures->only_cadence)
		return verb_usage(call, PHRASE_NO_METRIC, metric);
	*by_unit = by && strcmp(by, "unit") == 0;
	figures->dimension = *by_unit ? NULL : by;
	if (figures->dimension && !dimension_known(figures))
		return verb_usage(call, PHRASE_NO_DIMENSION, known_dimensions(figures, by));
	if (!command->home.self.server && (*by_unit || !id_equal(unit, &command->home.self.unit)))
		return verb_usage(call, PHRASE_FIGURES_OWN_ONLY, by);
	return VERB_OK;
}

static int figures_show(struct command *command)
{
	struct figures figures = { .command = command };
	struct id unit;
	bool by_unit = false;
	int code = read_request(&figures, &unit, &by_unit);
	if (code)
		return code;
	figures.table = command_table(command, "figures", columns, sizeof columns / sizeof columns[0]);
	if (!figures.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(figures.table, "period", json_string(figures.period_text));
	output_fact(figures.table, "unit", json_string(lookup_short(&command->look, &unit)));
	output_fact(figures.table, "path", json_string(lookup_unit_path(&command->look, &unit)));
	enum err err = boundary_facts_of(&figures.boundary, &unit, figures.table);
	bool future = figures.period.first > date_month(machine_today());
	output_fact(figures.table, "future", json_boolean(future));
	if (future && !command->call->json)
		phrase_line(stdout, PHRASE_PERIOD_FUTURE, PHRASE_WITH(figures.period_text));
	if (!command->call->json)
		phrase_line(stdout, PHRASE_FIGURES_OF, PHRASE_WITH(lookup_unit_path(&command->look, &unit), figures.period_text));
	enum err unread;
	json_t *reasons = figures_amends_reasons(command, &unit, figures.period, &unread);
	output_fact(figures.table, "reasons", json_incref(reasons));
	err = err ? err : unread;
	if (!err)
		err = by_unit ? print_children(&figures, &unit) : print_unit(&figures, &unit);
	code = command_table_end(command, figures.table);
	boundary_tell(&figures.boundary);
	if (!command->call->json)
		figures_amends_print(reasons);
	json_decref(reasons);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int figures_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, figures_show);
}
