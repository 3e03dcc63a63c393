// The stage of the journal's scenes: an author who writes, a reader who takes in, and what carries
// between them. Every scene is played on the store in memory and on LMDB.
#ifndef TRIBUTARY_TESTS_JOURNAL_STAGE_H
#define TRIBUTARY_TESTS_JOURNAL_STAGE_H

#include "log/journal.h"
#include "support/support.h"

#define START 1700000000000u

// The author writes in memory (so that a backup is one call); the reader's store is what is tested.
struct stage {
	struct identity author;
	struct logname name;
	struct store *written;
	struct store *reader;
	char dir[64]; // of LMDB; empty: memory
};

struct parcel {
	struct journal_range range;
	struct buf entries;
};

int journal_stage_on_memory(void **state);
int journal_stage_on_lmdb(void **state);
int journal_stage_leave(void **state);
struct txn journal_stage_begin(struct store *store, enum store_mode mode);
// Payloads of 0 to 399 bytes that depend on seq and branch alone.
struct span payload_of(uint64_t seq, unsigned branch, uint8_t bytes[400]);
void write_to(struct stage *stage, struct store *store, unsigned count, unsigned branch);
void author_writes(struct stage *stage, unsigned count);
struct journal_log log_in(struct stage *stage, struct store *store);
struct parcel pack_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count);
// Commits also after an error: none of the answers may stick, and what was refused left no trace.
enum err offer(struct stage *stage, const struct journal_range *range);
enum err send_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count);
void assert_same_tree(const struct journal_log *a, const struct journal_log *b);
void assert_whole(struct stage *stage, struct store *store);
void assert_payloads(struct stage *stage, struct store *store, uint64_t from, uint64_t to, unsigned branch);
unsigned evidence_kept(struct stage *stage, struct journal_fork *last);

#endif
