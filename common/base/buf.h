// A growable byte buffer with a sticky error: append in straight lines, look at `err` once.
#ifndef TRIBUTARY_BASE_BUF_H
#define TRIBUTARY_BASE_BUF_H

#include "base/err.h"
#include "base/span.h"

struct buf {
	uint8_t *data;   // owned; realloc'd
	size_t size;
	size_t capacity;
	size_t limit;    // 0: none. Growing past it is ERR_TOO_LARGE
	enum err err;    // first failure; every later append does nothing
};

#define BUF_EMPTY ((struct buf){ .data = NULL, .size = 0, .capacity = 0, .limit = 0, .err = ERR_OK })

void buf_free(struct buf *buf);           // releases and becomes BUF_EMPTY
void buf_clear(struct buf *buf);          // keeps the memory, forgets content and error
struct span buf_span(const struct buf *buf);

// `size` fresh bytes at the end, to be filled by the caller; NULL on (sticky) error.
uint8_t *buf_extend(struct buf *buf, size_t size);

void buf_bytes(struct buf *buf, const void *data, size_t size);
void buf_string(struct buf *buf, const char *text);   // without its NUL
void buf_u8(struct buf *buf, uint8_t value);
void buf_u16(struct buf *buf, uint16_t value);        // big-endian, as all fixed integers at rest
void buf_u32(struct buf *buf, uint32_t value);
void buf_u64(struct buf *buf, uint64_t value);
void buf_varint(struct buf *buf, uint64_t value);     // LEB128, minimal
void buf_zigzag(struct buf *buf, int64_t value);      // zigzag then LEB128

#endif
