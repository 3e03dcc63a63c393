// Every state that can be reached, once each: breadth first, by a set of 64-bit fingerprints.
#ifndef TRIBUTARY_TESTS_MODEL_EXPLORE_H
#define TRIBUTARY_TESTS_MODEL_EXPLORE_H

#include "moves.h"

struct explore_result {
	size_t states, edges;
	size_t settled;           // states with one home and nothing open
	size_t stuck;             // states that do not come to one of these when everybody is calm
	size_t views;             // what could be seen of all states, each once …
	uint64_t view_sum;        // … and a sum over it, whatever the order
	const char *fault;        // NULL: every invariant held
};

// Stops at the first fault and prints the shortest way to it. ERR_NOMEM.
enum err explore(const struct model_state *start, const struct model_rules *rules, struct explore_result *result);

#endif
