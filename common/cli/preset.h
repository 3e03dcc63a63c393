// What a new record begins with (ledger/carry): put into the writes, and told to whoever entered it.
#ifndef TRIBUTARY_CLI_PRESET_H
#define TRIBUTARY_CLI_PRESET_H

#include "cli/command.h"

// What was added, ready to be told after the commit.
struct preset {
	size_t count;
	struct preset_item {
		const char *title, *text; // field and value for people
		const char *from;         // label of the record it was carried from; NULL: a default
	} *items;
	json_t *carried, *defaults;   // by field name, for --json
};

// Makes *writes longer by what a new record of the kind begins with. VERB_OK, or why not (told).
int preset_add(struct command *command, const struct pack_kind *kind, struct pen_write **writes, size_t *count,
               struct preset *preset);
void preset_tell(const struct preset *preset); // a line for each
void preset_free(struct preset *preset);

#endif
