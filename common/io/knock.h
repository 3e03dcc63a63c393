// A connection may be lost without a word: a router forgot it, an address changed. Whoever waits cannot tell that from a stall,
// in which patience is right. So while a connection is silent that should not be, another one is tried beside it, and dropped
// as soon as it stands or is turned away:
//
//	not answered either            the road stands still: patience, whatever it takes
//	answered, and the first speaks again when TCP tries once more       nothing was lost
//	answered, and it does not      it is lost; a new one will do better
//
// A try is one empty packet and its answer, no more often than the road has time to answer.
#ifndef TRIBUTARY_IO_KNOCK_H
#define TRIBUTARY_IO_KNOCK_H

#include "io/road.h"

#define KNOCK_LOOK_MS 50 // while one is tried, it is looked at so often

struct knock {
	int socket;            // a try under way; -1: none
	uint64_t owed_ms;      // since when something is owed to us; 0: nothing is
	uint64_t tried_ms;     // when the last try began; 0: none since it fell silent
	uint64_t answered_ms;  // when one was answered; 0: none was
};

void knock_init(struct knock *knock);
void knock_stop(struct knock *knock); // as after knock_init

// Judges by what the machine knows of the connection; `waiting`: an answer of the program there is due. The answer to a try is
// noted in answered_ms by the caller. Touches nothing but *knock.
enum knock_verdict { KNOCK_FINE, KNOCK_TRY, KNOCK_LOST };
enum knock_verdict knock_judge(struct knock *knock, const struct road *road, bool waiting, uint64_t now_ms);

// The same with a connection of the machine and real tries. True: it is lost.
bool knock_lost(struct knock *knock, int connection, bool waiting, uint64_t now_ms);

#endif
