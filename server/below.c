// Gathered, then sorted: the tree's own order is that of ids, which says nothing to people.
#include "server/below.h"

#include <stdlib.h>

#include "org/charter_past.h"

static enum err add(void *context, const struct charter_unit *row)
{
	struct below *below = context;
	if (below->count == BELOW_ROWS_MAX)
		return ERR_TOO_LARGE;
	if (below->count == below->room) {
		size_t room = below->room ? 2 * below->room : 64;
		struct charter_unit *rows = arena_array(&below->command->arena, room, sizeof *rows);
		if (!rows)
			return ERR_BUDGET;
		if (below->count)
			memcpy(rows, below->rows, below->count * sizeof *rows);
		below->rows = rows;
		below->room = room;
	}
	below->rows[below->count++] = *row;
	return ERR_OK;
}

// "T2" before "T10": what is shorter has the smaller number.
static int by_code(const void *left, const void *right)
{
	const struct charter_unit *a = left, *b = right;
	size_t size = strlen(a->code), other = strlen(b->code);
	if (size != other)
		return size < other ? -1 : 1;
	int order = strcmp(a->code, b->code);
	return order ? order : strcmp(a->name, b->name);
}

enum err below_list(struct command *command, const struct id *unit, int32_t day, struct below *below)
{
	struct charter_unit own;
	*below = (struct below){ .command = command };
	enum err err = charter_children_on(&command->txn, unit, day, add, below);
	if (!err && below->count == 0)
		err = charter_unit_get(&command->txn, unit, &own);
	if (!err && below->count == 0)
		err = add(below, &own);
	if (!err && below->count > 1)
		qsort(below->rows, below->count, sizeof *below->rows, by_code);
	return err;
}

void below_put(struct command *command, struct output_table *table, const struct charter_unit *row)
{
	output_value(table, NULL, json_string(row->name));
	output_value(table, row->name, json_string(lookup_short(&command->look, &row->unit)));
}

int below_unit(struct command *command, struct id *unit)
{
	return command_unit(command, verb_value(command->call, "unit"), unit);
}

void below_facts(struct command *command, struct output_table *table, const struct id *unit)
{
	output_fact(table, "unit", json_string(lookup_short(&command->look, unit)));
	output_fact(table, "path", json_string(lookup_unit_path(&command->look, unit)));
}
