// Originals of units below a server (node_want_below.c says how). For sync/node*.c alone.
#ifndef TRIBUTARY_SYNC_NODE_WANT_BELOW_H
#define TRIBUTARY_SYNC_NODE_WANT_BELOW_H

#include "sync/node_want.h"

// Is `unit` below that of a session, and not that?
bool node_want_below_is(struct node_call *call, const struct id *session_unit, const struct id *unit);

// To a server below: adds what is wanted of units below it.
void node_want_below_say(struct node_call *call, const struct id *session_unit, Tributary__FileWant ***list, size_t *count);
// May the server of `session_unit` bring files of that author's unit?
bool node_want_below_admits(struct node_call *call, const struct id *session_unit, const struct id *author);

// From the server above: may it read what it asks for here?
bool node_want_below_reads(struct node_call *call, const struct file_want *want);
// All of it is here: the logs that hold it go up, as leaves. False: it is to come from below first.
bool node_want_below_ready(struct node_call *call, const struct file_want *want);

#endif
