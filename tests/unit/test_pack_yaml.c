// A pack as an administrator writes it, and what each slip of the pen is told.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "base/date.h"
#include "io/pack_yaml.h"
#include "ledger/pack.h"

#define PARTY_BRANCH "../../packs/party-branch.yaml"

static struct pack_shelf shelf;

static int open_all(void **state)
{
	(void)state;
	return pack_shelf_open(&shelf);
}

static int close_all(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

static const struct pack *decoded(void)
{
	const struct pack *pack = pack_shelf_decode(&shelf);
	assert_null(shelf.why);
	return pack;
}

static const struct pack *party_branch(void)
{
	enum err err = pack_yaml_compile(PARTY_BRANCH, &shelf.encoded, &shelf.arena, &shelf.why);
	if (err)
		fail_msg("%s", shelf.why);
	return decoded();
}

static const char small[] =
	"name: small\n"
	"version: 1\n"
	"title: {zh: 小, en: Small}\n"
	"since: 2026-01\n"
	"unit_kinds:\n"
	"  - {name: branch, title: {zh: 党支部}, ledger: true}\n"
	"kinds:\n"
	"  - name: visit\n"
	"    number: 2\n"
	"    title: {zh: 走访}\n"
	"    lane: detail\n"
	"    label: place\n"
	"    fields:\n"
	"      - {number: 1, name: place, title: {zh: 地点}, type: text, required: true}\n"
	"      - {number: 2, name: day, title: {zh: 日期}, type: date}\n"
	"      - {number: 3, name: cost, title: {zh: 费用}, type: money, minimum: 0.01, maximum: 500}\n"
	"      - {number: 4, name: who, title: {zh: 人员}, type: bool, keyed: true, refers: person}\n"
	"      - {number: 5, name: sort, title: {zh: 类别}, type: option, options: [{code: 7, name: home, title: {zh: 入户}, also: [上门]}, {code: 8, name: phone, title: {zh: 电话}}]}\n"
	"      - {number: 6, name: remark, title: {zh: 批注}, type: text, lane: down, authority: parent}\n"
	"  - name: person\n"
	"    number: 1\n"
	"    title: {zh: 人}\n"
	"    lane: private\n"
	"    label: name\n"
	"    fields:\n"
	"      - {number: 1, name: name, title: {zh: 姓名}, type: text}\n"
	"metrics:\n"
	"  - number: 1\n"
	"    name: visits\n"
	"    title: {zh: 走访次数}\n"
	"    kind: visit\n"
	"    aggregate: count\n"
	"    form: flow\n"
	"    from: day\n"
	"    filters:\n"
	"      - {field: cost, at_least: 12.50}\n"
	"    dimensions:\n"
	"      - {number: 1, name: sort, title: {zh: 类别}, field: sort}\n"
	"      - number: 2\n"
	"        name: half\n"
	"        title: {zh: 半年}\n"
	"        field: day\n"
	"        by: date\n"
	"        bands:\n"
	"          - {code: 1, name: first, title: {zh: 上半年}, to: 2026-06-30}\n"
	"          - {code: 2, name: later, title: {zh: 以后}, rest: true}\n";

static void the_party_branch_ledger_compiles(void **state)
{
	(void)state;
	const struct pack *pack = party_branch();
	assert_string_equal(pack->name, "party-branch");
	assert_int_equal(pack->since, 2026 * 12);
	assert_true(pack_unit_kind_by_name(pack, "branch")->ledger);
	assert_false(pack_unit_kind_by_name(pack, "乡镇党委")->ledger);
	const struct pack_kind *member = pack_kind_by_name(pack, "党员");
	assert_int_equal(member->lane, LANE_PRIVATE);
	assert_int_equal(pack_field_by_name(member, "ethnic_group")->option_count, 56);
	assert_string_equal(pack_field_by_heading(member, span_string("入党时间"))->name, "joined");
}

// A roster has 汉 as often as 汉族; what is stored is the code of GB/T 3304.
static void originals_go_to_the_kinds_that_the_pack_names_and_to_all_where_it_names_none(void **state)
{
	(void)state;
	const struct pack *pack = party_branch();
	assert_true(pack_archives(pack, "township"));
	assert_false(pack_archives(pack, "general_branch"));
	assert_false(pack_archives(pack, "no such kind"));
	assert_true(pack_field_by_name(pack_kind_by_name(pack, "affair"), "before_files")->evidence);
	assert_false(pack_field_by_name(pack_kind_by_name(pack, "affair"), "files")->evidence);
	assert_ok(pack_shelf_compile(&shelf, small));
	assert_true(pack_archives(decoded(), "branch"));
}

static void an_ethnic_group_is_understood_with_and_without_its_last_character(void **state)
{
	(void)state;
	static const struct { const char *text; int code; } groups[] = {
		{ "汉族", 1 }, { "汉", 1 }, { "蒙古", 2 }, { "Mongol", 2 }, { "土家", 15 }, { "土", 30 }, { "毛难族", 36 }, { "基诺", 56 },
	};
	const struct pack_field *group = pack_field_by_name(pack_kind_by_name(party_branch(), "member"), "ethnic_group");
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		struct value value;
		assert_ok(value_parse(group, span_string(groups[i].text), &shelf.arena, &value));
		assert_int_equal(value.number, groups[i].code);
	}
}

static void what_the_township_writes_lies_where_the_branch_reads_it(void **state)
{
	(void)state;
	const struct pack_kind *meeting = pack_kind_by_name(party_branch(), "meeting");
	const struct pack_field *remark = pack_field_by_name(meeting, "remark");
	assert_int_equal(remark->lane, LANE_DOWN);
	assert_true(authority_allows(remark->authority, RELATION_PARENT));
	assert_false(authority_allows(remark->authority, RELATION_OWN));
	assert_int_equal(pack_field_by_name(meeting, "follow_up")->authority, AUTHORITY_BOTH);
	assert_int_equal(pack_field_by_name(meeting, "date")->lane, LANE_UP);
	assert_int_equal(pack_field_by_name(meeting, "attended")->lane, LANE_DETAIL);
	assert_int_equal(pack_field_by_name(meeting, "minutes")->lane, LANE_PRIVATE);
}

static void joining_before_1966_is_a_band_of_its_own(void **state)
{
	(void)state;
	const struct pack_metric *members = pack_metric_by_name(party_branch(), "党员总数");
	const struct pack_band *first = &pack_dimension_by_name(members, "joined")->bands[0];
	assert_string_equal(first->name, "before_1966");
	assert_int_equal(first->to, date_from_civil(1965, 12, 31));
	assert_int_equal(first->from, date_from_civil(DATE_YEAR_MIN, 1, 1));
}

static void a_rate_has_the_dimensions_that_both_its_parts_have(void **state)
{
	(void)state;
	const struct pack *pack = party_branch();
	const struct pack_metric *rate = pack_metric_by_name(pack, "attendance_rate");
	assert_int_equal(rate->aggregate, METRIC_RATIO);
	assert_non_null(pack_dimension_by_name(rate, "type"));
	assert_int_equal(pack_metric_by_name(pack, "dues_rate")->dimension_count, 0);
}

static void kinds_stand_in_any_order_and_names_become_numbers(void **state)
{
	(void)state;
	assert_ok(pack_shelf_compile(&shelf, small));
	const struct pack *pack = decoded();
	const struct pack_kind *visit = pack_kind_by_number(pack, 2);
	assert_string_equal(pack->kinds[0].name, "person");
	assert_int_equal(visit->label, 1);
	assert_int_equal(visit->by_number[3]->minimum, 1);
	assert_int_equal(visit->by_number[3]->maximum, 50000);
	assert_int_equal(visit->by_number[4]->refers, 1);
	assert_int_equal(visit->by_number[1]->lane, LANE_DETAIL);
	assert_int_equal(pack->metrics[0].filters[0].numbers[0], 1250);
	assert_null(pack_kind_by_number(pack, 3));
}

// `small` with `find` replaced, and what is said about it.
static const struct { const char *find, *replace, *said; } slips[] = {
	{ "lane: detail", "lain: detail", "kinds[1]: Unexpected key: lain" },
	{ "number: 2, name: day", "number: two, name: day", ":15: kinds[1].fields[2].number: " },
	{ "    label: place\n", "", "kinds[1]: Missing" },
	{ "type: date}", "type: dat}", ": kinds[visit].fields[day]: type: \"dat\", expected one of text, long_text, integer, money" },
	{ "lane: detail", "lane: deep", "kinds[visit]: lane: \"deep\", expected one of private, detail, up, down" },
	{ "lane: detail", "lane: mail", "kinds[visit]: lane: \"mail\", expected one of" },
	{ "authority: parent", "authority: king", "fields[remark]: authority: \"king\", expected one of own, parent" },
	{ "lane: down, authority", "lane: detail, authority", "fields[remark]: authority parent needs lane down" },
	{ "lane: detail", "lane: detail\n    from: above", "kinds[visit]: from: above needs lane down" },
	{ "lane: detail", "lane: down\n    from: above", "kinds[visit].fields[remark]: a field of what comes from above has lane down and authority own" },
	{ "lane: detail", "lane: detail\n    from: below", "kinds[visit]: from: \"below\", expected one of above" },
	{ "lane: detail", "lane: detail\n    role: theme", "kinds[visit]: role: of kinds that come from above only" },
	{ "lane: detail", "lane: detail\n    role: poster", "role: \"poster\", expected one of theme, circular" },
	{ "label: place", "label: plaice", "kinds[visit]: label: kind \"visit\" has no field \"plaice\"" },
	{ "refers: person", "refers: parson", "fields[who]: refers: no kind is called \"parson\"" },
	{ "number: 2, name: day", "number: 1, name: day", "kinds[visit].fields[day]: number 1 is taken by \"place\"" },
	{ "number: 2, name: day", "number: 256, name: day", "number 256 is not between 1 and 255" },
	{ "name: cost, title: {zh: 费用}", "name: cost, title: {zh: 日期}", "kinds[visit]: \"日期\" names two things" },
	{ "name: place,", "name: Place,", "\"visit\" has no field \"place\"" },
	{ "minimum: 0.01", "minimum: cheap", "minimum: \"cheap\", expected an amount in yuan" },
	{ "maximum: 500", "maximum: 0.001", "maximum: \"0.001\", expected an amount" },
	{ "maximum: 500", "maximum: 0", "minimum is greater than maximum" },
	{ "type: option, options", "type: date, options", "options belong to type option, not date" },
	{ "also: [上门]", "also: [phone]", "fields[sort]: \"phone\" names two things" },
	{ "also: [上门]", "also: 上门", "also" },
	{ "code: 7", "code: 0", "options[home]: code 0 is not between 1 and 65535" },
	{ "since: 2026-01", "since: soon", "since: \"soon\", expected a month" },
	{ "version: 1", "version: 0", "version 0 is not between" },
	{ "    number: 1\n", "    number: 2\n", "number 2: kinds stand in ascending order, each number once" },
	{ "kind: visit", "kind: vist", "metrics[visits]: kind: no kind is called \"vist\"" },
	{ "from: day", "from: place", "metrics[visits]: from: field \"place\" of type text does not fit here" },
	{ "    from: day\n", "", "metrics[visits]: from: a field is needed here" },
	{ "aggregate: count", "aggregate: sum", "metrics[visits]: field: a field is needed here" },
	{ "aggregate: count", "aggregate: sum\n    field: day", "field: field \"day\" of type date does not fit here" },
	{ "aggregate: count", "aggregate: elements\n    field: cost", "field: field \"cost\" is not keyed" },
	{ "aggregate: count", "aggregate: ratio", "metrics[visits]: a ratio has a numerator and a denominator and nothing else" },
	{ "at_least: 12.50", "at_least: 12.505", "filters[#1]: at_least: \"12.505\", expected an amount" },
	{ "at_least: 12.50", "at_least: 1, less: 2", "filters[#1]: several tests, expected exactly one" },
	{ "{field: cost, at_least: 12.50}", "{field: sort, equal: hone}", "field \"sort\" has no option \"hone\"" },
	{ "{field: cost, at_least: 12.50}", "{field: who, exists: true}", "field: field \"who\" is keyed" },
	{ "field: sort}", "field: cost}", "dimensions[sort]: field \"cost\" has no options, so the dimension needs bands" },
	{ "by: date", "by: weight", "dimensions[half]: by: \"weight\", expected one of value, age, date" },
	{ "rest: true", "from: 2026-06-30", "bands[later]: overlaps band \"first\"" },
	{ "to: 2026-06-30", "from: 2026-07-01, to: 2026-06-30", "bands[first]: from lies behind to" },
	{ ", rest: true", "", "bands[later]: expected from and to (or one of them), or options, or rest: true" },
	{ "{code: 2, name: later", "{code: 1, name: later", "bands[later]: has the code or name of band \"first\"" },
	{ "name: small", "name: small\nname: large", "already seen" },
	{ "type: text, required", "type: text, pattern: \"d{3\", required", "fields[place]: pattern: in a pattern, { holds one number" },
	{ "type: text, required", "type: text, pattern: \"\", required", "fields[place]: pattern: the pattern is empty" },
	{ "type: date}", "type: date, pattern: \"d\"}", "fields[day]: pattern belongs to type text, not date" },
	{ "type: date}", "type: date, default: soon}", "fields[day]: default: \"soon\", expected a date" },
	{ "minimum: 0.01", "default: 0, minimum: 0.01", "fields[cost]: default: not a value that the field may have" },
	{ "type: option, options", "type: option, default: hone, options", "fields[sort]: field \"sort\" has no option \"hone\"" },
	{ "type: bool, keyed: true", "type: bool, default: yes, keyed: true", "fields[who]: default: a keyed field has none" },
	{ "type: bool, keyed: true", "type: bool, unique: true, keyed: true", "fields[who]: unique: a keyed field cannot be" },
	{ "type: bool, keyed: true", "type: bool, carry: true, keyed: true", "fields[who]: carry: a keyed field has no one value" },
	{ "type: date}", "type: date, unique: true, carry: true}", "fields[day]: unique: what is carried or has a default comes twice" },
	{ "type: text, lane: down", "type: text, carry: true, lane: down", "fields[remark]: unique, carry and default are for fields" },
	{ "{field: cost, at_least: 12.50}", "{field: day, by: months_since, in: [1, 2]}", "age and months_since are compared by equal" },
	{ "{field: cost, at_least: 12.50}", "{field: cost, by: age, at_least: 12}", "field: field \"cost\" of type money does not fit here" },
	{ "{field: cost, at_least: 12.50}", "{field: day, by: age, at_least: 1000}", "1000 is not between 0 and 999" },
	{ "{field: cost, at_least: 12.50}", "{field: day, by: weeks, at_least: 10}", "by: \"weeks\", expected one of value, age, months_since" },
	{ "{field: cost, at_least: 12.50}", "{field: day, by: age, at_least: old}", "at_least: \"old\", expected a whole number" },
	{ "aggregate: count", "aggregate: minimum\n    field: place", "field: field \"place\" of type text does not fit here" },
	{ "aggregate: count", "aggregate: distinct", "metrics[visits]: field: a field is needed here" },
	{ "aggregate: count\n    form: flow\n    from: day", "aggregate: distinct\n    field: place\n    form: stock", "distinct, minimum and maximum are of the records of a month" },
	{ "{number: 1, name: sort, title", "{number: 64, name: sort, title", "number 64 is not between 1 and 63" },
	{ "aggregate: count", "aggregate: count\n    late: {days: 10, after: place}", "late: after: field \"place\" of type text does not fit here" },
	{ "aggregate: count", "aggregate: count\n    late: {days: 9999, after: day}", "late: days 9999 is not between 0 and 3660" },
	{ "aggregate: count", "aggregate: count\n    late: {days: 10}", "Missing" },
	{ "aggregate: count", "aggregate: count\n    late: {days: 10, after: soon}", "late: after: kind \"visit\" has no field \"soon\"" },
	{ "label: place", "label: place\n    follows: place", "kinds[visit]: follows: field \"place\" of type text does not fit here" },
	{ "label: place", "label: place\n    follows: nobody", "kinds[visit]: follows: kind \"visit\" has no field \"nobody\"" },
	{ "label: place", "label: place\n    carry_newest: day", "carry_same and carry_newest: no field of the kind is carried" },
};

static char *replaced(const char *find, const char *replace)
{
	const char *at = strstr(small, find);
	if (!at)
		fail_msg("\"%s\" is not in the pack", find);
	size_t before = (size_t)(at - small);
	char *text = arena_alloc(&shelf.arena, sizeof small + strlen(replace));
	memcpy(text, small, before);
	strcat(text, replace);
	strcat(text, at + strlen(find));
	return text;
}

static void every_slip_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		enum err err = pack_shelf_compile(&shelf, replaced(slips[i].find, slips[i].replace));
		if (!err || !shelf.why || !strstr(shelf.why, slips[i].said))
			fail_msg("\"%s\": %s: %s\nexpected: %s", slips[i].replace, err_name(err), shelf.why ? shelf.why : "nothing said",
			         slips[i].said);
		assert_int_equal(shelf.encoded.size, 0);
		arena_reset(&shelf.arena);
	}
}

static void a_file_that_is_not_there_is_named(void **state)
{
	(void)state;
	assert_err(NOT_FOUND, pack_yaml_compile("/nonexistent/pack.yaml", &shelf.encoded, &shelf.arena, &shelf.why));
	assert_string_equal(shelf.why, "/nonexistent/pack.yaml: not found");
}

static void empty_files_aliases_and_noise_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n", "- a\n", "name: &x a\nsince: *x\n", "\t", "{{{{{{{{", "name: [a]\n",
	                                     "\xff\xfe", "%YAML 9.9\n---\n" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_err(MALFORMED, pack_shelf_compile(&shelf, texts[i]));
		assert_non_null(shelf.why);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	const struct CMUnitTest tests[] = {
		TEST(the_party_branch_ledger_compiles),
		TEST(originals_go_to_the_kinds_that_the_pack_names_and_to_all_where_it_names_none),
		TEST(an_ethnic_group_is_understood_with_and_without_its_last_character),
		TEST(what_the_township_writes_lies_where_the_branch_reads_it),
		TEST(joining_before_1966_is_a_band_of_its_own),
		TEST(a_rate_has_the_dimensions_that_both_its_parts_have),
		TEST(kinds_stand_in_any_order_and_names_become_numbers),
		TEST(every_slip_is_told_with_its_place),
		TEST(a_file_that_is_not_there_is_named),
		TEST(empty_files_aliases_and_noise_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
