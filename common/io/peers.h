// Who is connected at one door. ZeroMQ's routing ids can be chosen and squatted by a peer, so they
// are addresses and never identity: a link is a routing id together with the authenticated CURVE
// key, and gets a number that is never used again. The same routing id under another key is another
// link, and the former one is down.
//
// Bounded: when full, the link that was silent longest makes room.
#ifndef TRIBUTARY_IO_PEERS_H
#define TRIBUTARY_IO_PEERS_H

#include "base/id.h"

#define PEERS_ROUTE_MAX 255 // bytes of a routing id, as ZeroMQ bounds it

#define PEERS_OF_ONE_KEY 16 // links under one key; a further one takes the place of its oldest

struct peer;

struct peers {
	struct peer *by_route;    // owned
	struct peer *by_link;     // the same rows
	struct peer *oldest, *newest;
	size_t count;
	size_t max;               // count never exceeds it
	// Told of a link that is gone for another reason than peers_forget().
	void (*gone)(void *context, uint64_t link);
	void *context;
};

void peers_init(struct peers *peers, size_t max, void (*gone)(void *context, uint64_t link), void *context);
void peers_free(struct peers *peers); // nobody is told

// Is this a link that there is already?
bool peers_knows(const struct peers *peers, struct span route, const struct hash *curve, int socket);

// The link of a message that came: known, or new with the number *next, which then grows.
// ERR_NOMEM. `socket` is the machine's number of the connection (-1: not known).
enum err peers_hear(struct peers *peers, struct span route, const struct hash *curve, int socket, uint64_t *next,
                    uint64_t *link);
// For a new link with that key: loses the one that must make room, if any, and gives its connection; else -1.
int peers_make_room(struct peers *peers, const struct hash *curve);
int peers_socket(const struct peers *peers, uint64_t link); // its connection; -1: not known
// Where to send; false when the link is gone. Borrowed until the next change.
bool peers_route(const struct peers *peers, uint64_t link, struct span *route);
void peers_forget(struct peers *peers, uint64_t link);        // nobody is told
void peers_lose(struct peers *peers, uint64_t link);          // `gone` is told
void peers_lose_socket(struct peers *peers, int socket);      // every link over that connection

#endif
