// Pieces of files, as the entry that holds one is read; and what a store makes of it. Whatever comes, a file is whole only when its
// pieces lead to its name.
#include "fuzz.h"

#include <sodium.h>

#include "io/store_memory.h"
#include "sync/piece.h"

enum { SMALL_BYTES = 300 };

static struct hash name_of(struct span data)
{
	struct merkle_peaks peaks = { .size = 0 };
	struct hash leaf = piece_leaf(data);
	merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	return merkle_root(HASH_BLAKE2B_256, &peaks);
}

// Noted and looked up again, in a store that holds nothing else.
static void put(const struct piece *piece)
{
	struct store *store = store_memory_new();
	struct txn txn;
	struct piece_file file;
	const struct id unit = { { 1 } };
	FUZZ_HOLDS(store && txn_begin(store, STORE_WRITE, &txn) == ERR_OK);
	FUZZ_HOLDS(piece_put(&txn, &unit, piece, 1, 0, false) == ERR_OK);
	FUZZ_HOLDS(piece_look(&txn, &unit, &piece->file, &file) == ERR_OK);
	FUZZ_HOLDS(file.here <= file.count && file.count == piece_count(piece->size));
	struct hash name = name_of(piece->data);
	FUZZ_HOLDS(!file.whole || (piece->size <= LIMIT_PIECE_BYTES && hash_equal(&name, &piece->file)));
	txn_abort(&txn);
	store_memory_free(store);
}

const unsigned fuzz_effort = 150;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct piece piece, again;
	struct buf bytes = BUF_EMPTY;
	FUZZ_HOLDS(sodium_init() >= 0);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (piece_decode(span_of(data, size), &arena, &piece) == ERR_OK) {
		FUZZ_HOLDS(piece.size <= LIMIT_FILE_BYTES && piece.index < piece_count(piece.size));
		FUZZ_HOLDS(piece.data.size == piece_bytes(piece.size, piece.index));
		piece_encode(&piece, &bytes);
		FUZZ_HOLDS(!bytes.err && piece_decode(buf_span(&bytes), &arena, &again) == ERR_OK);
		FUZZ_HOLDS(span_equal(again.data, piece.data) && hash_equal(&again.file, &piece.file) && again.index == piece.index);
		put(&piece);
	}
	buf_free(&bytes);
	arena_free(&arena);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static uint8_t bytes[SMALL_BYTES];
	const struct span data = span_of(bytes, number == 1 ? 0 : sizeof bytes);
	const struct piece pieces[] = {
		{ .file = name_of(data), .size = data.size, .data = data },          // a whole file
		{ .file = name_of(data), .size = 0, .data = data },                  // an empty one
		{ .file = { { 7 } }, .size = LIMIT_PIECE_BYTES + SMALL_BYTES, .index = 1, .data = data }, // the last of two, of a name that is none
		{ .file = { { 9 } }, .size = LIMIT_FILE_BYTES - LIMIT_PIECE_BYTES + SMALL_BYTES, .index = LIMIT_FILE_PIECES - 1, .data = data },
	};
	if (number >= sizeof pieces / sizeof pieces[0])
		return false;
	piece_encode(&pieces[number], input);
	return true;
}
