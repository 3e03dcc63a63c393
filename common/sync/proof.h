// Proofs: one figure with everything that leads to it, in a file that can be checked anywhere,
// offline, by whoever knows the root key (DESIGN 8).
//
// A proof holds whole ranges of signed logs and a claim. It is checked by replay: into an empty
// store, through the very code that takes in a session, and by reading the figure off the result.
//	1. charter    the statements from the root key down: who may speak for which unit
//	2. tallies    what each unit published; their sum is compared with the claim
//	3. the same again at each server below, cut to the frontier that its own roll-up names
//	4. entries    where the prover may read them: the branch's figure is computed anew from its records
// Every step is a signature and a Merkle root checked by log/journal, every rule one of ledger/ and org/.
//
// File: "TRPF" ‖ version u8 (1) ‖ one Proof (proto/wire.proto) ‖ BLAKE2b-256 over all before it
#ifndef TRIBUTARY_SYNC_PROOF_H
#define TRIBUTARY_SYNC_PROOF_H

#include "ledger/figure.h"
#include "sync/self.h"
#include "sync/view.h"

#define PROOF_MAX_BYTES (64 * 1024 * 1024)

// What stands for the figure of an extreme where nobody has a number. No claim is made of it.
#define PROOF_NO_VALUE INT64_MIN

struct proof_claim {
	struct hash root_key;
	struct id unit;
	uint16_t metric;          // number in the pack
	struct period period;
	uint8_t dimension;        // 0: the total
	uint16_t bucket;
	int64_t value;            // of a ratio: the numerator
	int64_t denominator;      // 1 unless a ratio
	uint64_t time;            // ms since 1970
};

// Gathers the proof of a figure as this server sees it (claim->unit, metric, period, dimension, bucket
// are given; the rest is filled in). Appends the file to `file`.
// ERR_NOT_FOUND: no such metric, the unit never reported, or nobody has a number that could be the least. ERR_TOO_LARGE. ERR_UNAUTHORISED: not a server.
enum err proof_make(struct txn *txn, const struct self *self, struct view_pack *pack, struct proof_claim *claim,
                    uint64_t now_ms, struct buf *file);

// The same in turns, so that a server does other work between them: each packs one frame, some milliseconds' work, whatever the
// figure stands on. What is read is one transaction's from the beginning to the end; self and pack stay where they are.
struct proof_make;
enum err proof_make_begin(struct txn *txn, const struct self *self, struct view_pack *pack, struct proof_claim *claim,
                          uint64_t now_ms, struct proof_make **make);
enum err proof_make_turn(struct proof_make *make, struct buf *file, bool *done); // appends to `file`, which may be emptied in between
void proof_make_end(struct proof_make *make);                                    // NULL is harmless

// What was found about one unit on the way down.
enum proof_finding {
	PROOF_FIGURE,    // the claim itself: published figures sum up to it
	PROOF_ROLLUP,    // a server's published sum equals the sum of what its units published
	PROOF_TALLY,     // a unit's published figure, signed by a device enrolled for it
	PROOF_ENTRIES,   // ... and its records, read here, give the same figure
	PROOF_SEALED,    // ... its records are sealed, or stay below: the frontier names them
};

struct proof_line {
	enum proof_finding finding;
	unsigned depth;           // below the claim's unit
	struct id unit;
	const char *name;         // of the unit, as the charter has it
	int64_t value;            // as published (for PROOF_ENTRIES: as computed); PROOF_NO_VALUE: it has none
	int64_t denominator;
	uint64_t entries;         // signed entries that stand behind it
	bool holds;
};

// Checks a proof file. `fresh` gives an empty store for each replay, `drop` takes it back. Each finding
// is told to `line` (may be NULL), parents first; `pack` (initialised, the caller's) ends up with the pack
// that the figure is of, *unit_name with the claim's unit, in the arena. ERR_OK only if everything holds.
//	ERR_MALFORMED, ERR_VERSION  not a proof, or of another version
//	ERR_CORRUPT                 altered since it was made
//	ERR_SIGNATURE               an entry, head or statement does not verify, or the figures do not add up
struct proof_reader {
	struct store *(*fresh)(void *context); // NULL: out of memory
	void (*drop)(void *context, struct store *store);
	void (*line)(void *context, const struct proof_line *line);
	void *context;
};
enum err proof_verify(struct span file, const struct proof_reader *reader, struct arena *arena, struct proof_claim *claim,
                      struct view_pack *pack, const char **unit_name);

#endif
