// Counting votes: quorum, majority, recusal, in whole numbers.
#include "support/pack_shelf.h"
#include "support/support.h"

#include <stdlib.h>

#include "ledger/vote.h"

static struct pack_shelf shelf;
static const struct vote *rules; // of the motions of tests/data/flow.yaml

enum { COMMITTEE = 1, MEMBERS, ELECTION };
enum { BODY = 3, VOTES = 4, RECUSED = 5, EXPECTED = 2, PRESENT = 3 };
enum { YES = 1, NO, ABSTAIN };

static int open_pack(void **state)
{
	(void)state;
	if (pack_shelf_read(&shelf, "../data/flow.yaml"))
		return 1;
	rules = pack_kind_by_name(shelf.pack, "motion")->vote;
	return 0;
}

static int close_pack(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

// Persons are letters: a to z, then A to Z.
struct assembly {
	struct record_write meeting_writes[128], motion_writes[128];
	struct record meeting, motion;
};

static const char persons[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

static void put(struct record *record, uint8_t field, size_t person, int64_t value)
{
	record->writes[record->write_count++] = (struct record_write){
		.field = field, .element = person == SIZE_MAX ? span_of(NULL, 0) : span_of(&persons[person], 1),
		.value = { .form = VALUE_IS_NUMBER, .number = value } };
}

static int by_place(const void *left, const void *right)
{
	const struct record_write *a = left, *b = right;
	return a->field != b->field ? (int)a->field - b->field : span_compare(a->element, b->element);
}

// `yes`, `no` and `abstain` vote in this order from the first person on; the last `recused` of those present keep out.
static struct vote_count counted(int64_t body, size_t expected, size_t present, size_t yes, size_t no, size_t abstain, size_t recused)
{
	static struct assembly assembly;
	assembly = (struct assembly){ .meeting = { .writes = assembly.meeting_writes }, .motion = { .writes = assembly.motion_writes } };
	for (size_t i = 0; i < expected; i++)
		put(&assembly.meeting, EXPECTED, i, 1);
	for (size_t i = 0; i < present; i++)
		put(&assembly.meeting, PRESENT, i, 1);
	put(&assembly.motion, BODY, SIZE_MAX, body);
	for (size_t i = 0; i < yes + no + abstain; i++)
		put(&assembly.motion, VOTES, i, i < yes ? YES : i < yes + no ? NO : ABSTAIN);
	for (size_t i = 0; i < recused; i++)
		put(&assembly.motion, RECUSED, present - 1 - i, 1);
	qsort(assembly.meeting.writes, assembly.meeting.write_count, sizeof *assembly.meeting.writes, by_place);
	qsort(assembly.motion.writes, assembly.motion.write_count, sizeof *assembly.motion.writes, by_place);
	return vote_count(rules, &assembly.motion, &assembly.meeting);
}

#define assert_result(expected, count) assert_int_equal((count).result, VOTE_##expected)

static void half_of_a_committee_is_no_quorum_and_one_more_is(void **state)
{
	(void)state;
	assert_result(NO_QUORUM, counted(COMMITTEE, 6, 3, 3, 0, 0, 0));
	assert_result(PASSED, counted(COMMITTEE, 6, 4, 4, 0, 0, 0));
}

static void a_committee_passes_with_more_than_half_of_those_who_should_attend(void **state)
{
	(void)state;
	assert_result(FAILED, counted(COMMITTEE, 7, 5, 3, 2, 0, 0)); // 3 of 7, though 3 of 5 came for it
	assert_result(PASSED, counted(COMMITTEE, 7, 5, 4, 1, 0, 0));
	assert_result(FAILED, counted(COMMITTEE, 6, 6, 3, 3, 0, 0)); // exactly half
}

static void a_members_meeting_passes_with_more_than_half_of_those_present(void **state)
{
	(void)state;
	assert_result(PASSED, counted(MEMBERS, 20, 11, 6, 5, 0, 0));
	assert_result(FAILED, counted(MEMBERS, 20, 12, 6, 3, 3, 0)); // half: abstentions are no consent
	assert_result(NO_QUORUM, counted(MEMBERS, 20, 10, 10, 0, 0, 0));
}

static void an_election_needs_four_fifths_to_be_there(void **state)
{
	(void)state;
	assert_result(NO_QUORUM, counted(ELECTION, 10, 7, 7, 0, 0, 0));
	assert_result(PASSED, counted(ELECTION, 10, 8, 5, 3, 0, 0)); // exactly four fifths are enough
	assert_result(NO_QUORUM, counted(ELECTION, 11, 8, 8, 0, 0, 0));
}

static void who_is_recused_is_taken_out_of_every_base(void **state)
{
	(void)state;
	struct vote_count count = counted(COMMITTEE, 6, 6, 3, 2, 0, 1);
	assert_int_equal(count.expected, 5);
	assert_int_equal(count.present, 5);
	assert_result(PASSED, count); // 3 of 5
	count = counted(COMMITTEE, 6, 6, 3, 3, 0, 1); // the recused one voted all the same
	assert_int_equal(count.uncounted, 1);
	assert_int_equal(count.no, 2);
	assert_result(PASSED, count);
}

static void a_vote_of_one_who_did_not_come_does_not_count(void **state)
{
	(void)state;
	struct vote_count count = counted(MEMBERS, 10, 6, 8, 0, 0, 0);
	assert_int_equal(count.yes, 6);
	assert_int_equal(count.uncounted, 2);
}

static void without_votes_or_a_rule_there_is_no_result(void **state)
{
	(void)state;
	assert_result(NONE, counted(COMMITTEE, 6, 6, 0, 0, 0, 0));
	assert_result(NONE, counted(9, 6, 6, 6, 0, 0, 0));
	struct record motion = { .write_count = 0 };
	assert_result(NONE, vote_count(rules, &motion, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_of_a_committee_is_no_quorum_and_one_more_is),
		cmocka_unit_test(a_committee_passes_with_more_than_half_of_those_who_should_attend),
		cmocka_unit_test(a_members_meeting_passes_with_more_than_half_of_those_present),
		cmocka_unit_test(an_election_needs_four_fifths_to_be_there),
		cmocka_unit_test(who_is_recused_is_taken_out_of_every_base),
		cmocka_unit_test(a_vote_of_one_who_did_not_come_does_not_count),
		cmocka_unit_test(without_votes_or_a_rule_there_is_no_result),
	};
	return cmocka_run_group_tests(tests, open_pack, close_pack);
}
