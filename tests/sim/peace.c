#include "peace.h"

#include <stdlib.h>

#include "actor.h"
#include "base/date.h"
#include "cells.h"
#include "founding.h"
#include "homes.h"
#include "invariant.h"
#include "network.h"
#include "oracle.h"
#include "org/charter_past.h"
#include "registry.h"
#include "slow.h"
#include "workload.h"

#define FIRST_MONTH (2026 * 12)

enum { SESSION_MINUTES = 30, SETTLING_ROUNDS = 2, SETTLING_ROUNDS_AWAY = 4, WHY_BYTES = 200 };

static bool takes_part(const struct actor *actor)
{
	return !actor->lost && !actor->revoked;
}

// ---- What should be so once all is well. Each tells the first thing that is not. ----

static bool is_key(struct span key, const char *prefix)
{
	return span_starts(key, span_string(prefix));
}

// Sealed with a key that a lost device alone had.
static bool may_wait(struct actor *actor, struct txn *txn, struct span key)
{
	struct journal_log log;
	if (key.size != 12)
		return false;
	uint32_t number = (uint32_t)key.data[8] << 24 | (uint32_t)key.data[9] << 16 | (uint32_t)key.data[10] << 8 | key.data[11];
	return journal_find_number(txn, number, &log) == ERR_OK && log.name.lane == LANE_PRIVATE && !actor->server &&
	       actor->world->units[actor->unit].key_lost;
}

static bool nothing_waits(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct scan scan = scan_begin(txn, STORE_META, span_of(NULL, 0));
	while (good && scan_next(&scan)) {
		good = !is_key(scan.key, "waiting/") || may_wait(actor, txn, scan.key);
		if (!good)
			snprintf(why, WHY_BYTES, "%s: entries of a log still wait", actor->name);
	}
	scan_end(&scan);
	return good;
}

static struct actor *by_key(struct world *world, const struct hash *device, bool *revoked)
{
	struct actor *found = NULL;
	*revoked = false;
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		if (!hash_equal(&actor->self.identity.sign_public, device))
			continue;
		found = actor;
		*revoked |= actor->revoked;
	}
	return found;
}

static bool nothing_pending(struct actor *actor, struct txn *txn, char *why)
{
	struct scan scan = scan_begin(txn, STORE_PENDING, span_of(NULL, 0));
	bool pending = actor->parent && scan_next(&scan);
	struct journal_log log = { .number = 0 };
	if (pending && scan.key.size == 4)
		journal_find_number(txn, (uint32_t)scan.key.data[0] << 24 | (uint32_t)scan.key.data[1] << 16 |
		                         (uint32_t)scan.key.data[2] << 8 | scan.key.data[3], &log);
	scan_end(&scan);
	bool revoked;
	const struct actor *writer = pending ? by_key(actor->world, &log.name.device, &revoked) : NULL;
	if (pending)
		snprintf(why, WHY_BYTES, "%s: its parent lacks some of a %s log of %s (%llu entries)", actor->name, lane_name(log.name.lane),
		         writer ? writer->name : "?", (unsigned long long)log.head.size);
	return !pending;
}

// Only what a revoked device wrote behind its cut-off may stand in quarantine.
static bool nothing_set_aside(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct scan scan = scan_begin(txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (good && scan_next(&scan)) {
		struct view_quarantined item;
		struct journal_log log;
		bool revoked = false;
		good = view_quarantine_read(scan.key, scan.value, &item) == ERR_OK &&
		       journal_find_number(txn, item.log, &log) == ERR_OK;
		struct actor *author = good ? by_key(actor->world, &log.name.device, &revoked) : NULL;
		good = good && revoked;
		if (!good)
			snprintf(why, WHY_BYTES, "%s: entry %llu of %s's %s log stands in quarantine: %s", actor->name,
			         (unsigned long long)item.seq, author ? author->name : "?", lane_name(log.name.lane),
			         merge_reason_name(item.reason));
	}
	scan_end(&scan);
	return good;
}

static bool own_logs_receipted(struct actor *actor, struct txn *txn, char *why)
{
	struct journal_log log;
	for (uint32_t number = 1; actor->parent && journal_find_number(txn, number, &log) == ERR_OK; number++) {
		bool ours = hash_equal(&log.name.device, &actor->self.identity.sign_public);
		const struct receipt *receipt = &log.receipt[RECEIPT_RECEIVED - 1];
		if (!ours || log.head.size == 0 || receipt->size >= log.head.size)
			continue;
		snprintf(why, WHY_BYTES, "%s: %llu of %llu entries of its %s log%s are receipted", actor->name,
		         (unsigned long long)receipt->size, (unsigned long long)log.head.size, lane_name(log.name.lane),
		         id_equal(&log.name.incarnation, &actor->self.incarnation) ? "" : " of a former life");
		return false;
	}
	return true;
}

static bool store_is_well(struct actor *actor, char *why)
{
	struct txn txn;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool good = nothing_waits(actor, &txn, why) && nothing_pending(actor, &txn, why) &&
	            nothing_set_aside(actor, &txn, why) && own_logs_receipted(actor, &txn, why);
	txn_abort(&txn);
	return good;
}

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
			if (charter_path_on(&txn, &world->units[u].id, date_month_end(FIRST_MONTH + month), path, &count) == ERR_OK && count > 1)
				parts[u].place[month] = server_of(world, &path[1]);
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

// A unit without any device left says what it said last; nobody can say what it should be.
static bool server_is_right(struct world *world, struct actor *server, const struct cells_part *parts, char *why)
{
	struct oracle_figures sum = { .value = { { 0 } } };
	struct cells_part *below = calloc(world->unit_count + 1, sizeof *below);
	size_t count = 0;
	bool good = below != NULL, unknown = false;
	for (size_t u = 0; good && u < world->unit_count; u++) {
		struct oracle_figures figures = { .value = { { 0 } } };
		const struct world_unit *unit = &world->units[u];
		if (!ever_at(&parts[u], server))
			continue;
		unknown |= !parts[u].device;
		if (!parts[u].device)
			continue;
		below[count++] = parts[u];
		oracle_count(parts[u].device, &unit->id, &figures);
		add_figures(server, &parts[u], &sum, &figures);
		good = figures_equal(parts[u].device, &figures, &unit->id, unit->name, false, why) &&
		       (!server->parent || !stayed(&parts[u]) || figures_equal(server, &figures, &unit->id, unit->name, true, why));
	}
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
		bool key_lost = actor->server && key_lost_below(world, actor);
		if (takes_part(actor) && !homes_decided(actor, why, WHY_BYTES))
			return false;
		if (actor->server ? !homes_conserved(actor, key_lost, why, WHY_BYTES) : takes_part(actor) && !homes_confirmed(actor, why, WHY_BYTES))
			return false;
		if (!actor->server && takes_part(actor) && !world->units[actor->unit].key_lost && !homes_have_all(actor, why, WHY_BYTES))
			return false;
	}
	return true;
}

static bool all_is_well(struct world *world, char *why)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (takes_part(world->actors[i]) && !store_is_well(world->actors[i], why))
			return false;
	return states_are_equal(world, why) && figures_are_right(world, why) && months_are_right(world, why) &&
	       homes_are_right(world, why);
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
		struct actor *server = by_key(world, &promise->server, &revoked);
		if (!somebody_holds(world, promise, server, &held) && !server->restores)
			world_fail(world, "%llu receipted entries are nowhere any more", (unsigned long long)promise->size);
		else if (!held && !server->restores)
			world_fail(world, "%s does not have %llu entries that it gave a receipt for", server->name,
			           (unsigned long long)promise->size);
	}
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
	unsigned settling = world->plan.fault[PLAN_TRANSFER] ? SETTLING_ROUNDS_AWAY : SETTLING_ROUNDS;
	for (unsigned i = 0; i < settling && !world->failed; i++)
		round_of_sessions(world);
	if (!world->failed)
		idle_is_idle(world);
	if (!world->failed)
		invariant_everything(world);
	if (!world->failed)
		states_are_what_they_should_be(world);
	if (!world->failed)
		promises_are_kept(world);
}
