// Questions about the tree. Answers come from the rows alone; nothing here changes any.
#include "org/charter.h"

#include "base/reader.h"
#include "org/charter_row.h"

enum { STEPS_MOST = 4 * LIMIT_TREE_LEVELS }; // what was merged stands between the levels

static const char top_key[] = "charter.top";

enum err charter_genesis_get(struct txn *txn, struct charter_genesis *genesis)
{
	struct span value;
	enum err err = txn_get(txn, STORE_META, span_string(top_key), &value);
	if (err)
		return err;
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	reader_copy(&reader, genesis->unit.bytes, sizeof genesis->unit.bytes);
	reader_copy(&reader, genesis->root_key.bytes, sizeof genesis->root_key.bytes);
	reader_copy(&reader, genesis->digest.bytes, sizeof genesis->digest.bytes);
	return !reader_end(&reader) && version == CHARTER_ROW_VERSION ? ERR_OK : ERR_CORRUPT;
}

void charter_genesis_put(struct charter_batch *batch, const struct charter_genesis *genesis)
{
	uint8_t value[1 + 16 + 32 + 32] = { CHARTER_ROW_VERSION };
	memcpy(value + 1, genesis->unit.bytes, 16);
	memcpy(value + 17, genesis->root_key.bytes, 32);
	memcpy(value + 49, genesis->digest.bytes, 32);
	charter_batch_put(batch, STORE_META, span_string(top_key), span_of(value, sizeof value));
}

enum err charter_top(struct txn *txn, struct id *unit, struct hash *root_key)
{
	struct charter_genesis genesis;
	enum err err = charter_genesis_get(txn, &genesis);
	if (err)
		return err;
	*unit = genesis.unit;
	*root_key = genesis.root_key;
	return ERR_OK;
}

enum err charter_path(struct txn *txn, const struct id *unit, struct id path[static LIMIT_TREE_LEVELS], size_t *count)
{
	struct charter_unit row;
	struct id at = *unit;
	*count = 0;
	for (size_t steps = 0; steps == 0 || !id_is_zero(&at); steps++) {
		enum err err = steps < STEPS_MOST ? charter_unit_get(txn, &at, &row) : ERR_CORRUPT;
		if (err)
			return steps && err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		if (steps == 0 || !row.merged) {
			if (*count == LIMIT_TREE_LEVELS)
				return ERR_CORRUPT;
			path[(*count)++] = at;
		}
		at = row.parent;
	}
	return ERR_OK;
}

enum err charter_registrar(struct txn *txn, const struct id *unit, struct id *registrar)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	struct charter_unit row;
	enum err err = charter_path(txn, unit, path, &count);
	for (size_t i = 0; i < count && !err; i++) {
		err = charter_unit_get(txn, &path[i], &row);
		if (err || hash_is_zero(&row.server))
			continue;
		*registrar = path[i];
		return ERR_OK;
	}
	return err ? err : ERR_NOT_FOUND;
}

bool charter_is_ancestor(struct txn *txn, const struct id *above, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	if (charter_path(txn, unit, path, &count))
		return false;
	for (size_t i = 1; i < count; i++)
		if (id_equal(&path[i], above))
			return true;
	return false;
}

enum relation charter_relation(struct txn *txn, const struct id *author, const struct id *owner)
{
	struct charter_unit row;
	struct id registrar;
	if (charter_unit_get(txn, owner, &row))
		return RELATION_NONE;
	if (id_equal(author, owner))
		return RELATION_OWN;
	if (id_equal(author, &row.parent))
		return RELATION_PARENT;
	if (!charter_is_ancestor(txn, author, owner))
		return RELATION_NONE;
	bool registers = !charter_registrar(txn, owner, &registrar) && id_equal(author, &registrar);
	return registers ? RELATION_PARENT : RELATION_ANCESTOR;
}

struct charter_walk charter_children(struct txn *txn, const struct id *parent)
{
	return (struct charter_walk){ .scan = scan_begin(txn, STORE_UNIT_CHILD, id_span(parent)) };
}

struct charter_walk charter_devices(struct txn *txn, const struct id *unit)
{
	return (struct charter_walk){ .scan = scan_begin(txn, STORE_DEVICE_UNIT, id_span(unit)) };
}

// The second half of the next key: behind the unit that the walk is about.
static bool next_tail(struct charter_walk *walk, size_t size, struct span *tail)
{
	struct scan *scan = &walk->scan;
	if (!scan_next(scan))
		return false;
	if (scan->key.size != LIMIT_ID_BYTES + size) {
		txn_fail(scan->txn, ERR_CORRUPT);
		return false;
	}
	*tail = span_of(scan->key.data + LIMIT_ID_BYTES, size);
	return true;
}

bool charter_child_next(struct charter_walk *walk, struct id *unit)
{
	struct span tail;
	while (next_tail(walk, sizeof unit->bytes, &tail))
		if (walk->scan.value.size == 0) // else it stood here once
			return !id_read(tail, unit);
	return false;
}

bool charter_device_next(struct charter_walk *walk, struct hash *device)
{
	struct span tail;
	return next_tail(walk, sizeof device->bytes, &tail) && !hash_read(tail, device);
}

void charter_walk_end(struct charter_walk *walk)
{
	scan_end(&walk->scan);
}

enum err charter_subtree(struct txn *txn, const struct id *unit, enum err (*visit)(void *context, const struct charter_unit *row),
                         void *context)
{
	struct charter_walk walks[STEPS_MOST];
	size_t depth = 0;
	struct charter_unit row;
	struct id child = *unit;
	enum err err = ERR_OK;
	for (bool down = true; !err;) {
		if (down) {
			err = depth < STEPS_MOST ? charter_unit_get(txn, &child, &row) : ERR_CORRUPT;
			if (err == ERR_NOT_FOUND && depth)
				err = ERR_CORRUPT; // a child without a row
			if (!err)
				err = visit(context, &row);
			if (err)
				break;
			walks[depth++] = charter_children(txn, &child);
		}
		down = charter_child_next(&walks[depth - 1], &child);
		if (down)
			continue;
		charter_walk_end(&walks[--depth]);
		if (depth == 0)
			break;
	}
	while (depth)
		charter_walk_end(&walks[--depth]);
	return err ? err : txn->err;
}

struct height {
	struct txn *txn;
	size_t above, levels;
};

static enum err measure(void *context, const struct charter_unit *row)
{
	struct height *height = context;
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	enum err err = charter_path(height->txn, &row->unit, path, &count);
	if (!err && count > height->above && count - height->above > height->levels)
		height->levels = count - height->above;
	return err;
}

enum err charter_height(struct txn *txn, const struct id *unit, size_t *levels)
{
	struct height height = { .txn = txn };
	struct id path[LIMIT_TREE_LEVELS];
	enum err err = charter_path(txn, unit, path, &height.above);
	height.above -= !err; // itself is counted
	if (!err)
		err = charter_subtree(txn, unit, measure, &height);
	*levels = height.levels;
	return err;
}

// The version is the last four bytes of the key: name ‖ 0 ‖ version.
static uint32_t pack_version(struct span key)
{
	struct reader reader = reader_of(span_of(key.data + key.size - 4, 4));
	return reader_u32(&reader);
}

enum err charter_pack(struct txn *txn, struct span *pack)
{
	uint8_t newest[STORE_KEY_MAX];
	size_t newest_size = 0;
	struct scan scan = scan_begin(txn, STORE_PACK, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (scan.key.size < 6) // a name of one byte at least
			continue;
		if (newest_size && pack_version(scan.key) < pack_version(span_of(newest, newest_size)))
			continue;
		memcpy(newest, scan.key.data, scan.key.size);
		newest_size = scan.key.size;
	}
	scan_end(&scan);
	if (txn->err)
		return txn->err;
	return newest_size ? txn_get(txn, STORE_PACK, span_of(newest, newest_size), pack) : ERR_NOT_FOUND;
}

enum err charter_forget(struct txn *txn)
{
	static const enum store_table tables[] = {
		STORE_UNIT, STORE_UNIT_CHILD, STORE_UNIT_ALIAS, STORE_UNIT_COUNT, STORE_DEVICE, STORE_DEVICE_UNIT,
		STORE_DEVICE_CURVE, STORE_PACK, STORE_UNIT_PAST, STORE_ROLE,
	};
	txn_delete(txn, STORE_META, span_string(top_key));
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		txn_clear(txn, tables[i], span_of(NULL, 0));
	return txn->err;
}
