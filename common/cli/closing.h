// What has to be settled before a unit can be closed (S26): members whose home it is, and members of others who are
// there for a time. As far as this store knows: a township reads from which unit a guest is and until when.
#ifndef TRIBUTARY_CLI_CLOSING_H
#define TRIBUTARY_CLI_CLOSING_H

#include "cli/command.h"

struct closing {
	int64_t members;   // at home there, by the records of homes
	int64_t guests;    // whose time has not ended on the day
	struct buf whence; // of the guests: names of their units, each once
};

enum err closing_look(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, struct closing *open);
bool closing_settled(const struct closing *open);
void closing_free(struct closing *open);
// In words: "2 guests from 一支部 are there still; 3 members have their home there".
void closing_tell(const struct closing *open, struct buf *text);

// Units below `unit` that were to close by the day (an announced closing: `unit add --until`) and have not, as json for
// "warnings": unit, name, until, members, guests. NULL with *err.
json_t *closing_overdue(struct command *command, const struct id *unit, int32_t day, enum err *err);
void closing_overdue_print(const json_t *overdue, FILE *out);

#endif
