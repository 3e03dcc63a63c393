#include "founding.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/pb.h"
#include "org/charter_past.h"
#include "org/enrol.h"
#include "sync/join.h"

enum { KNOCKS_MOST = 3, CUTOFFS_MOST = 16 };

static int32_t today(const struct actor *actor)
{
	return date_of_ms(actor_now_ms(actor), 0);
}

// ---- Statements ----

static enum err state(struct actor *server, Tributary__Statement *statement)
{
	struct actor_pen writing;
	Tributary__Statement *list[] = { statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	statement->effective = today(server);
	statements.n_statements = 1;
	statements.statements = list;
	enum err err = actor_pen_begin(server, &writing);
	return err ? err : actor_pen_commit(&writing, pen_statements(&writing.pen, &statements));
}

static enum err create_unit(struct actor *server, const char *kind, const char *name, const struct id *unit)
{
	Tributary__UnitCreated created = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	created.unit = pb_bytes(id_span(unit));
	created.parent = pb_bytes(id_span(&server->self.unit));
	created.kind = (char *)(uintptr_t)kind;
	created.name = (char *)(uintptr_t)name;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	statement.unit_created = &created;
	return state(server, &statement);
}

// What this server holds of the device's logs stays valid.
static size_t list_cutoffs(struct actor *server, const struct hash *device, Tributary__Frontier *rows, struct hash *ids)
{
	struct txn txn;
	struct journal_log log;
	size_t count = 0;
	if (txn_begin(server->store, STORE_READ, &txn))
		return 0;
	for (uint32_t number = 1; count < CUTOFFS_MOST && journal_find_number(&txn, number, &log) == ERR_OK; number++) {
		struct hash *root = &ids[2 * count + 1];
		if (!hash_equal(&log.name.device, device) || journal_root_at(&txn, &log, log.peaks.size, root))
			continue;
		ids[2 * count] = log.id;
		tributary__frontier__init(&rows[count]);
		rows[count].log = pb_bytes(hash_span(&ids[2 * count]));
		rows[count].size = log.peaks.size;
		rows[count].root = pb_bytes(hash_span(root));
		count++;
	}
	txn_abort(&txn);
	return count;
}

enum err founding_revoke(struct actor *registrar, const struct hash *device)
{
	Tributary__Frontier rows[CUTOFFS_MOST], *list[CUTOFFS_MOST];
	struct hash ids[2 * CUTOFFS_MOST];
	Tributary__DeviceRevoked revoked = TRIBUTARY__DEVICE_REVOKED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	revoked.n_cutoff = list_cutoffs(registrar, device, rows, ids);
	for (size_t i = 0; i < revoked.n_cutoff; i++)
		list[i] = &rows[i];
	revoked.cutoff = list;
	revoked.device = pb_bytes(hash_span(device));
	revoked.reason = (char *)(uintptr_t)"lost";
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED;
	statement.device_revoked = &revoked;
	return state(registrar, &statement);
}

// As server/announce does at its start: who moves below it learns where it is reached.
void founding_announce(struct actor *server)
{
	char text[] = "tcp://127.0.0.1:1", known[LIMIT_ADDRESS_BYTES];
	struct txn txn;
	Tributary__ServerAddress address = TRIBUTARY__SERVER_ADDRESS__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	if (txn_begin(server->store, STORE_READ, &txn))
		return;
	bool said = charter_address(&txn, &server->self.identity.sign_public, known) == ERR_OK;
	txn_abort(&txn);
	if (said || !actor_can_write(server))
		return;
	address.address = text;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_SERVER_ADDRESS;
	statement.server_address = &address;
	enum err err = state(server, &statement);
	world_say(server->world, "%s says where it is reached: %s", server->name, err_name(err));
}

// ---- Joining ----

static enum err invite(struct actor *server, const struct id *unit, bool as_server, struct enrol_invitation *invitation)
{
	struct txn txn;
	*invitation = (struct enrol_invitation){
		.server_curve = server->self.identity.curve_public,
		.server_key = server->self.identity.sign_public,
		.expiry = today(server) + 7,
		.server = as_server,
	};
	random_bytes(&server->world->seeds, invitation->secret, sizeof invitation->secret);
	enum err err = txn_begin(server->store, STORE_WRITE, &txn);
	if (err)
		return err;
	err = enrol_invite(&txn, invitation, unit, "");
	if (!err)
		return txn_commit(&txn);
	txn_abort(&txn);
	return err;
}

static enum err accept(struct actor *actor, const struct enrol_invitation *invitation, const struct buf *answer)
{
	struct arena arena;
	struct txn txn;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = join_accept(invitation, buf_span(answer), &actor->self, &arena, &why);
	if (err)
		world_say(actor->world, "%s is not let in: %s", actor->name, why);
	arena_free(&arena);
	if (err)
		return err;
	err = txn_begin(actor->store, STORE_WRITE, &txn);
	if (err)
		return err;
	self_save(&txn, &actor->self);
	return txn_commit(&txn);
}

// The answer may get lost; who asks again with the same invitation is answered again.
static enum err join(struct actor *actor, struct actor *server, const struct enrol_invitation *invitation)
{
	struct world *world = server->world;
	struct buf request = BUF_EMPTY;
	enum err err = ERR_UNREACHABLE;
	join_request(invitation, &actor->self.identity, actor->name, &request);
	for (unsigned knock = 0; knock < KNOCKS_MOST && err == ERR_UNREACHABLE; knock++) {
		struct buf answer = BUF_EMPTY;
		err = actor_knock(server, &actor->self.identity.curve_public, buf_span(&request), &answer);
		bool heard = !err && answer.size > 0;
		if (heard && knock + 1 < KNOCKS_MOST && world->storm && world->plan.fault[PLAN_LATE] && random_chance(&world->trouble, 300))
			err = ERR_UNREACHABLE;
		else if (heard)
			err = accept(actor, invitation, &answer);
		buf_free(&answer);
	}
	buf_free(&request);
	return err;
}

static struct actor *new_device(struct world *world, const char *name, struct actor *parent, bool server)
{
	uint8_t seed[IDENTITY_SEED_BYTES];
	struct actor *actor = actor_new(world, name, parent, server);
	random_bytes(&world->seeds, seed, sizeof seed);
	identity_derive(seed, &actor->self.identity);
	random_bytes(&world->seeds, actor->self.incarnation.bytes, sizeof actor->self.incarnation.bytes);
	actor->store = store_memory_new_in(world->pool);
	if (!actor->store)
		abort();
	return actor;
}

// In one go: either it is enrolled, or there is nothing.
static struct actor *enrol(struct world *world, struct actor *server, const struct id *unit, const char *name, bool as_server)
{
	struct enrol_invitation invitation;
	if (!server->running || !actor_can_write(server) || invite(server, unit, as_server, &invitation))
		return NULL;
	struct actor *actor = new_device(world, name, server, as_server);
	enum err err = join(actor, server, &invitation);
	if (err) {
		world_say(world, "%s could not join: %s", name, err_name(err));
		actor->lost = true;
		return NULL;
	}
	world_say(world, "%s joins at %s", actor->name, server->name);
	actor_start(actor);
	return actor;
}

// ---- The tree ----

static struct actor *found(struct world *world)
{
	uint8_t seed[IDENTITY_SEED_BYTES], founding[DRBG_SEED_BYTES];
	struct identity root;
	struct txn txn;
	struct actor *county = new_device(world, "county", NULL, true);
	random_bytes(&world->seeds, seed, sizeof seed);
	identity_derive(seed, &root);
	actor_seed(county, founding);
	enum err err = txn_begin(county->store, STORE_WRITE, &txn);
	if (!err)
		err = join_found(&txn, &county->self, &root, "county", "county", buf_span(&world->pack), world->now_ms, founding);
	if (!err)
		err = txn_commit(&txn);
	if (err)
		world_fail(world, "the county could not be founded: %s", err_name(err));
	county->guard = (struct guard){ .machine = county->place, .incarnation = county->self.incarnation };
	county->guard_known = true;
	actor_start(county);
	return county;
}

struct actor *founding_device(struct world *world, size_t unit)
{
	char name[ACTOR_NAME + 24];
	unsigned number = 1;
	for (size_t i = 0; i < world->actor_count; i++)
		number += !world->actors[i]->server && world->actors[i]->unit == unit;
	snprintf(name, sizeof name, "%.40s.%u", world->units[unit].name, number);
	struct actor *actor = enrol(world, world->units[unit].registrar, &world->units[unit].id, name, false);
	for (size_t i = world->actor_count; i-- > 0 && !actor;)
		if (strcmp(world->actors[i]->name, name) == 0)
			world->actors[i]->unit = unit; // who was not let in
	if (actor)
		actor->unit = unit;
	return actor;
}

static bool knows_unit(struct actor *server, const struct id *unit)
{
	struct txn txn;
	struct charter_unit row;
	if (txn_begin(server->store, STORE_READ, &txn))
		return true;
	bool known = charter_unit_get(&txn, unit, &row) == ERR_OK;
	txn_abort(&txn);
	return known;
}

void founding_again(struct actor *actor)
{
	struct world *world = actor->world;
	struct actor *server = actor->parent;
	struct enrol_invitation invitation;
	struct id unit = actor->self.unit;
	const char *name = actor->server ? actor->name : world->units[actor->unit].name;
	enum err err = ERR_OK;
	if (!knows_unit(server, &unit))
		err = create_unit(server, actor->server ? "township" : "branch", name, &unit);
	if (!err)
		err = invite(server, &unit, actor->server, &invitation);
	if (!err)
		err = join(actor, server, &invitation);
	world_say(world, "%s, whom %s had forgotten, is invited again: %s", actor->name, server->name, err_name(err));
}

struct actor *founding_branch(struct world *world, struct actor *registrar)
{
	struct id id;
	char name[ACTOR_NAME + 24];
	if (!registrar->running || !actor_can_write(registrar))
		return NULL;
	random_bytes(&world->seeds, id.bytes, sizeof id.bytes);
	snprintf(name, sizeof name, "b%zu", world->unit_count + 1);
	if (create_unit(registrar, "branch", name, &id))
		return NULL;
	world->units = world_grow(world->units, world->unit_count, &world->unit_capacity, sizeof *world->units);
	struct world_unit *unit = &world->units[world->unit_count++];
	*unit = (struct world_unit){ .id = id, .registrar = registrar };
	snprintf(unit->name, sizeof unit->name, "%.40s", name);
	return founding_device(world, world->unit_count - 1);
}

void founding_tree(struct world *world)
{
	struct actor *county = found(world);
	for (unsigned i = 0; i < world->plan.townships && !world->failed; i++) {
		struct id unit;
		char name[ACTOR_NAME + 24];
		random_bytes(&world->seeds, unit.bytes, sizeof unit.bytes);
		snprintf(name, sizeof name, "t%u", i + 1);
		if (create_unit(county, "township", name, &unit) || !enrol(world, county, &unit, name, true))
			world_fail(world, "%s could not be made", name);
	}
	// A township learns who it is before it makes branches.
	for (size_t i = 1; i < world->actor_count && !world->failed; i++)
		actor_call(world->actors[i]);
	world_run(world, world->now_ms + 10 * WORLD_MINUTE_MS);
	for (size_t i = 0; i < world->actor_count && !world->failed; i++)
		founding_announce(world->actors[i]);
	size_t townships = world->actor_count - 1;
	for (unsigned i = 0; i < world->plan.branches && !world->failed; i++) {
		struct actor *registrar = world->actors[1 + i % townships];
		if (!founding_branch(world, registrar))
			world_fail(world, "a branch could not be made below %s", registrar->name);
		uint64_t devices = random_between(&world->work, 1, world->plan.devices_most);
		for (uint64_t n = 1; n < devices && !world->failed; n++)
			founding_device(world, world->unit_count - 1);
	}
}
