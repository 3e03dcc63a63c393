// Votes: how the result of a motion follows from who should attend, who came, and how they voted. A pure
// function in whole numbers. Who is recused is taken out of every base, and a vote counts only of one
// who was there and not recused.
#ifndef TRIBUTARY_LEDGER_VOTE_H
#define TRIBUTARY_LEDGER_VOTE_H

#include "ledger/record.h"

#define VOTE_RULES_MAX 16
#define VOTE_WHOLE_MAX 1000

enum vote_base { VOTE_OF_EXPECTED = 1, VOTE_OF_PRESENT = 2 };
enum vote_result { VOTE_NONE, VOTE_PASSED, VOTE_FAILED, VOTE_NO_QUORUM }; // NONE: nobody has voted yet, or no rule is known

struct vote_part {
	uint16_t part, whole;
	bool exact;               // exactly so many are enough; else more are needed
};

struct vote_rule {
	uint16_t option;          // of the field `by`; 0: the only one
	struct vote_part quorum, majority;
	enum vote_base base;      // of the majority; the quorum is of those who should attend
};

struct vote {
	uint8_t meeting;          // record field of the motion; 0: attendance lies on the motion itself
	uint8_t expected, present; // of the meeting's kind then; keyed, or a number
	bool expected_keyed, present_keyed;
	uint8_t votes;
	uint16_t yes, no, abstain;
	uint8_t recused;          // 0: none
	uint8_t result;           // 0: none
	uint16_t passed, failed, no_quorum;
	uint8_t by;
	size_t rule_count;
	const struct vote_rule *rules;
};

struct vote_count {
	enum vote_result result;
	const struct vote_rule *rule;
	int64_t expected, present; // after recusal
	int64_t yes, no, abstain, recused;
	int64_t uncounted;         // votes of those who were absent or recused
};

// `meeting` is the motion itself where attendance lies on it; NULL: not known here.
struct vote_count vote_count(const struct vote *vote, const struct record *motion, const struct record *meeting);
uint16_t vote_option(const struct vote *vote, enum vote_result result); // code of the result field; 0: none
bool vote_reads(const struct vote *vote, uint8_t field); // does the result follow from this field of the motion?

#endif
