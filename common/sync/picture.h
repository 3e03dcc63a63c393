// Small pictures of files that records name, for lists: one entry each, of kind 24, in the lane of files and in front of the pieces
// of its file, sealed where these are. It goes up whole where pieces are held back. It is a hint: it was made where the file was
// attached, and nothing proves that it is of that file. What it may be is narrow, for it is shown by browsers:
// a baseline JPEG of at most PICTURE_EDGE pixels a side and LIMIT_PICTURE_BYTES, in one scan, without any words in it.
//
//	PICTURE  unit id[16] ‖ file[32] ‖ log number u32 ‖ seq u64 → sealed u8
// (What is sealed has no rows where it cannot be read.)
#ifndef TRIBUTARY_SYNC_PICTURE_H
#define TRIBUTARY_SYNC_PICTURE_H

#include "base/arena.h"
#include "base/store.h"
#include "log/journal.h"

#define PICTURE_EDGE 320

struct picture {
	struct hash file;
	struct span jpeg;
};

// Is it a JPEG as above, from its first byte to its last?
bool picture_plain(struct span jpeg);

// ERR_MALFORMED: no picture of any file.
enum err picture_decode(struct span payload, struct arena *arena, struct picture *picture);
void picture_encode(const struct picture *picture, struct buf *payload);

enum err picture_put(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t log, uint64_t seq, bool sealed);
// The entry that holds the picture: of several that of the log with the smallest id, and there the first. ERR_NOT_FOUND.
enum err picture_find(struct txn *txn, const struct id *unit, const struct hash *file, struct journal_log *log, uint64_t *seq);
// Files of a unit that have one, by name: the next one behind *file. ERR_NOT_FOUND: no more.
enum err picture_next(struct txn *txn, const struct id *unit, struct hash *file);
// Takes them away from here: their entries' payloads. ERR_AGAIN: a receipt is still to come.
enum err picture_sweep(struct txn *txn, const struct id *unit, const struct hash *file);
enum err picture_forget_unit(struct txn *txn, const struct id *unit); // of all units: a zero id

#endif
