#include "web/feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/machine.h"

struct feed {
	struct feed *next;
	struct http_stream *stream;
	const struct feed_maker *maker; // NULL: over
	void *context;
	struct keep_row row;            // with the body so far
	uint64_t version;               // that the key is of
	uint64_t began_ms;              // 0: not begun
	uint64_t spent, worst;          // ns of the processor: in all, in one turn
};

bool feed_open(struct feeds *feeds, struct http_request *request, const struct http_header *headers, size_t count,
               const struct feed_maker *maker, void *context, const struct keep_row *row)
{
	struct feed **at = &feeds->first;
	struct feed *feed = calloc(1, sizeof *feed);
	if (feed)
		feed->stream = http_stream_open(request, headers, count, FEED_BODY_BYTES, feed);
	if (!feed || !feed->stream) {
		maker->drop(context);
		free(feed);
		return false;
	}
	feed->maker = maker;
	feed->context = context;
	feed->row = *row;
	feed->row.body = BUF_EMPTY;
	feed->version = *feeds->version;
	while (*at)
		at = &(*at)->next;
	*at = feed;
	return true;
}

static void drop(struct feed *feed)
{
	if (feed->maker)
		feed->maker->drop(feed->context);
	feed->maker = NULL;
	buf_free(&feed->row.body);
}

void feed_closed(struct feeds *feeds, struct http_stream *stream)
{
	struct feed **at = &feeds->first;
	while (*at && (*at)->stream != stream)
		at = &(*at)->next;
	struct feed *feed = *at;
	if (!feed)
		return;
	*at = feed->next;
	drop(feed);
	free(feed);
}

// Who is being made, or who is next, if there is room for what it makes.
static struct feed *at_work(const struct feeds *feeds)
{
	size_t waiting = 0;
	for (const struct feed *feed = feeds->first; feed; feed = feed->next)
		waiting += http_stream_waiting(feed->stream);
	for (struct feed *feed = feeds->first; feed; feed = feed->next) {
		if (feed->maker)
			return feed->began_ms || waiting < FEED_WAITING_BYTES ? feed : NULL;
	}
	return NULL;
}

bool feed_waits(const struct feeds *feeds)
{
	return at_work(feeds) != NULL;
}

// What it cost, behind the body: as Server-Timing has it before others.
static void tell(struct feed *feed)
{
	char text[96];
	snprintf(text, sizeof text, "cpu;dur=%.2f, turn;dur=%.2f", (double)feed->spent / 1e6, (double)feed->worst / 1e6);
	http_stream_trailer(feed->stream, "Server-Timing", text);
	http_stream_end(feed->stream);
}

static void finish(struct feeds *feeds, struct feed *feed)
{
	if (!hash_is_zero(&feed->row.key) && feed->version == *feeds->version)
		keep_read(feeds->keep, &feed->row);
	drop(feed);
	tell(feed);
}

// Somebody else asked for the same, and it is there.
static bool take_kept(struct feeds *feeds, struct feed *feed)
{
	const struct keep_row *kept = hash_is_zero(&feed->row.key) ? NULL : keep_find_read(feeds->keep, &feed->row.key);
	if (!kept)
		return false;
	http_stream_write(feed->stream, buf_span(&kept->body));
	drop(feed);
	tell(feed);
	return true;
}

static enum err work(struct feed *feed, bool *done)
{
	uint64_t start = machine_processor_ns(), spent = 0;
	struct buf made = BUF_EMPTY;
	enum err err = ERR_OK;
	while (!err && !*done && spent < FEED_TURN_NS) {
		err = feed->maker->turn(feed->context, &made, done);
		spent = machine_processor_ns() - start;
	}
	buf_bytes(&feed->row.body, made.data, made.size);
	http_stream_write(feed->stream, buf_span(&made));
	feed->spent += spent;
	feed->worst = spent > feed->worst ? spent : feed->worst;
	err = err ? err : made.err;
	buf_free(&made);
	return err ? err : feed->row.body.err;
}

void feed_turn(struct feeds *feeds)
{
	struct feed *feed = at_work(feeds);
	bool done = false;
	if (!feed || (!feed->began_ms && take_kept(feeds, feed)))
		return;
	uint64_t now = machine_now_ms();
	feed->began_ms = feed->began_ms ? feed->began_ms : now;
	enum err err = work(feed, &done);
	if (err || (!done && now - feed->began_ms > FEED_MOST_MS)) {
		drop(feed);
		http_stream_break(feed->stream);
	} else if (done) {
		finish(feeds, feed);
	}
}

void feed_end(struct feeds *feeds)
{
	for (struct feed *feed = feeds->first; feed; feed = feed->next) {
		bool whole = !feed->maker;
		drop(feed);
		if (!whole)
			http_stream_break(feed->stream);
	}
}
