// A slow merge of its own, which knows nothing of ledger/merge: it reads all entries of a store and only
// knows that a write lives while no other names it, that moves follow states, and that receipts have numbers.
#ifndef TRIBUTARY_TESTS_SIM_SLOW_H
#define TRIBUTARY_TESTS_SIM_SLOW_H

#include "actor.h"

// Each live write of each record of the actor's unit is one that no other replaces, and no such write is
// missing; every state was reached by a move that leads there; in each life of each device receipts are
// numbered without a gap. *why names the first that is otherwise.
bool slow_writes(struct actor *actor, char *why, size_t size);

#endif
