// What the nodes of one thread have in common: the contexts of the codec, which are large, scratch that does not outlive an
// event, and packs decoded once. A program has one node and need not know of it; a simulator has hundreds.
#ifndef TRIBUTARY_SYNC_SHARE_H
#define TRIBUTARY_SYNC_SHARE_H

#include "base/arena.h"
#include "ledger/pack_stock.h"
#include "sync/frame.h"

struct share {
	struct frame_codec *codec;
	struct arena arena, frame_arena; // with the node whose event is at hand
	bool lent;
	struct pack_stock packs;
};

struct share *share_new(void); // NULL: out of memory
void share_free(struct share *share); // after the last of its nodes

#endif
