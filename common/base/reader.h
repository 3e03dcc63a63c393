// A reading cursor over a span, with a sticky error (after Knot's wire_ctx): read in straight
// lines, look at `err` once at the end. After an error every read gives zeros.
#ifndef TRIBUTARY_BASE_READER_H
#define TRIBUTARY_BASE_READER_H

#include "base/err.h"
#include "base/span.h"

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	enum err err; // ERR_OK or ERR_MALFORMED
};

struct reader reader_of(struct span bytes);
size_t reader_left(const struct reader *reader);

uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader); // big-endian
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
uint64_t reader_varint(struct reader *reader); // LEB128; an over-long one is malformed
int64_t reader_zigzag(struct reader *reader);

// `size` bytes borrowed from the input; an empty span on error.
struct span reader_bytes(struct reader *reader, size_t size);
void reader_copy(struct reader *reader, void *to, size_t size);

// ERR_OK only if nothing failed and nothing is left: strict formats end exactly.
enum err reader_end(const struct reader *reader);

#endif
