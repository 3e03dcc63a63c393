// Cells at rest, cells packed.
//
// Packed (goldens in tests/vectors/test_ledger_vectors.c): varint count, then per cell ascending
//	varint metric - before ‖ varint dimension - before ‖ varint bucket - before
//	‖ zigzag month - before ‖ zigzag value
// "before" is the cell before, 0 at first; where a number grows, those behind it on the first line
// start from 0 again. Cells stand close to each other, so most differences are one byte.
#include "ledger/cell.h"

#include "base/bytes.h"
#include "base/reader.h"

enum {
	OWNER_BYTES = 1 + LIMIT_ID_BYTES,
	VALUE_KEY_BYTES = 1 + OWNER_BYTES + 2 + 1 + 2 + 4,
	VALUE_BYTES = 8,
	PACKED_CELL_MIN = 5,
};

enum tag { TAG_VALUE = 0x76, TAG_DIRTY = 0x64 }; // v, d

struct cell_owner cell_owner_own(const struct id *unit)
{
	return (struct cell_owner){ .kind = CELL_OWN, .id = *unit };
}

struct cell_owner cell_owner_log(uint32_t log)
{
	struct cell_owner owner = { .kind = CELL_LOG };
	bytes_put_u32(owner.id.bytes, log);
	return owner;
}

struct cell_owner cell_owner_sum(const struct id *unit)
{
	return (struct cell_owner){ .kind = CELL_SUM, .id = *unit };
}

int cell_key_compare(const struct cell_key *a, const struct cell_key *b)
{
	if (a->metric != b->metric)
		return a->metric < b->metric ? -1 : 1;
	if (a->dimension != b->dimension)
		return a->dimension < b->dimension ? -1 : 1;
	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	return (a->month > b->month) - (a->month < b->month);
}

enum cell_rule cell_rule(const struct cell_key *key)
{
	if (key->metric >= CELL_ENGINE_METRICS)
		return CELL_ADDS_UP;
	switch (key->dimension & ~CELL_DIMENSION_MAX) {
	case CELL_MARK_MINIMUM: return CELL_LEAST;
	case CELL_MARK_MAXIMUM: return CELL_GREATEST;
	default: return CELL_ADDS_UP;
	}
}

int64_t cell_sum(int64_t a, int64_t b)
{
	if (b >= 0)
		return a <= INT64_MAX - b ? a + b : INT64_MAX;
	return a >= INT64_MIN - b ? a + b : INT64_MIN;
}

int64_t cell_join(const struct cell_key *key, int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	switch (cell_rule(key)) {
	case CELL_LEAST: return a < b ? a : b;
	case CELL_GREATEST: return a > b ? a : b;
	case CELL_ADDS_UP: break;
	}
	return cell_sum(a, b);
}

int64_t cell_extreme_of(int64_t number)
{
	return number >= 0 ? number + 1 : number;
}

int64_t cell_extreme_number(int64_t value)
{
	return value > 0 ? value - 1 : value;
}

bool cell_month_valid(int64_t month)
{
	return month >= CELL_MONTH_MIN && month <= CELL_MONTH_MAX;
}

// Keys.

static uint8_t *put_owner(uint8_t *to, uint8_t tag, const struct cell_owner *owner)
{
	*to++ = tag;
	*to++ = (uint8_t)owner->kind;
	memcpy(to, owner->id.bytes, sizeof owner->id.bytes);
	return to + sizeof owner->id.bytes;
}

static uint8_t *put_place(uint8_t *to, const struct cell_key *key)
{
	bytes_put_u16(to, key->metric);
	to[2] = key->dimension;
	bytes_put_u16(to + 3, key->bucket);
	return to + 5;
}

static void value_key(const struct cell_owner *owner, const struct cell_key *key, uint8_t bytes[static VALUE_KEY_BYTES])
{
	uint8_t *to = put_place(put_owner(bytes, TAG_VALUE, owner), key);
	bytes_put_u32(to, (uint32_t)key->month);
}

static void dirty_key(const struct cell_owner *owner, const struct cell_key *key, uint8_t bytes[static VALUE_KEY_BYTES])
{
	uint8_t *to = put_owner(bytes, TAG_DIRTY, owner);
	bytes_put_u32(to, (uint32_t)key->month);
	put_place(to + 4, key);
}

static void read_place(const uint8_t *from, struct cell_key *key)
{
	key->metric = bytes_get_u16(from);
	key->dimension = from[2];
	key->bucket = bytes_get_u16(from + 3);
}

// At rest.

enum err cell_get(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t *value)
{
	uint8_t name[VALUE_KEY_BYTES];
	value_key(owner, key, name);
	struct span bytes;
	*value = 0;
	enum err err = txn_get(txn, STORE_CELL, span_of(name, sizeof name), &bytes);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (bytes.size != VALUE_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	*value = (int64_t)bytes_get_u64(bytes.data);
	return ERR_OK;
}

enum err cell_set(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t value)
{
	uint8_t name[VALUE_KEY_BYTES], bytes[VALUE_BYTES];
	value_key(owner, key, name);
	if (value == 0)
		return txn_delete(txn, STORE_CELL, span_of(name, sizeof name));
	bytes_put_u64(bytes, (uint64_t)value);
	return txn_put(txn, STORE_CELL, span_of(name, sizeof name), span_of(bytes, sizeof bytes));
}

static bool sum_fits(int64_t a, int64_t b)
{
	return b >= 0 ? a <= INT64_MAX - b : a >= INT64_MIN - b;
}

enum err cell_add(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t delta, bool dirty)
{
	int64_t value;
	enum err err = cell_get(txn, owner, key, &value);
	if (err || delta == 0)
		return err;
	if (!sum_fits(value, delta))
		return txn_fail(txn, ERR_RANGE);
	err = cell_set(txn, owner, key, value + delta);
	return err || !dirty ? err : cell_mark(txn, owner, key);
}

enum err cell_mark(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key)
{
	uint8_t name[VALUE_KEY_BYTES];
	dirty_key(owner, key, name);
	return txn_put(txn, STORE_CELL, span_of(name, sizeof name), span_of(NULL, 0));
}

enum err cell_clean(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key)
{
	uint8_t name[VALUE_KEY_BYTES];
	dirty_key(owner, key, name);
	return txn_delete(txn, STORE_CELL, span_of(name, sizeof name));
}

// Walks.

struct cell_scan cell_scan_begin(struct txn *txn, const struct cell_owner *owner, uint16_t metric)
{
	uint8_t prefix[VALUE_KEY_BYTES];
	uint8_t *end = put_owner(prefix, TAG_VALUE, owner);
	if (metric) {
		bytes_put_u16(end, metric);
		end += 2;
	}
	return (struct cell_scan){ .scan = scan_begin(txn, STORE_CELL, span_of(prefix, (size_t)(end - prefix))) };
}

struct cell_scan cell_scan_begin_dimension(struct txn *txn, const struct cell_owner *owner, uint16_t metric,
                                           uint8_t dimension)
{
	uint8_t prefix[VALUE_KEY_BYTES];
	uint8_t *end = put_owner(prefix, TAG_VALUE, owner);
	bytes_put_u16(end, metric);
	end[2] = dimension;
	return (struct cell_scan){ .scan = scan_begin(txn, STORE_CELL, span_of(prefix, (size_t)(end + 3 - prefix))) };
}

struct cell_scan cell_scan_begin_bucket(struct txn *txn, const struct cell_owner *owner, const struct cell_key *from)
{
	uint8_t key[VALUE_KEY_BYTES];
	value_key(owner, from, key);
	return (struct cell_scan){ .scan = scan_begin_from(txn, STORE_CELL, span_of(key, sizeof key - 4), span_of(key, sizeof key)) };
}

struct cell_scan cell_scan_begin_dirty(struct txn *txn, const struct cell_owner *owner)
{
	uint8_t prefix[VALUE_KEY_BYTES];
	uint8_t *end = put_owner(prefix, TAG_DIRTY, owner);
	return (struct cell_scan){ .scan = scan_begin(txn, STORE_CELL, span_of(prefix, (size_t)(end - prefix))) };
}

bool cell_scan_next(struct cell_scan *scan, struct cell *cell)
{
	if (!scan_next(&scan->scan))
		return false;
	struct span key = scan->scan.key, value = scan->scan.value;
	if (key.size != VALUE_KEY_BYTES || value.size != (key.data[0] == TAG_VALUE ? VALUE_BYTES : 0)) {
		txn_fail(scan->scan.txn, ERR_CORRUPT);
		return false;
	}
	const uint8_t *from = key.data + 1 + OWNER_BYTES;
	bool dirty = key.data[0] == TAG_DIRTY;
	read_place(dirty ? from + 4 : from, &cell->key);
	cell->key.month = (int32_t)bytes_get_u32(dirty ? from : from + 5);
	cell->value = dirty ? 0 : (int64_t)bytes_get_u64(value.data);
	return true;
}

void cell_scan_end(struct cell_scan *scan)
{
	scan_end(&scan->scan);
}

// Packed.

void cell_pack(const struct cell *cells, size_t count, struct buf *packed)
{
	struct cell_key before = { .metric = 0 };
	buf_varint(packed, count);
	for (size_t i = 0; i < count; i++) {
		const struct cell_key *key = &cells[i].key;
		bool same = key->metric == before.metric;
		before.dimension = same ? before.dimension : 0;
		same = same && key->dimension == before.dimension;
		before.bucket = same ? before.bucket : 0;
		buf_varint(packed, (uint64_t)(key->metric - before.metric));
		buf_varint(packed, (uint64_t)(key->dimension - before.dimension));
		buf_varint(packed, (uint64_t)(key->bucket - before.bucket));
		buf_zigzag(packed, (int64_t)key->month - before.month);
		buf_zigzag(packed, cells[i].value);
		before = *key;
	}
}

// The next number of a rising row; beyond `most` it is malformed.
static uint64_t rise(struct reader *reader, uint64_t before, uint64_t most)
{
	uint64_t difference = reader_varint(reader);
	if (difference > most - before)
		reader->err = ERR_MALFORMED;
	return reader->err ? before : before + difference;
}

static void unpack_cell(struct reader *reader, const struct cell_key *before, struct cell *cell)
{
	const struct cell_key from = *before;
	cell->key.metric = (uint16_t)rise(reader, from.metric, UINT16_MAX);
	bool same = cell->key.metric == from.metric;
	cell->key.dimension = (uint8_t)rise(reader, same ? from.dimension : 0, UINT8_MAX);
	same = same && cell->key.dimension == from.dimension;
	cell->key.bucket = (uint16_t)rise(reader, same ? from.bucket : 0, UINT16_MAX);
	int64_t difference = reader_zigzag(reader);
	bool near = difference >= -CELL_MONTH_MAX && difference <= CELL_MONTH_MAX;
	int64_t month = near ? from.month + difference : -1;
	cell->key.month = (int32_t)month;
	cell->value = reader_zigzag(reader);
	bool fits = cell_month_valid(month) && cell->value >= -CELL_VALUE_MAX && cell->value <= CELL_VALUE_MAX;
	if (!fits || cell->key.metric == 0)
		reader->err = ERR_MALFORMED;
}

enum err cell_unpack(struct span packed, struct arena *arena, struct cell **cells, size_t *count)
{
	struct reader reader = reader_of(packed);
	uint64_t claimed = reader_varint(&reader);
	*count = 0;
	if (reader.err || claimed > reader_left(&reader) / PACKED_CELL_MIN)
		return ERR_MALFORMED;
	*cells = arena_array(arena, (size_t)claimed, sizeof **cells);
	if (!*cells)
		return ERR_BUDGET;
	struct cell_key before = { .metric = 0 };
	for (size_t i = 0; i < claimed && !reader.err; i++) {
		unpack_cell(&reader, &before, &(*cells)[i]);
		if (!reader.err && i && cell_key_compare(&before, &(*cells)[i].key) >= 0)
			reader.err = ERR_MALFORMED;
		before = (*cells)[i].key;
	}
	*count = (size_t)claimed;
	return reader_end(&reader);
}
