// Transfers that must be approved by the township that takes the member in (party branch's pack: `approvals: [registrar]`):
// whose word counts, in whatever order it comes, and what comes too late.
#include "support/custody_stage.h"
#include "support/support.h"

static struct custody_stage one_member(struct id *member)
{
	struct custody_stage stage = custody_stage_with("../../packs/party-branch.yaml");
	*member = cluster_put(stage.one, "member", NULL, "name=郑十", "sex=female", "birth=1970-01-01", "arrived=2026-01-05", NULL);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_view(stage.one, member).hold, CUSTODY_HELD);
	assert_int_equal(custody_stage_offer(stage.one, member, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	return stage;
}

static void is_at(struct custody_stage *stage, const struct id *member, struct actor *home, uint64_t epoch)
{
	struct actor *const branches[] = { stage->one, stage->two, stage->three };
	custody_stage_sync(stage);
	for (unsigned again = 0; again < 2; again++) {
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(custody_stage_view(branches[i], member).hold == CUSTODY_HELD, branches[i] == home);
		assert_int_equal(custody_stage_epoch(stage->county, member), epoch);
		assert_int_equal(cluster_figure(stage->county, stage->county, "members", "2026-03"), 1);
		cluster_rebuild(stage->county);
		cluster_rebuild(home);
	}
}

static void accepted_it_waits_for_the_approval(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_view(stage.one, &member).hold, CUSTODY_OUTBOUND); // serves and counts on
	assert_int_equal(custody_stage_epoch(stage.county, &member), 1);
	assert_int_equal(custody_stage_judge(stage.west, &member, true), CUSTODY_DONE);
	is_at(&stage, &member, stage.three, 2);
	custody_stage_free(&stage);
}

static void approved_before_it_is_accepted(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	if (custody_stage_judge(stage.west, &member, true) == CUSTODY_DONE) // a township may have heard of the offer
		custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	custody_stage_judge(stage.west, &member, true); // said twice it is said once
	is_at(&stage, &member, stage.three, 2);
	custody_stage_free(&stage);
}

static void denied_the_member_stays(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_judge(stage.west, &member, false), CUSTODY_DONE);
	is_at(&stage, &member, stage.one, 2);
	assert_int_equal(custody_stage_judge(stage.west, &member, true), CUSTODY_VOID); // too late
	is_at(&stage, &member, stage.one, 2);
	custody_stage_free(&stage);
}

static void the_word_of_another_township_is_no_approval(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_judge(stage.east, &member, true), CUSTODY_DONE); // of whom it leaves
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_epoch(stage.county, &member), 1);
	assert_int_equal(custody_stage_view(stage.one, &member).hold, CUSTODY_OUTBOUND);
	assert_int_equal(custody_stage_judge(stage.west, &member, true), CUSTODY_DONE);
	is_at(&stage, &member, stage.three, 2);
	custody_stage_free(&stage);
}

// The branch takes the offer back while the township, which has not heard of that, approves it.
static void an_approval_that_crosses_the_withdrawal_changes_nothing(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	assert_ok(cluster_sync(stage.three));
	assert_int_equal(custody_stage_withdraw(stage.one, &member), CUSTODY_DONE);
	assert_int_equal(custody_stage_judge(stage.west, &member, true), CUSTODY_DONE);
	assert_ok(cluster_sync(stage.one));
	is_at(&stage, &member, stage.one, 2);
	custody_stage_free(&stage);
}

// The branch that accepted comes under another township before anybody approved: that one's word counts.
static void who_approves_is_who_looks_after_the_new_home_now(void **state)
{
	struct id member;
	struct custody_stage stage = one_member(&member);
	(void)state;
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(cluster_move(stage.county, &stage.three->self.unit, &stage.east->self.unit, "2026-03-01"), CHARTER_FINE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_judge(stage.west, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_epoch(stage.county, &member), 1);
	assert_int_equal(custody_stage_judge(stage.east, &member, true), CUSTODY_DONE);
	is_at(&stage, &member, stage.three, 2);
	custody_stage_free(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted_it_waits_for_the_approval),
		cmocka_unit_test(approved_before_it_is_accepted),
		cmocka_unit_test(denied_the_member_stays),
		cmocka_unit_test(the_word_of_another_township_is_no_approval),
		cmocka_unit_test(an_approval_that_crosses_the_withdrawal_changes_nothing),
		cmocka_unit_test(who_approves_is_who_looks_after_the_new_home_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
