// How many units of each kind lie below each unit, by the days on which they begin and end: what makes
// "k of n" a look instead of a walk over a whole country. A row says what changes on a day; the sum of
// the days up to one says how many there are. A unit is not counted under itself: its own row tells that.
#include "base/bytes.h"
#include "ledger/pack.h"
#include "org/charter_past_row.h"

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

// What a count holds: units that begin on the day; and those that come from elsewhere, less those that end or go.
struct counted {
	int64_t begin, other;
};

static enum err value_decode(struct span value, struct counted *count)
{
	if (value.size != 16)
		return ERR_CORRUPT;
	*count = (struct counted){ (int64_t)bytes_get_u64(value.data), (int64_t)bytes_get_u64(value.data + 8) };
	return ERR_OK;
}

static void add_to(struct charter_batch *batch, const struct id *unit, const char *kind, int32_t day, struct counted delta)
{
	uint8_t bytes[KEY_BYTES], value[16];
	struct span key = key_of(unit, kind, day, bytes), present;
	struct counted count = { 0, 0 };
	enum err err = txn_get(batch->txn, STORE_UNIT_COUNT, key, &present);
	if (!err)
		err = value_decode(present, &count);
	if (err && err != ERR_NOT_FOUND) {
		txn_fail(batch->txn, err);
		return;
	}
	count.begin += delta.begin;
	count.other += delta.other;
	bytes_put_u64(value, (uint64_t)count.begin);
	bytes_put_u64(value + 8, (uint64_t)count.other);
	if (count.begin || count.other)
		charter_batch_put(batch, STORE_UNIT_COUNT, key, span_of(value, sizeof value));
	else
		charter_batch_delete(batch, STORE_UNIT_COUNT, key);
}

// Of a span, those that count: not the first where `below` it, nor where it is a part of its successor.
static size_t first_of(const struct charter_span *span, bool below)
{
	return below || span->merged ? 1 : 0;
}

static bool counts_in(const struct charter_span *span, bool below, const struct id *unit)
{
	for (size_t i = first_of(span, below); i < span->count; i++)
		if (id_equal(&span->path[i], unit))
			return true;
	return false;
}

// Those who count in `span` and not in `other` (NULL: all).
static void add_where(struct charter_batch *batch, const struct charter_span *span, const struct charter_span *other,
                      bool below, const char *kind, int32_t day, struct counted delta)
{
	for (size_t i = first_of(span, below); i < span->count; i++)
		if (!other || !counts_in(other, below, &span->path[i]))
			add_to(batch, &span->path[i], kind, day, delta);
}

// What happens on a day counts for those who stood above then, and moves on with every move after it.
static void spread(struct charter_batch *batch, const struct charter_lineage *lineage, bool below, const char *kind,
                   int32_t day, struct counted delta)
{
	int64_t all = delta.begin + delta.other;
	size_t at = charter_lineage_on(lineage, day);
	add_where(batch, &lineage->spans[at], NULL, below, kind, day, delta);
	for (size_t i = at + 1; i < lineage->count; i++) {
		const struct charter_span *before = &lineage->spans[i - 1], *now = &lineage->spans[i];
		add_where(batch, before, now, below, kind, now->from, (struct counted){ 0, -all });
		add_where(batch, now, before, below, kind, now->from, (struct counted){ 0, all });
	}
}

void charter_count_flush(struct charter_batch *batch, struct charter_count *waiting)
{
	struct charter_lineage lineage;
	if (!waiting->delta || batch->txn->err || batch->err)
		return;
	enum err err = charter_lineage(batch->txn, &waiting->parent, batch->arena, &lineage);
	if (err == ERR_BUDGET)
		batch->err = err;
	else if (err)
		txn_fail(batch->txn, err == ERR_NOT_FOUND ? ERR_CORRUPT : err); // a unit without the one above it
	else
		spread(batch, &lineage, false, waiting->kind, waiting->day,
		       waiting->ends ? (struct counted){ 0, waiting->delta } : (struct counted){ waiting->delta, 0 });
	waiting->delta = 0;
}

static void add(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row, int32_t day,
                int64_t delta, bool ends)
{
	bool same = waiting->day == day && waiting->ends == ends && id_equal(&waiting->parent, &row->parent)
	            && strcmp(waiting->kind, row->kind) == 0;
	if (!same)
		charter_count_flush(batch, waiting);
	waiting->parent = row->parent;
	waiting->day = day;
	waiting->ends = ends;
	memcpy(waiting->kind, row->kind, strlen(row->kind) + 1);
	waiting->delta += delta;
}

void charter_count_begins(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row)
{
	add(batch, waiting, row, row->since, 1, false);
}

// One that closes before it begins is never there.
static int32_t end_of(const struct charter_unit *row, int32_t closed)
{
	return closed > row->since ? closed : row->since;
}

// The rows of those below, read whole before any is written.
struct below {
	struct below *next;
	char kind[LIMIT_NAME_BYTES + 1];
	int32_t day;
	struct counted count;
};

static enum err row_decode(struct span key, struct span value, struct below *row)
{
	size_t size = key.size;
	bool sound = size >= LIMIT_ID_BYTES + 2 + 4 && size <= KEY_BYTES && key.data[size - 5] == 0;
	if (!sound)
		return ERR_CORRUPT;
	memcpy(row->kind, key.data + LIMIT_ID_BYTES, size - LIMIT_ID_BYTES - 4);
	row->day = day_decode(bytes_get_u32(key.data + size - 4));
	return value_decode(value, &row->count);
}

static struct below *read_below(struct charter_batch *batch, const struct id *unit)
{
	struct below *first = NULL;
	struct scan scan = scan_begin(batch->txn, STORE_UNIT_COUNT, id_span(unit));
	while (scan_next(&scan) && !batch->err) {
		struct below *row = arena_alloc(batch->arena, sizeof *row);
		if (!row) {
			batch->err = ERR_BUDGET;
			break;
		}
		if (row_decode(scan.key, scan.value, row))
			txn_fail(batch->txn, ERR_CORRUPT);
		row->next = first;
		first = row;
	}
	scan_end(&scan);
	return first;
}

void charter_count_spread(struct charter_batch *batch, const struct charter_unit *row, int64_t sign)
{
	struct charter_lineage lineage;
	enum err err = charter_lineage(batch->txn, &row->unit, batch->arena, &lineage);
	if (err == ERR_BUDGET)
		batch->err = err;
	else if (err)
		txn_fail(batch->txn, err);
	if (err)
		return;
	spread(batch, &lineage, true, row->kind, row->since, (struct counted){ sign, 0 });
	if (row->closed != INT32_MAX)
		spread(batch, &lineage, true, row->kind, end_of(row, row->closed), (struct counted){ 0, -sign });
	for (struct below *below = read_below(batch, &row->unit); below; below = below->next)
		spread(batch, &lineage, true, below->kind, below->day,
		       (struct counted){ sign * below->count.begin, sign * below->count.other });
}

bool charter_keeps_ledger(const void *pack, const char *name)
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
		struct below below;
		err = row_decode(scan.key, scan.value, &below);
		if (!err)
			err = visit(context, below.kind, below.day, below.count.begin + below.count.other);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

enum err charter_expected_of(struct txn *txn, const struct charter_kinds *kinds, const struct id *unit, int32_t day, int32_t known,
                             int64_t *count)
{
	struct charter_unit row;
	*count = 0;
	enum err err = charter_unit_on(txn, unit, day, &row);
	if (err || row.merged) // its successor counts what it was
		return err;
	*count = kinds->counted(kinds->context, row.kind) && row.since <= known && day < row.closed;
	struct scan scan = scan_begin(txn, STORE_UNIT_COUNT, id_span(unit));
	while (!err && scan_next(&scan)) {
		struct below below;
		err = row_decode(scan.key, scan.value, &below);
		if (!err && kinds->counted(kinds->context, below.kind))
			*count += (below.day <= known ? below.count.begin : 0) + (below.day <= day ? below.count.other : 0);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

enum err charter_expected_then(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, int32_t known,
                               int64_t *count)
{
	return charter_expected_of(txn, &(struct charter_kinds){ charter_keeps_ledger, pack }, unit, day, known, count);
}

enum err charter_expected(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, int64_t *count)
{
	return charter_expected_then(txn, pack, unit, day, day, count);
}
