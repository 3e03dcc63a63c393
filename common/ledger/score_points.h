// Scores of individuals: how many points each one's records give in a period. Kept on the unit's own
// devices alone, where the private lane is read. What leaves the unit is how many stand in each band:
// own cells of the engine's metric CELL_METRIC_BAND (dimension: number of the scorecard, bucket: code of
// the band, month: the last of the period).
//
//	SCORE  number of the scorecard u8 ‖ subject id[16] ‖ last month u32
//	       → (sort u16 ‖ records u32 ‖ sum of hundredths i64)…, ascending by sort
//
// One stands in a band who is there at the end of the period and has at least one point record in it.
// The share of one depends on the row and on the subject's own record, so it goes out and comes in anew
// whenever one of the two changes; the order in which they come does not matter.
#ifndef TRIBUTARY_LEDGER_SCORE_POINTS_H
#define TRIBUTARY_LEDGER_SCORE_POINTS_H

#include "ledger/cell.h"
#include "ledger/record.h"
#include "ledger/score.h"

// A record was saved as `after`: rows and shares of all scorecards follow.
enum err score_points_change(struct txn *txn, const struct pack *pack, const struct record *before,
                             const struct record *after, struct cell_batch *cells);

struct score_points {
	bool recorded;            // has records in the period
	bool there;               // at the end of the period
	bool exempt;
	int64_t tasks, reward;    // of items that reward not, and that do (under the cap)
	int64_t total;            // with the base
	const struct pack_score_band *band; // NULL: in none
};

enum err score_points_of(struct txn *txn, const struct pack_scorecard *card, const struct record *subject,
                         struct period period, struct score_points *points);

enum err score_points_forget(struct txn *txn); // all of it, to be computed anew

// The counts as a metric of one dimension, the bands, for whoever shows or sums figures (ledger/figure). In
// the arena; NULL when that is full.
const struct pack_metric *score_points_metric(const struct pack_scorecard *card, struct arena *arena);

// How many stand in a band, over the periods that end within this one.
enum err score_points_count(struct txn *txn, const struct cell_owner *owner, const struct pack_scorecard *card,
                            uint16_t band, struct period period, int64_t *count);

#endif
