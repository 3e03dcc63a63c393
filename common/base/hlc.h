// Hybrid logical time (Kulkarni et al. 2014): 48 bits of milliseconds since 1970, 16 of counter.
// It orders ties and is shown to people; causality comes from preds, never from here.
#ifndef TRIBUTARY_BASE_HLC_H
#define TRIBUTARY_BASE_HLC_H

#include <stdint.h>

#define HLC_COUNTER_BITS 16

// How far ahead of our own clock another's time may pull us. A clock years off can lose a tie
// but never drags the others along (DESIGN 6).
#define HLC_MAX_PULL_MS (5 * 60 * 1000)

static inline uint64_t hlc_of_ms(uint64_t ms) { return ms << HLC_COUNTER_BITS; }
static inline uint64_t hlc_ms(uint64_t hlc) { return hlc >> HLC_COUNTER_BITS; }

// The next local time: strictly after `last`, not before the wall clock.
uint64_t hlc_tick(uint64_t last, uint64_t now_ms);

// Having seen `seen` from elsewhere: the greatest of the three that we are willing to adopt.
uint64_t hlc_see(uint64_t last, uint64_t now_ms, uint64_t seen);

#endif
