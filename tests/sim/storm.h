// The first act: trouble of the classes that the plan has, at random times.
#ifndef TRIBUTARY_TESTS_SIM_STORM_H
#define TRIBUTARY_TESTS_SIM_STORM_H

#include "world.h"

void storm_run(struct world *world);

#endif
