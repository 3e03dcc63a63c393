// Logs on the store: append one's own, accept another's, read, prove, erase. The only place that
// knows how logs rest (tables LOG, LOG_NUMBER, BLOCK, TREE, FORK).
//
//	LOG         log id → row (struct journal_log, layout in journal.c with a version byte)
//	LOG_NUMBER  number u32 → log id: short names inside this store, never shown to others
//	BLOCK       number u32, seq u64 after its last entry → XXH3-128 of the rest ‖ count u32 ‖ packed
//	            entries. Keyed by its end, a block is found by one ascending seek from any seq in it.
//	TREE        number u32, level u8, index u64 → root of a perfect subtree; kept for level JOURNAL_LEVEL
//	            and up. Below that, leaves are hashed again from their block when a proof needs them. Of files
//	            leaves are kept too: one is of 64 KiB, and a window of them takes 16 MiB to hash.
//
// A log is contiguous from 0. Its blocks fill whole pages; the last one is taken up again while it
// is less than a page, so that many small commits do not become many small values. Rows, blocks and subtrees are checked against a
// digest when they are read (LMDB has none), so that a flipped bit is ERR_CORRUPT and never looks
// like another's fork; the log can then be healed from a peer.
#ifndef TRIBUTARY_LOG_JOURNAL_H
#define TRIBUTARY_LOG_JOURNAL_H

#include "base/store.h"
#include "log/entry.h"
#include "log/head.h"
#include "log/logname.h"
#include "log/merkle.h"
#include "log/receipt.h"

#define JOURNAL_LEVEL 8 // subtrees of 256 leaves

enum journal_state {
	JOURNAL_OPEN = 0,
	JOURNAL_FROZEN = 1, // a fork was proven: nothing is taken in or appended any more
};

struct journal_log {
	uint32_t number;            // 1, 2, 3 … in this store
	struct hash id;
	struct logname name;
	enum journal_state state;
	struct merkle_peaks peaks;  // peaks.size: entries held
	struct head head;           // newest signed head that covers no more than what is held
	struct head ahead;          // newest verified head beyond what is held (a range cut short); size 0: none
	uint64_t applied;           // entries below this are in the views (sync/view)
	uint64_t shown;             // own logs: largest size that ever left in a message (log/guard.h)
	uint64_t last_time;         // of the newest entry
	struct receipt receipt[RECEIPT_TIERS]; // newest of each tier; [tier - 1]
};

// What a frame carries of one log.
struct journal_range {
	struct logname name;
	uint64_t from;
	uint32_t count;
	struct span entries;        // packed run
	struct head head;           // head.size >= from + count
	struct merkle_proof proof;  // consistency (from + count) → head.size; empty when equal
};

// The level from which on roots of subtrees are kept.
static inline unsigned journal_level(const struct logname *name)
{
	return name->lane == LANE_FILE ? 0 : JOURNAL_LEVEL;
}

enum err journal_find(struct txn *txn, const struct hash *id, struct journal_log *log);   // ERR_NOT_FOUND
enum err journal_find_number(struct txn *txn, uint32_t number, struct journal_log *log);
enum err journal_open(struct txn *txn, const struct logname *name, struct journal_log *log); // finds or creates
// Row only: applied, shown, receipts, and state where it freezes (nothing is thawed by an older
// copy of a row). What is held and its heads change through the functions below alone.
enum err journal_save(struct txn *txn, const struct journal_log *log);

// ---- Appending one's own. begin, append any number, finish: one signature for all. ----

// A block being built: complete entries, contiguous from `first`.
struct journal_block {
	struct buf value;    // room for digest and count, then the packed run
	uint64_t first;
	uint64_t before;     // time of its last entry, for packing the next
	uint32_t count;
	uint64_t stored;     // its key while it is the last one stored, taken up again; 0: it is new
	size_t cut_size;     // of its entries, those that came before the last page's first: where it
	uint32_t cut_count;  // can be cut without waste
};

struct journal_writer {
	struct txn *txn;
	struct journal_log log;
	uint64_t had;           // entries before
	struct journal_block block;
};

// ERR_FROZEN, ERR_GAP: a head of ours is known beyond what is held (its entries are being pulled
// back); to append now would fork. Neither sticks: nothing was begun, and there is nothing to finish.
enum err journal_writer_begin(struct journal_writer *writer, struct txn *txn, const struct logname *name);
// *seq is the new entry's; `time` must not go back (it is raised to last_time when it does).
// ERR_FROZEN, ERR_TOO_LARGE. Errors stick in the transaction.
enum err journal_writer_append(struct journal_writer *writer, uint32_t kind, uint64_t time, struct span payload,
                               uint64_t *seq);
// Writes the last block and the row with a head signed at `time`; releases the writer's memory,
// also on error. With nothing appended it changes nothing.
enum err journal_writer_finish(struct journal_writer *writer, const struct identity *self, uint64_t time);

// ---- Taking in another's. ----

// Verifies the whole range before anything is written: signature over the head, and the tree:
// peaks held at `from`, then the new leaves, lead to head.root (through `proof` where cut short).
// Entries held already are skipped (the size before is told as `*had`). All or nothing.
//	ERR_GAP        from > entries held: send from *had
//	ERR_SIGNATURE  the head is not the device's, or the entries do not lead to it (what that can and
//	               cannot prove: journal_accept.c; a range from further back proves more)
//	ERR_FORK       the head is the device's own and contradicts what is held; evidence is stored
//	               (the offered head and range in FORK), the log is frozen and the transaction goes on
//	ERR_FROZEN     closed earlier; the range is kept as evidence up to JOURNAL_FORKS_KEPT
//	ERR_MALFORMED, ERR_TOO_LARGE
// None of these sticks in the transaction. Whether the author may write is not asked here.
enum err journal_accept(struct txn *txn, const struct journal_range *range, struct journal_log *log, uint64_t *had);

// The same from whoever is above and decides which of two histories stands: a closed log takes in what goes on from it.
enum err journal_accept_above(struct txn *txn, const struct journal_range *range, struct journal_log *log, uint64_t *had);

// Entries that were held already, `held` of them: payloads that this store was not given before are taken from the
// range where they are what the leaves stand for, and told. What was erased here stays erased.
//	META "erased/" ‖ number u32 ‖ seq u64 → nothing: by journal_erase()
enum err journal_fill(struct txn *txn, const struct journal_log *log, const struct journal_range *range, uint64_t held,
                      void (*filled)(void *context, uint64_t seq), void *context);

// A head alone (a peer's claim about a log): ERR_FORK when it is signed by the log's device, its
// size is at most what is held and its root is not ours. Nothing is written. ERR_SIGNATURE.
enum err journal_compare(struct txn *txn, const struct journal_log *log, const struct head *head);

// ---- Reading. ----

// A walk over entries [from, to) of a log; what it gives is valid until the next call. The walk
// keeps its block in memory of its own, so that views may be written while it stands.
//	struct journal_reader reader = journal_reader_begin(txn, &log, from, to);
//	while (journal_reader_next(&reader, &entry)) …
//	err = journal_reader_end(&reader);
struct journal_reader {
	struct txn *txn;
	uint32_t number;
	uint64_t next, to;
	struct scan scan;
	struct buf block;      // copy of the present block's run
	struct reader run;     // what is left of it
	uint64_t run_before;   // time of the entry before
	uint64_t run_end;      // seq after the present block
	bool beyond;           // more was asked for than is held
	bool unhashed;
	enum err err;
};

struct journal_reader journal_reader_begin(struct txn *txn, const struct journal_log *log, uint64_t from, uint64_t to);
// The same for who wants what entries say and no leaves: payload_hash is left zero (but of the erased). The
// digest of its block vouches for what is read either way.
struct journal_reader journal_reader_begin_unhashed(struct txn *txn, const struct journal_log *log, uint64_t from, uint64_t to);
bool journal_reader_next(struct journal_reader *reader, struct entry *entry);
enum err journal_reader_end(struct journal_reader *reader); // ERR_OK, ERR_CORRUPT, ERR_GAP: `to` is beyond what is held

// One entry, its payload valid until the next write. ERR_NOT_FOUND, ERR_CORRUPT.
enum err journal_entry(struct txn *txn, const struct journal_log *log, uint64_t seq, struct entry *entry);

// Packs entries from `from` into `run`: at most `max_count` and about `max_bytes` (at least one),
// never beyond head.size (what has no signed head is not passed on). *count tells how many; 0: nothing to send.
enum err journal_pack(struct txn *txn, const struct journal_log *log, uint64_t from, uint32_t max_count,
                      size_t max_bytes, struct buf *run, uint32_t *count);

// ---- Proofs. ----

// ERR_RANGE: beyond what is held. ERR_CORRUPT.
enum err journal_root_at(struct txn *txn, const struct journal_log *log, uint64_t size, struct hash *root);
enum err journal_prove_inclusion(struct txn *txn, const struct journal_log *log, uint64_t seq, uint64_t size,
                                 struct merkle_proof *proof);
enum err journal_prove_consistency(struct txn *txn, const struct journal_log *log, uint64_t old_size, uint64_t size,
                                   struct merkle_proof *proof);

// Reads everything again and compares leaves, stored subtrees, peaks and signed head. ERR_CORRUPT
// names the first bad entry in *seq.
enum err journal_verify(struct txn *txn, const struct journal_log *log, uint64_t *seq);

// ---- Erasure, truncation, retreat. ----

// Takes the payload away; header, leaf and every proof stay. ERR_NOT_FOUND, ERR_CORRUPT.
enum err journal_erase(struct txn *txn, const struct journal_log *log, uint64_t seq);

// One's own forked log only: back to the prefix of `size` that is common with the server's branch,
// so that the server's can be pulled. What is cut off must have been written anew elsewhere before.
enum err journal_truncate(struct txn *txn, struct journal_log *log, uint64_t size, const struct identity *self,
                          uint64_t time);

// A damaged log: forgets what lies from `seq` on (what journal_verify() named; a little more, down to
// where a stored subtree ends), so that a peer can send it again. The signed head stays as `ahead`:
// what comes must lead to it. ERR_RANGE, ERR_CORRUPT: the tree itself is damaged there; from 0 works.
enum err journal_retreat(struct txn *txn, struct journal_log *log, uint64_t seq);

// Another history of the log stands, as its range shows whose head the device signed: up to where it is the same as ours. ERR_GAP,
// ERR_SIGNATURE: that range does not tell; one from further back may.
enum err journal_parting(struct txn *txn, const struct journal_log *log, const struct journal_range *range, uint64_t *common);
// Another's log goes back to what both have in common and is closed to whoever is below; what was behind is kept as evidence.
enum err journal_yield(struct txn *txn, struct journal_log *log, uint64_t common, const struct head *theirs);

// Evidence that two heads of one log contradict each other, kept for ever, with the range that came
// with the second: the other branch's data.
//	FORK  log id, size of the offered head u64, first seq u64, first 8 bytes of its root
//	      → held head[112] ‖ offered head[112] ‖ from u64 ‖ count u32 ‖ proof u8, hashes[32] ‖ entries packed
#define JOURNAL_FORKS_KEPT 64 // ranges of one log; what comes after is not kept

struct journal_fork {
	struct head held, offered;
	uint64_t from;
	uint32_t count;
	struct merkle_proof proof; // from + count → offered.size
	struct span entries; // borrowed
};
enum err journal_fork_read(struct span value, struct journal_fork *fork); // ERR_CORRUPT
// Keeps evidence by hand: one's own branch before it is truncated (held: theirs, offered: ours).
// What is kept already under the same name stays. Errors stick.
// Another history of the log is known elsewhere, up to a head that its device signed: kept as evidence, and the log is closed.
enum err journal_close(struct txn *txn, struct journal_log *log, const struct head *elsewhere);
enum err journal_fork_write(struct txn *txn, const struct hash *log, const struct journal_fork *fork);

#endif
