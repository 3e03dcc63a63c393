// Rows of an LMDB store: reading, writing and walking. Each row that is told was checked, and so was the page in
// which one that is not there would stand (io/store_page, io/store_row).
#include "io/store_lmdb_inside.h"
#include "io/store_row.h"

static MDB_val val_of(struct span bytes)
{
	static const uint8_t nothing[1];
	// LMDB's type is not const; what it is given here it only reads.
	union { const void *in; void *out; } data = { .in = bytes.size ? bytes.data : nothing };
	return (MDB_val){ .mv_size = bytes.size, .mv_data = data.out };
}

static struct span span_val(MDB_val val)
{
	return span_of(val.mv_data, val.mv_size);
}

// ---- One row ----

struct row {
	struct span key, value;
};

// Moves to a row and looks at the page that it stands in and at the row itself: a page that is none may lead anywhere.
static int move(struct store_lmdb *lmdb, enum store_table table, MDB_cursor *cursor, struct row *row, MDB_cursor_op op)
{
	MDB_val name = val_of(row->key), content;
	int code = mdb_cursor_get(cursor, &name, &content, op);
	if (code)
		return code;
	row->key = span_val(name);
	if (!store_page_holds(&lmdb->pages, table, row->key.data))
		return MDB_CORRUPTED;
	return store_row_open(table, row->key, span_val(content), &row->value) ? MDB_CORRUPTED : MDB_SUCCESS;
}

// To the first row at or after `key`. Where that is another one, it is made sure that none is missing before it: where it
// is the first of its page, or there is none, `key` would stand in the page before.
static int move_to(struct store_lmdb *lmdb, enum store_table table, MDB_cursor *cursor, struct span key, struct row *row)
{
	row->key = key;
	int code = move(lmdb, table, cursor, row, MDB_SET_RANGE);
	if (!code && (span_equal(row->key, key) || !store_page_is_first(&lmdb->pages, row->key.data)))
		return code;
	if (code && code != MDB_NOTFOUND)
		return code;
	struct row before = { .key = key };
	int there = move(lmdb, table, cursor, &before, code ? MDB_LAST : MDB_PREV);
	if (there)
		return there == MDB_NOTFOUND && !code ? move(lmdb, table, cursor, row, MDB_FIRST) : there;
	if (span_compare(before.key, key) >= 0)
		return MDB_CORRUPTED;
	return code ? code : move(lmdb, table, cursor, row, MDB_NEXT);
}

// The transaction's place in a table, at the row of a key. MDB_NOTFOUND.
static int find(struct store_lmdb *lmdb, struct store_lmdb_txn *txn, enum store_table table, struct span key, struct row *row)
{
	int code = txn->at[table] ? MDB_SUCCESS : mdb_cursor_open(txn->txn, lmdb->dbi[table], &txn->at[table]);
	if (!code)
		code = move_to(lmdb, table, txn->at[table], key, row);
	return code || span_equal(row->key, key) ? code : MDB_NOTFOUND;
}

enum err store_lmdb_get(void *self, void *impl, enum store_table table, struct span key, struct span *value)
{
	struct row row;
	int code = find(self, impl, table, key, &row);
	if (!code)
		*value = row.value;
	return store_lmdb_err(code);
}

enum err store_lmdb_put(void *self, void *impl, enum store_table table, struct span key, struct span value)
{
	struct store_lmdb *lmdb = self;
	struct store_lmdb_txn *txn = impl;
	struct row row;
	uint8_t name_bytes[STORE_KEY_MAX];
	memcpy(name_bytes, key.data, key.size);
	store_row_close(&lmdb->borrowed, table, key, value);
	if (lmdb->borrowed.err)
		return lmdb->borrowed.err;
	int code = find(lmdb, txn, table, key, &row);
	if (code && code != MDB_NOTFOUND)
		return store_lmdb_err(code);
	MDB_val name = val_of(span_of(name_bytes, key.size)), content = val_of(buf_span(&lmdb->borrowed));
	return store_lmdb_written(lmdb, mdb_cursor_put(txn->at[table], &name, &content, 0));
}

enum err store_lmdb_delete(void *self, void *impl, enum store_table table, struct span key)
{
	struct store_lmdb *lmdb = self;
	struct store_lmdb_txn *txn = impl;
	struct row row;
	int code = find(lmdb, txn, table, key, &row);
	return store_lmdb_written(lmdb, code ? code : mdb_cursor_del(txn->at[table], 0));
}

// ---- Walking ----

static enum store_table table_of(const struct store_lmdb *lmdb, MDB_cursor *cursor)
{
	return lmdb->table_of[mdb_cursor_dbi(cursor)];
}

// The last key at or before `from`: LMDB only knows "at or after".
static int move_back_to(struct store_lmdb *lmdb, enum store_table table, MDB_cursor *cursor, struct span from, struct row *row)
{
	int code = move_to(lmdb, table, cursor, from, row);
	if (code == MDB_NOTFOUND)
		return move(lmdb, table, cursor, row, MDB_LAST);
	if (code || span_equal(row->key, from))
		return code;
	return move(lmdb, table, cursor, row, MDB_PREV);
}

static enum err told(int code, const struct row *row, struct span *key, struct span *value)
{
	if (code)
		return store_lmdb_err(code);
	*key = row->key;
	*value = row->value;
	return ERR_OK;
}

enum err store_lmdb_seek(void *self, void *impl, void **cursor, enum store_table table, struct span from, bool back,
                         struct span *key, struct span *value)
{
	struct store_lmdb *lmdb = self;
	const struct store_lmdb_txn *txn = impl;
	MDB_cursor *fresh;
	struct row row = { .key = from };
	int code = mdb_cursor_open(txn->txn, lmdb->dbi[table], &fresh);
	if (code)
		return store_lmdb_err(code);
	*cursor = fresh;
	if (back)
		code = move_back_to(lmdb, table, fresh, from, &row);
	else if (from.size)
		code = move_to(lmdb, table, fresh, from, &row);
	else
		code = move(lmdb, table, fresh, &row, MDB_FIRST);
	return told(code, &row, key, value);
}

enum err store_lmdb_step(void *self, void *cursor, bool back, struct span *key, struct span *value)
{
	struct store_lmdb *lmdb = self;
	struct row row = { .key = { .data = NULL } };
	int code = move(lmdb, table_of(lmdb, cursor), cursor, &row, back ? MDB_PREV : MDB_NEXT);
	return told(code, &row, key, value);
}

void store_lmdb_cursor_close(void *self, void *cursor)
{
	(void)self;
	mdb_cursor_close(cursor);
}
