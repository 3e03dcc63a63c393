// A branch's desk in the oracle's play: a command's surroundings over its store, to find, change and export records.
#ifndef TRIBUTARY_TESTS_ORACLE_DESK_H
#define TRIBUTARY_TESTS_ORACLE_DESK_H

#include "cli/command.h"
#include "support/cluster.h"

enum { DESK_TABLES = 4 };
extern const struct desk_table {
	const char *kind, *file;
} desk_tables[DESK_TABLES];

struct desk {
	struct verb verb;
	struct verb_call call;
	struct command command;
};

void desk_open(struct actor *branch, struct desk *desk, enum store_mode mode);
void desk_close(struct desk *desk, enum store_mode mode);

// Every `step`-th record of a kind.
size_t desk_pick(struct desk *desk, const char *kind, size_t step, struct id *records, size_t most);
// The first record of a kind whose number (of a date: the day) in `field` is from `first` to `last`, and that has nothing in
// the fields of `without` (up to NULL; NULL: whatever).
bool desk_find(struct desk *desk, const char *kind, const char *field, int64_t first, int64_t last, const char *const *without,
               struct id *record);
// A field as if it were typed in; text NULL: the record is deleted.
void desk_set(struct desk *desk, const char *kind, const struct id *record, const char *field, const char *text);

// Everything the branch holds now, to DATA/export/CODE/TAG/.
void desk_export(struct actor *branch, const char *data, const char *code, const char *tag);

#endif
