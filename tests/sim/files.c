#include "files.h"

#include <stdlib.h>

#include "sync/file_budget.h"
#include "sync/piece.h"

enum { FILES_MOST = 8, SWEEPS_MOST = 16 };

struct files {
	struct file {
		struct hash name;
		size_t unit;
		bool sealed;
	} list[FILES_MOST];
	size_t count;
	struct { struct hash device, name; } swept[SWEEPS_MOST];
	size_t swept_count;
};

static struct files *files_of(struct world *world)
{
	if (!world->files)
		world->files = calloc(1, sizeof *world->files);
	if (!world->files)
		abort();
	return world->files;
}

void files_free(struct world *world)
{
	free(world->files);
	world->files = NULL;
}

bool files_have_room(const struct world *world) { return !world->files || world->files->count < FILES_MOST; }

void files_note(struct world *world, size_t unit, const struct hash *name, bool sealed)
{
	struct files *files = files_of(world);
	files->list[files->count++] = (struct file){ .name = *name, .unit = unit, .sealed = sealed };
}

// ---- Bounds ----

static enum err bound(struct actor *actor, struct txn *txn)
{
	struct random *random = &actor->world->trouble;
	uint64_t few = random_below(random, 3) * LIMIT_PIECE_BYTES + 1000;
	if (actor->server)
		return file_budget_quota_set(txn, random_chance(random, 500) ? few : 0);
	if (random_chance(random, 500))
		return file_budget_pause(txn, random_chance(random, 500));
	return file_budget_set(txn, random_chance(random, 500) ? few : 0);
}

static void change_bounds(struct actor *actor)
{
	struct txn txn;
	if (txn_begin(actor->store, STORE_WRITE, &txn))
		return;
	enum err err = bound(actor, &txn);
	err = err ? err : txn_commit(&txn);
	world_say(actor->world, "%s has other bounds for files: %s", actor->name, err_name(err));
	actor_changed(actor);
}

static void sweep(struct actor *device)
{
	struct files *files = files_of(device->world);
	struct txn txn;
	uint32_t pieces = 0;
	if (!files->count || files->swept_count == SWEEPS_MOST || txn_begin(device->store, STORE_WRITE, &txn))
		return;
	const struct file *file = &files->list[random_below(&device->world->trouble, files->count)];
	enum err err = file->unit == device->unit ? piece_sweep(&txn, &device->self.unit, &file->name, &pieces) : ERR_NOT_FOUND;
	if (!err)
		err = txn_commit(&txn);
	else
		txn_abort(&txn);
	world_say(device->world, "%s sweeps %u pieces: %s", device->name, pieces, err_name(err));
	if (err || !pieces)
		return;
	files->swept[files->swept_count].device = device->self.identity.sign_public;
	files->swept[files->swept_count++].name = file->name;
	actor_changed(device);
}

void files_strike(struct world *world)
{
	struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
	if (!actor->running || actor->liar || !actor_can_write(actor))
		return;
	if (!actor->server && random_chance(&world->trouble, 400))
		sweep(actor);
	else
		change_bounds(actor);
}

void files_lift(struct world *world)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct txn txn;
		if (world->actors[i]->lost || txn_begin(world->actors[i]->store, STORE_WRITE, &txn))
			continue;
		file_budget_pause(&txn, false);
		file_budget_set(&txn, 0);
		file_budget_quota_set(&txn, 0);
		txn_commit(&txn);
	}
}

// ---- In peace ----

static bool is_whole(struct actor *actor, const struct id *unit, const struct hash *name)
{
	struct piece_file found;
	struct txn txn;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool whole = piece_look(&txn, unit, name, &found) == ERR_OK && found.whole;
	txn_abort(&txn);
	return whole;
}

static bool was_swept(const struct files *files, const struct actor *device, const struct hash *name)
{
	for (size_t i = 0; i < files->swept_count; i++)
		if (hash_equal(&files->swept[i].device, &device->self.identity.sign_public) && hash_equal(&files->swept[i].name, name))
			return true;
	return false;
}

static bool should_have(const struct world *world, const struct file *file, const struct actor *actor)
{
	const struct world_unit *unit = &world->units[file->unit];
	if (actor->lost || actor->revoked || actor->liar)
		return false;
	if (actor->server)
		return actor == unit->registrar && !file->sealed;
	return actor->unit == file->unit && !unit->key_lost && !was_swept(world->files, actor, &file->name);
}

static bool is_everywhere(struct world *world, const struct file *file, char *why, size_t size)
{
	const struct actor *has = NULL, *lacks = NULL;
	const struct id *unit = &world->units[file->unit].id;
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		if (!should_have(world, file, actor))
			continue;
		*(is_whole(actor, unit, &file->name) ? &has : &lacks) = actor;
	}
	if (has && lacks)
		snprintf(why, size, "%s has a file of %s whole, and %s has not", has->name, world->units[file->unit].name, lacks->name);
	return !has || !lacks;
}

bool files_are_whole(struct world *world, char *why, size_t size)
{
	bool good = true;
	for (size_t i = 0; world->files && i < world->files->count && good; i++)
		good = world->units[world->files->list[i].unit].liar || is_everywhere(world, &world->files->list[i], why, size);
	return good;
}
