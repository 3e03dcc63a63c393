// The rules of workflows, asked one by one: no store, no log.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "base/date.h"
#include "ledger/workflow.h"

static struct pack_shelf shelf;
static const struct workflow *admission, *issue;

static int open_pack(void **state)
{
	(void)state;
	if (pack_shelf_read(&shelf, "../data/flow.yaml"))
		return 1;
	admission = pack_kind_by_name(shelf.pack, "admission")->workflow;
	issue = pack_kind_by_name(shelf.pack, "issue")->workflow;
	return 0;
}

static int close_pack(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

enum { APPLICANT = 1, ACTIVIST, CANDIDATE, MEMBER };
enum { DAY = 3, APPLICATION = 4, EXAMINED = 5, APPROVALS = 6 };

static int32_t on(int32_t year, int32_t month, int32_t day) { return date_from_civil(year, month, day); }

static struct workflow_step step_from(uint16_t from, int32_t since, uint16_t to, int32_t day)
{
	struct workflow_step step = { .to = to, .author = RELATION_OWN, .base_count = 1 };
	step.bases[0] = (struct workflow_base){ .state = from, .dated = true, .day = since };
	step.dated[DAY] = true;
	step.day[DAY] = day;
	step.filled[APPLICATION] = step.filled[EXAMINED] = true;
	return step;
}

#define assert_fault(expected, workflow, step) \
	assert_string_equal(workflow_fault_name(workflow_judge(workflow, step).fault), #expected)

static void a_record_begins_with_the_first_state_and_its_day(void **state)
{
	(void)state;
	struct workflow_step step = { .to = APPLICANT, .author = RELATION_OWN };
	assert_fault(DAY_MISSING, admission, &step);
	step.dated[DAY] = true;
	assert_fault(FINE, admission, &step);
	step.to = MEMBER;
	assert_fault(NOT_FIRST, admission, &step);
}

static void a_step_skipped_names_the_one_that_comes_first(void **state)
{
	(void)state;
	struct workflow_step step = step_from(APPLICANT, on(2020, 1, 1), MEMBER, on(2026, 1, 1));
	assert_fault(NO_MOVE, admission, &step);
	assert_string_equal(workflow_toward(admission, APPLICANT, MEMBER)->name, "choose");
	assert_string_equal(workflow_toward(admission, ACTIVIST, MEMBER)->name, "nominate");
	assert_null(workflow_toward(admission, MEMBER, APPLICANT));
}

static void months_are_counted_by_the_calendar(void **state)
{
	(void)state;
	struct workflow_step step = step_from(ACTIVIST, on(2024, 2, 29), CANDIDATE, on(2025, 2, 27));
	assert_fault(TOO_EARLY, admission, &step);
	assert_int_equal(workflow_judge(admission, &step).earliest, on(2025, 2, 28)); // there is no 29th
	step.day[DAY] = on(2025, 2, 28);
	assert_fault(FINE, admission, &step);
}

static void no_move_lies_before_the_one_before(void **state)
{
	(void)state;
	struct workflow_step step = step_from(APPLICANT, on(2024, 3, 2), ACTIVIST, on(2024, 3, 1));
	assert_fault(TOO_EARLY, admission, &step);
	step.day[DAY] = on(2024, 3, 2);
	assert_fault(FINE, admission, &step);
}

static void papers_are_asked_for_by_name(void **state)
{
	(void)state;
	struct workflow_step step = step_from(ACTIVIST, on(2024, 1, 1), CANDIDATE, on(2026, 1, 1));
	step.filled[EXAMINED] = false;
	assert_fault(NEEDS, admission, &step);
	assert_int_equal(workflow_judge(admission, &step).field, EXAMINED);
}

static void each_approves_once_and_only_from_above(void **state)
{
	(void)state;
	struct workflow_approval all[] = {
		{ .field = APPROVALS, .element = span_string("a"), .author = RELATION_PARENT },
		{ .field = APPROVALS, .element = span_string("a"), .author = RELATION_PARENT },
		{ .field = APPROVALS, .element = span_string("b"), .author = RELATION_OWN },
		{ .field = DAY, .element = span_string("c"), .author = RELATION_PARENT },
		{ .field = APPROVALS, .element = span_string("b"), .author = RELATION_PARENT },
	};
	struct workflow_step step = step_from(CANDIDATE, on(2025, 1, 1), MEMBER, on(2026, 1, 1));
	step.approvals = all;
	step.approval_count = 4;
	assert_fault(APPROVALS, admission, &step);
	assert_int_equal(workflow_judge(admission, &step).have, 1);
	step.approval_count = 5;
	assert_fault(FINE, admission, &step);
}

static void a_move_is_made_by_whom_the_pack_names(void **state)
{
	(void)state;
	enum { PASSED_UP = 2, RETURNED = 3, CLOSED = 4, OUTCOME = 4 };
	struct workflow_step step = step_from(PASSED_UP, on(2026, 1, 1), RETURNED, on(2026, 1, 2));
	assert_fault(WHO, issue, &step);
	step.author = RELATION_PARENT;
	assert_fault(FINE, issue, &step);
	step.author = RELATION_ANCESTOR;
	assert_fault(WHO, issue, &step);
	step.to = CLOSED;
	step.filled[OUTCOME] = true;
	assert_fault(WHO, issue, &step);
	step.author = RELATION_OWN;
	assert_fault(FINE, issue, &step);
}

static void from_several_states_side_by_side_one_must_lead_there(void **state)
{
	(void)state;
	struct workflow_step step = step_from(MEMBER, on(2024, 1, 1), CANDIDATE, on(2026, 1, 1));
	assert_fault(NO_MOVE, admission, &step);
	step.bases[step.base_count++] = (struct workflow_base){ .state = ACTIVIST, .dated = true, .day = on(2024, 1, 1) };
	assert_fault(FINE, admission, &step);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_begins_with_the_first_state_and_its_day),
		cmocka_unit_test(a_step_skipped_names_the_one_that_comes_first),
		cmocka_unit_test(months_are_counted_by_the_calendar),
		cmocka_unit_test(no_move_lies_before_the_one_before),
		cmocka_unit_test(papers_are_asked_for_by_name),
		cmocka_unit_test(each_approves_once_and_only_from_above),
		cmocka_unit_test(a_move_is_made_by_whom_the_pack_names),
		cmocka_unit_test(from_several_states_side_by_side_one_must_lead_there),
	};
	return cmocka_run_group_tests(tests, open_pack, close_pack);
}
