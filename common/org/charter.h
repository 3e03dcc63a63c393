// The charter: the tree of units and the devices that speak for them, as the signed statements
// have it (DESIGN 5). A pure function of the set of statements applied.
//
// Who may state what. The registrar of a unit is the nearest unit at or above it that has a
// server; a statement counts when its author is the server of
//	the registrar of the parent     unit created under it; a server enrolled for the unit or revoked
//	the registrar of the unit       any other device of the unit enrolled, revoked, given a role; unit renamed, closed
//	the top                         a pack published
// so every unit has one writer, and a statement depends only on statements of the author's own log
// and of logs above it. (The top has no parent: its own server stands in.) A log whose author is
// not enrolled yet, or that names a unit or device not known here yet, waits; it is not refused.
//
//	a unit id     is created once; the same words again are harmless
//	a code        is unique among the units one log creates. Two logs that cannot see each other may
//	              give one code twice: both stand, and charter_unit_find says ERR_CONFLICT
//	a unit        has at most one server: revoke the old one first (in the same entry if wished)
//	a revocation  is final; it names at most 16 logs. An entry revokes devices of one unit only
//	a closed unit closes alone, from that day on
//	a unit is moved, merged or split by the registrar of the nearest unit above all that are named,
//	and so each edge of the tree has one writer (org/charter_past.h has the rules and the past)
//	the last word on a unit's name and closing is that of its latest registrar, also where an
//	earlier one's, from before its cut-off, comes late
//
//	UNIT          unit id → row            UNIT_CHILD   parent ‖ unit → nothing; u8 1 where it stood once
//	UNIT_ALIAS    name or code ‖ 0 ‖ unit → nothing (cut to LIMIT_NAME_BYTES)
//	UNIT_COUNT    unit ‖ kind ‖ 0 ‖ day u32 → i64 ‖ i64: units of the kind below it that begin on the day;
//	              those that come on it from elsewhere, less those that end or go (absent: 0)
//	DEVICE        signing key → row        DEVICE_UNIT  unit ‖ signing key → nothing
//	DEVICE_CURVE  CURVE key → signing key  PACK         name ‖ 0 ‖ version u32 → encoded pack
#ifndef TRIBUTARY_ORG_CHARTER_H
#define TRIBUTARY_ORG_CHARTER_H

#include "base/arena.h"
#include "base/store.h"
#include "ledger/merge.h"
#include "org/statement.h"

#define CHARTER_CUTOFFS 16 // logs that a revocation may name

struct charter_unit {
	struct id unit;
	struct id parent;         // zero: the top
	char kind[LIMIT_NAME_BYTES + 1];
	char name[LIMIT_TITLE_BYTES + 1];
	char code[LIMIT_NAME_BYTES + 1];
	int32_t since;            // day
	int32_t closed;           // first day on which it is no more; INT32_MAX: open
	struct hash server;       // signing key of its present server; zero: it has none
	struct dot place;         // where it was created
	struct dot renamed;       // where last; log 0: never
	struct dot ended;         // where it was closed; log 0: open
	uint8_t level;            // units above it where it was created: 0 for the top; below LIMIT_TREE_LEVELS
	bool past;                // its place or its name was another once (org/charter_past)
	bool merged;              // closed, and a part of its parent, the successor
};

struct charter_cutoff {
	struct hash log;
	uint64_t size;
};

struct charter_device {
	struct hash device, curve, box;
	struct id unit;
	bool server;
	bool revoked;
	char label[LIMIT_TITLE_BYTES + 1];
	int32_t since;            // day
	struct dot place;         // where it was enrolled (zero log: genesis)
	size_t cutoff_count;      // of a revoked device: its logs' sizes that stay valid
	struct charter_cutoff cutoff[CHARTER_CUTOFFS];
};

enum err charter_unit_get(struct txn *txn, const struct id *unit, struct charter_unit *row);     // ERR_NOT_FOUND
enum err charter_device_get(struct txn *txn, const struct hash *device, struct charter_device *row);
enum err charter_device_by_curve(struct txn *txn, const struct hash *curve, struct charter_device *row);

// The top of the tree and its root key, as genesis has it. ERR_NOT_FOUND before it.
enum err charter_top(struct txn *txn, struct id *unit, struct hash *root_key);

// The nearest unit at or above `unit` that has a server. ERR_NOT_FOUND.
enum err charter_registrar(struct txn *txn, const struct id *unit, struct id *registrar);
bool charter_is_ancestor(struct txn *txn, const struct id *above, const struct id *unit); // of itself: false
// Unit first, top last. What is merged into its successor is left out, but for the unit itself.
enum err charter_path(struct txn *txn, const struct id *unit, struct id path[static LIMIT_TREE_LEVELS], size_t *count);
enum relation charter_relation(struct txn *txn, const struct id *author, const struct id *owner); // registrar counts as parent

// By 32 hex digits, by code, by name, or by a path of names or codes "county/township/branch", which
// may begin anywhere. Open units come before closed ones. ERR_NOT_FOUND, ERR_CONFLICT (several).
enum err charter_unit_find(struct txn *txn, const char *text, struct id *unit);

// Walks: children of a unit; all units below one (itself first, parents before children); devices of a unit.
struct charter_walk {
	struct scan scan;
};
struct charter_walk charter_children(struct txn *txn, const struct id *parent);
bool charter_child_next(struct charter_walk *walk, struct id *unit);
struct charter_walk charter_devices(struct txn *txn, const struct id *unit);
bool charter_device_next(struct charter_walk *walk, struct hash *device);
void charter_walk_end(struct charter_walk *walk);
enum err charter_subtree(struct txn *txn, const struct id *unit, enum err (*visit)(void *context, const struct charter_unit *row),
                         void *context);
// How many levels stand at and below a unit.
enum err charter_height(struct txn *txn, const struct id *unit, size_t *levels);

// How many units at or below `unit` keep a ledger on the day (the pack says which kinds do): n of "k of n".
// pack NULL: units of every kind. Costs the days on which anything began or ended there, not the units.
enum err charter_expected(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, int64_t *count);
// The same with what was entered up to `known`, in the tree of `day`: a unit entered late owes the months before, too.
enum err charter_expected_then(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, int32_t known,
                               int64_t *count);
// Of other kinds than those that keep a ledger.
struct charter_kinds {
	bool (*counted)(const void *context, const char *kind);
	const void *context;
};
bool charter_keeps_ledger(const void *pack, const char *kind); // pack NULL: every kind
enum err charter_expected_of(struct txn *txn, const struct charter_kinds *kinds, const struct id *unit, int32_t day, int32_t known,
                             int64_t *count);

// How many units of which kinds begin (less those that end) below `unit` on which days, by kind and day.
enum err charter_counts(struct txn *txn, const struct id *unit,
                        enum err (*visit)(void *context, const char *kind, int32_t day, int64_t delta), void *context);

// Is an entry of this device at this place before its cut-off? (Not revoked: always.)
bool charter_covers(const struct charter_device *device, const struct hash *log, uint64_t seq);

// One entry of statements by `author` (its device key). All or none: *reason tells why none
// (MERGE_STATEMENT, MERGE_MALFORMED, MERGE_REVOKED: the author was, before this entry).
// *effects tells the caller what else must follow. ERR_AGAIN: the author, or a unit or device it
// names, is not known here yet; nothing changed. ERR_BUDGET: the arena is too small for the entry.
struct charter_effects {
	bool pack_published;
	bool unit_created;      // logs that waited may go on
	bool device_enrolled;   // logs that waited may go on; epoch keys to wrap
	bool device_revoked;    // views of `revoked_unit` must be built anew; epoch keys rotate
	struct id revoked_unit;
	bool role_stated;       // moves of `role_unit` (of its server: of those below, too) are judged anew
	bool role_server;
	struct id role_unit;
	bool server_changed;    // `server_unit` has another server, or none: who sums whom may differ, and what
	struct id server_unit;  // a revoked one stated behind its cut-off must be taken back
	bool tree_changed;      // logs that waited may go on
	bool superseded;        // a former superior's word, applied already, does not stand: the charter must be stated anew
	struct charter_changed *changed; // units that stand elsewhere now; in the arena
	struct charter_changed *ended;   // units that were closed or split, and are there no more
};

struct charter_changed {
	struct id unit;
	struct charter_changed *next;
};
enum err charter_apply(struct txn *txn, const struct hash *author, struct dot place, struct span payload,
                       struct arena *arena, enum merge_reason *reason, struct charter_effects *effects);

// Forgets all of it, to be stated anew from the logs (sync/view_rebuild). The root key that is trusted stays.
enum err charter_forget(struct txn *txn);

// The newest pack published: highest version. Bytes borrowed from the store. ERR_NOT_FOUND.
enum err charter_pack(struct txn *txn, struct span *pack);

#endif
