// The model checker's command line.
//
//	model [--offers N] [--backups N] [--restores N] [--replacements N] [--registrar-restores N] [--merges N]
//	      [--moves N]   of a unit from one registrar to the other and back
//	      [--without witness|mark|incarnation] [--whole | --compare]
//
// --whole: states are not reduced (reduce.h); --compare: both ways, and the same is seen.
// Exit code 0: no invariant is broken and no state is stuck; with a part taken out: two homes were found.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "explore.h"

static struct model_state founded(void)
{
	struct model_state state;
	memset(&state, 0, sizeof state);
	struct custody_record entered = {
		.member = { { 4 } },
		.epoch = 1,
		.home = model_unit_id(0),
		.incarnation = { { 3 } },
		.registrar = model_registrar_id(0),
		.writer = model_registrar_id(0),
		.cause = CUSTODY_CAUSE_ENTERED,
	};
	uint16_t number = model_number(&entered);
	model_written(&state, number);
	model_make_final(&state, number);
	for (unsigned unit = 0; unit < UNITS; unit++)
		state.unit[unit].to = NOTHING;
	state.unit[0].hold = CUSTODY_HELD;
	state.unit[0].tail = state.registrar[0].last = state.witness = number;
	state.saved = NOTHING;
	return state;
}

static bool number_option(struct model_state *state, const char *name, const char *text)
{
	const struct {
		const char *name;
		uint8_t *left;
	} options[] = {
		{ "--offers", &state->offers },
		{ "--backups", &state->backups },
		{ "--restores", &state->restores },
		{ "--replacements", &state->replacements },
		{ "--registrar-restores", &state->registrar_restores },
		{ "--merges", &state->merges },
		{ "--moves", &state->moves },
	};
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (strcmp(name, options[i].name) == 0 && text[0] >= '0' && text[0] <= '4' && !text[1]) {
			*options[i].left = (uint8_t)(text[0] - '0');
			return true;
		}
	return false;
}

static bool without(struct model_rules *rules, const char *text)
{
	rules->witness &= strcmp(text, "witness") != 0;
	rules->mark &= strcmp(text, "mark") != 0;
	rules->incarnation &= strcmp(text, "incarnation") != 0;
	return !rules->witness || !rules->mark || !rules->incarnation;
}

static bool word(struct model_rules *rules, bool *compare, const char *text)
{
	rules->whole |= strcmp(text, "--whole") == 0;
	*compare |= strcmp(text, "--compare") == 0;
	return strcmp(text, "--whole") == 0 || strcmp(text, "--compare") == 0;
}

static int usage(const char *text)
{
	fprintf(stderr, "model: what is %s?\n", text);
	return 2;
}

static bool walk(const struct model_state *start, const struct model_rules *rules, struct explore_result *result)
{
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (explore(start, rules, result)) {
		fprintf(stderr, "model: out of memory\n");
		return false;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	printf("\n    %zu states, %zu moves, %zu settled, %zu stuck, %.0f states/s: %s\n", result->states, result->edges,
	       result->settled, result->stuck, (double)result->states / (seconds > 0.001 ? seconds : 0.001),
	       result->fault ? result->fault : "no fault");
	return true;
}

int main(int argc, char **argv)
{
	struct model_state start = founded();
	struct model_rules rules = { .witness = true, .mark = true, .incarnation = true };
	struct explore_result result, whole;
	bool compare = false;
	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;
		if (more && strcmp(argv[i], "--without") == 0 && without(&rules, argv[i + 1]))
			i++;
		else if (more && number_option(&start, argv[i], argv[i + 1]))
			i++;
		else if (!word(&rules, &compare, argv[i]))
			return usage(argv[i]);
	}
	for (int i = 1; i < argc; i++)
		printf("%s ", argv[i]);
	if (!walk(&start, &rules, &result))
		return 2;
	if (!rules.witness || !rules.mark || !rules.incarnation)
		return result.fault ? 0 : 1;
	if (compare) {
		rules.whole = true;
		if (!walk(&start, &rules, &whole))
			return 2;
		printf("    seen from outside: %zu, and %zu of the whole\n", result.views, whole.views);
		if (whole.views != result.views || whole.view_sum != result.view_sum || whole.fault || whole.stuck)
			return 1;
	}
	return result.fault || result.stuck ? 1 : 0;
}
