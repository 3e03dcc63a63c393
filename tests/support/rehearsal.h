// What a scene does is tried before it is done, each time with another read or write of a store failing: whatever
// failed, and where, the failure is told, nothing half done stays, and the next try does it all. A scene is played so
// when the environment has TRIBUTARY_REHEARSALS, the number of tries for each session; it needs no line of its own.
#ifndef TRIBUTARY_TESTS_REHEARSAL_H
#define TRIBUTARY_TESTS_REHEARSAL_H

#include "base/err.h"

struct actor;
struct store;

unsigned rehearsal_wished(void); // 0: none

// Tries the session on copies of the stores, the failure in the store of either end in turn.
void rehearsal_of_session(struct actor *actor, enum err session(struct actor *), unsigned times);

// What the store can be asked, and everything computed anew from its logs: tried at the end of a scene.
void rehearsal_of_asking(struct actor *actor, unsigned times);

// What is written between these two is tried in children of this process first. `begin` returns in each of them and in
// the end here; in a child the failure must come out of an assert_ok(), an assert_err() or of `end`, which a child never returns from.
void rehearsal_begin(struct store *store, unsigned times);
void rehearsal_end(enum err err);
enum err rehearsal_saw(enum err err); // of assert_ok and assert_err: a child ends here when it is told of the failure

#endif
