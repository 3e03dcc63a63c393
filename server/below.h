// The units directly below one, and itself last: what every table "by unit" goes through.
#ifndef TRIBUTARY_SERVER_BELOW_H
#define TRIBUTARY_SERVER_BELOW_H

#include "cli/command.h"

#define BELOW_ROWS_MAX 100000

struct below {
	struct command *command;
	struct charter_unit *rows; // in the command's arena
	size_t count;
	size_t room;
};

// Those that stand below `unit` on the day, by code, then name; where there are none, the unit alone.
enum err below_list(struct command *command, const struct id *unit, int32_t day, struct below *below);

// The cells that mark a row's unit: its id and name in --json, its name for people. Two columns: BELOW_COLUMNS.
#define BELOW_COLUMNS { .key = "unit_name", .machine = true }, { .key = "unit", .heading = PHRASE_HEAD_UNIT }
void below_put(struct command *command, struct output_table *table, const struct charter_unit *row);

// --unit, looked up, and the facts that say which one it is.
int below_unit(struct command *command, struct id *unit);
void below_facts(struct command *command, struct output_table *table, const struct id *unit);

#endif
