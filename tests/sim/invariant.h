// What must hold at every moment, looked at after turns of a node.
#ifndef TRIBUTARY_TESTS_SIM_INVARIANT_H
#define TRIBUTARY_TESTS_SIM_INVARIANT_H

#include "actor.h"

void invariant_after_turn(struct actor *actor);  // cheap; every few turns
void invariant_everything(struct world *world);  // all logs of all stores from their beginning, all receipts, all secrets

#define INVARIANT_CANARY "KANARIE" // stands in values of the private lane alone

#endif
