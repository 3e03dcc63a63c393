// A device or a server: its store, its guard file, and a process around the real node and driver that
// can be killed at any point of commit, guard, send. What io/loop and io/home_guard do with the
// machine is done here with the world.
#ifndef TRIBUTARY_TESTS_SIM_ACTOR_H
#define TRIBUTARY_TESTS_SIM_ACTOR_H

#include "io/store_memory.h"
#include "sync/driver.h"
#include "sync/pen.h"
#include "world.h"

#define ACTOR_BACKUPS 3
#define ACTOR_NAME    48

// A word that came, or something else that happened, not stepped through yet.
struct actor_event {
	struct event event;
	struct buf bytes;
};

struct actor_backup {
	struct store *store; // NULL: none
	struct guard guard;
	bool guard_known;
	uint64_t at_ms;
};

enum actor_crash { ACTOR_LIVES, ACTOR_DIES_BEFORE_COMMIT, ACTOR_DIES_AFTER_COMMIT, ACTOR_DIES_AFTER_GUARD, ACTOR_DIES_SENDING };

struct actor {
	struct world *world;
	size_t index;
	char name[ACTOR_NAME];
	size_t unit;             // of a branch's device: its place in world->units
	struct actor *parent;    // NULL: the top
	bool server;
	bool live;               // keeps its session open
	bool running;
	bool lost;               // for ever
	bool revoked;
	struct actor *revoked_by;
	bool copied;             // another actor has the same keys
	bool liar;               // has valid keys and does not play by the rules
	struct liar *mind;       // of a liar: its other history, its old words
	unsigned damages;        // of its store, so far
	unsigned restores;       // of a server, to an earlier moment, so far
	struct store *store;
	struct self self;
	struct node *node;
	struct driver driver;
	struct view_pack pack;   // of the commands that write beside the process
	struct guard guard;
	bool guard_known;
	struct hash place;       // machine and file: what a copy does not have
	struct actor_backup backup[ACTOR_BACKUPS];

	struct link *link;       // to the parent
	struct actor_event *inbox;
	size_t inbox_count, inbox_capacity;
	uint64_t turn_at, tick_at, call_at; // 0: none is planned
	uint64_t life;           // of the process: what was planned for a former one is void
	uint64_t retry_ms;
	uint64_t interval_ms;
	uint64_t cut_until_ms, disk_full_until_ms;
	enum actor_crash crash;  // at its next turn
	size_t effects_left;     // that still leave the process
	struct buf *porch_answer; // where a knock wants it
	bool session_open;
	uint64_t session_at;
	enum err session_err;    // how the last one ended
	unsigned sessions_done, sessions_failed;
	struct node_progress progress; // of the last session that ended well
	int64_t clock_ms;        // offset of its clock
	int64_t drift_ppm;
	uint64_t *seen;          // entries of each log already compared with the registry, by log number
	size_t seen_count, seen_capacity;
};

struct actor *actor_new(struct world *world, const char *name, struct actor *parent, bool server);
void actor_free(struct actor *actor);
uint64_t actor_now_ms(const struct actor *actor);   // by its own clock
void actor_seed(struct actor *actor, uint8_t seed[static DRBG_SEED_BYTES]);

void actor_start(struct actor *actor);              // judges the guard; calls its parent soon
void actor_stop(struct actor *actor, const char *why);
void actor_restart_later(struct actor *actor, uint64_t within_ms);
void actor_call_later(struct actor *actor, uint64_t within_ms);
void actor_call(struct actor *actor);               // now, if it may
void actor_changed(struct actor *actor);            // a command wrote to the store
void actor_back_up(struct actor *actor);

// Lets one stranger's message through the porch, at once. ERR_UNREACHABLE: the server is not there;
// else what the driver gave. *answer is what it said.
enum err actor_knock(struct actor *server, const struct hash *curve, struct span message, struct buf *answer);

// By the network.
void actor_hear_parent(struct actor *actor, struct buf *bytes);  // takes *bytes over
void actor_hear_child(struct actor *actor, uint64_t link, const struct hash *curve, struct buf *bytes);
void actor_lost_parent(struct actor *actor, struct link *link);
void actor_lost_child(struct actor *actor, uint64_t link);

// As a driver's port wants it; `context` is the actor.
enum err actor_keep_guard(void *context, const struct self *self, const uint64_t shown[LANE_END]);

bool actor_can_write(const struct actor *actor);    // its disk, at this moment
// A write transaction with a pen, as a command has it. NULL pen on failure.
struct actor_pen {
	struct actor *actor;
	struct txn txn;
	struct pen pen;
};
enum err actor_pen_begin(struct actor *actor, struct actor_pen *writing);
enum err actor_pen_commit(struct actor_pen *writing, enum err err); // err: what the writing gave

#endif
