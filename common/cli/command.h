// One command at work: the data directory open, one transaction, scratch memory. Nearly every verb
// is a function over this; opening, refusing, committing and closing stand here once.
#ifndef TRIBUTARY_CLI_COMMAND_H
#define TRIBUTARY_CLI_COMMAND_H

#include "io/home.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/verb.h"

enum command_mode {
	COMMAND_HOME,   // the directory alone; opened for writing, no transaction
	COMMAND_READ,   // and a read transaction
	COMMAND_WRITE,  // and a pen
	COMMAND_MEND,   // the same, in a store that was made anew of what was whole and is not used before it was mended
};

struct command {
	const struct verb_call *call;
	struct home home;
	struct txn txn;
	bool begun;             // the transaction is open
	struct pen pen;         // of a write transaction
	struct arena arena;
	const struct pack *pack; // NULL: none here yet
	struct lookup look;     // over the transaction, for the store's own unit
};

// Opens, lets `work` do it, commits when that gave VERB_OK and did not do so itself, closes. Refuses (and says so) a directory
// that holds no store or has not joined. Gives the exit code.
int command_run(const struct verb_call *call, enum command_mode mode, int (*work)(struct command *command));

// For commands that found or join: makes the directory, or opens one that holds an identity which has
// not joined yet (an answer was lost; asking again is safe). VERB_OK, or why not.
int command_fresh(const struct verb_call *call, struct home *home);
// The same, and one that has joined will do.
int command_make(const struct verb_call *call, struct home *home);

// A transaction within COMMAND_HOME. command_commit() ends it and says why it failed, also where a month that
// is not open was changed without --reason; command_abort() undoes it.
enum err command_begin(struct command *command, enum store_mode mode);
int command_commit(struct command *command);
void command_abort(struct command *command);

int command_fail(const struct command *command, enum err err, enum phrase what, const char *where);
// ERR_OK is VERB_OK; anything else is told as above.
int command_done(const struct command *command, enum err err, enum phrase what, const char *where);

// The pack, a kind of it, a field of that; NULL with the reason told in *code.
const struct pack_kind *command_kind(const struct command *command, const char *text, int *code);
const struct pack_field *command_field(const struct command *command, const struct pack_kind *kind, const char *text, int *code);
// A record by label, id or the beginning of one; of a kind that comes from above, whose it is from here on
// (look.unit). VERB_OK, or why not.
int command_record(struct command *command, const struct pack_kind *kind, const char *text, struct id *record);
// A unit by id, code, name or path; NULL text: the store's own.
int command_unit(struct command *command, const char *text, struct id *unit);
// Whose records: those of --unit from here on, where it is given.
int command_owner(struct command *command);

struct output_table *command_table(const struct command *command, const char *name, const struct output_column *columns, size_t count);
struct output_table *command_sheet(const struct command *command, const struct output_column *columns, size_t count);
int command_table_end(const struct command *command, struct output_table *table);
// Rows that tell what is written: printed once it is committed, and dropped where it is not. `code`: VERB_OK, or why it is not to be.
struct output_table *command_table_held(const struct command *command, const char *name, const struct output_column *columns, size_t count);
int command_table_commit(struct command *command, struct output_table *table, int code);

#define COMMAND_ARENA_BYTES ((size_t)256 * 1024 * 1024)

#endif
