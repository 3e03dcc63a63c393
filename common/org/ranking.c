// A unit that keeps a ledger speaks by its own tally; one that only sums by its server's; one without a
// server by the sums that are kept here for it.
#include "org/ranking.h"

#include "ledger/figure.h"
#include "ledger/proportion.h"
#include "ledger/score_approved.h"
#include "ledger/score_reader.h"
#include "ledger/tally.h"

enum err ranking_cells(struct txn *txn, const struct pack *pack, const struct charter_unit *row, int32_t through,
                       struct cell_owner *owner, enum score_apart *apart)
{
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, row->kind);
	bool ledger = kind && kind->ledger, provisional = false;
	struct tally_chain chain;
	int64_t units = 0;
	enum err err = ERR_OK;
	*owner = cell_owner_sum(&row->unit); // of nothing, where it has never reported
	*apart = SCORE_APART_SILENT;
	if (ledger || !hash_is_zero(&row->server)) {
		err = tally_in_force(txn, &row->unit, !ledger, &chain, &provisional);
		if (!err)
			*owner = cell_owner_log(chain.log);
	} else {
		err = tally_sum_owner(txn, &row->unit, owner);
	}
	// A tally may be there that vouches for nothing: of an empty ledger.
	if (!err)
		err = figure_reporting(txn, owner, (struct period){ .first = through, .last = through }, &units);
	if (!err && units > 0)
		*apart = provisional ? SCORE_APART_PROVISIONAL : SCORE_APART_NOT;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ---- Who ----

struct gathering {
	const struct ranking_request *request;
	struct arena *arena;
	struct charter_unit *rows;
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

static enum err score_unit(const struct ranking_request *request, struct period period, const struct charter_unit *row,
                           struct arena *scratch, struct score_rank *rank)
{
	struct score_store store = { .txn = request->txn, .pack = request->pack, .unit = row->unit, .arena = scratch };
	int32_t through = period.last < request->month ? period.last : request->month;
	bool year = period.last - period.first + 1 > request->card->months;
	struct score_approved approved;
	struct score_year mean;
	struct score score;
	*rank = (struct score_rank){ .unit = row->unit, .denominator = 1 };
	enum err err = ranking_cells(request->txn, request->pack, row, through > period.first ? through : period.first,
	                             &store.owner, &rank->apart);
	if (err || rank->apart == SCORE_APART_SILENT)
		return err;
	if (request->card->reviewed) {
		struct period months = { .first = period.first, .last = through > period.first ? through : period.first };
		err = score_approved_load(request->txn, request->pack, &row->unit, &store.owner, months, scratch, &approved);
		if (err)
			return err;
		store.extra = &approved.extra;
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
		err = score_unit(request, period, &units->rows[i], &scratch, &ranks[i]);
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

enum err ranking_compute(const struct ranking_request *request, struct arena *arena, struct score_rank **ranks, size_t *count)
{
	struct gathering units = { .request = request, .arena = arena };
	*ranks = NULL;
	*count = 0;
	enum err err = charter_subtree(request->txn, &request->unit, gather, &units);
	if (!err && units.count)
		err = rank_all(request, &units, arena, ranks);
	*count = err ? 0 : units.count;
	return err;
}
