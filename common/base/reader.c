#include "base/reader.h"

#include "base/bytes.h"

struct reader reader_of(struct span bytes)
{
	// An empty span may be NULL; arithmetic on NULL is not ours to do.
	static const uint8_t nothing[1];
	const uint8_t *at = bytes.data ? bytes.data : nothing;
	return (struct reader){ .at = at, .end = at + bytes.size, .err = ERR_OK };
}

size_t reader_left(const struct reader *reader)
{
	return reader->err ? 0 : (size_t)(reader->end - reader->at);
}

static const uint8_t *take(struct reader *reader, size_t size)
{
	if (reader_left(reader) < size || reader->err) {
		reader->err = ERR_MALFORMED;
		return NULL;
	}
	const uint8_t *at = reader->at;
	reader->at += size;
	return at;
}

uint8_t reader_u8(struct reader *reader)
{
	const uint8_t *at = take(reader, 1);
	return at ? *at : 0;
}

uint16_t reader_u16(struct reader *reader)
{
	const uint8_t *at = take(reader, 2);
	return at ? bytes_get_u16(at) : 0;
}

uint32_t reader_u32(struct reader *reader)
{
	const uint8_t *at = take(reader, 4);
	return at ? bytes_get_u32(at) : 0;
}

uint64_t reader_u64(struct reader *reader)
{
	const uint8_t *at = take(reader, 8);
	return at ? bytes_get_u64(at) : 0;
}

uint64_t reader_varint(struct reader *reader)
{
	uint64_t value = 0;
	if (!reader->err && reader->at < reader->end && *reader->at < 0x80)
		return *reader->at++; // most are small
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = reader_u8(reader);
		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (byte == 0 && shift > 0)
			break; // over-long
		return reader->err ? 0 : value;
	}
	reader->err = ERR_MALFORMED;
	return 0;
}

int64_t reader_zigzag(struct reader *reader)
{
	uint64_t value = reader_varint(reader);
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

struct span reader_bytes(struct reader *reader, size_t size)
{
	const uint8_t *at = take(reader, size);
	return at ? span_of(at, size) : span_of(NULL, 0);
}

void reader_copy(struct reader *reader, void *to, size_t size)
{
	const uint8_t *at = take(reader, size);
	if (at)
		memcpy(to, at, size);
	else
		memset(to, 0, size);
}

enum err reader_end(const struct reader *reader)
{
	if (reader->err)
		return reader->err;
	return reader->at == reader->end ? ERR_OK : ERR_MALFORMED;
}
