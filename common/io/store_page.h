// The pages of an LMDB file, read for damage. LMDB believes whatever stands in them: a page in another's place, or a
// bit turned in where a page leads to, and rows are gone without a word. What a row says of itself is checked by
// io/store_row; here it is checked that the pages which lead to a row are those that were written:
//
//	at opening   the tables' roots and all pages above the leaves (one in a hundred): each is the page that it says it
//	             is, ascends, leads to each page once, to none that is free, and to as many as the table has
//	at reading   a leaf, when something in it is read for the first time: it is the page that it says it is, is as full
//	             as it says, and all its rows ascend and hold
#ifndef TRIBUTARY_IO_STORE_PAGE_H
#define TRIBUTARY_IO_STORE_PAGE_H

#include <lmdb.h>

#include "io/lmdb_walk.h"

struct store_page_map {
	struct lmdb_file file;
	uint8_t *held; // a bit for each leaf that was found whole
	size_t held_bytes;
};

// Finds where the environment is mapped and looks through all that is above the leaves, as `txn` (which only reads)
// sees it. ERR_CORRUPT, ERR_NOMEM, ERR_IO. The map is good until the environment is closed or mapped anew.
enum err store_page_open(struct store_page_map *map, MDB_env *env, MDB_txn *txn);
void store_page_close(struct store_page_map *map);

// Whether the leaf in which this key stands is whole. One that a transaction has changed and not yet written is.
bool store_page_holds(struct store_page_map *map, enum store_table table, const void *key);
// Whether it is the first of its leaf, so that what comes before it stands in another one.
bool store_page_is_first(const struct store_page_map *map, const void *key);

// Reads every leaf of every table and every row. ERR_CORRUPT: something is not whole.
enum err store_page_check(struct store_page_map *map, MDB_env *env, MDB_txn *txn);

struct store_page_loss {
	bool whole;                   // nothing is damaged
	bool lost[STORE_TABLE_COUNT]; // of which tables something was not found
};

// Of a file that LMDB may not open any more, and that nobody writes: gives each row that holds to `row` (which may be
// NULL). ERR_CORRUPT: its beginning is lost, and with it everything.
enum err store_page_rescue(const void *file, size_t size, lmdb_walk_row *row, void *self, struct store_page_loss *loss);

#endif
