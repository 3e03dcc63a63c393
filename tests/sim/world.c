#include "world.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>

#include "actor.h"
#include "files.h"
#include "io/store_treap.h"
#include "network.h"
#include "registry.h"
#include "stick.h"
#include "sync/share.h"

enum { WEIGH_EVERY = 512 };

void *world_grow(void *list, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return list;
	*capacity = *capacity ? 2 * *capacity : 16;
	list = realloc(list, *capacity * size);
	if (!list)
		abort();
	return list;
}

// 0 under sanitizers, which have an allocator of their own.
static size_t heap_bytes(void)
{
	struct mallinfo2 heap = mallinfo2();
	return heap.uordblks + heap.hblkhd;
}

static void weigh(struct world *world)
{
	size_t bytes = heap_bytes();
	if (bytes > world->heap_most)
		world->heap_most = bytes;
}

size_t world_node_bytes(const struct world *world)
{
	return world->actor_count && world->heap_most > world->heap_before ? (world->heap_most - world->heap_before) / world->actor_count : 0;
}

void world_begin(struct world *world, const struct plan *plan, const struct buf *pack, bool aloud)
{
	*world = (struct world){ .plan = *plan, .now_ms = WORLD_BEGINS_MS, .aloud = aloud, .registry = registry_new(), .share = share_new(), .pool = store_treap_pool_new() };
	if (!world->share || !world->pool)
		abort();
	world->heap_before = heap_bytes();
	random_seed(&world->network, plan->seed, 2);
	random_seed(&world->work, plan->seed, 3);
	random_seed(&world->trouble, plan->seed, 4);
	random_seed(&world->seeds, plan->seed, 5);
	random_seed(&world->lies, plan->seed, 6);
	world->pack = BUF_EMPTY;
	buf_bytes(&world->pack, pack->data, pack->size);
	crypto_generichash_init(&world->digest, NULL, 0, LIMIT_HASH_BYTES);
}

void world_end(struct world *world)
{
	network_free(world);
	stick_free(world);
	files_free(world);
	for (size_t i = 0; i < world->actor_count; i++)
		actor_free(world->actors[i]);
	free(world->actors);
	free(world->units);
	free(world->agenda);
	registry_free(world->registry);
	share_free(world->share);
	store_treap_pool_free(world->pool);
	buf_free(&world->pack);
}

// ---- The agenda ----

static bool sooner(const struct happening *a, const struct happening *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct happening *a, struct happening *b)
{
	struct happening kept = *a;
	*a = *b;
	*b = kept;
}

void world_plan(struct world *world, uint64_t at_ms, void (*handle)(void *who, uint64_t what), void *who, uint64_t what)
{
	world->agenda = world_grow(world->agenda, world->agenda_count, &world->agenda_capacity, sizeof *world->agenda);
	size_t at = world->agenda_count++;
	if (at_ms < world->now_ms)
		at_ms = world->now_ms;
	world->agenda[at] = (struct happening){ .at = at_ms, .order = world->order++, .handle = handle, .who = who, .what = what };
	for (; at > 0 && sooner(&world->agenda[at], &world->agenda[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&world->agenda[at], &world->agenda[(at - 1) / 2]);
}

static struct happening take_first(struct world *world)
{
	struct happening first = world->agenda[0];
	world->agenda[0] = world->agenda[--world->agenda_count];
	for (size_t at = 0;;) {
		size_t child = 2 * at + 1;
		if (child >= world->agenda_count)
			return first;
		if (child + 1 < world->agenda_count && sooner(&world->agenda[child + 1], &world->agenda[child]))
			child++;
		if (!sooner(&world->agenda[child], &world->agenda[at]))
			return first;
		swap(&world->agenda[child], &world->agenda[at]);
		at = child;
	}
}

bool world_step(struct world *world, uint64_t until_ms)
{
	if (world->failed || world->agenda_count == 0 || world->agenda[0].at > until_ms)
		return false;
	struct happening next = take_first(world);
	world->now_ms = next.at;
	if (world->happened++ % WEIGH_EVERY == 0)
		weigh(world);
	next.handle(next.who, next.what);
	return true;
}

void world_run(struct world *world, uint64_t until_ms)
{
	while (world_step(world, until_ms)) {
	}
	if (!world->failed && world->now_ms < until_ms)
		world->now_ms = until_ms;
}

// ---- The transcript ----

static void put_line(struct world *world, const char *text)
{
	uint64_t since = world->now_ms - WORLD_BEGINS_MS;
	char *line = world->lines[world->line_count++ % WORLD_LINES];
	snprintf(line, WORLD_LINE, "%3u h %02u:%02u.%03u  %s", (unsigned)(since / WORLD_HOUR_MS), (unsigned)(since / 60000 % 60),
	         (unsigned)(since / 1000 % 60), (unsigned)(since % 1000), text);
	crypto_generichash_update(&world->digest, (const uint8_t *)line, strlen(line) + 1);
	if (world->aloud)
		puts(line);
}

void world_say(struct world *world, const char *format, ...)
{
	char text[WORLD_LINE - 32];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	put_line(world, text);
}

void world_fail(struct world *world, const char *format, ...)
{
	va_list arguments;
	if (world->failed)
		return;
	world->failed = true;
	va_start(arguments, format);
	vsnprintf(world->failure, sizeof world->failure, format, arguments);
	va_end(arguments);
}

void world_hash(const struct world *world, char text[static HASH_TEXT_BYTES])
{
	struct hash hash;
	crypto_generichash_state state = world->digest;
	crypto_generichash_final(&state, hash.bytes, sizeof hash.bytes);
	hash_format(&hash, text);
}

void world_tail(const struct world *world, FILE *to)
{
	size_t first = world->line_count > WORLD_LINES ? world->line_count - WORLD_LINES : 0;
	for (size_t i = first; i < world->line_count; i++)
		fprintf(to, "  %s\n", world->lines[i % WORLD_LINES]);
}
