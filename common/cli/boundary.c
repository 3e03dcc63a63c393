// One reading of --tree, one way down to figures.
#include "cli/boundary.h"

#include "io/machine.h"
#include "ledger/tally.h"

int boundary_read(struct command *command, struct boundary *boundary)
{
	const char *text = verb_value(command->call, "tree");
	*boundary = (struct boundary){ .command = command, .text = text ? text : "then" };
	if (strcmp(boundary->text, "then") == 0)
		return VERB_OK;
	boundary->tree = (struct ranking_tree){ .redrawn = true, .day = machine_today() };
	if (strcmp(boundary->text, "today") != 0 && date_parse(span_string(boundary->text), &boundary->tree.day))
		return verb_usage(command->call, PHRASE_BAD_TREE, text);
	return VERB_OK;
}

void boundary_facts(const struct boundary *boundary, struct output_table *table)
{
	output_fact(table, "tree", json_string(boundary->text));
}

enum err boundary_facts_of(const struct boundary *boundary, const struct id *unit, struct output_table *table)
{
	struct boundary uncounted = *boundary; // what is missing of each row is told when all are out
	struct boundary_sight sight = { .drawn.missing = 0 };
	enum err err = boundary->tree.redrawn ? boundary_of(&uncounted, unit, &sight) : ERR_OK;
	boundary_facts(boundary, table);
	output_fact(table, "tree_missing", json_integer((json_int_t)sight.drawn.missing));
	return err;
}

void boundary_tell(const struct boundary *boundary)
{
	char count[24];
	snprintf(count, sizeof count, "%zu", boundary->missing);
	if (boundary->missing)
		phrase_line(stderr, PHRASE_TREE_MISSING, PHRASE_WITH(count));
}

int32_t boundary_day(const struct boundary *boundary, int32_t month)
{
	return boundary->tree.redrawn ? boundary->tree.day : date_month_end(month);
}

enum err boundary_of(struct boundary *boundary, const struct id *unit, struct boundary_sight *sight)
{
	struct command *command = boundary->command;
	const struct charter_boundary_request request = {
		.unit = *unit, .server = command->home.self.unit, .redrawn = boundary->tree.redrawn, .tree = boundary->tree.day,
	};
	*sight = (struct boundary_sight){ .unit = *unit, .owner = cell_owner_own(unit) };
	enum err err = command->home.self.server ? tally_sum_owner(&command->txn, unit, &sight->owner) : ERR_OK;
	if (!err)
		err = charter_boundary(&command->txn, command->pack, &request, &command->arena, &sight->drawn);
	sight->extra = err ? NULL : &sight->drawn.cells;
	boundary->missing += err ? 0 : sight->drawn.missing;
	return err;
}

enum err boundary_figures(const struct boundary *boundary, const struct boundary_sight *sight, const struct pack_metric *metric,
                          const struct pack_dimension *dimension, struct period period, struct figure **figures, size_t *count)
{
	struct command *command = boundary->command;
	return figure_query_with(&command->txn, command->pack, &sight->owner, sight->extra, metric, dimension, period, &command->arena,
	                         figures, count);
}

enum err boundary_reporting(const struct boundary *boundary, const struct boundary_sight *sight, struct period period, int64_t *units)
{
	static const struct cell_key reports = { .metric = CELL_METRIC_REPORTING };
	enum err err = figure_reporting(&boundary->command->txn, &sight->owner, period, units);
	*units += err ? 0 : cell_list_sum(sight->extra, reports, INT32_MIN, period.last);
	return err;
}

enum err boundary_expected(const struct boundary *boundary, const struct boundary_sight *sight, const struct charter_kinds *kinds,
                           int32_t month, int64_t *units)
{
	struct txn *txn = &boundary->command->txn;
	int32_t end = date_month_end(month), today = machine_today(), known = end > today ? end : today;
	struct charter_unit own;
	if (boundary->command->home.self.server) {
		enum err err = charter_expected_of(txn, kinds, &sight->unit, end, known, units);
		*units += err ? 0 : charter_boundary_expected(&sight->drawn, kinds, end, known);
		return err;
	}
	enum err err = charter_unit_get(txn, &sight->unit, &own); // a device tells of its own unit alone
	*units = !err && kinds->counted(kinds->context, own.kind) && own.since <= known && end < own.closed;
	return err;
}
