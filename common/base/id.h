// Names that are bytes: 16-byte ids (unit, record, incarnation) and 32-byte digests and keys.
#ifndef TRIBUTARY_BASE_ID_H
#define TRIBUTARY_BASE_ID_H

#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

struct id {
	uint8_t bytes[LIMIT_ID_BYTES];
};

struct hash {
	uint8_t bytes[LIMIT_HASH_BYTES];
};

#define ID_TEXT_BYTES   (2 * LIMIT_ID_BYTES + 1)   // lower-case hex and a NUL
#define HASH_TEXT_BYTES (2 * LIMIT_HASH_BYTES + 1)

static inline struct span id_span(const struct id *id) { return span_of(id->bytes, sizeof id->bytes); }
static inline struct span hash_span(const struct hash *hash) { return span_of(hash->bytes, sizeof hash->bytes); }

static inline bool id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline bool hash_equal(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool id_is_zero(const struct id *id);
bool hash_is_zero(const struct hash *hash);

// From a span of exactly the right size, else ERR_MALFORMED.
enum err id_read(struct span bytes, struct id *id);
enum err hash_read(struct span bytes, struct hash *hash);

void id_format(const struct id *id, char text[static ID_TEXT_BYTES]);
void hash_format(const struct hash *hash, char text[static HASH_TEXT_BYTES]);
enum err id_parse(const char *text, struct id *id);       // exact hex, either case
enum err hash_parse(const char *text, struct hash *hash);

// A fresh record or unit id: time, counter, maker. Ids of one maker ascend, so that a bulk of
// new records is written in key order, and compress well; uniqueness comes from the maker's tag.
// Layout: ms since 1970 [6] ‖ counter [2] ‖ first 8 bytes of `maker`.
struct id id_make(uint64_t hlc, const struct hash *maker);

#endif
