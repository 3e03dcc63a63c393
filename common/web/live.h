// Live changes, as server-sent events: pages that stay open are told that the store has changed, and ask again for
// what they show. An id names the commit; who comes back with the present one is told nothing.
#ifndef TRIBUTARY_WEB_LIVE_H
#define TRIBUTARY_WEB_LIVE_H

#include <jansson.h>

#include "io/http.h"
#include "web/session.h"

#define LIVE_STREAMS_MAX  400
#define LIVE_HEARTBEAT_MS 15000
#define LIVE_LEAST_MS     250  // between two changes told
#define LIVE_STREAM_BYTES ((size_t)64 * 1024) // kept for a page that does not read

struct live_stream {
	struct http_stream *stream; // NULL: a free place
	struct hash session;        // whose it is
};

struct live {
	struct live_stream streams[LIVE_STREAMS_MAX];
	size_t count;
	uint64_t beaten_at, told_at; // monotonic ms
	uint64_t told;               // the version told last
	uint32_t life;               // of this process: ids of another one say nothing here
};

// False: there are too many, or no memory; nothing was answered.
bool live_open(struct live *live, struct http_request *request, const struct http_header *headers, size_t count,
               const struct hash *session, uint64_t version, const char *last_id);
void live_closed(struct live *live, struct http_stream *stream);
// With a zero session: to everybody.
void live_tell(struct live *live, const struct hash *session, const char *event, const char *id, json_t *document);
void live_version(struct live *live, uint64_t version, uint64_t now);
void live_beat(struct live *live, uint64_t now);
void live_end(struct live *live, const struct hash *session); // signed out

#endif
