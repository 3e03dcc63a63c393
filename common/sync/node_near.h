// What the files of the node share about neighbours and cargo (node_near.c, node_haul.c, node_lade.c, node_stow.c).
#ifndef TRIBUTARY_SYNC_NODE_NEAR_H
#define TRIBUTARY_SYNC_NODE_NEAR_H

#include "sync/node_inside.h"

// What we are doing as a client, put aside for something else that uses its state; and taken up again.
struct node_client node_client_aside(struct node *node);
void node_client_back(struct node_call *call, struct node_client *saved);
void node_client_finished(struct node_call *call, enum err err, const char *text); // says that the session is over

struct node_session *node_session_open(struct node *node, uint64_t link); // anew; NULL: too many

// Sessions with neighbours (node_near.c).
void node_near_meet(struct node_call *call);                  // EVENT_MEET
void node_near_message(struct node_call *call);               // of the one that we called
void node_near_asked(struct node_call *call, struct node_session *session, enum message_kind kind, const ProtobufCMessage *message);
void node_near_end(struct node_near *near);
void node_near_over(struct node_call *call, struct node_session *session); // it said Bye

// Cargo in turn (node_haul.c).
void node_haul_begin(struct node_haul *haul, const struct cargo_peer *peer);
void node_haul_take(struct node_call *call, struct node_haul *haul, const Tributary__Haul *message);
// Says what is next; `always`: also where there is nothing. False: nothing was said.
bool node_haul_say(struct node_call *call, struct node_haul *haul, uint64_t link, enum node_door door, bool always);
bool node_haul_for(struct node_call *call, const struct node_session *session); // for whom that session is with
bool node_haul_due(struct node_call *call, const struct cargo_peer *peer); // is anything here for that peer?

// Bundles that are made here (node_lade.c), and those that come (node_stow.c).
void node_lade_begin(struct node_call *call);
void node_lade_up(struct node_call *call, const struct hash *carrier, const struct cargo_on *carried, size_t count);
void node_lade_back(struct node_call *call, const struct hash *device);
// A part that `from` brought. ERR_OK: it is on the disk when the transaction is, or was here before.
enum err node_stow(struct node_call *call, const struct hash *from, struct span bytes, struct id *bundle, uint32_t *number);

#endif
