#include "pipe.h"

#include <stdlib.h>
#include <string.h>

#define MS_NS 1000000ull

bool pipe_open(struct pipe *pipe, uint64_t seed)
{
	*pipe = (struct pipe){ .dice = seed * 2 + 1, .set = { .queue = 64 * 1024 } };
	pipe->packets = calloc(PIPE_PACKETS, sizeof *pipe->packets);
	pipe->queue = calloc(PIPE_PACKETS, sizeof *pipe->queue);
	pipe->heap = calloc(PIPE_PACKETS, sizeof *pipe->heap);
	pipe->spare = calloc(PIPE_PACKETS, sizeof *pipe->spare);
	if (!pipe->packets || !pipe->queue || !pipe->heap || !pipe->spare) {
		pipe_close(pipe);
		return false;
	}
	for (size_t i = 0; i < PIPE_PACKETS; i++)
		pipe->spare[pipe->spare_count++] = (uint16_t)i;
	return true;
}

void pipe_close(struct pipe *pipe)
{
	free(pipe->packets);
	free(pipe->queue);
	free(pipe->heap);
	free(pipe->spare);
	*pipe = (struct pipe){ .dice = 1 };
}

// ---- Chance (splitmix64) ----

static uint64_t draw(struct pipe *pipe, uint64_t below)
{
	uint64_t z = pipe->dice += 0x9e3779b97f4a7c15ull;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return below ? (z ^ (z >> 31)) % below : 0;
}

// ---- Spells ----

bool pipe_in_spell(const struct pipe_spell *spell, uint64_t at_ns)
{
	uint64_t at_ms = at_ns / MS_NS;
	return spell->every_ms > 0 && at_ms >= spell->phase_ms && (at_ms - spell->phase_ms) % spell->every_ms < spell->for_ms;
}

uint64_t pipe_spell_end(const struct pipe_spell *spell, uint64_t at_ns)
{
	uint64_t into_ms = (at_ns / MS_NS - spell->phase_ms) % spell->every_ms;
	return (at_ns / MS_NS - into_ms + spell->for_ms) * MS_NS;
}

// ---- What is under way: a heap ----

static bool sooner(const struct pipe *pipe, uint16_t a, uint16_t b)
{
	const struct pipe_packet *left = &pipe->packets[a], *right = &pipe->packets[b];
	return left->due_ns != right->due_ns ? left->due_ns < right->due_ns : left->order < right->order;
}

static void swap(struct pipe *pipe, size_t a, size_t b)
{
	uint16_t kept = pipe->heap[a];
	pipe->heap[a] = pipe->heap[b];
	pipe->heap[b] = kept;
}

static void send_off(struct pipe *pipe, uint16_t number)
{
	size_t at = pipe->under_way++;
	pipe->heap[at] = number;
	for (; at > 0 && sooner(pipe, pipe->heap[at], pipe->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(pipe, at, (at - 1) / 2);
}

static uint16_t take_first(struct pipe *pipe)
{
	uint16_t first = pipe->heap[0];
	pipe->heap[0] = pipe->heap[--pipe->under_way];
	for (size_t at = 0;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < pipe->under_way; child++)
			if (sooner(pipe, pipe->heap[child], pipe->heap[least]))
				least = child;
		if (least == at)
			return first;
		swap(pipe, at, least);
		at = least;
	}
}

// ---- The way of a packet ----

void pipe_put(struct pipe *pipe, const uint8_t *bytes, size_t size, uint64_t now_ns)
{
	pipe_step(pipe, now_ns);
	pipe->counts.packets++;
	pipe->counts.bytes += size;
	if (size > PIPE_BYTES || pipe->spare_count == 0 || pipe->waiting_bytes + size > pipe->set.queue) {
		pipe->counts.overflow++;
		return;
	}
	uint16_t number = pipe->spare[--pipe->spare_count];
	struct pipe_packet *packet = &pipe->packets[number];
	packet->size = size;
	packet->order = pipe->order++;
	packet->came_ns = now_ns;
	memcpy(packet->bytes, bytes, size);
	pipe->queue[(pipe->queue_at + pipe->waiting++) % PIPE_PACKETS] = number;
	pipe->waiting_bytes += size;
	pipe_step(pipe, now_ns);
}

// When the packet at the head of the queue has left the sender.
static uint64_t departure(const struct pipe *pipe, const struct pipe_packet *packet)
{
	uint64_t start = pipe->free_ns > packet->came_ns ? pipe->free_ns : packet->came_ns;
	if (pipe_in_spell(&pipe->set.stall, start))
		start = pipe_spell_end(&pipe->set.stall, start);
	return start + (pipe->set.rate ? packet->size * 8 * 1000 * MS_NS / pipe->set.rate : 0);
}

static void depart(struct pipe *pipe, uint16_t number, uint64_t left_ns)
{
	struct pipe_packet *packet = &pipe->packets[number];
	uint64_t waited = (left_ns - packet->came_ns) / MS_NS;
	bool lost = draw(pipe, 10000) < pipe->set.loss, cut = pipe_in_spell(&pipe->set.cut, left_ns);
	bool overtaken = draw(pipe, 10000) < pipe->set.disorder;
	uint64_t jitter = draw(pipe, pipe->set.jitter_ms * MS_NS + 1);
	if (waited > pipe->counts.waited_ms)
		pipe->counts.waited_ms = waited;
	pipe->counts.lost += lost && !cut;
	pipe->counts.cut += cut;
	if (lost || cut) {
		pipe->spare[pipe->spare_count++] = number;
		return;
	}
	packet->due_ns = left_ns + pipe->set.delay_ms * MS_NS + jitter;
	if (overtaken)
		packet->due_ns += pipe->set.delay_ms * MS_NS / 2 + MS_NS;
	else if (packet->due_ns < pipe->last_due_ns)
		packet->due_ns = pipe->last_due_ns;
	if (!overtaken)
		pipe->last_due_ns = packet->due_ns;
	send_off(pipe, number);
}

void pipe_step(struct pipe *pipe, uint64_t now_ns)
{
	while (pipe->waiting > 0) {
		uint16_t number = pipe->queue[pipe->queue_at];
		uint64_t left_ns = departure(pipe, &pipe->packets[number]);
		if (left_ns > now_ns)
			return;
		pipe->queue_at = (pipe->queue_at + 1) % PIPE_PACKETS;
		pipe->waiting--;
		pipe->waiting_bytes -= pipe->packets[number].size;
		pipe->free_ns = left_ns;
		depart(pipe, number, left_ns);
	}
}

const struct pipe_packet *pipe_take(struct pipe *pipe, uint64_t now_ns)
{
	pipe_step(pipe, now_ns);
	if (pipe->under_way == 0 || pipe->packets[pipe->heap[0]].due_ns > now_ns)
		return NULL;
	uint16_t number = take_first(pipe);
	pipe->spare[pipe->spare_count++] = number;
	pipe->counts.out_packets++;
	pipe->counts.out_bytes += pipe->packets[number].size;
	return &pipe->packets[number];
}

uint64_t pipe_deadline(const struct pipe *pipe, uint64_t now_ns)
{
	uint64_t deadline = UINT64_MAX;
	if (pipe->under_way > 0)
		deadline = pipe->packets[pipe->heap[0]].due_ns;
	if (pipe->waiting > 0) {
		uint64_t left_ns = departure(pipe, &pipe->packets[pipe->queue[pipe->queue_at]]);
		deadline = left_ns < deadline ? left_ns : deadline;
	}
	return deadline != UINT64_MAX && deadline < now_ns ? now_ns : deadline;
}

// ---- Settings ----

// "every/for" or "every/for/phase", milliseconds; "0": never.
static bool set_spell(struct pipe_spell *spell, const char *value)
{
	uint64_t part[3] = { 0 };
	char *end = (char *)(uintptr_t)value;
	for (size_t i = 0; i < 3; i++) {
		part[i] = strtoull(end, &end, 10);
		if (*end != '/')
			break;
		end++;
	}
	*spell = (struct pipe_spell){ .every_ms = part[0], .for_ms = part[1], .phase_ms = part[2] };
	return *end == '\0';
}

bool pipe_set(struct pipe *pipe, const char *name, const char *value)
{
	struct pipe_settings *set = &pipe->set;
	const struct {
		const char *name;
		uint64_t *number;
		struct pipe_spell *spell;
	} rows[] = {
		{ "rate", &set->rate, NULL },         { "delay", &set->delay_ms, NULL }, { "jitter", &set->jitter_ms, NULL },
		{ "loss", &set->loss, NULL },         { "queue", &set->queue, NULL },    { "disorder", &set->disorder, NULL },
		{ "stall", NULL, &set->stall },       { "cut", NULL, &set->cut },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *end;
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (rows[i].spell)
			return set_spell(rows[i].spell, value);
		*rows[i].number = strtoull(value, &end, 10);
		return *value && *end == '\0';
	}
	return false;
}
