// Pieces that are of no file; and the golden bytes of one that is.
#include "support/support.h"
#include "sync/piece.h"

static enum err decoded(const struct piece *piece)
{
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	struct piece again;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	piece_encode(piece, &payload);
	enum err err = piece_decode(buf_span(&payload), &arena, &again);
	arena_free(&arena);
	buf_free(&payload);
	return err;
}

static void sizes_and_places_that_cannot_be_are_refused(void **state)
{
	(void)state;
	static uint8_t bytes[LIMIT_PIECE_BYTES + 1];
	struct piece piece = { .file = { { 1 } }, .size = LIMIT_PIECE_BYTES + 10, .data = span_of(bytes, LIMIT_PIECE_BYTES) };
	assert_ok(decoded(&piece));
	piece.data.size--;
	assert_err(MALFORMED, decoded(&piece));
	piece.data.size += 2;
	assert_err(MALFORMED, decoded(&piece));
	piece.index = 1;
	piece.data.size = 10;
	assert_ok(decoded(&piece));
	piece.index = 2;
	assert_err(MALFORMED, decoded(&piece));
	piece.index = UINT32_MAX;
	assert_err(MALFORMED, decoded(&piece));
	piece = (struct piece){ .file = { { 1 } }, .size = (uint64_t)LIMIT_FILE_BYTES + 1, .data = span_of(bytes, LIMIT_PIECE_BYTES) };
	assert_err(MALFORMED, decoded(&piece));
	piece.size = UINT64_MAX;
	assert_err(MALFORMED, decoded(&piece));
	piece = (struct piece){ .file = { { 1 } }, .size = 0, .data = span_of(NULL, 0) };
	assert_ok(decoded(&piece)); // an empty file has one empty piece
}

static void what_is_no_piece_is_refused(void **state)
{
	(void)state;
	struct arena arena;
	struct piece piece;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_err(MALFORMED, piece_decode(span_of("", 0), &arena, &piece));
	assert_err(MALFORMED, piece_decode(span_of("\x0a\x01x", 3), &arena, &piece));
	assert_err(MALFORMED, piece_decode(span_of("\xff\xff", 2), &arena, &piece));
	arena_free(&arena);
}

static void a_piece_looks_like_this(void **state)
{
	(void)state;
	static const uint8_t golden[] = {
		0x0a, 32, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // file
		0x10, 0x82, 0x80, 0x04, // size 65538
		0x18, 1,                // index
		0x22, 2, 'a', 'b',      // data
	};
	const struct piece piece = { .file = { { 7 } }, .size = LIMIT_PIECE_BYTES + 2, .index = 1, .data = span_of("ab", 2) };
	struct buf payload = BUF_EMPTY;
	piece_encode(&piece, &payload);
	assert_int_equal(payload.size, sizeof golden);
	assert_memory_equal(payload.data, golden, sizeof golden);
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_and_places_that_cannot_be_are_refused),
		cmocka_unit_test(what_is_no_piece_is_refused),
		cmocka_unit_test(a_piece_looks_like_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
