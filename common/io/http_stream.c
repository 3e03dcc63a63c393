// Answers that stay open: what is written waits until the connection has room for it, and while nothing waits the connection is
// suspended.
#include <stdlib.h>
#include <string.h>

#include "io/http_inside.h"

enum { STREAM_BLOCK_BYTES = 4096 };

struct http_stream {
	struct http *http;
	struct http_stream *next;
	struct MHD_Connection *connection;
	struct MHD_Response *response;
	struct buf waiting;          // not sent yet, from `sent` on
	size_t sent;
	bool suspended, ended, broken;
	void *context;
};

static ssize_t stream_read(void *context, uint64_t position, char *bytes, size_t max)
{
	struct http_stream *stream = context;
	(void)position;
	size_t left = stream->waiting.size - stream->sent;
	if (stream->broken)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left == 0 && stream->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left == 0) { // nothing to say: asked again when it is resumed
		MHD_suspend_connection(stream->connection);
		stream->suspended = true;
		return 0;
	}
	size_t take = left < max ? left : max;
	memcpy(bytes, stream->waiting.data + stream->sent, take);
	stream->sent += take;
	if (stream->sent == stream->waiting.size) {
		buf_clear(&stream->waiting);
		stream->sent = 0;
	}
	return (ssize_t)take;
}

static void wake(struct http_stream *stream)
{
	if (stream->suspended)
		MHD_resume_connection(stream->connection);
	stream->suspended = false;
}

struct http_stream *http_stream_open(struct http_request *request, const struct http_header *headers, size_t count, size_t most,
                                     void *context)
{
	struct http_stream *stream = calloc(1, sizeof *stream);
	if (!stream)
		return NULL;
	*stream = (struct http_stream){ .http = request->http, .connection = request->connection, .context = context,
	                                .waiting = { .limit = most } };
	stream->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, stream_read, stream, NULL);
	if (!stream->response || !http_queue(request, MHD_HTTP_OK, headers, count, stream->response)) {
		if (stream->response)
			MHD_destroy_response(stream->response);
		free(stream);
		return NULL;
	}
	stream->next = request->http->streams;
	request->http->streams = stream;
	request->stream = stream;
	return stream;
}

void *http_stream_context(const struct http_stream *stream)
{
	return stream->context;
}

size_t http_stream_waiting(const struct http_stream *stream)
{
	return stream->waiting.size - stream->sent;
}

void http_stream_write(struct http_stream *stream, struct span bytes)
{
	buf_bytes(&stream->waiting, bytes.data, bytes.size);
	if (stream->waiting.err) // it does not read: it may come again
		stream->broken = true;
	wake(stream);
}

void http_stream_trailer(struct http_stream *stream, const char *name, const char *value)
{
	MHD_add_response_footer(stream->response, name, value);
}

void http_stream_end(struct http_stream *stream)
{
	stream->ended = true;
	wake(stream);
}

void http_stream_break(struct http_stream *stream)
{
	stream->broken = true;
	wake(stream);
}

void http_stream_end_all(struct http *http)
{
	for (struct http_stream *stream = http->streams; stream; stream = stream->next)
		http_stream_end(stream);
}

void http_stream_gone(struct http_stream *stream)
{
	struct http *http = stream->http;
	struct http_stream **at = &http->streams;
	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	if (http->options.stream_closed)
		http->options.stream_closed(http->options.context, stream);
	MHD_destroy_response(stream->response);
	buf_free(&stream->waiting);
	free(stream);
}
