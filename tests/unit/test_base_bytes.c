// The ground that everything decodes and encodes on: reader, buf, arena.
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/reader.h"

static void what_buf_writes_reader_reads(void **state)
{
	(void)state;
	struct buf buf = BUF_EMPTY;
	buf_u8(&buf, 0xfe);
	buf_u16(&buf, 0x0102);
	buf_u32(&buf, 0x03040506);
	buf_u64(&buf, UINT64_C(0x0708090a0b0c0d0e));
	buf_varint(&buf, 300);
	buf_zigzag(&buf, INT64_MIN);
	buf_zigzag(&buf, -1);
	buf_string(&buf, "end");
	assert_ok(buf.err);
	assert_memory_equal(buf.data + 1, "\x01\x02\x03\x04\x05\x06\x07\x08", 8); // big-endian

	struct reader reader = reader_of(buf_span(&buf));
	assert_int_equal(reader_u8(&reader), 0xfe);
	assert_int_equal(reader_u16(&reader), 0x0102);
	assert_int_equal(reader_u32(&reader), 0x03040506);
	assert_true(reader_u64(&reader) == UINT64_C(0x0708090a0b0c0d0e));
	assert_int_equal(reader_varint(&reader), 300);
	assert_true(reader_zigzag(&reader) == INT64_MIN);
	assert_true(reader_zigzag(&reader) == -1);
	char end[3];
	reader_copy(&reader, end, sizeof end);
	assert_memory_equal(end, "end", 3);
	assert_ok(reader_end(&reader));
	buf_free(&buf);
}

static void every_varint_comes_back_and_takes_the_fewest_bytes(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits <= 64; bits++) {
		uint64_t value = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
		struct buf buf = BUF_EMPTY;
		buf_varint(&buf, value);
		assert_int_equal(buf.size, bits == 0 ? 1 : (bits + 6) / 7);
		struct reader reader = reader_of(buf_span(&buf));
		assert_true(reader_varint(&reader) == value);
		assert_ok(reader_end(&reader));
		buf_free(&buf);
	}
}

static void a_varint_that_is_over_long_unfinished_or_too_large_is_malformed(void **state)
{
	(void)state;
	const struct span bad[] = {
		span_of("\x80\x00", 2),
		span_of("\xff\x80\x00", 3),
		span_of("\x80", 1),
		span_of("", 0),
		span_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10),
		span_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11),
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct reader reader = reader_of(bad[i]);
		assert_true(reader_varint(&reader) == 0);
		assert_err(MALFORMED, reader_end(&reader));
	}
}

static void a_reader_that_failed_reads_zeros_for_ever(void **state)
{
	(void)state;
	uint8_t bytes[3] = { 1, 2, 3 }, copy[2] = { 9, 9 };
	struct reader reader = reader_of(span_of(bytes, sizeof bytes));
	assert_int_equal(reader_u32(&reader), 0);
	assert_int_equal(reader_u8(&reader), 0);
	assert_int_equal(reader_bytes(&reader, 1).size, 0);
	reader_copy(&reader, copy, sizeof copy);
	assert_int_equal(copy[0] | copy[1], 0);
	assert_int_equal(reader_left(&reader), 0);
	assert_err(MALFORMED, reader_end(&reader));
}

static void strict_formats_end_exactly(void **state)
{
	(void)state;
	struct reader reader = reader_of(span_string("ab"));
	reader_u8(&reader);
	assert_err(MALFORMED, reader_end(&reader));
	reader_u8(&reader);
	assert_ok(reader_end(&reader));
	struct reader nothing = reader_of(span_of(NULL, 0));
	assert_ok(reader_end(&nothing));
}

static void a_buf_does_not_grow_past_its_limit_and_remembers_it(void **state)
{
	(void)state;
	struct buf buf = BUF_EMPTY;
	buf.limit = 4;
	buf_string(&buf, "abcd");
	assert_ok(buf.err);
	buf_u8(&buf, 0);
	assert_err(TOO_LARGE, buf.err);
	assert_null(buf_extend(&buf, 0));
	assert_int_equal(buf.size, 4);
	buf_clear(&buf);
	buf_u8(&buf, 7);
	assert_ok(buf.err);
	assert_int_equal(buf.size, 1);
	buf_free(&buf);
}

static void a_buf_keeps_its_content_while_it_grows(void **state)
{
	(void)state;
	struct buf buf = BUF_EMPTY;
	for (uint32_t i = 0; i < 10000; i++)
		buf_u32(&buf, i);
	assert_ok(buf.err);
	struct reader reader = reader_of(buf_span(&buf));
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(reader_u32(&reader), i);
	assert_ok(reader_end(&reader));
	buf_free(&buf);
}

static void an_arena_gives_zeroed_aligned_memory_up_to_its_limit(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1000);
	size_t pieces = 0;
	for (uint8_t *piece; (piece = arena_alloc(&arena, 10)); pieces++) {
		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
		assert_int_equal(piece[0] | piece[9], 0);
		memset(piece, 0xff, 10);
		assert_true(arena.used <= arena.limit);
	}
	assert_in_range(pieces, 1000 / 32, 100);
	arena_reset(&arena);
	uint8_t *again = arena_alloc(&arena, 10);
	assert_non_null(again);
	assert_int_equal(again[0] | again[9], 0); // nothing of what was there before
	arena_free(&arena);
}

static void an_arena_refuses_what_would_overflow(void **state)
{
	(void)state;
	struct arena arena;
	struct span copy;
	arena_init(&arena, 1 << 20);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
	assert_null(arena_alloc(&arena, (1 << 20) + 1));
	assert_err(BUDGET, arena_copy(&arena, span_of("", (1 << 20) + 1), &copy));
	assert_non_null(arena_alloc(&arena, 1 << 20));
	assert_null(arena_alloc(&arena, 1));
	arena_free(&arena);
}

static void an_arena_holds_pieces_larger_than_its_chunks(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 10 << 20);
	char *small = arena_string(&arena, span_string("before"));
	uint8_t *large = arena_alloc(&arena, 1 << 20);
	char *after = arena_string(&arena, span_of(NULL, 0));
	assert_non_null(large);
	memset(large, 0xee, 1 << 20);
	assert_string_equal(small, "before");
	assert_string_equal(after, "");
	assert_non_null(arena_alloc(&arena, 0));
	arena_free(&arena);
}

static void spans_sort_by_bytes_and_the_shorter_goes_first(void **state)
{
	(void)state;
	assert_true(span_compare(span_string("a"), span_string("b")) < 0);
	assert_true(span_compare(span_string("a"), span_string("ab")) < 0);
	assert_true(span_compare(span_string("b"), span_string("ab")) > 0);
	assert_true(span_compare(span_string("\xff"), span_string("a")) > 0);
	assert_true(span_compare(span_of(NULL, 0), span_string("")) == 0);
	assert_true(span_starts(span_string("abc"), span_string("ab")));
	assert_true(span_starts(span_string("abc"), span_of(NULL, 0)));
	assert_false(span_starts(span_string("ab"), span_string("abc")));
	assert_false(span_equal(span_string("ab"), span_string("abc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_buf_writes_reader_reads),
		cmocka_unit_test(every_varint_comes_back_and_takes_the_fewest_bytes),
		cmocka_unit_test(a_varint_that_is_over_long_unfinished_or_too_large_is_malformed),
		cmocka_unit_test(a_reader_that_failed_reads_zeros_for_ever),
		cmocka_unit_test(strict_formats_end_exactly),
		cmocka_unit_test(a_buf_does_not_grow_past_its_limit_and_remembers_it),
		cmocka_unit_test(a_buf_keeps_its_content_while_it_grows),
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_up_to_its_limit),
		cmocka_unit_test(an_arena_refuses_what_would_overflow),
		cmocka_unit_test(an_arena_holds_pieces_larger_than_its_chunks),
		cmocka_unit_test(spans_sort_by_bytes_and_the_shorter_goes_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
