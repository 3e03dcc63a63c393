// Names and kinds of those around a unit.
#include "server/around.h"

#include "io/machine.h"
#include "server/below.h"

json_t *around_trail(struct command *command, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count = 0;
	json_t *all = json_array();
	if (charter_path(&command->txn, unit, path, &count))
		return all;
	for (size_t i = count; i > 0; i--) {
		struct charter_unit row;
		if (charter_unit_get(&command->txn, &path[i - 1], &row) == ERR_OK)
			json_array_append_new(all, json_pack("{s:s,s:s,s:s}", "unit", lookup_short(&command->look, &row.unit), "name", row.name,
			                                     "kind", row.kind));
	}
	return all;
}

static bool has_children(struct txn *txn, const struct id *unit)
{
	struct id child;
	struct charter_walk walk = charter_children(txn, unit);
	bool any = charter_child_next(&walk, &child);
	charter_walk_end(&walk);
	return any;
}

json_t *around_below(struct command *command, const struct id *unit)
{
	struct below below;
	json_t *all = json_array();
	if (below_list(command, unit, machine_today(), &below))
		return all;
	for (size_t i = 0; i < below.count; i++) {
		const struct charter_unit *row = &below.rows[i];
		if (id_equal(&row->unit, unit)) // there is none: it stands alone
			break;
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "unit", lookup_short(&command->look, &row->unit), "name",
		                                     row->name, "kind", row->kind, "code", row->code, "children",
		                                     has_children(&command->txn, &row->unit), "server", !hash_is_zero(&row->server)));
	}
	return all;
}
