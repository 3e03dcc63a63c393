// Cadences and checks as an administrator writes them, and what each slip of the pen is told.
#include "ledger/pack_duty.h"

#include "io/file.h"
#include "support/pack_shelf.h"
#include "support/support.h"

#define DUTIES "../data/duties.yaml"

static struct pack_shelf shelf;
static struct buf text;

static int open_all(void **state)
{
	(void)state;
	pack_shelf_open(&shelf);
	text = BUF_EMPTY;
	enum err err = file_read(DUTIES, 1 << 20, &text);
	buf_u8(&text, 0);
	return err != ERR_OK;
}

static int close_all(void **state)
{
	(void)state;
	pack_shelf_close(&shelf);
	buf_free(&text);
	return 0;
}

static const struct pack *duties(void)
{
	if (pack_shelf_compile(&shelf, (const char *)text.data))
		fail_msg("%s", shelf.why);
	return pack_shelf_decode(&shelf);
}

static void a_cadence_says_what_how_often_and_of_whom(void **state)
{
	(void)state;
	const struct pack *pack = duties();
	const struct pack_cadence *meeting = pack_duty_cadence(pack, "党员大会开展");
	assert_non_null(meeting);
	assert_string_equal(meeting->of.metric->name, "meetings");
	assert_string_equal(meeting->of.dimension->name, "type");
	assert_int_equal(meeting->of.bucket, 1);
	assert_int_equal(meeting->every, 3);
	assert_int_equal(meeting->since, 2026 * 12);
	assert_int_equal(pack_duty_at_least(meeting, pack_unit_kind_by_name(pack, "branch")), 1);
	assert_int_equal(pack_duty_at_least(meeting, pack_unit_kind_by_name(pack, "enterprise_branch")), 2);
	assert_int_equal(pack_duty_at_least(meeting, pack_unit_kind_by_name(pack, "temporary_branch")), 0);
	assert_int_equal(pack_duty_at_least(meeting, NULL), 0);
	const struct pack_cadence *activity = pack_duty_cadence(pack, "activity_day");
	assert_int_equal(activity->from_day, 5);
	assert_int_equal(activity->by_day, 15);
	assert_null(pack_duty_cadence(pack, "meetings"));
	assert_null(pack_duty_cadence(pack, ""));
}

static void a_check_says_where_it_looks_and_what_it_expects(void **state)
{
	(void)state;
	const struct pack *pack = duties();
	const struct pack_rule *size = pack_duty_rule(pack, "group_size"), *temporary = pack_duty_rule(pack, "temporary");
	assert_true(size->expect[0].each);
	assert_int_equal(size->expect[0].at_most, 5);
	assert_int_equal(temporary->when[0].of, PACK_TERM_AGE);
	assert_true(temporary->when[0].at_most == INT64_MAX);
	assert_int_equal(temporary->under_count, 1);
	assert_int_equal(temporary->expect_count, 2);
	assert_int_equal(pack_duty_rule(pack, "groups")->expect[0].of, PACK_TERM_UNITS);
	assert_string_equal(pack_duty_rule(pack, "own_branch")->hint.zh, "不足三名正式党员的，由邻近支部代管");
}

// The file with `find` replaced, and what is said about it.
static const struct { const char *find, *replace, *said; } slips[] = {
	{ "every: quarter", "evry: quarter", "Unexpected key: evry" },
	{ "every: quarter", "every: week", "cadences[members_meeting]: every: \"week\", expected one of month, quarter, half_year, year" },
	{ "metric: meetings\n", "metric: meeting\n", "cadences[members_meeting]: metric: no metric is called \"meeting\"" },
	{ "metric: meetings\n", "metric: members\n", "cadences[members_meeting]: dimension: metric \"members\" has no dimension \"type\"" },
	{ "metric: meetings\n    every: year", "metric: people\n    every: year", "cadences[meetings_a_year]: metric \"people\" is no flow" },
	{ "bucket: members\n", "bucket: guests\n", "cadences[members_meeting]: field \"type\" has no option \"guests\"" },
	{ "    dimension: type\n    bucket: members\n", "    bucket: members\n", "cadences[members_meeting]: bucket: needs a dimension" },
	{ "    bucket: members\n", "", "cadences[members_meeting]: dimension \"type\" has no bucket 0" },
	{ "{kinds: [branch], at_least: 1}", "{kinds: [brunch], at_least: 1}", "cadences[members_meeting].units[#1]: no unit kind is called \"brunch\"" },
	{ "{kinds: [branch], at_least: 1}", "{kinds: [township], at_least: 1}", "units of kind \"township\" keep no ledger" },
	{ "{kinds: [branch], at_least: 1}", "{kinds: [branch, enterprise_branch], at_least: 1}", "units[#2]: unit kind \"enterprise_branch\" stands there twice" },
	{ "{kinds: [branch], at_least: 1}", "{kinds: [branch], at_least: 0}", "units[#1]: at_least 0 is not between 1 and" },
	{ "    units:\n      - {kinds: [branch, enterprise_branch], at_least: 12}\n", "", "cadences[meetings_a_year]: units: it is asked of no kind of unit" },
	{ "by_day: 15", "by_day: 4", "cadences[activity_day]: from_day is later than by_day" },
	{ "by_day: 15", "by_day: 32", "cadences[activity_day]: by_day 32 is not between" },
	{ "    by_day: 15\n", "", "cadences[activity_day]: by_day 0 is not between 1 and 31" },
	{ "every: half_year", "every: half_year\n    by_day: 20", "cadences[lecture]: from_day and by_day: only every month" },
	{ "since: 2026-07", "since: 2025-07", "cadences[lecture]: since: not a month of this ledger" },
	{ "since: 2026-07", "since: July", "cadences[lecture]: since: \"July\", expected a month" },
	{ "every: half_year", "every: half_year\n    for_each: nobody", "cadences[lecture]: for_each: no metric is called \"nobody\"" },
	{ "every: half_year", "every: half_year\n    for_each: meetings", "cadences[lecture]: for_each \"meetings\" is no stock that counts" },
	{ "by_day: 15", "by_day: 15\n    for_each: people", "cadences[activity_day]: for_each: not with a window of days" },
	{ "metric: meetings\n    every: year", "metric: people\n    for_each: members\n    every: year", "cadences[meetings_a_year]: metric \"people\" is no flow, nor a stock that a filter" },
	{ "title: {zh: 党课开展", "title: {zh: 会议次数", "\"会议次数\" names two things" },
	{ "  - number: 5\n    name: meetings_a_year", "  - number: 4\n    name: meetings_a_year", "number 4: cadences stand in ascending order, each number once" },
	{ "  - number: 5\n    name: meetings_a_year", "  - number: 256\n    name: meetings_a_year", "number 256 is not between 1 and 255" },
	{ "{metric: members, at_least: 8}\n", "{metric: meetings, at_least: 8}\n", "cadences[group_meeting].when[#1]: metric \"meetings\" is no stock" },
	{ "each: true, ", "", "checks[group_size].expect[#1]: dimension \"group\" has no bucket 0" },
	{ "metric: committee, at_most: 0", "metric: meetings, at_most: 0", "checks[no_committee].expect[#1]: metric \"meetings\" is no stock" },
	{ "metric: committee, at_most: 0", "metric: committee", "checks[no_committee].expect[#1]: expected at_least or at_most" },
	{ "metric: committee, at_most: 0", "age: true, at_most: few", "at_most: \"few\", expected a" },
	{ "metric: committee, at_most: 0", "metric: committee, age: true, at_most: 0", "expect[#1]: expected exactly one of metric, units, age: true" },
	{ "metric: committee, at_most: 0", "units: [group], each: true, at_most: 0", "dimension, bucket and each belong to a metric" },
	{ "at_least: 3, at_most: 7", "at_least: 7, at_most: 3", "checks[committee_size].expect[#1]: at_least and at_most" },
	{ "at_least: 3, at_most: 7", "at_least: -1, at_most: 7", "checks[committee_size].expect[#1]: at_least and at_most" },
	{ "{units: [group], at_least: 2", "{units: [gruppe], at_least: 2", "checks[groups].expect[#1]: no unit kind is called \"gruppe\"" },
	{ "under: [township]", "under: [town]", "checks[temporary]: no unit kind is called \"town\"" },
	{ "    kinds: [branch]\n    when", "    when", "checks[groups]: a check names the kinds of units it looks at" },
	{ "name: no_committee", "name: own_branch", "\"own_branch\" names two things" },
};

static char *replaced(const char *find, const char *replace)
{
	const char *all = (const char *)text.data, *at = strstr(all, find);
	if (!at)
		fail_msg("\"%s\" is not in the pack", find);
	size_t before = (size_t)(at - all);
	char *changed = arena_alloc(&shelf.arena, text.size + strlen(replace));
	memcpy(changed, all, before);
	changed[before] = '\0';
	strcat(changed, replace);
	strcat(changed, at + strlen(find));
	return changed;
}

static void every_slip_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		arena_reset(&shelf.arena);
		buf_clear(&shelf.encoded);
		enum err err = pack_shelf_compile(&shelf, replaced(slips[i].find, slips[i].replace));
		if (!err || !shelf.why || !strstr(shelf.why, slips[i].said))
			fail_msg("\"%s\": %s: %s\nexpected: %s", slips[i].replace, err_name(err), shelf.why ? shelf.why : "nothing said",
			         slips[i].said);
		assert_int_equal(shelf.encoded.size, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cadence_says_what_how_often_and_of_whom),
		cmocka_unit_test(a_check_says_where_it_looks_and_what_it_expects),
		cmocka_unit_test(every_slip_is_told_with_its_place),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
