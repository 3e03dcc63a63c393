// A store at peace: nothing waits, nothing is owed upwards, nothing honest is set aside, every own entry has its receipt.
#ifndef TRIBUTARY_TESTS_SIM_SETTLED_H
#define TRIBUTARY_TESTS_SIM_SETTLED_H

#include "actor.h"

enum { SETTLED_WHY = 200 }; // bytes of a reason

bool settled_store(struct actor *actor, char *why);
// Whose log it is; of several copies the last. *revoked: any of them was.
struct actor *settled_author(struct world *world, const struct hash *device, bool *revoked);

#endif
