// Members at a second unit: what people ask for, and what a store then does by itself.
//
//	home branch    attaches a member (a record of its own) ── letter: guest ──▶ second unit
//	second unit    accepts or refuses (a record of its own) ── letter: answer ──▶ home branch
//	second unit    the guest came to something ── letter: activity ──▶ home branch: a record of its own
#ifndef TRIBUTARY_SYNC_PEN_PRESENCE_H
#define TRIBUTARY_SYNC_PEN_PRESENCE_H

#include "ledger/pack_presence.h"
#include "org/presence.h"
#include "sync/pen.h"

//        name       why a wish is not fulfilled
#define PEN_PRESENCE_REFUSALS(X)                                      \
	X(NO_KINDS,  "the pack has no attachments, or no guests")     \
	X(NOT_HERE,  "no such member is at home here")                \
	X(OWN_UNIT,  "that is the member's own unit")                 \
	X(CLOSED,    "the unit is closed")                            \
	X(DAYS,      "the last day lies before the first")            \
	X(NOT_THERE, "the member is not attached to that unit")       \
	X(NO_GUEST,  "no branch has attached such a member to this unit") \
	X(TAKEN_BACK, "the home branch has taken it back")

enum pen_presence_refusal {
	PEN_PRESENCE_DONE = 0,
#define PEN_PRESENCE_ENUM(name, text) PEN_PRESENCE_##name,
	PEN_PRESENCE_REFUSALS(PEN_PRESENCE_ENUM)
#undef PEN_PRESENCE_ENUM
	PEN_PRESENCE_END
};

const char *pen_presence_refusal_name(enum pen_presence_refusal refusal); // "DONE" for none

// Days; until 0: open. A member who is attached there already is so from `from` to `until` now.
enum err pen_presence_attach(struct pen *pen, const struct id *member, const struct id *to, int32_t from, int32_t until,
                             enum pen_presence_refusal *refusal);
enum err pen_presence_detach(struct pen *pen, const struct id *member, const struct id *to, int32_t until,
                             enum pen_presence_refusal *refusal);
// A guest whom `home` (the author of that word) has attached to our unit.
enum err pen_presence_answer(struct pen *pen, const struct presence_word *guest, bool accept, enum pen_presence_refusal *refusal);

bool pen_presence_is_due(struct txn *txn);
enum err pen_presence_due(struct pen *pen);

// How the word of a home branch stands at the second unit.
enum pen_presence_state { PEN_PRESENCE_OPEN, PEN_PRESENCE_ACCEPTED, PEN_PRESENCE_REFUSED, PEN_PRESENCE_ENDED };
enum err pen_presence_guest(struct txn *txn, const struct pack *pack, const struct id *unit, const struct presence_word *guest,
                            struct arena *arena, enum pen_presence_state *state);

#endif
