// The port's one front: it keeps the sticky error, the bounds of keys, and walks that survive
// writes to their own table. A walk does not trust an implementation's cursor across a write:
// after one it opens a fresh cursor and seeks past the key it stood on, which is right for any
// ordered table whatever the write did to it.
#include "base/store.h"

#include <assert.h>

static const char *const names[STORE_TABLE_COUNT] = {
#define STORE_TABLE_NAME(name, text) [STORE_##name] = #name,
	STORE_TABLES(STORE_TABLE_NAME)
#undef STORE_TABLE_NAME
};

const char *store_table_name(enum store_table table)
{
	assert((unsigned)table < STORE_TABLE_COUNT);
	return names[table];
}

enum err txn_begin(struct store *store, enum store_mode mode, struct txn *txn)
{
	*txn = (struct txn){ .store = store, .impl = NULL, .mode = mode, .err = ERR_OK };
	txn->err = store->ops->begin(store->self, mode, &txn->impl);
	if (txn->err)
		txn->impl = NULL;
	return txn->err;
}

enum err txn_commit(struct txn *txn)
{
	if (!txn->impl) {
		assert(txn->err); // begun and failed; an ended one is not committed again
		return txn->err;
	}
	if (txn->err || txn->mode == STORE_READ) {
		txn_abort(txn);
		return txn->err;
	}
	txn->err = txn->store->ops->commit(txn->store->self, txn->impl);
	txn->impl = NULL;
	return txn->err;
}

void txn_abort(struct txn *txn)
{
	if (txn->impl)
		txn->store->ops->abort(txn->store->self, txn->impl);
	txn->impl = NULL;
}

enum err txn_fail(struct txn *txn, enum err err)
{
	if (!txn->err)
		txn->err = err;
	return txn->err;
}

// ERR_NOT_FOUND is an answer; every other error stays.
static enum err keep(struct txn *txn, enum err err)
{
	return err && err != ERR_NOT_FOUND ? txn_fail(txn, err) : err;
}

// Keys may be made from what people typed, so one out of bounds is an error and no assertion.
static bool key_fits(struct span key)
{
	return key.size > 0 && key.size <= STORE_KEY_MAX;
}

enum err txn_get(struct txn *txn, enum store_table table, struct span key, struct span *value)
{
	*value = span_of(NULL, 0);
	if (txn->err)
		return txn->err;
	assert(txn->impl);
	if (!key_fits(key))
		return ERR_NOT_FOUND; // nothing is stored there, nor can be
	return keep(txn, txn->store->ops->get(txn->store->self, txn->impl, table, key, value));
}

bool txn_has(struct txn *txn, enum store_table table, struct span key)
{
	struct span value;
	return txn_get(txn, table, key, &value) == ERR_OK;
}

enum err txn_put(struct txn *txn, enum store_table table, struct span key, struct span value)
{
	assert(txn->mode == STORE_WRITE);
	if (txn->err)
		return txn->err;
	assert(txn->impl);
	if (!key_fits(key))
		return txn_fail(txn, ERR_RANGE);
	txn->writes[table]++;
	return keep(txn, txn->store->ops->put(txn->store->self, txn->impl, table, key, value));
}

enum err txn_delete(struct txn *txn, enum store_table table, struct span key)
{
	assert(txn->mode == STORE_WRITE);
	if (txn->err)
		return txn->err;
	assert(txn->impl);
	if (!key_fits(key))
		return ERR_OK;
	txn->writes[table]++;
	enum err err = keep(txn, txn->store->ops->delete(txn->store->self, txn->impl, table, key));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void copy_key(uint8_t to[static STORE_KEY_MAX], size_t *size, struct span key)
{
	if (key.size)
		memcpy(to, key.data, key.size);
	*size = key.size;
}

// `from` is where the walk begins; until it has begun, at_bytes holds it.
static struct scan scan_make(struct txn *txn, enum store_table table, struct span prefix, struct span from, bool back)
{
	struct scan scan = { .txn = txn, .cursor = NULL, .table = table, .back = back, .started = false };
	if (prefix.size > STORE_KEY_MAX || from.size > STORE_KEY_MAX) {
		txn_fail(txn, ERR_RANGE);
		return scan;
	}
	copy_key(scan.prefix_bytes, &scan.prefix_size, prefix);
	copy_key(scan.at_bytes, &scan.at_size, from);
	return scan;
}

struct scan scan_begin(struct txn *txn, enum store_table table, struct span prefix)
{
	return scan_make(txn, table, prefix, prefix, false);
}

struct scan scan_begin_from(struct txn *txn, enum store_table table, struct span prefix, struct span from)
{
	return scan_make(txn, table, prefix, span_compare(from, prefix) < 0 ? prefix : from, false);
}

struct scan scan_begin_last(struct txn *txn, enum store_table table, struct span prefix)
{
	// No key that starts with the prefix sorts after the prefix and as many 0xff as fit.
	uint8_t last[STORE_KEY_MAX];
	memset(last, 0xff, sizeof last);
	if (prefix.size && prefix.size <= sizeof last)
		memcpy(last, prefix.data, prefix.size);
	return scan_make(txn, table, prefix, span_of(last, sizeof last), true);
}

static void close_cursor(struct scan *scan)
{
	if (scan->cursor)
		scan->txn->store->ops->cursor_close(scan->txn->store->self, scan->cursor);
	scan->cursor = NULL;
}

static enum err step(struct scan *scan)
{
	const struct store *store = scan->txn->store;
	return store->ops->step(store->self, scan->cursor, scan->back, &scan->key, &scan->value);
}

// A fresh cursor at the start of the walk, or past the key it stood on.
static enum err seek(struct scan *scan)
{
	const struct store *store = scan->txn->store;
	struct span at = span_of(scan->at_bytes, scan->at_size);
	close_cursor(scan);
	scan->writes = scan->txn->writes[scan->table];
	enum err err = store->ops->seek(store->self, scan->txn->impl, &scan->cursor, scan->table, at, scan->back,
	                                &scan->key, &scan->value);
	if (!err && scan->started && span_equal(scan->key, at))
		err = step(scan);
	return err;
}

// Keys are told in their order, each once. A damaged file may know another, without end.
static bool moves_on(const struct scan *scan)
{
	int order = scan->started ? span_compare(scan->key, span_of(scan->at_bytes, scan->at_size)) : 1;
	return !scan->started || (scan->back ? order < 0 : order > 0);
}

bool scan_next(struct scan *scan)
{
	struct txn *txn = scan->txn;
	if (txn->err || scan->ended) {
		scan_end(scan);
		return false;
	}
	assert(txn->impl);
	bool fresh = scan->cursor && scan->writes == txn->writes[scan->table];
	enum err err = keep(txn, fresh ? step(scan) : seek(scan));
	if (!err && !moves_on(scan))
		err = keep(txn, ERR_CORRUPT);
	if (err || !span_starts(scan->key, span_of(scan->prefix_bytes, scan->prefix_size))) {
		scan_end(scan);
		return false;
	}
	scan->started = true;
	copy_key(scan->at_bytes, &scan->at_size, scan->key);
	return true;
}

void scan_end(struct scan *scan)
{
	// An ended transaction has taken its cursors with it.
	if (scan->txn->impl)
		close_cursor(scan);
	scan->cursor = NULL;
	scan->ended = true;
	scan->key = scan->value = span_of(NULL, 0);
}

enum err txn_clear(struct txn *txn, enum store_table table, struct span prefix)
{
	struct scan scan = scan_begin(txn, table, prefix);
	while (scan_next(&scan)) {
		uint8_t key[STORE_KEY_MAX];
		size_t size = scan.key.size;
		memcpy(key, scan.key.data, size);
		txn_delete(txn, table, span_of(key, size));
	}
	scan_end(&scan);
	return txn->err;
}
