// What the machine's TCP knows and can do of one connection, by its number: patience that suits the road, whether anything
// moves at all, parts of messages included, and for how long nothing was heard from the other machine.
#ifndef TRIBUTARY_IO_ROAD_H
#define TRIBUTARY_IO_ROAD_H

#include <stdbool.h>
#include <stdint.h>

// Pauses of TCP between two tries, bounded by how long the road is: on a short one a cut costs a second more than it lasts.
#define ROAD_PAUSE_LEAST_MS 1000 // the machine takes no less
#define ROAD_PAUSE_MOST_MS  8000 // after a stall of 20 s it would sleep another 20

void road_tune(int connection);                                    // what this machine does not know stays as it was
unsigned road_pause_ms(uint64_t round_trip_ms, uint64_t least_ms); // that suits: by the trip of late and the quickest ever
void road_suit(int connection, unsigned pause_ms);
uint64_t road_moved(int connection); // bytes received and bytes of ours that were confirmed; 0: no such connection

struct road {
	uint64_t round_trip_ms; // of late
	uint64_t least_ms;      // the quickest ever
	uint64_t pause_ms;      // until what was not confirmed goes again
	uint64_t quiet_ms;      // since anything came, a bare confirmation included
	uint64_t sent_ms;       // since something was sent, for the first time or again
	bool unconfirmed;       // something of ours is
};
bool road_look(int connection, struct road *road); // false: no such connection

// While an answer is waited for the machine there is asked often whether it is still there, else now and then: no program has to
// answer that, and it costs 40 bytes each way.
#define ROAD_ASK_S 2
void road_ask_often(int connection, bool often);

void road_abandon(int connection); // what was not confirmed is not tried again once it is closed

#endif
