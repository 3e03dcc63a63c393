// Everything that can fail below a test is made to fail once, wherever it comes by another way: each read and write of a
// store, each piece of memory, each arena's end. There the process forks; in the child it fails, and the play goes on until
// whoever asked is told. The parent goes on as if nothing had been. So a scene is played once, and each way out of the
// core is taken; it needs no line of its own.
//
// A way is two calls, one within the other, on the road from the core's door to what fails: a way is new if the stack
// shows a pair of calls not seen before. It is played so when the environment has TRIBUTARY_REHEARSALS: one of so many new
// ways is tried. TRIBUTARY_REHEARSED names a file that says which ways are known, shared by many programs.
// In builds that keep frame pointers and name the core's text alone (cmake/rooms.cmake): elsewhere nothing is tried.
#ifndef TRIBUTARY_TESTS_REHEARSAL_H
#define TRIBUTARY_TESTS_REHEARSAL_H

#include <stdbool.h>

#include "base/err.h"

struct actor;
struct txn;

unsigned rehearsal_wished(void); // 0: none

// While a file is read: a child would read on in its parent's place.
void rehearsal_rests(bool rests);

// What has been told to a test. A child ends here when it was the failure, of `assert_ok` and `assert_err`.
enum err rehearsal_saw(enum err err);

// A session is not over when it fails: the next one does it all, and then both ends are what they are without a failure.
void rehearsal_session_begins(struct actor *actor);
void rehearsal_session_ends(struct actor *actor, enum err session(struct actor *), enum err err);
bool rehearsal_goes_on(enum err err); // an event failed: whether the child plays on, within a session

// What the store can be asked, and everything computed anew from its logs: tried at the end of a scene.
void rehearsal_of_asking(struct actor *actor);

// ---- For what stands before the functions that can fail (rehearsal_wrap.c) ----

enum rehearsal_kind { REHEARSAL_STORE, REHEARSAL_MEMORY };

// Something that can fail comes by. True: it fails, here and now, in a child. To be called by the stand-in itself.
bool rehearsal_fails(enum rehearsal_kind kind, unsigned what, const struct txn *txn);
void rehearsal_ended(const struct txn *txn, bool committed, const void *by); // a transaction, by whom
void rehearsal_fell(const char *what, const char *file, unsigned line, const char *function);

#endif
