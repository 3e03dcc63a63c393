// Cells gathered in memory, so that a bulk of records touches each cell of the store once. A key fits into
// 64 bits in its own order, so it hashes and sorts as one number; months are small and never negative
// (cell_month_valid). Elements of cells that are not plain sums are gathered beside them.
#include "ledger/cell.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/hashed.h"
#include "ledger/multiset.h"

struct batch_cell {
	uint64_t key;
	int64_t delta;
	UT_hash_handle hh;
};

struct element_name {
	uint64_t key;
	struct cell_element element;
};

static_assert(sizeof(struct element_name) == 8 + CELL_ELEMENT_BYTES, "hashed and compared as bytes");

struct batch_element {
	struct element_name name;
	int64_t delta;
	UT_hash_handle hh;
};

struct cell_batch {
	struct batch_cell *cells;
	struct batch_element *elements;
};

struct cell_batch *cell_batch_new(void)
{
	struct cell_batch *batch = malloc(sizeof *batch);
	if (batch)
		*batch = (struct cell_batch){ .cells = NULL };
	return batch;
}

void cell_batch_clear(struct cell_batch *batch)
{
	struct batch_cell *next = batch->cells;
	struct batch_element *after = batch->elements;
	HASH_CLEAR(hh, batch->cells);
	HASH_CLEAR(hh, batch->elements);
	while (next) {
		struct batch_cell *cell = next;
		next = cell->hh.next;
		free(cell);
	}
	while (after) {
		struct batch_element *element = after;
		after = element->hh.next;
		free(element);
	}
}

void cell_batch_free(struct cell_batch *batch)
{
	if (!batch)
		return;
	cell_batch_clear(batch);
	free(batch);
}

static uint64_t squeeze(const struct cell_key *key)
{
	return (uint64_t)key->metric << 48 | (uint64_t)key->dimension << 40 | (uint64_t)key->bucket << 24
	       | (uint32_t)key->month;
}

static struct cell_key unsqueeze(uint64_t key)
{
	return (struct cell_key){
		.metric = (uint16_t)(key >> 48),
		.dimension = (uint8_t)(key >> 40),
		.bucket = (uint16_t)(key >> 24),
		.month = (int32_t)(key & 0xffffff),
	};
}

static struct batch_cell *find_cell(struct cell_batch *batch, uint64_t key)
{
	struct batch_cell *cell;
	HASH_FIND(hh, batch->cells, &key, sizeof key, cell);
	if (cell)
		return cell;
	cell = malloc(sizeof *cell);
	if (!cell)
		return NULL;
	*cell = (struct batch_cell){ .key = key, .delta = 0 };
	HASH_ADD(hh, batch->cells, key, sizeof cell->key, cell);
	if (!cell->hh.tbl) { // uthash could not grow
		free(cell);
		return NULL;
	}
	return cell;
}

static struct batch_element *find_element(struct cell_batch *batch, const struct element_name *name)
{
	struct batch_element *element;
	HASH_FIND(hh, batch->elements, name, sizeof *name, element);
	if (element)
		return element;
	element = malloc(sizeof *element);
	if (!element)
		return NULL;
	*element = (struct batch_element){ .name = *name, .delta = 0 };
	HASH_ADD(hh, batch->elements, name, sizeof element->name, element);
	if (!element->hh.tbl) {
		free(element);
		return NULL;
	}
	return element;
}

static bool sum_fits(int64_t a, int64_t b)
{
	return b >= 0 ? a <= INT64_MAX - b : a >= INT64_MIN - b;
}

enum err cell_batch_add(struct cell_batch *batch, const struct cell_key *key, int64_t delta)
{
	if (!cell_month_valid(key->month))
		return ERR_RANGE;
	struct batch_cell *cell = find_cell(batch, squeeze(key));
	if (!cell)
		return ERR_NOMEM;
	if (!sum_fits(cell->delta, delta))
		return ERR_RANGE;
	cell->delta += delta;
	return ERR_OK;
}

// ---- Elements ----

struct cell_element cell_element_of_value(int64_t value)
{
	struct cell_element element = { .bytes = { 0 } };
	bytes_put_u64(element.bytes, (uint64_t)value ^ UINT64_C(1) << 63);
	return element;
}

int64_t cell_element_value(const struct cell_element *element)
{
	return (int64_t)(bytes_get_u64(element->bytes) ^ UINT64_C(1) << 63);
}

enum err cell_batch_add_element(struct cell_batch *batch, const struct cell_key *key, const struct cell_element *element,
                                int64_t delta)
{
	if (!cell_month_valid(key->month))
		return ERR_RANGE;
	const struct element_name name = { .key = squeeze(key), .element = *element };
	struct batch_element *found = find_element(batch, &name);
	if (!found)
		return ERR_NOMEM;
	if (!sum_fits(found->delta, delta))
		return ERR_RANGE;
	found->delta += delta;
	return ERR_OK;
}

// ---- Out of the batch, in the order of the store's keys ----

static int compare_cells(const struct batch_cell *a, const struct batch_cell *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

static int compare_elements(const struct batch_element *a, const struct batch_element *b)
{
	if (a->name.key != b->name.key)
		return a->name.key < b->name.key ? -1 : 1;
	return memcmp(a->name.element.bytes, b->name.element.bytes, CELL_ELEMENT_BYTES);
}

// The elements of one cell; *at ends up behind them.
static enum err flush_elements(struct txn *txn, const struct cell_owner *owner, struct batch_element **at, bool dirty)
{
	uint64_t key_bits = (*at)->name.key;
	const struct cell_key key = unsqueeze(key_bits);
	int64_t appeared = 0;
	enum err err = ERR_OK;
	for (; *at && (*at)->name.key == key_bits && !err; *at = (*at)->hh.next)
		err = multiset_add(txn, owner, &key, &(*at)->name.element, (*at)->delta, &appeared);
	if (err)
		return err;
	return cell_rule(&key) == CELL_ADDS_UP ? cell_add(txn, owner, &key, appeared, dirty)
	                                       : multiset_settle(txn, owner, &key, dirty);
}

static void sort_elements(struct cell_batch *batch)
{
	HASH_SRT(hh, batch->elements, compare_elements);
}

enum err cell_batch_flush(struct cell_batch *batch, struct txn *txn, const struct cell_owner *owner, bool dirty)
{
	enum err err = ERR_OK;
	HASH_SRT(hh, batch->cells, compare_cells);
	for (struct batch_cell *cell = batch->cells; cell && !err; cell = cell->hh.next) {
		struct cell_key key = unsqueeze(cell->key);
		err = cell_add(txn, owner, &key, cell->delta, dirty);
	}
	sort_elements(batch);
	for (struct batch_element *at = batch->elements; at && !err;)
		err = flush_elements(txn, owner, &at, dirty);
	cell_batch_clear(batch);
	return err;
}

static struct cell cell_of_elements(struct batch_element **at)
{
	struct cell cell = { .key = unsqueeze((*at)->name.key) };
	uint64_t key_bits = (*at)->name.key;
	enum cell_rule rule = cell_rule(&cell.key);
	for (; *at && (*at)->name.key == key_bits; *at = (*at)->hh.next) {
		if ((*at)->delta <= 0)
			continue;
		int64_t value = cell_element_value(&(*at)->name.element);
		if (rule == CELL_ADDS_UP)
			cell.value++;
		else if (cell.value == 0 || rule == CELL_GREATEST) // ascending
			cell.value = value;
	}
	return cell;
}

enum err cell_batch_each(struct cell_batch *batch, enum err (*visit)(void *context, const struct cell *cell), void *context)
{
	enum err err = ERR_OK;
	for (const struct batch_cell *at = batch->cells; at && !err; at = at->hh.next) {
		struct cell cell = { .key = unsqueeze(at->key), .value = at->delta };
		err = cell.value ? visit(context, &cell) : ERR_OK;
	}
	sort_elements(batch);
	for (struct batch_element *at = batch->elements; at && !err;) {
		struct cell cell = cell_of_elements(&at);
		err = cell.value ? visit(context, &cell) : ERR_OK;
	}
	return err;
}
