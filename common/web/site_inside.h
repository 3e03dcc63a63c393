// What the files of a site share (web/site.h).
#ifndef TRIBUTARY_WEB_SITE_INSIDE_H
#define TRIBUTARY_WEB_SITE_INSIDE_H

#include "web/door.h"
#include "web/exchange.h"
#include "web/limiter.h"
#include "web/live.h"
#include "web/site.h"

struct site {
	struct site_options options;
	struct http *http;
	struct door door;
	struct sessions sessions;
	struct limiter limiter;
	struct keep keep;
	struct live live;
	struct feeds feeds;
	struct hash token;      // of the local page's address; zero: used
	uint64_t token_until;   // ms
	uint8_t secret[32];     // of this process: makes its ETags its own
	uint64_t version;       // of the store, as it was last looked at
	uint64_t looked_at;     // monotonic ms
};

// Looks whether the store has changed, and tells the open pages.
void site_look(struct site *site, bool now);

#endif
