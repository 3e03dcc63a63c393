// An ordered table in memory: a treap (Seidel and Aragon, 1996) that is copied on write. Nodes count who holds them, and a
// writer changes in place only what it alone holds, all the way from the root. So a reader is a count on each root, an abort
// forgets the new roots, a snapshot shares the old.
//
// A node's priority is a hash of its key, so one set of rows is one tree, whatever its history. In a pool equal rows, and equal
// trees of them, are there once: tables that have most of their rows in common take hardly more room than one.
#ifndef TRIBUTARY_IO_STORE_TREAP_H
#define TRIBUTARY_IO_STORE_TREAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

// A row; never changed.
struct store_treap_row {
	struct store_treap_row *next; // of its place in the pool
	uint64_t priority;
	uint32_t refs;
	uint32_t value_size;
	uint8_t key_size;
	bool pooled;
	uint8_t bytes[]; // key, then value
};

struct store_treap {
	struct store_treap *next; // of its place in the pool
	struct store_treap_row *row;
	struct store_treap *side[2]; // smaller, greater; no child's priority is above its parent's
	uint32_t refs;
	bool pooled; // and so is all below it, and never changed again
};

struct store_treap_pool;

struct store_treap_pool *store_treap_pool_new(void);              // NULL when memory is out
void store_treap_pool_free(struct store_treap_pool *pool);        // when nothing is left in it

struct span store_treap_key(const struct store_treap_row *row);
struct span store_treap_value(const struct store_treap_row *row);
struct store_treap_row *store_treap_row_make(struct span key, struct span value); // NULL when memory is out
struct store_treap_row *store_treap_row_hold(struct store_treap_row *row);

// `pool` is that of all the trees of one store; NULL: alone.
void store_treap_row_release(struct store_treap_pool *pool, struct store_treap_row *row);
struct store_treap *store_treap_hold(struct store_treap *tree); // NULL: empty
void store_treap_release(struct store_treap_pool *pool, struct store_treap *tree);

const struct store_treap *store_treap_find(const struct store_treap *tree, struct span key);
// The neighbour of a key, the key itself included or not.
const struct store_treap *store_treap_near(const struct store_treap *tree, struct span key, bool back, bool including);

// Puts a row in, taking it over. *replaced is the row that stood there; the caller releases it. False: memory is out.
bool store_treap_put(struct store_treap **tree, struct store_treap_row *row, struct store_treap_row **replaced);
// Of a key that is there.
bool store_treap_remove(struct store_treap_pool *pool, struct store_treap **tree, struct span key);

// What a commit leaves: the same tree of the pool, where it has one; else this one, which others may find.
void store_treap_settle(struct store_treap_pool *pool, struct store_treap **tree);

#endif
