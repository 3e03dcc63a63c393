#include "actor.h"

#include <stdlib.h>

#include "founding.h"
#include "homes.h"
#include "invariant.h"
#include "liar.h"
#include "network.h"
#include "sync/share.h"

enum {
	TURN_EVENTS = 48,
	RETRY_FIRST_MS = 1000,
	RETRY_MOST_MS = 60000,
	TROUBLE_PAUSE_MS = 200,
};

uint64_t actor_now_ms(const struct actor *actor)
{
	uint64_t now = actor->world->now_ms;
	int64_t drifted = (int64_t)((now - WORLD_BEGINS_MS) / 1000) * actor->drift_ppm / 1000;
	int64_t shown = (int64_t)now + actor->clock_ms + drifted;
	return shown > 1000 ? (uint64_t)shown : 1000;
}

void actor_seed(struct actor *actor, uint8_t seed[static DRBG_SEED_BYTES])
{
	random_bytes(&actor->world->seeds, seed, DRBG_SEED_BYTES);
}

// ---- The inbox ----

static void turn(void *who, uint64_t what);

static void plan_turn(struct actor *actor, uint64_t within_ms)
{
	if (actor->turn_at)
		return;
	actor->turn_at = actor->world->now_ms + within_ms;
	world_plan(actor->world, actor->turn_at, turn, actor, actor->life);
}

static struct actor_event *post(struct actor *actor, enum event_kind kind, enum node_door door, uint64_t link)
{
	actor->inbox = world_grow(actor->inbox, actor->inbox_count, &actor->inbox_capacity, sizeof *actor->inbox);
	struct actor_event *item = &actor->inbox[actor->inbox_count++];
	*item = (struct actor_event){ .event = { .kind = kind, .door = door, .link = link }, .bytes = BUF_EMPTY };
	plan_turn(actor, random_below(&actor->world->network, 20));
	return item;
}

static void forget_inbox(struct actor *actor, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_free(&actor->inbox[i].bytes);
	actor->inbox_count -= count;
	if (actor->inbox_count)
		memmove(actor->inbox, actor->inbox + count, actor->inbox_count * sizeof *actor->inbox);
}

void actor_hear_parent(struct actor *actor, struct buf *bytes)
{
	if (!actor->running)
		return;
	post(actor, EVENT_MESSAGE, NODE_DOOR_PARENT, NODE_LINK_PARENT)->bytes = *bytes;
	*bytes = BUF_EMPTY;
}

void actor_hear_child(struct actor *actor, uint64_t link, const struct hash *curve, struct buf *bytes)
{
	if (!actor->running)
		return;
	struct actor_event *item = post(actor, EVENT_MESSAGE, NODE_DOOR_SYNC, link);
	item->event.curve = *curve;
	item->bytes = *bytes;
	*bytes = BUF_EMPTY;
}

void actor_lost_child(struct actor *actor, uint64_t link)
{
	if (actor->running)
		post(actor, EVENT_LINK_DOWN, NODE_DOOR_SYNC, link);
}

static void hang_up(struct actor *actor)
{
	if (actor->link)
		network_close_up(actor->link);
	actor->link = NULL;
}

void actor_lost_parent(struct actor *actor, struct link *link)
{
	if (actor->link != link)
		return;
	actor->link = NULL;
	if (!actor->running)
		return;
	post(actor, EVENT_LINK_DOWN, NODE_DOOR_PARENT, NODE_LINK_PARENT);
	actor_call_later(actor, actor->retry_ms);
}

void actor_changed(struct actor *actor)
{
	if (actor->running)
		post(actor, EVENT_CHANGED, NODE_DOOR_PARENT, 0);
}

// ---- Calling the parent ----

static void call(void *who, uint64_t what)
{
	struct actor *actor = who;
	if (what != actor->life || actor->call_at != actor->world->now_ms)
		return; // of a former process, or planned anew since
	actor->call_at = 0;
	actor_call(actor);
}

void actor_call_later(struct actor *actor, uint64_t within_ms)
{
	uint64_t at = actor->world->now_ms + within_ms / 2 + random_below(&actor->world->network, within_ms / 2 + 1);
	actor->call_at = at;
	world_plan(actor->world, at, call, actor, actor->life);
}

static void call_after_trouble(struct actor *actor)
{
	hang_up(actor);
	actor_call_later(actor, actor->retry_ms);
	actor->retry_ms = actor->retry_ms * 2 < RETRY_MOST_MS ? actor->retry_ms * 2 : RETRY_MOST_MS;
}

// The server that it now belongs to.
static void follow(struct actor *actor)
{
	for (size_t i = 0; actor->parent && i < actor->world->actor_count; i++) {
		struct actor *server = actor->world->actors[i];
		if (server->server && hash_equal(&server->self.identity.sign_public, &actor->self.parent_key))
			actor->parent = server;
	}
}

void actor_call(struct actor *actor)
{
	struct world *world = actor->world;
	follow(actor);
	struct actor *parent = actor->parent;
	if (!actor->running || !parent || actor->link)
		return;
	if (!parent->running || actor->cut_until_ms > world->now_ms || parent->cut_until_ms > world->now_ms) {
		if (world->storm)
			call_after_trouble(actor);
		return;
	}
	actor->link = network_open(world, actor, parent);
	actor->session_open = true;
	actor->session_at = world->now_ms;
	world->sessions++;
	world_say(world, "%s calls %s", actor->name, parent->name);
	post(actor, EVENT_CONNECT, NODE_DOOR_PARENT, NODE_LINK_PARENT)->event.live = actor->live && world->storm;
}

static void session_over(struct actor *actor, enum err err)
{
	struct world *world = actor->world;
	bool stays = !err && actor->live && world->storm;
	actor->session_open = false;
	actor->session_err = err;
	actor->progress = node_progress(actor->node);
	world_say(world, "%s: session %s, %llu came, %u answers", actor->name, err ? err_name(err) : stays ? "is idle" : "done",
	          (unsigned long long)actor->progress.entries_received, actor->progress.round_trips);
	if (err)
		actor->sessions_failed++;
	else
		actor->sessions_done++;
	if (stays)
		return;
	hang_up(actor);
	if (!world->storm)
		return;
	if (err && err != ERR_UNAUTHORISED) {
		call_after_trouble(actor);
	} else { // whoever is not let in is tried again when somebody thinks of it
		actor->retry_ms = RETRY_FIRST_MS;
		actor_call_later(actor, actor->interval_ms);
	}
}

// ---- What the driver needs of the machine ----

enum err actor_keep_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct actor *actor = context;
	bool same = actor->guard_known && id_equal(&actor->guard.incarnation, &self->incarnation);
	if (!same)
		actor->guard = (struct guard){ .incarnation = self->incarnation };
	actor->guard.machine = actor->place;
	actor->guard_known = true;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (shown[lane] > actor->guard.shown[lane])
			actor->guard.shown[lane] = shown[lane];
	return ERR_OK;
}

static void on_effect(void *context, const struct effect *effect)
{
	struct actor *actor = context;
	if (actor->effects_left == 0)
		return;
	actor->effects_left--;
	switch (effect->kind) {
	case EFFECT_SEND:
		if (effect->door == NODE_DOOR_PARENT && actor->liar)
			liar_heard_saying(actor, effect->bytes);
		if (effect->door == NODE_DOOR_PARENT && actor->link)
			network_send_up(actor->link, effect->bytes);
		else if (effect->door == NODE_DOOR_SYNC)
			network_send_down(actor->world, effect->link, effect->bytes);
		else if (effect->door == NODE_DOOR_PORCH && actor->porch_answer)
			buf_bytes(actor->porch_answer, effect->bytes.data, effect->bytes.size);
		break;
	case EFFECT_CLOSE:
		if (effect->door == NODE_DOOR_PARENT)
			hang_up(actor);
		else if (effect->door == NODE_DOOR_SYNC)
			network_close_down(actor->world, effect->link);
		break;
	case EFFECT_DONE:
		session_over(actor, effect->err);
		break;
	case EFFECT_REJOINED:
		world_say(actor->world, "%s begins a new life", actor->name);
		break;
	}
}

// ---- A turn: one batch through the driver ----

static void tick(void *who, uint64_t what)
{
	struct actor *actor = who;
	if (what != actor->life || actor->tick_at != actor->world->now_ms)
		return;
	actor->tick_at = 0;
	post(actor, EVENT_TICK, NODE_DOOR_PARENT, 0);
}

static void plan_tick(struct actor *actor)
{
	uint64_t deadline = node_deadline(actor->node), shown = actor_now_ms(actor);
	uint64_t within = deadline > shown ? deadline - shown : 1;
	if (within > 30000)
		within = 30000; // should the clock be set back
	if (deadline == UINT64_MAX)
		return;
	uint64_t at = actor->world->now_ms + within;
	if (actor->tick_at && actor->tick_at <= at)
		return;
	actor->tick_at = at;
	world_plan(actor->world, at, tick, actor, actor->life);
}

bool actor_can_write(const struct actor *actor)
{
	return actor->disk_full_until_ms <= actor->world->now_ms;
}

// What the machine has in store for the next commit.
static void prepare_commit(struct actor *actor)
{
	struct world *world = actor->world;
	actor->effects_left = SIZE_MAX;
	switch (actor->crash) {
	case ACTOR_DIES_BEFORE_COMMIT: store_memory_fail_next_commit(actor->store, ERR_IO, false); return;
	case ACTOR_DIES_AFTER_COMMIT: store_memory_fail_next_commit(actor->store, ERR_IO, true); return;
	case ACTOR_DIES_AFTER_GUARD: actor->effects_left = 0; return;
	case ACTOR_DIES_SENDING: actor->effects_left = 1 + (size_t)random_below(&world->trouble, 3); return;
	case ACTOR_LIVES: break;
	}
	if (!actor_can_write(actor)) {
		store_memory_fail_next_commit(actor->store, ERR_FULL, false);
	} else if (world->storm && world->plan.fault[PLAN_COMMIT] && random_chance(&world->trouble, 15)) {
		bool applied = random_chance(&world->trouble, 500);
		store_memory_fail_next_commit(actor->store, random_chance(&world->trouble, 500) ? ERR_IO : ERR_FULL, applied);
	}
}

static void suffer(struct actor *actor, enum err err)
{
	world_say(actor->world, "%s cannot commit: %s", actor->name, err_name(err));
	if (actor->session_open) {
		actor->session_open = false;
		actor->sessions_failed++;
	}
	if (actor->parent && (actor->link || actor->world->storm))
		call_after_trouble(actor);
}

static void drive(struct actor *actor, size_t count)
{
	struct event events[TURN_EVENTS];
	uint8_t seed[DRBG_SEED_BYTES];
	enum actor_crash crash = actor->crash;
	for (size_t i = 0; i < count; i++) {
		events[i] = actor->inbox[i].event;
		events[i].now_ms = actor_now_ms(actor);
		events[i].bytes = buf_span(&actor->inbox[i].bytes);
		actor_seed(actor, events[i].seed);
	}
	actor_seed(actor, seed);
	prepare_commit(actor);
	enum err err = driver_run(&actor->driver, events, count, actor_now_ms(actor), seed);
	store_memory_fail_next_commit(actor->store, ERR_OK, false);
	actor->world->commits += !err;
	if (crash) {
		actor_stop(actor, crash == ACTOR_DIES_BEFORE_COMMIT  ? "dies before its commit"
		                  : crash == ACTOR_DIES_AFTER_COMMIT ? "dies after its commit"
		                  : crash == ACTOR_DIES_AFTER_GUARD  ? "dies before it sends"
		                                                     : "dies while it sends");
		actor_restart_later(actor, WORLD_HOUR_MS);
		return;
	}
	forget_inbox(actor, count);
	if (err)
		suffer(actor, err);
	else
		homes_after_commit(actor);
}

static void turn(void *who, uint64_t what)
{
	struct actor *actor = who;
	if (what != actor->life || !actor->running)
		return;
	actor->turn_at = 0;
	size_t count = actor->inbox_count < TURN_EVENTS ? actor->inbox_count : TURN_EVENTS;
	if (count > 1 && random_chance(&actor->world->network, 500))
		count = 1 + (size_t)random_below(&actor->world->network, count);
	if (count)
		drive(actor, count);
	if (!actor->running)
		return;
	invariant_after_turn(actor);
	if (actor->inbox_count)
		plan_turn(actor, actor_can_write(actor) ? 1 : TROUBLE_PAUSE_MS);
	plan_tick(actor);
}

// ---- The process ----

// As io/home_guard judges at opening.
static enum err judge(struct actor *actor)
{
	struct guard store;
	struct txn txn;
	enum err err = txn_begin(actor->store, STORE_WRITE, &txn);
	if (err)
		return err;
	err = self_load(&txn, &actor->self);
	if (!err)
		err = self_guard(&txn, &actor->self, &actor->place, &store);
	enum guard_verdict verdict = err ? GUARD_SAME : guard_judge(actor->guard_known ? &actor->guard : NULL, &store);
	if (err || verdict == GUARD_SAME) {
		txn_abort(&txn);
		if (!err && !actor->guard_known) {
			actor->guard = (struct guard){ .machine = actor->place, .incarnation = actor->self.incarnation };
			actor->guard_known = true;
		}
		return err;
	}
	struct id incarnation;
	random_bytes(&actor->world->seeds, incarnation.bytes, sizeof incarnation.bytes);
	world_say(actor->world, "%s finds its store %s", actor->name, verdict == GUARD_COPIED ? "copied" : "put back");
	err = self_reincarnate(&txn, &actor->self, &incarnation, verdict == GUARD_COPIED ? 2 : 1, actor_now_ms(actor));
	if (err)
		txn_abort(&txn);
	else
		err = txn_commit(&txn);
	if (!err)
		actor->guard = (struct guard){ .machine = actor->place, .incarnation = actor->self.incarnation };
	return err;
}

static void start_again(void *who, uint64_t what)
{
	struct actor *actor = who;
	if (what == actor->life && !actor->running)
		actor_start(actor);
}

void actor_start(struct actor *actor)
{
	struct driver_port port = { .context = actor, .guard = actor_keep_guard, .effect = on_effect };
	if (actor->lost || actor->running)
		return;
	actor->life++;
	enum err err = judge(actor);
	if (err) {
		world_fail(actor->world, "%s cannot start: %s", actor->name, err_name(err));
		return;
	}
	actor->node = node_new_in(actor->world->share, &actor->self, NULL);
	if (!actor->node || driver_init(&actor->driver, actor->store, actor->node, &actor->self, &port))
		abort();
	node_announce(actor->node, "tcp://127.0.0.1:1");
	view_pack_init_shared(&actor->pack, &actor->world->share->packs);
	actor->running = true;
	actor->retry_ms = RETRY_FIRST_MS;
	actor->turn_at = actor->tick_at = actor->call_at = 0;
	if (actor->server)
		founding_announce(actor);
	if (actor->parent && actor->world->storm)
		actor_call_later(actor, 10 * WORLD_MINUTE_MS);
}

void actor_stop(struct actor *actor, const char *why)
{
	if (!actor->running)
		return;
	world_say(actor->world, "%s %s", actor->name, why);
	actor->running = false;
	actor->life++;
	actor->crash = ACTOR_LIVES;
	actor->session_open = false;
	actor->link = NULL;
	network_break_all(actor->world, actor);
	forget_inbox(actor, actor->inbox_count);
	driver_free(&actor->driver);
	node_free(actor->node);
	actor->node = NULL;
	view_pack_free(&actor->pack);
}

void actor_restart_later(struct actor *actor, uint64_t within_ms)
{
	world_plan(actor->world, actor->world->now_ms + random_between(&actor->world->trouble, 1000, within_ms), start_again, actor,
	           actor->life);
}

struct actor *actor_new(struct world *world, const char *name, struct actor *parent, bool server)
{
	struct actor *actor = calloc(1, sizeof *actor);
	if (!actor)
		abort();
	world->actors = world_grow(world->actors, world->actor_count, &world->actor_capacity, sizeof *world->actors);
	actor->index = world->actor_count;
	world->actors[world->actor_count++] = actor;
	actor->world = world;
	actor->parent = parent;
	actor->server = server;
	snprintf(actor->name, sizeof actor->name, "%s", name);
	random_bytes(&world->seeds, actor->place.bytes, sizeof actor->place.bytes);
	actor->live = random_chance(&world->work, world->plan.live_in_thousand);
	actor->interval_ms = random_between(&world->work, 20, 300) * WORLD_MINUTE_MS;
	actor->retry_ms = RETRY_FIRST_MS;
	return actor;
}

void actor_free(struct actor *actor)
{
	if (actor->running) {
		forget_inbox(actor, actor->inbox_count);
		driver_free(&actor->driver);
		node_free(actor->node);
		view_pack_free(&actor->pack);
	}
	for (size_t i = 0; i < ACTOR_BACKUPS; i++)
		if (actor->backup[i].store)
			store_memory_free(actor->backup[i].store);
	if (actor->store)
		store_memory_free(actor->store);
	liar_free(actor);
	free(actor->inbox);
	free(actor->seen);
	free(actor);
}

void actor_back_up(struct actor *actor)
{
	struct actor_backup *slot = &actor->backup[random_below(&actor->world->trouble, ACTOR_BACKUPS)];
	if (slot->store)
		store_memory_free(slot->store);
	*slot = (struct actor_backup){
		.store = store_memory_snapshot(actor->store),
		.guard = actor->guard,
		.guard_known = actor->guard_known,
		.at_ms = actor->world->now_ms,
	};
}

// ---- The porch ----

enum err actor_knock(struct actor *server, const struct hash *curve, struct span message, struct buf *answer)
{
	uint8_t seed[DRBG_SEED_BYTES];
	if (!server->running || !actor_can_write(server))
		return ERR_UNREACHABLE;
	struct event event = {
		.kind = EVENT_MESSAGE,
		.now_ms = actor_now_ms(server),
		.link = UINT64_MAX - server->world->happened, // of the porch alone
		.door = NODE_DOOR_PORCH,
		.curve = *curve,
		.bytes = message,
	};
	actor_seed(server, event.seed);
	actor_seed(server, seed);
	server->effects_left = SIZE_MAX;
	server->porch_answer = answer;
	enum err err = driver_run(&server->driver, &event, 1, event.now_ms, seed);
	server->porch_answer = NULL;
	return err;
}

// ---- Commands that write ----

enum err actor_pen_begin(struct actor *actor, struct actor_pen *writing)
{
	uint8_t seed[DRBG_SEED_BYTES];
	writing->actor = actor;
	actor_seed(actor, seed);
	enum err err = txn_begin(actor->store, STORE_WRITE, &writing->txn);
	if (err)
		return err;
	err = pen_begin(&writing->pen, &writing->txn, &actor->self, &actor->pack, actor_now_ms(actor), seed);
	if (err) {
		pen_finish(&writing->pen);
		txn_abort(&writing->txn);
	}
	return err;
}

enum err actor_pen_commit(struct actor_pen *writing, enum err err)
{
	struct actor *actor = writing->actor;
	enum err finished = pen_finish(&writing->pen);
	if (!err)
		err = finished;
	if (err) {
		txn_abort(&writing->txn);
		return err;
	}
	if (!actor_can_write(actor))
		store_memory_fail_next_commit(actor->store, ERR_FULL, false);
	err = txn_commit(&writing->txn);
	store_memory_fail_next_commit(actor->store, ERR_OK, false);
	if (err)
		return err;
	homes_after_commit(actor);
	actor_changed(actor);
	return ERR_OK;
}
