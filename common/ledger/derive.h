// Derived cells: figures of a unit that are functions of its other own cells, of its row in the
// charter and of what came down: a cadence met, a check that fails, a band reached. They are computed
// on the unit's own devices once the cells of a transaction are flushed, and from then on are cells like
// any other: published in the tally, summed up the tree, proven by its signature.
//
// A row of the table in derive.c is one derivation. It says each time, from nothing, what its cells
// shall be (derive_put); what stood there and is not said again goes. So the incremental value cannot
// differ from the one computed from nothing, view_rebuild and a new pack need nothing of their own, and
// a transaction that changes nothing derived marks nothing as changed. Rows run in the order of the table:
// one may read what those above it have put. None reads a clock: what depends on time says so by the
// month that its cell stands in.
#ifndef TRIBUTARY_LEDGER_DERIVE_H
#define TRIBUTARY_LEDGER_DERIVE_H

#include "ledger/cell.h"
#include "ledger/pack.h"

// Units below ours: so many more (or, negative, fewer) of a kind from a day on.
struct derive_change {
	const struct pack_unit_kind *kind;
	int32_t day;
	int64_t delta;
};

// What the charter says of the unit.
struct derive_unit {
	struct id id;
	const struct pack_unit_kind *kind;   // NULL: not one of the pack's
	const struct pack_unit_kind *parent; // of the unit above; NULL: none, or not one of the pack's
	int32_t since, closed;               // days; INT32_MAX: open
	size_t change_count;
	const struct derive_change *changes; // in no order
};

struct derive {
	struct txn *txn;              // reads anything of the unit's; writes nothing itself
	const struct pack *pack;
	const struct derive_unit *unit;
	struct cell_owner owner;      // of the unit's own cells
	struct arena *arena;          // scratch, empty when a derivation begins
	struct cell_batch *cells;     // what shall stand; derive_put()
};

struct derivation {
	const char *name;
	uint16_t metric;                           // its cells are of this metric; 0: of any
	bool (*owns)(const struct cell_key *key);  // and of these only; NULL: all of the metric
	enum err (*run)(struct derive *derive);
};

// One cell that shall stand (adds, where it is said twice). A month that cells cannot stand in is left out.
enum err derive_put(struct derive *derive, const struct cell_key *key, int64_t value);

// All derivations, in order. `unit`, `txn`, `pack`, `owner` and `arena` are the caller's.
enum err derive_run(struct derive *derive);
// The given ones; the last row has no `run`.
enum err derive_rows(struct derive *derive, const struct derivation *rows);

#endif
