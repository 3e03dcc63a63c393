// The network side as the loop sees it: a door for those below, a porch for strangers, a connection to
// the parent. It talks to the node through a queue of events and takes effects back, and knows nothing else.
//
// Two stand behind it: libzmq in this process (io/link_zmq: devices and tools, and what runs in the child
// processes), and child processes that hold libzmq (io/link_apart: servers), so that no stranger's bytes
// meet a decoder, nor a stranger's flood an allocator, in the process that holds the store.
#ifndef TRIBUTARY_IO_LINK_H
#define TRIBUTARY_IO_LINK_H

#include "sync/node.h"

struct link;

// How one child process fares; all zero where libzmq is in this process.
struct link_health {
	long pid;                 // 0: it does not run at the moment
	uint64_t restarts;
	uint64_t refused;         // strangers turned away: unknown, too many, or greedy
	uint64_t open, newcomers; // connections now, and those of them that have not said anything yet
};

struct link_options {
	const struct identity *identity; // its CURVE keys are all that is used
	const char *sync;    // endpoint to bind, or NULL
	const char *porch;   // endpoint to bind, or NULL
	// Asked once per newcomer at the sync door (ZAP): may this CURVE key come in?
	bool (*admit)(void *context, const struct hash *curve);
	void *admit_context;
	const char *program; // runs the child processes (io/door_process); NULL: libzmq in this process
	// A child process ended by itself and will be started again in `pause_ms`. May be NULL.
	void (*ended)(void *context, enum node_door door, const char *how, uint64_t pause_ms);
	void *ended_context;
};

enum err link_open(const struct link_options *options, struct link **link); // ERR_LOCKED: the address is in use; ERR_USAGE: not an address
void link_close(struct link *link);

// The address that a wildcard endpoint ("tcp://127.0.0.1:*") was bound to.
enum err link_endpoint(const struct link *link, enum node_door door, char *text, size_t size);

// Connects to the parent (non-blocking) / drops that connection. The first after a drop makes a fresh handshake.
// A porch is reached the same way with its server key. ERR_USAGE: not an address; ERR_UNREACHABLE: not at the moment.
enum err link_connect(struct link *link, const char *address, const struct hash *server_curve);
void link_disconnect(struct link *link);

// Waits until something happened or `timeout_ms` passed (-1: no limit), then gives at most `max` events in
// `events` (kind, link, door, curve, bytes set; now_ms and seed are the caller's). Bytes are valid until the
// next call. EVENT_CONNECT is given when the parent connection stands, EVENT_LINK_DOWN when it or one from
// below is lost.
enum err link_poll(struct link *link, int timeout_ms, struct event *events, size_t max, size_t *count);

// Sends, or closes. What cannot be sent at once is dropped with the connection (the session resumes later).
void link_effect(struct link *link, const struct effect *effect);

// Write to this descriptor to wake up a poll from a signal handler or another thread (self-pipe).
int link_wake_fd(const struct link *link);

// A poll also ends when this descriptor can be read; what is there is the caller's to read. -1: none.
void link_watch(struct link *link, int fd);

// Payload bytes since opening, both ways (what the benchmarks report).
void link_traffic(const struct link *link, uint64_t *in, uint64_t *out);

// Bytes that the machine has carried to and from the parent on the connection that is there, parts of messages included. 0: none.
uint64_t link_moved(const struct link *link);

// The last try to reach the parent was turned away at once: nobody listens there, or there is no way.
bool link_refused(const struct link *link);

// The connection to the parent was lost without a word while the road is there: another will do better, at once.
bool link_forgotten(const struct link *link);

struct link_health link_health(const struct link *link, enum node_door door);

#endif
