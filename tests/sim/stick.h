// Sticks: what is carried by hand while links are cut. Parts of bundles lie about; they are brought in in any order, more
// than once, cut, bent, to the wrong place, long after, and some never.
#ifndef TRIBUTARY_TESTS_SIM_STICK_H
#define TRIBUTARY_TESTS_SIM_STICK_H

#include "actor.h"

struct sticks;

void stick_strike(struct world *world);
void stick_bring_all(struct world *world); // in peace: what still lies about, however old
void stick_free(struct world *world);

#endif
