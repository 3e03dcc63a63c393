// Whose turn it is when more come at once than a server can serve, as at the end of a month: who cannot be served now is told
// when to come back, and then is served. The moments are spread as the server's own measured work allows, one behind the
// other; so nobody comes twice in vain, and the server is never idle while somebody waits.
//
// A server is full when what came together takes so long to carry out that the others would wait for their answers longer
// than they should; or when it has no room for another session.
#ifndef TRIBUTARY_SYNC_TURNS_H
#define TRIBUTARY_SYNC_TURNS_H

#include "base/id.h"

#define TURNS_FULL_MS   2000            // a batch of events that takes longer
#define TURNS_KEPT_MS   (10 * 60000)    // a promise is kept so long after its moment
#define TURNS_PROMISES  65536           // at once; who is turned away beyond is not known when it comes again

struct turns_promise;

struct turns {
	uint64_t took_ms, at_ms;        // how long batches took of late, and when the last was over
	uint64_t busy_ms, served;       // what work was done for how many sessions, of late
	uint64_t next_ms;               // moments before this one are promised to others
	struct turns_promise *promised; // owned; in the order of their moments
	uint64_t turned_away;           // counted
};

void turns_free(struct turns *turns);

void turns_took(struct turns *turns, uint64_t batch_ms, uint64_t now_ms); // another batch was carried out
uint64_t turns_each_ms(const struct turns *turns);                        // the work of one session

// A device greets. 0: it is served now; else it is to come back so many ms from now.
uint64_t turns_ask(struct turns *turns, const struct hash *device, bool room, uint64_t now_ms);

#endif
