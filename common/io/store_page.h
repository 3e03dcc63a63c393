// The pages of an LMDB file, read for damage. LMDB believes whatever stands in them: a page in another's place, or a
// bit turned in where a page leads to, and rows are gone without a word. What a row says of itself is checked by
// io/store_row; here it is checked that the pages which lead to a row are those that were written:
//
//	at opening   the tables' roots and all pages above the leaves (one in a hundred): each is the page that it says it
//	             is, ascends, leads to each page once, to none that is free, and to as many as the table has
//	at reading   a leaf, when something in it is read for the first time: it is the page that it says it is, is as full
//	             as it says, and all its rows ascend and hold
//
// The layout is that of LMDB 0.9 (MDB_DATA_VERSION 1), in the machine's byte order.
#ifndef TRIBUTARY_IO_STORE_PAGE_H
#define TRIBUTARY_IO_STORE_PAGE_H

#include <lmdb.h>

#include "base/store.h"

struct store_page_map {
	const uint8_t *base; // where the file is mapped; NULL: not known yet
	size_t page_bytes;
	uint64_t pages;      // that the map has room for
	uint64_t last;       // page that was ever given out, when it was opened
	uint64_t written;    // pages of the file; what was given out and not used may lie behind them
	uint8_t *held;       // a bit for each leaf that was found whole
	size_t held_bytes;
};

// Where a row is kept, and what it says. The value has its check sum behind it.
typedef void store_page_row(void *self, enum store_table table, struct span key, struct span value);

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
enum err store_page_rescue(const void *file, size_t size, store_page_row *row, void *self, struct store_page_loss *loss);

#endif
