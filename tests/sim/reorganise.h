// The tree changes in the storm: a branch goes to another township, becomes part of a neighbour, is split among two of
// them, or is closed. Its devices go on writing until they hear of it, and afterwards.
#ifndef TRIBUTARY_TESTS_SIM_REORGANISE_H
#define TRIBUTARY_TESTS_SIM_REORGANISE_H

#include "actor.h"

void reorganise_some(struct world *world);

#endif
