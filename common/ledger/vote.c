// Counting a vote.
#include "ledger/vote.h"

static const struct span plain = { .data = NULL, .size = 0 };

static bool in_set(const struct record *record, uint8_t field, struct span element)
{
	const struct record_write *write = field ? record_value(record, field, element) : NULL;
	return write && write->value.number != 0;
}

// The shown write of the place that begins at `at`; *next is the place behind it.
static const struct record_write *place_at(const struct record *record, size_t at, size_t *next)
{
	const struct record_write *write = &record->writes[at];
	for (*next = at + 1; *next < record->write_count; ++*next)
		if (record->writes[*next].field != write->field || !span_equal(record->writes[*next].element, write->element))
			break;
	return write->value.form == VALUE_IS_NONE ? NULL : write;
}

// How many stand there: elements that are true, or the number; less those recused.
static int64_t attendance(const struct vote *vote, const struct record *motion, const struct record *meeting, uint8_t field,
                          bool keyed, int64_t recused)
{
	if (!keyed) {
		const struct record_write *write = record_value(meeting, field, plain);
		return write && write->value.number > recused ? write->value.number - recused : 0;
	}
	int64_t count = 0;
	for (size_t at = 0, next; at < meeting->write_count; at = next) {
		const struct record_write *write = place_at(meeting, at, &next);
		bool there = write && write->field == field && write->value.number != 0;
		count += there && !in_set(motion, vote->recused, write->element);
	}
	return count;
}

static int64_t count_recused(const struct vote *vote, const struct record *motion)
{
	int64_t count = 0;
	for (size_t at = 0, next; at < motion->write_count; at = next) {
		const struct record_write *write = place_at(motion, at, &next);
		count += write && vote->recused && write->field == vote->recused && write->value.number != 0;
	}
	return count;
}

static void count_votes(const struct vote *vote, const struct record *motion, const struct record *meeting, struct vote_count *count)
{
	for (size_t at = 0, next; at < motion->write_count; at = next) {
		const struct record_write *write = place_at(motion, at, &next);
		if (!write || write->field != vote->votes || write->value.form != VALUE_IS_NUMBER)
			continue;
		bool came = !vote->present_keyed || in_set(meeting, vote->present, write->element);
		if (!came || in_set(motion, vote->recused, write->element))
			count->uncounted++;
		else if (write->value.number == vote->yes)
			count->yes++;
		else if (write->value.number == vote->no)
			count->no++;
		else
			count->abstain++;
	}
}

static const struct vote_rule *rule_of(const struct vote *vote, const struct record *motion)
{
	const struct record_write *by = vote->by ? record_value(motion, vote->by, plain) : NULL;
	for (size_t i = 0; i < vote->rule_count; i++)
		if (!vote->by || (by && by->value.number == vote->rules[i].option))
			return &vote->rules[i];
	return NULL;
}

// Is `count` the part of `base` that is asked for? Whole numbers: count / base against part / whole.
static bool reaches(int64_t count, int64_t base, const struct vote_part *part)
{
	int64_t left = count * part->whole, right = base * part->part;
	return base > 0 && (part->exact ? left >= right : left > right);
}

struct vote_count vote_count(const struct vote *vote, const struct record *motion, const struct record *meeting)
{
	struct vote_count count = { .result = VOTE_NONE, .rule = rule_of(vote, motion) };
	if (!meeting)
		return count;
	count.recused = count_recused(vote, motion);
	count.expected = attendance(vote, motion, meeting, vote->expected, vote->expected_keyed, count.recused);
	count.present = attendance(vote, motion, meeting, vote->present, vote->present_keyed, count.recused);
	count_votes(vote, motion, meeting, &count);
	if (!count.rule || count.yes + count.no + count.abstain == 0)
		return count;
	int64_t base = count.rule->base == VOTE_OF_EXPECTED ? count.expected : count.present;
	if (!reaches(count.present, count.expected, &count.rule->quorum))
		count.result = VOTE_NO_QUORUM;
	else
		count.result = reaches(count.yes, base, &count.rule->majority) ? VOTE_PASSED : VOTE_FAILED;
	return count;
}

uint16_t vote_option(const struct vote *vote, enum vote_result result)
{
	switch (result) {
	case VOTE_PASSED: return vote->passed;
	case VOTE_FAILED: return vote->failed;
	case VOTE_NO_QUORUM: return vote->no_quorum;
	case VOTE_NONE: break;
	}
	return 0;
}

bool vote_reads(const struct vote *vote, uint8_t field)
{
	bool here = !vote->meeting && (field == vote->expected || field == vote->present);
	return here || field == vote->votes || (vote->recused && field == vote->recused) || (vote->by && field == vote->by)
	       || (vote->meeting && field == vote->meeting);
}
