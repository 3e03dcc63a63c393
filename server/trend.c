// trend: one metric or cadence over one period after another, for a unit and what is below it. Reads cells
// alone: its cost is the periods that are shown, whatever the tree (in other boundaries, and the units that moved).
#include "cli/compliance.h"
#include "cli/figures.h"
#include "io/machine.h"
#include "server/commands.h"

#include <stdlib.h>

enum { PERIODS_DEFAULT = 24, PERIODS_MOST = 240 };

static const struct output_column columns[] = {
	{ .key = "period", .heading = PHRASE_HEAD_PERIOD },
	{ .key = "bucket", .heading = PHRASE_HEAD_BUCKET },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "denominator", .heading = PHRASE_HEAD_OF, .number = true },
};

struct trend {
	struct command *command;
	struct output_table *table;
	struct id unit;
	struct boundary boundary;
	struct boundary_sight sight;
	const struct pack_metric *metric;    // NULL: the cadence
	const struct pack_cadence *cadence;
	const struct pack_dimension *dimension; // NULL: the total
	int32_t last, every, count;
};

static void put_figure(struct trend *trend, struct period period, const struct figure *figure)
{
	char text[PERIOD_TEXT_BYTES], part[8], name[8];
	period_format(period, text);
	output_text(trend->table, text);
	output_value(trend->table, figures_bucket_title(trend->dimension, figure->bucket, part),
	             trend->dimension ? json_string(figures_bucket_name(trend->dimension, figure->bucket, name)) : NULL);
	figures_put(trend->command, trend->table, trend->metric, figure);
}

static enum err put_metric(struct trend *trend, struct period period)
{
	struct figure *found;
	size_t count;
	enum err err = boundary_figures(&trend->boundary, &trend->sight, trend->metric, trend->dimension, period, &found, &count);
	for (size_t i = 0; !err && i < count; i++)
		put_figure(trend, period, &found[i]);
	return err;
}

static enum err put_cadence(struct trend *trend, struct period period)
{
	struct compliance compliance;
	enum err err = compliance_of(&trend->boundary, &trend->sight, trend->cadence, period, &compliance);
	if (!err)
		put_figure(trend, period, &(struct figure){ .value = compliance.met, .denominator = compliance.expected });
	return err;
}

static enum err put_all(struct trend *trend)
{
	enum err err = boundary_of(&trend->boundary, &trend->unit, &trend->sight);
	for (int32_t i = trend->count - 1; !err && i >= 0; i--) {
		struct period period = { .last = trend->last - i * trend->every };
		period.first = period.last - trend->every + 1;
		if (period.first >= CELL_MONTH_MIN)
			err = trend->metric ? put_metric(trend, period) : put_cadence(trend, period);
	}
	return err;
}

// ---- What is asked ----

static int read_every(struct trend *trend)
{
	static const struct { const char *name; int32_t months; } lengths[] = { { "month", 1 }, { "quarter", 3 }, { "year", 12 } };
	const char *text = verb_value(trend->command->call, "every");
	trend->every = 1;
	for (size_t i = 0; text && i < sizeof lengths / sizeof lengths[0]; i++) {
		if (strcmp(text, lengths[i].name) == 0) {
			trend->every = lengths[i].months;
			return VERB_OK;
		}
	}
	return text ? verb_usage(trend->command->call, PHRASE_BAD_EVERY, text) : VERB_OK;
}

static int read_times(struct trend *trend)
{
	const struct verb_call *call = trend->command->call;
	const char *through = verb_value(call, "through"), *count = verb_value(call, "periods");
	struct period period = { .last = date_month(machine_today()) };
	char *end = NULL;
	long number = count ? strtol(count, &end, 10) : PERIODS_DEFAULT;
	if (number < 1 || number > PERIODS_MOST || (count && (*end || !*count)))
		return verb_usage(call, PHRASE_BAD_COUNT, count);
	if (through && period_parse(through, &period))
		return verb_usage(call, PHRASE_BAD_PERIOD, through);
	int code = read_every(trend);
	trend->count = (int32_t)number;
	trend->last = period.last - period.last % trend->every + trend->every - 1; // months count from January
	return code;
}

static int read_what(struct trend *trend)
{
	struct command *command = trend->command;
	const char *name = command->call->arguments[0], *by = verb_value(command->call, "by");
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	trend->metric = pack_metric_by_name(command->pack, name);
	trend->cadence = trend->metric ? NULL : pack_duty_cadence(command->pack, name);
	if (!trend->metric && !trend->cadence)
		return verb_usage(command->call, PHRASE_NO_METRIC, name);
	trend->dimension = by && trend->metric ? pack_dimension_by_name(trend->metric, by) : NULL;
	return by && !trend->dimension ? verb_usage(command->call, PHRASE_NO_DIMENSION, by) : VERB_OK;
}

static int show(struct command *command)
{
	struct trend trend = { .command = command };
	int code = read_what(&trend);
	if (!code)
		code = boundary_read(command, &trend.boundary);
	if (!code)
		code = read_times(&trend);
	if (!code)
		code = command_unit(command, verb_value(command->call, "unit"), &trend.unit);
	if (code)
		return code;
	trend.table = command_table(command, "points", columns, sizeof columns / sizeof columns[0]);
	if (!trend.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(trend.table, "unit", json_string(lookup_short(&command->look, &trend.unit)));
	output_fact(trend.table, "metric", json_string(trend.metric ? trend.metric->name : trend.cadence->name));
	enum err err = boundary_facts_of(&trend.boundary, &trend.unit, trend.table);
	if (!err)
		err = put_all(&trend);
	code = command_table_end(command, trend.table);
	boundary_tell(&trend.boundary);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int trend_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
