// Bundles, through the very reader of the programs' format. An even first byte: the bytes as they came. An odd one: behind
// a good head, so that pieces are reached. Nothing comes out that the holder did not sign.
#include "fuzz.h"

#include <sodium.h>

#include "sync/bundle.h"

static const char said[] = "\1what was said";

static struct identity of(uint8_t fill)
{
	struct identity identity;
	const uint8_t seed[IDENTITY_SEED_BYTES] = { fill };
	FUZZ_HOLDS(sodium_init() >= 0);
	identity_derive(seed, &identity);
	return identity;
}

static void begin(struct bundle_part *part, const struct identity *holder, const struct identity *reader, struct buf *file)
{
	const struct seal_key key = { { 3 } };
	const uint8_t ephemeral[32] = { 4 };
	const struct bundle_head head = { .bundle = { { 5 } }, .part = 1, .holder = holder->sign_public, .reader = reader->sign_public,
	                                  .sealed_to = reader->box_public, .time = 1, .way = BUNDLE_UP };
	FUZZ_HOLDS(bundle_begin(part, &head, holder, &key, ephemeral, file) == ERR_OK);
}

static void read_pieces(struct bundle_part *part, struct span bytes, struct arena *arena)
{
	while (bytes.size >= BUNDLE_PIECE_PREFIX_BYTES) {
		struct bundle_piece piece;
		struct span message;
		if (bundle_piece_read(span_of(bytes.data, BUNDLE_PIECE_PREFIX_BYTES), &piece))
			return;
		bytes = span_of(bytes.data + BUNDLE_PIECE_PREFIX_BYTES, bytes.size - BUNDLE_PIECE_PREFIX_BYTES);
		if (bundle_piece_rest(&piece) > bytes.size)
			return;
		struct span rest = span_of(bytes.data, bundle_piece_rest(&piece));
		bytes = span_of(bytes.data + rest.size, bytes.size - rest.size);
		arena_reset(arena);
		if (bundle_piece_check(part, &piece, rest) == ERR_OK && bundle_piece_open(part, &piece, rest, arena, &message) == ERR_OK)
			FUZZ_HOLDS(span_equal(message, span_string(said)));
	}
}

const unsigned fuzz_effort = 400;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct identity holder = of(1), reader = of(2);
	struct bundle_part part;
	struct buf file = BUF_EMPTY;
	struct arena arena;
	size_t head = 0;
	if (size == 0)
		return 0;
	if (data[0] & 1)
		begin(&part, &holder, &reader, &file);
	buf_bytes(&file, data + 1, size - 1);
	struct span bytes = buf_span(&file);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool known = !file.err && bytes.size >= BUNDLE_PREFIX_BYTES &&
	             bundle_head_size(span_of(bytes.data, BUNDLE_PREFIX_BYTES), &head) == ERR_OK &&
	             bytes.size >= BUNDLE_PREFIX_BYTES + head;
	struct span first = span_of(bytes.data, known ? BUNDLE_PREFIX_BYTES + head : 0);
	if (known && bundle_open(first, &part) == ERR_OK && bundle_unlock(first, &part, &reader) == ERR_OK)
		read_pieces(&part, span_of(bytes.data + first.size, bytes.size - first.size), &arena);
	arena_free(&arena);
	buf_free(&file);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	const struct identity holder = of(1), reader = of(2);
	struct bundle_part part;
	struct buf file = BUF_EMPTY;
	if (number >= 2)
		return false;
	begin(&part, &holder, &reader, &file);
	size_t head = file.size;
	FUZZ_HOLDS(bundle_add(&part, &holder, 0, span_string(said), &file) == ERR_OK);
	FUZZ_HOLDS(bundle_add(&part, &holder, BUNDLE_LAST_OF_PART, span_string(said), &file) == ERR_OK);
	size_t from = number & 1 ? head : 0;
	buf_u8(input, (uint8_t)number & 1);
	buf_bytes(input, file.data + from, file.size - from);
	buf_free(&file);
	return true;
}
