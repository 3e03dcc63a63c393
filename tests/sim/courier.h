// Couriers: devices that meet beside one another, or a server that is not theirs. Of one unit they bring each other up to date; else
// one takes the other's entries along as sealed cargo, drops it at whatever server it meets, and carries the answers back. Meetings
// are cut short, cargo is lost with its carrier, and what is with whom stays known.
#ifndef TRIBUTARY_TESTS_SIM_COURIER_H
#define TRIBUTARY_TESTS_SIM_COURIER_H

#include "actor.h"

void courier_strike(struct world *world); // somebody meets somebody

// In peace: nothing is with a carrier that its server has not acknowledged, and nothing on its way up lies with anybody.
bool courier_nothing_is_left(struct actor *actor, char *why, size_t size);

#endif
