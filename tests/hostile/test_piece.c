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

// A full piece, of bytes that cannot be packed, in the frame that carries it.
static struct buf full_piece(void)
{
	static uint8_t bytes[LIMIT_PIECE_BYTES];
	struct buf payload = BUF_EMPTY;
	uint64_t state = 7;
	for (size_t i = 0; i < sizeof bytes; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
		bytes[i] = (uint8_t)(state >> 56);
	}
	const struct piece piece = { .file = { { 7 } }, .size = 3 * LIMIT_PIECE_BYTES, .index = 1, .data = span_of(bytes, sizeof bytes) };
	piece_encode(&piece, &payload);
	assert_ok(payload.err);
	return payload;
}

static void a_full_piece_cut_at_every_byte_is_none(void **state)
{
	(void)state;
	struct buf payload = full_piece();
	struct arena arena;
	struct piece piece;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	const size_t name_bytes = 2 + LIMIT_HASH_BYTES; // that alone says an empty file, whose bytes lead to another name
	for (size_t size = 0; size < payload.size; size++) {
		enum err err = piece_decode(span_of(payload.data, size), &arena, &piece);
		assert_int_equal(err, size == name_bytes ? ERR_OK : ERR_MALFORMED);
		assert_true(err || (piece.size == 0 && piece.data.size == 0));
		arena_reset(&arena);
	}
	assert_ok(piece_decode(buf_span(&payload), &arena, &piece));
	assert_int_equal(piece.data.size, LIMIT_PIECE_BYTES);
	arena_free(&arena);
	buf_free(&payload);
}

// Whatever byte follows it.
static void a_full_piece_with_more_behind_it_is_none(void **state)
{
	(void)state;
	struct buf payload = full_piece();
	struct arena arena;
	struct piece piece;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (unsigned byte = 0; byte < 256; byte++) {
		buf_u8(&payload, (uint8_t)byte);
		assert_err(MALFORMED, piece_decode(buf_span(&payload), &arena, &piece));
		payload.size--;
		arena_reset(&arena);
	}
	arena_free(&arena);
	buf_free(&payload);
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
		cmocka_unit_test(a_full_piece_cut_at_every_byte_is_none),
		cmocka_unit_test(a_full_piece_with_more_behind_it_is_none),
		cmocka_unit_test(a_piece_looks_like_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
