// How arrivals lie in the store, for the files of sync/arrival*.c alone.
#ifndef TRIBUTARY_SYNC_ARRIVAL_INSIDE_H
#define TRIBUTARY_SYNC_ARRIVAL_INSIDE_H

#include "sync/arrival.h"

enum {
	ARRIVAL_PREFIX_BYTES = 1 + LIMIT_ID_BYTES,
	ARRIVAL_KEY_BYTES = ARRIVAL_PREFIX_BYTES + 8,
	ARRIVAL_VALUE_BYTES = 4 + 1 + 8 + 8 + 4,
};

void arrival_prefix(uint8_t prefix[static ARRIVAL_PREFIX_BYTES], enum audience_kind kind, const struct id *unit); // NULL: nobody
// Gives the item its number and its mark.
enum err arrival_number(struct txn *txn, const struct journal_log *log, struct arrival *item);
enum err arrival_file(struct txn *txn, enum audience_kind kind, const struct id *unit, const struct arrival *item);

// Is our unit the nearest with a server above this one?
bool arrival_directly_below(struct txn *txn, const struct self *self, const struct id *unit);

// Letters of a range, for whoever is on the way to them. `moved`: only those to that unit and those below it (NULL: all);
// *leaves: some go up.
enum err arrival_mail_file(struct txn *txn, const struct self *self, const struct journal_log *log, const struct arrival *item,
                           const struct id *moved, bool *leaves);
// A range of a charter, for all to whom it is shown.
void arrival_show_file(struct txn *txn, const struct id *author, const struct arrival *item);

#endif
