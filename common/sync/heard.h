// When a server last heard of a unit: by its own clock, whatever the unit's say. Not computed from
// entries, so a rebuild leaves it alone.
//
//	META "heard/" ‖ unit id[16] → time u64 (ms)
//	META "clock/" ‖ unit id[16] ‖ device key[32] → i64 (minutes): how far the clock of a device differs, which it tells when it
//	                                               greets; ahead is positive. No row: less than the slack
#ifndef TRIBUTARY_SYNC_HEARD_H
#define TRIBUTARY_SYNC_HEARD_H

#include "base/id.h"
#include "base/store.h"

// Written at most once in this time for each unit, so that a session with nothing to say stays cheap.
#define HEARD_STEP_MS (UINT64_C(60) * 60 * 1000)

enum err heard_note(struct txn *txn, const struct id *unit, uint64_t now_ms);
// 0: nothing was ever heard of it here.
enum err heard_last(struct txn *txn, const struct id *unit, uint64_t *ms);

// Differences below this are the road's.
#define HEARD_CLOCK_SLACK_MS (UINT64_C(5) * 60 * 1000)

// 0: it did not say.
enum err heard_clock_note(struct txn *txn, const struct id *unit, const struct hash *device, uint64_t said_ms, uint64_t now_ms);
// The furthest of any of the unit's devices, in minutes. 0: none.
enum err heard_clock_last(struct txn *txn, const struct id *unit, int64_t *ahead, int64_t *behind);

#endif
