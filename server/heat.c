// The verb "compliance": how the units below one met a cadence, period by period: the map of who does what is asked.
#include "cli/compliance.h"
#include "io/machine.h"
#include "server/below.h"
#include "server/commands.h"

static const struct output_column columns[] = {
	BELOW_COLUMNS,
	{ .key = "period", .heading = PHRASE_HEAD_DUE_PERIOD },
	{ .key = "met", .heading = PHRASE_HEAD_MET, .number = true },
	{ .key = "expected", .heading = PHRASE_HEAD_OF, .number = true },
};

struct map {
	struct command *command;
	struct output_table *table;
	struct boundary boundary;
	struct boundary_sight sight; // of the unit at hand
	const struct pack_cadence *cadence;
	struct period asked;
};

static enum err put_cell(struct map *map, const struct charter_unit *row, struct period period)
{
	char text[PERIOD_TEXT_BYTES];
	struct compliance compliance;
	enum err err = compliance_of(&map->boundary, &map->sight, map->cadence, period, &compliance);
	if (err || compliance.expected + compliance.met == 0)
		return err;
	period_format(period, text);
	below_put(map->command, map->table, row);
	output_text(map->table, text);
	output_number(map->table, compliance.met);
	output_number(map->table, compliance.expected);
	return ERR_OK;
}

// Of the periods that end within the months asked for and have begun.
static enum err put_unit(struct map *map, const struct charter_unit *row)
{
	int32_t first, last, month = date_month(machine_today());
	enum err err = boundary_of(&map->boundary, &row->unit, &map->sight);
	cadence_within(map->cadence, map->asked, &first, &last);
	for (; !err && first <= last; first += map->cadence->every) {
		struct period period = cadence_period(map->cadence, first);
		if (period.first <= month)
			err = put_cell(map, row, period);
	}
	return err;
}

static int read_request(struct map *map, struct id *unit)
{
	struct command *command = map->command;
	const struct verb_call *call = command->call;
	const char *period = verb_value(call, "period");
	int32_t month = date_month(machine_today());
	map->asked = (struct period){ .first = month - month % 12, .last = month - month % 12 + 11 };
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (period && period_parse(period, &map->asked))
		return verb_usage(call, PHRASE_BAD_PERIOD, period);
	map->cadence = pack_duty_cadence(command->pack, call->arguments[0]);
	return map->cadence ? below_unit(command, unit) : verb_usage(call, PHRASE_NO_CADENCE, call->arguments[0]);
}

static int show(struct command *command)
{
	struct map map = { .command = command };
	struct below below;
	struct id unit;
	int code = read_request(&map, &unit);
	if (!code)
		code = boundary_read(command, &map.boundary);
	if (code)
		return code;
	enum err err = below_list(command, &unit, boundary_day(&map.boundary, map.asked.last), &below);
	map.table = err ? NULL : command_table(command, "cells", columns, sizeof columns / sizeof columns[0]);
	if (!map.table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	below_facts(command, map.table, &unit);
	boundary_facts(&map.boundary, map.table);
	output_fact(map.table, "cadence", json_string(map.cadence->name));
	for (size_t i = 0; !err && i < below.count; i++)
		err = put_unit(&map, &below.rows[i]);
	code = command_table_end(command, map.table);
	boundary_tell(&map.boundary);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int heat_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
