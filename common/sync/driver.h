// The driver: commit, then send. Takes events in batches through one write transaction (group
// commit), makes the guard cover what is about to be shown, and only then hands the effects on.
#ifndef TRIBUTARY_SYNC_DRIVER_H
#define TRIBUTARY_SYNC_DRIVER_H

#include "sync/node.h"

// What the driver needs of the machine.
struct driver_port {
	void *context;
	enum err (*guard)(void *context, const struct self *self, const uint64_t shown[LANE_END]); // durable when ERR_OK
	void (*effect)(void *context, const struct effect *effect);                                // send, close, …
};

struct driver {
	struct store *store;
	struct node *node;
	struct self *self;
	struct driver_port port;
	struct effects *effects;
	uint64_t guarded[LANE_END];
	struct id guarded_incarnation;
	bool unsure;             // what a commit made of `self` could not be read again yet
	uint64_t commits, commits_failed;
};

enum err driver_init(struct driver *driver, struct store *store, struct node *node, struct self *self,
                     const struct driver_port *port);
void driver_free(struct driver *driver);

// Steps through up to LIMIT_EVENTS_PER_COMMIT events, commits, carries out. On a failed commit nothing
// is sent, sessions are forgotten, and the error is given: the machine may try again later.
// `now_ms` and `seed` as in an event, for what the batch calls for as a whole.
enum err driver_run(struct driver *driver, const struct event *events, size_t count, uint64_t now_ms,
                    const uint8_t seed[static DRBG_SEED_BYTES]);

#endif
