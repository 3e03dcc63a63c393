#include "explore.h"

#include <stdio.h>
#include <stdlib.h>

#include "reduce.h"
#include "seen.h"

enum { UNKNOWN, SETTLES, STUCK, NOWHERE = UINT32_MAX };

// Small: there are as many as states.
struct node_row {
	uint32_t parent;
	uint32_t calm;            // where the first calm move leads; NOWHERE: there is none
	uint16_t c;
	uint8_t kind, a, b, state; // kind … c: how it was reached
};

struct search {
	const struct model_rules *rules;
	struct model_state *queue; // ring of states found and not looked at yet
	size_t queue_room, queue_from, queue_count;
	struct seen seen, views;
	uint64_t view_sum;
	struct node_row *row;
	size_t row_room, row_count, edge_count, settled;
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

static bool is_whole(const struct model_rules *rules)
{
	return rules->witness && rules->mark && rules->incarnation;
}

// One that was not found before.
static void enter(struct search *search, const struct move *move, const struct model_state *next)
{
	bool settled = model_settled(next), fine = true;
	struct model_view view = model_view(next);
	uint32_t number = 0;
	uint64_t value = seen_fingerprint(&view, sizeof view);
	if (!grow((void **)&search->row, &search->row_room, sizeof *search->row, search->row_count + 1) || !queue_put(search, next)) {
		search->failed = true;
		return;
	}
	search->row[search->row_count++] = (struct node_row){
		.parent = search->at, .calm = NOWHERE, .kind = (uint8_t)move->kind, .a = (uint8_t)move->a, .b = (uint8_t)move->b,
		.c = (uint16_t)move->c, .state = settled ? SETTLES : UNKNOWN,
	};
	search->settled += settled;
	if (seen_add(&search->views, value, &number, &fine))
		search->view_sum += value;
	search->failed |= !fine;
}

static void found(void *context, const struct move *move, const struct model_state *raw)
{
	struct search *search = context;
	struct model_state next = *raw;
	uint32_t number = (uint32_t)search->row_count;
	bool fine = true;
	if (search->failed || search->fault)
		return;
	const char *fault = is_whole(search->rules) ? model_fault(raw) : model_two_homes(raw) ? "two homes hold the member" : NULL;
	if (search->rules->witness && !search->rules->whole && !fault)
		reduce_state(&next);
	bool fresh = seen_add(&search->seen, seen_fingerprint(&next, sizeof next), &number, &fine);
	search->failed |= !fine || number == NOWHERE;
	if (fresh && !search->failed)
		enter(search, move, &next);
	if (fresh)
		search->fault = fault;
	if (number == search->at && search->row_count > 1)
		return; // no difference that could matter
	if (move_calm(move->kind) && search->row[search->at].calm == NOWHERE)
		search->row[search->at].calm = number;
	search->edge_count++;
}

static void print_way(const struct search *search, uint32_t number)
{
	const struct node_row *row = &search->row[number];
	if (number == 0)
		return;
	print_way(search, row->parent);
	printf("    %s: %u %u %u\n", move_text((enum move_kind)row->kind), row->a, row->b, row->c);
}

// Follows the calm moves of each state: they must come to a settled one.
static size_t stuck_states(struct search *search)
{
	size_t stuck = 0;
	for (size_t i = 0; i < search->row_count; i++) {
		uint32_t end = (uint32_t)i, steps = 0;
		while (end != NOWHERE && search->row[end].state == UNKNOWN && steps++ < 1000)
			end = search->row[end].calm;
		uint8_t state = end != NOWHERE && search->row[end].state == SETTLES ? SETTLES : STUCK;
		for (uint32_t at = (uint32_t)i; at != NOWHERE && search->row[at].state == UNKNOWN; at = search->row[at].calm)
			search->row[at].state = state;
		if (state == STUCK && !stuck++) {
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
		moves_each(&state, search->rules, found, search);
		search->at++;
		if (search->at % (1u << 22) == 0)
			fprintf(stderr, "model: %u looked at, %zu found\n", search->at, search->row_count);
	}
}

enum err explore(const struct model_state *start, const struct model_rules *rules, struct explore_result *result)
{
	static const struct move begin = { .kind = MOVE_START };
	struct search search = { .rules = rules };
	*result = (struct explore_result){ .states = 0 };
	found(&search, &begin, start);
	search.edge_count = 0;
	if (!search.failed)
		look_at_all(&search);
	result->states = search.row_count;
	result->edges = search.edge_count;
	result->fault = search.fault;
	result->settled = search.settled;
	result->views = search.views.count;
	result->view_sum = search.view_sum;
	if (search.fault)
		print_way(&search, (uint32_t)search.row_count - 1);
	else if (!search.failed)
		result->stuck = stuck_states(&search);
	free(search.queue);
	free(search.row);
	seen_free(&search.seen);
	seen_free(&search.views);
	return search.failed ? ERR_NOMEM : ERR_OK;
}
