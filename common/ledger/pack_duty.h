// What a pack asks of units: cadences (how often a thing is to be done) and rules (what a unit should
// look like; `checks` in the language). Both speak of figures that the pack has. What is made of them is
// in ledger/cadence and ledger/rule.
#ifndef TRIBUTARY_LEDGER_PACK_DUTY_H
#define TRIBUTARY_LEDGER_PACK_DUTY_H

#include "ledger/pack.h"

#define PACK_CADENCES_MAX 64
#define PACK_RULES_MAX    64
#define PACK_TERMS_MAX    8  // of one list of a rule
#define PACK_TARGETS_MAX  64 // of one cadence, each unit kind counted
#define PACK_RULE_KINDS_MAX 64
#define PACK_PASSES_MONTHS 120 // a stock that a cadence asks for counts a record no longer

// What an amount that is asked for may be.
#define PACK_AMOUNT_MAX   INT64_C(1000000000000)

// A metric as a whole, or one bucket of a dimension of it.
struct pack_measure {
	const struct pack_metric *metric;
	const struct pack_dimension *dimension; // NULL: the total
	uint16_t bucket;
};

enum pack_term_of { PACK_TERM_METRIC = 1, PACK_TERM_UNITS = 2, PACK_TERM_AGE = 3, PACK_TERM_OF_END };

// [at_least, at_most] of a figure, of the units below, of the days since the unit began.
struct pack_term {
	enum pack_term_of of;
	struct pack_measure measure; // PACK_TERM_METRIC: a stock
	bool each;                   // every bucket of the dimension that occurs, by itself
	size_t kind_count;           // PACK_TERM_UNITS
	const struct pack_unit_kind *const *kinds;
	int64_t at_least, at_most;   // INT64_MAX: no end
};

struct pack_cadence_target {
	const struct pack_unit_kind *kind;
	int64_t at_least;
};

struct pack_cadence {
	uint8_t number;           // the dimension of its cells
	const char *name;
	struct title title;
	struct pack_measure of;   // a flow; of one with `each` also a stock, as it is at the period's end
	const struct pack_metric *each; // a stock: the target is for each of what it counts at the period's end. NULL: in all
	int32_t every;            // months: 1, 3, 6, 12
	int32_t from_day, by_day; // of a month's days only these count; by_day 0: all. Monthly ones only
	int32_t since;            // month: periods that begin before it are not asked for
	size_t target_count;
	const struct pack_cadence_target *targets; // a unit kind once
	size_t when_count;
	const struct pack_term *when; // where one of these does not hold at its end, a period is not asked for
};

struct pack_rule {
	uint8_t number;              // the dimension of its cells
	const char *name;
	struct title title, hint;
	size_t kind_count, under_count;
	const struct pack_unit_kind *const *kinds, *const *under; // it looks at `kinds` below `under` (none: anywhere)
	size_t when_count, expect_count;
	const struct pack_term *when, *expect; // it looks where all of `when` hold, and warns where one of `expect` does not
};

const struct pack_cadence *pack_duty_cadence(const struct pack *pack, const char *name); // name, or title in zh or en
const struct pack_rule *pack_duty_rule(const struct pack *pack, const char *name);

// How much of it is asked of units of a kind (for each, where it says so); 0: nothing. NULL kind: nothing.
int64_t pack_duty_at_least(const struct pack_cadence *cadence, const struct pack_unit_kind *kind);
bool pack_duty_among(const struct pack_unit_kind *const *kinds, size_t count, const struct pack_unit_kind *kind);

#endif
