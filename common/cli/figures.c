// Cells read and printed, each with k of n, as of, revision.
#include "cli/figures.h"

#include <stdlib.h>

#include "base/hlc.h"
#include "cli/compliance.h"
#include "cli/figures_amends.h"
#include "cli/figures_bands.h"
#include "io/machine.h"
#include "ledger/score_points.h"
#include "ledger/tally.h"
#include "org/charter_boundary.h"

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
	bool otherwise;               // in other boundaries than those of their months
	struct charter_boundary boundary;
	size_t missing;
	struct command *command;
	struct output_table *table;
	struct period period;
	char period_text[PERIOD_TEXT_BYTES];
	const struct pack_metric *only; // NULL with no cadence either: all
	const struct pack_cadence *only_cadence;
	const char *dimension;          // NULL: totals
	struct figures_confirmed confirmed; // of the unit at hand
	const char *unit;                   // its id
};

// ---- How the figures stand ----

struct gathering {
	struct txn *txn;
	struct figures_standing *standing;
	uint32_t revisions[2]; // added up: of units' own tallies, of their servers' roll-ups
	uint32_t least[2], most[2]; // versions of the pack, alike
};

static enum err gather_chain(void *context, const struct tally_chain *chain, bool provisional)
{
	struct gathering *gathering = context;
	struct figures_standing *standing = gathering->standing;
	uint64_t time = hlc_ms(chain->time);
	standing->as_of = time > standing->as_of ? time : standing->as_of;
	gathering->revisions[chain->rollup] += chain->revision;
	uint32_t *least = &gathering->least[chain->rollup], *most = &gathering->most[chain->rollup];
	*least = *least == 0 || chain->pack_version < *least ? chain->pack_version : *least;
	*most = chain->pack_version > *most ? chain->pack_version : *most;
	standing->provisional = standing->provisional || provisional;
	return ERR_OK;
}

static enum err gather(void *context, const struct charter_unit *row)
{
	struct gathering *gathering = context;
	enum err err = ERR_OK;
	for (unsigned rollup = 0; rollup < 2 && !err; rollup++) {
		struct tally_chain chain;
		bool provisional = false;
		err = tally_in_force(gathering->txn, &row->unit, rollup != 0, &chain, &provisional);
		if (!err)
			err = gather_chain(gathering, &chain, provisional);
		else if (err == ERR_NOT_FOUND)
			err = ERR_OK;
	}
	return err;
}

// Of everything that a server sums, the tallies that it holds; of a part, those of the units in it.
static enum err gather_all(struct gathering *gathering, const struct self *self, const struct id *unit)
{
	if (id_equal(unit, &self->unit))
		return tally_each(gathering->txn, gather_chain, gathering);
	return charter_subtree(gathering->txn, unit, gather, gathering);
}

enum err figures_count(struct command *command, const struct id *unit, struct period period, struct figures_standing *standing)
{
	struct cell_owner owner;
	*standing = (struct figures_standing){ .reporting = 0 };
	// Sums follow the tree of their months, and so does the number of units that they wait for; a unit that
	// was entered here yesterday owes the months before, too.
	// Nobody vouches for a month that has not begun: of a period under way the present one counts.
	int32_t today = machine_today(), month = date_month(today);
	struct period begun = { .first = period.first, .last = period.first <= month && month < period.last ? month : period.last };
	int32_t end = date_month_end(begun.last);
	enum err err = tally_sum_owner(&command->txn, unit, &owner);
	if (!err)
		err = figure_reporting(&command->txn, &owner, begun, &standing->reporting);
	if (!err)
		err = charter_expected_then(&command->txn, command->pack, unit, end, end > today ? end : today, &standing->expected);
	return err;
}

enum err figures_stand(struct command *command, const struct id *unit, struct period period, struct figures_standing *standing)
{
	const struct self *self = &command->home.self;
	*standing = (struct figures_standing){ .reporting = 1, .expected = 1 };
	if (!self->server) { // one's own, as they are now
		standing->as_of = machine_now_ms();
		struct gathering own = { .txn = &command->txn, .standing = standing };
		enum err failed = gather(&own, &(struct charter_unit){ .unit = *unit });
		standing->revision = own.revisions[0];
		standing->pack_least = standing->pack_most = command->pack ? command->pack->version : 0;
		return failed;
	}
	struct gathering gathering = { .txn = &command->txn, .standing = standing };
	enum err err = figures_count(command, unit, period, standing);
	if (!err)
		err = gather_all(&gathering, self, unit);
	// Further up only roll-ups are held; where the units' own tallies are here, those tell more.
	bool above = gathering.revisions[0] == 0;
	standing->revision = gathering.revisions[above];
	standing->pack_least = gathering.least[above];
	standing->pack_most = gathering.most[above];
	return err;
}

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
static enum err print_amends(struct figures *figures, const struct cell_owner *owner, const struct pack_metric *metric,
                             bool total, int64_t value)
{
	struct command *command = figures->command;
	struct figure restated = { .value = 0 };
	int64_t confirmed = 0;
	// The least and the greatest do not add up: a difference of two says nothing of a third.
	total = total && metric->aggregate != METRIC_MINIMUM && metric->aggregate != METRIC_MAXIMUM;
	enum err err = ERR_OK;
	if (total)
		err = figure_restated(&command->txn, command->pack, owner, metric, figures->period, &command->arena, &restated);
	if (!err && total && figures->confirmed.here)
		err = figures_amends_value(command, &figures->confirmed, metric, figures->period, &confirmed);
	print_part(figures, metric, total, restated.value);
	print_part(figures, metric, total && figures->confirmed.here, value - confirmed);
	return err;
}

static enum err print_figure(struct figures *figures, const char *unit, const struct cell_owner *owner,
                             const struct pack_metric *metric,
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
	enum err err = print_amends(figures, owner, metric, !dimension, figure->value);
	print_standing(table, standing);
	return err;
}

static enum err print_metric(struct figures *figures, const char *unit, const struct cell_owner *owner,
                             const struct pack_metric *metric, const struct figures_standing *standing)
{
	struct command *command = figures->command;
	const struct pack_dimension *dimension = figures->dimension ? pack_dimension_by_name(metric, figures->dimension) : NULL;
	struct figure *found;
	size_t count;
	if (figures->dimension && !dimension)
		return ERR_OK;
	if (metric->number == CELL_METRIC_BAND)
		dimension = metric->dimensions; // has no total
	enum err err = figure_query_with(&command->txn, command->pack, owner, figures->otherwise ? &figures->boundary.cells : NULL,
	                                 metric, dimension, figures->period, &command->arena, &found, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = print_figure(figures, unit, owner, metric, dimension, &found[i], standing);
	return err;
}

// k met it, of n; what is asked of nobody here says nothing.
static enum err print_cadence(struct figures *figures, const char *name, const struct id *unit,
                              const struct pack_cadence *cadence, const struct figures_standing *standing)
{
	struct output_table *table = figures->table;
	struct compliance compliance;
	enum err err = compliance_of(figures->command, unit, cadence, figures->period, &compliance);
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

static enum err print_cadences(struct figures *figures, const char *name, const struct id *unit,
                               const struct figures_standing *standing)
{
	const struct pack *pack = figures->command->pack;
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->cadence_count && !err && !figures->only && !figures->dimension; i++)
		if (!figures->only_cadence || figures->only_cadence == &pack->cadences[i])
			err = print_cadence(figures, name, unit, &pack->cadences[i], standing);
	return err;
}

// Of units: computed at the asking, so only where it is asked for.
static enum err print_units_in_bands(struct figures *figures, const char *name, const struct id *unit, const struct cell_owner *owner,
                                     const struct pack_scorecard *card, const struct figures_standing *standing)
{
	struct figure *found;
	size_t count;
	if (!figures->only || figures->only->name != card->name)
		return ERR_OK;
	enum err err = figures_bands(figures->command, unit, card, figures->period, &found, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = print_figure(figures, name, owner, figures->only, figures->only->dimensions, &found[i], standing);
	return err;
}

// How many stand in each band of a scorecard: individuals, or units.
static enum err print_bands(struct figures *figures, const char *name, const struct id *unit, const struct cell_owner *owner,
                            const struct pack_scorecard *card, const struct figures_standing *standing)
{
	bool asked = figures->only ? figures->only->name == card->name : !figures->only_cadence;
	if (!asked)
		return ERR_OK;
	if (!card->points)
		return print_units_in_bands(figures, name, unit, owner, card, standing);
	const struct pack_metric *bands = score_points_metric(card, &figures->command->arena);
	return bands ? print_metric(figures, name, owner, bands, standing) : ERR_BUDGET;
}

// In other boundaries than those of the months: what that changes, also in k of n.
static enum err redraw(struct figures *figures, const struct id *unit, struct figures_standing *standing)
{
	struct command *command = figures->command;
	struct charter_boundary *boundary = &figures->boundary;
	int32_t today = machine_today(), end = date_month_end(figures->period.last);
	boundary->on = end < today ? end : today;
	boundary->known = today;
	enum err err = charter_boundary(&command->txn, command->pack, unit, &command->arena, boundary);
	if (err)
		return err;
	standing->expected += boundary->expected;
	for (size_t i = 0; i < boundary->cells.count; i++) {
		const struct cell *cell = &boundary->cells.cells[i];
		if (cell->key.metric == CELL_METRIC_REPORTING && cell->key.month <= date_month(boundary->on))
			standing->reporting += cell->value;
	}
	figures->missing += boundary->missing;
	return ERR_OK;
}

static enum err print_unit(struct figures *figures, const struct id *unit)
{
	struct command *command = figures->command;
	struct figures_standing standing;
	struct cell_owner owner = cell_owner_own(unit);
	const char *name = lookup_unit_name(&command->look, unit);
	figures->unit = lookup_short(&command->look, unit);
	enum err err = command->home.self.server ? tally_sum_owner(&command->txn, unit, &owner) : ERR_OK;
	if (!err)
		err = figures_stand(command, unit, figures->period, &standing);
	if (!err && figures->otherwise)
		err = redraw(figures, unit, &standing);
	if (!err)
		err = figures_amends_confirmed(command, unit, &figures->confirmed);
	for (size_t i = 0; !err && i < command->pack->metric_count; i++) {
		const struct pack_metric *metric = &command->pack->metrics[i];
		if (figures->only == metric || (!figures->only && !figures->only_cadence))
			err = print_metric(figures, name, &owner, metric, &standing);
	}
	for (size_t i = 0; !err && i < command->pack->scorecard_count; i++)
		err = print_bands(figures, name, unit, &owner, &command->pack->scorecards[i], &standing);
	return err ? err : print_cadences(figures, name, unit, &standing);
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
	return print_unit(context, &row->unit);
}

// Those that stood there on the period's last day, or on the day whose tree it is.
static enum err print_children(struct figures *figures, const struct id *parent)
{
	int32_t day = figures->otherwise ? figures->boundary.tree : date_month_end(figures->period.last);
	return charter_children_on(&figures->command->txn, parent, day, print_child, figures);
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

// --tree: as it was then, in today's boundaries, or in those of a day.
static int read_tree(struct figures *figures)
{
	const struct verb_call *call = figures->command->call;
	const char *text = verb_value(call, "tree");
	if (!text || strcmp(text, "then") == 0)
		return VERB_OK;
	figures->otherwise = true;
	figures->boundary.tree = machine_today();
	if (strcmp(text, "today") != 0 && date_parse(span_string(text), &figures->boundary.tree))
		return verb_usage(call, PHRASE_BAD_TREE, text);
	return figures->command->home.self.server ? VERB_OK : verb_usage(call, PHRASE_TREE_OWN_ONLY, text);
}

static int read_request(struct figures *figures, struct id *unit, bool *by_unit)
{
	struct command *command = figures->command;
	const struct verb_call *call = command->call;
	const char *metric = verb_value(call, "metric"), *by = verb_value(call, "by");
	int code = read_period(figures);
	if (!code)
		code = read_tree(figures);
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

// What the figures do not follow is said, on the other channel.
static void tell_missing(const struct figures *figures)
{
	char count[24];
	snprintf(count, sizeof count, "%zu", figures->missing);
	if (figures->missing)
		phrase_line(stderr, PHRASE_TREE_MISSING, PHRASE_WITH(count));
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
	const char *tree = verb_value(command->call, "tree");
	output_fact(figures.table, "tree", json_string(tree ? tree : "then"));
	bool future = figures.period.first > date_month(machine_today());
	output_fact(figures.table, "future", json_boolean(future));
	if (future && !command->call->json)
		phrase_line(stdout, PHRASE_PERIOD_FUTURE, PHRASE_WITH(figures.period_text));
	if (!command->call->json)
		phrase_line(stdout, PHRASE_FIGURES_OF, PHRASE_WITH(lookup_unit_path(&command->look, &unit), figures.period_text));
	enum err err = ERR_OK;
	json_t *reasons = figures_amends_reasons(command, &unit, figures.period, &err);
	output_fact(figures.table, "reasons", json_incref(reasons));
	if (!err)
		err = by_unit ? print_children(&figures, &unit) : print_unit(&figures, &unit);
	code = command_table_end(command, figures.table);
	tell_missing(&figures);
	if (!command->call->json)
		figures_amends_print(reasons);
	json_decref(reasons);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int figures_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, figures_show);
}
