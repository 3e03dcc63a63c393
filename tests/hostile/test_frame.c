// Frames that are none, that lie about their size, or hold more than a frame may.
#include <stdlib.h>
#include <zstd.h>

#include "base/pb.h"
#include "support/support.h"
#include "sync/frame.h"
#include "wire.pb-c.h"

static struct journal_range *ranges;
static size_t count;

static enum err read_bytes(struct span bytes)
{
	struct frame_codec *codec = frame_codec_new();
	struct logname home = { .lane = LANE_UP };
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = frame_read(bytes, codec, &home, &arena, &ranges, &count);
	arena_free(&arena);
	frame_codec_free(codec);
	return err;
}

// Compressed without the dictionary, which a stranger may do; `claimed` as its size.
static enum err read_raw(struct span raw, size_t claimed)
{
	struct buf frame = BUF_EMPTY;
	buf_u8(&frame, 1);
	buf_varint(&frame, claimed);
	size_t bound = ZSTD_compressBound(raw.size), start = frame.size;
	uint8_t *to = buf_extend(&frame, bound);
	frame.size = start + ZSTD_compress(to, bound, raw.data, raw.size, 3);
	enum err err = read_bytes(buf_span(&frame));
	buf_free(&frame);
	return err;
}

static void what_is_no_frame_is_refused(void **state)
{
	(void)state;
	assert_err(MALFORMED, read_bytes(span_of(NULL, 0)));
	assert_err(MALFORMED, read_bytes(span_of("\1", 1)));
	assert_err(VERSION, read_bytes(span_of("\2\1\0", 3)));
	assert_err(MALFORMED, read_bytes(span_of("\1\x80\0", 3)));
	assert_err(TOO_LARGE, read_bytes(span_of("\1\x81\x80\x40", 4)));
	assert_err(MALFORMED, read_bytes(span_of("\1\x10garbage", 9)));
}

static void a_dictionary_that_is_not_known_here_is_refused(void **state)
{
	(void)state;
	assert_err(MALFORMED, read_bytes(span_of("\3", 1)));
	assert_err(MALFORMED, read_bytes(span_of("\3\0\1", 3)));      // no dictionary
	assert_err(MALFORMED, read_bytes(span_of("\3\1\1", 3)));      // the first has a form of its own
	assert_err(MALFORMED, read_bytes(span_of("\3\2\10garbage", 10)));
	assert_err(VERSION, read_bytes(span_of("\3\3\1\0", 4)));     // a later one than this program has
	assert_err(VERSION, read_bytes(span_of("\3\377\1\0", 4)));
	assert_err(VERSION, read_bytes(span_of("\4\2\1\0", 4)));
}

static void a_size_that_is_not_its_own_is_refused(void **state)
{
	(void)state;
	uint8_t *zeros = calloc(1, 8 * LIMIT_FRAME_RAW_BYTES);
	assert_non_null(zeros);
	assert_err(MALFORMED, read_raw(span_of(zeros, 1000), 999));
	assert_err(MALFORMED, read_raw(span_of(zeros, 1000), 1001));
	assert_err(MALFORMED, read_raw(span_of(zeros, 8 * LIMIT_FRAME_RAW_BYTES), LIMIT_FRAME_RAW_BYTES));
	assert_err(TOO_LARGE, read_raw(span_of(zeros, 8 * LIMIT_FRAME_RAW_BYTES), 8 * LIMIT_FRAME_RAW_BYTES));
	assert_err(MALFORMED, read_raw(span_of(zeros, 1000), 1000)); // true to its size, and no message
	free(zeros);
}

static enum err read_ranges(const Tributary__Range *range, size_t times)
{
	struct buf raw = BUF_EMPTY;
	for (size_t i = 0; i < times; i++) {
		buf_u8(&raw, 0x0a);
		buf_varint(&raw, protobuf_c_message_get_packed_size(&range->base));
		pb_pack(&range->base, &raw);
	}
	enum err err = read_raw(buf_span(&raw), raw.size);
	buf_free(&raw);
	return err;
}

static void ranges_that_cannot_be_are_refused(void **state)
{
	(void)state;
	uint8_t head[HEAD_BYTES] = { 0 }, hash[LIMIT_HASH_BYTES] = { 0 }, lane = LANE_UP;
	ProtobufCBinaryData proof[LIMIT_PROOF_HASHES + 1];
	for (size_t i = 0; i <= LIMIT_PROOF_HASHES; i++)
		proof[i] = pb_bytes(span_of(hash, sizeof hash));
	Tributary__Range range = TRIBUTARY__RANGE__INIT;
	range.device = pb_bytes(span_of(&lane, 1));
	range.count = 1;
	range.head = pb_bytes(span_of(head, sizeof head));
	assert_ok(read_ranges(&range, 1)); // well formed; whether it is true is the journal's to say
	range.count = 0;
	assert_err(MALFORMED, read_ranges(&range, 1));
	range.count = LIMIT_FRAME_ENTRIES + 1;
	assert_err(MALFORMED, read_ranges(&range, 1));
	range.count = 1;
	range.head = pb_bytes(span_of(head, sizeof head - 1));
	assert_err(MALFORMED, read_ranges(&range, 1));
	range.head = pb_bytes(span_of(head, sizeof head));
	range.proof = proof;
	range.n_proof = LIMIT_PROOF_HASHES;
	assert_ok(read_ranges(&range, 1));
	range.n_proof++;
	assert_err(MALFORMED, read_ranges(&range, 1));
	range.n_proof = 1;
	proof[0].len--;
	assert_err(MALFORMED, read_ranges(&range, 1));
	range.n_proof = 0;
	lane = LANE_END;
	assert_err(MALFORMED, read_ranges(&range, 1));
	lane = 0;
	assert_err(MALFORMED, read_ranges(&range, 1));
}

static void a_frame_has_no_more_entries_than_it_may(void **state)
{
	(void)state;
	uint8_t head[HEAD_BYTES] = { 0 }, lane = LANE_UP;
	Tributary__Range range = TRIBUTARY__RANGE__INIT;
	range.device = pb_bytes(span_of(&lane, 1));
	range.head = pb_bytes(span_of(head, sizeof head));
	range.count = 1;
	assert_ok(read_ranges(&range, LIMIT_FRAME_ENTRIES / 2)); // more than one of ours can hold
	assert_err(BUDGET, read_ranges(&range, LIMIT_FRAME_ENTRIES));
	range.count = LIMIT_FRAME_ENTRIES / 2 + 1;
	assert_err(TOO_LARGE, read_ranges(&range, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_frame_is_refused),
		cmocka_unit_test(a_dictionary_that_is_not_known_here_is_refused),
		cmocka_unit_test(a_size_that_is_not_its_own_is_refused),
		cmocka_unit_test(ranges_that_cannot_be_are_refused),
		cmocka_unit_test(a_frame_has_no_more_entries_than_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
