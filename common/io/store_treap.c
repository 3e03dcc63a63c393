#include "io/store_treap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_PLACES_FIRST = 1024 };

// Two hash tables by content, chained through what they hold. The content of a settled tree is its row and its sides, which
// are there once, so their addresses say what they are.
struct store_treap_pool {
	struct store_treap_row **rows;
	struct store_treap **trees;
	size_t row_places, tree_places; // powers of two
	size_t row_count, tree_count;
};

// ---- Hashes ----

// MurmurHash3's finaliser.
static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

// FNV-1a, then mixed: neighbouring keys must not have neighbouring priorities.
static uint64_t priority_of(struct span key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < key.size; i++)
		hash = (hash ^ key.data[i]) * UINT64_C(0x100000001b3);
	return mix(hash);
}

// Eight bytes at a time: every committed row is hashed whole.
static uint64_t row_hash(const struct store_treap_row *row)
{
	struct span value = store_treap_value(row);
	uint64_t hash = row->priority ^ value.size;
	size_t i = 0;
	for (; i + sizeof(uint64_t) <= value.size; i += sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, value.data + i, sizeof word);
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	for (; i < value.size; i++)
		hash = (hash ^ value.data[i]) * UINT64_C(0x100000001b3);
	return mix(hash);
}

static uint64_t tree_hash(const struct store_treap *tree)
{
	uint64_t hash = mix((uint64_t)(uintptr_t)tree->row);
	hash = mix(hash ^ (uint64_t)(uintptr_t)tree->side[0]);
	return mix(hash ^ (uint64_t)(uintptr_t)tree->side[1]);
}

static bool same_row(const struct store_treap_row *a, const struct store_treap_row *b)
{
	return a->key_size == b->key_size && a->value_size == b->value_size && memcmp(a->bytes, b->bytes, a->key_size + (size_t)a->value_size) == 0;
}

static bool same_tree(const struct store_treap *a, const struct store_treap *b)
{
	return a->row == b->row && a->side[0] == b->side[0] && a->side[1] == b->side[1];
}

// ---- The pool ----

struct store_treap_pool *store_treap_pool_new(void)
{
	struct store_treap_pool *pool = calloc(1, sizeof *pool);
	if (!pool)
		return NULL;
	pool->row_places = pool->tree_places = POOL_PLACES_FIRST;
	pool->rows = calloc(pool->row_places, sizeof(struct store_treap_row *));
	pool->trees = calloc(pool->tree_places, sizeof(struct store_treap *));
	if (pool->rows && pool->trees)
		return pool;
	free(pool->rows);
	free(pool->trees);
	free(pool);
	return NULL;
}

void store_treap_pool_free(struct store_treap_pool *pool)
{
	if (!pool)
		return;
	assert(pool->row_count == 0 && pool->tree_count == 0);
	free(pool->rows);
	free(pool->trees);
	free(pool);
}

static struct store_treap_row **row_place(const struct store_treap_pool *pool, const struct store_treap_row *row)
{
	return &pool->rows[row_hash(row) & (pool->row_places - 1)];
}

static struct store_treap **tree_place(const struct store_treap_pool *pool, const struct store_treap *tree)
{
	return &pool->trees[tree_hash(tree) & (pool->tree_places - 1)];
}

// Without memory its chains grow longer.
static void grow_rows(struct store_treap_pool *pool)
{
	struct store_treap_pool larger = { .row_places = 2 * pool->row_places };
	larger.rows = calloc(larger.row_places, sizeof(struct store_treap_row *));
	for (size_t i = 0; larger.rows && i < pool->row_places; i++)
		for (struct store_treap_row *row = pool->rows[i], *next; row; row = next) {
			struct store_treap_row **place = row_place(&larger, row);
			next = row->next;
			row->next = *place;
			*place = row;
		}
	if (!larger.rows)
		return;
	free(pool->rows);
	pool->rows = larger.rows;
	pool->row_places = larger.row_places;
}

static void grow_trees(struct store_treap_pool *pool)
{
	struct store_treap_pool larger = { .tree_places = 2 * pool->tree_places };
	larger.trees = calloc(larger.tree_places, sizeof(struct store_treap *));
	for (size_t i = 0; larger.trees && i < pool->tree_places; i++)
		for (struct store_treap *tree = pool->trees[i], *next; tree; tree = next) {
			struct store_treap **place = tree_place(&larger, tree);
			next = tree->next;
			tree->next = *place;
			*place = tree;
		}
	if (!larger.trees)
		return;
	free(pool->trees);
	pool->trees = larger.trees;
	pool->tree_places = larger.tree_places;
}

static void forget_row(struct store_treap_pool *pool, const struct store_treap_row *row)
{
	struct store_treap_row **slot = row_place(pool, row);
	while (*slot != row)
		slot = &(*slot)->next;
	*slot = row->next;
	pool->row_count--;
}

static void forget_tree(struct store_treap_pool *pool, const struct store_treap *tree)
{
	struct store_treap **slot = tree_place(pool, tree);
	while (*slot != tree)
		slot = &(*slot)->next;
	*slot = tree->next;
	pool->tree_count--;
}

// ---- Rows ----

struct span store_treap_key(const struct store_treap_row *row)
{
	return span_of(row->bytes, row->key_size);
}

struct span store_treap_value(const struct store_treap_row *row)
{
	return span_of(row->bytes + row->key_size, row->value_size);
}

struct store_treap_row *store_treap_row_make(struct span key, struct span value)
{
	if (key.size > UINT8_MAX || value.size > UINT32_MAX)
		return NULL;
	struct store_treap_row *row = malloc(sizeof *row + key.size + value.size);
	if (!row)
		return NULL;
	*row = (struct store_treap_row){ .refs = 1, .priority = priority_of(key), .key_size = (uint8_t)key.size, .value_size = (uint32_t)value.size };
	memcpy(row->bytes, key.data, key.size);
	if (value.size)
		memcpy(row->bytes + key.size, value.data, value.size);
	return row;
}

struct store_treap_row *store_treap_row_hold(struct store_treap_row *row)
{
	row->refs++;
	return row;
}

void store_treap_row_release(struct store_treap_pool *pool, struct store_treap_row *row)
{
	if (--row->refs > 0)
		return;
	if (row->pooled)
		forget_row(pool, row);
	free(row);
}

// The same row of another store, where there is one; else this one, which others may find.
static struct store_treap_row *settle_row(struct store_treap_pool *pool, struct store_treap_row *row)
{
	if (row->pooled)
		return row;
	if (pool->row_count >= pool->row_places)
		grow_rows(pool);
	struct store_treap_row **place = row_place(pool, row);
	for (struct store_treap_row *found = *place; found; found = found->next)
		if (same_row(found, row)) {
			store_treap_row_release(pool, row);
			return store_treap_row_hold(found);
		}
	row->next = *place;
	row->pooled = true;
	*place = row;
	pool->row_count++;
	return row;
}

// ---- Nodes ----

struct store_treap *store_treap_hold(struct store_treap *tree)
{
	if (tree)
		tree->refs++;
	return tree;
}

void store_treap_release(struct store_treap_pool *pool, struct store_treap *tree)
{
	if (!tree || --tree->refs)
		return;
	if (tree->pooled)
		forget_tree(pool, tree);
	store_treap_release(pool, tree->side[0]);
	store_treap_release(pool, tree->side[1]);
	store_treap_row_release(pool, tree->row);
	free(tree);
}

// Takes over the row.
static struct store_treap *node_make(struct store_treap_row *row)
{
	struct store_treap *node = malloc(sizeof *node);
	if (node)
		*node = (struct store_treap){ .refs = 1, .row = row };
	return node;
}

// Makes the node in a slot the slot's own. Whoever holds the slot owns everything above it.
static bool own(struct store_treap **slot)
{
	struct store_treap *shared = *slot;
	if (shared->refs == 1 && !shared->pooled)
		return true;
	assert(shared->refs > 1); // who writes holds what was committed besides
	struct store_treap *copy = node_make(shared->row);
	if (!copy)
		return false;
	store_treap_row_hold(copy->row);
	copy->side[0] = store_treap_hold(shared->side[0]);
	copy->side[1] = store_treap_hold(shared->side[1]);
	shared->refs--;
	*slot = copy;
	return true;
}

void store_treap_settle(struct store_treap_pool *pool, struct store_treap **slot)
{
	struct store_treap *tree = *slot;
	if (!pool || !tree || tree->pooled)
		return;
	tree->row = settle_row(pool, tree->row);
	store_treap_settle(pool, &tree->side[0]);
	store_treap_settle(pool, &tree->side[1]);
	if (pool->tree_count >= pool->tree_places)
		grow_trees(pool);
	struct store_treap **place = tree_place(pool, tree);
	for (struct store_treap *found = *place; found; found = found->next)
		if (same_tree(found, tree)) {
			*slot = store_treap_hold(found);
			store_treap_release(pool, tree);
			return;
		}
	tree->next = *place;
	tree->pooled = true;
	*place = tree;
	pool->tree_count++;
}

// ---- Looking up ----

const struct store_treap *store_treap_find(const struct store_treap *tree, struct span key)
{
	while (tree) {
		int order = span_compare(key, store_treap_key(tree->row));
		if (order == 0)
			return tree;
		tree = tree->side[order > 0];
	}
	return NULL;
}

const struct store_treap *store_treap_near(const struct store_treap *tree, struct span key, bool back, bool including)
{
	const struct store_treap *best = NULL;
	while (tree) {
		int order = span_compare(store_treap_key(tree->row), key);
		if (order == 0 && including)
			return tree;
		bool fits = back ? order < 0 : order > 0;
		if (fits)
			best = tree;
		tree = tree->side[fits == back];
	}
	return best;
}

// ---- Changing ----

// Lifts the child on `side` above its parent; both are owned.
static void rotate(struct store_treap **slot, int side)
{
	struct store_treap *parent = *slot, *child = parent->side[side];
	parent->side[side] = child->side[!side];
	child->side[!side] = parent;
	*slot = child;
}

bool store_treap_put(struct store_treap **slot, struct store_treap_row *row, struct store_treap_row **replaced)
{
	if (!*slot) {
		*slot = node_make(row);
		return *slot != NULL;
	}
	if (!own(slot))
		return false;
	struct store_treap *node = *slot;
	int order = span_compare(store_treap_key(row), store_treap_key(node->row));
	if (order == 0) {
		*replaced = node->row;
		node->row = row;
		return true;
	}
	int side = order > 0;
	if (!store_treap_put(&node->side[side], row, replaced))
		return false;
	if (node->side[side]->row->priority > node->row->priority)
		rotate(slot, side);
	return true;
}

// Sinks the node of the key until it has one child at most, and unlinks it.
bool store_treap_remove(struct store_treap_pool *pool, struct store_treap **slot, struct span key)
{
	for (;;) {
		if (!own(slot))
			return false;
		struct store_treap *node = *slot;
		int order = span_compare(key, store_treap_key(node->row));
		if (order != 0) {
			slot = &node->side[order > 0];
			continue;
		}
		if (!node->side[0] || !node->side[1]) {
			*slot = node->side[!node->side[0]];
			node->side[0] = node->side[1] = NULL;
			store_treap_release(pool, node);
			return true;
		}
		int higher = node->side[1]->row->priority > node->side[0]->row->priority;
		if (!own(&node->side[higher]))
			return false;
		rotate(slot, higher);
		slot = &(*slot)->side[!higher];
	}
}
