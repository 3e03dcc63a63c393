// Who may pass a door: the ZAP handler (ZeroMQ RFC 27) of one context. Without it CURVE lets
// everybody in (DESIGN 12). It answers in the thread that polls.
//
//	domain "sync"   only keys that `admit` knows
//	domain "porch"  any CURVE key, at a bounded rate
//
// The reply's User-Id is the key in hex, which libzmq then puts beside every message.
#ifndef TRIBUTARY_IO_ZAP_H
#define TRIBUTARY_IO_ZAP_H

#include "base/id.h"

#define ZAP_DOMAIN_SYNC  "sync"
#define ZAP_DOMAIN_PORCH "porch"

#define ZAP_PORCH_PER_SECOND 20 // strangers let in, sustained
#define ZAP_PORCH_BURST      50

struct zap {
	void *socket;              // REP; owned
	bool (*admit)(void *context, const struct hash *curve);
	void *context;
	uint64_t porch_tokens_ms;  // time saved up at the porch, in ms; at most BURST tokens' worth
	uint64_t porch_at_ms;
	uint64_t admitted, refused, deferred; // counted
};

// Binds inproc://zeromq.zap.01 in the ZeroMQ context. Must come before any socket that relies on it.
enum err zap_open(struct zap *zap, void *zmq, bool (*admit)(void *context, const struct hash *curve), void *context);
void zap_close(struct zap *zap);

// Answers what waits, at most `max` requests.
void zap_answer(struct zap *zap, size_t max);

#endif
