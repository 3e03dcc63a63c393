// How many units of each kind lie below each unit, by the days on which they begin and end: what makes
// "k of n" a look instead of a walk over a whole country. A row says what changes on a day; the sum of
// the days up to one says how many there are. A unit is not counted under itself: its own row tells that.
#include "base/bytes.h"
#include "ledger/pack.h"
#include "org/charter_row.h"

enum { KEY_BYTES = LIMIT_ID_BYTES + LIMIT_NAME_BYTES + 1 + 4 };

static_assert(KEY_BYTES <= STORE_KEY_MAX, "a count has a key");

// In order also before 1970.
static uint32_t day_encode(int32_t day)
{
	return (uint32_t)day ^ UINT32_C(0x80000000);
}

static int32_t day_decode(uint32_t encoded)
{
	return (int32_t)(encoded ^ UINT32_C(0x80000000));
}

static struct span key_of(const struct id *unit, const char *kind, int32_t day, uint8_t key[static KEY_BYTES])
{
	size_t size = strlen(kind) + 1;
	memcpy(key, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, kind, size);
	bytes_put_u32(key + LIMIT_ID_BYTES + size, day_encode(day));
	return span_of(key, LIMIT_ID_BYTES + size + 4);
}

static enum err value_decode(struct span value, int64_t *count)
{
	if (value.size != 8)
		return ERR_CORRUPT;
	*count = (int64_t)bytes_get_u64(value.data);
	return ERR_OK;
}

static void add_below(struct charter_batch *batch, const struct id *unit, const struct charter_count *waiting)
{
	uint8_t bytes[KEY_BYTES], value[8];
	struct span key = key_of(unit, waiting->kind, waiting->day, bytes), present;
	int64_t count = 0;
	enum err err = txn_get(batch->txn, STORE_UNIT_COUNT, key, &present);
	if (!err)
		err = value_decode(present, &count);
	if (err && err != ERR_NOT_FOUND) {
		txn_fail(batch->txn, err);
		return;
	}
	count += waiting->delta;
	bytes_put_u64(value, (uint64_t)count);
	if (count)
		charter_batch_put(batch, STORE_UNIT_COUNT, key, span_of(value, sizeof value));
	else
		charter_batch_delete(batch, STORE_UNIT_COUNT, key);
}

void charter_count_flush(struct charter_batch *batch, struct charter_count *waiting)
{
	struct charter_unit row;
	struct id at = waiting->parent;
	for (size_t level = 0; waiting->delta && !id_is_zero(&at) && !batch->txn->err && !batch->err; level++) {
		enum err err = level < LIMIT_TREE_LEVELS ? charter_unit_get(batch->txn, &at, &row) : ERR_CORRUPT;
		if (err) {
			txn_fail(batch->txn, ERR_CORRUPT); // a unit without the one above it
			return;
		}
		add_below(batch, &at, waiting);
		at = row.parent;
	}
	waiting->delta = 0;
}

static void add(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row, int32_t day,
                int64_t delta)
{
	bool same = waiting->day == day && id_equal(&waiting->parent, &row->parent) && strcmp(waiting->kind, row->kind) == 0;
	if (!same)
		charter_count_flush(batch, waiting);
	waiting->parent = row->parent;
	waiting->day = day;
	memcpy(waiting->kind, row->kind, strlen(row->kind) + 1);
	waiting->delta += delta;
}

void charter_count_begins(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row)
{
	add(batch, waiting, row, row->since, 1);
}

// One that closes before it begins is never there.
static void add_end(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row,
                    int32_t closed, int64_t delta)
{
	if (closed != INT32_MAX)
		add(batch, waiting, row, closed > row->since ? closed : row->since, delta);
}

void charter_count_ends(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row,
                        int32_t before)
{
	add_end(batch, waiting, row, before, 1);
	add_end(batch, waiting, row, row->closed, -1);
}

static bool is_asked_for(const struct pack *pack, const char *name)
{
	const struct pack_unit_kind *kind = pack ? pack_unit_kind_by_name(pack, name) : NULL;
	return !pack || (kind && kind->ledger);
}

enum err charter_counts(struct txn *txn, const struct id *unit,
                        enum err (*visit)(void *context, const char *kind, int32_t day, int64_t delta), void *context)
{
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_UNIT_COUNT, id_span(unit));
	while (!err && scan_next(&scan)) {
		int64_t delta;
		size_t size = scan.key.size;
		bool sound = size >= LIMIT_ID_BYTES + 2 + 4 && size <= KEY_BYTES && scan.key.data[size - 5] == 0;
		if (!sound || value_decode(scan.value, &delta))
			err = ERR_CORRUPT;
		else
			err = visit(context, (const char *)scan.key.data + LIMIT_ID_BYTES,
			            day_decode(bytes_get_u32(scan.key.data + size - 4)), delta);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// Those that are there on a day.
struct there {
	const struct pack *pack;
	int32_t day;
	int64_t count;
};

static enum err add_there(void *context, const char *kind, int32_t day, int64_t delta)
{
	struct there *there = context;
	if (day <= there->day && is_asked_for(there->pack, kind))
		there->count += delta;
	return ERR_OK;
}

enum err charter_expected(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, int64_t *count)
{
	struct charter_unit row;
	*count = 0;
	enum err err = charter_unit_get(txn, unit, &row);
	if (err)
		return err;
	struct there there = { .pack = pack, .day = day };
	there.count = is_asked_for(pack, row.kind) && row.since <= day && day < row.closed;
	err = charter_counts(txn, unit, add_there, &there);
	*count = there.count;
	return err;
}
