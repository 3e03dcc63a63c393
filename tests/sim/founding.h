// How the tree comes to be: the county founds it, servers create units and invite, devices join
// through the porch. Also in the midst of the storm, where answers get lost and are asked for again.
#ifndef TRIBUTARY_TESTS_SIM_FOUNDING_H
#define TRIBUTARY_TESTS_SIM_FOUNDING_H

#include "actor.h"

void founding_tree(struct world *world);                            // as the plan has it; calm
struct actor *founding_branch(struct world *world, struct actor *registrar); // a unit and its first device; NULL: not now
struct actor *founding_device(struct world *world, size_t unit);    // one more; NULL: not now
// A server that was put back may have forgotten whom it let in, and nobody else may know. A person invites
// it again.
void founding_again(struct actor *actor);
enum err founding_revoke(struct actor *registrar, const struct hash *device); // with what is held as its cut-off

// A server says where it is reached, unless it has.
void founding_announce(struct actor *server);

#endif
