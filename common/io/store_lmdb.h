// The store port over LMDB: one directory, one environment, one named database a table.
//
// The map is address space and not file: data.mdb is as long as what it holds, and only pages
// touched are resident. So it starts at 64 GiB, which no store of this system outgrows unawares,
// and halves until the machine grants it. Should a store come near its map's end the map doubles
// before the next write transaction; a transaction that runs into the end is ERR_AGAIN, and
// running it again finds room (ERR_FULL when the machine grants no larger map).
//
// Several processes may open one store (a command line beside a running server). Within one
// process it is opened once, and a handle belongs to one thread. A forked child opens its own.
//
// Commits are durable when they return (LMDB's default sync mode; DESIGN 12).
#ifndef TRIBUTARY_IO_STORE_LMDB_H
#define TRIBUTARY_IO_STORE_LMDB_H

#include <stddef.h>

#include "base/store.h"

struct store_lmdb_options {
	bool read_only;  // nothing is created; a directory without a store is ERR_NOT_FOUND
	size_t map_size; // to start with; 0: as much as the machine grants, at most 64 GiB
};

// NULL options are all zero. The directory is made with mode 0700 when it is missing (its parents
// too), files with 0600. ERR_VERSION: read only, and the store lacks a table known here.
enum err store_lmdb_open(const char *dir, const struct store_lmdb_options *options, struct store **store);
void store_lmdb_close(struct store *store); // no transaction is open; NULL is harmless

// A durable copy without free pages, as of one commit, into a directory that is missing or holds
// no store (else ERR_EXISTS). What it makes is a store like any other.
enum err store_lmdb_copy(struct store *store, const char *dir);

// Reads every row of every table, and counts them. ERR_CORRUPT: the file is not what was written (io/store_rescue).
enum err store_lmdb_check(struct store *store);

// The number of the last commit, whoever made it: while it stays, nothing has changed.
uint64_t store_lmdb_version(struct store *store);

// Bytes that the store occupies, free pages included, and the bytes of address it may grow into.
void store_lmdb_size(struct store *store, uint64_t *used, uint64_t *mapped);

#endif
