#include "explore.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

struct node_row {
	uint64_t edges_from;
	uint32_t parent;
	const char *name;
	uint16_t a, b, c;
	bool good;
};

struct search {
	const struct model_rules *rules;
	struct model_state *queue; // ring of states found and not looked at yet
	size_t queue_room, queue_from, queue_count;
	uint64_t *seen;            // open addressing: fingerprints …
	uint32_t *seen_number;     // … and the number of the state
	size_t seen_room;
	struct node_row *row;
	size_t row_room, row_count;
	uint32_t *edge;
	size_t edge_room, edge_count;
	uint32_t at;
	const char *fault;
	bool failed;
};

static bool grow(void **list, size_t *room, size_t size, size_t need)
{
	if (need <= *room)
		return true;
	size_t wanted = *room ? 2 * *room : 4096;
	void *larger = realloc(*list, wanted * size);
	if (!larger)
		return false;
	*list = larger;
	*room = wanted;
	return true;
}

static uint64_t fingerprint(const struct model_state *state)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = "explore";
	uint8_t bytes[crypto_shorthash_BYTES];
	crypto_shorthash(bytes, (const uint8_t *)state, sizeof *state, key);
	uint64_t value = bytes_get_u64(bytes);
	return value ? value : 1;
}

static size_t slot_of(const uint64_t *seen, size_t room, uint64_t value)
{
	size_t slot = value & (room - 1);
	while (seen[slot] && seen[slot] != value)
		slot = (slot + 1) & (room - 1);
	return slot;
}

static bool seen_grow(struct search *search)
{
	if (search->row_count * 2 < search->seen_room)
		return true;
	size_t room = search->seen_room ? 2 * search->seen_room : 1 << 16;
	uint64_t *seen = calloc(room, sizeof *seen);
	uint32_t *numbers = calloc(room, sizeof *numbers);
	for (size_t i = 0; seen && numbers && i < search->seen_room; i++) {
		if (!search->seen[i])
			continue;
		size_t slot = slot_of(seen, room, search->seen[i]);
		seen[slot] = search->seen[i];
		numbers[slot] = search->seen_number[i];
	}
	if (seen && numbers) {
		free(search->seen);
		free(search->seen_number);
		search->seen = seen;
		search->seen_number = numbers;
		search->seen_room = room;
		return true;
	}
	free(seen);
	free(numbers);
	return false;
}

static bool queue_put(struct search *search, const struct model_state *state)
{
	if (search->queue_count == search->queue_room) {
		size_t room = search->queue_room ? 2 * search->queue_room : 4096;
		struct model_state *larger = malloc(room * sizeof *larger);
		if (!larger)
			return false;
		for (size_t i = 0; i < search->queue_count; i++)
			larger[i] = search->queue[(search->queue_from + i) % search->queue_room];
		free(search->queue);
		search->queue = larger;
		search->queue_room = room;
		search->queue_from = 0;
	}
	search->queue[(search->queue_from + search->queue_count++) % search->queue_room] = *state;
	return true;
}

static void found(void *context, const struct move *move, const struct model_state *next)
{
	struct search *search = context;
	if (search->failed || search->fault)
		return;
	if (!seen_grow(search) || !grow((void **)&search->edge, &search->edge_room, sizeof *search->edge, search->edge_count + 1)) {
		search->failed = true;
		return;
	}
	const struct model_rules *rules = search->rules;
	bool whole = rules->witness && rules->mark && rules->incarnation;
	uint64_t value = fingerprint(next);
	size_t slot = slot_of(search->seen, search->seen_room, value);
	if (!search->seen[slot]) {
		if (!grow((void **)&search->row, &search->row_room, sizeof *search->row, search->row_count + 1) ||
		    !queue_put(search, next)) {
			search->failed = true;
			return;
		}
		search->seen[slot] = value;
		search->seen_number[slot] = (uint32_t)search->row_count;
		search->row[search->row_count++] = (struct node_row){
			.parent = search->at, .name = move->name,
			.a = (uint16_t)move->a, .b = (uint16_t)move->b, .c = (uint16_t)move->c, .good = model_settled(next),
		};
		search->fault = whole ? model_fault(next) : model_two_homes(next) ? "two homes hold the member" : NULL;
	}
	search->edge[search->edge_count++] = search->seen_number[slot];
}

static void print_way(const struct search *search, uint32_t number)
{
	const struct node_row *row = &search->row[number];
	if (number == 0)
		return;
	print_way(search, row->parent);
	printf("    %s: %u %u %u\n", row->name, row->a, row->b, row->c);
}

static uint64_t edges_end(const struct search *search, size_t number)
{
	return number + 1 < search->row_count ? search->row[number + 1].edges_from : search->edge_count;
}

// Goes back from the settled states until nothing is added; what is left can never settle again.
static size_t stuck_states(struct search *search)
{
	bool changed = true;
	size_t stuck = 0;
	while (changed) {
		changed = false;
		for (size_t i = search->row_count; i-- > 0;)
			for (uint64_t e = search->row[i].edges_from; !search->row[i].good && e < edges_end(search, i); e++)
				if (search->row[search->edge[e]].good)
					changed = search->row[i].good = true;
	}
	for (size_t i = 0; i < search->row_count; i++) {
		if (search->row[i].good)
			continue;
		if (!stuck++) {
			printf("stuck after:\n");
			print_way(search, (uint32_t)i);
		}
	}
	return stuck;
}

static void look_at_all(struct search *search)
{
	while (search->queue_count && !search->failed && !search->fault) {
		struct model_state state = search->queue[search->queue_from];
		search->queue_from = (search->queue_from + 1) % search->queue_room;
		search->queue_count--;
		search->row[search->at].edges_from = search->edge_count;
		moves_each(&state, search->rules, found, search);
		search->at++;
	}
}

enum err explore(const struct model_state *start, const struct model_rules *rules, struct explore_result *result)
{
	static const struct move begin = { .name = "start" };
	struct search search = { .rules = rules };
	*result = (struct explore_result){ .states = 0 };
	found(&search, &begin, start);
	search.edge_count = 0;
	if (!search.failed)
		look_at_all(&search);
	result->states = search.row_count;
	result->edges = search.edge_count;
	result->fault = search.fault;
	for (size_t i = 0; i < search.row_count; i++)
		result->settled += search.row[i].good;
	if (search.fault)
		print_way(&search, (uint32_t)search.row_count - 1);
	else if (!search.failed)
		result->stuck = stuck_states(&search);
	free(search.queue);
	free(search.seen);
	free(search.seen_number);
	free(search.row);
	free(search.edge);
	return search.failed ? ERR_NOMEM : ERR_OK;
}
