#include "peace.h"

#include <stdlib.h>

#include "actor.h"
#include "base/date.h"
#include "cells.h"
#include "courier.h"
#include "files.h"
#include "founding.h"
#include "homes.h"
#include "invariant.h"
#include "liar.h"
#include "network.h"
#include "oracle.h"
#include "org/charter_past.h"
#include "registry.h"
#include "settled.h"
#include "slow.h"
#include "stick.h"
#include "workload.h"

#define FIRST_MONTH (2026 * 12)

enum { SESSION_MINUTES = 30, SETTLING_ROUNDS = 2, SETTLING_ROUNDS_AWAY = 4, ORDERS = 20, ORDERS_EVERY = 4, WHY_BYTES = SETTLED_WHY };

// Whom peace is for. A liar is called on as well, and nothing is asked of it.
static bool takes_part(const struct actor *actor)
{
	return !actor->lost && !actor->revoked && !actor->liar;
}

// ---- What should be so once all is well. Each tells the first thing that is not. ----

static struct actor *any_device(struct world *world, size_t unit)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (!world->actors[i]->server && world->actors[i]->unit == unit && takes_part(world->actors[i]))
			return world->actors[i];
	return NULL;
}

static bool states_are_equal(struct world *world, char *why)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		if (actor->server || !takes_part(actor))
			continue;
		struct actor *other = any_device(world, actor->unit);
		if (other == actor)
			continue;
		struct oracle_state one = oracle_state(actor, &actor->self.unit), another = oracle_state(other, &actor->self.unit);
		bool records = hash_equal(&one.records, &another.records);
		if (records && hash_equal(&one.cells, &another.cells))
			continue;
		snprintf(why, WHY_BYTES, "%s and %s show different %s", actor->name, other->name, records ? "figures" : "records");
		return false;
	}
	return true;
}

static bool figures_equal(struct actor *actor, const struct oracle_figures *wanted, const struct id *unit, const char *of,
                          bool rollup, char *why)
{
	struct oracle_figures found;
	if (!oracle_read(actor, unit, rollup, &found))
		return false;
	for (unsigned figure = 0; figure < ORACLE_FIGURE_COUNT; figure++)
		for (unsigned month = 0; month < ORACLE_MONTHS; month++) {
			if (found.value[figure][month] == wanted->value[figure][month])
				continue;
			snprintf(why, WHY_BYTES, "%s: %s of %s in month %u is %lld and should be %lld", actor->name,
			         oracle_figure_name((enum oracle_figure)figure), of, month + 1, (long long)found.value[figure][month],
			         (long long)wanted->value[figure][month]);
			return false;
		}
	return true;
}

static struct actor *server_of(struct world *world, const struct id *unit)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (world->actors[i]->server && id_equal(&world->actors[i]->self.unit, unit))
			return world->actors[i];
	return NULL;
}

// The township: above the unit itself, or above what it has become part of.
static struct actor *first_server(struct world *world, const struct id *path, size_t count)
{
	struct actor *found = NULL;
	for (size_t i = 1; i < count && !found; i++)
		found = server_of(world, &path[i]);
	return found;
}

// Where each unit stood at the end of each month, and who looks after it now, as the county has it.
static bool find_places(struct world *world, struct cells_part *parts)
{
	struct txn txn;
	if (txn_begin(world->actors[0]->store, STORE_READ, &txn))
		return false;
	for (size_t u = 0; u < world->unit_count; u++) {
		struct id path[LIMIT_TREE_LEVELS], registrar;
		size_t count;
		parts[u].device = any_device(world, u);
		for (int32_t month = 0; month < CELLS_MONTHS; month++)
			if (charter_path_on(&txn, &world->units[u].id, date_month_end(FIRST_MONTH + month), path, &count) == ERR_OK)
				parts[u].place[month] = first_server(world, path, count);
		if (charter_registrar(&txn, &world->units[u].id, &registrar) == ERR_OK && server_of(world, &registrar))
			world->units[u].registrar = server_of(world, &registrar);
	}
	txn_abort(&txn);
	return true;
}

static bool ever_at(const struct cells_part *part, const struct actor *server)
{
	for (int32_t month = 0; month < CELLS_MONTHS; month++)
		if (!server->parent || part->place[month] == server)
			return true;
	return false;
}

static bool stayed(const struct cells_part *part)
{
	return part->place[0] == part->place[CELLS_MONTHS - 1];
}

// Adds the months that belong to the server.
static void add_figures(const struct actor *server, const struct cells_part *part, struct oracle_figures *to,
                        const struct oracle_figures *from)
{
	for (unsigned figure = 0; figure < ORACLE_FIGURE_COUNT; figure++)
		for (unsigned month = 0; month < ORACLE_MONTHS; month++)
			if (!server->parent || part->place[month] == server)
				to->value[figure][month] += from->value[figure][month];
}

static bool add_said(struct actor *by, const struct id *unit, struct oracle_figures *sum, struct cells_part *part)
{
	struct oracle_figures figures = { .value = { { 0 } } };
	bool read = oracle_read(by, unit, true, &figures);
	for (unsigned figure = 0; figure < ORACLE_FIGURE_COUNT; figure++)
		for (unsigned month = 0; month < ORACLE_MONTHS; month++)
			sum->value[figure][month] += figures.value[figure][month];
	part->said_by = by;
	part->said_of = unit;
	return read;
}

// What a server should have in sum, by what each part below it should have. *unknown: nobody can say.
static bool add_parts(struct world *world, struct actor *server, const struct cells_part *parts, struct cells_part *below,
                      size_t *count, struct oracle_figures *sum, bool *unknown, char *why)
{
	bool good = true;
	for (size_t u = 0; good && u < world->unit_count; u++) {
		struct oracle_figures figures = { .value = { { 0 } } };
		const struct world_unit *unit = &world->units[u];
		if (!ever_at(&parts[u], server))
			continue;
		if (unit->liar && stayed(&parts[u]) && server->parent) { // its word counts as it says it
			below[*count] = parts[u];
			good = add_said(server, &unit->id, sum, &below[(*count)++]);
			continue;
		}
		*unknown |= !parts[u].device; // says what it said last
		if (!parts[u].device)
			continue;
		below[(*count)++] = parts[u];
		oracle_count(parts[u].device, &unit->id, &figures);
		add_figures(server, &parts[u], sum, &figures);
		good = figures_equal(parts[u].device, &figures, &unit->id, unit->name, false, why) &&
		       (!server->parent || unit->mixed || !stayed(&parts[u]) || figures_equal(server, &figures, &unit->id, unit->name, true, why));
	}
	return good;
}

// Above a liar: what the townships have, whose sums are looked at themselves.
static bool add_townships(struct world *world, struct actor *county, struct cells_part *below, size_t *count, struct oracle_figures *sum)
{
	bool good = true;
	for (size_t i = 0; good && i < world->actor_count; i++) {
		struct actor *township = world->actors[i];
		if (!township->server || township->parent != county)
			continue;
		for (int32_t month = 0; month < CELLS_MONTHS; month++)
			below[*count].place[month] = township;
		good = add_said(township, &township->self.unit, sum, &below[(*count)++]);
	}
	return good;
}

static bool server_is_right(struct world *world, struct actor *server, const struct cells_part *parts, char *why)
{
	struct oracle_figures sum = { .value = { { 0 } } };
	struct cells_part *below = calloc(world->unit_count + world->actor_count + 1, sizeof *below);
	size_t count = 0;
	bool unknown = false;
	bool good = below && (!server->parent && world->plan.fault[PLAN_LIAR] ? add_townships(world, server, below, &count, &sum)
	                      : add_parts(world, server, parts, below, &count, &sum, &unknown, why));
	if (!unknown)
		good = good && figures_equal(server, &sum, &server->self.unit, server->name, true, why) &&
		       cells_sum(server, below, count, why, WHY_BYTES);
	free(below);
	return good;
}

static bool figures_are_right(struct world *world, char *why)
{
	struct cells_part *parts = calloc(world->unit_count + 1, sizeof *parts);
	bool good = parts && find_places(world, parts);
	for (size_t s = 0; good && s < world->actor_count; s++)
		good = !world->actors[s]->server || server_is_right(world, world->actors[s], parts, why);
	free(parts);
	return good;
}

// What follows from figures follows on every device; months stand the same on all of them, at the township
// and at the county.
static bool months_are_right(struct world *world, char *why)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *device = world->actors[i];
		if (device->server || !takes_part(device))
			continue;
		struct actor *registrar = world->units[device->unit].registrar;
		if (!cells_follow(device, why, WHY_BYTES) ||
		    !cells_months_equal(device, registrar, &device->self.unit, why, WHY_BYTES) ||
		    !cells_months_equal(device, world->actors[0], &device->self.unit, why, WHY_BYTES))
			return false;
	}
	return true;
}

static bool key_lost_below(const struct world *world, const struct actor *server)
{
	bool lost = false;
	for (size_t u = 0; u < world->unit_count; u++)
		lost |= world->units[u].key_lost && (!server->parent || world->units[u].registrar == server);
	return lost;
}

// To be recorded, a member takes a session up to the witness and one down; figures follow. So it is waited for.
static bool homes_are_right(struct world *world, char *why)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		bool key_lost = actor->server && key_lost_below(world, actor), lied = world->plan.fault[PLAN_LIAR];
		if (takes_part(actor) && !homes_decided(actor, why, WHY_BYTES))
			return false;
		if (actor->server ? !lied && !homes_conserved(actor, key_lost, why, WHY_BYTES) : takes_part(actor) && !homes_confirmed(actor, why, WHY_BYTES))
			return false;
		if (!actor->server && takes_part(actor) && !world->units[actor->unit].key_lost && !homes_have_all(actor, why, WHY_BYTES))
			return false;
	}
	return true;
}

static bool all_is_well(struct world *world, char *why)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (takes_part(world->actors[i]) &&
		    (!settled_store(world->actors[i], why) || !courier_nothing_is_left(world->actors[i], why, WHY_BYTES)))
			return false;
	return states_are_equal(world, why) && figures_are_right(world, why) && months_are_right(world, why) &&
	       homes_are_right(world, why) && files_are_whole(world, why, WHY_BYTES) && liar_contained(world, why, WHY_BYTES);
}

// ---- After the last round ----

// Whoever got a receipt finds its entries above, also where the server was put back since: then somebody
// who still has them brought them back. What nobody has any more was lost with its writer.
static bool somebody_holds(struct world *world, const struct registry_promise *promise, const struct actor *server, bool *server_holds)
{
	bool held = false;
	*server_holds = false;
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		struct txn txn;
		struct journal_log log;
		struct hash root;
		if (actor->lost || actor->revoked || txn_begin(actor->store, STORE_READ, &txn))
			continue;
		bool holds = journal_find(&txn, &promise->log, &log) == ERR_OK && log.peaks.size >= promise->size &&
		             journal_root_at(&txn, &log, promise->size, &root) == ERR_OK && hash_equal(&root, &promise->root);
		txn_abort(&txn);
		held |= holds;
		*server_holds |= holds && actor == server;
	}
	return held;
}

static void promises_are_kept(struct world *world)
{
	for (const struct registry_promise *promise = world->registry->promises; promise; promise = promise->hh.next) {
		bool revoked, held;
		struct actor *server = settled_author(world, &promise->server, &revoked);
		if (!somebody_holds(world, promise, server, &held) && !server->restores)
			world_fail(world, "%llu receipted entries are nowhere any more", (unsigned long long)promise->size);
		else if (!held && !server->restores)
			world_fail(world, "%s does not have %llu entries that it gave a receipt for", server->name,
			           (unsigned long long)promise->size);
	}
}

// The same entries in twenty orders. One seed in four: it takes as long as many sessions.
static void order_is_nothing(struct world *world)
{
	struct actor *device = NULL;
	for (size_t i = 0; i < world->actor_count && !device; i++)
		if (!world->actors[i]->server && takes_part(world->actors[i]))
			device = world->actors[i];
	if (!device || world->plan.seed % ORDERS_EVERY != 0)
		return;
	struct oracle_state state = oracle_state(device, &device->self.unit), replayed;
	for (unsigned order = 0; order < ORDERS && !world->failed; order++)
		if (!oracle_replay(device, &world->seeds, &replayed) || !hash_equal(&state.records, &replayed.records) ||
		    !hash_equal(&state.cells, &replayed.cells))
			world_fail(world, "%s: in the %uth of %u orders the same entries make another state", device->name, order + 1, ORDERS);
}

static void states_are_what_they_should_be(struct world *world)
{
	char why[WHY_BYTES] = "";
	for (size_t i = 0; i < world->actor_count && !world->failed; i++) {
		struct actor *actor = world->actors[i];
		struct oracle_state state = oracle_state(actor, &actor->self.unit), replayed;
		if (actor->server || !takes_part(actor))
			continue;
		if (!slow_writes(actor, why, sizeof why))
			world_fail(world, "%s: %s", actor->name, why);
		else if (!oracle_replay(actor, &world->seeds, &replayed))
			world_fail(world, "%s: its entries cannot be taken in again", actor->name);
		else if (!hash_equal(&state.records, &replayed.records))
			world_fail(world, "%s: the same entries in another order make another state", actor->name);
		else if (!hash_equal(&state.cells, &replayed.cells))
			world_fail(world, "%s: the same entries in another order make other figures", actor->name);
		char text[HASH_TEXT_BYTES];
		hash_format(&state.records, text);
		world_say(world, "%s stands at %.16s", actor->name, text);
	}
}

// ---- Sessions ----

static void call_and_wait(struct world *world, struct actor *actor)
{
	uint64_t until = world->now_ms + SESSION_MINUTES * WORLD_MINUTE_MS;
	actor_call(actor);
	while (actor->session_open && world_step(world, until)) {
	}
	if (actor->session_open)
		world_fail(world, "%s: its session does not end", actor->name);
	world_run(world, world->now_ms + WORLD_MINUTE_MS); // the farewell
}

static void round_of_sessions(struct world *world)
{
	for (unsigned servers = 0; servers < 2; servers++)
		for (size_t i = world->actor_count; i-- > 0 && !world->failed;)
			if (world->actors[i]->parent && world->actors[i]->server == (servers == 1) && !world->actors[i]->lost)
				call_and_wait(world, world->actors[i]);
}

// Once converged, a session says next to nothing.
static void idle_is_idle(struct world *world)
{
	for (size_t i = 0; i < world->actor_count && !world->failed; i++) {
		struct actor *actor = world->actors[i];
		if (!actor->parent || !takes_part(actor))
			continue;
		call_and_wait(world, actor);
		if (!world->failed && (actor->progress.entries_received > 0 || actor->progress.round_trips > 1))
			world_fail(world, "%s: all had converged, and still %llu entries came in %u round trips", actor->name,
			           (unsigned long long)actor->progress.entries_received, actor->progress.round_trips);
	}
}

static void lay_down_arms(struct world *world)
{
	world_say(world, "peace");
	world->storm = false;
	network_settle(world);
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		actor->cut_until_ms = actor->disk_full_until_ms = 0;
		actor->crash = ACTOR_LIVES;
		// One that stands in the past tells nothing of the months since: that is seen, and set right.
		if (!world->plan.wrong_clocks_stay || actor->clock_ms < 0)
			actor->clock_ms = actor->drift_ppm = 0;
		if (actor->running) // what was going on is over
			actor_stop(actor, "restarts");
	}
	files_lift(world);
	world_run(world, world->now_ms + 3 * WORLD_MINUTE_MS);
	for (size_t i = 0; i < world->actor_count; i++)
		actor_start(world->actors[i]);
}

void peace_make(struct world *world)
{
	char why[WHY_BYTES] = "";
	bool well = false;
	lay_down_arms(world);
	unsigned most = world->plan.fault[PLAN_TRANSFER] ? PEACE_ROUNDS_AWAY : PEACE_ROUNDS;
	while (!world->failed && !well && world->rounds < most) {
		world->rounds++;
		if (world->rounds == 2)
			stick_bring_all(world);
		round_of_sessions(world);
		for (size_t i = 0; i < world->actor_count; i++)
			if (takes_part(world->actors[i]))
				workload_home_decide(world->actors[i]);
		for (size_t i = 0; i < world->actor_count; i++) // in the order of joining: those above first
			if (takes_part(world->actors[i]) && world->actors[i]->parent && world->actors[i]->session_err == ERR_UNAUTHORISED)
				founding_again(world->actors[i]);
		well = all_is_well(world, why);
		world_say(world, "round %u: %s", world->rounds, well ? "all is well" : why);
	}
	if (!world->failed && !well)
		world_fail(world, "after %u rounds: %s", world->rounds, why);
	// A liar that is told of its two histories goes on in a new life, and says so.
	bool longer = world->plan.fault[PLAN_TRANSFER] || world->plan.fault[PLAN_LIAR];
	unsigned settling = longer ? SETTLING_ROUNDS_AWAY : SETTLING_ROUNDS;
	for (unsigned i = 0; i < settling && !world->failed; i++)
		round_of_sessions(world);
	if (!world->failed)
		idle_is_idle(world);
	if (!world->failed)
		invariant_everything(world);
	if (!world->failed)
		states_are_what_they_should_be(world);
	if (!world->failed)
		order_is_nothing(world);
	if (!world->failed)
		promises_are_kept(world);
}
