// What was ever shown: for each (log, seq) the leaf that some other store than its writer's holds, and
// each receipt that a client ever kept. Logs that may have forked (a store was put back and nothing
// told it) are marked; of them several leaves may exist.
#ifndef TRIBUTARY_TESTS_SIM_REGISTRY_H
#define TRIBUTARY_TESTS_SIM_REGISTRY_H

#include <uthash.h>

#include "base/id.h"
#include "log/receipt.h"

struct registry_log {
	struct hash log; // key
	struct hash *leaves;
	size_t count, capacity;
	UT_hash_handle hh;
};

struct registry_promise { // a receipt
	struct hash key;  // of log and server
	struct hash log, server;
	uint64_t size;
	struct hash root;
	UT_hash_handle hh;
};

struct registry_life { // a device in a life of its store whose logs may have forked
	struct hash device;
	struct id incarnation;
};

struct registry {
	struct registry_log *logs;
	struct registry_promise *promises;
	struct registry_life *lives;
	size_t life_count, life_capacity;
	struct registry_record { struct id id; UT_hash_handle hh; } *records;
	struct registry_home { // a final record of a member's chain
		struct { struct id member; uint64_t epoch; } key;
		struct hash digest;
		UT_hash_handle hh;
	} *homes;
	struct registry_arrival { struct id unit; uint64_t count; UT_hash_handle hh; } *arrivals; // by transfers, so far
	uint64_t members_above; // that the top knows
	struct registry_lie { // an entry that no honest store may take as what it says
		struct hash log, leaf;
		uint64_t seq;
		const char *what;
		struct id about; // whom it concerns: others pass over it
	} *lies;
	size_t lie_count, lie_capacity;
	struct hash *two_faced; // logs of which honest servers have two histories
	size_t two_faced_count, two_faced_capacity;
};

struct registry *registry_new(void);
void registry_free(struct registry *registry);

// False: another leaf is known there, or a leaf before it is not.
bool registry_leaf(struct registry *registry, const struct hash *log, uint64_t seq, const struct hash *leaf);
const struct registry_log *registry_find(const struct registry *registry, const struct hash *log);
void registry_promise(struct registry *registry, const struct hash *log, const struct receipt *receipt);
void registry_may_fork(struct registry *registry, const struct hash *device, const struct id *incarnation);
bool registry_forks(const struct registry *registry, const struct hash *device, const struct id *incarnation);
void registry_lie(struct registry *registry, const struct hash *log, uint64_t seq, const struct hash *leaf, const char *what,
                  const struct id *about);
void registry_two_faced(struct registry *registry, const struct hash *log);
bool registry_record(struct registry *registry, const struct id *record); // false: the id was given before
// False: another record of that member and epoch is known. `arrives`: of a transfer, the new home; else NULL.
bool registry_home(struct registry *registry, const struct id *member, uint64_t epoch, const struct hash *digest,
                   const struct id *arrives);
uint64_t registry_arrivals(const struct registry *registry, const struct id *unit);

#endif
