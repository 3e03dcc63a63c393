// What the state of a store should be, found in other ways: by merging its entries again in a random
// order, and by counting figures from records without ledger/metric.
#ifndef TRIBUTARY_TESTS_SIM_ORACLE_H
#define TRIBUTARY_TESTS_SIM_ORACLE_H

#include "actor.h"

// Of a unit, as a store has it: its records, log numbers resolved; all its own cells.
struct oracle_state {
	struct hash records, cells;
};

struct oracle_state oracle_state(struct actor *actor, const struct id *unit);

// The same, of an empty store that takes in what `actor` holds, in a random order.
bool oracle_replay(struct actor *actor, struct random *random, struct oracle_state *state);

//        name            from the records of a unit
#define ORACLE_FIGURES(X) X(meetings_held) X(attendance) X(members) X(activity_days) X(should_attend)

enum oracle_figure {
#define ORACLE_ENUM(name) ORACLE_##name,
	ORACLE_FIGURES(ORACLE_ENUM)
#undef ORACLE_ENUM
	ORACLE_FIGURE_COUNT
};

#define ORACLE_MONTHS 3 // from January 2026: what lies ahead is published when its month comes

struct oracle_figures {
	int64_t value[ORACLE_FIGURE_COUNT][ORACLE_MONTHS];
};

// Counted from the records of the unit in a device's store.
void oracle_count(struct actor *device, const struct id *unit, struct oracle_figures *figures); // adds
// As the store's cells have them. `rollup`: of a server, over the subtree.
bool oracle_read(struct actor *actor, const struct id *unit, bool rollup, struct oracle_figures *figures);
const char *oracle_figure_name(enum oracle_figure figure);

#endif
