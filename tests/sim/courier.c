// A meeting is two commands beside the processes, `sync --with` and `serve`: each has its side's store, and a node of its own.
#include "courier.h"

#include <stdlib.h>

#include "homes.h"
#include "sync/cargo.h"
#include "sync/share.h"

enum { CALLED_LINK = 7, WORDS_MOST = 4096 };

struct side {
	struct actor *actor;
	struct node *node;
	struct driver driver;
	struct side *other;
	bool calls;
	bool over;           // it has closed, or knows that the other did
	enum err err;
	struct buf *words;   // owned; said and not heard yet
	size_t count, capacity;
};

// ---- One side ----

static void on_effect(void *context, const struct effect *effect)
{
	struct side *side = context;
	bool ours = effect->door == (side->calls ? NODE_DOOR_PARENT : NODE_DOOR_SYNC);
	if (effect->kind == EFFECT_DONE && side->calls)
		side->err = effect->err;
	if (effect->kind == EFFECT_CLOSE && ours)
		side->over = true;
	if (effect->kind != EFFECT_SEND || !ours || side->over)
		return;
	side->words = world_grow(side->words, side->count, &side->capacity, sizeof *side->words);
	side->words[side->count] = (struct buf)BUF_EMPTY;
	buf_bytes(&side->words[side->count++], effect->bytes.data, effect->bytes.size);
}

static enum err keep_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	const struct side *side = context;
	return actor_keep_guard(side->actor, self, shown);
}

static void close_side(struct side *side)
{
	for (size_t i = 0; i < side->count; i++)
		buf_free(&side->words[i]);
	free(side->words);
	if (side->driver.effects)
		driver_free(&side->driver);
	node_free(side->node);
	homes_after_commit(side->actor);
	actor_changed(side->actor);
}

static enum err open_side(struct side *side, struct actor *actor, struct side *other, bool calls)
{
	const struct driver_port port = { .context = side, .guard = keep_guard, .effect = on_effect };
	*side = (struct side){ .actor = actor, .other = other, .calls = calls, .node = node_new_in(actor->world->share, &actor->self, NULL) };
	if (!side->node)
		abort();
	return driver_init(&side->driver, actor->store, side->node, &actor->self, &port);
}

static enum err step(struct side *side, enum event_kind kind, struct span bytes)
{
	struct event event = { .kind = kind, .now_ms = actor_now_ms(side->actor), .bytes = bytes,
	                       .link = side->calls ? NODE_LINK_PARENT : CALLED_LINK,
	                       .door = side->calls ? NODE_DOOR_PARENT : NODE_DOOR_SYNC,
	                       .curve = side->other->actor->self.identity.curve_public };
	uint8_t seed[DRBG_SEED_BYTES];
	actor_seed(side->actor, event.seed);
	actor_seed(side->actor, seed);
	return driver_run(&side->driver, &event, 1, event.now_ms, seed);
}

// ---- A meeting ----

// What one said the other hears, in order. False: nothing was said.
static bool hear(struct side *from, enum err *err)
{
	if (from->count == 0)
		return false;
	struct buf word = from->words[0];
	memmove(from->words, from->words + 1, --from->count * sizeof *from->words);
	if (!from->other->over && !*err)
		*err = step(from->other, EVENT_MESSAGE, buf_span(&word));
	buf_free(&word);
	return true;
}

// `words`: so many until somebody goes on.
static enum err talk(struct side *caller, struct side *called, unsigned words)
{
	enum err err = step(caller, EVENT_MEET, span_of(NULL, 0));
	bool spoken = true;
	for (unsigned i = 0; i < words && !err && spoken; i++) {
		spoken = hear(caller, &err);
		spoken = hear(called, &err) || spoken;
	}
	if (!err)
		err = step(caller, EVENT_LINK_DOWN, span_of(NULL, 0));
	if (!err)
		err = step(called, EVENT_LINK_DOWN, span_of(NULL, 0));
	return err;
}

static bool is_own_fault(enum err err)
{
	return err == ERR_CORRUPT || err == ERR_NOMEM || err == ERR_BUDGET;
}

static bool brought_by(struct actor *carrier, const struct hash *holder)
{
	struct txn txn;
	struct cargo_item item;
	bool found = false;
	if (txn_begin(carrier->store, STORE_READ, &txn))
		return false;
	struct cargo_walk walk = cargo_walk_begin(&txn, NULL);
	while (!found && cargo_walk_next(&walk, &item))
		found = item.way == BUNDLE_UP && hash_equal(&item.place.holder, holder) && hash_equal(&item.from, holder);
	cargo_walk_end(&walk);
	txn_abort(&txn);
	return found;
}

static bool knows_of(struct actor *holder, const struct hash *carrier)
{
	struct txn txn;
	struct cargo_handed handed;
	if (txn_begin(holder->store, STORE_READ, &txn))
		return true;
	bool knows = cargo_handed_get(&txn, carrier, &handed) == ERR_OK;
	txn_abort(&txn);
	return knows;
}

// What it carries of the other's, the other knows to be with it.
static void check_known(struct actor *holder, struct actor *carrier)
{
	const struct hash *holder_key = &holder->self.identity.sign_public, *carrier_key = &carrier->self.identity.sign_public;
	if (!holder->server && !holder->copied && !holder->world->units[holder->unit].unsettled && brought_by(carrier, holder_key) &&
	    !knows_of(holder, carrier_key))
		world_fail(holder->world, "%s does not know that %s carries its entries", holder->name, carrier->name);
}

static void meet(struct actor *caller, struct actor *called, unsigned words)
{
	struct world *world = caller->world;
	struct side first, second;
	enum err err = open_side(&first, caller, &second, true);
	if (!err)
		err = open_side(&second, called, &first, false);
	else
		second = (struct side){ .actor = called };
	if (!err)
		err = talk(&first, &second, words);
	struct node_meeting result = node_meeting(first.node);
	enum err ended = first.err;
	close_side(&first);
	close_side(&second);
	world_say(world, "%s meets %s: %llu and %llu entries, %llu parts given, %llu kept, %llu taken, %llu refused, %s%s%s", caller->name,
	          called->name, (unsigned long long)result.sent, (unsigned long long)result.received, (unsigned long long)result.given,
	          (unsigned long long)result.kept, (unsigned long long)result.taken, (unsigned long long)result.refused, err_name(ended),
	          err ? ", " : "", err ? err_name(err) : "");
	if (is_own_fault(err))
		world_fail(world, "%s and %s cannot meet: %s", caller->name, called->name, err_name(err));
	if (!err && !ended) {
		check_known(caller, called);
		check_known(called, caller);
	}
}

// ---- When ----

static bool may_meet(const struct actor *actor)
{
	return actor->running && !actor->lost && !actor->liar && actor_can_write(actor);
}

static struct actor *somebody(struct world *world)
{
	struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
	return may_meet(actor) ? actor : NULL;
}

static bool may_meet_each_other(const struct actor *a, const struct actor *b)
{
	return a != b && a->parent != b && !hash_equal(&a->self.identity.sign_public, &b->self.identity.sign_public);
}

void courier_strike(struct world *world)
{
	struct random *random = &world->trouble;
	struct actor *caller = somebody(world), *called = somebody(world);
	unsigned words = random_chance(random, 300) ? (unsigned)random_below(random, 12) : WORDS_MOST;
	if (!caller || !called || caller->server || !may_meet_each_other(caller, called))
		return;
	if (random_chance(random, 300) && caller->cut_until_ms <= world->now_ms) { // why they meet at all
		caller->cut_until_ms = world->now_ms + random_between(random, WORLD_HOUR_MS, 12 * WORLD_HOUR_MS);
		world_say(world, "%s is off line", caller->name);
	}
	meet(caller, called, words);
}

// ---- In peace ----

static bool is_known_above(struct actor *actor, const struct hash *reader)
{
	struct txn txn;
	struct charter_device row;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool known = charter_device_get(&txn, reader, &row) == ERR_OK && !row.revoked;
	txn_abort(&txn);
	return known;
}

static bool nothing_goes_up(struct actor *actor, struct txn *txn, char *why, size_t size)
{
	struct cargo_item item;
	bool nothing = true;
	struct cargo_walk walk = cargo_walk_begin(txn, NULL);
	while (nothing && cargo_walk_next(&walk, &item))
		if (item.way == BUNDLE_UP && actor->parent && hash_is_zero(&item.only) && is_known_above(actor, &item.place.reader)) {
			snprintf(why, size, "%s still carries what goes up", actor->name);
			nothing = false;
		}
	cargo_walk_end(&walk);
	return nothing;
}

static bool nothing_is_open(struct actor *actor, struct txn *txn, char *why, size_t size)
{
	bool nothing = true;
	struct scan scan = cargo_handed_all(txn);
	while (nothing && scan_next(&scan)) {
		struct cargo_handed handed;
		uint64_t open = cargo_handed_read(&scan, &handed) == ERR_OK ? cargo_handed_open(txn, &handed.carrier, &actor->self.parent_key) : 0;
		if (open > 0) {
			snprintf(why, size, "%s: %llu entries with a carrier are not acknowledged", actor->name, (unsigned long long)open);
			nothing = false;
		}
	}
	scan_end(&scan);
	return nothing;
}

bool courier_nothing_is_left(struct actor *actor, char *why, size_t size)
{
	struct txn txn;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool nothing = nothing_goes_up(actor, &txn, why, size) && nothing_is_open(actor, &txn, why, size);
	txn_abort(&txn);
	return nothing;
}
