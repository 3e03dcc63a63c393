// Joining, over the network: a device at its township and a server at the one above, the same way.
#ifndef TRIBUTARY_CLI_JOINING_H
#define TRIBUTARY_CLI_JOINING_H

#include "cli/verb.h"

// Makes the data directory where there is none, asks the porch, becomes what the invitation says, and
// syncs for the first time. Safe to repeat after an answer was lost. One that has joined already goes over
// to another server of its unit, with its identity and its logs. Gives the exit code.
int joining_run(const struct verb_call *call, const char *code, const char *label, bool server);

#endif
