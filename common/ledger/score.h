// A unit's score for a period: items from figures and assessments, their total, its band. A pure
// function of the scorecard and of what a reader tells, so that a branch and those above it come to
// the same points (ledger/score_reader reads a store).
#ifndef TRIBUTARY_LEDGER_SCORE_H
#define TRIBUTARY_LEDGER_SCORE_H

#include "base/arena.h"
#include "base/date.h"
#include "ledger/pack_score.h"

#define SCORE_PARTS 12 // periods of a year, at most

// Where figures and assessments come from.
struct score_reader {
	void *context;
	// A ratio's two parts; of anything else `of` is 1.
	enum err (*figure)(void *context, const struct pack_score_item *item, struct period period, int64_t *value, int64_t *of);
	// Hundredths of a point; *found false: nobody has assessed it yet.
	enum err (*assessed)(void *context, const struct pack_score_item *item, struct period period, bool *found, int64_t *points);
};

struct score_item {
	const struct pack_score_item *item;
	bool waiting;           // to be assessed by hand, and not yet; gives 0
	int64_t value, of;      // the figure it is computed from; of an assessment the points
	int64_t points;
};

struct score {
	struct period period;
	size_t item_count;
	struct score_item *items;
	int64_t base, reward;   // reward: of the items that reward together, under the cap
	int64_t total;
	size_t waiting;         // items not assessed yet
	const struct pack_score_band *band; // NULL: the scorecard has none
};

// A year of a scorecard with weights: the weighted mean of its periods. total is numerator/denominator
// rounded half up.
struct score_year {
	struct period period;
	size_t part_count;
	struct score parts[SCORE_PARTS];
	int64_t numerator, denominator, total;
	size_t waiting;
	const struct pack_score_band *band;
};

// The period of the scorecard in which a month lies.
struct period score_period(const struct pack_scorecard *card, int32_t month);
// "at most": base, all items and the cap on rewards.
int64_t score_maximum(const struct pack_scorecard *card);
// The points of an item that reads a figure.
int64_t score_item_points(const struct pack_score_item *item, int64_t value, int64_t of);
// The band of a total; of those that are not for the exempt.
const struct pack_score_band *score_band(const struct pack_scorecard *card, int64_t total);

// For a unit's scorecard. *score lives in the arena. What the reader gives in error; ERR_BUDGET.
enum err score_compute(const struct pack_scorecard *card, struct period period, const struct score_reader *reader,
                       struct arena *arena, struct score *score);
// For one with weights; `year` is any month of it.
enum err score_compute_year(const struct pack_scorecard *card, int32_t month, const struct score_reader *reader,
                            struct arena *arena, struct score_year *year);

#endif
