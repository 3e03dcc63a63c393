// Custody chains at rest: what is known here of members' records, from batches that came in any order and
// from anywhere. A pure function of the set of batches.
//
//	CUSTODY  'b' ‖ batch name[32] → flags u8 (1 checked and final where confirmed, 2 published by us) ‖ encoded CustodyBatch
//	CUSTODY  'r' ‖ member[16] ‖ epoch u64 ‖ record digest[8] → state u8 ‖ batch name[32] ‖ layout[125]
//	CUSTODY  'h' ‖ home[16] ‖ member[16] → nothing: by the last final record
//	CUSTODY  'i' ‖ incarnation[16] ‖ unit[16] → nothing: a life of a store of that unit, which has ended
//	CUSTODY  'w' ‖ member[16] ‖ batch name[32] → nothing: the witness looks at it again when a record of the member comes
//	CUSTODY  'q' ‖ batch name[32] → nothing: something is new about it (sync/pen_registrar looks)
#ifndef TRIBUTARY_ORG_CUSTODY_CHAIN_H
#define TRIBUTARY_ORG_CUSTODY_CHAIN_H

#include "base/store.h"
#include "org/charter.h"
#include "org/custody.h"
#include "org/custody_batch.h"

// WAITS: shown to the witness. REFUSED: the witness has not confirmed it. FINAL: it counts.
enum custody_state { CUSTODY_WAITS = 1, CUSTODY_REFUSED = 2, CUSTODY_FINAL = 3 };

struct custody_entry {
	struct custody_record record;
	struct hash digest;
	struct hash batch;
	enum custody_state state;
};

// Takes in what a batch says, alone or with what came of it before, whoever brought it. ERR_AGAIN: a server is not known here yet. ERR_SIGNATURE, ERR_UNAUTHORISED (not the writer's,
// not its witness), ERR_MALFORMED: nothing changed. Members concerned are marked due (org/transfer).
enum err custody_chain_take(struct txn *txn, const struct custody_batch *batch, struct arena *arena);

// The last final record of a member. ERR_NOT_FOUND.
enum err custody_chain_last(struct txn *txn, const struct id *member, struct custody_entry *last);
enum err custody_chain_at(struct txn *txn, const struct id *member, uint64_t epoch, struct custody_entry *entry); // the final one

// All records of a member, ascending by epoch.
struct scan custody_chain_scan(struct txn *txn, const struct id *member);
enum err custody_chain_read(const struct scan *scan, struct custody_entry *entry); // ERR_CORRUPT

// Members whose home a unit is; values are nothing, keys end with the member.
struct scan custody_chain_homes(struct txn *txn, const struct id *home);
struct id custody_chain_home_member(const struct scan *scan);

// Marks the unit's members due, who are to be confirmed.
void custody_chain_life_ended(struct txn *txn, const struct id *incarnation, const struct id *unit);
bool custody_chain_life_is_over(struct txn *txn, const struct id *incarnation, const struct id *unit);

// A batch as it is known here; spans are the arena's. ERR_NOT_FOUND.
enum err custody_chain_batch(struct txn *txn, const struct hash *name, struct arena *arena, struct custody_batch *batch,
                             bool *published);
enum err custody_chain_published(struct txn *txn, const struct hash *name); // by us, in `down`
struct scan custody_chain_news(struct txn *txn);                          // keys: 'q' ‖ name
enum err custody_chain_news_done(struct txn *txn, const struct hash *name);
void custody_chain_park(struct txn *txn, const struct hash *name, const struct id *member); // news again with the member's next record

// The unit whose server cosigns for a writer. ERR_NOT_FOUND: it is the top, and final by itself.
enum err custody_chain_witness(struct txn *txn, const struct id *writer, struct id *witness);

#endif
