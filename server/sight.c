// Counting the servers between a unit and ours.
#include "server/sight.h"

bool sight_holds(struct command *command, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count, between = 0;
	if (charter_path(&command->txn, unit, path, &count))
		return false;
	size_t i = 0;
	for (; i < count && !id_equal(&path[i], &command->home.self.unit); i++) {
		struct charter_unit row;
		between += i > 0 && charter_unit_get(&command->txn, &path[i], &row) == ERR_OK && !hash_is_zero(&row.server);
	}
	return i < count && between < LIMIT_UP_DEPTH; // of one elsewhere nothing is heard any more
}

bool sight_holds_row(struct command *command, struct sight *sight, const struct charter_unit *row)
{
	if (id_equal(&row->unit, &command->home.self.unit))
		return sight_holds(command, &row->unit);
	if (!sight->known || !id_equal(&sight->parent, &row->parent))
		*sight = (struct sight){ .parent = row->parent, .known = true, .holds = sight_holds(command, &row->unit) };
	return sight->holds;
}

void sight_tell(int64_t unseen)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)unseen);
	if (unseen)
		phrase_line(stdout, PHRASE_UNITS_UNSEEN, PHRASE_WITH(number));
}
