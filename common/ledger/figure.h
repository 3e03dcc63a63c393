// Reading figures from cells: flows, stocks, ratios; by period, by dimension.
#ifndef TRIBUTARY_LEDGER_FIGURE_H
#define TRIBUTARY_LEDGER_FIGURE_H

#include "ledger/cell_list.h"
#include "ledger/pack.h"

struct figure {
	uint16_t bucket;                    // 0: the total
	int64_t value;                      // of a ratio: the numerator
	int64_t denominator;                // 1 unless a ratio
};

// The figure of a metric for a period: the total when `dimension` is NULL, else one per bucket that
// occurs, ascending by bucket (a ratio has no dimensions unless both of its metrics do).
// A bucket occurs where its sum is not 0. Of an extreme there is no figure where no record has a number. ERR_USAGE: a ratio's metrics lack the dimension.
// *figures lives in the arena.
enum err figure_query(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                      const struct pack_metric *metric, const struct pack_dimension *dimension, struct period period,
                      struct arena *arena, struct figure **figures, size_t *count);

// The same with cells added that do not stand in the store, in any order, or standing for them (cell_list.extremes); NULL: none.
enum err figure_query_with(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                           const struct cell_list *extra, const struct pack_metric *metric,
                           const struct pack_dimension *dimension, struct period period, struct arena *arena,
                           struct figure **figures, size_t *count);

// By how much the metric's total differs from what was approved of these months (ledger/period): 0 where
// it does not. Of a ratio both parts, else `denominator` is 0.
enum err figure_restated(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                         const struct pack_metric *metric, struct period period, struct arena *arena, struct figure *figure);
enum err figure_restated_with(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                              const struct cell_list *extra, const struct pack_metric *metric, struct period period,
                              struct arena *arena, struct figure *figure);

// How many units vouch for the last month of the period: k of "k of n".
enum err figure_reporting(struct txn *txn, const struct cell_owner *owner, struct period period, int64_t *units);

// The bucket's title for people: its band or option; NULL for what the pack does not name.
const struct title *figure_bucket_title(const struct pack_dimension *dimension, uint16_t bucket);

#endif
