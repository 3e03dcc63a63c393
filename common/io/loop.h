// The loop: poll the link, let the driver step and commit, repeat. Used by `tributaryd run` and `tributary sync`.
//
// One session (want_parent alone), one after another (interval_ms), or one that stays open (live). A
// call that fails or breaks is repeated after a pause that doubles up to a minute and is jittered, so
// that a server that comes back is not met by everybody at once.
#ifndef TRIBUTARY_IO_LOOP_H
#define TRIBUTARY_IO_LOOP_H

#include <signal.h>

#include "io/home.h"
#include "io/link.h"

#define LOOP_GIVE_UP_MS 10000
#define LOOP_WAIT_MS    (15 * 60000) // one-shot: who is to come back later than that may as well be called again

struct loop {
	struct home *home;
	struct link *link;
	struct node *node;
	struct driver driver;
	bool want_parent;       // keep a session with the parent, reconnecting with back-off and jitter
	bool live;              // ask for a live session
	struct {
		bool on;            // the one who is called is this neighbour, and not the server above (sync/node_near.c)
		struct hash curve;
		char address[LIMIT_ADDRESS_BYTES];
	} neighbour;
	bool refusal_ends;      // live: a server that does not take us (ERR_UNAUTHORISED) is not called again
	uint64_t interval_ms;   // not live: another session this long after the last one; 0: one session only
	uint64_t retry_at;      // monotonic ms: when to call the parent
	uint64_t retry_delay_ms;
	bool calling;           // the link to the parent stands or is being made
	bool heard;             // something was, since it was called
	bool at_once;           // it is called again without a pause: the connection was forgotten, the road is there
	bool done;              // one-shot: the parent session has ended
	enum err result;        // of the parent session; ERR_UNREACHABLE: it was given up
	uint64_t give_up_ms;    // one-shot: as loop_patience_ms has it; 0: never
	uint64_t heard_at;      // monotonic ms: when last anything moved between the parent and us, or the start
	uint64_t moved;         // link_moved() then
	uint64_t checked_at;    // monotonic ms: last look for what other processes wrote
	uint64_t ticked_at;     // monotonic ms
	uint64_t measured_at;   // monotonic ms: last look at the disk; 0: none yet
	uint64_t last_arrival;  // to notice what other processes wrote
	uint64_t come_back_ms;  // the server above had no time for us, and has at retry_at; 0: it did not say so last time
	void (*wait)(void *context, uint64_t ms); // told when it says so; may be NULL
	void *wait_context;
	enum err trouble;       // of the last commit: said once, until it is over
	void (*progress)(void *context, const struct node_progress *progress); // may be NULL
	void *progress_context;
	void (*turned)(void *context); // after each turn, at least every 200 ms or so; may be NULL
	void *turned_context;
	struct trace trace;
};

// `link_options` without `admit` admits whom the charter admits. `trace` may be NULL. What is to differ
// from one try after another for ever is set between here and loop_run.
enum err loop_open(struct loop *loop, struct home *home, const struct link_options *link_options, const struct trace *trace);
void loop_close(struct loop *loop);
// How long a call is kept up while nothing moves: a third of `give_up_ms` where we are turned away, or there is no way (a server may
// be starting); three times `give_up_ms` where nobody answers, for that may be a stall of 20 s; six times while a connection is there.
uint64_t loop_patience_ms(const struct link *link, uint64_t give_up_ms);
// Runs until *stop (set by a signal handler), or, with want_parent, neither live nor at intervals, until
// the session is over (or refusal_ends it): then loop->done, and loop->result tells how. What it gives itself is a failure of the machine.
enum err loop_run(struct loop *loop, volatile sig_atomic_t *stop);

#endif
