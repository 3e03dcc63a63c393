// How fast a session's road is, learnt from when answers come, and what follows from it: how much is said or asked for at
// once, when the next may follow, and how long an answer may take. Every message of ours is answered in turn, so the time from one
// answer to the next is the time that the road took for what lay between, wherever it is slow.
//
// A frame is what the road carries in about PACE_FRAME_MS: then what is lost with a connection is little, what is small never
// waits long behind what is large, and the ends hear of each other often enough to know that the road still stands.
#ifndef TRIBUTARY_SYNC_PACE_H
#define TRIBUTARY_SYNC_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define PACE_FRAME_MS     1500
#define PACE_LEAST_BYTES  (16 * 1024) // of a frame: less would be mostly signatures and proofs
#define PACE_RATIO        16          // a ratio of one
#define PACE_UNDER_WAY    16          // messages that are told apart

// One direction.
struct pace_way {
	uint64_t rate;         // bytes a second; 0: not known yet
	uint64_t last;         // as the last measurement alone has it; 0: there was none since it was taken
	uint64_t bytes, ms;    // of a measurement that is not long enough yet
	unsigned ratio;        // bytes before packing for 16 packed ones
};

struct pace {
	struct pace_way up, down;
	struct {
		size_t bytes;
		uint64_t at_ms;
	} said[PACE_UNDER_WAY];    // a ring: not answered yet
	size_t first, count;
	size_t bytes;          // of them all
	uint64_t answered_ms;  // when the last answer came
	uint64_t least_ms;     // between word and answer; UINT64_MAX: not known
};

void pace_init(struct pace *pace);  // nothing is known
void pace_begin(struct pace *pace); // a new connection: nothing is under way; what was learnt is kept

void pace_said(struct pace *pace, size_t bytes, uint64_t now_ms);
void pace_answered(struct pace *pace, size_t bytes, uint64_t now_ms); // what is not an answer is not told here
void pace_packed(struct pace_way *way, size_t raw, size_t packed);    // how well a frame could be packed

uint64_t pace_taken(struct pace_way *way); // the last measurement, told once; 0: none since
size_t pace_frame(const struct pace_way *way); // bytes before packing that make a frame for that direction
size_t pace_room(const struct pace *pace);     // packed bytes to ask for in one answer
uint64_t pace_free_ms(const struct pace *pace);     // when the road is ready for more; 0: it is; UINT64_MAX: an answer will tell
uint64_t pace_patience_ms(const struct pace *pace); // how long to wait for the next answer
bool pace_far(const struct pace *pace);             // it pays to ask before the last answer is here

#endif
