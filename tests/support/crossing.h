// What is under way while the tree changes, played from its first step to its last with the change before each of
// them in turn: a county with two townships and their branches (support/custody_stage), one more, a story, a change.
// Wherever anybody has synced, conservation is asserted at every server.
#ifndef TRIBUTARY_TESTS_CROSSING_H
#define TRIBUTARY_TESTS_CROSSING_H

#include "support/cluster.h"

//        name                what happens to the tree
#define CROSSING_CHANGES(X)                                            \
	X(NOTHING,         "nothing")                                  \
	X(SOURCE_MOVES,    "one goes to the other township")           \
	X(TARGET_MOVES,    "two goes to the other township")           \
	X(SOURCE_MERGES,   "one becomes part of four")                 \
	X(TARGET_MERGES,   "two becomes part of four")                 \
	X(TOGETHER,        "one becomes part of two")                  \
	X(SOURCE_SPLITS,   "one is split into four and five")          \
	X(TARGET_SPLITS,   "two is split into four and five")          \
	X(SOURCE_CLOSES,   "one is closed")                            \
	X(TARGET_CLOSES,   "two is closed")                            \
	X(OFFICE_MERGES,   "east becomes part of west")                \
	X(OTHER_MERGES,    "west becomes part of east")

enum crossing_change {
#define CROSSING_ENUM(name, text) CROSSING_##name,
	CROSSING_CHANGES(CROSSING_ENUM)
#undef CROSSING_ENUM
	CROSSING_END
};

const char *crossing_text(enum crossing_change change);

struct crossing {
	struct cluster *play;
	struct actor *county, *east, *west;
	struct actor *one, *two, *three, *four; // branches: three under west, the others under east
	struct id five;                         // under east, without devices
	enum crossing_change change;
	bool changed;                           // it has come
	struct id matter, other;                // whatever the story keeps
	unsigned count;
};

// A step of a story: somebody does something, or somebody syncs. What is refused by then is no failure of the stage.
struct crossing_step {
	const char *what;
	void (*act)(struct crossing *it);
};

struct crossing_story {
	const char *pack;                       // the path of its YAML; NULL: the party branch's
	void (*prepare)(struct crossing *it);   // before anything is under way
	const struct crossing_step *steps;
	size_t step_count;
	void (*ends)(struct crossing *it);      // everybody has synced; again when everything was computed anew
};

// Each change of the list, before each step and behind the last: of these every third, so that every change and every
// step is met; all of them with CROSSINGS=all in the environment (`ninja crossings_whole`), one change with its text.
void crossing_play(const struct crossing_story *story, const enum crossing_change *changes, size_t change_count);

void crossing_all(struct crossing *it);     // everybody, until all that can be known is known
void crossing_rebuild(struct crossing *it); // every store, from its logs

// Steps: one hop of one actor.
void crossing_one(struct crossing *it);
void crossing_two(struct crossing *it);
void crossing_three(struct crossing *it);
void crossing_east(struct crossing *it);
void crossing_west(struct crossing *it);

// The actors, for asking each of them.
#define CROSSING_ACTORS 7
void crossing_actors(struct crossing *it, struct actor *list[static CROSSING_ACTORS]); // branches first

#endif
