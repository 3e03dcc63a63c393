// The trees of an LMDB file, walked for damage: each page is the page that it says it is, ascends, leads to each page once, to
// none that is free, and to as many as the tree has.
#ifndef TRIBUTARY_IO_LMDB_WALK_H
#define TRIBUTARY_IO_LMDB_WALK_H

#include "base/store.h"
#include "io/lmdb_page.h"

// The two pages with which a file begins, written in turn, say what leads to everything: LMDB_META_BYTES of each.
enum {
	LMDB_META_TREES = LMDB_PAGE_NODES + 24,
	LMDB_META_LAST = LMDB_META_TREES + 2 * 48,
	LMDB_META_TXN = LMDB_META_LAST + 8,
	LMDB_META_BYTES = LMDB_META_TXN + 8
};

struct lmdb_tree {
	uint16_t flags, depth;
	uint64_t branches, leaves, entries, root;
};

struct lmdb_heads {
	struct lmdb_tree unused, names;
	uint64_t last;
};

struct lmdb_heads lmdb_heads_at(const uint8_t *meta);

// Where a row is kept, and what it says. The value has its check sum behind it.
typedef void lmdb_walk_row(void *self, enum store_table table, struct span key, struct span value);

// Walks over all tables, then over what is free; with `leaves` reads each row as well and gives it to `row` (which may be NULL).
// Of tables of which something was not found, or that have no name there, `lost` is set. ERR_CORRUPT: something is not whole; ERR_NOMEM.
enum err lmdb_walk_all(const struct lmdb_file *file, const struct lmdb_heads *heads, bool leaves, lmdb_walk_row *row, void *self, bool lost[STORE_TABLE_COUNT]);

#endif
