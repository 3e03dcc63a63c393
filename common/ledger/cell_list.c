// Two ascending rows of cells, walked side by side.
#include "ledger/cell_list.h"

#include <stdlib.h>

enum err cell_list_add(struct cell_list *list, const struct cell_key *key, int64_t value)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 32;
		struct cell *cells = arena_array(list->arena, capacity, sizeof *cells);
		if (!cells)
			return ERR_BUDGET;
		if (list->count)
			memcpy(cells, list->cells, list->count * sizeof *cells);
		list->cells = cells;
		list->capacity = capacity;
	}
	list->cells[list->count++] = (struct cell){ .key = *key, .value = value };
	return ERR_OK;
}

// Where cells come from in ascending order: a walk over an owner, or a tally's own.
struct cell_source {
	struct cell_scan scan;
	const struct cell *given; // else the scan
	size_t left;
	struct cell at;
	bool there;
};

static void source_next(struct cell_source *source)
{
	if (!source->given) {
		source->there = cell_scan_next(&source->scan, &source->at);
		return;
	}
	source->there = source->left > 0;
	if (source->there) {
		source->at = *source->given++;
		source->left--;
	}
}

static struct cell_source source_of_owner(struct txn *txn, const struct cell_owner *owner)
{
	struct cell_source source = { .scan = cell_scan_begin(txn, owner, 0) };
	source_next(&source);
	return source;
}

static struct cell_source source_of_cells(const struct cell *cells, size_t count)
{
	static const struct cell nothing;
	struct cell_source source = { .given = count ? cells : &nothing, .left = count };
	source_next(&source);
	return source;
}

static void source_end(struct cell_source *source)
{
	if (!source->given)
		cell_scan_end(&source->scan);
}

// Cells in which the two differ, as `to` minus `from`.
static enum err walk_both(struct cell_source *to, struct cell_source *from, struct cell_list *list)
{
	enum err err = ERR_OK;
	while (!err && (to->there || from->there)) {
		int order = !to->there ? 1 : !from->there ? -1 : cell_key_compare(&to->at.key, &from->at.key);
		struct cell_key key = order <= 0 ? to->at.key : from->at.key;
		int64_t difference = (order <= 0 ? to->at.value : 0) - (order >= 0 ? from->at.value : 0);
		if (difference)
			err = cell_list_add(list, &key, difference);
		if (order <= 0)
			source_next(to);
		if (order >= 0)
			source_next(from);
	}
	return err;
}

enum err cell_list_difference(struct txn *txn, const struct cell_owner *to, const struct cell_owner *from,
                               struct cell_list *list)
{
	struct cell_source a = source_of_owner(txn, to), b = source_of_owner(txn, from);
	enum err err = walk_both(&a, &b, list);
	source_end(&b);
	source_end(&a);
	return err ? err : txn->err;
}

enum err cell_list_difference_given(struct txn *txn, const struct cell *cells, size_t count,
                                     const struct cell_owner *from, struct cell_list *list)
{
	struct cell_source a = source_of_cells(cells, count), b = source_of_owner(txn, from);
	enum err err = walk_both(&a, &b, list);
	source_end(&b);
	return err ? err : txn->err;
}

static int compare_cells(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	return cell_key_compare(&a->key, &b->key);
}

void cell_list_sort(struct cell_list *list)
{
	if (list->count > 1)
		qsort(list->cells, list->count, sizeof *list->cells, compare_cells);
}

void cell_list_fold(struct cell_list *list)
{
	size_t kept = 0;
	cell_list_sort(list);
	for (size_t i = 0; i < list->count;) {
		struct cell sum = list->cells[i++];
		for (; i < list->count && cell_key_compare(&list->cells[i].key, &sum.key) == 0; i++)
			sum.value = cell_join(&sum.key, sum.value, list->cells[i].value);
		if (sum.value)
			list->cells[kept++] = sum;
	}
	list->count = kept;
}

int64_t cell_list_sum(const struct cell_list *list, struct cell_key key, int32_t first, int32_t last)
{
	int64_t sum = 0;
	for (size_t i = 0; list && i < list->count; i++) {
		const struct cell_key *at = &list->cells[i].key;
		bool same = at->metric == key.metric && at->dimension == key.dimension && at->bucket == key.bucket;
		if (same && at->month >= first && at->month <= last)
			sum = cell_sum(sum, list->cells[i].value);
	}
	return sum;
}
