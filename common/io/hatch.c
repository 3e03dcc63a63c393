#include "io/hatch.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum err hatch_reader_open(struct hatch_reader *reader, int fd, size_t capacity)
{
	assert(capacity >= sizeof(struct hatch_frame) + LIMIT_MESSAGE_BYTES);
	*reader = (struct hatch_reader){ .fd = fd, .capacity = capacity, .bytes = malloc(capacity) };
	return reader->bytes ? ERR_OK : ERR_NOMEM;
}

void hatch_reader_close(struct hatch_reader *reader)
{
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader->bytes);
	*reader = (struct hatch_reader){ .fd = -1 };
}

static void to_front(struct hatch_reader *reader)
{
	if (reader->begin > 0 && reader->end > reader->begin)
		memmove(reader->bytes, reader->bytes + reader->begin, reader->end - reader->begin);
	reader->end -= reader->begin;
	reader->begin = 0;
}

enum err hatch_read(struct hatch_reader *reader)
{
	to_front(reader);
	while (reader->end < reader->capacity) {
		ssize_t got = read(reader->fd, reader->bytes + reader->end, reader->capacity - reader->end);
		if (got == 0)
			return ERR_UNREACHABLE;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_OK : ERR_UNREACHABLE;
		reader->end += (size_t)got;
	}
	return ERR_OK;
}

static enum err peek(const struct hatch_reader *reader, struct hatch_frame *frame)
{
	if (reader->end - reader->begin < sizeof *frame)
		return ERR_NOT_FOUND;
	memcpy(frame, reader->bytes + reader->begin, sizeof *frame);
	if (frame->kind == 0 || frame->kind >= HATCH_END || frame->size > LIMIT_MESSAGE_BYTES)
		return ERR_MALFORMED;
	return reader->end - reader->begin - sizeof *frame < frame->size ? ERR_NOT_FOUND : ERR_OK;
}

enum err hatch_next(struct hatch_reader *reader, struct hatch_frame *frame, struct span *payload)
{
	enum err err = peek(reader, frame);
	if (err)
		return err;
	*payload = span_of(reader->bytes + reader->begin + sizeof *frame, frame->size);
	reader->begin += sizeof *frame + frame->size;
	return ERR_OK;
}

bool hatch_waits(const struct hatch_reader *reader)
{
	struct hatch_frame frame;
	return peek(reader, &frame) != ERR_NOT_FOUND;
}

static void skip(struct iovec *parts, size_t count, size_t bytes)
{
	for (size_t i = 0; i < count; i++) {
		size_t some = bytes < parts[i].iov_len ? bytes : parts[i].iov_len;
		parts[i].iov_base = (uint8_t *)parts[i].iov_base + some;
		parts[i].iov_len -= some;
		bytes -= some;
	}
}

enum err hatch_write(int fd, const struct hatch_frame *frame, struct span payload, int patience_ms)
{
	struct hatch_frame head = *frame;
	head.size = (uint32_t)payload.size;
	struct iovec parts[2] = { { .iov_base = &head, .iov_len = sizeof head },
	                          { .iov_base = (void *)(uintptr_t)payload.data, .iov_len = payload.size } };
	assert(payload.size <= LIMIT_MESSAGE_BYTES);
	for (size_t left = sizeof head + payload.size; left > 0;) {
		ssize_t put = writev(fd, parts, 2);
		if (put >= 0) {
			left -= (size_t)put;
			skip(parts, 2, (size_t)put);
			continue;
		}
		struct pollfd room = { .fd = fd, .events = POLLOUT };
		if (errno != EINTR && ((errno != EAGAIN && errno != EWOULDBLOCK) || poll(&room, 1, patience_ms) <= 0))
			return ERR_UNREACHABLE;
	}
	return ERR_OK;
}
