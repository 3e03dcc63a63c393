// What a server states by itself while it runs: where it is reached, and changes of the tree whose day has come.
#ifndef TRIBUTARY_SERVER_ANNOUNCE_H
#define TRIBUTARY_SERVER_ANNOUNCE_H

#include "io/home.h"

// States both where they are due; nothing is written where nothing is. `address` may be "" (not known).
// ERR_AGAIN: our own enrolment is not here yet.
enum err announce_due(struct home *home, const char *address, int32_t today);

#endif
