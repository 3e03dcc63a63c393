// For whoever looks into a failure: what each store has of each log.
#ifndef TRIBUTARY_TESTS_SIM_INSPECT_H
#define TRIBUTARY_TESTS_SIM_INSPECT_H

#include "world.h"

void inspect_logs(const struct world *world, FILE *to);

#endif
