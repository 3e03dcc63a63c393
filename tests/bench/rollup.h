// What a changed cell costs a server that sums many branches.
#ifndef TRIBUTARY_TESTS_ROLLUP_H
#define TRIBUTARY_TESTS_ROLLUP_H

#include <stddef.h>

struct rollup_cost {
	double seconds;    // of one changed cell
	double busy;       // of processor time
	double operations; // of the store: gets, puts, deletes, steps
};

#define ROLLUP_ROUNDS 3

// Branches below 100 townships below a county, each with a first tally of 40 cells; then in each round
// `changes` branches change ten cells each, 100 tallies to a commit, and the county's own is made.
void rollup_measure(const char *dir, unsigned branches, unsigned changes, struct rollup_cost costs[static ROLLUP_ROUNDS]);

#endif
