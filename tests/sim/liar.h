// A Byzantine branch: its devices have valid keys, run the real program, and besides lie, equivocate, flood and forge.
// What they may not do to anybody else is looked at all along and in peace (liar_contained).
#ifndef TRIBUTARY_TESTS_SIM_LIAR_H
#define TRIBUTARY_TESTS_SIM_LIAR_H

#include "actor.h"

void liar_begin(struct world *world);          // one branch of those that are there
void liar_strike(struct world *world);         // one of its devices does something
void liar_heard_saying(struct actor *liar, struct span message); // kept, to be said again
void liar_free(struct actor *liar);

// ---- liar_entry.c: what is validly signed and wrong. What was written; NULL: nothing ----
const char *liar_entry(struct actor *liar);

// In peace: none of it counts in an honest store, all of it that must not is set aside there, and whoever signed two histories
// of one log is proven to have done so where both are known.
bool liar_contained(struct world *world, char *why, size_t size);

#endif
