// Whose turn it is when more come at once than a server can serve, as at the end of a month: who cannot be served now is told
// when to come back, and then is served. The moments are spread as the server's own measured work allows, one behind the
// other; so nobody comes twice in vain, and the server is never idle while somebody waits.
//
// A server is full when what came together takes so long to carry out that the others would wait for their answers longer
// than they should; when as many of a batch were let in as it can serve in that time; or when it has no room for another session.
// Until it has seen what a session costs it carries out a few events at a time (turns_batch).
#ifndef TRIBUTARY_SYNC_TURNS_H
#define TRIBUTARY_SYNC_TURNS_H

#include "base/id.h"

#define TURNS_FULL_MS   2000            // a batch of events that takes longer
#define TURNS_FEW       16              // events of a batch while nothing is known
#define TURNS_KEPT_MS   (10 * 60000)    // a promise is kept so long after its moment
#define TURNS_PROMISES  65536           // at once; who is turned away beyond is not known when it comes again

struct turns_promise;

struct turns {
	uint64_t took_ms, at_ms;        // how long batches took of late, and when the last was over
	uint64_t busy_ms, served;       // what work was done for how many sessions, of late
	unsigned admitted;              // since the last batch was over
	uint64_t one_ms;                // what one of many that came together costs; 0: not known
	bool worked;                    // the batch has to do with sessions
	uint64_t next_ms;               // moments before this one are promised to others
	struct turns_promise *promised; // owned; in the order of their moments
	uint64_t turned_away;           // counted
};

void turns_free(struct turns *turns);

void turns_took(struct turns *turns, uint64_t batch_ms, uint64_t now_ms); // another batch was carried out
uint64_t turns_each_ms(const struct turns *turns);                        // the work of one session

void turns_work(struct turns *turns);               // a session says something more: its batch counts as work for sessions
unsigned turns_batch(const struct turns *turns);    // so many events are to be carried out together, at most

// A device greets. 0: it is served now; else it is to come back so many ms from now.
uint64_t turns_ask(struct turns *turns, const struct hash *device, bool room, uint64_t now_ms);

#endif
