// The verb "score" of both programs, and what "assess" and "rank" share with it: which scorecard, which
// period, and points as people write them.
#ifndef TRIBUTARY_CLI_SCORE_H
#define TRIBUTARY_CLI_SCORE_H

#include "cli/boundary.h"
#include "ledger/score.h"

#define SCORE_OPTIONS                                                        \
	{                                                                    \
		{ "period", "PERIOD", PHRASE_OPTION_SCORE_PERIOD, false },   \
		{ "unit", "UNIT", PHRASE_OPTION_UNIT, false },               \
		BOUNDARY_OPTION,                                             \
	}

int score_run(const struct verb_call *call);

// What was asked: a period of the scorecard, or with `year` the whole year of one that has weights.
struct score_asked {
	const struct pack_scorecard *card;
	struct boundary boundary;
	struct period period;
	bool year;
	char text[PERIOD_TEXT_BYTES];
};

// By name or title; told in the command's own words where it is none. VERB_OK, or why not.
int score_card(struct command *command, const char *text, struct score_asked *asked);
// Of --period: any part of a period of the scorecard means that period; without it, the present one.
int score_asked_period(struct command *command, struct score_asked *asked);

void score_print_points(struct output_table *table, int64_t points); // "9.5"; hundredths in --json
const char *score_points_text(struct command *command, int64_t points);

// Individuals: who has how many points (cli/score_members.c).
int score_members(struct command *command, const struct score_asked *asked);

#endif
