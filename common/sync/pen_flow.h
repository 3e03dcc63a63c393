// What the pen adds to a record's writes, and what it refuses before anything is written: the first state of a
// workflow, the next number of a series, the result of a vote.
#ifndef TRIBUTARY_SYNC_PEN_FLOW_H
#define TRIBUTARY_SYNC_PEN_FLOW_H

#include "sync/pen_inside.h"

struct pen_flow {
	struct pen *pen;
	struct arena *arena;
	const struct pack_kind *kind;
	const struct record *record;     // as it is now
	struct pen_write *writes;        // to be made: those asked for, and what follows from them
	size_t count;
	const struct workflow_move *move; // that they make; NULL: none
};

// ERR_UNAUTHORISED or ERR_CONFLICT with pen->refusal filled in, ERR_BUDGET, or the store's failure.
enum err pen_flow_prepare(struct pen_flow *flow, const struct pen_write *writes, size_t count);

// Is this write part of a move? Those go into one entry, behind all that they rest on.
bool pen_flow_late(const struct pack_kind *kind, uint8_t field);

#endif
