// Values that no two records of a unit may share (pack: `unique: true`). Kept where the unit's own figures
// are, on its own devices: what is entered there is refused in time; what two devices entered without
// knowing of each other is kept twice, and listed until somebody decides which record is meant.
//
//	UNIQUE  unit id[16] ‖ kind u16 ‖ field u8 ‖ BLAKE2b-256 of the value ‖ record id[16] → nothing
//
// A pure function of the records that are not deleted: of each such field, the value that is shown.
#ifndef TRIBUTARY_LEDGER_UNIQUE_H
#define TRIBUTARY_LEDGER_UNIQUE_H

#include "ledger/pack.h"
#include "ledger/record.h"

// A record's values out and in, whenever it changes.
enum err unique_update(struct txn *txn, const struct pack *pack, const struct record *before, const struct record *after);

// Another record of the unit that has this value. ERR_NOT_FOUND: none.
enum err unique_other(struct txn *txn, const struct record_key *but, const struct pack_field *field,
                      const struct value *value, struct id *other);

// Each record that has a value which another has too: the same value's records one after the other, the
// first of them with `first` set. Stops at the first error.
struct unique_clash {
	const struct pack_kind *kind;
	const struct pack_field *field;
	struct id record;
	bool first;
};
enum err unique_each(struct txn *txn, const struct pack *pack, const struct id *unit,
                     enum err (*visit)(void *context, const struct unique_clash *clash), void *context);

#endif
