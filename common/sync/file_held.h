// A server's word that it holds a file whole, given for those that it asked for (sync/file_want): of all else its receipts tell.
// It counts for the life of the server that said it.
//
//	WANT  'h' ‖ unit id[16] ‖ file[32] → size u64 ‖ server[32] ‖ incarnation[16] ‖ time u64 ‖ signature[64]
// Signed, domain "tributary file v1": unit[16] ‖ file[32] ‖ size u64 ‖ incarnation[16] ‖ time u64
#ifndef TRIBUTARY_SYNC_FILE_HELD_H
#define TRIBUTARY_SYNC_FILE_HELD_H

#include "base/store.h"
#include "log/identity.h"

struct file_held {
	struct id unit;
	struct hash file;
	uint64_t size;
	struct hash server;
	struct id incarnation;
	uint64_t time_ms;
	struct signature signature;
};

void file_held_sign(struct file_held *held, const struct identity *server);
enum err file_held_verify(const struct file_held *held); // ERR_SIGNATURE
enum err file_held_put(struct txn *txn, const struct file_held *held);
bool file_held_get(struct txn *txn, const struct id *unit, const struct hash *file, struct file_held *held);
enum err file_held_forget(struct txn *txn); // the server began a new life: what it had may be gone

#endif
