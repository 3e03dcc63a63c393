// What one version of a pack changes of another: for people before they publish, and for refusing what
// would make records unreadable that are there already. Pure; knows nothing of any store.
#ifndef TRIBUTARY_LEDGER_PACK_DIFF_H
#define TRIBUTARY_LEDGER_PACK_DIFF_H

#include "ledger/pack.h"

//        name      what happened to the place
#define PACK_CHANGES(X)                                                      \
	X(ADDED,    "there is one more")                                     \
	X(REMOVED,  "it is there no more")                                   \
	X(RENAMED,  "it has another name or title")                          \
	X(RETIRED,  "it is kept and not offered any more")                   \
	X(REVIVED,  "it is offered again")                                   \
	X(CHANGED,  "something of it is different")                          \
	X(SIGHT,    "others may read or write it")                           \
	X(REUSED,   "its number stands for something else")

enum pack_change {
#define PACK_CHANGE_ENUM(name, text) PACK_CHANGE_##name,
	PACK_CHANGES(PACK_CHANGE_ENUM)
#undef PACK_CHANGE_ENUM
	PACK_CHANGE_END
};

struct pack_difference {
	enum pack_change change;
	bool forbidden;             // records or figures that are there could not be read any more, or would be shown further down
	const char *place;          // "kinds[member].fields[phone]"
	const char *aspect;         // what of it, by its name in proto/store.proto, such as "lane"; "" where the whole is meant
	const char *before, *after; // of that aspect, as a pack has it; "" where there is none
};

// Both encoded; whoever asks has decoded them before. All of the arena's, in the order of the newer pack.
// ERR_MALFORMED, ERR_BUDGET.
enum err pack_diff(struct span before, struct span after, struct arena *arena, const struct pack_difference **differences,
                   size_t *count);
size_t pack_diff_forbidden(const struct pack_difference *differences, size_t count); // how many are

const char *pack_diff_name(enum pack_change change); // "added"

#endif
