#include "io/store_page.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/store_row.h"

// A page begins with its number, two bytes unused, what it is, and from where to where it is free. The places of its
// nodes ascend by key from there; the nodes themselves fill its end, without gaps.
enum { AT_FLAGS = 10, AT_LOWER = 12, AT_UPPER = 14, AT_NODES = 16 };
enum { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_OVERFLOW = 4, PAGE_META = 8 };
// A node: 32 bits of size (of a branch: with the flags 48 of where it leads), flags, size of key, key, value.
enum { NODE_FLAGS = 4, NODE_KEY_SIZE = 6, NODE_KEY = 8 };
enum { NODE_ELSEWHERE = 1, NODE_TABLE = 2 }; // the value stands in pages of its own; is a table
// How LMDB keeps what it knows of a table.
enum { TREE_FLAGS = 4, TREE_DEPTH = 6, TREE_BRANCHES = 8, TREE_LEAVES = 16, TREE_ENTRIES = 32, TREE_ROOT = 40, TREE_BYTES = 48 };
// The two pages with which a file begins, written in turn.
enum { META_TREES = AT_NODES + 24, META_LAST = META_TREES + 2 * TREE_BYTES, META_TXN = META_LAST + 8, META_BYTES = META_TXN + 8 };
#define META_MAGIC 0xBEEFC0DEu
enum { META_VERSION = 1, DEPTH_MOST = 32 };

static uint16_t u16_at(const uint8_t *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static uint32_t u32_at(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static uint64_t u64_at(const uint8_t *at)
{
	uint64_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

struct tree {
	uint16_t flags, depth;
	uint64_t branches, leaves, entries, root;
};

static struct tree tree_at(const uint8_t *at)
{
	return (struct tree){ .flags = u16_at(at + TREE_FLAGS), .depth = u16_at(at + TREE_DEPTH), .branches = u64_at(at + TREE_BRANCHES),
		.leaves = u64_at(at + TREE_LEAVES), .entries = u64_at(at + TREE_ENTRIES), .root = u64_at(at + TREE_ROOT) };
}

// ---- A page ----

static size_t node_count(const uint8_t *page)
{
	return (u16_at(page + AT_LOWER) - (size_t)AT_NODES) / 2;
}

static const uint8_t *node_at(const uint8_t *page, size_t i)
{
	return page + u16_at(page + AT_NODES + 2 * i);
}

static struct span node_key(const uint8_t *node)
{
	return span_of(node + NODE_KEY, u16_at(node + NODE_KEY_SIZE));
}

static size_t node_bytes(const uint8_t *node, bool leaf)
{
	size_t value = !leaf ? 0 : u16_at(node + NODE_FLAGS) & NODE_ELSEWHERE ? sizeof(uint64_t) : u32_at(node);
	size_t bytes = NODE_KEY + u16_at(node + NODE_KEY_SIZE) + value;
	return bytes + bytes % 2;
}

// That it is the page which it should be, and its nodes fill exactly what is not free.
static bool is_whole(const struct store_page_map *map, const uint8_t *page, uint64_t number, bool leaf)
{
	const size_t lower = u16_at(page + AT_LOWER), upper = u16_at(page + AT_UPPER);
	if (u64_at(page) != number || u16_at(page + AT_FLAGS) != (leaf ? PAGE_LEAF : PAGE_BRANCH))
		return false;
	if (lower <= AT_NODES || lower % 2 || upper < lower || upper > map->page_bytes)
		return false;
	size_t filled = 0;
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		size_t at = u16_at(page + AT_NODES + 2 * i);
		if (at < upper || at + NODE_KEY > map->page_bytes || at % 2)
			return false;
		size_t bytes = node_bytes(page + at, leaf);
		if (bytes > map->page_bytes - at)
			return false;
		filled += bytes;
	}
	return filled == map->page_bytes - upper;
}

// Keys of LMDB's list of what is free are numbers, in the machine's order.
static int compare(struct span a, struct span b, bool numbers)
{
	if (!numbers || a.size != sizeof(uint64_t) || b.size != sizeof(uint64_t))
		return span_compare(a, b);
	return (u64_at(a.data) > u64_at(b.data)) - (u64_at(a.data) < u64_at(b.data));
}

static bool ascends(const uint8_t *page, bool leaf, bool numbers)
{
	for (size_t i = leaf ? 1 : 2, count = node_count(page); i < count; i++) // the first key of a branch is none
		if (compare(node_key(node_at(page, i - 1)), node_key(node_at(page, i)), numbers) >= 0)
			return false;
	return true;
}

// The value of a leaf's node, wherever it stands. False where it leads to what cannot be it.
static bool node_value(const struct store_page_map *map, const uint8_t *node, struct span *value)
{
	const uint8_t *inside = node + NODE_KEY + u16_at(node + NODE_KEY_SIZE);
	const size_t size = u32_at(node);
	*value = span_of(inside, size);
	if (!(u16_at(node + NODE_FLAGS) & NODE_ELSEWHERE))
		return true;
	uint64_t number = u64_at(inside);
	if (number < 2 || number >= map->written)
		return false;
	const uint8_t *page = map->base + number * map->page_bytes;
	uint64_t pages = u32_at(page + AT_LOWER);
	*value = span_of(page + AT_NODES, size);
	return u64_at(page) == number && u16_at(page + AT_FLAGS) == PAGE_OVERFLOW && pages && pages <= map->written - number &&
	       size <= pages * map->page_bytes - AT_NODES;
}

static bool rows_hold(const struct store_page_map *map, enum store_table table, const uint8_t *page)
{
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		const uint8_t *node = node_at(page, i);
		struct span row, value;
		// What stands elsewhere is checked when it is read.
		if (!(u16_at(node + NODE_FLAGS) & NODE_ELSEWHERE) && (!node_value(map, node, &row) || store_row_open(table, node_key(node), row, &value)))
			return false;
	}
	return true;
}

// ---- Leaves, as they are read ----

// The page around an address within the map; NULL for what a transaction keeps beside it.
static const uint8_t *page_around(const struct store_page_map *map, const void *address, uint64_t *number)
{
	if (!map->base)
		return NULL;
	uintptr_t offset = (uintptr_t)address - (uintptr_t)map->base;
	*number = offset / map->page_bytes;
	return *number < map->pages ? map->base + *number * map->page_bytes : NULL;
}

static bool was_held(const struct store_page_map *map, uint64_t number)
{
	return number / 8 < map->held_bytes && map->held[number / 8] >> number % 8 & 1;
}

// Without memory it is looked at again.
static void remember(struct store_page_map *map, uint64_t number)
{
	if (number / 8 >= map->held_bytes) {
		size_t bytes = (size_t)(number / 8 + 1) * 2;
		uint8_t *longer = realloc(map->held, bytes);
		if (!longer)
			return;
		memset(longer + map->held_bytes, 0, bytes - map->held_bytes);
		map->held = longer;
		map->held_bytes = bytes;
	}
	map->held[number / 8] = (uint8_t)(map->held[number / 8] | 1u << number % 8);
}

bool store_page_holds(struct store_page_map *map, enum store_table table, const void *key)
{
	uint64_t number;
	const uint8_t *page = page_around(map, key, &number);
	if (!page || was_held(map, number))
		return true;
	if (!is_whole(map, page, number, true) || !ascends(page, true, false) || !rows_hold(map, table, page))
		return false;
	remember(map, number);
	return true;
}

bool store_page_is_first(const struct store_page_map *map, const void *key)
{
	uint64_t number;
	const uint8_t *page = page_around(map, key, &number);
	return page && node_at(page, 0) + NODE_KEY == (const uint8_t *)key;
}

// ---- Trees ----

struct walk {
	struct tree tables[STORE_TABLE_COUNT];
	bool named[STORE_TABLE_COUNT];
	struct store_page_map *map;
	uint8_t *seen;            // a bit for each page that something led to
	uint64_t branches, leaves, entries;
	bool whole, numbers;      // of `numbers`: see compare
	// What is done with each leaf that a tree leads to; NULL: they are not read.
	void (*leaf)(struct walk *walk, const uint8_t *page, uint64_t number);
	enum store_table table;
	store_page_row *row;
	void *self;
};

// Each page is led to once.
static bool take(struct walk *walk, uint64_t number)
{
	if (number < 2 || number > walk->map->last || walk->seen[number / 8] >> number % 8 & 1)
		return false;
	walk->seen[number / 8] = (uint8_t)(walk->seen[number / 8] | 1u << number % 8);
	return true;
}

// Keys of what is led to lie within those of the node that leads there.
static bool lies_within(const struct walk *walk, const uint8_t *page, size_t first, struct span from, struct span below)
{
	size_t count = node_count(page);
	if (count <= first)
		return true;
	return (!from.size || compare(node_key(node_at(page, first)), from, walk->numbers) >= 0) &&
	       (!below.size || compare(node_key(node_at(page, count - 1)), below, walk->numbers) < 0);
}

static void walk_leaf(struct walk *walk, uint64_t number, struct span from, struct span below)
{
	const uint8_t *page = walk->map->base + number * walk->map->page_bytes;
	walk->leaves++;
	if (!walk->leaf)
		return;
	if (is_whole(walk->map, page, number, true) && ascends(page, true, walk->numbers) && lies_within(walk, page, 0, from, below))
		walk->leaf(walk, page, number);
	else
		walk->whole = false;
}

static void walk_page(struct walk *walk, uint64_t number, unsigned depth, struct span from, struct span below)
{
	const uint8_t *page = walk->map->base + number % walk->map->pages * walk->map->page_bytes;
	if (number >= walk->map->written || !take(walk, number)) {
		walk->whole = false;
		return;
	}
	if (depth == 1) {
		walk_leaf(walk, number, from, below);
		return;
	}
	walk->branches++;
	if (!is_whole(walk->map, page, number, false) || !ascends(page, false, walk->numbers) || !lies_within(walk, page, 1, from, below)) {
		walk->whole = false;
		return;
	}
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		const uint8_t *node = node_at(page, i);
		uint64_t next = u32_at(node) | (uint64_t)u16_at(node + NODE_FLAGS) << 32;
		walk_page(walk, next, depth - 1, i ? node_key(node) : from, i + 1 < count ? node_key(node_at(page, i + 1)) : below);
	}
}

static void walk_tree(struct walk *walk, const struct tree *tree)
{
	walk->branches = walk->leaves = 0;
	if (tree->depth > DEPTH_MOST || !tree->depth != (tree->root == UINT64_MAX) || !tree->depth != !tree->entries)
		walk->whole = false;
	else if (tree->depth)
		walk_page(walk, tree->root, tree->depth, span_of(NULL, 0), span_of(NULL, 0));
	if (walk->branches != tree->branches || walk->leaves != tree->leaves)
		walk->whole = false;
}

// ---- What leads to everything ----

struct heads {
	struct tree unused, names;
	uint64_t last;
};

// The two first pages are written in turn: their numbers follow each other.
static enum err read_heads(MDB_env *env, MDB_txn *txn, size_t page_bytes, struct heads *heads)
{
	uint8_t meta[2][META_BYTES], again[META_BYTES];
	int fd;
	if (mdb_env_get_fd(env, &fd))
		return ERR_IO;
	for (unsigned i = 0; i < 2; i++)
		if (pread(fd, meta[i], META_BYTES, (off_t)(i * page_bytes)) != META_BYTES)
			return ERR_IO;
	for (unsigned i = 0; i < 2; i++) // whoever reads while it is written may have got half of each
		if (pread(fd, again, META_BYTES, (off_t)(i * page_bytes)) != META_BYTES || memcmp(again, meta[i], META_BYTES) != 0)
			return ERR_AGAIN;
	const uint64_t numbers[2] = { u64_at(meta[0] + META_TXN), u64_at(meta[1] + META_TXN) }, wanted = mdb_txn_id(txn);
	const unsigned at = wanted % 2;
	if (numbers[at] > wanted && numbers[at] % 2 == at)
		return ERR_AGAIN; // others have written twice since
	// The other one is of the commit before, or of one that is just being made.
	const uint64_t other = numbers[!at];
	if (numbers[at] != wanted || (other + 1 != wanted && other != wanted + 1 && (other || wanted)))
		return ERR_CORRUPT;
	heads->unused = tree_at(meta[at] + META_TREES);
	heads->names = tree_at(meta[at] + META_TREES + TREE_BYTES);
	heads->last = u64_at(meta[at] + META_LAST);
	return ERR_OK;
}

// The leaf in which a tree's first row stands, by what the file says.
static enum err first_leaf(MDB_env *env, const struct tree *tree, size_t page_bytes, uint64_t *number)
{
	uint8_t *page = malloc(page_bytes);
	enum err err = page ? ERR_OK : ERR_NOMEM;
	int fd;
	if (!err && mdb_env_get_fd(env, &fd))
		err = ERR_IO;
	*number = tree->root;
	for (unsigned depth = tree->depth; depth > 1 && !err; depth--) {
		bool read = *number < INT32_MAX && pread(fd, page, page_bytes, (off_t)(*number * page_bytes)) == (ssize_t)page_bytes;
		size_t at = read ? u16_at(page + AT_NODES) : page_bytes;
		if (at + NODE_KEY > page_bytes)
			err = ERR_CORRUPT;
		else
			*number = u32_at(page + at) | (uint64_t)u16_at(page + at + NODE_FLAGS) << 32;
	}
	free(page);
	return err;
}

// LMDB does not say where its map is; a row of a page whose number is known does.
static enum err find_base(struct store_page_map *map, MDB_env *env, MDB_txn *txn, const struct heads *heads)
{
	MDB_dbi names;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t number;
	enum err err = first_leaf(env, &heads->names, map->page_bytes, &number);
	if (err)
		return err;
	if (mdb_dbi_open(txn, NULL, 0, &names) || mdb_cursor_open(txn, names, &cursor))
		return ERR_NOMEM;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	mdb_cursor_close(cursor);
	if (code)
		return ERR_CORRUPT;
	const uint8_t *at = key.mv_data;
	const uint8_t *page = at - (uintptr_t)at % map->page_bytes;
	if (u64_at(page) != number || number >= map->written)
		return ERR_CORRUPT;
	map->base = page - number * map->page_bytes;
	return ERR_OK;
}

static enum err measure(struct store_page_map *map, MDB_env *env, uint64_t last)
{
	MDB_envinfo info;
	struct stat status;
	int fd;
	if (mdb_env_get_fd(env, &fd) || fstat(fd, &status))
		return ERR_IO;
	mdb_env_info(env, &info);
	map->pages = info.me_mapsize / map->page_bytes;
	map->last = last;
	map->written = (uint64_t)status.st_size / map->page_bytes;
	return last < map->pages ? ERR_OK : ERR_CORRUPT;
}

// What is free is led to by nothing: a list of page numbers behind their count.
static void take_unused(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		struct span list;
		if (!node_value(walk->map, node_at(page, i), &list) || list.size < 8 || u64_at(list.data) != list.size / 8 - 1) {
			walk->whole = false;
			continue;
		}
		for (size_t at = 8; at + 8 <= list.size; at += 8)
			walk->whole &= take(walk, u64_at(list.data + at));
	}
}

static void give_rows(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		const uint8_t *node = node_at(page, i);
		struct span row, value;
		if (!node_value(walk->map, node, &row) || store_row_open(walk->table, node_key(node), row, &value))
			walk->whole = false;
		else if (walk->row)
			walk->row(walk->self, walk->table, node_key(node), value);
		walk->entries++;
	}
}

// The names of the tables, with where each begins.
static void take_names(struct walk *walk, const uint8_t *page, uint64_t number)
{
	(void)number;
	for (size_t i = 0, count = node_count(page); i < count; i++) {
		const uint8_t *node = node_at(page, i);
		struct span value;
		if (!(u16_at(node + NODE_FLAGS) & NODE_TABLE) || !node_value(walk->map, node, &value) || value.size != TREE_BYTES)
			continue;
		for (int table = 0; table < STORE_TABLE_COUNT; table++)
			if (span_equal(node_key(node), span_string(store_table_name((enum store_table)table)))) {
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
		const struct tree *tree = &walk->tables[i];
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

static enum err walk_all(struct store_page_map *map, const struct heads *heads, struct walk *walk, bool leaves, bool lost[STORE_TABLE_COUNT])
{
	walk->map = map;
	walk->whole = true;
	walk->seen = calloc((size_t)(map->last / 8 + 1), 1);
	if (!walk->seen)
		return ERR_NOMEM;
	walk->leaf = take_names;
	walk_tree(walk, &heads->names);
	walk_tables(walk, leaves, lost);
	walk->leaf = take_unused;
	walk->numbers = true;
	walk_tree(walk, &heads->unused);
	free(walk->seen);
	return walk->whole ? ERR_OK : ERR_CORRUPT;
}

enum err store_page_open(struct store_page_map *map, MDB_env *env, MDB_txn *txn)
{
	struct walk walk = { .row = NULL };
	struct heads heads;
	bool lost[STORE_TABLE_COUNT];
	MDB_stat stat;
	store_page_close(map);
	if (mdb_env_stat(env, &stat))
		return ERR_IO;
	map->page_bytes = stat.ms_psize;
	enum err err = read_heads(env, txn, map->page_bytes, &heads);
	if (!err && heads.names.entries == 0)
		return ERR_OK; // nothing was written yet
	if (!err)
		err = measure(map, env, heads.last);
	if (!err)
		err = find_base(map, env, txn, &heads);
	return err ? err : walk_all(map, &heads, &walk, false, lost);
}

void store_page_close(struct store_page_map *map)
{
	free(map->held);
	*map = (struct store_page_map){ .base = NULL };
}

static enum err walk_rows(struct store_page_map *map, const struct heads *heads, store_page_row *row, void *self, bool lost[STORE_TABLE_COUNT])
{
	struct walk walk = { .row = row, .self = self };
	return walk_all(map, heads, &walk, true, lost);
}

enum err store_page_check(struct store_page_map *map, MDB_env *env, MDB_txn *txn)
{
	struct heads heads;
	bool lost[STORE_TABLE_COUNT];
	enum err err = read_heads(env, txn, map->page_bytes, &heads);
	if (!err && heads.names.entries == 0)
		return ERR_OK;
	if (!err)
		err = measure(map, env, heads.last);
	return err ? err : walk_rows(map, &heads, NULL, NULL, lost);
}

// ---- A file that LMDB may not open ----

static bool is_head(const uint8_t *page, size_t size, unsigned i, size_t *page_bytes)
{
	if (size < META_BYTES || u64_at(page) != i || u16_at(page + AT_FLAGS) != PAGE_META || u32_at(page + AT_NODES) != META_MAGIC ||
	    u32_at(page + AT_NODES + 4) != META_VERSION)
		return false;
	*page_bytes = u32_at(page + META_TREES);
	const uint64_t number = u64_at(page + META_TXN);
	return *page_bytes >= 512 && *page_bytes <= UINT16_MAX + 1 && (number == 0 || number % 2 == i);
}

// The newer of the two, or the one that is whole: then the last commit is gone.
static enum err choose_heads(const uint8_t *file, size_t size, size_t page_bytes, struct heads *heads, bool *both)
{
	const uint8_t *best = NULL;
	uint64_t numbers[2] = { 0 };
	unsigned found = 0;
	for (unsigned i = 0; i < 2; i++) {
		const uint8_t *page = file + i * page_bytes;
		size_t there;
		if ((i + 1) * page_bytes > size || !is_head(page, page_bytes, i, &there) || there != page_bytes)
			continue;
		found++;
		numbers[i] = u64_at(page + META_TXN);
		if (!best || u64_at(page + META_TXN) > u64_at(best + META_TXN))
			best = page;
	}
	if (!best)
		return ERR_CORRUPT;
	*both = found == 2 && (numbers[0] + 1 == numbers[1] || numbers[1] + 1 == numbers[0] || (!numbers[0] && !numbers[1]));
	heads->unused = tree_at(best + META_TREES);
	heads->names = tree_at(best + META_TREES + TREE_BYTES);
	heads->last = u64_at(best + META_LAST);
	return heads->last < UINT32_MAX ? ERR_OK : ERR_CORRUPT;
}

enum err store_page_rescue(const void *file, size_t size, store_page_row *row, void *self, struct store_page_loss *loss)
{
	struct store_page_map map = { .base = file, .page_bytes = (size_t)sysconf(_SC_PAGESIZE) }; // as LMDB chooses it
	struct heads heads;
	bool both;
	*loss = (struct store_page_loss){ .whole = false };
	enum err err = choose_heads(file, size, map.page_bytes, &heads, &both);
	if (err)
		return err;
	map.last = heads.last;
	map.written = map.pages = size / map.page_bytes;
	err = walk_rows(&map, &heads, row, self, loss->lost);
	loss->whole = both && err == ERR_OK;
	return err == ERR_CORRUPT ? ERR_OK : err;
}
