// The world of one seed: virtual time, an agenda of what is to happen, the actors and the links
// between them, and the transcript. Nothing in it asks the machine for time or chance.
#ifndef TRIBUTARY_TESTS_SIM_WORLD_H
#define TRIBUTARY_TESTS_SIM_WORLD_H

#include <sodium.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/id.h"
#include "plan.h"

#define WORLD_BEGINS_MS UINT64_C(1774000000000) // 2026-03-20
#define WORLD_MINUTE_MS UINT64_C(60000)
#define WORLD_HOUR_MS   UINT64_C(3600000)
#define WORLD_LINES     40                      // of the transcript, kept for a failure
#define WORLD_LINE      256

struct actor;
struct link;
struct registry;
struct sticks;
struct files;
struct share;
struct store_treap_pool;

// What waits for its time. `who` and `what` are the handler's own.
struct happening {
	uint64_t at, order;
	void (*handle)(void *who, uint64_t what);
	void *who;
	uint64_t what;
};

// A unit of the tree as the play knows it.
struct world_unit {
	struct id id;
	char name[48];
	struct actor *registrar; // the server that its devices sync with
	bool ended;              // merged, split or closed; its devices are there still
	bool mixed;              // merged, or another with it: above it is one figure
	bool key_lost;           // a device that alone held an epoch key may be gone
	bool liar;               // does not play by the rules
	bool unsettled;          // a store of it was put back, copied, damaged or lost
};

struct world {
	struct plan plan;
	struct random network, work, trouble, seeds, lies;
	uint64_t now_ms;
	bool storm;
	struct happening *agenda; // a heap: soonest first
	size_t agenda_count, agenda_capacity;
	uint64_t order;
	struct actor **actors;
	size_t actor_count, actor_capacity;
	struct world_unit *units; // of branches
	size_t unit_count, unit_capacity;
	struct link **links;      // by number; NULL where one is gone
	size_t link_count, link_capacity;
	struct registry *registry;
	struct sticks *sticks;    // that lie about; NULL: none yet
	struct files *files;      // that were attached
	struct buf pack;
	struct share *share;      // what all nodes have in common
	struct store_treap_pool *pool; // and what their stores have
	unsigned faults;          // of the rarer classes so far
	bool failed;
	char failure[WORLD_LINE];
	crypto_generichash_state digest;
	char lines[WORLD_LINES][WORLD_LINE];
	size_t line_count;
	bool aloud;
	uint64_t happened, commits, sessions, written; // for the summary
	size_t node_bytes_most;
	unsigned waiting_most;         // words on one way of a link, at any time
	size_t heap_before, heap_most; // of the whole process: before the first node, and at any time
	unsigned rounds;          // of peace until all had converged
};

void world_begin(struct world *world, const struct plan *plan, const struct buf *pack, bool aloud);
void world_end(struct world *world);

void world_plan(struct world *world, uint64_t at_ms, void (*handle)(void *who, uint64_t what), void *who, uint64_t what);
// Lets happen what is due until `until_ms`, or until nothing is left or something failed.
void world_run(struct world *world, uint64_t until_ms);
bool world_step(struct world *world, uint64_t until_ms); // one happening; false: none was due

// One line of the transcript, part of its hash.
void world_say(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
// An invariant does not hold. The first one counts.
void world_fail(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_hash(const struct world *world, char text[static HASH_TEXT_BYTES]);
size_t world_node_bytes(const struct world *world);   // at the most, all that the process holds divided by its nodes; 0: not known
void world_tail(const struct world *world, FILE *to); // the last lines

void *world_grow(void *list, size_t count, size_t *capacity, size_t size); // room for one more; ends the program when memory is out

#endif
