// The monthly review in the oracle's play (S6): month after month a branch closes, submits, is approved or returned with
// a remark on a field, mends, submits again, and now and then corrects what was approved long ago.
//
// What people did goes to DATA/acts.csv in the order of each branch: unit, month, act, and, with `submit`, the export
// of what the branch held at that moment. How a month stands, as the engine sees it, goes to DATA/told:
//	UNIT MONTH state LEVEL STATE                 as a branch, its township and the county see it
//	UNIT MONTH submitted|approved LEVEL K/N      of the branches below
//	UNIT MONTH ROW restated VALUE[/DENOMINATOR]  of each row of the report `monthly` without a dimension
#ifndef TRIBUTARY_TESTS_ORACLE_MONTHS_H
#define TRIBUTARY_TESTS_ORACLE_MONTHS_H

#include <stdio.h>

#include "desk.h"

enum { MONTHS_FIRST = 2026 * 12, MONTHS_COUNT = 12, MONTHS_UNITS = CLUSTER_ACTORS, MONTHS_CODE_BYTES = 64 };

struct months_unit {
	struct actor *branch, *township;
	struct id id;
	char code[MONTHS_CODE_BYTES];
	uint32_t index;
};

struct months {
	const char *data;
	FILE *told, *acts;
	struct months_unit unit[MONTHS_UNITS];
	size_t unit_count;
	unsigned submitted, returned, approved, corrected; // how often
};

struct months_unit *months_unit(struct months *months, struct actor *branch, struct actor *township, const char *code);
void months_live(struct months *months, struct months_unit *unit);

void months_tell_states(struct months *months, const struct months_unit *unit, struct actor *seen_by, const char *level);
void months_tell_restated(struct months *months, struct actor *actor, const char *code);
void months_tell_counts(struct months *months, struct actor *server, const char *code, const char *level);
void months_print(const struct months *months);

#endif
