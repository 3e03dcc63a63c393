#include "io/lmdb_walk.h"

#include <stdlib.h>

#include "io/store_row.h"

// How LMDB keeps what it knows of a table.
enum { TREE_FLAGS = 4, TREE_DEPTH = 6, TREE_BRANCHES = 8, TREE_LEAVES = 16, TREE_ENTRIES = 32, TREE_ROOT = 40, TREE_BYTES = 48 };
enum { DEPTH_MOST = 32 };
_Static_assert(LMDB_META_LAST == LMDB_META_TREES + 2 * TREE_BYTES, "two trees in each head");

static struct lmdb_tree tree_at(const uint8_t *at)
{
	return (struct lmdb_tree){ .flags = lmdb_page_u16(at + TREE_FLAGS), .depth = lmdb_page_u16(at + TREE_DEPTH), .branches = lmdb_page_u64(at + TREE_BRANCHES),
		.leaves = lmdb_page_u64(at + TREE_LEAVES), .entries = lmdb_page_u64(at + TREE_ENTRIES), .root = lmdb_page_u64(at + TREE_ROOT) };
}

struct lmdb_heads lmdb_heads_at(const uint8_t *meta)
{
	return (struct lmdb_heads){ .unused = tree_at(meta + LMDB_META_TREES), .names = tree_at(meta + LMDB_META_TREES + TREE_BYTES),
		.last = lmdb_page_u64(meta + LMDB_META_LAST) };
}

struct walk {
	struct lmdb_tree tables[STORE_TABLE_COUNT];
	bool named[STORE_TABLE_COUNT];
	const struct lmdb_file *file;
	uint8_t *seen;            // a bit for each page that something led to
	uint64_t branches, leaves, entries;
	bool whole, numbers;      // of `numbers`: see lmdb_page_compare
	// What is done with each leaf that a tree leads to; NULL: they are not read.
	void (*leaf)(struct walk *walk, const uint8_t *page, uint64_t number);
	enum store_table table;
	lmdb_walk_row *row;
	void *self;
};

// Each page is led to once.
static bool take(struct walk *walk, uint64_t number)
{
	if (number < 2 || number > walk->file->last || walk->seen[number / 8] >> number % 8 & 1)
		return false;
	walk->seen[number / 8] = (uint8_t)(walk->seen[number / 8] | 1u << number % 8);
	return true;
}

// Keys of what is led to lie within those of the node that leads there.
static bool lies_within(const struct walk *walk, const uint8_t *page, size_t first, struct span from, struct span below)
{
	size_t count = lmdb_page_count(page);
	if (count <= first)
		return true;
	return (!from.size || lmdb_page_compare(lmdb_page_key(lmdb_page_node(page, first)), from, walk->numbers) >= 0) &&
	       (!below.size || lmdb_page_compare(lmdb_page_key(lmdb_page_node(page, count - 1)), below, walk->numbers) < 0);
}

static void walk_leaf(struct walk *walk, uint64_t number, struct span from, struct span below)
{
	const uint8_t *page = walk->file->base + number * walk->file->page_bytes;
	walk->leaves++;
	if (!walk->leaf)
		return;
	if (lmdb_page_is_whole(walk->file, page, number, true) && lmdb_page_ascends(page, true, walk->numbers) && lies_within(walk, page, 0, from, below))
		walk->leaf(walk, page, number);
	else
		walk->whole = false;
}

static void walk_page(struct walk *walk, uint64_t number, unsigned depth, struct span from, struct span below)
{
	const uint8_t *page = walk->file->base + number % walk->file->pages * walk->file->page_bytes;
	if (number >= walk->file->written || !take(walk, number)) {
		walk->whole = false;
		return;
	}
	if (depth == 1) {
		walk_leaf(walk, number, from, below);
		return;
	}
	walk->branches++;
	if (!lmdb_page_is_whole(walk->file, page, number, false) || !lmdb_page_ascends(page, false, walk->numbers) || !lies_within(walk, page, 1, from, below)) {
		walk->whole = false;
		return;
	}
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		const uint8_t *node = lmdb_page_node(page, i);
		uint64_t next = lmdb_page_u32(node) | (uint64_t)lmdb_page_u16(node + LMDB_NODE_FLAGS) << 32;
		walk_page(walk, next, depth - 1, i ? lmdb_page_key(node) : from, i + 1 < count ? lmdb_page_key(lmdb_page_node(page, i + 1)) : below);
	}
}

static void walk_tree(struct walk *walk, const struct lmdb_tree *tree)
{
	walk->branches = walk->leaves = 0;
	if (tree->depth > DEPTH_MOST || !tree->depth != (tree->root == UINT64_MAX) || !tree->depth != !tree->entries)
		walk->whole = false;
	else if (tree->depth)
		walk_page(walk, tree->root, tree->depth, span_of(NULL, 0), span_of(NULL, 0));
	if (walk->branches != tree->branches || walk->leaves != tree->leaves)
		walk->whole = false;
}

// What is free is led to by nothing: a list of page numbers behind their count.
static void take_unused(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		struct span list;
		if (!lmdb_page_value(walk->file, lmdb_page_node(page, i), &list) || list.size < 8 || lmdb_page_u64(list.data) != list.size / 8 - 1) {
			walk->whole = false;
			continue;
		}
		for (size_t at = 8; at + 8 <= list.size; at += 8)
			walk->whole &= take(walk, lmdb_page_u64(list.data + at));
	}
}

static void give_rows(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		const uint8_t *node = lmdb_page_node(page, i);
		struct span row, value;
		if (!lmdb_page_value(walk->file, node, &row) || store_row_open(walk->table, lmdb_page_key(node), row, &value))
			walk->whole = false;
		else if (walk->row)
			walk->row(walk->self, walk->table, lmdb_page_key(node), value);
		walk->entries++;
	}
}

// The names of the tables, with where each begins.
static void take_names(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		const uint8_t *node = lmdb_page_node(page, i);
		struct span value;
		if (!(lmdb_page_u16(node + LMDB_NODE_FLAGS) & LMDB_NODE_TABLE) || !lmdb_page_value(walk->file, node, &value) || value.size != TREE_BYTES)
			continue;
		for (int table = 0; table < STORE_TABLE_COUNT; table++)
			if (span_equal(lmdb_page_key(node), span_string(store_table_name((enum store_table)table)))) {
				walk->tables[table] = tree_at(value.data);
				walk->named[table] = true;
			}
	}
}

static void walk_tables(struct walk *walk, bool leaves, bool lost[STORE_TABLE_COUNT])
{
	const bool so_far = walk->whole;
	bool all = so_far;
	walk->leaf = leaves ? give_rows : NULL;
	for (int i = 0; i < STORE_TABLE_COUNT; i++) {
		const struct lmdb_tree *tree = &walk->tables[i];
		lost[i] = !walk->named[i];
		if (lost[i])
			continue; // an older store; that no name was damaged is looked at when tables are opened
		walk->table = (enum store_table)i;
		walk->entries = 0;
		walk->whole = true;
		walk_tree(walk, tree);
		lost[i] = !walk->whole || tree->flags != 0 || (leaves && walk->entries != tree->entries);
		all &= !lost[i];
	}
	walk->whole = all;
}

enum err lmdb_walk_all(const struct lmdb_file *file, const struct lmdb_heads *heads, bool leaves, lmdb_walk_row *row, void *self, bool lost[STORE_TABLE_COUNT])
{
	struct walk walk = { .file = file, .whole = true, .seen = calloc((size_t)(file->last / 8 + 1), 1), .row = row, .self = self };
	if (!walk.seen)
		return ERR_NOMEM;
	walk.leaf = take_names;
	walk_tree(&walk, &heads->names);
	walk_tables(&walk, leaves, lost);
	walk.leaf = take_unused;
	walk.numbers = true;
	walk_tree(&walk, &heads->unused);
	free(walk.seen);
	return walk.whole ? ERR_OK : ERR_CORRUPT;
}
