// A unit that keeps a ledger speaks by its own tally; one that only sums by its server's; one without a
// server by the sums that are kept here for it.
#include "org/ranking.h"

#include "ledger/figure.h"
#include "ledger/proportion.h"
#include "ledger/score_approved.h"
#include "ledger/score_reader.h"
#include "ledger/tally.h"
#include "org/charter_boundary.h"
#include "org/ranking_kept.h"

static bool keeps_ledger(const struct pack *pack, const struct charter_unit *row)
{
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, row->kind);
	return kind && kind->ledger;
}

// What is added to the cells that speak for it.
static enum err load_extra(struct txn *txn, const struct pack *pack, const struct charter_unit *row, const struct ranking_tree *tree,
                           struct arena *arena, struct cell_list *extra, size_t *missing)
{
	const struct charter_boundary_request request = { .unit = row->unit, .redrawn = tree->redrawn, .tree = tree->day };
	struct charter_boundary boundary;
	enum err err = keeps_ledger(pack, row) ? charter_boundary_parts(txn, pack, &request, arena, &boundary)
	                                       : charter_boundary(txn, pack, &request, arena, &boundary);
	*extra = boundary.cells;
	*missing = boundary.missing;
	return err;
}

// Whose cells, and why it stands apart.
static enum err load_owner(struct txn *txn, const struct pack *pack, const struct charter_unit *row, int32_t through,
                           struct ranking_cells *cells)
{
	static const struct cell_key reports = { .metric = CELL_METRIC_REPORTING };
	bool ledger = keeps_ledger(pack, row), provisional = false;
	struct tally_chain chain;
	int64_t units = 0;
	enum err err = ERR_OK;
	cells->owner = cell_owner_sum(&row->unit); // of nothing, where it has never reported
	cells->apart = SCORE_APART_SILENT;
	if (ledger || !hash_is_zero(&row->server)) {
		err = tally_in_force(txn, &row->unit, !ledger, &chain, &provisional);
		if (!err)
			cells->owner = cell_owner_log(chain.log);
	} else {
		err = tally_sum_owner(txn, &row->unit, &cells->owner);
	}
	// A tally may be there that vouches for nothing: of an empty ledger.
	if (!err)
		err = figure_reporting(txn, &cells->owner, (struct period){ .first = through, .last = through }, &units);
	if (!err && !ledger)
		units += cell_list_sum(&cells->extra, reports, INT32_MIN, through);
	if (!err && units > 0)
		cells->apart = provisional ? SCORE_APART_PROVISIONAL : SCORE_APART_NOT;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err ranking_cells(struct txn *txn, const struct pack *pack, const struct charter_unit *row, int32_t through,
                       const struct ranking_tree *tree, struct arena *arena, struct ranking_cells *cells)
{
	*cells = (struct ranking_cells){ .missing = 0 };
	enum err err = load_extra(txn, pack, row, tree, arena, &cells->extra, &cells->missing);
	return err ? err : load_owner(txn, pack, row, through, cells);
}

// ---- Who ----

struct gathering {
	const struct ranking_request *request;
	struct arena *arena;
	struct charter_unit *rows;
	struct cell_list *extra;    // of each; found once for all periods
	size_t count, capacity;
};

// A unit that was entered yesterday owes the periods before, too, as in "k of n report".
static enum err gather(void *context, const struct charter_unit *row)
{
	struct gathering *gathering = context;
	int32_t end = date_month_end(gathering->request->period.last), now = date_month_end(gathering->request->month);
	int32_t known = end > now ? end : now;
	if (!pack_score_for(gathering->request->card, row->kind) || row->since > known || row->closed <= end)
		return ERR_OK;
	if (gathering->count == gathering->capacity) {
		size_t capacity = gathering->capacity ? 2 * gathering->capacity : 32;
		struct charter_unit *rows = arena_array(gathering->arena, capacity, sizeof *rows);
		if (!rows)
			return ERR_BUDGET;
		if (gathering->count)
			memcpy(rows, gathering->rows, gathering->count * sizeof *rows);
		gathering->rows = rows;
		gathering->capacity = capacity;
	}
	gathering->rows[gathering->count++] = *row;
	return ERR_OK;
}

// ---- How many points ----

// Present figures less those that were approved, and what is added in these boundaries.
static enum err approve(const struct ranking_request *request, struct period months, struct score_store *store,
                        struct score_approved *approved)
{
	const struct cell_list *extra = store->extra;
	enum err err = score_approved_load(request->txn, request->pack, &store->unit, &store->owner, months, store->arena, approved);
	for (size_t i = 0; !err && i < extra->count; i++)
		err = cell_list_add(&approved->extra, &extra->cells[i].key, extra->cells[i].value);
	store->extra = &approved->extra;
	return err;
}

// What is kept is of the unit alone, as it stands.
static enum err kept(const struct ranking_request *request, struct period period, int32_t through, const struct charter_unit *row,
                     const struct cell_list *extra, struct score_rank *rank)
{
	if (request->anew || extra->count)
		return ERR_NOT_FOUND;
	enum err err = ranking_kept_get(request->txn, &row->unit, request->card, period, through, rank);
	if (!err && rank->apart != SCORE_APART_SILENT)
		rank->band = score_band(request->card, rank->total);
	return err;
}

enum err ranking_score(const struct ranking_request *request, struct period period, const struct charter_unit *row,
                       const struct cell_list *extra, struct arena *scratch, struct score_rank *rank)
{
	struct score_store store = { .txn = request->txn, .pack = request->pack, .unit = row->unit, .arena = scratch, .extra = extra };
	struct ranking_cells cells = { .extra = *extra };
	int32_t through = period.last < request->month ? period.last : request->month;
	struct period months = { .first = period.first, .last = through > period.first ? through : period.first };
	bool year = period.last - period.first + 1 > request->card->months;
	struct score_approved approved;
	struct score_year mean;
	struct score score;
	enum err err = kept(request, period, months.last, row, extra, rank);
	if (err != ERR_NOT_FOUND)
		return err;
	*rank = (struct score_rank){ .unit = row->unit, .denominator = 1 };
	err = load_owner(request->txn, request->pack, row, months.last, &cells);
	store.owner = cells.owner;
	rank->apart = cells.apart;
	if (err || rank->apart == SCORE_APART_SILENT)
		return err;
	if (request->card->reviewed) {
		err = approve(request, months, &store, &approved);
		if (err)
			return err;
		rank->approved = approved.approved;
		rank->months = approved.months;
	}
	struct score_reader reader = score_reader_of(&store);
	err = year ? score_compute_year(request->card, period.first, &reader, scratch, &mean)
	           : score_compute(request->card, period, &reader, scratch, &score);
	if (err)
		return err;
	rank->total = year ? mean.total : score.total;
	rank->numerator = year ? mean.numerator : score.total;
	rank->denominator = year ? mean.denominator : 1;
	rank->band = year ? mean.band : score.band;
	if (!rank->apart && (year ? mean.waiting : score.waiting))
		rank->apart = SCORE_APART_WAITING;
	if (!rank->apart && rank->approved < rank->months)
		rank->apart = SCORE_APART_UNREVIEWED;
	return ERR_OK;
}

static enum err rank_period(const struct ranking_request *request, struct period period, const struct gathering *units,
                            struct score_rank *ranks)
{
	struct arena scratch;
	enum err err = ERR_OK;
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < units->count && !err; i++) {
		arena_reset(&scratch);
		err = ranking_score(request, period, &units->rows[i], &units->extra[i], &scratch, &ranks[i]);
	}
	arena_free(&scratch);
	if (!err)
		score_rank_order(request->card, ranks, units->count);
	return err;
}

// ---- What follows: how often in this year ----

// A year as such pays nothing and has no consequences; it knows whose award its periods have lost.
static void forget_period(struct score_rank *ranks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ranks[i].hit = false;
		ranks[i].hits = 0;
		ranks[i].award = 0;
	}
}

// Periods of the year one after the other, up to the one asked for; then that one, or the year.
static enum err rank_all(const struct ranking_request *request, const struct gathering *units, struct arena *arena,
                         struct score_rank **ranks)
{
	struct score_rank *now = arena_array(arena, units->count, sizeof *now);
	struct score_rank *before = arena_array(arena, units->count, sizeof *before);
	struct period asked = request->period, each = score_period(request->card, asked.first - asked.first % 12);
	bool year = asked.last - asked.first + 1 > request->card->months;
	enum err err = now && before ? ERR_OK : ERR_BUDGET;
	size_t known = 0;
	while (!err && each.last <= asked.last && each.first <= request->month) {
		if (each.first == asked.first && !year)
			break;
		err = rank_period(request, each, units, now);
		if (!err)
			score_rank_settle(before, known, now, units->count);
		struct score_rank *free_one = before;
		before = now;
		now = free_one;
		known = units->count;
		each = score_period(request->card, each.last + 1);
	}
	if (!err)
		err = rank_period(request, asked, units, now);
	if (!err && year)
		forget_period(now, units->count);
	if (!err)
		score_rank_settle(before, known, now, units->count);
	if (!err)
		score_rank_sort(now, units->count);
	*ranks = now;
	return err;
}

static enum err load_all(struct gathering *units)
{
	const struct ranking_request *request = units->request;
	enum err err = ERR_OK;
	units->extra = arena_array(units->arena, units->count, sizeof *units->extra);
	if (!units->extra)
		return ERR_BUDGET;
	for (size_t i = 0; i < units->count && !err; i++) {
		size_t missing;
		err = load_extra(request->txn, request->pack, &units->rows[i], &request->tree, units->arena, &units->extra[i], &missing);
		if (request->missing && !err)
			*request->missing += missing;
	}
	return err;
}

enum err ranking_compute(const struct ranking_request *request, struct arena *arena, struct score_rank **ranks, size_t *count)
{
	struct gathering units = { .request = request, .arena = arena };
	int32_t day = request->tree.redrawn ? request->tree.day : date_month_end(request->period.last);
	*ranks = NULL;
	*count = 0;
	enum err err = charter_subtree_on(request->txn, &request->unit, day, gather, &units);
	if (!err && units.count)
		err = load_all(&units);
	if (!err && units.count)
		err = rank_all(request, &units, arena, ranks);
	*count = err ? 0 : units.count;
	return err;
}
