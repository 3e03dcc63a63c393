// Originals that are asked for. Where the server above is no archive (ledger/pack: pack_archives), pieces of files go up as leaves
// alone, and their payloads follow for the files that it asks for: each greeting says which, and which pieces it lacks, so what
// broke off goes on at the piece. A device may ask as well: its server asks the other devices of the unit, and what comes is told to all.
// What the server then has whole it says once, signed, to every device of the unit.
//
//	WANT  'w' ‖ unit id[16] ‖ file[32] → asker's device[32] ‖ since u64 ms ‖ done u8    asked for by this store, or for that device
//	      'b' ‖ log number u32 ‖ seq u64 → nothing           went up as a leaf alone
//	      'h' ‖ unit ‖ file → what the server has (sync/file_held)
//	META "file/asked" → nothing: the server above is no archive
#ifndef TRIBUTARY_SYNC_FILE_WANT_H
#define TRIBUTARY_SYNC_FILE_WANT_H

#include "log/identity.h"
#include "sync/piece.h"

#define FILE_WANT_MOST 64 // files that one greeting asks for
#define FILE_WANT_BITS_BYTES (LIMIT_FILE_PIECES / 8)

struct file_want {
	struct id unit;
	struct hash file;
	struct hash asker;  // device
	uint64_t since_ms;
	bool done;          // all of it is here, and that was said
};

enum err file_want_put(struct txn *txn, const struct file_want *want);
enum err file_want_drop(struct txn *txn, const struct id *unit, const struct hash *file);
bool file_want_get(struct txn *txn, const struct id *unit, const struct hash *file, struct file_want *want);
// Those of a unit, by name: the next one behind *want (file zero to begin). False: no more.
bool file_want_next(struct txn *txn, const struct id *unit, struct file_want *want);
// Those of all units, by unit and name: the next one behind *want (both zero to begin).
bool file_want_next_any(struct txn *txn, struct file_want *want);
// How often something was asked for: who is connected is told when this has changed.
uint64_t file_want_turn(struct txn *txn);

// Which pieces are not here: bit i of byte i / 8, counted from the lowest. *size 0: none is, and of how many is not known.
enum err file_want_lacks(struct txn *txn, const struct id *unit, const struct hash *file, uint8_t bits[static FILE_WANT_BITS_BYTES],
                         size_t *size, bool *whole);

// ---- What went up as leaves ----

enum err file_want_asked_set(struct txn *txn, bool asked); // the server above is no archive
bool file_want_asked(struct txn *txn);
enum err file_want_back(struct txn *txn, uint32_t log, uint64_t seq, bool back);
bool file_want_is_back(struct txn *txn, uint32_t log, uint64_t seq);

#endif
