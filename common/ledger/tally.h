// Tallies: a unit's published cells (DESIGN 8). A device publishes the cells that changed since
// its previous tally, with what changed in the frontier they were computed from; a log's tallies
// form a chain, and a complete tally starts one anew. Of two chains of one unit the one whose
// frontier covers the other's is in force; if none covers all, the figures are provisional.
//
//	TALLY  'l' ‖ log number u32 → chain: unit, rollup, summed, revision, seq, through, time
//	TALLY  'l' ‖ log number u32 ‖ log id[32] → size u64 ‖ root[32]: the chain's frontier
//	TALLY  'r' ‖ log number u32 → nothing: the chain's device was revoked
//	TALLY  'u' ‖ unit id[16] ‖ rollup u8 ‖ log number u32 → nothing: chains of a unit
//	TALLY  'w' ‖ unit id[16] ‖ rollup u8 → log number u32 ‖ provisional u8: in force
//	TALLY  's' ‖ unit id[16] → nothing: its sum is kept apart
// The chain's cells are CELL with owner cell_owner_log(log number).
#ifndef TRIBUTARY_LEDGER_TALLY_H
#define TRIBUTARY_LEDGER_TALLY_H

#include "ledger/cell.h"
#include "ledger/pack.h"

struct tally_frontier {
	struct hash log;
	uint64_t size;
	struct hash root;
};

struct tally {
	struct id unit;         // zero: the author's own
	uint32_t revision;
	uint64_t previous;      // seq + 1 of the previous tally in this log; 0: complete
	bool rollup;
	int32_t through;        // month
	uint32_t pack_version;
	size_t frontier_count;
	const struct tally_frontier *frontier; // changed since the previous tally
	size_t cell_count;
	const struct cell *cells;              // new values (not differences), ascending
};

enum err tally_decode(struct span payload, struct arena *arena, struct tally *tally); // ERR_MALFORMED, ERR_BUDGET
void tally_encode(const struct tally *tally, struct buf *payload);

struct tally_chain {
	uint32_t log;
	struct id unit;
	bool rollup;
	bool summed;            // its cells are part of sums kept here; else it is evidence only
	uint32_t revision;
	uint64_t seq;           // of the newest tally
	int32_t through;
	uint64_t time;          // of the newest tally's entry
	uint32_t pack_version;  // by which the newest tally was computed
};

enum err tally_chain_get(struct txn *txn, uint32_t log, struct tally_chain *chain); // ERR_NOT_FOUND

// The chain in force for a unit. ERR_NOT_FOUND: it has never reported.
enum err tally_in_force(struct txn *txn, const struct id *unit, bool rollup, struct tally_chain *chain, bool *provisional);

// Whose cells are the sum of a unit here: its chain in force where that is all there is to sum (most units
// are leaves, and keep no second copy of their cells), otherwise the sum kept apart of it and of what is
// below it. Nothing summed here has no cells.
enum err tally_sum_owner(struct txn *txn, const struct id *unit, struct cell_owner *owner);

// All chains in force here, by unit: what a server holds, whatever the size of the tree.
enum err tally_each(struct txn *txn, enum err (*visit)(void *context, const struct tally_chain *chain, bool provisional),
                    void *context);

// Takes an entry's tally into its log's chain, decides anew which chain is in force, and adds what
// changed by that to the sums of `into[0..into_count)` (the unit itself and its ancestors as far
// as this server sums, its own unit last: that one's sum goes up, so its cells are marked; none:
// evidence only). Cost: the cells given, times into_count; plus, when
// another chain comes into force, the cells in which the two differ, and, when the first unit below a
// unit reports, the cells of that one's own chain.
// A tally whose `previous` is not the chain's newest is ERR_GAP: it is applied by nobody.
enum err tally_apply(struct txn *txn, uint32_t log, uint64_t seq, uint64_t time, const struct tally *tally,
                     const struct id *into, size_t into_count, struct arena *arena);

// The same where the unit stood elsewhere once: each month goes into the sums of its own time (ledger/tally_places).
struct tally_places;
enum err tally_apply_in(struct txn *txn, uint32_t log, uint64_t seq, uint64_t time, const struct tally *tally,
                        const struct tally_places *places, struct arena *arena);
enum err tally_forget_in(struct txn *txn, uint32_t log, const struct tally_places *places, struct arena *arena);

// The tree has changed: what the unit's chain in force adds to which sums follows. Costs the chain's cells.
enum err tally_move(struct txn *txn, const struct id *unit, bool rollup, const struct tally_places *places, struct arena *arena);

// Takes a log's chain out of all sums and forgets it, as if it had never spoken: before its tallies are
// applied anew (a revocation cut its log short). Another chain of the unit may come into force by it.
enum err tally_forget(struct txn *txn, uint32_t log, const struct id *into, size_t into_count, struct arena *arena);

// The frontier of a log's chain, ascending by log id, in the arena: what its figures stand on.
enum err tally_frontier_of(struct txn *txn, uint32_t log, struct arena *arena, struct tally_frontier **frontier,
                           size_t *count);

// What the owner (CELL_OWN of a branch device, CELL_ROLLUP of a server's unit) would publish now in
// the log `log`: dirty cells of months up to `through` (the engine's own metrics: all) whose value
// differs from the log's chain, and the given frontier less what the chain already has.
// With `rebase` the tally is complete. Cells found equal lose their mark.
// ERR_NOT_FOUND: nothing to publish (also when the chain in force covers the frontier and has the
// same values and `through`).
struct tally_request {
	struct cell_owner owner;
	struct id unit;
	bool rollup;
	uint32_t log;
	int32_t through;
	uint32_t pack_version;
	bool rebase;
	size_t frontier_count;
	const struct tally_frontier *frontier; // the whole of it
};
enum err tally_prepare(struct txn *txn, const struct tally_request *request, struct arena *arena, struct tally *tally);

// The engine's own metric: moves the unit's -1 of CELL_METRIC_REPORTING behind `through`.
enum err tally_vouch(struct txn *txn, const struct cell_owner *owner, int32_t since, int32_t before, int32_t through);

#endif
