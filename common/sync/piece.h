// Files that records name: photos, scans, papers. A field of type attachment holds a file's name, which is the root
// (RFC 9162, BLAKE2b-256) over its pieces, so a file is the same wherever it comes from. Pieces are entries
// of a lane of their own, of 64 KiB each: signed, sent behind everything small, receipted one by one and
// resumed at the piece like all entries, by link and by stick alike. Where the field is private, its pieces are
// sealed, and servers hold ciphertext.
//
//	FILE  unit id[16] ‖ file[32] ‖ index u32 ‖ log number u32 ‖ seq u64 → size u64 ‖ leaf[32] ‖ sealed u8
// (What is sealed has no rows where it cannot be read.)
#ifndef TRIBUTARY_SYNC_PIECE_H
#define TRIBUTARY_SYNC_PIECE_H

#include "base/arena.h"
#include "base/store.h"
#include "log/journal.h"
#include "log/merkle.h"

struct piece {
	struct hash file;
	uint64_t size;        // of the file
	uint32_t index;
	struct span data;
};

uint32_t piece_count(uint64_t size);                       // of a file of so many bytes
size_t piece_bytes(uint64_t size, uint32_t index);         // of that piece
// ERR_MALFORMED: no piece of any file.
enum err piece_decode(struct span payload, struct arena *arena, struct piece *piece);
void piece_encode(const struct piece *piece, struct buf *payload);
struct hash piece_leaf(struct span data);

enum err piece_put(struct txn *txn, const struct id *unit, const struct piece *piece, uint32_t log, uint64_t seq, bool sealed);

// How much of a file is here. ERR_NOT_FOUND: nothing.
struct piece_file {
	struct hash file;
	uint64_t size;
	uint32_t count, here;   // pieces: all; those that are here, each once
	uint32_t received;      // of those, receipted by a server above
	bool whole;             // all are here, and lead to the name
	bool sealed;
};
enum err piece_look(struct txn *txn, const struct id *unit, const struct hash *file, struct piece_file *found);
// The entry that holds a piece. ERR_NOT_FOUND.
enum err piece_find(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t index, uint32_t *log, uint64_t *seq);
// Files of a unit, by name: the next one behind *file. ERR_NOT_FOUND: no more.
enum err piece_next(struct txn *txn, const struct id *unit, struct hash *file);
// Takes the pieces away from here: their entries' payloads, of which receipts cover all. *swept tells how many.
// ERR_AGAIN: a receipt is still to come.
enum err piece_sweep(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t *swept);

#endif
