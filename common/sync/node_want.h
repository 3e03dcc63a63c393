// Originals that are asked for, in sessions (node_want.c says how). For sync/node*.c alone.
#ifndef TRIBUTARY_SYNC_NODE_WANT_H
#define TRIBUTARY_SYNC_NODE_WANT_H

#include "sync/file_want.h"
#include "sync/node_inside.h"

// One of them: nothing where it is whole here.
void node_want_say_one(struct node_call *call, const struct file_want *want, Tributary__FileWant ***list, size_t *count);
// Of a unit's files what this store, or a device of the unit, wants and is not here: for a Hello or an Answer, in the arena.
void node_want_say(struct node_call *call, const struct id *unit, Tributary__FileWant ***list, size_t *count);

// ---- Client ----

void node_want_learn(struct node_call *call);  // is the server above an archive?
void node_want_take(struct node_call *call, const Tributary__Answer *answer, bool greeting);
void node_want_carry(struct node_call *call);  // a bundle begins: what was asked for last
void node_want_told(struct node_call *call, const Tributary__Answer *answer);
void node_want_free(struct node_wants **wants);
// Of a neighbour of our unit.
struct node_wants *node_want_read(struct node_call *call, Tributary__FileWant **list, size_t count);

// Goes with frame_add(): which pieces go up as leaves, and notes it.
struct node_held_back {
	struct txn *txn;
	uint32_t log;
	bool asked;       // only what is asked for goes
	bool below;       // a unit below: nothing but that, whatever the entry is
};
bool node_want_withholds(void *context, const struct entry *entry);
bool node_want_left(struct node_call *call);
// Up to so many pieces that are asked for into an empty frame. False: none is left.
bool node_want_frame(struct node_call *call, struct frame_writer *writer, const struct logname *home, uint64_t most);
// The same for those of a neighbour; *wants may be NULL.
bool node_want_fill(struct node_call *call, struct node_wants *wants, struct frame_writer *writer, const struct logname *home, uint64_t most);

// ---- Server ----

void node_want_heard(struct node_call *call, const struct node_session *session, const Tributary__Hello *hello);
void node_want_filled(struct node_call *call, const struct id *unit); // pieces of its files came: says of what is whole now that it is
Tributary__FileHeld *node_want_held(struct node_call *call, const struct journal_log *log, uint64_t seq); // NULL: it is not

#endif
