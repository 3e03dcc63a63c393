// The kinds of evidence that a record of a kind must have (fields with `evidence: true`, S14), and where each is:
// missing, named but not here, here, at the archive.
#ifndef TRIBUTARY_CLI_EVIDENCE_H
#define TRIBUTARY_CLI_EVIDENCE_H

#include "cli/command.h"
#include "ledger/record.h"

enum evidence_state { EVIDENCE_MISSING, EVIDENCE_AWAY, EVIDENCE_HERE, EVIDENCE_ARCHIVE };

// Of one required kind.
struct evidence {
	const struct pack_field *field;
	uint32_t files, here, archive; // named; those of them that are whole here, that the archive has receipted whole
	enum evidence_state state;     // of the one that is furthest back
};

bool evidence_asked(const struct pack_kind *kind);
// False: no further kind of evidence behind the field *at (0 to begin) of the kind.
bool evidence_next(struct command *command, const struct pack_kind *kind, const struct record *record, size_t *at, struct evidence *evidence);
json_t *evidence_json(struct command *command, const struct pack_kind *kind, const struct record *record); // NULL: none is asked
const char *evidence_text(const struct evidence *evidence);
// For a line: what is missing, or how much of all is at the archive.
const char *evidence_line(struct command *command, struct arena *arena, const struct pack_kind *kind, const struct record *record);

#endif
