// Shared by the files of io/store_lmdb alone.
#ifndef TRIBUTARY_IO_STORE_LMDB_INSIDE_H
#define TRIBUTARY_IO_STORE_LMDB_INSIDE_H

#include <lmdb.h>

#include "base/buf.h"
#include "io/store_lmdb.h"
#include "io/store_page.h"

enum { STORE_LMDB_OWN_TABLES = 2 }; // of LMDB itself: what is free, and the names of the others

struct store_lmdb {
	struct store port; // what callers hold; port.self is this
	MDB_env *env;
	MDB_dbi dbi[STORE_TABLE_COUNT];
	enum store_table table_of[STORE_LMDB_OWN_TABLES + STORE_TABLE_COUNT]; // by LMDB's number
	struct store_page_map pages;
	char *dir;
	bool read_only;
	bool map_was_full;    // a transaction ran into the end of the map since it was last grown
	bool map_is_last;     // the machine grants no larger one
	unsigned writes;      // transactions begun for writing
	unsigned open;        // transactions; the map stays as it is while there are any
	struct buf borrowed;  // a row on its way in, should its value lie in a page that the write moves
};

// A transaction, with a place in each table that it has looked into.
struct store_lmdb_txn {
	MDB_txn *txn;
	bool reads;
	MDB_cursor *at[STORE_TABLE_COUNT];
};

// From LMDB's codes and the machine's, both in one int.
enum err store_lmdb_err(int code);
// The same of a write, which may have run out of room.
enum err store_lmdb_written(struct store_lmdb *lmdb, int code);

// Reading, writing and walking: of the port's operations those about rows.
enum err store_lmdb_get(void *self, void *impl, enum store_table table, struct span key, struct span *value);
enum err store_lmdb_put(void *self, void *impl, enum store_table table, struct span key, struct span value);
enum err store_lmdb_delete(void *self, void *impl, enum store_table table, struct span key);
enum err store_lmdb_seek(void *self, void *impl, void **cursor, enum store_table table, struct span from, bool back,
                         struct span *key, struct span *value);
enum err store_lmdb_step(void *self, void *cursor, bool back, struct span *key, struct span *value);
void store_lmdb_cursor_close(void *self, void *cursor);

#endif
