#include "io/store_page.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/store_row.h"

#define META_MAGIC 0xBEEFC0DEu
enum { META_VERSION = 1 };

// ---- Leaves, as they are read ----

// The page around an address within the map; NULL for what a transaction keeps beside it.
static const uint8_t *page_around(const struct store_page_map *map, const void *address, uint64_t *number)
{
	if (!map->file.base)
		return NULL;
	uintptr_t offset = (uintptr_t)address - (uintptr_t)map->file.base;
	*number = offset / map->file.page_bytes;
	return *number < map->file.pages ? map->file.base + *number * map->file.page_bytes : NULL;
}

static bool was_held(const struct store_page_map *map, uint64_t number)
{
	return number / 8 < map->held_bytes && map->held[number / 8] >> number % 8 & 1;
}

static bool rows_hold(const struct store_page_map *map, enum store_table table, const uint8_t *page)
{
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		const uint8_t *node = lmdb_page_node(page, i);
		struct span row, value;
		// What stands elsewhere is checked when it is read.
		if (!(lmdb_page_u16(node + LMDB_NODE_FLAGS) & LMDB_NODE_ELSEWHERE) &&
		    (!lmdb_page_value(&map->file, node, &row) || store_row_open(table, lmdb_page_key(node), row, &value)))
			return false;
	}
	return true;
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
	if (!lmdb_page_is_whole(&map->file, page, number, true) || !lmdb_page_ascends(page, true, false) || !rows_hold(map, table, page))
		return false;
	remember(map, number);
	return true;
}

bool store_page_is_first(const struct store_page_map *map, const void *key)
{
	uint64_t number;
	const uint8_t *page = page_around(map, key, &number);
	return page && lmdb_page_node(page, 0) + LMDB_NODE_KEY == (const uint8_t *)key;
}

// ---- What leads to everything ----

// The two first pages are written in turn: their numbers follow each other.
static enum err read_heads(MDB_env *env, MDB_txn *txn, size_t page_bytes, struct lmdb_heads *heads)
{
	uint8_t meta[2][LMDB_META_BYTES], again[LMDB_META_BYTES];
	int fd;
	if (mdb_env_get_fd(env, &fd))
		return ERR_IO;
	for (unsigned i = 0; i < 2; i++)
		if (pread(fd, meta[i], LMDB_META_BYTES, (off_t)(i * page_bytes)) != LMDB_META_BYTES)
			return ERR_IO;
	for (unsigned i = 0; i < 2; i++) // whoever reads while it is written may have got half of each
		if (pread(fd, again, LMDB_META_BYTES, (off_t)(i * page_bytes)) != LMDB_META_BYTES || memcmp(again, meta[i], LMDB_META_BYTES) != 0)
			return ERR_AGAIN;
	const uint64_t numbers[2] = { lmdb_page_u64(meta[0] + LMDB_META_TXN), lmdb_page_u64(meta[1] + LMDB_META_TXN) }, wanted = mdb_txn_id(txn);
	const unsigned at = wanted % 2;
	if (numbers[at] > wanted && numbers[at] % 2 == at)
		return ERR_AGAIN; // others have written twice since
	// The other one is of the commit before, or of one that is just being made.
	const uint64_t other = numbers[!at];
	if (numbers[at] != wanted || (other + 1 != wanted && other != wanted + 1 && (other || wanted)))
		return ERR_CORRUPT;
	*heads = lmdb_heads_at(meta[at]);
	return ERR_OK;
}

// The leaf in which a tree's first row stands, by what the file says.
static enum err first_leaf(MDB_env *env, const struct lmdb_tree *tree, size_t page_bytes, uint64_t *number)
{
	uint8_t *page = malloc(page_bytes);
	enum err err = page ? ERR_OK : ERR_NOMEM;
	int fd;
	if (!err && mdb_env_get_fd(env, &fd))
		err = ERR_IO;
	*number = tree->root;
	for (unsigned depth = tree->depth; depth > 1 && !err; depth--) {
		bool read = *number < INT32_MAX && pread(fd, page, page_bytes, (off_t)(*number * page_bytes)) == (ssize_t)page_bytes;
		size_t at = read ? lmdb_page_u16(page + LMDB_PAGE_NODES) : page_bytes;
		if (at + LMDB_NODE_KEY > page_bytes)
			err = ERR_CORRUPT;
		else
			*number = lmdb_page_u32(page + at) | (uint64_t)lmdb_page_u16(page + at + LMDB_NODE_FLAGS) << 32;
	}
	free(page);
	return err;
}

// LMDB does not say where its map is; a row of a page whose number is known does.
static enum err find_base(struct lmdb_file *file, MDB_env *env, MDB_txn *txn, const struct lmdb_heads *heads)
{
	MDB_dbi names;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t number;
	enum err err = first_leaf(env, &heads->names, file->page_bytes, &number);
	if (err)
		return err;
	if (mdb_dbi_open(txn, NULL, 0, &names) || mdb_cursor_open(txn, names, &cursor))
		return ERR_NOMEM;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	mdb_cursor_close(cursor);
	if (code)
		return ERR_CORRUPT;
	const uint8_t *at = key.mv_data;
	const uint8_t *page = at - (uintptr_t)at % file->page_bytes;
	if (lmdb_page_u64(page) != number || number >= file->written)
		return ERR_CORRUPT;
	file->base = page - number * file->page_bytes;
	return ERR_OK;
}

static enum err measure(struct lmdb_file *file, MDB_env *env, uint64_t last)
{
	MDB_envinfo info;
	struct stat status;
	int fd;
	if (mdb_env_get_fd(env, &fd) || fstat(fd, &status))
		return ERR_IO;
	mdb_env_info(env, &info);
	file->pages = info.me_mapsize / file->page_bytes;
	file->last = last;
	file->written = (uint64_t)status.st_size / file->page_bytes;
	return last < file->pages ? ERR_OK : ERR_CORRUPT;
}

enum err store_page_open(struct store_page_map *map, MDB_env *env, MDB_txn *txn)
{
	struct lmdb_heads heads;
	bool lost[STORE_TABLE_COUNT];
	MDB_stat stat;
	store_page_close(map);
	if (mdb_env_stat(env, &stat))
		return ERR_IO;
	map->file.page_bytes = stat.ms_psize;
	enum err err = read_heads(env, txn, map->file.page_bytes, &heads);
	if (!err && heads.names.entries == 0)
		return ERR_OK; // nothing was written yet
	if (!err)
		err = measure(&map->file, env, heads.last);
	if (!err)
		err = find_base(&map->file, env, txn, &heads);
	return err ? err : lmdb_walk_all(&map->file, &heads, false, NULL, NULL, lost);
}

void store_page_close(struct store_page_map *map)
{
	free(map->held);
	*map = (struct store_page_map){ .held = NULL };
}

enum err store_page_check(struct store_page_map *map, MDB_env *env, MDB_txn *txn)
{
	struct lmdb_heads heads;
	bool lost[STORE_TABLE_COUNT];
	enum err err = read_heads(env, txn, map->file.page_bytes, &heads);
	if (!err && heads.names.entries == 0)
		return ERR_OK;
	if (!err)
		err = measure(&map->file, env, heads.last);
	return err ? err : lmdb_walk_all(&map->file, &heads, true, NULL, NULL, lost);
}

// ---- A file that LMDB may not open ----

static bool is_head(const uint8_t *page, size_t size, unsigned i, size_t *page_bytes)
{
	if (size < LMDB_META_BYTES || lmdb_page_u64(page) != i || lmdb_page_u16(page + LMDB_PAGE_FLAGS) != LMDB_META || lmdb_page_u32(page + LMDB_PAGE_NODES) != META_MAGIC ||
	    lmdb_page_u32(page + LMDB_PAGE_NODES + 4) != META_VERSION)
		return false;
	*page_bytes = lmdb_page_u32(page + LMDB_META_TREES);
	const uint64_t number = lmdb_page_u64(page + LMDB_META_TXN);
	return *page_bytes >= 512 && *page_bytes <= UINT16_MAX + 1 && (number == 0 || number % 2 == i);
}

// The newer of the two, or the one that is whole: then the last commit is gone.
static enum err choose_heads(const uint8_t *file, size_t size, size_t page_bytes, struct lmdb_heads *heads, bool *both)
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
		numbers[i] = lmdb_page_u64(page + LMDB_META_TXN);
		if (!best || lmdb_page_u64(page + LMDB_META_TXN) > lmdb_page_u64(best + LMDB_META_TXN))
			best = page;
	}
	if (!best)
		return ERR_CORRUPT;
	*both = found == 2 && (numbers[0] + 1 == numbers[1] || numbers[1] + 1 == numbers[0] || (!numbers[0] && !numbers[1]));
	*heads = lmdb_heads_at(best);
	return heads->last < UINT32_MAX ? ERR_OK : ERR_CORRUPT;
}

enum err store_page_rescue(const void *file, size_t size, lmdb_walk_row *row, void *self, struct store_page_loss *loss)
{
	struct lmdb_file map = { .base = file, .page_bytes = (size_t)sysconf(_SC_PAGESIZE) }; // as LMDB chooses it
	struct lmdb_heads heads;
	bool both;
	*loss = (struct store_page_loss){ .whole = false };
	enum err err = choose_heads(file, size, map.page_bytes, &heads, &both);
	if (err)
		return err;
	map.last = heads.last;
	map.written = map.pages = size / map.page_bytes;
	err = lmdb_walk_all(&map, &heads, true, row, self, loss->lost);
	loss->whole = both && err == ERR_OK;
	return err == ERR_CORRUPT ? ERR_OK : err;
}
