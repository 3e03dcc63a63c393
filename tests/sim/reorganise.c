#include "reorganise.h"

#include "base/date.h"
#include "base/pb.h"
#include "org/charter_draft.h"

enum { LEFT_LEAST = 2 }; // branches that are there still

// ---- Whom ----

static struct world_unit *some_unit(struct world *world, const struct actor *registrar, const struct world_unit *but)
{
	for (unsigned tries = 0; tries < 20; tries++) {
		struct world_unit *unit = &world->units[random_below(&world->trouble, world->unit_count)];
		if (!unit->ended && unit != but && (!registrar || unit->registrar == registrar))
			return unit;
	}
	return NULL;
}

static struct actor *some_township(struct world *world, const struct actor *but)
{
	for (unsigned tries = 0; tries < 20; tries++) {
		struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
		if (actor->server && actor->parent && !actor->lost && !actor->revoked && actor != but)
			return actor;
	}
	return NULL;
}

static size_t units_left(const struct world *world)
{
	size_t left = 0;
	for (size_t u = 0; u < world->unit_count; u++)
		left += !world->units[u].ended;
	return left;
}

// ---- The word ----

// Who changes the tree knows what day it is.
static bool can_say(const struct actor *server)
{
	return server->running && server->clock_ms == 0 && actor_can_write(server);
}

static enum err say(struct actor *server, Tributary__Statement *statement, struct actor_pen *writing)
{
	Tributary__Statement *list[] = { statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	statement->effective = date_of_ms(server->world->now_ms, 0);
	statements.n_statements = 1;
	statements.statements = list;
	return pen_statements(&writing->pen, &statements);
}

static enum err place(struct actor *server, enum charter_change_kind what, const struct id *unit, const struct id *to)
{
	struct actor_pen writing;
	struct arena arena;
	struct charter_draft draft = {
		.what = what, .unit = *unit, .to = *to, .day = date_of_ms(server->world->now_ms, 0), .by = server->self.unit,
	};
	enum err err = actor_pen_begin(server, &writing);
	if (err)
		return err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = charter_draft(&writing.txn, &arena, &draft);
	if (!err && draft.fault)
		err = ERR_UNAUTHORISED;
	if (!err)
		err = say(server, draft.statement, &writing);
	err = actor_pen_commit(&writing, err);
	arena_free(&arena);
	return err;
}

static enum err state(struct actor *server, Tributary__Statement *statement)
{
	struct actor_pen writing;
	enum err err = actor_pen_begin(server, &writing);
	return err ? err : actor_pen_commit(&writing, say(server, statement, &writing));
}

static void said(struct world *world, const struct world_unit *unit, const char *what, const char *to, enum err err)
{
	world_say(world, "%s %s%s: %s", unit->name, what, to, err_name(err));
}

// ---- What happens ----

static void move(struct world *world)
{
	struct actor *county = world->actors[0];
	struct world_unit *unit = some_unit(world, NULL, NULL);
	struct actor *township = unit ? some_township(world, unit->registrar) : NULL;
	if (!township || !can_say(county))
		return;
	enum err err = place(county, CHARTER_MOVED, &unit->id, &township->self.unit);
	said(world, unit, "moves to ", township->name, err);
	if (!err)
		unit->registrar = township;
}

static void merge(struct world *world)
{
	struct world_unit *unit = some_unit(world, NULL, NULL), *into = unit ? some_unit(world, unit->registrar, unit) : NULL;
	if (!into || !can_say(unit->registrar) || units_left(world) <= LEFT_LEAST)
		return;
	enum err err = place(unit->registrar, CHARTER_MERGED, &unit->id, &into->id);
	said(world, unit, "becomes part of ", into->name, err);
	unit->ended |= !err;
	unit->mixed |= !err;
	into->mixed |= !err;
}

static void split(struct world *world)
{
	struct world_unit *unit = some_unit(world, NULL, NULL), *first = unit ? some_unit(world, unit->registrar, unit) : NULL;
	struct world_unit *second = first ? some_unit(world, unit->registrar, unit) : NULL;
	Tributary__UnitSplit word = TRIBUTARY__UNIT_SPLIT__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	if (!second || first == second || !can_say(unit->registrar) || units_left(world) <= LEFT_LEAST)
		return;
	ProtobufCBinaryData successors[] = { pb_bytes(id_span(&first->id)), pb_bytes(id_span(&second->id)) };
	word.unit = pb_bytes(id_span(&unit->id));
	word.successors = successors;
	word.n_successors = 2;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT;
	statement.unit_split = &word;
	enum err err = state(unit->registrar, &statement);
	said(world, unit, "is split among others, first ", first->name, err);
	unit->ended |= !err;
}

static void close_unit(struct world *world)
{
	struct world_unit *unit = some_unit(world, NULL, NULL);
	Tributary__UnitChanged word = TRIBUTARY__UNIT_CHANGED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	if (!unit || !can_say(unit->registrar) || units_left(world) <= LEFT_LEAST)
		return;
	word.unit = pb_bytes(id_span(&unit->id));
	word.closed = true;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED;
	statement.unit_changed = &word;
	enum err err = state(unit->registrar, &statement);
	said(world, unit, "is closed", "", err);
	unit->ended |= !err;
}

void reorganise_some(struct world *world)
{
	static void (*const changes[])(struct world *world) = { move, move, move, merge, split, close_unit };
	changes[random_below(&world->trouble, sizeof changes / sizeof changes[0])](world);
}
