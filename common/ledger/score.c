// Points, item by item. Each rule is one function; the table says which.
#include "ledger/score.h"

#include "ledger/proportion.h"

struct period score_period(const struct pack_scorecard *card, int32_t month)
{
	int32_t first = month - month % card->months;
	return (struct period){ .first = first, .last = first + card->months - 1 };
}

// ---- One item ----

static int64_t points_target(const struct pack_score_item *item, int64_t value, int64_t of)
{
	return proportion_reaches(value, of, item->target, item->target_of) ? item->points : 0;
}

// Of a ratio: the most points p whose half-way mark below, (2p - 1) / (2 * points) of the target, is reached;
// that is rounding half up, and exact where a product of all four numbers would not fit.
static int64_t part_of_ratio(const struct pack_score_item *item, int64_t value, int64_t of)
{
	int64_t low = 0, high = item->points;
	while (low < high) {
		int64_t middle = high - (high - low) / 2;
		if (proportion_reaches(value, of, (2 * middle - 1) * item->target, 2 * item->points * item->target_of))
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static int64_t points_proportional(const struct pack_score_item *item, int64_t value, int64_t of)
{
	if (proportion_reaches(value, of, item->target, item->target_of))
		return item->points;
	return item->metric->aggregate == METRIC_RATIO ? part_of_ratio(item, value, of)
	                                               : proportion_part(item->points, value, item->target);
}

// What is missing: whole ones; of a ratio hundredths of the whole, begun ones counting as whole.
static int64_t missing(const struct pack_score_item *item, int64_t value, int64_t of)
{
	if (item->metric->aggregate != METRIC_RATIO)
		return value < item->target ? item->target - value : 0;
	int64_t low = 0, high = (100 * item->target + item->target_of - 1) / item->target_of;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		int64_t left = 100 * item->target - middle * item->target_of;
		if (left <= 0 || proportion_reaches(value, of, left, 100 * item->target_of))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int64_t points_per_missing(const struct pack_score_item *item, int64_t value, int64_t of)
{
	int64_t lost = proportion_part(item->each, missing(item, value, of), 1);
	return lost < item->points ? item->points - lost : 0;
}

int64_t score_item_points(const struct pack_score_item *item, int64_t value, int64_t of)
{
	static int64_t (*const rules[SCORE_RULE_END])(const struct pack_score_item *, int64_t, int64_t) = {
		[SCORE_TARGET] = points_target, [SCORE_PROPORTIONAL] = points_proportional,
		[SCORE_PER_MISSING] = points_per_missing,
	};
	if (of <= 0) // a ratio of nothing
		return item->full_when_none && of == 0 ? item->points : 0;
	return rules[item->rule](item, value > 0 ? value : 0, of);
}

// ---- The whole ----

int64_t score_maximum(const struct pack_scorecard *card)
{
	int64_t sum = card->base + card->reward;
	for (size_t i = 0; i < card->item_count; i++)
		sum += card->items[i].reward ? 0 : card->items[i].points;
	return sum;
}

const struct pack_score_band *score_band(const struct pack_scorecard *card, int64_t total)
{
	for (size_t i = 0; i < card->band_count; i++)
		if (!card->bands[i].exempt && total >= card->bands[i].from)
			return &card->bands[i];
	return NULL;
}

static enum err compute_item(const struct pack_score_item *item, struct period period, const struct score_reader *reader,
                             struct score_item *to)
{
	bool found = false;
	*to = (struct score_item){ .item = item, .of = 1 };
	if (item->rule != SCORE_ASSESSED) {
		enum err err = reader->figure(reader->context, item, period, &to->value, &to->of);
		if (!err)
			to->points = score_item_points(item, to->value, to->of);
		return err;
	}
	enum err err = reader->assessed(reader->context, item, period, &found, &to->value);
	to->waiting = !found;
	to->points = !found || to->value < 0 ? 0 : to->value > item->points ? item->points : to->value;
	return err;
}

enum err score_compute(const struct pack_scorecard *card, struct period period, const struct score_reader *reader,
                       struct arena *arena, struct score *score)
{
	enum err err = ERR_OK;
	*score = (struct score){ .period = period, .item_count = card->item_count, .base = card->base };
	score->items = arena_array(arena, card->item_count, sizeof *score->items);
	if (!score->items)
		return ERR_BUDGET;
	score->total = card->base;
	for (size_t i = 0; i < card->item_count && !err; i++) {
		struct score_item *item = &score->items[i];
		err = compute_item(&card->items[i], period, reader, item);
		*(card->items[i].reward ? &score->reward : &score->total) += item->points;
		score->waiting += item->waiting;
	}
	score->reward = score->reward < card->reward ? score->reward : card->reward;
	score->total += score->reward;
	score->band = score_band(card, score->total);
	return err;
}

enum err score_compute_year(const struct pack_scorecard *card, int32_t month, const struct score_reader *reader,
                            struct arena *arena, struct score_year *year)
{
	int32_t first = month - month % 12;
	enum err err = ERR_OK;
	*year = (struct score_year){ .period = { .first = first, .last = first + 11 }, .part_count = card->weight_count };
	for (size_t i = 0; i < card->weight_count && !err; i++) {
		struct score *part = &year->parts[i];
		err = score_compute(card, score_period(card, first + (int32_t)i * card->months), reader, arena, part);
		year->numerator += part->total * card->weights[i];
		year->denominator += card->weights[i];
		year->waiting += part->waiting;
	}
	if (year->denominator)
		year->total = proportion_part(year->numerator, 1, year->denominator);
	year->band = score_band(card, year->total);
	return err;
}
