// Ranks as in a race: two who are first are both first, and the next one is third. Who shares a rank gets
// that rank's award: nothing here divides or draws lots.
#include "ledger/score_rank.h"

#include <stdlib.h>

const char *score_rank_apart_name(enum score_apart apart)
{
	static const char *const names[SCORE_APART_END] = {
		[SCORE_APART_NOT] = "", [SCORE_APART_SILENT] = "silent", [SCORE_APART_PROVISIONAL] = "provisional",
		[SCORE_APART_WAITING] = "waiting", [SCORE_APART_UNREVIEWED] = "unreviewed",
	};
	return names[apart];
}

static int compare(const void *left, const void *right)
{
	const struct score_rank *a = left, *b = right;
	if (a->apart != b->apart)
		return a->apart < b->apart ? -1 : 1;
	if (!a->apart && a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return memcmp(a->unit.bytes, b->unit.bytes, sizeof a->unit.bytes);
}

static int64_t award_of(const struct score_rank *rank)
{
	const struct pack_score_band *band = rank->band;
	return band && rank->rank >= 1 && rank->rank <= band->award_count ? band->awards[rank->rank - 1] : 0;
}

void score_rank_sort(struct score_rank *ranks, size_t count)
{
	if (count)
		qsort(ranks, count, sizeof *ranks, compare);
}

void score_rank_order(const struct pack_scorecard *card, struct score_rank *ranks, size_t count)
{
	size_t ranked = 0;
	score_rank_sort(ranks, count);
	while (ranked < count && !ranks[ranked].apart)
		ranked++;
	for (size_t i = 0; i < ranked && !card->unranked; i++) {
		bool above = i && ranks[i - 1].total == ranks[i].total;
		bool below = i + 1 < ranked && ranks[i + 1].total == ranks[i].total;
		ranks[i].rank = above ? ranks[i - 1].rank : (uint32_t)i + 1;
		ranks[i].tied = above || below;
	}
	for (size_t i = 0; i < ranked && !card->unranked; i++) {
		struct score_rank *rank = &ranks[i];
		rank->last = rank->rank > 1 && rank->rank == ranks[ranked - 1].rank;
		rank->hit = rank->band && rank->band->consequence_count && (!rank->band->last || rank->last);
		rank->hits = rank->hit;
		rank->award = award_of(rank);
	}
}

// ---- Over a year ----

static const struct pack_consequence *consequence_of(const struct pack_score_band *band, uint32_t time)
{
	size_t at = time < band->consequence_count ? time : band->consequence_count;
	return &band->consequences[at - 1];
}

static int by_unit(const void *left, const void *right)
{
	const struct score_rank *a = left, *b = right;
	return memcmp(a->unit.bytes, b->unit.bytes, sizeof a->unit.bytes);
}

static void settle_one(struct score_rank *rank)
{
	rank->consequence = rank->hit ? consequence_of(rank->band, rank->hits) : NULL;
	rank->award_lost |= rank->consequence && rank->consequence->loses_award;
	rank->award = rank->award_lost ? 0 : rank->award;
}

void score_rank_settle(const struct score_rank *before, size_t before_count, struct score_rank *ranks, size_t count)
{
	if (count)
		qsort(ranks, count, sizeof *ranks, by_unit);
	for (size_t i = 0, earlier = 0; i < count; i++) {
		while (earlier < before_count && by_unit(&before[earlier], &ranks[i]) < 0)
			earlier++;
		if (earlier < before_count && by_unit(&before[earlier], &ranks[i]) == 0) {
			ranks[i].hits += before[earlier].hits;
			ranks[i].award_lost |= before[earlier].award_lost;
		}
		settle_one(&ranks[i]);
	}
}
