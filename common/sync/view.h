// Views: everything that is computed from entries (charter, records, cells, tallies, keys, mail).
// One table says what each kind of entry feeds. A log is applied in order and waits where it must:
// for its author's enrolment, for a pack, for a key. What is judged wrong goes into quarantine with
// a reason and the log goes on.
//
//	QUARANTINE  log number u32 ‖ seq u64 → reason u8 ‖ time u64
//	MAIL        unit id ‖ log number u32 ‖ seq u64 → nothing: letters for a unit
//	META "filled/" ‖ log number u32 ‖ seq u64 → nothing: its payload came later, and is not applied yet
//	META "passed/" ‖ unit[16] ‖ log number u32 → u64: below, what the log says of the unit was none of our business
//	META "waiting/" ‖ log number u32 → nothing: logs with entries not applied yet
//	META "basis/" ‖ log number u32 → size u64: just behind the last entry that figures were computed from
//	META "moved/" ‖ log number u32 → nothing: the basis moved since our last tally
#ifndef TRIBUTARY_SYNC_VIEW_H
#define TRIBUTARY_SYNC_VIEW_H

#include "ledger/derive.h"
#include "ledger/merge.h"
#include "ledger/pack_stock.h"
#include "ledger/tally.h"
#include "log/journal.h"
#include "org/charter.h"
#include "org/epoch.h"
#include "sync/self.h"

// The ledger's pack, decoded once per process and again when another is published.
struct view_pack {
	struct pack_stock *stock; // that others take from as well; NULL: our own
	struct pack_stock own;
	struct pack_stock_item *held;
	const struct pack *pack;  // NULL: none published yet
	uint32_t version;
	struct hash digest;       // of its encoded form
};

// How far a log is applied in this transaction, while its row is not saved yet.
#define VIEW_MARKS 16
struct view_mark {
	struct hash log;
	uint32_t number;
	uint64_t applied;
	uint64_t basis;           // of our own entries at hand; 0: stored already
};

// What the author of the entry at hand is to the unit whose record it changes.
struct view_standing {
	bool known;
	struct id author, owner;
	bool concerns;            // such records are kept here
	enum relation relation;
	bool judges;              // all that a move of such records may rest on is read here
};

// Payloads of our own entries in this transaction, newest ones: moves name them before they can be read.
#define VIEW_RECENT 32
struct view_recent {
	uint32_t log;             // 0: none
	uint64_t seq;
	struct buf payload;
};

struct view {
	struct txn *txn;
	const struct self *self;
	struct view_pack *pack;       // shared between transactions; owned by whoever owns the process
	struct arena arena;           // scratch of one entry
	struct cell_batch *cells;     // own figures; NULL on a server
	struct charter_device author; // of the log at hand: most entries come in runs
	bool author_known;
	struct view_standing standing;
	bool derive;                  // something came that derived cells may depend on
	bool members;                 // something came that the count of the unit's members may depend on
	bool rewake;                  // something came that waiting logs may have waited for
	bool superiors_again;         // units came below us: what superiors said of them means something now
	bool rebuilding;              // only what view_rebuild threw away is applied again
	uint64_t again_to;            // of the log at hand: entries below were applied before the rebuild
	bool from_nothing;            // everything is applied again, the charter as well
	struct id rebuild_unit;       // whose; zero: everybody's
	bool changed_basis;           // the entry at hand fed figures
	uint64_t basis;               // of the log at hand: behind the last such entry; 0: none yet
	struct id stale[4];           // units whose views no longer follow from what they were computed with
	size_t stale_count;
	struct view_mark mark[VIEW_MARKS];
	size_t mark_count, mark_next;
	struct view_recent recent[VIEW_RECENT];
	size_t recent_next;
	bool progressed;              // some log was applied further
	struct workflow_verdict verdict; // what the last move set aside lacks
	uint64_t applied, quarantined; // entries, counted
};

void view_pack_init(struct view_pack *pack);
void view_pack_init_shared(struct view_pack *pack, struct pack_stock *stock); // NULL: alone
void view_pack_free(struct view_pack *pack);
enum err view_pack_refresh(struct view_pack *pack, struct txn *txn); // cheap when nothing changed

enum err view_begin(struct view *view, struct txn *txn, const struct self *self, struct view_pack *pack);
enum err view_end(struct view *view); // flushes figures, wakes what waited; releases memory also on error

// Applies the entries of a log not applied yet, as far as it goes; saves the row.
enum err view_catch_up(struct view *view, struct journal_log *log);

// An entry that was held without its payload has it now: applied when what waited is looked at.
enum err view_filled(struct view *view, uint32_t log, uint64_t seq);

// Applies one entry that we are about to append; for a sealed one, `entry` is the inner entry. With
// *reason set nothing changed, and it must not be appended.
enum err view_apply_own(struct view *view, const struct journal_log *log, const struct entry *entry, enum merge_reason *reason);

enum err view_flush(struct view *view); // own figures gathered so far, into the store
enum err view_derive(struct view *view); // and what follows from them (ledger/derive), where anything came

// What the charter says of a unit, for derivations and for asking about others. Lists in the arena.
// ERR_NOT_FOUND: the unit, or its kind, is not known here.
enum err view_derive_unit(struct txn *txn, const struct pack *pack, const struct id *id, struct arena *arena,
                          struct derive_unit *unit);

// The frontier that our unit's figures stand on: the basis of each log of its devices (a device), or of
// each log whose tallies our roll-up sums (a server; with `moved_only`, those that moved since our last
// tally). *frontier in the arena.
enum err view_frontier(struct view *view, bool moved_only, struct arena *arena, struct tally_frontier **frontier, size_t *count);
enum err view_moved_clear(struct view *view);
enum err view_basis_set(struct view *view, uint32_t log, uint64_t basis);

// Throws away what was computed of a unit (records, own cells, quarantine) and computes it again;
// of everything with a zero id. After a revocation, and for `check --rebuild`.
enum err view_rebuild(struct view *view, const struct id *unit);

// Is the server one of those that are or were above our unit? ERR_AGAIN: it is not known yet, or our own unit is not: our
// logs may come back before the statement that made it.
enum err view_receipt_above(struct view *view, const struct hash *server, bool *above);

// Into which sums of this server a tally of the unit goes, month by month: those of the unit and its ancestors
// up to our own; none where another server sums it. ERR_AGAIN: the pack must be known first.
struct tally_places;
enum err view_tally_places(struct view *view, const struct id *unit, bool rollup, struct arena *arena,
                           struct tally_places *places);

// What a move that was set aside (reason STEP) lacks, judged again. ERR_NOT_FOUND: nothing, or it cannot be read.
enum err view_explain(struct txn *txn, const struct self *self, struct view_pack *pack, struct dot dot,
                      struct workflow_verdict *verdict);

struct view_quarantined {
	uint32_t log;
	uint64_t seq;
	enum merge_reason reason;
};
enum err view_quarantine_read(struct span key, struct span value, struct view_quarantined *item);

#endif
