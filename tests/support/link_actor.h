// Actors on a stage of links: each has an identity, a link and ears. Nobody acts but when all are polled.
#ifndef TRIBUTARY_TESTS_LINK_ACTOR_H
#define TRIBUTARY_TESTS_LINK_ACTOR_H

#include "io/link.h"
#include "support/support.h"

#define LINK_ACTOR_HEARD 4096
#define LINK_ACTOR_GUESTS 8
#define LINK_ACTOR_TEXT 64
#define LINK_ACTOR_ADDRESS 128

struct link_heard {
	enum event_kind kind;
	uint64_t link;
	enum node_door door;
	struct hash curve;
	size_t size;
	char text[LINK_ACTOR_TEXT]; // the beginning, NUL-terminated
};

struct link_actor {
	const char *name;
	struct identity identity;
	struct link *link;
	char sync[LINK_ACTOR_ADDRESS], porch[LINK_ACTOR_ADDRESS];          // where a server listens
	struct hash guests[LINK_ACTOR_GUESTS];               // whom it admits
	size_t guest_count;
	uint64_t asked;                                      // how often admission was asked for
	struct link_heard heard[LINK_ACTOR_HEARD];
	size_t heard_count, heard_next;
};

// A server listens on loopback at ports of its own, a client nowhere. Freed by link_actor_leave.
struct link_actor *link_actor_enter(const char *name, bool server);
void link_actor_leave(struct link_actor *actor);
void link_actor_invite(struct link_actor *server, const struct link_actor *guest);
void link_actor_call(struct link_actor *client, const struct link_actor *server, enum node_door door);

void link_actor_say(struct link_actor *actor, enum node_door door, uint64_t link, const char *text);
void link_actor_send(struct link_actor *actor, enum node_door door, uint64_t link, struct span bytes);

// Lets everybody act until `who` hears something of that kind, at most 5 s; NULL: nothing of the kind came.
// What was heard before it and not waited for is forgotten.
const struct link_heard *link_actor_wait(struct link_actor *who, enum event_kind kind, struct link_actor *const *all,
                                         size_t count);
// Lets everybody act for a while.
void link_actor_idle(struct link_actor *const *all, size_t count, int ms);

#endif
