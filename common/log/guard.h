// The guard: a small file outside the store that remembers which life of the store this is and
// how much of its logs others may have seen. At start the two are compared: a store that has less
// than was ever shown was restored or copied, and must not append under its old name (DESIGN 3).
//
// Order on every device: commit → guard → send. The guard therefore covers everything that ever
// left the device; entries that were written and never shown may be lost with a restored store,
// but can never fork a log. It is written before a send, not at every write.
//
// File, big-endian: "TGRD" ‖ version u8 ‖ machine[32] ‖ incarnation[16] ‖ sizes u64 × 6 (by lane; in version 1: 5)
// ‖ BLAKE2b-256 over all before it
#ifndef TRIBUTARY_LOG_GUARD_H
#define TRIBUTARY_LOG_GUARD_H

#include "base/id.h"
#include "log/lane.h"

#define GUARD_BYTES (4 + 1 + 32 + 16 + 8 * 6 + 32)

struct guard {
	struct hash machine;    // digest of what the machine calls itself
	struct id incarnation;
	uint64_t shown[LANE_END]; // by lane: the size of the device's own log that others may have seen
};

enum guard_verdict {
	GUARD_SAME,      // go on
	GUARD_RESTORED,  // the store is older than what was shown, or the guard is gone or damaged
	GUARD_COPIED,    // another machine
};

void guard_encode(const struct guard *guard, uint8_t bytes[static GUARD_BYTES]);
enum err guard_decode(struct span bytes, struct guard *guard); // ERR_MALFORMED, ERR_CORRUPT, ERR_VERSION

// `file` is NULL where there was no readable file. `store` has the sizes found in the store;
// a store without any entry of its own and no file is GUARD_SAME (it is new).
enum guard_verdict guard_judge(const struct guard *file, const struct guard *store);

#endif
