// Every table is a treap (Seidel and Aragon, 1996) that is copied on write: nodes count who
// holds them, and a writer changes in place only what it alone holds, all the way from the root.
// So a reader is a count on each root, an abort forgets the new roots, a snapshot shares the old.
//
// A node's priority is a hash of its key: one set of keys is one tree, whatever its history.
#include "io/store_memory.h"

#include <assert.h>
#define HASH_NONFATAL_OOM 1
#include <stdlib.h>
#include <uthash.h>

enum { POOLED_BYTES = 4096 }; // smaller pairs are not looked for in a pool

// Large pairs of several stores that are the same: a pack of 60 KiB, say, in the stores of a whole tree.
struct pooled {
	struct store_memory_pool *pool;
	struct pair *pair;
	UT_hash_handle hh; // by the pair's bytes
};

struct store_memory_pool {
	struct pooled *pairs;
};

// A pair, shared by all copies of its node; never changed.
struct pair {
	size_t refs;
	struct pooled *pooled; // NULL: in no pool
	uint64_t priority;
	size_t key_size;
	size_t value_size;
	uint8_t bytes[]; // key, then value
};

struct node {
	size_t refs;
	struct pair *pair;
	struct node *side[2]; // smaller, greater; no child's priority is above its parent's
};

struct state {
	struct node *root[STORE_TABLE_COUNT];
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
	const struct node *at;
};

struct store_memory {
	struct store port;
	struct store_memory_pool *pool; // NULL: alone
	struct state committed;
	struct memory_txn *open;
	enum err fail; // of the next commit
	bool fail_applied;
	uint64_t operations, failing; // reads and writes so far; the one that fails, 0: none
	enum err failing_err;
};

// ---- Pairs and nodes ----

static struct span pair_key(const struct pair *pair)
{
	return span_of(pair->bytes, pair->key_size);
}

static struct span pair_value(const struct pair *pair)
{
	return span_of(pair->bytes + pair->key_size, pair->value_size);
}

// FNV-1a, then MurmurHash3's finaliser: neighbouring keys must not have neighbouring priorities.
static uint64_t priority_of(struct span key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < key.size; i++)
		hash = (hash ^ key.data[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

static struct pair *pair_make(struct span key, struct span value)
{
	if (value.size > SIZE_MAX - key.size - sizeof(struct pair))
		return NULL;
	struct pair *pair = malloc(sizeof *pair + key.size + value.size);
	if (!pair)
		return NULL;
	*pair = (struct pair){ .refs = 1, .priority = priority_of(key), .key_size = key.size, .value_size = value.size };
	memcpy(pair->bytes, key.data, key.size);
	if (value.size)
		memcpy(pair->bytes + key.size, value.data, value.size);
	return pair;
}

static void pair_release(struct pair *pair)
{
	if (--pair->refs > 0)
		return;
	if (pair->pooled) {
		HASH_DEL(pair->pooled->pool->pairs, pair->pooled);
		free(pair->pooled);
	}
	free(pair);
}

// The same pair of another store, where there is one; else this one, which others may find. Without memory it stays alone.
static struct pair *pair_share(struct store_memory_pool *pool, struct pair *pair)
{
	struct pooled *found;
	size_t size = pair->key_size + pair->value_size;
	if (!pool || size < POOLED_BYTES)
		return pair;
	HASH_FIND(hh, pool->pairs, pair->bytes, size, found);
	if (found && found->pair->key_size == pair->key_size) {
		found->pair->refs++;
		pair_release(pair);
		return found->pair;
	}
	struct pooled *fresh = found ? NULL : calloc(1, sizeof *fresh);
	if (!fresh)
		return pair;
	*fresh = (struct pooled){ .pool = pool, .pair = pair };
	HASH_ADD_KEYPTR(hh, pool->pairs, pair->bytes, size, fresh);
	if (fresh->hh.tbl)
		pair->pooled = fresh;
	else
		free(fresh);
	return pair;
}

static struct node *node_hold(struct node *node)
{
	if (node)
		node->refs++;
	return node;
}

static void node_release(struct node *node)
{
	if (!node || --node->refs)
		return;
	node_release(node->side[0]);
	node_release(node->side[1]);
	pair_release(node->pair);
	free(node);
}

// Takes over the pair.
static struct node *node_make(struct pair *pair)
{
	struct node *node = malloc(sizeof *node);
	if (node)
		*node = (struct node){ .refs = 1, .pair = pair, .side = { NULL, NULL } };
	return node;
}

// Makes the node in a slot the slot's own. Whoever holds the slot owns everything above it.
static bool node_own(struct node **slot)
{
	struct node *shared = *slot;
	if (shared->refs == 1)
		return true;
	struct node *own = node_make(shared->pair);
	if (!own)
		return false;
	own->pair->refs++;
	own->side[0] = node_hold(shared->side[0]);
	own->side[1] = node_hold(shared->side[1]);
	shared->refs--;
	*slot = own;
	return true;
}

// ---- The treap ----

// Lifts the child on `side` above its parent; both are owned.
static void rotate(struct node **slot, int side)
{
	struct node *parent = *slot, *child = parent->side[side];
	parent->side[side] = child->side[!side];
	child->side[!side] = parent;
	*slot = child;
}

static struct node *tree_find(struct node *node, struct span key)
{
	while (node) {
		int order = span_compare(key, pair_key(node->pair));
		if (order == 0)
			return node;
		node = node->side[order > 0];
	}
	return NULL;
}

// The neighbour of a key, the key itself included or not.
static const struct node *tree_near(const struct node *node, struct span key, bool back, bool including)
{
	const struct node *best = NULL;
	while (node) {
		int order = span_compare(pair_key(node->pair), key);
		if (order == 0 && including)
			return node;
		bool fits = back ? order < 0 : order > 0;
		if (fits)
			best = node;
		node = node->side[fits == back];
	}
	return best;
}

// Puts a pair in, taking it over. *replaced is the pair that stood there; the caller releases it.
static bool tree_put(struct node **slot, struct pair *pair, struct pair **replaced)
{
	if (!*slot) {
		*slot = node_make(pair);
		return *slot != NULL;
	}
	if (!node_own(slot))
		return false;
	struct node *node = *slot;
	int order = span_compare(pair_key(pair), pair_key(node->pair));
	if (order == 0) {
		*replaced = node->pair;
		node->pair = pair;
		return true;
	}
	int side = order > 0;
	if (!tree_put(&node->side[side], pair, replaced))
		return false;
	if (node->side[side]->pair->priority > node->pair->priority)
		rotate(slot, side);
	return true;
}

// Sinks the node of the key, which is there, until it has one child at most, and unlinks it.
static bool tree_remove(struct node **slot, struct span key)
{
	for (;;) {
		if (!node_own(slot))
			return false;
		struct node *node = *slot;
		int order = span_compare(key, pair_key(node->pair));
		if (order != 0) {
			slot = &node->side[order > 0];
			continue;
		}
		if (!node->side[0] || !node->side[1]) {
			*slot = node->side[!node->side[0]];
			node->side[0] = node->side[1] = NULL;
			node_release(node);
			return true;
		}
		int higher = node->side[1]->pair->priority > node->side[0]->pair->priority;
		if (!node_own(&node->side[higher]))
			return false;
		rotate(slot, higher);
		slot = &(*slot)->side[!higher];
	}
}

// ---- States ----

static struct state state_hold(const struct state *state)
{
	struct state held = *state;
	for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
		node_hold(held.root[i]);
	return held;
}

static void state_release(struct state *state)
{
	for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
		node_release(state->root[i]);
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
	state_release(&txn->state);
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
	const struct node *node = tree_find(txn->state.root[table], key);
	if (!node)
		return ERR_NOT_FOUND;
	*value = pair_value(node->pair);
	return ERR_OK;
}

static enum err put(void *self, void *impl, enum store_table table, struct span key, struct span value)
{
	struct memory_txn *txn = impl;
	enum err err = operation(self, txn);
	if (err)
		return err;
	struct pair *pair = pair_make(key, value), *replaced = NULL;
	if (!pair)
		return ERR_NOMEM;
	pair = pair_share(((struct store_memory *)self)->pool, pair);
	if (!tree_put(&txn->state.root[table], pair, &replaced)) {
		pair_release(pair);
		return ERR_NOMEM;
	}
	txn->state.bytes += pair->key_size + pair->value_size;
	if (replaced) {
		txn->state.bytes -= replaced->key_size + replaced->value_size;
		pair_release(replaced);
	}
	return ERR_OK;
}

static enum err delete(void *self, void *impl, enum store_table table, struct span key)
{
	struct memory_txn *txn = impl;
	enum err err = operation(self, txn);
	if (err)
		return err;
	const struct node *node = tree_find(txn->state.root[table], key);
	if (!node)
		return ERR_NOT_FOUND;
	// The key may be borrowed from the very pair that goes.
	struct pair *pair = node->pair;
	pair->refs++;
	bool removed = tree_remove(&txn->state.root[table], key);
	if (removed)
		txn->state.bytes -= pair->key_size + pair->value_size;
	pair_release(pair);
	return removed ? ERR_OK : ERR_NOMEM;
}

// ---- Walking ----

static enum err stand_on(struct memory_cursor *cursor, const struct node *node, struct span *key, struct span *value)
{
	if (!node)
		return ERR_NOT_FOUND;
	cursor->at = node;
	*key = pair_key(node->pair);
	*value = pair_value(node->pair);
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
	return stand_on(fresh, tree_near(txn->state.root[table], from, back, true), key, value);
}

static enum err step(void *self, void *impl, bool back, struct span *key, struct span *value)
{
	struct memory_cursor *cursor = impl;
	enum err err = operation(self, cursor->txn);
	if (err)
		return err;
	const struct node *root = cursor->txn->state.root[cursor->table];
	return stand_on(cursor, tree_near(root, pair_key(cursor->at->pair), back, false), key, value);
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

struct store *store_memory_new_in(struct store_memory_pool *pool)
{
	struct store_memory *memory = malloc(sizeof *memory);
	if (!memory)
		return NULL;
	*memory = (struct store_memory){ .port = { .ops = &ops, .self = memory }, .pool = pool, .fail = ERR_OK };
	return &memory->port;
}

struct store *store_memory_new(void) { return store_memory_new_in(NULL); }

struct store_memory_pool *store_memory_pool_new(void)
{
	return calloc(1, sizeof(struct store_memory_pool));
}

void store_memory_pool_free(struct store_memory_pool *pool)
{
	assert(!pool || !pool->pairs);
	free(pool);
}

void store_memory_free(struct store *store)
{
	if (!store)
		return;
	struct store_memory *memory = store->self;
	while (memory->open)
		abort_txn(memory, memory->open);
	state_release(&memory->committed);
	free(memory);
}

void store_memory_crash(struct store *store)
{
	struct memory_txn *txn = open_writer(store->self);
	if (!txn)
		return;
	txn->dropped = true;
	state_release(&txn->state);
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
