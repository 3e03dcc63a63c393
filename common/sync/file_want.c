#include "sync/file_want.h"

#include "base/bytes.h"

enum {
	UNIT_KEY_BYTES = 1 + LIMIT_ID_BYTES,
	KEY_BYTES = UNIT_KEY_BYTES + LIMIT_HASH_BYTES,
	ROW_BYTES = LIMIT_HASH_BYTES + 8 + 1,
	BACK_KEY_BYTES = 1 + 4 + 8,
};

static struct span make_key(const struct id *unit, const struct hash *file, uint8_t key[static KEY_BYTES])
{
	key[0] = 'w';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + UNIT_KEY_BYTES, file->bytes, LIMIT_HASH_BYTES);
	return span_of(key, KEY_BYTES);
}

static struct span turn_key(void) { return span_string("file/want turn"); }

uint64_t file_want_turn(struct txn *txn)
{
	struct span value;
	return txn_get(txn, STORE_META, turn_key(), &value) == ERR_OK && value.size == 8 ? bytes_get_u64(value.data) : 0;
}

enum err file_want_put(struct txn *txn, const struct file_want *want)
{
	uint8_t key[KEY_BYTES], row[ROW_BYTES], turn[8];
	memcpy(row, want->asker.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(row + LIMIT_HASH_BYTES, want->since_ms);
	row[ROW_BYTES - 1] = want->done;
	bytes_put_u64(turn, file_want_turn(txn) + 1);
	if (!want->done)
		txn_put(txn, STORE_META, turn_key(), span_of(turn, sizeof turn));
	return txn_put(txn, STORE_WANT, make_key(&want->unit, &want->file, key), span_of(row, sizeof row));
}

enum err file_want_drop(struct txn *txn, const struct id *unit, const struct hash *file)
{
	uint8_t key[KEY_BYTES];
	return txn_delete(txn, STORE_WANT, make_key(unit, file, key));
}

static bool read_row(struct span key, struct span row, struct file_want *want)
{
	if (key.size != KEY_BYTES || row.size != ROW_BYTES)
		return false;
	memcpy(want->unit.bytes, key.data + 1, LIMIT_ID_BYTES);
	memcpy(want->file.bytes, key.data + UNIT_KEY_BYTES, LIMIT_HASH_BYTES);
	memcpy(want->asker.bytes, row.data, LIMIT_HASH_BYTES);
	want->since_ms = bytes_get_u64(row.data + LIMIT_HASH_BYTES);
	want->done = row.data[ROW_BYTES - 1];
	return true;
}

bool file_want_get(struct txn *txn, const struct id *unit, const struct hash *file, struct file_want *want)
{
	uint8_t key[KEY_BYTES];
	struct span row;
	struct span name = make_key(unit, file, key);
	return txn_get(txn, STORE_WANT, name, &row) == ERR_OK && read_row(name, row, want);
}

// Of the rows whose keys begin with so many bytes of *want's the next one behind it.
static bool next_of(struct txn *txn, size_t prefix, struct file_want *want)
{
	uint8_t key[KEY_BYTES];
	struct file_want found;
	bool any = false;
	make_key(&want->unit, &want->file, key);
	struct scan scan = scan_begin_from(txn, STORE_WANT, span_of(key, prefix), span_of(key, sizeof key));
	while (!any && scan_next(&scan))
		any = read_row(scan.key, scan.value, &found) && !(id_equal(&found.unit, &want->unit) && hash_equal(&found.file, &want->file));
	scan_end(&scan);
	if (any)
		*want = found;
	return any;
}

enum err file_want_lacks(struct txn *txn, const struct id *unit, const struct hash *file, uint8_t bits[static FILE_WANT_BITS_BYTES],
                         size_t *size, bool *whole)
{
	struct piece_file found;
	enum err err = piece_look(txn, unit, file, &found);
	*size = 0;
	*whole = !err && found.whole;
	if (err || found.count > LIMIT_FILE_PIECES)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	*size = (found.count + 7) / 8;
	memset(bits, 0, *size);
	for (uint32_t i = 0; i < found.count; i++) {
		uint32_t log;
		uint64_t seq;
		if (piece_find(txn, unit, file, i, &log, &seq))
			bits[i / 8] |= (uint8_t)(1u << i % 8);
	}
	return txn->err;
}

bool file_want_next(struct txn *txn, const struct id *unit, struct file_want *want)
{
	want->unit = *unit;
	return next_of(txn, UNIT_KEY_BYTES, want);
}

bool file_want_next_any(struct txn *txn, struct file_want *want)
{
	return next_of(txn, 1, want);
}

// ---- What went up as leaves ----

static struct span asked_key(void) { return span_string("file/asked"); }

enum err file_want_asked_set(struct txn *txn, bool asked)
{
	if (asked == file_want_asked(txn))
		return txn->err;
	return asked ? txn_put(txn, STORE_META, asked_key(), span_of(NULL, 0)) : txn_delete(txn, STORE_META, asked_key());
}

bool file_want_asked(struct txn *txn)
{
	return txn_has(txn, STORE_META, asked_key());
}

static struct span back_key(uint32_t log, uint64_t seq, uint8_t key[static BACK_KEY_BYTES])
{
	key[0] = 'b';
	bytes_put_u32(key + 1, log);
	bytes_put_u64(key + 5, seq);
	return span_of(key, BACK_KEY_BYTES);
}

enum err file_want_back(struct txn *txn, uint32_t log, uint64_t seq, bool back)
{
	uint8_t key[BACK_KEY_BYTES];
	if (back == file_want_is_back(txn, log, seq))
		return txn->err;
	return back ? txn_put(txn, STORE_WANT, back_key(log, seq, key), span_of(NULL, 0)) : txn_delete(txn, STORE_WANT, back_key(log, seq, key));
}

bool file_want_is_back(struct txn *txn, uint32_t log, uint64_t seq)
{
	uint8_t key[BACK_KEY_BYTES];
	return txn_has(txn, STORE_WANT, back_key(log, seq, key));
}
