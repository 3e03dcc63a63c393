// Counting the servers between a unit and ours.
#include "server/sight.h"

bool sight_holds(struct command *command, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count, between = 0;
	if (charter_path(&command->txn, unit, path, &count))
		return false;
	for (size_t i = 1; i < count && !id_equal(&path[i], &command->home.self.unit); i++) {
		struct charter_unit row;
		between += charter_unit_get(&command->txn, &path[i], &row) == ERR_OK && !hash_is_zero(&row.server);
	}
	return between < LIMIT_UP_DEPTH;
}

void sight_tell(int64_t unseen)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)unseen);
	if (unseen)
		phrase_line(stdout, PHRASE_UNITS_UNSEEN, PHRASE_WITH(number));
}
