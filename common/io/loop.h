// The loop: poll the link, let the driver step and commit, repeat. Used by `tributaryd run` and `tributary sync`.
#ifndef TRIBUTARY_IO_LOOP_H
#define TRIBUTARY_IO_LOOP_H

#include <signal.h>

#include "io/home.h"
#include "io/link_zmq.h"

struct loop {
	struct home *home;
	struct link *link;
	struct node *node;
	struct driver driver;
	bool want_parent;       // keep a session with the parent, reconnecting with back-off and jitter
	bool live;              // ask for a live session
	uint64_t retry_at, retry_delay_ms;
	bool done;              // one-shot: the parent session has ended
	enum err result;        // of the parent session; ERR_UNREACHABLE after `give_up_ms` without an answer
	uint64_t give_up_ms;    // 0: never
	uint64_t last_arrival;  // to notice what other processes wrote
	void (*progress)(void *context, const struct node_progress *progress); // may be NULL
	void *progress_context;
	struct trace trace;
};

enum err loop_open(struct loop *loop, struct home *home, const struct link_options *link_options, const struct trace *trace);
void loop_close(struct loop *loop);
// Runs until *stop (set by a signal handler), or, with want_parent and not live, until the session is over.
enum err loop_run(struct loop *loop, volatile sig_atomic_t *stop);

#endif
