// Figures are sums of cells: of a flow, over the months of the period; of a stock, over all months
// up to the period's last. A bucket whose sum is 0 says nothing and is left out.
#include "ledger/figure.h"

// Figures under way, ascending by bucket.
struct sums {
	struct arena *arena;
	struct figure *figures;
	size_t count, capacity;
	const struct cell_list *extra; // added to what stands in the store, its extremes instead of it; NULL: nothing
};

static enum err sums_add(struct sums *sums, struct figure figure)
{
	if (sums->count == sums->capacity) {
		size_t capacity = sums->capacity ? 2 * sums->capacity : 8;
		struct figure *figures = arena_array(sums->arena, capacity, sizeof *figures);
		if (!figures)
			return ERR_BUDGET;
		if (sums->count)
			memcpy(figures, sums->figures, sums->count * sizeof *figures);
		sums->figures = figures;
		sums->capacity = capacity;
	}
	sums->figures[sums->count++] = figure;
	return ERR_OK;
}

static enum err accumulate(struct sums *sums, const struct cell *cell)
{
	struct figure *last = sums->count ? &sums->figures[sums->count - 1] : NULL;
	if (!last || last->bucket != cell->key.bucket)
		return sums_add(sums, (struct figure){ .bucket = cell->key.bucket, .value = cell->value, .denominator = 1 });
	last->value = cell_join(&cell->key, last->value, cell->value);
	return ERR_OK;
}

// Cells of extremes hold numbers in a way that leaves 0 to those that are not there.
static void read_extremes(struct sums *sums)
{
	for (size_t i = 0; i < sums->count; i++)
		sums->figures[i].value = cell_extreme_number(sums->figures[i].value);
}

static uint8_t mark_of(const struct pack_metric *metric)
{
	return metric->aggregate == METRIC_MINIMUM ? CELL_MARK_MINIMUM : metric->aggregate == METRIC_MAXIMUM ? CELL_MARK_MAXIMUM : 0;
}

static void drop_empty(struct sums *sums)
{
	size_t kept = 0;
	for (size_t i = 0; i < sums->count; i++)
		if (sums->figures[i].value)
			sums->figures[kept++] = sums->figures[i];
	sums->count = kept;
}

// Into its bucket, which may be new.
static enum err accumulate_extra(struct sums *sums, const struct cell *cell)
{
	size_t at = 0;
	while (at < sums->count && sums->figures[at].bucket < cell->key.bucket)
		at++;
	if (at == sums->count || sums->figures[at].bucket != cell->key.bucket) {
		enum err err = sums_add(sums, (struct figure){ .bucket = 0 });
		if (err)
			return err;
		memmove(&sums->figures[at + 1], &sums->figures[at], (sums->count - 1 - at) * sizeof *sums->figures);
		sums->figures[at] = (struct figure){ .bucket = cell->key.bucket, .value = 0, .denominator = 1 };
	}
	sums->figures[at].value = cell_join(&cell->key, sums->figures[at].value, cell->value);
	return ERR_OK;
}

// Of one metric's dimension (0: the total, or what of it was restated: that bucket alone), from month to month.
struct wanted {
	struct cell_key from;
	int32_t last;
};

static enum err sum_stored(struct txn *txn, const struct cell_owner *owner, const struct wanted *wanted, struct sums *sums)
{
	const struct cell_key *from = &wanted->from;
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = from->dimension ? cell_scan_begin_dimension(txn, owner, from->metric, from->dimension)
	                                        : cell_scan_begin_bucket(txn, owner, from);
	while (!err && cell_scan_next(&scan, &cell) && (from->dimension || cell.key.month <= wanted->last))
		if (cell.key.month >= from->month && cell.key.month <= wanted->last)
			err = accumulate(sums, &cell);
	cell_scan_end(&scan);
	return err ? err : txn->err;
}

static enum err sum_extra(const struct wanted *wanted, struct sums *sums)
{
	const struct cell_key *from = &wanted->from;
	enum err err = ERR_OK;
	for (size_t i = 0; !err && sums->extra && i < sums->extra->count; i++) {
		const struct cell_key *key = &sums->extra->cells[i].key;
		bool same = key->metric == from->metric && key->dimension == from->dimension && (from->dimension != 0 || key->bucket == from->bucket);
		if (same && key->month >= from->month && key->month <= wanted->last)
			err = accumulate_extra(sums, &sums->extra->cells[i]);
	}
	return err;
}

static enum err sum_cells(struct txn *txn, const struct cell_owner *owner, uint16_t metric, enum metric_form form,
                          uint8_t dimension, uint16_t bucket, struct period period, struct sums *sums)
{
	int32_t first = form == METRIC_FLOW && period.first > 0 ? period.first : 0;
	const struct wanted wanted = {
		.from = { .metric = metric, .dimension = dimension, .bucket = bucket, .month = first }, .last = period.last,
	};
	bool stands = !sums->extra || !sums->extra->extremes || cell_rule(&wanted.from) == CELL_ADDS_UP;
	enum err err = stands ? sum_stored(txn, owner, &wanted, sums) : ERR_OK;
	if (!err)
		err = sum_extra(&wanted, sums);
	drop_empty(sums);
	return err;
}

static enum err sum_metric(struct txn *txn, const struct cell_owner *owner, const struct pack_metric *metric,
                           const struct pack_dimension *dimension, struct period period, struct sums *sums)
{
	uint8_t mark = mark_of(metric), number = dimension ? dimension->number : 0;
	enum err err = sum_cells(txn, owner, metric->number, metric->form, mark | number, 0, period, sums);
	if (mark)
		read_extremes(sums);
	if (!err && !dimension && !mark && sums->count == 0) // the total is there even when it is nothing
		err = sums_add(sums, (struct figure){ .bucket = 0, .value = 0, .denominator = 1 });
	return err;
}

// Numerators and denominators side by side; where one is missing it is 0.
static enum err pair(const struct sums *above, const struct sums *below, struct sums *pairs)
{
	enum err err = ERR_OK;
	for (size_t i = 0, j = 0; !err && (i < above->count || j < below->count);) {
		uint32_t a = i < above->count ? above->figures[i].bucket : UINT32_MAX;
		uint32_t b = j < below->count ? below->figures[j].bucket : UINT32_MAX;
		struct figure figure = {
			.bucket = (uint16_t)(a < b ? a : b),
			.value = a <= b ? above->figures[i].value : 0,
			.denominator = b <= a ? below->figures[j].value : 0,
		};
		err = sums_add(pairs, figure);
		i += a <= b;
		j += b <= a;
	}
	return err;
}

static enum err sum_ratio(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                          const struct pack_metric *metric, const struct pack_dimension *dimension,
                          struct period period, struct sums *pairs)
{
	const struct pack_metric *above = pack_metric_by_number(pack, metric->numerator);
	const struct pack_metric *below = pack_metric_by_number(pack, metric->denominator);
	if (!above || !below)
		return ERR_USAGE;
	const struct pack_dimension *over = dimension ? pack_dimension_by_name(above, dimension->name) : NULL;
	const struct pack_dimension *under = dimension ? pack_dimension_by_name(below, dimension->name) : NULL;
	if (dimension && (!over || !under))
		return ERR_USAGE;
	struct sums numerators = { .arena = pairs->arena, .extra = pairs->extra };
	struct sums denominators = { .arena = pairs->arena, .extra = pairs->extra };
	enum err err = sum_metric(txn, owner, above, over, period, &numerators);
	if (!err)
		err = sum_metric(txn, owner, below, under, period, &denominators);
	return err ? err : pair(&numerators, &denominators, pairs);
}

enum err figure_query(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                      const struct pack_metric *metric, const struct pack_dimension *dimension, struct period period,
                      struct arena *arena, struct figure **figures, size_t *count)
{
	return figure_query_with(txn, pack, owner, NULL, metric, dimension, period, arena, figures, count);
}

enum err figure_query_with(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                           const struct cell_list *extra, const struct pack_metric *metric,
                           const struct pack_dimension *dimension, struct period period, struct arena *arena,
                           struct figure **figures, size_t *count)
{
	struct sums sums = { .arena = arena, .extra = extra };
	enum err err = metric->aggregate == METRIC_RATIO
	                   ? sum_ratio(txn, pack, owner, metric, dimension, period, &sums)
	                   : sum_metric(txn, owner, metric, dimension, period, &sums);
	*figures = sums.figures;
	*count = err ? 0 : sums.count;
	return err;
}

static enum err sum_restated(struct txn *txn, const struct cell_owner *owner, const struct cell_list *extra,
                             const struct pack_metric *metric, struct period period, struct arena *arena, int64_t *value)
{
	struct sums sums = { .arena = arena, .extra = extra };
	enum err err = sum_cells(txn, owner, metric->number, metric->form, 0, CELL_BUCKET_RESTATED, period, &sums);
	*value = sums.count ? sums.figures[0].value : 0;
	return err;
}

enum err figure_restated(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                         const struct pack_metric *metric, struct period period, struct arena *arena, struct figure *figure)
{
	return figure_restated_with(txn, pack, owner, NULL, metric, period, arena, figure);
}

enum err figure_restated_with(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                              const struct cell_list *extra, const struct pack_metric *metric, struct period period,
                              struct arena *arena, struct figure *figure)
{
	*figure = (struct figure){ .bucket = CELL_BUCKET_RESTATED };
	if (metric->aggregate != METRIC_RATIO)
		return sum_restated(txn, owner, extra, metric, period, arena, &figure->value);
	const struct pack_metric *above = pack_metric_by_number(pack, metric->numerator);
	const struct pack_metric *below = pack_metric_by_number(pack, metric->denominator);
	if (!above || !below)
		return ERR_USAGE;
	enum err err = sum_restated(txn, owner, extra, above, period, arena, &figure->value);
	return err ? err : sum_restated(txn, owner, extra, below, period, arena, &figure->denominator);
}

enum err figure_reporting(struct txn *txn, const struct cell_owner *owner, struct period period, int64_t *units)
{
	int64_t sum = 0;
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(txn, owner, CELL_METRIC_REPORTING);
	while (cell_scan_next(&scan, &cell) && cell.key.month <= period.last)
		sum = cell_sum(sum, cell.value);
	cell_scan_end(&scan);
	*units = sum;
	return txn->err;
}

const struct title *figure_bucket_title(const struct pack_dimension *dimension, uint16_t bucket)
{
	for (size_t i = 0; i < dimension->band_count; i++)
		if (dimension->bands[i].code == bucket)
			return &dimension->bands[i].title;
	const struct pack_option *option = dimension->band_count == 0 ? pack_option_by_code(dimension->cut, bucket) : NULL;
	return option ? &option->title : NULL;
}
