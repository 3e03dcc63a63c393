// A store that counts what is asked of the one behind it.
#ifndef TRIBUTARY_TESTS_STORE_COUNTING_H
#define TRIBUTARY_TESTS_STORE_COUNTING_H

#include "base/store.h"

struct store_counting {
	struct store front;
	struct store *inner;
	size_t operations; // gets, puts, deletes, and steps of walks
};

struct store *store_counting_open(struct store_counting *counting, struct store *inner); // gives &counting->front

#endif
