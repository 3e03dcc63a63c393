// Homes of members, once all is well: everyone entered has one, and nobody is lost or counted twice.
#ifndef TRIBUTARY_TESTS_SIM_HOMES_H
#define TRIBUTARY_TESTS_SIM_HOMES_H

#include "actor.h"

// Each member in the ledger of the device's unit is confirmed there, in a life of a store that goes on.
bool homes_confirmed(struct actor *device, char *why, size_t size);
// DESIGN 9, at a server: counted, plus let go and not yet taken up, less taken up and not yet let go, are all who are known.
// `key_lost`: of a unit below the server the only key may be gone with its device, and with it what was written of members:
// these are missed, as they should be.
bool homes_conserved(struct actor *server, bool key_lost, char *why, size_t size);

// Whoever has its home in the device's unit is in its ledger: nobody got lost on the way.
bool homes_have_all(struct actor *device, char *why, size_t size);

// At every commit of a store (what exactly: homes_step.c).
void homes_after_commit(struct actor *actor);

// No offer stands open that is known here.
bool homes_decided(struct actor *actor, char *why, size_t size);

#endif
