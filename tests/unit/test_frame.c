// Frames: ranges of logs there and back, whole and in parts.
#include <stdio.h>

#include "io/store_memory.h"
#include "support/support.h"
#include "sync/frame.h"

enum { ENTRIES = 3000 };

struct bench {
	struct store *store;
	struct txn txn;
	struct identity author;
	struct journal_log log;
	struct frame_codec *codec;
	struct frame_writer writer;
	struct buf frame;
	struct arena arena;
	struct journal_range *ranges;
	size_t count;
};

static int setup(void **state)
{
	static struct bench bench;
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	struct journal_writer writer;
	char text[64];
	bench = (struct bench){ .store = store_memory_new(), .codec = frame_codec_new(), .frame = BUF_EMPTY };
	identity_derive(seed, &bench.author);
	frame_writer_init(&bench.writer);
	arena_init(&bench.arena, LIMIT_DECODE_BYTES);
	struct logname name = { .device = bench.author.sign_public, .incarnation = { .bytes = { 3 } }, .lane = LANE_DETAIL };
	assert_ok(txn_begin(bench.store, STORE_WRITE, &bench.txn));
	assert_ok(journal_writer_begin(&writer, &bench.txn, &name));
	for (unsigned i = 0; i < ENTRIES; i++) {
		uint64_t seq;
		int size = snprintf(text, sizeof text, "entry %u", i);
		assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, 1000 + i, span_of(text, (size_t)size), &seq));
	}
	assert_ok(journal_writer_finish(&writer, &bench.author, 9000));
	bench.log = writer.log;
	*state = &bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	txn_abort(&bench->txn);
	buf_free(&bench->frame);
	frame_writer_free(&bench->writer);
	frame_codec_free(bench->codec);
	arena_free(&bench->arena);
	store_memory_free(bench->store);
	return 0;
}

static uint32_t add(struct bench *bench, uint64_t from, uint64_t to, const struct logname *home)
{
	uint32_t count;
	assert_ok(frame_add(&bench->writer, &bench->txn, &bench->log, from, to, home, NULL, NULL, &count));
	return count;
}

static void there_and_back(struct bench *bench, const struct logname *home)
{
	buf_clear(&bench->frame);
	assert_ok(frame_finish(&bench->writer, bench->codec, &bench->frame));
	assert_true(frame_empty(&bench->writer));
	assert_ok(frame_read(buf_span(&bench->frame), bench->codec, home, &bench->arena, &bench->ranges, &bench->count));
}

static void a_range_is_taken_in_as_it_was_written(void **state)
{
	struct bench *bench = *state;
	struct store *other = store_memory_new();
	struct journal_log taken;
	struct txn txn;
	uint64_t had;
	assert_int_equal(add(bench, 0, UINT64_MAX, NULL), ENTRIES);
	there_and_back(bench, NULL);
	assert_int_equal(bench->count, 1);
	assert_ok(txn_begin(other, STORE_WRITE, &txn));
	assert_ok(journal_accept(&txn, &bench->ranges[0], &taken, &had));
	assert_int_equal(taken.peaks.size, ENTRIES);
	assert_true(hash_equal(&taken.id, &bench->log.id));
	assert_memory_equal(&taken.head.signature, &bench->log.head.signature, sizeof taken.head.signature);
	txn_abort(&txn);
	store_memory_free(other);
}

static void a_part_carries_its_proof(void **state)
{
	struct bench *bench = *state;
	struct store *other = store_memory_new();
	struct txn txn;
	assert_ok(txn_begin(other, STORE_WRITE, &txn));
	for (uint64_t from = 0; from < ENTRIES; from += 700) {
		struct journal_log taken;
		uint64_t had;
		add(bench, from, from + 700, NULL);
		there_and_back(bench, NULL);
		assert_ok(journal_accept(&txn, &bench->ranges[0], &taken, &had));
		assert_int_equal(had, from);
		assert_int_equal(taken.peaks.size, from + 700 < ENTRIES ? from + 700 : ENTRIES);
	}
	txn_abort(&txn);
	store_memory_free(other);
}

static void the_session_s_own_logs_are_named_by_their_lane(void **state)
{
	struct bench *bench = *state;
	struct logname home = bench->log.name;
	home.lane = LANE_UP;
	add(bench, 0, 1, &bench->log.name);
	there_and_back(bench, &home);
	size_t named_shortly = bench->frame.size;
	assert_true(logname_id(&bench->ranges[0].name).bytes[0] == bench->log.id.bytes[0]);
	assert_int_equal(bench->ranges[0].name.lane, LANE_DETAIL);
	struct journal_range *ranges;
	size_t count;
	assert_err(MALFORMED, frame_read(buf_span(&bench->frame), bench->codec, NULL, &bench->arena, &ranges, &count));
	add(bench, 0, 1, NULL);
	there_and_back(bench, NULL);
	assert_true(bench->frame.size > named_shortly + 30);
}

static bool odd_ones(void *context, const struct entry *entry)
{
	(void)context;
	return entry->seq % 2;
}

static void what_is_withheld_still_verifies(void **state)
{
	struct bench *bench = *state;
	struct store *other = store_memory_new();
	struct journal_log taken;
	struct entry entry;
	struct txn txn;
	uint64_t had;
	uint32_t count;
	assert_ok(frame_add(&bench->writer, &bench->txn, &bench->log, 0, UINT64_MAX, NULL, odd_ones, NULL, &count));
	there_and_back(bench, NULL);
	assert_ok(txn_begin(other, STORE_WRITE, &txn));
	assert_ok(journal_accept(&txn, &bench->ranges[0], &taken, &had));
	assert_ok(journal_entry(&txn, &taken, 10, &entry));
	assert_true(span_equal(entry.payload, span_string("entry 10")));
	assert_ok(journal_entry(&txn, &taken, 11, &entry));
	assert_true(entry.erased);
	txn_abort(&txn);
	store_memory_free(other);
}

static void a_full_frame_takes_no_more(void **state)
{
	struct bench *bench = *state;
	uint32_t all = 0;
	for (unsigned i = 0; i < 10; i++)
		all += add(bench, 0, UINT64_MAX, NULL);
	assert_int_equal(all, LIMIT_FRAME_ENTRIES);
	there_and_back(bench, NULL);
	assert_int_equal(bench->count, 2);
	assert_int_equal(add(bench, ENTRIES, UINT64_MAX, NULL), 0); // nothing behind the head
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_range_is_taken_in_as_it_was_written, setup, teardown),
		cmocka_unit_test_setup_teardown(a_part_carries_its_proof, setup, teardown),
		cmocka_unit_test_setup_teardown(the_session_s_own_logs_are_named_by_their_lane, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_withheld_still_verifies, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_frame_takes_no_more, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
