// Workflows, votes and series as an administrator may get them wrong: each slip is told where it is.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "io/file.h"
#include "ledger/vote.h"
#include "ledger/workflow.h"

static struct pack_shelf shelf;
static struct buf yaml;

static int open_all(void **state)
{
	(void)state;
	pack_shelf_open(&shelf);
	return file_read("../data/flow.yaml", 1 << 20, &yaml) != ERR_OK;
}

static int close_all(void **state)
{
	(void)state;
	pack_shelf_close(&shelf);
	buf_free(&yaml);
	return 0;
}

// The file with one place written otherwise.
static enum err compile_with(const char *was, const char *is)
{
	static char text[64 * 1024];
	size_t size = yaml.size;
	assert_true(size + strlen(is) < sizeof text);
	memcpy(text, yaml.data, size);
	text[size] = '\0';
	char *at = strstr(text, was);
	assert_non_null(at);
	memmove(at + strlen(is), at + strlen(was), strlen(at + strlen(was)) + 1);
	memcpy(at, is, strlen(is));
	return pack_shelf_compile(&shelf, text);
}

static void every_slip_is_told_where_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *was, *is, *told;
	} slips[] = {
		{ "state: stage", "state: stages", "has no field \"stages\"" },
		{ "first: applicant", "first: nobody", "has no option \"nobody\"" },
		{ "first_day: day", "first_day: name", "must be date" },
		{ "from: [applicant], to: activist", "from: [], to: activist", "moves[choose]: from: no state" },
		{ "from: [applicant], to: activist", "from: [activist], to: activist", "from one state to another" },
		{ "needs: [application]", "needs: [aplication]", "moves[choose]: needs: kind \"admission\" has no field" },
		{ "day: day, needs: [application]}", "needs: [application]}", "needs a day" },
		{ "who: parent}\n\n", "who: neighbour}\n\n", "moves[send_back]: who: \"neighbour\"" },
		{ "who: parent}\n\n", "who: parent, role: boss}\n\n", "moves[send_back]: role: \"boss\" is none of the pack's roles" },
		{ "unit_kinds:\n", "roles:\n  - {name: a, title: {zh: 甲}}\n  - {name: a, title: {zh: 乙}}\nunit_kinds:\n", "names two things" },
		{ "unit_kinds:\n", "roles:\n  - {name: a, title: {}}\nunit_kinds:\n", "roles[a]: " },
		{ "after: {days: 30}", "after: {days: 40000}", "after: days 40000" },
		{ "count: 2, by: parent", "count: 0, by: parent", "approvals: count 0" },
		{ "count: 2, by: parent", "count: 33, by: parent", "approvals: count 33" },
		{ "field: approvals, count", "field: stage, count", "must be keyed" },
		{ "within: 15", "within: 0", "within 0" },
		{ "name: admit, title: {zh: 接收", "name: choose, title: {zh: 接收", "names two things" },
		{ "lane: down\n        authority: both\n        options:\n          - {code: 1, name: applicant",
		  "lane: down\n        authority: parent\n        options:\n          - {code: 1, name: applicant", "lane and authority of the state" },
		{ "meeting: meeting\n      expected", "meeting: text\n      expected", "meeting" },
		{ "expected: expected", "expected: topic", "keyed, of type bool, or an integer" },
		{ "votes: votes", "votes: result", "no option \"in_favour\"" },
		{ "yes: in_favour", "yes: maybe", "has no option \"maybe\"" },
		{ "quorum: {at_least: 4/5}", "quorum: {at_least: 80%}", "a part such as 1/2" },
		{ "quorum: {at_least: 4/5}", "quorum: {at_least: 5/4}", "a part" },
		{ "quorum: {at_least: 4/5}", "quorum: {at_least: 1/0}", "a part: the whole 0" },
		{ "quorum: {at_least: 4/5}", "quorum: {}", "expected more_than or at_least" },
		{ "option: election, quorum", "option: committee, quorum", "second rule" },
		{ "      by: body\n", "", "exactly one without by" },
		{ "type: text, series: true, series_when: paid", "type: integer, series: true", "plain text field" },
		{ "series_when: paid", "series_when: receipt", "another plain field" },
		{ "series: true, series_when: paid", "series: true, authority: both, lane: down", "issued by the unit itself" },
	};
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		enum err err = compile_with(slips[i].was, slips[i].is);
		if (!err || !strstr(shelf.why, slips[i].told))
			fail_msg("\"%s\" for \"%s\": %s", slips[i].is, slips[i].was, err ? shelf.why : "was accepted");
	}
}

static void papers_that_not_all_may_read_cannot_be_asked_for(void **state)
{
	(void)state;
	assert_true(compile_with("title: {zh: 申请书, en: Application}, type: text", "title: {zh: 申请书, en: Application}, type: text, lane: private"));
	assert_non_null(strstr(shelf.why, "is private and the state is not"));
}

static void what_is_right_comes_out_as_it_was_written(void **state)
{
	(void)state;
	const struct pack *pack;
	assert_ok(compile_with("name: flow", "name: flow"));
	pack = pack_shelf_decode(&shelf);
	const struct workflow *workflow = pack_kind_by_name(pack, "admission")->workflow;
	assert_int_equal(workflow->move_count, 4);
	const struct workflow_move *admit = workflow_move_by_name(workflow, "接收");
	assert_int_equal(admit->after_days, 30);
	assert_int_equal(admit->approval_count, 2);
	assert_int_equal(admit->approval_by, AUTHORITY_PARENT);
	assert_int_equal(admit->who, AUTHORITY_OWN);
	assert_string_equal(workflow_move_by_name(workflow, "nominate")->body.en, "the committee");
	const struct vote *vote = pack_kind_by_name(pack, "motion")->vote;
	assert_int_equal(vote->rule_count, 3);
	assert_true(vote->rules[2].quorum.exact && vote->rules[2].quorum.part == 4 && vote->rules[2].quorum.whole == 5);
	const struct pack_kind *dues = pack_kind_by_name(pack, "dues");
	assert_true(dues->has_series && dues->by_number[1]->series && dues->by_number[1]->series_when == 3);
}

// ---- Encoded packs of somebody who lies ----

static void a_flipped_bit_anywhere_is_answered(void **state)
{
	(void)state;
	assert_ok(compile_with("name: flow", "name: flow"));
	for (size_t i = 0; i < shelf.encoded.size; i++) {
		struct arena small;
		const struct pack *pack;
		arena_init(&small, LIMIT_DECODE_BYTES);
		shelf.encoded.data[i] ^= (uint8_t)(1u << i % 8);
		enum err err = pack_decode(buf_span(&shelf.encoded), &small, &pack, &shelf.why);
		for (size_t k = 0; !err && k < pack->kind_count; k++) {
			const struct workflow *workflow = pack->kinds[k].workflow;
			for (size_t m = 0; workflow && m < workflow->move_count; m++)
				assert_non_null(pack_option_by_code(workflow->state, workflow->moves[m].to));
			const struct vote *vote = pack->kinds[k].vote;
			assert_true(!vote || (pack->kinds[k].by_number[vote->votes]->keyed && vote->rule_count > 0));
		}
		shelf.encoded.data[i] ^= (uint8_t)(1u << i % 8);
		arena_free(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slip_is_told_where_it_is),
		cmocka_unit_test(papers_that_not_all_may_read_cannot_be_asked_for),
		cmocka_unit_test(what_is_right_comes_out_as_it_was_written),
		cmocka_unit_test(a_flipped_bit_anywhere_is_answered),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
