// The second act: faults stop, and within a stated number of rounds of sessions everything must have
// converged.
#ifndef TRIBUTARY_TESTS_SIM_PEACE_H
#define TRIBUTARY_TESTS_SIM_PEACE_H

#include "world.h"

#define PEACE_ROUNDS       6 // each client once a round, devices before their servers
#define PEACE_ROUNDS_AWAY 10 // where members are under way: offer, answer, approval and record go up and down one after another

void peace_make(struct world *world);

#endif
