#include "support/large_file.h"

#include "support/support.h"
#include "sync/pen_inside.h"

uint8_t large_file[LARGE_FILE_BYTES];

struct hash large_file_draw(void)
{
	struct merkle_peaks peaks = { .size = 0 };
	uint32_t noise = 7;
	for (size_t i = 0; i < LARGE_FILE_BYTES; i++) {
		noise = noise * 1664525 + 1013904223;
		large_file[i] = (uint8_t)(noise >> 24);
	}
	memcpy(large_file + 70000, "a canary in the photo", 21);
	for (uint32_t i = 0; i < LARGE_FILE_PIECES; i++) {
		struct hash leaf = piece_leaf(span_of(large_file + (size_t)i * LIMIT_PIECE_BYTES, piece_bytes(LARGE_FILE_BYTES, i)));
		merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	}
	return merkle_root(HASH_BLAKE2B_256, &peaks);
}

void large_file_attach(struct actor *branch, const struct hash *name, uint32_t from, uint32_t to, bool sealed, size_t offset)
{
	struct cluster_pen pen;
	cluster_write(branch, &pen);
	for (uint32_t i = from; i < to; i++) {
		struct buf payload = BUF_EMPTY;
		struct piece piece = { .file = *name, .size = LARGE_FILE_BYTES, .index = i,
		                       .data = span_of(large_file + (size_t)i * LIMIT_PIECE_BYTES - (i > 0 ? offset : 0), piece_bytes(LARGE_FILE_BYTES, i)) };
		piece_encode(&piece, &payload);
		assert_ok(pen_piece(&pen.pen, sealed, buf_span(&payload)));
		buf_free(&payload);
	}
	cluster_written(&pen);
}

struct piece_file large_file_look(struct actor *actor, struct actor *owner, const struct hash *name)
{
	struct piece_file file;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	piece_look(&txn, &owner->self.unit, name, &file);
	txn_abort(&txn);
	return file;
}
