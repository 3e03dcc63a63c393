// What a new record begins with, so that nothing is asked twice: values taken over from an earlier record
// of its kind (pack: `carry: true`), and defaults.
#ifndef TRIBUTARY_LEDGER_CARRY_H
#define TRIBUTARY_LEDGER_CARRY_H

#include "ledger/pack.h"
#include "ledger/record.h"

// A value for a field that was not given, and where it comes from.
struct carry_value {
	const struct pack_field *field;
	struct value value;
	bool carried;         // from a record; else the field's default
	struct id from;       // that record
};

// Of the fields not among `given` (numbers, plain), those that a new record of this kind begins with.
// Carried values come from a record of the unit that is not deleted and, where the kind says so
// (carry_same), has the same value there as the new one; of several, from the one with the latest day or
// month in `carry_newest` (not behind the new one's own), then from the one written last (record_better).
// `shown` gives the values given to the new record. *values in the arena. ERR_BUDGET, the store's failure.
struct carry_given {
	size_t count;
	const uint8_t *fields;
	const struct value *values;
};
enum err carry_values(struct txn *txn, const struct pack_kind *kind, const struct id *unit,
                      const struct carry_given *given, struct arena *arena, struct carry_value **values, size_t *count);

#endif
