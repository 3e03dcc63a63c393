#include "registry.h"

#include <stdlib.h>

#include "world.h"

struct registry *registry_new(void)
{
	struct registry *registry = calloc(1, sizeof *registry);
	if (!registry)
		abort();
	return registry;
}

void registry_free(struct registry *registry)
{
	struct registry_log *log, *next_log;
	struct registry_promise *promise, *next_promise;
	struct registry_record *record, *next_record;
	struct registry_home *home, *next_home;
	struct registry_arrival *arrival, *next_arrival;
	HASH_ITER(hh, registry->logs, log, next_log) {
		HASH_DEL(registry->logs, log);
		free(log->leaves);
		free(log);
	}
	HASH_ITER(hh, registry->promises, promise, next_promise) {
		HASH_DEL(registry->promises, promise);
		free(promise);
	}
	HASH_ITER(hh, registry->records, record, next_record) {
		HASH_DEL(registry->records, record);
		free(record);
	}
	HASH_ITER(hh, registry->homes, home, next_home) {
		HASH_DEL(registry->homes, home);
		free(home);
	}
	HASH_ITER(hh, registry->arrivals, arrival, next_arrival) {
		HASH_DEL(registry->arrivals, arrival);
		free(arrival);
	}
	free(registry->lies);
	free(registry->two_faced);
	free(registry->lives);
	free(registry);
}

const struct registry_log *registry_find(const struct registry *registry, const struct hash *log)
{
	struct registry_log *found;
	HASH_FIND(hh, registry->logs, log, sizeof *log, found);
	return found;
}

bool registry_leaf(struct registry *registry, const struct hash *log, uint64_t seq, const struct hash *leaf)
{
	struct registry_log *found;
	HASH_FIND(hh, registry->logs, log, sizeof *log, found);
	if (!found) {
		found = calloc(1, sizeof *found);
		if (!found)
			abort();
		found->log = *log;
		HASH_ADD(hh, registry->logs, log, sizeof found->log, found);
	}
	if (seq < found->count)
		return hash_equal(&found->leaves[seq], leaf);
	if (seq > found->count)
		return false;
	found->leaves = world_grow(found->leaves, found->count, &found->capacity, sizeof *found->leaves);
	found->leaves[found->count++] = *leaf;
	return true;
}

void registry_promise(struct registry *registry, const struct hash *log, const struct receipt *receipt)
{
	struct registry_promise *found;
	struct hash key;
	for (size_t i = 0; i < sizeof key.bytes; i++)
		key.bytes[i] = log->bytes[i] ^ receipt->server.bytes[i];
	HASH_FIND(hh, registry->promises, &key, sizeof key, found);
	if (!found) {
		found = calloc(1, sizeof *found);
		if (!found)
			abort();
		*found = (struct registry_promise){ .key = key, .log = *log, .server = receipt->server };
		HASH_ADD(hh, registry->promises, key, sizeof found->key, found);
	}
	if (receipt->size < found->size)
		return;
	found->size = receipt->size;
	found->root = receipt->root;
}

void registry_may_fork(struct registry *registry, const struct hash *device, const struct id *incarnation)
{
	registry->lives = world_grow(registry->lives, registry->life_count, &registry->life_capacity, sizeof *registry->lives);
	registry->lives[registry->life_count++] = (struct registry_life){ .device = *device, .incarnation = *incarnation };
}

bool registry_forks(const struct registry *registry, const struct hash *device, const struct id *incarnation)
{
	for (size_t i = 0; i < registry->life_count; i++)
		if (hash_equal(&registry->lives[i].device, device) && id_equal(&registry->lives[i].incarnation, incarnation))
			return true;
	return false;
}

bool registry_record(struct registry *registry, const struct id *record)
{
	struct registry_record *found;
	HASH_FIND(hh, registry->records, record, sizeof *record, found);
	if (found)
		return false;
	found = calloc(1, sizeof *found);
	if (!found)
		abort();
	found->id = *record;
	HASH_ADD(hh, registry->records, id, sizeof found->id, found);
	return true;
}

static void count_arrival(struct registry *registry, const struct id *unit)
{
	struct registry_arrival *found;
	HASH_FIND(hh, registry->arrivals, unit, sizeof *unit, found);
	if (!found) {
		found = calloc(1, sizeof *found);
		if (!found)
			abort();
		found->unit = *unit;
		HASH_ADD(hh, registry->arrivals, unit, sizeof found->unit, found);
	}
	found->count++;
}

bool registry_home(struct registry *registry, const struct id *member, uint64_t epoch, const struct hash *digest,
                   const struct id *arrives)
{
	struct registry_home *found = calloc(1, sizeof *found), *known;
	if (!found)
		abort();
	found->key.member = *member;
	found->key.epoch = epoch;
	found->digest = *digest;
	HASH_FIND(hh, registry->homes, &found->key, sizeof found->key, known);
	if (known) {
		free(found);
		return hash_equal(&known->digest, digest);
	}
	HASH_ADD(hh, registry->homes, key, sizeof found->key, found);
	if (arrives)
		count_arrival(registry, arrives);
	return true;
}

uint64_t registry_arrivals(const struct registry *registry, const struct id *unit)
{
	struct registry_arrival *found;
	HASH_FIND(hh, registry->arrivals, unit, sizeof *unit, found);
	return found ? found->count : 0;
}

void registry_lie(struct registry *registry, const struct hash *log, uint64_t seq, const struct hash *leaf, const char *what,
                  const struct id *about)
{
	registry->lies = world_grow(registry->lies, registry->lie_count, &registry->lie_capacity, sizeof *registry->lies);
	registry->lies[registry->lie_count++] = (struct registry_lie){ .log = *log, .leaf = *leaf, .seq = seq, .what = what, .about = *about };
}

void registry_two_faced(struct registry *registry, const struct hash *log)
{
	for (size_t i = 0; i < registry->two_faced_count; i++)
		if (hash_equal(&registry->two_faced[i], log))
			return;
	registry->two_faced = world_grow(registry->two_faced, registry->two_faced_count, &registry->two_faced_capacity,
	                                 sizeof *registry->two_faced);
	registry->two_faced[registry->two_faced_count++] = *log;
}
