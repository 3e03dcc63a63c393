// The store port in memory, with the semantics of a crash: what a simulator stands its hundreds
// of nodes on. Readers see the last commit, as in LMDB; a second write transaction, which LMDB
// would make wait for ever in one thread, is ERR_LOCKED. For one thread.
#ifndef TRIBUTARY_IO_STORE_MEMORY_H
#define TRIBUTARY_IO_STORE_MEMORY_H

#include <stddef.h>

#include "base/store.h"

struct store_treap_pool;

struct store *store_memory_new(void); // NULL when memory is out
void store_memory_free(struct store *store);

// Stores of one pool (io/store_treap) hold what they have in common once: a simulator's stores are nearly one another's copies.
struct store *store_memory_new_in(struct store_treap_pool *pool); // NULL: alone

// The process dies: an open write transaction is gone, and whoever still holds it gets ERR_IO
// from it and ends it as usual. What was committed stays.
void store_memory_crash(struct store *store);

// The next commit gives `err`, having taken effect or not.
void store_memory_fail_next_commit(struct store *store, enum err err, bool applied);

// The n-th read or write from now (1: the next) gives `err`, once; 0: none does. What was read and written so far.
void store_memory_fail_operation(struct store *store, uint64_t n, enum err err);
uint64_t store_memory_operations(struct store *store);

// A store of its own with what is committed now: a backup to be restored, a copied disk.
// Costs nothing per key; NULL when memory is out.
struct store *store_memory_snapshot(struct store *store);

// Bytes of all committed keys and values.
size_t store_memory_bytes(struct store *store);

#endif
