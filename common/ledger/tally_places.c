// Places of a unit's tallies at rest, and what a change of a cell means for each of them.
#include "ledger/tally_places.h"

#include "base/bytes.h"
#include "base/reader.h"
#include "ledger/cadence.h"
#include "ledger/multiset.h"

enum { TAG_PLACES = 0x70, KEY_BYTES = 1 + LIMIT_ID_BYTES + 1 };

static struct span key_of(const struct id *unit, bool rollup, uint8_t key[static KEY_BYTES])
{
	key[0] = TAG_PLACES;
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	key[1 + LIMIT_ID_BYTES] = rollup;
	return span_of(key, KEY_BYTES);
}

bool tally_places_any(const struct tally_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->spans[i].count)
			return true;
	return false;
}

bool tally_places_stock(const struct pack *pack, const struct cell_key *key)
{
	const struct pack_metric *known = pack ? pack_metric_by_number(pack, key->metric) : NULL;
	switch (key->metric) {
	case CELL_METRIC_REPORTING:
	case CELL_METRIC_MEMBERS:
	case CELL_METRIC_CHECK: return true;
	case CELL_METRIC_CADENCE: return key->bucket == CADENCE_EXEMPT;
	default: return known && known->form == METRIC_STOCK;
	}
}

static size_t read_spans(struct reader *reader, struct tally_span *spans)
{
	size_t count = 0;
	for (; reader_left(reader) && !reader->err; count++) {
		struct tally_span span = { .from = (int32_t)reader_u32(reader), .count = reader_u8(reader) };
		if (span.count > LIMIT_TREE_LEVELS)
			reader->err = ERR_MALFORMED;
		for (size_t i = 0; i < span.count && !reader->err; i++)
			reader_copy(reader, span.into[i].bytes, LIMIT_ID_BYTES);
		if (spans)
			spans[count] = span;
	}
	return count;
}

enum err tally_places_get(struct txn *txn, const struct id *unit, bool rollup, struct arena *arena, struct tally_places *places)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	*places = (struct tally_places){ .count = 0 };
	enum err err = txn_get(txn, STORE_TALLY, key_of(unit, rollup, key), &value);
	if (err)
		return err;
	struct reader reader = reader_of(value);
	size_t count = read_spans(&reader, NULL);
	struct tally_span *spans = arena_array(arena, count, sizeof *spans);
	if (reader.err || !spans)
		return spans ? txn_fail(txn, ERR_CORRUPT) : ERR_BUDGET;
	reader = reader_of(value);
	places->count = read_spans(&reader, spans);
	places->spans = spans;
	return ERR_OK;
}

enum err tally_places_put(struct txn *txn, const struct id *unit, bool rollup, const struct tally_places *places)
{
	uint8_t key[KEY_BYTES];
	struct buf value = BUF_EMPTY;
	for (size_t i = 0; i < places->count; i++) {
		buf_u32(&value, (uint32_t)places->spans[i].from);
		buf_u8(&value, (uint8_t)places->spans[i].count);
		buf_bytes(&value, places->spans[i].into, places->spans[i].count * sizeof places->spans[i].into[0]);
	}
	enum err err = value.err ? txn_fail(txn, value.err)
	                         : txn_put(txn, STORE_TALLY, key_of(unit, rollup, key), buf_span(&value));
	buf_free(&value);
	return err;
}

bool tally_places_equal(const struct tally_places *a, const struct tally_places *b)
{
	bool equal = a->count == b->count;
	for (size_t i = 0; i < a->count && equal; i++)
		equal = a->spans[i].from == b->spans[i].from && a->spans[i].count == b->spans[i].count
		        && memcmp(a->spans[i].into, b->spans[i].into, a->spans[i].count * sizeof a->spans[i].into[0]) == 0;
	return equal;
}

// ---- Spreading ----

static struct cell_batch *batch_of(struct tally_spread *spread, const struct id *unit)
{
	for (size_t i = 0; i < spread->count; i++)
		if (id_equal(&spread->of[i].unit, unit))
			return spread->of[i].batch;
	struct cell_batch *batch = spread->count < TALLY_PLACES_UNITS ? cell_batch_new() : NULL;
	if (!batch) {
		spread->err = spread->count < TALLY_PLACES_UNITS ? ERR_NOMEM : ERR_RANGE;
		return NULL;
	}
	spread->of[spread->count].unit = *unit;
	spread->of[spread->count++].batch = batch;
	return batch;
}

static bool sums_into(const struct tally_span *span, const struct id *unit)
{
	for (size_t i = 0; i < span->count; i++)
		if (id_equal(&span->into[i], unit))
			return true;
	return false;
}

// For those of `span` that are not in `other` (NULL: all).
static void add_where(struct tally_spread *spread, const struct tally_span *span, const struct tally_span *other,
                      const struct cell_key *key, int64_t delta)
{
	for (size_t i = 0; i < span->count && !spread->err; i++) {
		struct cell_batch *batch = other && sums_into(other, &span->into[i]) ? NULL : batch_of(spread, &span->into[i]);
		if (batch)
			spread->err = cell_batch_add(batch, key, delta);
	}
}

// The span that a month lies in, counted from 1.
static size_t span_of_month(const struct tally_places *places, int32_t month)
{
	size_t at = places->count;
	while (at > 1 && places->spans[at - 1].from > month)
		at--;
	return at;
}

static void spread_sum(struct tally_spread *spread, const struct cell_key *key, int64_t delta)
{
	const struct tally_places *places = spread->places;
	size_t at = span_of_month(places, key->month);
	if (at == 0 || delta == 0)
		return;
	add_where(spread, &places->spans[at - 1], NULL, key, delta);
	bool stock = at < places->count && tally_places_stock(places->pack, key);
	for (; stock && at < places->count; at++) {
		struct cell_key then = *key;
		then.month = places->spans[at].from;
		add_where(spread, &places->spans[at - 1], &places->spans[at], &then, -delta);
		add_where(spread, &places->spans[at], &places->spans[at - 1], &then, delta);
	}
}

// An extreme stands in its month and goes nowhere.
static void spread_extreme(struct tally_spread *spread, const struct cell_key *key, int64_t was, int64_t now)
{
	const struct tally_places *places = spread->places;
	size_t at = span_of_month(places, key->month);
	for (size_t i = 0; at > 0 && i < places->spans[at - 1].count && !spread->err; i++) {
		const struct id *unit = &places->spans[at - 1].into[i];
		const struct cell_owner owner = cell_owner_sum(unit);
		spread->err = multiset_replace(spread->txn, &owner, key, was, now, id_equal(unit, &places->publisher));
	}
}

enum err tally_spread_flush(struct tally_spread *spread)
{
	for (size_t i = 0; i < spread->count; i++) {
		const struct cell_owner owner = cell_owner_sum(&spread->of[i].unit);
		bool published = id_equal(&spread->of[i].unit, &spread->places->publisher);
		if (!spread->err)
			spread->err = cell_batch_flush(spread->of[i].batch, spread->txn, &owner, published);
		cell_batch_free(spread->of[i].batch);
	}
	spread->count = 0;
	return spread->err;
}

enum err tally_spread_list(struct tally_spread *spread, const struct cell_owner *part, const struct cell_list *changes)
{
	for (size_t i = 0; i < changes->count && !spread->err; i++) {
		const struct cell *change = &changes->cells[i];
		int64_t now = 0;
		if (cell_rule(&change->key) == CELL_ADDS_UP) {
			spread_sum(spread, &change->key, change->value);
			continue;
		}
		spread->err = cell_get(spread->txn, part, &change->key, &now);
		if (!spread->err)
			spread_extreme(spread, &change->key, now - change->value, now);
	}
	return spread->err;
}

enum err tally_spread_owner(struct tally_spread *spread, const struct cell_owner *owner, int64_t sign)
{
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(spread->txn, owner, 0);
	while (cell_scan_next(&scan, &cell) && !spread->err) {
		if (cell_rule(&cell.key) == CELL_ADDS_UP)
			spread_sum(spread, &cell.key, sign * cell.value);
		else
			spread_extreme(spread, &cell.key, sign < 0 ? cell.value : 0, sign < 0 ? 0 : cell.value);
	}
	cell_scan_end(&scan);
	return spread->err ? spread->err : spread->txn->err;
}
