// The payload of ENTRY_CHANGES: writes to fields of records of one unit (DESIGN 6).
#ifndef TRIBUTARY_LEDGER_CHANGE_H
#define TRIBUTARY_LEDGER_CHANGE_H

#include "ledger/pack.h"

#define CHANGE_CHAIN_MAX (1u << 20) // of edits on edits of one field

// The place of a write: an entry of a log. Inside a store the log is named by its number there.
struct dot {
	uint32_t log;
	uint64_t seq;
};

static inline bool dot_equal(struct dot a, struct dot b) { return a.log == b.log && a.seq == b.seq; }

struct change_pred {
	const struct hash *log; // NULL: the log that the write itself stands in
	uint64_t seq;
};

struct change_write {
	uint8_t field;          // 0: the record itself: number 1 deletes it, 0 brings it back
	struct span element;    // key within a keyed field; else empty
	uint32_t chain;         // 1 + longest chain among the preds; at least 1
	size_t pred_count;
	const struct change_pred *preds;
	struct value value;
};

struct change {
	struct id record;
	uint16_t kind;
	size_t write_count;
	const struct change_write *writes;
};

// So that what was erased cannot be guessed from the hash that stays (DESIGN 3).
#define CHANGE_SALT_BYTES 16

struct changes {
	struct id unit;         // zero: the author's own
	uint32_t pack_version;
	size_t count;
	const struct change *changes;
	struct span salt;       // CHANGE_SALT_BYTES random bytes where a kind may be erased; else empty
};

// Decoded into the arena (spans borrow from `payload`). Checks shape and bounds (limits.h), one
// change per record and one write per (field, element); chain is 1 without preds, else 2 to
// CHANGE_CHAIN_MAX. Changes and writes come out sorted: among themselves they have no order.
// Whether kind, field and authority are right is asked by ledger/apply. ERR_MALFORMED, ERR_BUDGET.
enum err change_decode(struct span payload, struct arena *arena, struct changes *changes);

void change_encode(const struct changes *changes, struct buf *payload); // sticky error in buf

#endif
