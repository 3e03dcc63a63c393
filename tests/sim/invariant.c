#include "invariant.h"

#include "org/epoch.h"
#include "registry.h"

static struct actor *server_by_key(struct world *world, const struct hash *key)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (world->actors[i]->server && hash_equal(&world->actors[i]->self.identity.sign_public, key))
			return world->actors[i];
	return NULL;
}

// ---- Bytes never change ----

static bool written_here(const struct actor *actor, const struct journal_log *log)
{
	return hash_equal(&log->name.device, &actor->self.identity.sign_public);
}

static bool is_liars(const struct world *world, const struct hash *device)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (world->actors[i]->liar && hash_equal(&world->actors[i]->self.identity.sign_public, device))
			return true;
	return false;
}

// Of a lane that goes up as far as the county, so that somebody has both histories.
static bool meets_above(enum lane lane)
{
	return lane == LANE_UP || lane == LANE_DOWN;
}

static void compare_leaf(struct actor *actor, const struct journal_log *log, const struct entry *entry)
{
	struct registry *registry = actor->world->registry;
	struct hash leaf = entry_leaf(entry);
	const struct registry_log *known = registry_find(registry, &log->id);
	uint64_t count = known ? known->count : 0;
	// What its writer alone has was not shown: it may still be lost with its store.
	if (actor->liar || (entry->seq >= count && written_here(actor, log)))
		return;
	if (registry_leaf(registry, &log->id, entry->seq, &leaf) ||
	    registry_forks(registry, &log->name.device, &log->name.incarnation))
		return;
	if (!is_liars(actor->world, &log->name.device))
		world_fail(actor->world, "%s: entry %llu of a %s log has other bytes than elsewhere", actor->name,
		           (unsigned long long)entry->seq, lane_name(log->name.lane));
	else if (actor->server && actor->parent && !actor->restores && meets_above(log->name.lane))
		registry_two_faced(registry, &log->id);
}

static uint64_t *seen_of(struct actor *actor, uint32_t number)
{
	while (actor->seen_count <= number) {
		actor->seen = world_grow(actor->seen, actor->seen_count, &actor->seen_capacity, sizeof *actor->seen);
		actor->seen[actor->seen_count++] = 0;
	}
	return &actor->seen[number];
}

static void compare_log(struct actor *actor, struct txn *txn, const struct journal_log *log, uint64_t from)
{
	struct entry entry;
	struct journal_reader reader = journal_reader_begin(txn, log, from, log->peaks.size);
	while (journal_reader_next(&reader, &entry))
		compare_leaf(actor, log, &entry);
	enum err err = journal_reader_end(&reader);
	if (err)
		world_fail(actor->world, "%s: a log cannot be read: %s", actor->name, err_name(err));
}

// ---- Receipts are true ----

// The server's committed store holds the log as far as its word goes.
static bool holds(struct actor *server, const struct hash *id, uint64_t size, const struct hash *root)
{
	struct txn txn;
	struct journal_log log;
	struct hash found;
	if (txn_begin(server->store, STORE_READ, &txn))
		return false;
	bool held = journal_find(&txn, id, &log) == ERR_OK && log.peaks.size >= size &&
	            journal_root_at(&txn, &log, size, &found) == ERR_OK && hash_equal(&found, root);
	txn_abort(&txn);
	return held;
}

static void check_receipts(struct actor *actor, const struct journal_log *log)
{
	for (size_t i = 0; i < RECEIPT_TIERS; i++) {
		const struct receipt *receipt = &log->receipt[i];
		if (receipt->size == 0)
			continue;
		struct actor *server = server_by_key(actor->world, &receipt->server);
		registry_promise(actor->world->registry, &log->id, receipt);
		if (!server)
			world_fail(actor->world, "%s: a receipt of a server that is none", actor->name);
		else if (!server->restores && !holds(server, &log->id, receipt->size, &receipt->root))
			world_fail(actor->world, "%s holds a receipt of %s for %llu entries of a %s log which %s does not have", actor->name,
			           server->name, (unsigned long long)receipt->size, lane_name(log->name.lane), server->name);
	}
}

// ---- Looking at one store ----

static void look(struct actor *actor, bool from_the_beginning)
{
	struct txn txn;
	struct journal_log log;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return;
	for (uint32_t number = 1; journal_find_number(&txn, number, &log) == ERR_OK; number++) {
		uint64_t *seen = seen_of(actor, number);
		uint64_t from = from_the_beginning || *seen > log.peaks.size ? 0 : *seen;
		compare_log(actor, &txn, &log, from);
		*seen = written_here(actor, &log) ? 0 : log.peaks.size;
		check_receipts(actor, &log);
	}
	txn_abort(&txn);
}

// ---- Bounds ----

enum { NOTICES_MOST = 257, BOUNDS_EVERY = 16 };

static uint64_t rows_of(struct txn *txn, enum store_table table, struct span prefix, uint64_t most)
{
	uint64_t count = 0;
	struct scan scan = scan_begin(txn, table, prefix);
	while (count <= most && scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

// What others can make a node keep beside logs: sessions, notices, evidence of forks.
static void look_at_bounds(struct actor *actor)
{
	struct txn txn;
	struct journal_log log;
	if (node_sessions(actor->node) > LIMIT_SESSIONS)
		world_fail(actor->world, "%s: %zu sessions at once", actor->name, node_sessions(actor->node));
	if (txn_begin(actor->store, STORE_READ, &txn))
		return;
	if (rows_of(&txn, STORE_NOTICE, span_of(NULL, 0), NOTICES_MOST) > NOTICES_MOST)
		world_fail(actor->world, "%s keeps more than %d notices", actor->name, NOTICES_MOST);
	for (uint32_t number = 1; journal_find_number(&txn, number, &log) == ERR_OK; number++)
		if (rows_of(&txn, STORE_FORK, hash_span(&log.id), JOURNAL_FORKS_KEPT) > JOURNAL_FORKS_KEPT)
			world_fail(actor->world, "%s keeps more than %d ranges of a forked log", actor->name, JOURNAL_FORKS_KEPT);
	txn_abort(&txn);
}

void invariant_after_turn(struct actor *actor)
{
	struct world *world = actor->world;
	if (actor->session_open && world->now_ms - actor->session_at > 6 * WORLD_HOUR_MS)
		world_fail(world, "%s: a session has hung for hours", actor->name);
	if (world->happened % 8 == 0)
		look(actor, false);
	if (world->happened % BOUNDS_EVERY == 0)
		look_at_bounds(actor);
}

// ---- Secrets ----

static bool contains(struct span bytes, const char *text)
{
	size_t size = strlen(text);
	for (size_t i = 0; i + size <= bytes.size; i++)
		if (bytes.data[i] == (uint8_t)text[0] && memcmp(bytes.data + i, text, size) == 0)
			return true;
	return false;
}

static void look_for_secrets(struct actor *server)
{
	struct txn txn;
	if (txn_begin(server->store, STORE_READ, &txn))
		return;
	for (unsigned table = 0; table < STORE_TABLE_COUNT; table++) {
		struct scan scan = scan_begin(&txn, (enum store_table)table, span_of(NULL, 0));
		while (scan_next(&scan))
			if (contains(scan.key, INVARIANT_CANARY) || contains(scan.value, INVARIANT_CANARY))
				world_fail(server->world, "%s: words of a private lane stand in %s", server->name,
				           store_table_name((enum store_table)table));
		scan_end(&scan);
	}
	txn_abort(&txn);
}

// Whoever is not of the unit may hold what it sealed, and not the key as well.
static void look_for_keys(struct actor *actor)
{
	struct world *world = actor->world;
	struct epoch epoch;
	struct txn txn;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return;
	for (size_t u = 0; u < world->unit_count; u++)
		if (!id_equal(&world->units[u].id, &actor->self.unit) && epoch_current(&txn, &world->units[u].id, &epoch) == ERR_OK)
			world_fail(world, "%s holds a key of %s", actor->name, world->units[u].name);
	txn_abort(&txn);
}

static void verify_logs(struct actor *actor)
{
	struct txn txn;
	struct journal_log log;
	uint64_t seq;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return;
	for (uint32_t number = 1; journal_find_number(&txn, number, &log) == ERR_OK; number++)
		if (journal_verify(&txn, &log, &seq))
			world_fail(actor->world, "%s: log %u does not verify", actor->name, number);
	txn_abort(&txn);
}

void invariant_everything(struct world *world)
{
	for (size_t i = 0; i < world->actor_count && !world->failed; i++) {
		struct actor *actor = world->actors[i];
		if (actor->lost)
			continue;
		look(actor, true);
		verify_logs(actor);
		look_for_keys(actor);
		if (actor->server)
			look_for_secrets(actor);
		size_t bytes = store_memory_bytes(actor->store);
		if (bytes > world->node_bytes_most)
			world->node_bytes_most = bytes;
	}
}
