// The tree in time (DESIGN 5): what units were, from which day, and by whose word. A unit's past is the
// set of its changes, each an entry of some server's charter; its place on a day is a pure function of
// that set.
//
// An entry is judged by what its author knew: Statements.basis names, for each charter above it that changed
// the tree, how far the author had read it, and an entry waits until that much is here. In the tree as the
// author knew it, it must be the one to state this. A change of which it did not know may end its word:
// of the charters of the units named in Handover.former, only what lies before the cut-offs stands. So
// of two contradicting statements of authorities that did not know of each other, the higher one's
// stands; whatever order they come in. (Two that know of each other: the later one's.)
//
//	the place on a day   by the latest change stated that is effective by then
//	the present place    by the latest change stated
//	not known here       a new parent from afar: the first unit of Handover.way that is known, else the
//	                     author's unit. A unit from afar: the change waits for its creation
//	announced            told and kept, and nothing follows from it until its author states it again
//
//	UNIT_PAST  'e' ‖ unit[16] ‖ log u32 ‖ seq u64 ‖ index u32 → change
//	UNIT_PAST  'p' ‖ day u32 ‖ unit[16] ‖ log u32 ‖ seq u64 ‖ index u32 → nothing: announced
//	UNIT_PAST  'l' ‖ log u32 → seq u64 behind the log's last change of the tree
//	UNIT_PAST  'k' ‖ log u32 ‖ log u32 → how far the first one's author knew the second, u64
//	UNIT_PAST  'w' ‖ unit[16] ‖ unit[16] → nothing: the second is placed anew when the first becomes known
//	UNIT_PAST  'a' ‖ server's signing key[32] → its address, as it says itself
//	UNIT_PAST  'h' ‖ server's signing key[32] ‖ log u32 ‖ seq u64 → CURVE key[32] ‖ its address, as a handover says
#ifndef TRIBUTARY_ORG_CHARTER_PAST_H
#define TRIBUTARY_ORG_CHARTER_PAST_H

#include "org/charter.h"

enum charter_change_kind {
	CHARTER_CREATED = 0, // its first place and name
	CHARTER_MOVED = 1,
	CHARTER_MERGED = 2,
	CHARTER_SPLIT = 3,   // one for each successor
	CHARTER_RENAMED = 4,
	CHARTER_CLOSED = 5,
	CHARTER_CHANGE_END
};

const char *charter_change_name(enum charter_change_kind what); // "moved"

struct charter_change {
	struct id unit;
	struct dot place;
	uint32_t index;           // within the entry
	enum charter_change_kind what;
	bool announced;
	int32_t day;
	uint32_t rank;            // above those of all changes that its author knew
	struct hash log;          // whose entry: the way to the signed word
	struct id author;         // the unit whose server stated it
	struct id to;             // new parent, successor
	size_t way_count, former_count, cutoff_count;
	struct id way[LIMIT_TREE_LEVELS], former[LIMIT_TREE_LEVELS];
	struct charter_cutoff cutoff[CHARTER_CUTOFFS];
	char name[LIMIT_TITLE_BYTES + 1];
};

// A unit's past, in no order of time.
//	for (struct charter_walk walk = charter_past(txn, &unit); charter_past_next(&walk, &change);) …
//	charter_walk_end(&walk);
struct charter_walk charter_past(struct txn *txn, const struct id *unit);
struct charter_walk charter_past_all(struct txn *txn); // of all units, by unit
bool charter_past_next(struct charter_walk *walk, struct charter_change *change);

bool charter_change_after(const struct charter_change *a, const struct charter_change *b); // the later one's word stands
// Where it puts the unit, as far as units are known here.
enum err charter_change_parent(struct txn *txn, const struct charter_change *change, struct id *parent);

// The unit as it stood on the day: parent, merged, name. What it was when it was created, before that.
enum err charter_unit_on(struct txn *txn, const struct id *unit, int32_t day, struct charter_unit *row);
enum err charter_path_on(struct txn *txn, const struct id *unit, int32_t day, struct id path[static LIMIT_TREE_LEVELS],
                         size_t *count);
// Those that stood directly below the unit on the day, and below what had been merged into it; not what was merged itself.
enum err charter_children_on(struct txn *txn, const struct id *unit, int32_t day,
                             enum err (*visit)(void *context, const struct charter_unit *row), void *context);
// All of them below it on the day, itself first.
enum err charter_subtree_on(struct txn *txn, const struct id *unit, int32_t day,
                            enum err (*visit)(void *context, const struct charter_unit *row), void *context);

// The same, and what had been merged into any of them by then.
enum err charter_parts_on(struct txn *txn, const struct id *unit, int32_t day,
                          enum err (*visit)(void *context, const struct charter_unit *row), void *context);

// All places that a unit ever had: from which day, and who stood above it from then on.
struct charter_span {
	int32_t from;             // day; of the first: INT32_MIN
	bool merged;              // path[0] itself is a part of its successor
	size_t count;
	struct id path[LIMIT_TREE_LEVELS]; // itself first
};
struct charter_lineage {
	size_t count;
	struct charter_span *spans; // in the arena, ascending
};
enum err charter_lineage(struct txn *txn, const struct id *unit, struct arena *arena, struct charter_lineage *lineage);
size_t charter_lineage_on(const struct charter_lineage *lineage, int32_t day); // the span; months belong to that of their last day
bool charter_span_below(const struct charter_span *span, const struct id *unit); // it is the unit, or a part of it; merged: not itself
// What an author is to the owner, or was while it stood above it: what it wrote then, or not knowing better, goes on to
// count. (charter_relation says what it may write now.)
enum relation charter_relation_ever(struct txn *txn, const struct id *author, const struct id *owner);
bool charter_was_below(struct txn *txn, const struct id *above, const struct id *unit); // ever; of itself: false

// What an entry of our own log must say of what it knows (Statements.basis): charters of our unit and of those
// above it that changed the tree, as far as they are applied here, less what the log has said before. Whoever
// holds our charter holds those, so that nobody waits for what never comes.
struct charter_known {
	struct hash log;
	uint64_t size;
};
enum err charter_basis(struct txn *txn, const struct id *unit, const struct hash *own, struct arena *arena, struct charter_known **list, size_t *count);

// Changes that servers of `author` announced, whose day has come and that were not stated since.
#define CHARTER_DUE_MOST 64
struct charter_due {
	struct hash log;
	uint64_t seq;
	size_t statement;         // within the entry
};
enum err charter_due(struct txn *txn, const struct id *author, int32_t today, struct charter_due due[static CHARTER_DUE_MOST],
                     size_t *count);

// Where those below a server reach it, as it has said itself. ERR_NOT_FOUND.
enum err charter_address(struct txn *txn, const struct hash *server, char address[static LIMIT_ADDRESS_BYTES]);
// Its CURVE key and address; of one from afar, as a handover names them. ERR_NOT_FOUND.
enum err charter_server(struct txn *txn, const struct hash *server, struct hash *curve, char address[static LIMIT_ADDRESS_BYTES]);

#endif
