// What the two kinds of link share.
#ifndef TRIBUTARY_IO_LINK_INSIDE_H
#define TRIBUTARY_IO_LINK_INSIDE_H

#include "io/link.h"

struct link_port {
	void (*close)(struct link *link);
	enum err (*endpoint)(const struct link *link, enum node_door door, char *text, size_t size);
	enum err (*connect)(struct link *link, const char *address, const struct hash *server_curve);
	void (*disconnect)(struct link *link);
	enum err (*poll)(struct link *link, int timeout_ms, struct event *events, size_t max, size_t *count);
	void (*effect)(struct link *link, const struct effect *effect);
	struct link_health (*health)(const struct link *link, enum node_door door);
};

// Stands first in each kind.
struct link {
	const struct link_port *port;
	int wake[2];      // self-pipe: read end, write end
	int watched;      // -1: none
	uint64_t in, out; // payload bytes
	int connection;   // to the parent, by the machine's number; -1: none
	bool refused;     // the last try to make one was turned away at once
	bool forgotten;   // it was lost without a word, while the road is there (io/knock)
};

enum err link_init(struct link *link, const struct link_port *port); // opens the self-pipe
void link_finish(struct link *link);
void link_drain(const struct link *link); // the self-pipe, after a poll

#endif
