#include "base/buf.h"

#include <stdlib.h>

#include "base/bytes.h"

enum { BUF_FIRST_CAPACITY = 256 };

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = BUF_EMPTY;
}

void buf_clear(struct buf *buf)
{
	buf->size = 0;
	buf->err = ERR_OK;
}

struct span buf_span(const struct buf *buf)
{
	return span_of(buf->data, buf->size);
}

static enum err grow(struct buf *buf, size_t need)
{
	size_t capacity = buf->capacity ? buf->capacity : BUF_FIRST_CAPACITY;
	while (capacity < need) {
		if (capacity > SIZE_MAX / 2)
			return ERR_TOO_LARGE;
		capacity *= 2;
	}
	uint8_t *data = realloc(buf->data, capacity);
	if (!data)
		return ERR_NOMEM;
	buf->data = data;
	buf->capacity = capacity;
	return ERR_OK;
}

uint8_t *buf_extend(struct buf *buf, size_t size)
{
	if (buf->err)
		return NULL;
	if (size > SIZE_MAX - buf->size || (buf->limit && buf->size + size > buf->limit)) {
		buf->err = ERR_TOO_LARGE;
		return NULL;
	}
	if (buf->size + size > buf->capacity || !buf->data)
		buf->err = grow(buf, buf->size + size);
	if (buf->err)
		return NULL;
	uint8_t *fresh = buf->data + buf->size;
	buf->size += size;
	return fresh;
}

void buf_bytes(struct buf *buf, const void *data, size_t size)
{
	uint8_t *to = buf_extend(buf, size);
	if (to && size)
		memcpy(to, data, size);
}

void buf_string(struct buf *buf, const char *text)
{
	buf_bytes(buf, text, strlen(text));
}

void buf_u8(struct buf *buf, uint8_t value)
{
	buf_bytes(buf, &value, sizeof value);
}

void buf_u16(struct buf *buf, uint16_t value)
{
	uint8_t *to = buf_extend(buf, 2);
	if (to)
		bytes_put_u16(to, value);
}

void buf_u32(struct buf *buf, uint32_t value)
{
	uint8_t *to = buf_extend(buf, 4);
	if (to)
		bytes_put_u32(to, value);
}

void buf_u64(struct buf *buf, uint64_t value)
{
	uint8_t *to = buf_extend(buf, 8);
	if (to)
		bytes_put_u64(to, value);
}

void buf_varint(struct buf *buf, uint64_t value)
{
	uint8_t bytes[10];
	size_t size = 0;
	while (value >= 0x80) {
		bytes[size++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	bytes[size++] = (uint8_t)value;
	buf_bytes(buf, bytes, size);
}

void buf_zigzag(struct buf *buf, int64_t value)
{
	buf_varint(buf, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}
