// When a server last heard of a unit: by its own clock, whatever the unit's say. Not computed from
// entries, so a rebuild leaves it alone.
//
//	META "heard/" ‖ unit id[16] → time u64 (ms)
#ifndef TRIBUTARY_SYNC_HEARD_H
#define TRIBUTARY_SYNC_HEARD_H

#include "base/id.h"
#include "base/store.h"

// Written at most once in this time for each unit, so that a session with nothing to say stays cheap.
#define HEARD_STEP_MS (UINT64_C(60) * 60 * 1000)

enum err heard_note(struct txn *txn, const struct id *unit, uint64_t now_ms);
// 0: nothing was ever heard of it here.
enum err heard_last(struct txn *txn, const struct id *unit, uint64_t *ms);

#endif
