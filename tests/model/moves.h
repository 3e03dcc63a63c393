// What may happen next: each move is one step of one party, taken by the very functions of org/custody.
#ifndef TRIBUTARY_TESTS_MODEL_MOVES_H
#define TRIBUTARY_TESTS_MODEL_MOVES_H

#include "state.h"

// Calm ones use up no bound and give no member away: what everybody does when the weather has cleared and every
// offer is called off. They come to an end by themselves.
//        name                 calm   what is said of it
#define MOVES(X)                                                       \
	X(START,               false, "start")                             \
	X(OFFERS,              false, "offers to")                         \
	X(ACCEPTS,             false, "accepts offer")                     \
	X(ASKS,                true,  "asks to be confirmed")              \
	X(UNIT_HEARS,          true,  "hears record")                      \
	X(UNIT_SAVED,          false, "is backed up")                      \
	X(UNIT_RESTORED,       false, "is restored")                       \
	X(UNIT_REPLACED,       false, "is replaced")                       \
	X(COMMITS,             false, "commits offer")                     \
	X(ABORTS,              true,  "aborts offer")                      \
	X(CONFIRMS,            true,  "confirms the store of")             \
	X(HANDS_OVER,          true,  "hands over the home")               \
	X(REGISTRAR_HEARS,     true,  "registrar hears record")            \
	X(REGISTRAR_SAVED,     false, "registrar is backed up")            \
	X(REGISTRAR_RESTORED,  false, "registrar is restored")             \
	X(TAKES_OVER,          true,  "registrar takes over")              \
	X(COSIGNS,             true,  "witness cosigns")                   \
	X(IS_MOVED,            false, "is moved below another registrar")  \
	X(HEARS_OF_MOVE,       true,  "registrar hears of the move")       \
	X(IS_MERGED,           false, "is merged")                         \
	X(UNIT_HEARS_OF_MERGE, true,  "hears that it was merged")          \
	X(HEARS_OF_MERGE,      true,  "registrar hears of the merge")

enum move_kind {
#define MOVE_ENUM(name, calm, text) MOVE_##name,
	MOVES(MOVE_ENUM)
#undef MOVE_ENUM
};

struct move {
	enum move_kind kind;
	unsigned a, b, c; // whose, of what; what they mean is the move's
};

const char *move_text(enum move_kind kind);
bool move_calm(enum move_kind kind);

// Calls `visit` with each state that one move leads to and that differs from this one.
typedef void move_visit(void *context, const struct move *move, const struct model_state *next);
void moves_each(const struct model_state *state, const struct model_rules *rules, move_visit *visit, void *context);

// All that the unit can say to what is open, said.
void moves_consent(struct model_state *state, unsigned unit);

#endif
