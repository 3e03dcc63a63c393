// The network side: DEALER to the parent, ROUTER for those below, ROUTER for the porch, each over
// CURVE with ZAP. It talks to the node through a queue of events and takes effects back, and knows
// nothing else, so that it can live in a process of its own.
//
// What these very versions of libzmq need (DESIGN 12): a ZAP handler and a non-empty domain with
// ZMQ_ZAP_ENFORCE_DOMAIN, or CURVE fails open; every message checked for its User-Id; routing ids are
// never identity; ZMQ_MAXMSGSIZE on every socket; ROUTER_MANDATORY; heartbeats; handshake interval;
// linger 0; multipart messages other than ours are dropped and counted.
#ifndef TRIBUTARY_IO_LINK_ZMQ_H
#define TRIBUTARY_IO_LINK_ZMQ_H

#include "sync/node.h"

struct link;

struct link_options {
	const struct identity *identity;
	const char *sync;    // endpoint to bind, or NULL
	const char *porch;   // endpoint to bind, or NULL
	// Asked once per newcomer at the sync door (ZAP): may this CURVE key come in?
	bool (*admit)(void *context, const struct hash *curve);
	void *admit_context;
};

enum err link_open(const struct link_options *options, struct link **link); // ERR_LOCKED: the address is in use; ERR_USAGE: not an address
void link_close(struct link *link);

// The address that a wildcard endpoint ("tcp://127.0.0.1:*") was bound to.
enum err link_endpoint(const struct link *link, enum node_door door, char *text, size_t size);

// Connects to the parent (non-blocking) / drops that connection. The first after a drop makes a fresh handshake.
// A porch is reached the same way with its server key.
enum err link_connect(struct link *link, const char *address, const struct hash *server_curve);
void link_disconnect(struct link *link);

// Waits until something happened or `timeout_ms` passed (-1: no limit), then gives at most `max` events in
// `events` (kind, link, door, curve, bytes set; now_ms and seed are the caller's). Bytes are valid until the
// next call. EVENT_CONNECT is given when the parent connection stands, EVENT_LINK_DOWN when it or one from
// below is lost.
enum err link_poll(struct link *link, int timeout_ms, struct event *events, size_t max, size_t *count);

// Sends, or closes. What cannot be sent at once is dropped with the connection (the session resumes later).
void link_effect(struct link *link, const struct effect *effect);

// Fresh file descriptor that wakes up a poll from a signal handler or another thread (self-pipe).
int link_wake_fd(struct link *link);

// Payload bytes since opening, both ways (what the benchmarks report).
void link_traffic(const struct link *link, uint64_t *in, uint64_t *out);

#endif
