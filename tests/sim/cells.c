#include "cells.h"

#include <stdlib.h>

#include "ledger/cadence.h"
#include "ledger/period.h"
#include "org/charter.h"

#define FIRST_MONTH (2026 * 12)

enum { MONTHS = 4, PUBLISHED = CELLS_MONTHS };

static void hash_number(crypto_generichash_state *state, uint64_t number)
{
	uint8_t bytes[8];
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(number >> 8 * i);
	crypto_generichash_update(state, bytes, sizeof bytes);
}

// Told when figures are published, by the day; no entry's doing, and not there after a rebuild.
static bool is_said(uint16_t metric)
{
	return metric == CELL_METRIC_REPORTING;
}

struct hash cells_digest(struct txn *txn, const struct id *unit)
{
	struct cell cell;
	struct hash digest;
	crypto_generichash_state state;
	struct cell_owner owner = cell_owner_own(unit);
	crypto_generichash_init(&state, NULL, 0, sizeof digest.bytes);
	struct cell_scan scan = cell_scan_begin(txn, &owner, 0);
	while (cell_scan_next(&scan, &cell)) {
		if (is_said(cell.key.metric))
			continue;
		hash_number(&state, (uint64_t)cell.key.metric << 32 | (uint64_t)cell.key.dimension << 16 | cell.key.bucket);
		hash_number(&state, (uint64_t)cell.key.month);
		hash_number(&state, (uint64_t)cell.value);
	}
	cell_scan_end(&scan);
	crypto_generichash_final(&state, digest.bytes, sizeof digest.bytes);
	return digest;
}

// ---- Sums ----

struct cell_rows {
	struct cell *list;
	size_t count, capacity;
};

static bool is_published(const struct cell_key *key)
{
	return !is_said(key->metric) && key->month < FIRST_MONTH + PUBLISHED;
}

static void gather(struct txn *txn, const struct cell_owner *owner, struct cell_rows *rows)
{
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(txn, owner, 0);
	while (cell_scan_next(&scan, &cell)) {
		if (!is_published(&cell.key))
			continue;
		rows->list = world_grow(rows->list, rows->count, &rows->capacity, sizeof *rows->list);
		rows->list[rows->count++] = cell;
	}
	cell_scan_end(&scan);
}

static int by_key(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	return cell_key_compare(&a->key, &b->key);
}

static int64_t together(const struct cell_key *key, int64_t a, int64_t b)
{
	switch (cell_rule(key)) {
	case CELL_LEAST: return a < b ? a : b;
	case CELL_GREATEST: return a > b ? a : b;
	case CELL_ADDS_UP: break;
	}
	return a + b;
}

// Each key once, without those that come to nothing.
static void merge(struct cell_rows *rows)
{
	size_t kept = 0;
	if (rows->count)
		qsort(rows->list, rows->count, sizeof *rows->list, by_key);
	for (size_t i = 0; i < rows->count;) {
		struct cell cell = rows->list[i];
		for (i++; i < rows->count && cell_key_compare(&cell.key, &rows->list[i].key) == 0; i++)
			cell.value = together(&cell.key, cell.value, rows->list[i].value);
		if (cell.value)
			rows->list[kept++] = cell;
	}
	rows->count = kept;
}

static bool gather_from(struct actor *actor, const struct id *unit, bool rollup, struct cell_rows *rows)
{
	struct txn txn;
	struct cell_owner owner = cell_owner_own(unit);
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool good = !rollup || tally_sum_owner(&txn, unit, &owner) == ERR_OK;
	if (good)
		gather(&txn, &owner, rows);
	txn_abort(&txn);
	return good;
}

static bool rows_equal(struct actor *server, const struct cell_rows *wanted, const struct cell_rows *found, char *why,
                       size_t size)
{
	size_t i = 0;
	while (i < wanted->count && i < found->count && by_key(&wanted->list[i], &found->list[i]) == 0 &&
	       wanted->list[i].value == found->list[i].value)
		i++;
	if (i == wanted->count && i == found->count)
		return true;
	bool missing = i == found->count || (i < wanted->count && by_key(&wanted->list[i], &found->list[i]) <= 0);
	const struct cell *cell = missing ? &wanted->list[i] : &found->list[i];
	snprintf(why, size, "%s: the sum of metric %u, dimension %u, bucket %u, month %d is not that of its parts", server->name,
	         cell->key.metric, cell->key.dimension, cell->key.bucket, cell->key.month - FIRST_MONTH + 1);
	return false;
}

static bool is_stock(const struct pack *pack, const struct cell_key *key)
{
	const struct pack_metric *metric = pack_metric_by_number(pack, key->metric);
	if (key->metric == CELL_METRIC_CADENCE)
		return key->bucket == CADENCE_EXEMPT;
	return key->metric == CELL_METRIC_CHECK || key->metric == CELL_METRIC_MEMBERS || (metric && metric->form == METRIC_STOCK);
}

static void add_row(struct cell_rows *rows, struct cell cell, int32_t month, int64_t sign)
{
	cell.key.month = month;
	cell.value *= sign;
	rows->list = world_grow(rows->list, rows->count, &rows->capacity, sizeof *rows->list);
	rows->list[rows->count++] = cell;
}

// What one cell of a part is to the server: it counts in its month there where the unit stood; a stock goes
// with the unit in the month of the move.
static void place_cell(const struct actor *server, const struct cells_part *part, const struct cell *cell,
                       struct cell_rows *rows)
{
	int32_t at = cell->key.month < FIRST_MONTH ? 0 : cell->key.month - FIRST_MONTH;
	bool here = !server->parent || part->place[at] == server;
	if (here)
		add_row(rows, *cell, cell->key.month, 1);
	if (!server->parent || !part->device || !is_stock(part->device->pack.pack, &cell->key))
		return;
	while (++at < CELLS_MONTHS) {
		bool then = part->place[at] == server;
		if (then != here)
			add_row(rows, *cell, FIRST_MONTH + at, then ? 1 : -1);
		here = then;
	}
}

static bool gather_part(const struct actor *server, const struct cells_part *part, struct cell_rows *rows)
{
	struct cell_rows own = { .count = 0 };
	bool good = part->device ? gather_from(part->device, &part->device->self.unit, false, &own)
	                         : gather_from(part->said_by, part->said_of, true, &own);
	for (size_t i = 0; good && i < own.count; i++)
		place_cell(server, part, &own.list[i], rows);
	free(own.list);
	return good;
}

bool cells_sum(struct actor *server, const struct cells_part *parts, size_t count, char *why, size_t size)
{
	struct cell_rows wanted = { .count = 0 }, found = { .count = 0 };
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = good && gather_part(server, &parts[i], &wanted);
	good = good && gather_from(server, &server->self.unit, true, &found);
	merge(&wanted);
	merge(&found);
	good = good && rows_equal(server, &wanted, &found, why, size);
	free(wanted.list);
	free(found.list);
	return good;
}

// ---- What follows ----

static int64_t value_at(struct txn *txn, const struct id *unit, struct cell_key key)
{
	struct cell_owner owner = cell_owner_own(unit);
	int64_t value = 0;
	return cell_get(txn, &owner, &key, &value) ? INT64_MIN : value;
}

static int64_t approved_value(const struct period_step *base, uint16_t metric)
{
	for (size_t i = 0; i < base->cell_count; i++)
		if (base->cells[i].key.metric == metric && base->cells[i].key.dimension == 0 && base->cells[i].key.bucket == 0)
			return base->cells[i].value;
	return 0;
}

// A month that was approved says by how much each total has changed since; one that was not says nothing.
static bool restated(struct actor *device, struct txn *txn, int32_t month, char *why, size_t size)
{
	const struct id *unit = &device->self.unit;
	const struct pack *pack = device->pack.pack;
	struct period_standing standing;
	struct arena arena;
	bool good = true;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (period_state_load(txn, unit, month, &arena, &standing))
		good = false;
	for (size_t i = 0; good && i < pack->metric_count; i++) {
		struct cell_key key = { .metric = pack->metrics[i].number, .month = month };
		int64_t wanted = standing.base ? value_at(txn, unit, key) - approved_value(&standing.base->step, key.metric) : 0;
		key.bucket = CELL_BUCKET_RESTATED;
		good = value_at(txn, unit, key) == wanted;
	}
	if (!good)
		snprintf(why, size, "%s: month %d is not restated as it has changed", device->name, month - FIRST_MONTH + 1);
	arena_free(&arena);
	return good;
}

// Cadences of a branch that ask for a number of something in each period, whatever the days and the size.
static bool met(struct actor *device, struct txn *txn, const struct pack_cadence *cadence, char *why, size_t size)
{
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(device->pack.pack, "branch");
	int64_t asked = pack_duty_at_least(cadence, kind);
	int32_t quarter = FIRST_MONTH + PUBLISHED - 1;
	if (cadence->by_day || cadence->when_count || cadence->each || cadence->every > 3 || !asked)
		return true;
	for (int32_t last = FIRST_MONTH + cadence->every - 1; last <= quarter; last += cadence->every) {
		int64_t done = 0;
		struct cell_key key = { .metric = cadence->of.metric->number, .bucket = cadence->of.bucket };
		key.dimension = cadence->of.dimension ? cadence->of.dimension->number : 0;
		for (key.month = last - cadence->every + 1; key.month <= last; key.month++)
			done += value_at(txn, &device->self.unit, key);
		struct cell_key told = { .metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_MET };
		told.month = last;
		if (value_at(txn, &device->self.unit, told) == (done >= asked))
			continue;
		snprintf(why, size, "%s: %s of month %d is told otherwise than it was kept", device->name, cadence->name,
		         last - FIRST_MONTH + 1);
		return false;
	}
	return true;
}

bool cells_follow(struct actor *device, char *why, size_t size)
{
	struct txn txn;
	struct charter_unit row;
	bool good = true;
	if (txn_begin(device->store, STORE_READ, &txn))
		return false;
	view_pack_refresh(&device->pack, &txn);
	const struct pack *pack = device->pack.pack;
	bool known = pack && charter_unit_get(&txn, &device->self.unit, &row) == ERR_OK;
	for (int32_t month = FIRST_MONTH; known && good && month < FIRST_MONTH + MONTHS; month++)
		good = restated(device, &txn, month, why, size);
	bool there = known && row.closed == INT32_MAX; // of a period in which it ended nothing is asked
	for (size_t i = 0; there && good && i < pack->cadence_count; i++)
		good = met(device, &txn, &pack->cadences[i], why, size);
	txn_abort(&txn);
	return good;
}

// ---- How months stand ----

static void hash_place(crypto_generichash_state *state, const struct period_taken *taken)
{
	if (!taken)
		return;
	crypto_generichash_update(state, taken->event.place.log.bytes, sizeof taken->event.place.log.bytes);
	hash_number(state, taken->event.place.seq);
	hash_number(state, taken->verdict);
	hash_number(state, taken->disputed);
}

// The row that is kept of a month says what its entries say.
static bool summary_tells(struct txn *txn, const struct period_standing *standing)
{
	struct period_summary summary;
	const struct period_said *said = period_judge_verdict(standing);
	if (period_summary_get(txn, &standing->unit, standing->month, &summary))
		return false;
	bool newest = standing->last ? summary.newest_place.log == standing->last->event.dot.log && summary.newest_place.seq == standing->last->event.dot.seq &&
	                               summary.verdict == standing->last->verdict && summary.disputed == standing->last->disputed &&
	                               summary.revision == standing->last->step.revision && summary.newest == standing->last->event.time
	                             : summary.newest_place.log == 0 && summary.newest == 0;
	bool verdict = said ? summary.said_place.log == said->event.dot.log && summary.said_place.seq == said->event.dot.seq : summary.said_place.log == 0;
	return newest && verdict && summary.state == standing->state && summary.based == (standing->base != NULL);
}

static bool month_digest(struct actor *actor, const struct id *unit, int32_t month, struct hash *digest)
{
	struct txn txn;
	struct arena arena;
	struct period_standing standing;
	crypto_generichash_state state;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool good = period_state_load(&txn, unit, month, &arena, &standing) == ERR_OK && summary_tells(&txn, &standing);
	crypto_generichash_init(&state, NULL, 0, sizeof digest->bytes);
	if (good) {
		hash_number(&state, standing.state);
		hash_number(&state, standing.step);
		hash_number(&state, standing.revision);
		hash_place(&state, standing.last);
		hash_place(&state, standing.base);
	}
	crypto_generichash_final(&state, digest->bytes, sizeof digest->bytes);
	arena_free(&arena);
	txn_abort(&txn);
	return good;
}

bool cells_months_equal(struct actor *a, struct actor *b, const struct id *unit, char *why, size_t size)
{
	for (int32_t month = FIRST_MONTH; month < FIRST_MONTH + MONTHS; month++) {
		struct hash one, another;
		if (month_digest(a, unit, month, &one) && month_digest(b, unit, month, &another) && hash_equal(&one, &another))
			continue;
		snprintf(why, size, "month %d stands otherwise with %s than with %s", month - FIRST_MONTH + 1, a->name, b->name);
		return false;
	}
	return true;
}
