// What the reader of a frame is sure to hold already: the newest entries of the writer's own logs, right
// before those that the frame brings. They stand in front of the compressor, so that a small frame says
// only what is new: names, places and phrases of a ledger come again and again.
//
// Both sides pack them alike, unless one of them has erased an entry; a digest tells. A reader that holds
// something else says so (ERR_GAP) and is sent the entries again, without a history.
#ifndef TRIBUTARY_SYNC_FRAME_HISTORY_H
#define TRIBUTARY_SYNC_FRAME_HISTORY_H

#include "log/journal.h"

#define FRAME_HISTORY_LOGS  2
#define FRAME_HISTORY_BYTES (32 * 1024) // of one log

struct frame_history {
	size_t count;
	struct {
		enum lane lane; // of the device and life that the session is about
		uint64_t end;   // entries before this one
	} log[FRAME_HISTORY_LOGS];
};

// Names a log, if there is room and it has a history that is worth its while: sealed entries have none.
void frame_history_add(struct frame_history *history, enum lane lane, uint64_t end);

// Appends the bytes that both sides put in front. ERR_GAP: not all of it is held here.
enum err frame_history_load(struct txn *txn, const struct logname *home, const struct frame_history *history,
                            struct buf *bytes);

#endif
