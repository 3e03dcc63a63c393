// The second act: faults stop, and within a stated number of rounds of sessions everything must have
// converged.
#ifndef TRIBUTARY_TESTS_SIM_PEACE_H
#define TRIBUTARY_TESTS_SIM_PEACE_H

#include "world.h"

#define PEACE_ROUNDS 6 // each client once a round, devices before their servers

void peace_make(struct world *world);

#endif
