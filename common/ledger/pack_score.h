// The scorecards of a pack: what gives points to a unit for a period, or to records of it (its
// members, say), in which bands the totals fall and what follows from that. All points are
// hundredths of a point, so that 1.5 is a whole number; money is in fen.
#ifndef TRIBUTARY_LEDGER_PACK_SCORE_H
#define TRIBUTARY_LEDGER_PACK_SCORE_H

#include "ledger/pack.h"

#define PACK_SCORECARDS_MAX   64
#define PACK_SCORE_ITEMS_MAX  64
#define PACK_SCORE_BANDS_MAX  32
#define PACK_SCORE_LIST_MAX   64         // awards or consequences of a band, unit kinds of a scorecard
#define PACK_SCORE_POINTS_MAX INT64_C(100000000) // a million points
#define PACK_SCORE_POINT      100        // one point
#define PACK_SCORE_WEIGHT_MAX 1000
#define PACK_SCORE_TARGET_MAX INT64_C(1000000000000) // of figures, and of awards

//        name         no  an item gives
#define PACK_SCORE_RULES(X)                                                                \
	X(TARGET,       1, "all points when the figure reaches the target")                 \
	X(PROPORTIONAL, 2, "as large a part of the points as the figure is of the target")  \
	X(PER_MISSING,  3, "all points, less some for each one missing")                    \
	X(ASSESSED,     4, "what somebody gives by hand")                                   \
	X(RECORDS,      5, "the sum of point records")

enum score_rule {
#define PACK_SCORE_ENUM(name, number, text) SCORE_##name = number,
	PACK_SCORE_RULES(PACK_SCORE_ENUM)
#undef PACK_SCORE_ENUM
	SCORE_RULE_END
};

struct pack_score_item {
	uint8_t number;
	const char *name;
	struct title title;
	int64_t points;                         // never more, never less than 0
	enum score_rule rule;
	bool reward;                            // beyond the hundred, under the scorecard's cap
	const struct pack_metric *metric;       // TARGET, PROPORTIONAL, PER_MISSING
	const struct pack_dimension *dimension; // NULL: the total
	uint16_t bucket;
	int64_t target, target_of;              // of a ratio a fraction; else target_of is 1
	int64_t each;                           // PER_MISSING: of a ratio, for each hundredth of the whole begun
	bool full_when_none;                    // of a ratio of nothing
	enum authority level;                   // ASSESSED: own, parent or ancestor
	const struct pack_kind *kind;
	uint8_t month, field;                   // of that kind: which period, how many
	size_t option_count;                    // RECORDS: of which sorts; none: of any
	const uint16_t *options;
	size_t only_count;                      // RECORDS: for subjects of these standards; none: for all
	const uint16_t *only;
};

struct pack_consequence {
	const char *name;
	struct title title;
	bool loses_award;
};

struct pack_score_band {
	uint16_t code;
	const char *name;
	struct title title;
	int64_t from;             // up to the next band's
	bool exempt;
	bool last;
	size_t award_count;
	const int64_t *awards;    // fen, by rank
	size_t consequence_count;
	const struct pack_consequence *consequences; // by how often within the year; the last one stays
};

// Where the points of individuals come from. All of it lies in the lane `private`.
struct pack_points {
	const struct pack_kind *subject, *kind;
	uint8_t member, when, points, sort; // fields of the point records; sort 0: none
	uint8_t standard, from, until;      // fields of the subject; each may be 0
	size_t filter_count;
	const struct pack_filter *filters;
	size_t exempt_count;
	const uint16_t *exempt;
};

struct pack_scorecard {
	uint8_t number;
	const char *name;
	struct title title;
	uint8_t months;           // of a period; divides 12
	bool unranked;
	bool reviewed;            // figures of months are those that a superior approved; who has others is not ranked
	int64_t base, reward;
	size_t unit_kind_count;
	const char *const *unit_kinds;
	size_t item_count;
	const struct pack_score_item *items;
	size_t band_count;
	const struct pack_score_band *bands; // highest first; what is exempt last
	size_t weight_count;      // 0, or as many as periods in a year
	const uint16_t *weights;
	const struct pack_points *points; // NULL: units are scored
};

const struct pack_scorecard *pack_score_by_name(const struct pack *pack, const char *name); // or a title
bool pack_score_for(const struct pack_scorecard *card, const char *unit_kind);
const struct pack_score_item *pack_score_item_by_name(const struct pack_scorecard *card, const char *name);
const struct pack_score_band *pack_score_band_by_code(const struct pack_scorecard *card, uint16_t code);

#endif
