// Roles that devices hold: what the charter says of them. Statements are kept as they are, all of them, and a
// question is answered from the whole set, so their order does not matter.
//
// Each statement says which entries of the unit's devices lie before it: its cut-off, what the server that states
// it held of their logs. An entry is judged by the statements that it lies behind. So a role that is withdrawn undoes
// no move that was handed in before, one that is granted makes no earlier move good, and no clock is asked.
// Of several statements about one device the highest rank counts; of one rank, that which withdraws.
//
//	ROLE  unit ‖ log number u32 ‖ seq u64 ‖ index u16 → version u8 ‖ granted u8 ‖ device[32] ‖ day u32 ‖ rank u32 ‖
//	      role: size u16 and bytes ‖ cut-offs u8 × (log[32] ‖ size u64)
#ifndef TRIBUTARY_ORG_CHARTER_ROLE_H
#define TRIBUTARY_ORG_CHARTER_ROLE_H

#include "org/charter.h"

#define CHARTER_ROLE_CUTOFFS 128 // logs that a statement may name

struct charter_role {
	struct id unit;              // the device's
	struct hash device;
	char role[LIMIT_NAME_BYTES + 1];
	bool granted;                // else withdrawn
	int32_t since;               // day; shown, and nothing is judged by it
	uint32_t rank;
	size_t cutoff_count;
	struct charter_cutoff cutoff[CHARTER_ROLE_CUTOFFS];
};

// An entry of the device; log NULL: one that is still to be written, behind all statements.
struct charter_role_entry {
	const struct id *unit;
	const struct hash *device;
	const struct hash *log;
	uint64_t seq;
};

// May the device act for the role in this entry? It holds it; or nobody of its unit was ever granted it before, and it is
// not `strict`.
enum err charter_role_may(struct txn *txn, const struct charter_role_entry *entry, const char *role, bool strict, bool *may);

// Does the device hold the role by all that is known? *row: the statement that says so.
bool charter_role_holds(struct txn *txn, const struct id *unit, const struct hash *device, const char *role,
                        struct charter_role *row);

uint32_t charter_role_rank(struct txn *txn, const struct id *unit, const char *role); // the highest stated; 0: none was

// Statements about devices of the unit; of all units without one.
struct charter_walk charter_role_walk(struct txn *txn, const struct id *unit);
bool charter_role_next(struct charter_walk *walk, struct charter_role *row);

// What the statement at hand says; private to org/charter_apply*.c.
struct charter_batch;
struct buf;
void charter_role_put(struct charter_batch *batch, struct dot place, size_t index, const struct charter_role *row, struct buf *scratch);

#endif
