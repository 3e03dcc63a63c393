// A state of the store is a tree for each table (io/store_treap), copied on write.
#include "io/store_memory.h"

#include <stdlib.h>

#include "io/store_treap.h"

struct state {
	struct store_treap *root[STORE_TABLE_COUNT];
	size_t bytes;
};

struct memory_txn {
	struct memory_txn *next;
	struct state state;
	enum store_mode mode;
	bool dropped; // a crash took it
};

struct memory_cursor {
	const struct memory_txn *txn;
	enum store_table table;
	const struct store_treap *at;
};

struct store_memory {
	struct store port;
	struct store_treap_pool *pool; // NULL: alone
	struct state committed;
	struct memory_txn *open;
	enum err fail; // of the next commit
	bool fail_applied;
	uint64_t operations, failing; // reads and writes so far; the one that fails, 0: none
	enum err failing_err;
};

// ---- States ----

static struct state state_hold(const struct state *state)
{
	struct state held = *state;
	for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
		store_treap_hold(held.root[i]);
	return held;
}

static void state_release(struct store_treap_pool *pool, struct state *state)
{
	for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
		store_treap_release(pool, state->root[i]);
	*state = (struct state){ .bytes = 0 };
}

// ---- Transactions ----

static struct memory_txn *open_writer(const struct store_memory *memory)
{
	struct memory_txn *txn = memory->open;
	while (txn && (txn->mode == STORE_READ || txn->dropped))
		txn = txn->next;
	return txn;
}

static enum err begin(void *self, enum store_mode mode, void **impl)
{
	struct store_memory *memory = self;
	if (mode == STORE_WRITE && open_writer(memory))
		return ERR_LOCKED;
	struct memory_txn *txn = malloc(sizeof *txn);
	if (!txn)
		return ERR_NOMEM;
	*txn = (struct memory_txn){ .next = memory->open, .state = state_hold(&memory->committed), .mode = mode };
	memory->open = txn;
	*impl = txn;
	return ERR_OK;
}

static void abort_txn(void *self, void *impl)
{
	struct store_memory *memory = self;
	struct memory_txn *txn = impl, **slot = &memory->open;
	while (*slot != txn)
		slot = &(*slot)->next;
	*slot = txn->next;
	state_release(memory->pool, &txn->state);
	free(txn);
}

static enum err commit(void *self, void *impl)
{
	struct store_memory *memory = self;
	struct memory_txn *txn = impl;
	enum err err = txn->dropped ? ERR_IO : memory->fail;
	bool applied = !txn->dropped && (!memory->fail || memory->fail_applied);
	if (!txn->dropped)
		memory->fail = ERR_OK;
	if (applied) {
		struct state old = memory->committed;
		for (size_t i = 0; txn->mode == STORE_WRITE && i < STORE_TABLE_COUNT; i++)
			store_treap_settle(memory->pool, &txn->state.root[i]);
		memory->committed = txn->state;
		txn->state = old;
	}
	abort_txn(self, impl);
	return err;
}

// ---- Reading and writing ----

// Every one of them begins with this.
static enum err operation(struct store_memory *memory, const struct memory_txn *txn)
{
	bool fails = ++memory->operations == memory->failing;
	return txn->dropped ? ERR_IO : fails ? memory->failing_err : ERR_OK;
}

static enum err get(void *self, void *impl, enum store_table table, struct span key, struct span *value)
{
	const struct memory_txn *txn = impl;
	enum err err = operation(self, txn);
	if (err)
		return err;
	const struct store_treap *node = store_treap_find(txn->state.root[table], key);
	if (!node)
		return ERR_NOT_FOUND;
	*value = store_treap_value(node->row);
	return ERR_OK;
}

static size_t row_bytes(const struct store_treap_row *row)
{
	return row->key_size + (size_t)row->value_size;
}

static enum err put(void *self, void *impl, enum store_table table, struct span key, struct span value)
{
	struct store_memory *memory = self;
	struct memory_txn *txn = impl;
	enum err err = operation(memory, txn);
	if (err)
		return err;
	struct store_treap_row *row = store_treap_row_make(key, value), *replaced = NULL;
	if (!row)
		return ERR_NOMEM;
	if (!store_treap_put(&txn->state.root[table], row, &replaced)) {
		store_treap_row_release(memory->pool, row);
		return ERR_NOMEM;
	}
	txn->state.bytes += row_bytes(row);
	if (replaced) {
		txn->state.bytes -= row_bytes(replaced);
		store_treap_row_release(memory->pool, replaced);
	}
	return ERR_OK;
}

static enum err delete(void *self, void *impl, enum store_table table, struct span key)
{
	struct store_memory *memory = self;
	struct memory_txn *txn = impl;
	enum err err = operation(memory, txn);
	if (err)
		return err;
	const struct store_treap *node = store_treap_find(txn->state.root[table], key);
	if (!node)
		return ERR_NOT_FOUND;
	// The key may be borrowed from the very row that goes.
	struct store_treap_row *row = store_treap_row_hold(node->row);
	bool removed = store_treap_remove(memory->pool, &txn->state.root[table], key);
	if (removed)
		txn->state.bytes -= row_bytes(row);
	store_treap_row_release(memory->pool, row);
	return removed ? ERR_OK : ERR_NOMEM;
}

// ---- Walking ----

static enum err stand_on(struct memory_cursor *cursor, const struct store_treap *node, struct span *key, struct span *value)
{
	if (!node)
		return ERR_NOT_FOUND;
	cursor->at = node;
	*key = store_treap_key(node->row);
	*value = store_treap_value(node->row);
	return ERR_OK;
}

static enum err seek(void *self, void *impl, void **cursor, enum store_table table, struct span from, bool back,
                     struct span *key, struct span *value)
{
	const struct memory_txn *txn = impl;
	enum err err = operation(self, txn);
	if (err)
		return err;
	struct memory_cursor *fresh = malloc(sizeof *fresh);
	if (!fresh)
		return ERR_NOMEM;
	*fresh = (struct memory_cursor){ .txn = txn, .table = table, .at = NULL };
	*cursor = fresh;
	return stand_on(fresh, store_treap_near(txn->state.root[table], from, back, true), key, value);
}

static enum err step(void *self, void *impl, bool back, struct span *key, struct span *value)
{
	struct memory_cursor *cursor = impl;
	enum err err = operation(self, cursor->txn);
	if (err)
		return err;
	const struct store_treap *root = cursor->txn->state.root[cursor->table];
	return stand_on(cursor, store_treap_near(root, store_treap_key(cursor->at->row), back, false), key, value);
}

static void cursor_close(void *self, void *cursor)
{
	(void)self;
	free(cursor);
}

static const struct store_ops ops = {
	.begin = begin,
	.commit = commit,
	.abort = abort_txn,
	.get = get,
	.put = put,
	.delete = delete,
	.seek = seek,
	.step = step,
	.cursor_close = cursor_close,
};

// ---- The store as a whole ----

struct store *store_memory_new_in(struct store_treap_pool *pool)
{
	struct store_memory *memory = malloc(sizeof *memory);
	if (!memory)
		return NULL;
	*memory = (struct store_memory){ .port = { .ops = &ops, .self = memory }, .pool = pool, .fail = ERR_OK };
	return &memory->port;
}

struct store *store_memory_new(void) { return store_memory_new_in(NULL); }

void store_memory_free(struct store *store)
{
	if (!store)
		return;
	struct store_memory *memory = store->self;
	while (memory->open)
		abort_txn(memory, memory->open);
	state_release(memory->pool, &memory->committed);
	free(memory);
}

void store_memory_crash(struct store *store)
{
	struct store_memory *memory = store->self;
	struct memory_txn *txn = open_writer(memory);
	if (!txn)
		return;
	txn->dropped = true;
	state_release(memory->pool, &txn->state);
}

void store_memory_fail_next_commit(struct store *store, enum err err, bool applied)
{
	struct store_memory *memory = store->self;
	memory->fail = err;
	memory->fail_applied = applied;
}

void store_memory_fail_operation(struct store *store, uint64_t n, enum err err)
{
	struct store_memory *memory = store->self;
	memory->failing = n ? memory->operations + n : 0;
	memory->failing_err = err;
}

uint64_t store_memory_operations(struct store *store)
{
	const struct store_memory *memory = store->self;
	return memory->operations;
}

struct store *store_memory_snapshot(struct store *store)
{
	const struct store_memory *memory = store->self;
	struct store *copy = store_memory_new_in(memory->pool);
	if (copy)
		((struct store_memory *)copy->self)->committed = state_hold(&memory->committed);
	return copy;
}

size_t store_memory_bytes(struct store *store)
{
	const struct store_memory *memory = store->self;
	return memory->committed.bytes;
}
