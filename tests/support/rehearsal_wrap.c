// What stands before the functions that can fail, in programs linked with --wrap (tests/CMakeLists.txt): the linker's
// names for it begin with two underscores.
#include "support/rehearsal.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/store.h"

#ifdef TRIBUTARY_REHEARSED

enum what { BEGIN, COMMIT, GET, HAS, PUT, DELETE, CLEAR, NEXT, MALLOC, CALLOC, REALLOC, ALLOC, ARRAY, STRING, COPY };

// ---- The store ----

enum err __real_txn_begin(struct store *store, enum store_mode mode, struct txn *txn);
enum err __wrap_txn_begin(struct store *store, enum store_mode mode, struct txn *txn);
enum err __wrap_txn_begin(struct store *store, enum store_mode mode, struct txn *txn)
{
	if (rehearsal_fails(REHEARSAL_STORE, BEGIN, NULL)) {
		*txn = (struct txn){ .store = store, .impl = NULL, .mode = mode, .err = ERR_IO };
		return ERR_IO;
	}
	return __real_txn_begin(store, mode, txn);
}

enum err __real_txn_commit(struct txn *txn);
enum err __wrap_txn_commit(struct txn *txn);
enum err __wrap_txn_commit(struct txn *txn)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, COMMIT, txn))
		txn_fail(txn, ERR_IO);
	enum err err = __real_txn_commit(txn);
	rehearsal_ended(txn, !err && txn->mode == STORE_WRITE, __builtin_return_address(0));
	return err;
}

void __real_txn_abort(struct txn *txn);
void __wrap_txn_abort(struct txn *txn);
void __wrap_txn_abort(struct txn *txn)
{
	__real_txn_abort(txn);
	rehearsal_ended(txn, false, __builtin_return_address(0));
}

enum err __real_txn_get(struct txn *txn, enum store_table table, struct span key, struct span *value);
enum err __wrap_txn_get(struct txn *txn, enum store_table table, struct span key, struct span *value);
enum err __wrap_txn_get(struct txn *txn, enum store_table table, struct span key, struct span *value)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, GET, txn))
		txn_fail(txn, ERR_IO);
	return __real_txn_get(txn, table, key, value);
}

bool __real_txn_has(struct txn *txn, enum store_table table, struct span key);
bool __wrap_txn_has(struct txn *txn, enum store_table table, struct span key);
bool __wrap_txn_has(struct txn *txn, enum store_table table, struct span key)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, HAS, txn))
		txn_fail(txn, ERR_IO);
	return __real_txn_has(txn, table, key);
}

enum err __real_txn_put(struct txn *txn, enum store_table table, struct span key, struct span value);
enum err __wrap_txn_put(struct txn *txn, enum store_table table, struct span key, struct span value);
enum err __wrap_txn_put(struct txn *txn, enum store_table table, struct span key, struct span value)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, PUT, txn))
		txn_fail(txn, ERR_IO);
	return __real_txn_put(txn, table, key, value);
}

enum err __real_txn_delete(struct txn *txn, enum store_table table, struct span key);
enum err __wrap_txn_delete(struct txn *txn, enum store_table table, struct span key);
enum err __wrap_txn_delete(struct txn *txn, enum store_table table, struct span key)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, DELETE, txn))
		txn_fail(txn, ERR_IO);
	return __real_txn_delete(txn, table, key);
}

enum err __real_txn_clear(struct txn *txn, enum store_table table, struct span prefix);
enum err __wrap_txn_clear(struct txn *txn, enum store_table table, struct span prefix);
enum err __wrap_txn_clear(struct txn *txn, enum store_table table, struct span prefix)
{
	if (!txn->err && rehearsal_fails(REHEARSAL_STORE, CLEAR, txn))
		txn_fail(txn, ERR_IO);
	return __real_txn_clear(txn, table, prefix);
}

bool __real_scan_next(struct scan *scan);
bool __wrap_scan_next(struct scan *scan);
bool __wrap_scan_next(struct scan *scan)
{
	if (!scan->ended && !scan->txn->err && rehearsal_fails(REHEARSAL_STORE, NEXT, scan->txn))
		txn_fail(scan->txn, ERR_IO);
	return __real_scan_next(scan);
}

// ---- Memory ----

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return rehearsal_fails(REHEARSAL_MEMORY, MALLOC, NULL) ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return rehearsal_fails(REHEARSAL_MEMORY, CALLOC, NULL) ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
	return rehearsal_fails(REHEARSAL_MEMORY, REALLOC, NULL) ? NULL : __real_realloc(memory, size);
}

// As when the machine has no memory: the limit is another thing, by which what comes from outside is judged.
static void *starved(struct arena *arena)
{
	arena->starved = true;
	return NULL;
}

void *__real_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
	return rehearsal_fails(REHEARSAL_MEMORY, ALLOC, NULL) ? starved(arena) : __real_arena_alloc(arena, size);
}

void *__real_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
	return rehearsal_fails(REHEARSAL_MEMORY, ARRAY, NULL) ? starved(arena) : __real_arena_array(arena, count, size);
}

char *__real_arena_string(struct arena *arena, struct span text);
char *__wrap_arena_string(struct arena *arena, struct span text);
char *__wrap_arena_string(struct arena *arena, struct span text)
{
	return rehearsal_fails(REHEARSAL_MEMORY, STRING, NULL) ? starved(arena) : __real_arena_string(arena, text);
}

enum err __real_arena_copy(struct arena *arena, struct span bytes, struct span *copy);
enum err __wrap_arena_copy(struct arena *arena, struct span bytes, struct span *copy);
enum err __wrap_arena_copy(struct arena *arena, struct span bytes, struct span *copy)
{
	if (rehearsal_fails(REHEARSAL_MEMORY, COPY, NULL)) {
		starved(arena);
		return ERR_BUDGET;
	}
	return __real_arena_copy(arena, bytes, copy);
}

// ---- Our own bugs ----

void __wrap___assert_fail(const char *what, const char *file, unsigned line, const char *function);
void __wrap___assert_fail(const char *what, const char *file, unsigned line, const char *function)
{
	rehearsal_fell(what, file, line, function);
}

#endif
