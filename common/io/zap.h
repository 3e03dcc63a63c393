// Who may pass a door: the ZAP handler (ZeroMQ RFC 27) of one context. Without it CURVE lets
// everybody in (DESIGN 12). It answers in the thread that polls.
//
//	domain "sync"   only keys that `admit` knows, or of which whoever was asked (`ask`) says so in time
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
#define ZAP_ASKED_MAX        4096 // questions without an answer: as many as may come at once (io/link_zmq)
#define ZAP_ID_MAX           32 // bytes of a request's ids, which are libzmq's own

// Who decides at the sync door. `ask` is tried first; its answer comes by zap_tell().
struct zap_judge {
	bool (*admit)(void *context, const struct hash *curve);
	bool (*ask)(void *context, const struct hash *curve, uint64_t ticket); // false: it cannot be asked now
	void *context;
};

struct zap {
	void *socket;              // ROUTER; owned
	struct zap_judge judge;
	struct zap_asked {
		uint64_t ticket;       // 0: free
		struct hash curve;
		size_t route_size, request_size;
		uint8_t route[ZAP_ID_MAX], request[ZAP_ID_MAX];
	} asked[ZAP_ASKED_MAX];
	uint64_t tickets;          // given so far
	uint64_t porch_tokens_ms;  // time saved up at the porch, in ms; at most BURST tokens' worth
	uint64_t porch_at_ms;
	uint64_t admitted, refused, deferred; // counted
};

// Binds inproc://zeromq.zap.01 in the ZeroMQ context. Must come before any socket that relies on it.
enum err zap_open(struct zap *zap, void *zmq, const struct zap_judge *judge);
void zap_close(struct zap *zap);

// Answers what waits, at most `max` requests.
void zap_answer(struct zap *zap, size_t max);

// The answer to a question; harmless when nobody waits for it.
void zap_tell(struct zap *zap, uint64_t ticket, bool known);

#endif
