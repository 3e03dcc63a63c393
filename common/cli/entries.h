// Every change that stands in the logs here, sealed ones opened where the key is here: what the history of a
// record's moves and the proof of a series are read from.
#ifndef TRIBUTARY_CLI_ENTRIES_H
#define TRIBUTARY_CLI_ENTRIES_H

#include "cli/command.h"

struct entries_item {
	const struct journal_log *log;
	const struct charter_device *author;
	const struct entry *entry;
	const struct changes *changes; // NULL: erased, or sealed and the key is not here
};

// Stops at the first failure of `visit`. Items are valid during the call.
enum err entries_each(struct command *command, enum err (*visit)(void *context, const struct entries_item *item), void *context);

// The changes of one entry, in the arena. False: it holds none, or they cannot be read here.
bool entries_changes(struct command *command, const struct journal_log *log, const struct entry *entry, struct arena *arena,
                     struct changes *changes);

#endif
