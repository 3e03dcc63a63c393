// One file on its way in or out, for cli/filing*.c alone.
#ifndef TRIBUTARY_CLI_FILING_INSIDE_H
#define TRIBUTARY_CLI_FILING_INSIDE_H

#include "cli/filing.h"

struct filing {
	struct command *command;
	const struct pack_kind *kind;
	const struct pack_field *field;
	struct id record;
	const char *place;        // FIELD or FIELD[KEY], as typed or with the file's own name
	struct span element;
	int fd;
	uint64_t size;
	struct hash file;
};

int filing_place(struct filing *filing);        // kind, record and field of the call's arguments. VERB_OK, or why not
enum err filing_named(struct filing *filing);   // the file that the record names there. ERR_NOT_FOUND
// What an entry of the unit that is looked at says, sealed or not; in the arena, or until the transaction ends.
enum err filing_entry(struct command *command, const struct journal_log *log, uint64_t seq, struct arena *arena, struct span *payload);
// The small picture, where one can be made and there is none yet; in front of the pieces.
enum err filing_picture_write(struct filing *filing);

#endif
