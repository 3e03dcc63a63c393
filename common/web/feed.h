// Answers that are made in turns: files that cost more than other requests may be kept waiting for. The head of such an answer goes
// at once; its body follows as it is made, a few milliseconds' work after each round of the loop. One is made at a time, the
// others wait for it, so that one transaction at most stays open. An answer that fails half way is broken off, and its reader sees
// that it is not whole.
#ifndef TRIBUTARY_WEB_FEED_H
#define TRIBUTARY_WEB_FEED_H

#include "io/http.h"
#include "web/keep.h"

#define FEED_TURN_NS       (2ull * 1000 * 1000)        // of the processor, in one round of the loop
#define FEED_MOST_MS       (60ull * 1000)              // what takes longer is given up
#define FEED_BODY_BYTES    ((size_t)64 * 1024 * 1024)  // of one answer
#define FEED_WAITING_BYTES ((size_t)64 * 1024 * 1024)  // of all that readers have not taken yet; above, nothing more is begun

struct feed_maker {
	// Appends what this turn made. Some milliseconds' work at most.
	enum err (*turn)(void *context, struct buf *made, bool *done);
	void (*drop)(void *context); // it is over, or nobody waits for it any more
};

struct feed;

struct feeds {
	struct feed *first;          // in the order in which they came
	struct keep *keep;           // where a whole answer is kept, and found by those who asked for the same meanwhile
	const uint64_t *version;     // of the store
};

// The answer to a request: its maker and what it works on are taken over. *row has its key, type and name. False: no memory,
// nothing was answered, and all was dropped.
bool feed_open(struct feeds *feeds, struct http_request *request, const struct http_header *headers, size_t count,
               const struct feed_maker *maker, void *context, const struct keep_row *row);
void feed_closed(struct feeds *feeds, struct http_stream *stream); // its reader is gone
bool feed_waits(const struct feeds *feeds);                        // there is work for a turn
void feed_turn(struct feeds *feeds);
void feed_end(struct feeds *feeds);                                // all are broken off

#endif
