#include "storm.h"

#include "actor.h"
#include "courier.h"
#include "files.h"
#include "founding.h"
#include "liar.h"
#include "network.h"
#include "registry.h"
#include "reorganise.h"
#include "stick.h"
#include "sync/heal.h"
#include "sync/share.h"
#include "workload.h"

// ---- Whom it strikes ----

static bool stands(const struct actor *actor)
{
	return !actor->lost && !actor->revoked;
}

static struct actor *some_actor(struct world *world, bool server)
{
	for (unsigned tries = 0; tries < 20; tries++) {
		struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
		if (actor->server == server && stands(actor))
			return actor;
	}
	return NULL;
}

static struct actor *some_node(struct world *world)
{
	return some_actor(world, random_chance(&world->trouble, 300));
}

// ---- Frequent trouble ----

static void break_link(struct world *world) { network_break_some(world); }
static void stall_link(struct world *world) { network_stall_some(world); }

static void cut_off(struct world *world)
{
	struct actor *actor = some_node(world);
	if (!actor)
		return;
	actor->cut_until_ms = world->now_ms + random_between(&world->trouble, WORLD_MINUTE_MS, 8 * WORLD_HOUR_MS);
	world_say(world, "%s is cut off", actor->name);
	for (size_t i = 0; i < 4; i++)
		network_break_some(world);
}

static void crash(struct world *world)
{
	struct actor *actor = some_node(world);
	if (!actor || !actor->running)
		return;
	actor->crash = (enum actor_crash)random_between(&world->trouble, ACTOR_DIES_BEFORE_COMMIT, ACTOR_DIES_SENDING);
	actor_changed(actor); // sooner or later
}

static void fill_disk(struct world *world)
{
	struct actor *actor = some_node(world);
	if (!actor)
		return;
	actor->disk_full_until_ms = world->now_ms + random_between(&world->trouble, 1000, 3 * WORLD_HOUR_MS);
	world_say(world, "the disk of %s is full", actor->name);
}

static void turn_clock(struct world *world)
{
	static const int64_t years[] = { -56, -10, -1, 0, 0, 1, 12, 73 };
	struct actor *actor = some_node(world);
	if (!actor)
		return;
	int64_t year = years[random_below(&world->trouble, sizeof years / sizeof years[0])];
	actor->clock_ms = year * 365 * 24 * (int64_t)WORLD_HOUR_MS + (int64_t)random_below(&world->trouble, 2 * WORLD_HOUR_MS) -
	                  (int64_t)WORLD_HOUR_MS;
	actor->drift_ppm = (int64_t)random_below(&world->trouble, 2000) - 1000;
	world_say(world, "the clock of %s is %lld years off", actor->name, (long long)year);
}

// ---- Stores put back, copied, lost ----

// The logs that it writes from now on may fork: nothing tells it.
static void expect_fork(struct actor *actor)
{
	registry_may_fork(actor->world->registry, &actor->self.identity.sign_public, &actor->self.incarnation);
}

// Of its unit the play does not know at every step any more whom it should count.
static void unsettle(struct actor *actor)
{
	if (!actor->server)
		actor->world->units[actor->unit].unsettled = true;
}

static void restore(struct actor *actor, bool noticed)
{
	struct world *world = actor->world;
	struct actor_backup *backup = &actor->backup[random_below(&world->trouble, ACTOR_BACKUPS)];
	if (!backup->store)
		return;
	actor_stop(actor, noticed ? "is put back, which its guard will tell" : "is put back, guard and all");
	store_memory_free(actor->store);
	actor->store = backup->store;
	backup->store = NULL;
	actor->seen_count = 0;
	actor->restores += actor->server;
	unsettle(actor);
	bool file_alone = noticed && random_chance(&world->trouble, 500);
	if (!file_alone) { // with the guard of its time
		actor->guard = backup->guard;
		actor->guard_known = backup->guard_known;
	}
	if (noticed && !file_alone) // but into another file
		random_bytes(&world->seeds, actor->place.bytes, sizeof actor->place.bytes);
	world_say(world, "%s stands where it stood %llu min ago", actor->name,
	          (unsigned long long)((world->now_ms - backup->at_ms) / WORLD_MINUTE_MS));
	if (!noticed) {
		struct txn txn;
		if (txn_begin(actor->store, STORE_READ, &txn) == ERR_OK) {
			self_load(&txn, &actor->self);
			txn_abort(&txn);
		}
		expect_fork(actor);
	}
	actor_restart_later(actor, WORLD_HOUR_MS);
}

static void restore_some(struct world *world, bool server, bool noticed)
{
	struct actor *actor = some_actor(world, server);
	if (actor && actor->running)
		restore(actor, noticed);
}

static void restore_noticed(struct world *world) { restore_some(world, false, true); }
static void restore_unnoticed(struct world *world) { restore_some(world, false, false); }
static void server_noticed(struct world *world) { restore_some(world, true, true); }
static void server_unnoticed(struct world *world) { restore_some(world, true, false); }

// ---- Damaged blocks, and `check --heal` ----

// One bit of one block, whichever.
static enum err flip_bit(struct world *world, struct txn *txn)
{
	uint8_t key[STORE_KEY_MAX];
	size_t key_size = 0;
	struct buf value = BUF_EMPTY;
	uint64_t count = 0;
	struct scan scan = scan_begin(txn, STORE_BLOCK, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (scan.value.size == 0 || random_below(&world->trouble, ++count) != 0)
			continue;
		key_size = scan.key.size;
		memcpy(key, scan.key.data, key_size);
		buf_clear(&value);
		buf_bytes(&value, scan.value.data, scan.value.size);
	}
	scan_end(&scan);
	if (count == 0)
		return ERR_NOT_FOUND;
	value.data[random_below(&world->trouble, value.size)] ^= (uint8_t)(1u << random_below(&world->trouble, 8));
	txn_put(txn, STORE_BLOCK, span_of(key, key_size), buf_span(&value));
	buf_free(&value);
	return txn->err;
}

static enum err heal(struct actor *actor, struct txn *txn, struct heal *healed)
{
	struct view view;
	struct view_pack pack;
	struct id incarnation;
	random_bytes(&actor->world->seeds, incarnation.bytes, sizeof incarnation.bytes);
	view_pack_init_shared(&pack, &actor->world->share->packs);
	enum err err = view_begin(&view, txn, &actor->self, &pack);
	if (!err)
		err = heal_store(&view, &actor->self, &incarnation, actor_now_ms(actor), healed);
	enum err ended = view_end(&view);
	view_pack_free(&pack);
	return err ? err : ended;
}

static void damage(struct world *world)
{
	struct txn txn;
	struct heal healed = { .logs = 0 };
	struct actor *actor = some_node(world);
	if (!actor || !actor->running || !actor_can_write(actor))
		return;
	actor_stop(actor, "has a damaged block");
	if (txn_begin(actor->store, STORE_WRITE, &txn))
		return;
	enum err err = flip_bit(world, &txn);
	if (!err)
		err = heal(actor, &txn, &healed);
	if (err)
		txn_abort(&txn);
	else
		err = txn_commit(&txn);
	if (err && err != ERR_NOT_FOUND)
		world_fail(world, "%s cannot be healed: %s", actor->name, err_name(err));
	else if (!err && healed.logs == 0)
		world_fail(world, "%s: damage is not seen", actor->name);
	world_say(world, "%s is healed: %u logs, %llu entries, %llu unconfirmed", actor->name, healed.logs,
	          (unsigned long long)healed.entries, (unsigned long long)healed.alone);
	if (!err)
		actor->guard = (struct guard){ .machine = actor->place, .incarnation = actor->self.incarnation };
	actor->seen_count = 0;
	actor->damages++;
	unsettle(actor);
	actor->restores += actor->server; // what was cut off comes back, if somebody has it
	actor_restart_later(actor, WORLD_HOUR_MS);
}

static void clone_some(struct world *world, bool noticed)
{
	char name[ACTOR_NAME];
	struct actor *actor = some_actor(world, false);
	if (!actor || !actor->running)
		return;
	snprintf(name, sizeof name, "%.16s.copy", actor->name);
	struct actor *copy = actor_new(world, name, actor->parent, false);
	copy->unit = actor->unit;
	copy->self = actor->self;
	copy->store = store_memory_snapshot(actor->store);
	copy->guard = actor->guard;
	copy->guard_known = actor->guard_known;
	copy->copied = actor->copied = true;
	unsettle(actor);
	if (!noticed) {
		copy->place = actor->place;
		expect_fork(actor);
	}
	world_say(world, "%s is %s", actor->name, noticed ? "copied to another machine" : "cloned whole");
	actor_start(copy);
}

static void clone_noticed(struct world *world) { clone_some(world, true); }
static void clone_unnoticed(struct world *world) { clone_some(world, false); }

static void mark_revoked(struct world *world, const struct actor *like)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (hash_equal(&world->actors[i]->self.identity.sign_public, &like->self.identity.sign_public))
			world->actors[i]->revoked = true;
	world->units[like->unit].key_lost = true;
}

static bool revoke(struct actor *actor)
{
	struct actor *registrar = actor->parent;
	if (!registrar->running || !actor_can_write(registrar))
		return false;
	enum err err = founding_revoke(registrar, &actor->self.identity.sign_public);
	world_say(actor->world, "%s revokes %s: %s", registrar->name, actor->name, err_name(err));
	if (!err)
		mark_revoked(actor->world, actor);
	unsettle(actor);
	return !err;
}

static void revoke_some(struct world *world)
{
	struct actor *actor = some_actor(world, false);
	if (actor)
		revoke(actor);
}

static void lose(struct world *world)
{
	struct actor *actor = some_actor(world, false);
	if (!actor || actor->copied || !revoke(actor))
		return;
	actor_stop(actor, "is lost");
	actor->lost = true;
	founding_device(world, actor->unit);
}

static void join_late(struct world *world)
{
	struct actor *registrar = some_actor(world, true);
	if (!registrar)
		return;
	if (registrar->parent && random_chance(&world->trouble, 300))
		founding_branch(world, registrar);
	else
		founding_device(world, (size_t)random_below(&world->trouble, world->unit_count));
}

// ---- When ----

static const struct {
	enum plan_fault fault;
	unsigned minutes; // between two of them, about
	bool rare;        // at most as many as the plan says
	void (*strike)(struct world *world);
} troubles[] = {
	{ PLAN_BREAK, 40, false, break_link },
	{ PLAN_STALL, 90, false, stall_link },
	{ PLAN_PARTITION, 300, false, cut_off },
	{ PLAN_CRASH, 60, false, crash },
	{ PLAN_DISK, 240, false, fill_disk },
	{ PLAN_CLOCK, 240, false, turn_clock },
	{ PLAN_RESTORE_NOTICED, 300, true, restore_noticed },
	{ PLAN_RESTORE_UNNOTICED, 300, true, restore_unnoticed },
	{ PLAN_SERVER_NOTICED, 300, true, server_noticed },
	{ PLAN_SERVER_UNNOTICED, 300, true, server_unnoticed },
	{ PLAN_CLONE_NOTICED, 500, true, clone_noticed },
	{ PLAN_CLONE_UNNOTICED, 500, true, clone_unnoticed },
	{ PLAN_LOSS, 600, true, lose },
	{ PLAN_REVOKE, 600, true, revoke_some },
	{ PLAN_LATE, 400, true, join_late },
	{ PLAN_DAMAGE, 400, true, damage },
	{ PLAN_MOVE, 400, true, reorganise_some },
	{ PLAN_LIAR, 30, false, liar_strike },
	{ PLAN_STICK, 40, false, stick_strike },
	{ PLAN_FILE, 120, false, files_strike },
	{ PLAN_COURIER, 40, false, courier_strike },
};

static void strike(void *who, uint64_t what)
{
	struct world *world = who;
	if (!world->storm)
		return;
	if (!troubles[what].rare || world->faults < world->plan.most_faults) {
		world->faults += troubles[what].rare;
		troubles[what].strike(world);
	}
	uint64_t pause = troubles[what].minutes * WORLD_MINUTE_MS;
	world_plan(world, world->now_ms + 1 + random_below(&world->trouble, 2 * pause), strike, world, what);
}

static void back_up(void *who, uint64_t what)
{
	struct world *world = who;
	if (!world->storm)
		return;
	struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
	if (actor->running)
		actor_back_up(actor);
	uint64_t pause = 3 * WORLD_HOUR_MS / world->actor_count;
	world_plan(world, world->now_ms + 1 + random_below(&world->trouble, 2 * pause), back_up, world, what);
}

void storm_run(struct world *world)
{
	world->storm = true;
	if (world->plan.fault[PLAN_LIAR] && world->unit_count > 1)
		liar_begin(world);
	for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++)
		if (world->plan.fault[troubles[i].fault])
			world_plan(world, world->now_ms + random_below(&world->trouble, 2 * troubles[i].minutes * WORLD_MINUTE_MS), strike, world, i);
	world_plan(world, world->now_ms + WORLD_MINUTE_MS, back_up, world, 0);
	for (size_t i = 0; i < world->actor_count; i++)
		if (world->actors[i]->parent)
			actor_call_later(world->actors[i], 30 * WORLD_MINUTE_MS);
	workload_begin(world);
	world_run(world, world->now_ms + world->plan.hours * WORLD_HOUR_MS);
}
