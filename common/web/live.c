// Streams of events, and what is written into them.
#include "web/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum { ID_BYTES = 40 };

static void format_id(const struct live *live, uint64_t version, char id[static ID_BYTES])
{
	snprintf(id, ID_BYTES, "%08" PRIx32 "-%" PRIu64, live->life, version);
}

static void write_event(struct http_stream *stream, const char *event, const char *id, const char *data)
{
	struct buf text = BUF_EMPTY;
	if (id) {
		buf_string(&text, "id: ");
		buf_string(&text, id);
		buf_string(&text, "\n");
	}
	buf_string(&text, "event: ");
	buf_string(&text, event);
	buf_string(&text, "\ndata: ");
	buf_string(&text, data);
	buf_string(&text, "\n\n");
	if (!text.err)
		http_stream_write(stream, buf_span(&text));
	buf_free(&text);
}

static void write_version(const struct live *live, struct http_stream *stream, const char *event, uint64_t version)
{
	char id[ID_BYTES], data[64];
	format_id(live, version, id);
	snprintf(data, sizeof data, "{\"version\":%" PRIu64 "}", version);
	write_event(stream, event, id, data);
}

bool live_open(struct live *live, struct http_request *request, const struct http_header *headers, size_t count,
               const struct hash *session, uint64_t version, const char *last_id)
{
	char id[ID_BYTES];
	struct live_stream *place = NULL;
	for (size_t i = 0; i < LIVE_STREAMS_MAX && !place; i++) {
		if (!live->streams[i].stream)
			place = &live->streams[i];
	}
	if (!place)
		return false;
	place->stream = http_stream_open(request, headers, count, LIVE_STREAM_BYTES, NULL);
	if (!place->stream)
		return false;
	place->session = *session;
	live->count++;
	format_id(live, version, id);
	write_version(live, place->stream, "hello", version);
	if (last_id && *last_id && strcmp(last_id, id) != 0)
		write_version(live, place->stream, "changed", version);
	return true;
}

void live_closed(struct live *live, struct http_stream *stream)
{
	for (size_t i = 0; i < LIVE_STREAMS_MAX; i++) {
		if (live->streams[i].stream != stream)
			continue;
		live->streams[i].stream = NULL;
		live->count--;
	}
}

void live_tell(struct live *live, const struct hash *session, const char *event, const char *id, json_t *document)
{
	char *data = json_dumps(document, JSON_COMPACT);
	for (size_t i = 0; data && i < LIVE_STREAMS_MAX; i++) {
		struct live_stream *at = &live->streams[i];
		if (at->stream && (hash_is_zero(session) || hash_equal(session, &at->session)))
			write_event(at->stream, event, id, data);
	}
	free(data);
	json_decref(document);
}

void live_version(struct live *live, uint64_t version, uint64_t now)
{
	if (version == live->told || now - live->told_at < LIVE_LEAST_MS)
		return;
	live->told = version;
	live->told_at = now;
	for (size_t i = 0; i < LIVE_STREAMS_MAX; i++) {
		if (live->streams[i].stream)
			write_version(live, live->streams[i].stream, "changed", version);
	}
}

// A comment line: proxies keep the connection, and one that is gone is noticed.
void live_beat(struct live *live, uint64_t now)
{
	if (now - live->beaten_at < LIVE_HEARTBEAT_MS)
		return;
	live->beaten_at = now;
	for (size_t i = 0; i < LIVE_STREAMS_MAX; i++) {
		if (live->streams[i].stream)
			http_stream_write(live->streams[i].stream, span_string(":\n\n"));
	}
}

void live_end(struct live *live, const struct hash *session)
{
	for (size_t i = 0; i < LIVE_STREAMS_MAX; i++) {
		struct live_stream *at = &live->streams[i];
		if (!at->stream || !hash_equal(session, &at->session))
			continue;
		write_event(at->stream, "bye", NULL, "{}");
		http_stream_end(at->stream);
	}
}
