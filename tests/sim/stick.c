#include "stick.h"

#include <stdlib.h>

#include "homes.h"
#include "sync/bundle_talk.h"

enum { PARTS_MOST = 96, PARTS_A_BUNDLE = 24 };

struct part {
	struct buf bytes;
	struct actor *to;
};

struct sticks {
	struct part parts[PARTS_MOST];
	size_t count;
	struct actor *to;    // of the bundle being written
	size_t begun;        // parts lying there before it
	bool full;
	struct world *world;
};

static struct sticks *sticks_of(struct world *world)
{
	if (!world->sticks)
		world->sticks = calloc(1, sizeof *world->sticks);
	if (!world->sticks)
		abort();
	world->sticks->world = world;
	return world->sticks;
}

static void drop(struct sticks *sticks, size_t at)
{
	buf_free(&sticks->parts[at].bytes);
	sticks->parts[at] = sticks->parts[--sticks->count];
	sticks->parts[sticks->count] = (struct part){ .bytes = BUF_EMPTY };
}

void stick_free(struct world *world)
{
	if (!world->sticks)
		return;
	while (world->sticks->count)
		drop(world->sticks, 0);
	free(world->sticks);
	world->sticks = NULL;
}

// ---- The machine that it stands in ----

static void draw(void *context, void *to, size_t size)
{
	struct sticks *sticks = context;
	random_bytes(&sticks->world->seeds, to, size);
}

static enum err part_begin(void *context, const struct bundle_head *head)
{
	struct sticks *sticks = context;
	(void)head;
	if (sticks->count == PARTS_MOST || sticks->count - sticks->begun == PARTS_A_BUNDLE)
		return ERR_FULL;
	sticks->parts[sticks->count] = (struct part){ .bytes = BUF_EMPTY, .to = sticks->to };
	return ERR_OK;
}

static enum err part_bytes(void *context, struct span bytes)
{
	struct sticks *sticks = context;
	buf_bytes(&sticks->parts[sticks->count].bytes, bytes.data, bytes.size);
	return sticks->parts[sticks->count].bytes.err;
}

static enum err part_end(void *context)
{
	struct sticks *sticks = context;
	sticks->count++;
	return ERR_OK;
}

// A command beside the process: it has the store, and a node of its own.
static enum err open_talk(struct sticks *sticks, struct actor *actor, struct bundle_talk *talk)
{
	const struct bundle_port port = { .context = sticks, .random = draw, .part_begin = part_begin, .part_bytes = part_bytes,
	                                  .part_end = part_end };
	const struct bundle_host host = { .store = actor->store, .self = &actor->self, .sync_address = "tcp://127.0.0.1:1",
	                                  .now_ms = actor_now_ms(actor), .guard = actor_keep_guard, .context = actor };
	return bundle_talk_open(talk, &host, &port);
}

static void close_talk(struct actor *actor, struct bundle_talk *talk)
{
	bundle_talk_close(talk);
	homes_after_commit(actor);
	actor_changed(actor);
}

// ---- Out ----

static bool may_carry(const struct actor *actor)
{
	return actor->running && !actor->lost && actor_can_write(actor);
}

static void write_out(struct actor *from, struct actor *to, bool up)
{
	struct sticks *sticks = sticks_of(from->world);
	struct bundle_talk talk;
	struct random *random = &from->world->trouble;
	uint64_t most = random_chance(random, 500) ? 0 : random_between(random, 20000, 300000);
	sticks->to = to;
	sticks->begun = sticks->count;
	enum err err = open_talk(sticks, from, &talk);
	if (!err)
		err = up ? bundle_talk_up(&talk, most) : bundle_talk_down(&talk, &to->self.identity.sign_public, most);
	close_talk(from, &talk);
	world_say(from->world, "%s writes a stick for %s: %zu parts%s%s", from->name, to->name, sticks->count - sticks->begun,
	          err ? ", " : "", err ? err_name(err) : "");
	if (sticks->count < PARTS_MOST)
		buf_free(&sticks->parts[sticks->count].bytes); // of a part that was not finished
}

// ---- In ----

static enum err read_pieces(struct bundle_talk *talk, struct bundle_part *part, struct span rest)
{
	enum err err = ERR_OK;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	while (!err && rest.size >= BUNDLE_PIECE_PREFIX_BYTES) {
		struct bundle_piece piece;
		struct span message;
		if (bundle_piece_read(span_of(rest.data, BUNDLE_PIECE_PREFIX_BYTES), &piece) ||
		    BUNDLE_PIECE_PREFIX_BYTES + bundle_piece_rest(&piece) > rest.size)
			break; // cut
		struct span body = span_of(rest.data + BUNDLE_PIECE_PREFIX_BYTES, bundle_piece_rest(&piece));
		rest = span_of(body.data + body.size, rest.size - BUNDLE_PIECE_PREFIX_BYTES - body.size);
		arena_reset(&arena);
		if (bundle_piece_check(part, &piece, body) == ERR_OK && bundle_piece_open(part, &piece, body, &arena, &message) == ERR_OK)
			err = bundle_talk_piece(talk, part->index - 1, message);
	}
	arena_free(&arena);
	return err;
}

static enum err take(struct bundle_talk *talk, struct span file)
{
	struct bundle_part part;
	size_t size = 0;
	enum err err = file.size < BUNDLE_PREFIX_BYTES ? ERR_MALFORMED : bundle_head_size(span_of(file.data, BUNDLE_PREFIX_BYTES), &size);
	if (!err && file.size < BUNDLE_PREFIX_BYTES + size)
		err = ERR_SIGNATURE;
	struct span head = span_of(file.data, BUNDLE_PREFIX_BYTES + size);
	if (!err)
		err = bundle_open(head, &part);
	if (!err)
		err = bundle_unlock(head, &part, &talk->host.self->identity);
	if (!err)
		err = bundle_talk_part(talk, &part.head);
	if (!err)
		err = read_pieces(talk, &part, span_of(file.data + head.size, file.size - head.size));
	return err ? err : bundle_talk_part_over(talk);
}

static bool is_own_fault(enum err err)
{
	return err == ERR_CORRUPT || err == ERR_NOMEM || err == ERR_BUDGET;
}

static void bring(struct actor *to, struct span file)
{
	struct bundle_talk talk;
	enum err err = open_talk(sticks_of(to->world), to, &talk);
	if (!err)
		err = take(&talk, file);
	if (!err)
		err = bundle_talk_over(&talk);
	struct node_carriage carriage = node_carriage(talk.node);
	close_talk(to, &talk);
	world_say(to->world, "%s takes in a stick: %llu entries, %llu receipts%s%s", to->name, (unsigned long long)carriage.entries,
	          (unsigned long long)carriage.receipts, err ? ", " : "", err ? err_name(err) : "");
	if (is_own_fault(err))
		world_fail(to->world, "%s cannot take in a stick: %s", to->name, err_name(err));
}

// As sticks come: whole mostly, else cut or bent, now and then to the wrong place.
static void bring_one(struct world *world)
{
	struct sticks *sticks = sticks_of(world);
	struct random *random = &world->trouble;
	if (!sticks->count)
		return;
	size_t at = (size_t)random_below(random, sticks->count);
	struct actor *to = sticks->parts[at].to;
	if (random_chance(random, 50))
		to = world->actors[random_below(random, world->actor_count)];
	if (!may_carry(to))
		return;
	struct buf copy = BUF_EMPTY;
	buf_bytes(&copy, sticks->parts[at].bytes.data, sticks->parts[at].bytes.size);
	if (random_chance(random, 100))
		copy.data[random_below(random, copy.size)] ^= (uint8_t)(1u << random_below(random, 8));
	size_t size = random_chance(random, 100) ? (size_t)random_below(random, copy.size) : copy.size;
	bring(to, span_of(copy.data, size));
	buf_free(&copy);
	if (random_chance(random, 500))
		drop(sticks, at); // else it is brought again one day
}

// ---- When ----

static struct actor *some_client(struct world *world)
{
	struct actor *actor = world->actors[random_below(&world->trouble, world->actor_count)];
	return actor->parent && !actor->liar && may_carry(actor) ? actor : NULL;
}

static void go_off_line(struct actor *actor)
{
	if (actor->cut_until_ms > actor->world->now_ms)
		return;
	actor->cut_until_ms = actor->world->now_ms + random_between(&actor->world->trouble, WORLD_HOUR_MS, 12 * WORLD_HOUR_MS);
	world_say(actor->world, "%s is off line", actor->name);
}

void stick_strike(struct world *world)
{
	struct sticks *sticks = sticks_of(world);
	struct actor *client = some_client(world);
	uint64_t what = random_below(&world->trouble, 10);
	if (what < 3 && client && random_chance(&world->trouble, 400))
		go_off_line(client);
	if (what < 3 && client && sticks->count < PARTS_MOST / 2)
		write_out(client, client->parent, true);
	else if (what < 5 && client && may_carry(client->parent) && sticks->count < PARTS_MOST / 2)
		write_out(client->parent, client, false);
	else if (what < 9 || !sticks->count)
		bring_one(world);
	else
		drop(sticks, (size_t)random_below(&world->trouble, sticks->count)); // left on a bus
}

void stick_bring_all(struct world *world)
{
	struct sticks *sticks = world->sticks;
	while (sticks && sticks->count) {
		struct part *part = &sticks->parts[sticks->count - 1];
		if (may_carry(part->to) && !world->failed)
			bring(part->to, buf_span(&part->bytes));
		drop(sticks, sticks->count - 1);
	}
}
