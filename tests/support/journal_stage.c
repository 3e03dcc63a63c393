#include "support/journal_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/store_lmdb.h"
#include "io/store_memory.h"

static void enter(struct stage *stage)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	identity_derive(seed, &stage->author);
	stage->name = (struct logname){ .device = stage->author.sign_public, .incarnation = { .bytes = { 1 } },
	                                .lane = LANE_DETAIL };
	stage->written = store_memory_new();
	assert_non_null(stage->written);
}

int journal_stage_on_memory(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);
	enter(stage);
	stage->reader = store_memory_new();
	*state = stage;
	return stage->reader ? 0 : -1;
}

int journal_stage_on_lmdb(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);
	enter(stage);
	snprintf(stage->dir, sizeof stage->dir, "/tmp/tributary-journal-XXXXXX");
	if (!mkdtemp(stage->dir))
		return -1;
	*state = stage;
	return store_lmdb_open(stage->dir, NULL, &stage->reader) ? -1 : 0;
}

static void remove_store(const char *dir)
{
	static const char *const files[] = { "data.mdb", "lock.mdb" };
	char path[128];
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
}

int journal_stage_leave(void **state)
{
	struct stage *stage = *state;
	store_memory_free(stage->written);
	if (stage->dir[0]) {
		store_lmdb_close(stage->reader);
		remove_store(stage->dir);
	} else {
		store_memory_free(stage->reader);
	}
	free(stage);
	return 0;
}

struct txn journal_stage_begin(struct store *store, enum store_mode mode)
{
	struct txn txn;
	assert_ok(txn_begin(store, mode, &txn));
	return txn;
}

struct span payload_of(uint64_t seq, unsigned branch, uint8_t bytes[400])
{
	size_t size = (size_t)(seq * 37 % 400);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(seq * 31 + i * (branch + 1));
	return span_of(bytes, size);
}

void write_to(struct stage *stage, struct store *store, unsigned count, unsigned branch)
{
	struct txn txn = journal_stage_begin(store, STORE_WRITE);
	struct journal_writer writer;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	for (unsigned i = 0; i < count; i++) {
		uint8_t bytes[400];
		uint64_t seq = writer.log.peaks.size, given;
		assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, START + seq * 1000 + branch,
		                                payload_of(seq, branch, bytes), &given));
		assert_int_equal(given, seq);
	}
	assert_ok(journal_writer_finish(&writer, &stage->author, START + writer.log.peaks.size * 1000));
	assert_ok(txn_commit(&txn));
}

void author_writes(struct stage *stage, unsigned count)
{
	write_to(stage, stage->written, count, 0);
}

struct journal_log log_in(struct stage *stage, struct store *store)
{
	struct txn txn = journal_stage_begin(store, STORE_READ);
	struct journal_log log;
	struct hash id = logname_id(&stage->name);
	assert_ok(journal_find(&txn, &id, &log));
	txn_abort(&txn);
	return log;
}

struct parcel pack_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count)
{
	struct parcel parcel = { .entries = BUF_EMPTY };
	struct journal_log log = log_in(stage, store);
	struct txn txn = journal_stage_begin(store, STORE_READ);
	struct journal_range *range = &parcel.range;
	*range = (struct journal_range){ .name = log.name, .from = from, .head = log.head };
	assert_ok(journal_pack(&txn, &log, from, count, LIMIT_FRAME_RAW_BYTES, &parcel.entries, &range->count));
	range->entries = buf_span(&parcel.entries);
	if (from + range->count < log.head.size)
		assert_ok(journal_prove_consistency(&txn, &log, from + range->count, log.head.size, &range->proof));
	txn_abort(&txn);
	return parcel;
}

enum err offer(struct stage *stage, const struct journal_range *range)
{
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_log log;
	uint64_t had;
	enum err err = journal_accept(&txn, range, &log, &had);
	assert_ok(txn_commit(&txn));
	return err;
}

enum err send_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count)
{
	struct parcel parcel = pack_from(stage, store, from, count);
	enum err err = offer(stage, &parcel.range);
	buf_free(&parcel.entries);
	return err;
}

void assert_same_tree(const struct journal_log *a, const struct journal_log *b)
{
	assert_int_equal(a->peaks.size, b->peaks.size);
	struct hash left = merkle_root(HASH_BLAKE2B_256, &a->peaks), right = merkle_root(HASH_BLAKE2B_256, &b->peaks);
	assert_memory_equal(left.bytes, right.bytes, sizeof left.bytes);
}

void assert_whole(struct stage *stage, struct store *store)
{
	struct journal_log log = log_in(stage, store);
	struct txn txn = journal_stage_begin(store, STORE_READ);
	uint64_t seq;
	assert_ok(journal_verify(&txn, &log, &seq));
	txn_abort(&txn);
}

void assert_payloads(struct stage *stage, struct store *store, uint64_t from, uint64_t to, unsigned branch)
{
	struct journal_log log = log_in(stage, store);
	struct txn txn = journal_stage_begin(store, STORE_READ);
	struct journal_reader reader = journal_reader_begin(&txn, &log, from, to);
	struct entry entry;
	uint64_t seq = from;
	for (; journal_reader_next(&reader, &entry); seq++) {
		uint8_t bytes[400];
		assert_int_equal(entry.seq, seq);
		assert_int_equal(entry.time, START + seq * 1000 + branch);
		assert_true(span_equal(entry.payload, payload_of(seq, branch, bytes)));
	}
	assert_int_equal(seq, to);
	assert_ok(journal_reader_end(&reader));
	txn_abort(&txn);
}

unsigned evidence_kept(struct stage *stage, struct journal_fork *last)
{
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	struct hash id = logname_id(&stage->name);
	unsigned count = 0;
	struct scan scan = scan_begin(&txn, STORE_FORK, hash_span(&id));
	for (; scan_next(&scan); count++)
		assert_ok(journal_fork_read(scan.value, last));
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}
