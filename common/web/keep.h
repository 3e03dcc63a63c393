// Answers kept: of reading, by their ETag, until the store changes; of writing, by the asker's Idempotency-Key, for an
// hour, so that who asks again because the answer was lost does nothing twice. Both are in memory and bounded.
#ifndef TRIBUTARY_WEB_KEEP_H
#define TRIBUTARY_WEB_KEEP_H

#include "base/buf.h"
#include "base/id.h"

#define KEEP_READ_PLACES  512
#define KEEP_READ_BYTES   ((size_t)32 * 1024 * 1024)
#define KEEP_WRITE_PLACES 512
#define KEEP_WRITE_BYTES  (64 * 1024)            // of one answer; a longer one is not kept
#define KEEP_WRITE_MS     (60ull * 60 * 1000)

struct keep_row {
	struct hash key;       // zero: a free place
	struct hash print;     // of a write: of what was asked
	uint64_t until;        // of a write: ms
	unsigned status;
	int exit;              // of the verb
	bool more;             // there are rows behind the page
	bool problem;
	char type[96], filename[256]; // of a file; "": JSON
	struct buf body;
};

struct keep {
	struct keep_row reads[KEEP_READ_PLACES];
	size_t read_bytes, next_read;
	struct keep_row writes[KEEP_WRITE_PLACES];
	size_t next_write;
};

// *row's body is copied.
void keep_read(struct keep *keep, const struct keep_row *row);
const struct keep_row *keep_find_read(const struct keep *keep, const struct hash *key);
void keep_forget_reads(struct keep *keep);
void keep_write(struct keep *keep, const struct keep_row *row);
const struct keep_row *keep_find_write(const struct keep *keep, const struct hash *key, uint64_t now);
void keep_free(struct keep *keep);

#endif
