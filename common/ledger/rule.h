// Rules: what a unit should look like (`checks` of a pack): so many members, so many groups below it, so
// many days old. A rule that does not hold warns and never blocks. Whether one holds is a derived cell, a
// stock, so that every level sees how many units it warns of:
//
//	CELL_METRIC_CHECK, dimension = the rule's number, bucket RULE_WARNS: +1 in the month at whose end it
//	first does not hold, -1 in the month at whose end it holds again (or the unit is closed)
#ifndef TRIBUTARY_LEDGER_RULE_H
#define TRIBUTARY_LEDGER_RULE_H

#include "ledger/derive.h"
#include "ledger/pack_duty.h"

enum { RULE_WARNS = 1 };

// A term that does not hold, and what is there instead.
struct rule_finding {
	const struct pack_term *term;
	uint16_t bucket; // of a term about each bucket: which
	int64_t value;
};

// Does the rule look at this unit at all, by its kind and that of the unit above it?
bool rule_looks_at(const struct pack_rule *rule, const struct derive_unit *unit);

// What does not hold on a day, as the cells of look->owner have it; none where the rule does not look,
// its `when` does not hold, or the unit is not there on the day. *findings in look->arena.
enum err rule_find(struct derive *look, const struct pack_rule *rule, int32_t day, struct rule_finding **findings,
                   size_t *count);

// How many units it warns of at the end of a month; of one unit: 1 or 0.
enum err rule_warned(struct txn *txn, const struct cell_owner *owner, const struct pack_rule *rule, int32_t month,
                     int64_t *units);

enum err rule_derive(struct derive *derive); // a derivation

// Puts +1 in the month, from `begin` on, at whose end one of the terms does not hold any more, -1 in that at
// whose end all do again (or the unit is closed): a stock in cells of key's metric, dimension and bucket.
enum err rule_put_turns(struct derive *derive, const struct pack_term *terms, size_t count, struct cell_key key,
                        int32_t begin);

#endif
