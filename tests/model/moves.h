// What may happen next: each move is one step of one party, taken by the very functions of org/custody.
#ifndef TRIBUTARY_TESTS_MODEL_MOVES_H
#define TRIBUTARY_TESTS_MODEL_MOVES_H

#include "state.h"

struct move {
	const char *name;
	unsigned a, b, c; // whose, of what; what they mean is the move's
};

// Calls `visit` with each state that one move leads to and that differs from this one.
typedef void move_visit(void *context, const struct move *move, const struct model_state *next);
void moves_each(const struct model_state *state, const struct model_rules *rules, move_visit *visit, void *context);

#endif
