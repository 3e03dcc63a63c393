#include "liar.h"

#include <stdlib.h>

#include "ledger/record.h"
#include "network.h"
#include "registry.h"

enum { KEPT_WORDS = 16, FLOOD_LINKS = 6, FLOOD_MESSAGES = 12, FLOOD_ENTRIES = 40 };

// What a liar has besides a device: a second history, and what it said before.
struct liar {
	struct store *other;
	struct guard guard;
	struct buf words[KEPT_WORDS];
	uint64_t heard;
};

static struct liar *mind_of(struct actor *actor)
{
	if (!actor->mind)
		actor->mind = calloc(1, sizeof *actor->mind);
	if (!actor->mind)
		abort();
	return actor->mind;
}

void liar_free(struct actor *actor)
{
	if (!actor->mind)
		return;
	for (size_t i = 0; i < KEPT_WORDS; i++)
		buf_free(&actor->mind->words[i]);
	if (actor->mind->other)
		store_memory_free(actor->mind->other);
	free(actor->mind);
	actor->mind = NULL;
}

void liar_heard_saying(struct actor *actor, struct span message)
{
	struct buf *slot = &mind_of(actor)->words[actor->mind->heard++ % KEPT_WORDS];
	buf_clear(slot);
	buf_bytes(slot, message.data, message.size);
}

void liar_begin(struct world *world)
{
	size_t unit = (size_t)random_below(&world->lies, world->unit_count);
	world->units[unit].liar = true;
	for (size_t i = 0; i < world->actor_count; i++)
		if (!world->actors[i]->server && world->actors[i]->unit == unit)
			world->actors[i]->liar = true;
	world_say(world, "%s does not play by the rules", world->units[unit].name);
}

static struct actor *some_liar(struct world *world)
{
	struct actor *chosen = NULL;
	uint64_t count = 0;
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		if (!actor->server && world->units[actor->unit].liar)
			actor->liar = true; // who joined since
		if (actor->liar && actor->running && !actor->lost && random_below(&world->lies, ++count) == 0)
			chosen = actor;
	}
	return chosen;
}

// ---- What it does ----

static void write_nonsense(struct actor *actor)
{
	const char *what = liar_entry(actor);
	if (what)
		world_say(actor->world, "%s %s", actor->name, what);
}

// Two histories of one device, shown in turn: to whoever is its server at the time.
static void show_the_other_face(struct actor *actor)
{
	struct liar *mind = mind_of(actor);
	struct world *world = actor->world;
	actor_stop(actor, "shows its other face");
	if (!mind->other) {
		mind->other = store_memory_snapshot(actor->store);
		mind->guard = actor->guard;
	}
	struct store *kept = actor->store;
	struct guard guard = actor->guard;
	actor->store = mind->other;
	actor->guard = mind->guard;
	mind->other = kept;
	mind->guard = guard;
	actor->seen_count = 0;
	actor_restart_later(actor, 10 * WORLD_MINUTE_MS);
	(void)world;
}

static void hang_up(void *who, uint64_t what)
{
	struct world *world = who;
	if (what > 0 && what <= world->link_count && world->links[what - 1])
		network_close_up(world->links[what - 1]);
}

// Old words again, cut and bent ones, and noise, over many links and to any server.
static void flood(struct actor *actor)
{
	struct world *world = actor->world;
	struct liar *mind = mind_of(actor);
	for (unsigned i = 0; i < FLOOD_LINKS; i++) {
		struct actor *server = world->actors[random_below(&world->lies, world->actor_count)];
		if (!server->server || !server->running)
			server = actor->parent;
		struct link *link = network_open(world, actor, server);
		uint64_t number = network_number(link);
		for (uint64_t n = random_below(&world->lies, FLOOD_MESSAGES); n > 0; n--) {
			struct buf *old = &mind->words[random_below(&world->lies, KEPT_WORDS)];
			struct buf word = BUF_EMPTY;
			uint8_t noise[512];
			random_bytes(&world->lies, noise, sizeof noise);
			if (old->size && random_chance(&world->lies, 800))
				buf_bytes(&word, old->data, old->size);
			else
				buf_bytes(&word, noise, 1 + (size_t)random_below(&world->lies, sizeof noise));
			if (random_chance(&world->lies, 400))
				word.data[random_below(&world->lies, word.size)] ^= (uint8_t)(1u << random_below(&world->lies, 8));
			size_t size = random_chance(&world->lies, 200) ? 1 + (size_t)random_below(&world->lies, word.size) : word.size;
			network_send_up(link, span_of(word.data, size));
			buf_free(&word);
		}
		world_plan(world, world->now_ms + random_between(&world->lies, 1000, WORLD_HOUR_MS), hang_up, world, number);
	}
	world_say(world, "%s floods", actor->name);
}

static void write_much(struct actor *actor)
{
	for (unsigned i = 0; i < FLOOD_ENTRIES; i++)
		liar_entry(actor);
	world_say(actor->world, "%s writes and writes", actor->name);
}

static void turn_clock(struct actor *actor)
{
	actor->clock_ms = (int64_t)random_between(&actor->world->lies, 1, 70) * 365 * 24 * (int64_t)WORLD_HOUR_MS;
	world_say(actor->world, "%s lives in another century", actor->name);
}

static const struct {
	unsigned weight;
	void (*strike)(struct actor *actor);
} ways[] = { { 12, write_nonsense }, { 3, show_the_other_face }, { 3, flood }, { 1, write_much }, { 1, turn_clock } };

void liar_strike(struct world *world)
{
	enum { WEIGHTS = 20 };
	struct actor *actor = some_liar(world);
	if (!actor)
		return;
	uint64_t drawn = random_below(&world->lies, WEIGHTS);
	size_t way = 0;
	while (drawn >= ways[way].weight)
		drawn -= ways[way++].weight;
	ways[way].strike(actor);
}

// ---- What must not come of it ----

static bool is_liar(struct world *world, const struct hash *device, size_t *unit)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		if (!world->actors[i]->liar || !hash_equal(&world->actors[i]->self.identity.sign_public, device))
			continue;
		*unit = world->actors[i]->unit;
		return true;
	}
	return false;
}

// No live write of a record of another unit is the liar's.
static bool records_are_clean(struct actor *honest, struct txn *txn)
{
	bool clean = true;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(NULL, 0));
	while (clean && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		if (record_key_decode(scan.key, &key) || record_decode(&key, scan.value, &arena, &record))
			continue;
		for (size_t i = 0; i < record.write_count && clean; i++) {
			struct journal_log log;
			size_t unit;
			clean = journal_find_number(txn, record.writes[i].dot.log, &log) || !is_liar(honest->world, &log.name.device, &unit) ||
			        id_equal(&key.unit, &honest->world->units[unit].id);
		}
	}
	scan_end(&scan);
	arena_free(&arena);
	return clean;
}

static bool quarantined(struct txn *txn, uint32_t log, uint64_t seq)
{
	uint8_t key[12];
	for (unsigned byte = 0; byte < 4; byte++)
		key[byte] = (uint8_t)(log >> (24 - 8 * byte));
	for (unsigned byte = 0; byte < 8; byte++)
		key[4 + byte] = (uint8_t)(seq >> (56 - 8 * byte));
	return txn_has(txn, STORE_QUARANTINE, span_of(key, sizeof key));
}

// The very entry is here and has been looked at.
static bool holds(struct txn *txn, const struct registry_lie *lie, struct journal_log *log)
{
	struct entry entry;
	bool same = false;
	if (journal_find(txn, &lie->log, log) || log->applied <= lie->seq)
		return false;
	struct journal_reader reader = journal_reader_begin(txn, log, lie->seq, lie->seq + 1);
	if (journal_reader_next(&reader, &entry)) {
		struct hash leaf = entry_leaf(&entry);
		same = !entry.erased && hash_equal(&leaf, &lie->leaf);
	}
	journal_reader_end(&reader);
	return same;
}

// Records of units that are none of its business a store passes over, and of those that it heard of, or was told to be above, only
// later: then nothing came of them, and nothing stands aside.
static bool concerns(const struct actor *honest, struct txn *txn, const struct id *about)
{
	const bool *fault = honest->world->plan.fault;
	const struct id *here = &honest->self.unit;
	if (!id_is_zero(about) && (fault[PLAN_LATE] || fault[PLAN_MOVE] || fault[PLAN_DAMAGE] || honest->restores))
		return false;
	return id_is_zero(about) || id_equal(here, about) || (honest->server && charter_is_ancestor(txn, here, about));
}

static bool lies_are_set_aside(struct actor *honest, struct txn *txn, char *why, size_t size)
{
	const struct registry *registry = honest->world->registry;
	for (size_t i = 0; i < registry->lie_count; i++) {
		struct journal_log log;
		const struct registry_lie *lie = &registry->lies[i];
		if (!concerns(honest, txn, &lie->about) || !holds(txn, lie, &log) || quarantined(txn, log.number, lie->seq))
			continue;
		snprintf(why, size, "%s took in that the liar %s (entry %llu of its %s log)", honest->name, lie->what,
		         (unsigned long long)lie->seq, lane_name(log.name.lane));
		return false;
	}
	return true;
}

static bool fork_is_proven(struct world *world, const struct hash *log)
{
	bool proven = false;
	for (size_t i = 0; i < world->actor_count && !proven; i++) {
		struct actor *actor = world->actors[i];
		struct txn txn;
		if (actor->liar || actor->lost || txn_begin(actor->store, STORE_READ, &txn))
			continue;
		struct scan scan = scan_begin(&txn, STORE_FORK, hash_span(log));
		proven = scan_next(&scan);
		scan_end(&scan);
		txn_abort(&txn);
	}
	return proven;
}

bool liar_contained(struct world *world, char *why, size_t size)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		struct txn txn;
		if (actor->liar || actor->lost || actor->revoked || txn_begin(actor->store, STORE_READ, &txn))
			continue;
		bool clean = records_are_clean(actor, &txn);
		if (!clean)
			snprintf(why, size, "%s: a record of another unit has a value that the liar wrote", actor->name);
		bool good = clean && lies_are_set_aside(actor, &txn, why, size);
		txn_abort(&txn);
		if (!good)
			return false;
	}
	for (size_t i = 0; i < world->registry->two_faced_count; i++) {
		if (fork_is_proven(world, &world->registry->two_faced[i]))
			continue;
		snprintf(why, size, "two servers have two histories of one log, and nobody has the proof");
		return false;
	}
	return true;
}
