// Scores side by side: who is first, who shares a rank, who stands apart, and what follows from it.
#ifndef TRIBUTARY_LEDGER_SCORE_RANK_H
#define TRIBUTARY_LEDGER_SCORE_RANK_H

#include "ledger/score.h"

// Why one is not ranked. Nothing unconfirmed ranks or pays.
//        name           shown as
#define SCORE_APART_LIST(X)                                                              \
	X(SILENT,      "has not reported")                                                \
	X(PROVISIONAL, "two devices have reported apart")                                 \
	X(WAITING,     "not assessed yet")                                                \
	X(UNREVIEWED,  "not all of its months are approved")

enum score_apart {
	SCORE_APART_NOT = 0,
#define SCORE_APART_ENUM(name, text) SCORE_APART_##name,
	SCORE_APART_LIST(SCORE_APART_ENUM)
#undef SCORE_APART_ENUM
	SCORE_APART_END
};

const char *score_rank_apart_name(enum score_apart apart); // "silent"; "" for one that is ranked

struct score_rank {
	struct id unit;
	enum score_apart apart;
	int32_t approved, months; // of a scorecard that is reviewed: so many of its months are approved; else 0 of 0
	int64_t total, numerator, denominator; // a year's mean as it is; else the total over 1
	const struct pack_score_band *band;
	uint32_t rank;            // from 1; 0: not ranked
	bool tied;                // shares it
	bool last;                // nobody stands behind it, and somebody in front
	bool hit;                 // its band has consequences, and they are for it
	uint32_t hits;            // how often so in this year, this time included
	const struct pack_consequence *consequence; // of this time; NULL: none
	bool award_lost;          // by this or an earlier consequence of the year
	int64_t award;            // fen
};

// Sorts: ranked ones first, by total; those of one total, and those apart, by unit id. Sets rank, tied,
// last, hit and the award, if nothing takes it away.
void score_rank_order(const struct pack_scorecard *card, struct score_rank *ranks, size_t count);

// Consequences and awards of a period, when the same units' ranks of the period before it in the year
// (none for the first) have been settled. Leaves `ranks` by unit id, as `before` must be.
void score_rank_settle(const struct score_rank *before, size_t before_count, struct score_rank *ranks, size_t count);

void score_rank_sort(struct score_rank *ranks, size_t count); // back to the order of score_rank_order()

#endif
