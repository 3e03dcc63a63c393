// Scorecards as an administrator writes them, and what each slip of the pen is told.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "io/file.h"
#include "io/pack_yaml.h"
#include "ledger/pack_diff.h"
#include "ledger/score.h"

static struct pack_shelf shelf;
static struct buf yaml, encoded;

static int open_all(void **state)
{
	(void)state;
	pack_shelf_open(&shelf);
	encoded = yaml = BUF_EMPTY;
	enum err err = file_read("../data/score.yaml", LIMIT_PACK_BYTES, &yaml);
	buf_u8(&yaml, 0);
	return err || yaml.err;
}

static int close_all(void **state)
{
	(void)state;
	pack_shelf_close(&shelf);
	buf_free(&yaml);
	return 0;
}

static void what_is_written_is_what_is_read(void **state)
{
	(void)state;
	const struct pack *pack;
	assert_ok(pack_shelf_compile(&shelf, (const char *)yaml.data));
	pack = pack_shelf_decode(&shelf);
	assert_int_equal(pack->scorecard_count, 4);
	const struct pack_scorecard *flag = pack_score_by_name(pack, "Red flag"), *members = pack_score_by_name(pack, "members");
	assert_int_equal(flag->months, 3);
	assert_int_equal(flag->reward, 500);
	assert_int_equal(flag->weight_count, 4);
	assert_int_equal(flag->weights[3], 2);
	assert_true(pack_score_for(flag, "branch"));
	assert_false(pack_score_for(flag, "township"));
	assert_int_equal(flag->bands[0].awards[2], 40000);
	assert_int_equal(flag->bands[2].from, 0);
	assert_true(flag->bands[2].consequences[1].loses_award);
	const struct pack_score_item *rate = pack_score_item_by_name(flag, "rate");
	assert_int_equal(rate->rule, SCORE_PROPORTIONAL);
	assert_int_equal(rate->target, 9000);
	assert_int_equal(rate->target_of, 10000);
	const struct pack_score_item *order = pack_score_item_by_name(flag, "规范");
	assert_int_equal(order->rule, SCORE_ASSESSED);
	assert_int_equal(order->level, AUTHORITY_PARENT);
	assert_int_equal(order->month, 1);
	assert_int_equal(pack_score_item_by_name(flag, "groups")->each, 150);
	assert_int_equal(members->points->exempt[0], 4);
	assert_int_equal(members->bands[4].code, 5); // of the exempt: behind all others
	assert_null(pack_score_by_name(pack, ""));
}

// The pack with `find` replaced, and what is said about it.
static const struct { const char *find, *replace, *said; } slips[] = {
	{ "period: quarter", "period: week", "scorecards[flag]: period: \"week\", expected one of month, two_months, quarter" },
	{ "period: quarter", "perid: quarter", "scorecards[1]: Unexpected key: perid" },
	{ "period: quarter", "period: quarter\n    reviewed: perhaps", "scorecards[flag]: reviewed: \"perhaps\", expected one of" },
	{ "subject: member", "subject: member\n    reviewed: true", "reviewed: individuals' points are in no month that is submitted" },
	{ "unit_kinds: [branch]", "unit_kinds: [brench]", "scorecards[flag]: unit_kinds: no kind of unit is called \"brench\"" },
	{ "    unit_kinds: [branch]\n", "", "scorecards[flag]: unit_kinds: for no kind of unit" },
	{ "weights: [1, 1, 1, 2]", "weights: [1, 1]", "scorecards[flag]: weights: one for each period of a year" },
	{ "weights: [1, 1, 1, 2]", "weights: [0, 1, 1, 2]", "weight 0 is not between 1 and 1000" },
	{ "reward: 5", "reward: many", "scorecards[flag]: reward: \"many\", expected an amount" },
	{ "reward: 5", "reward: -5", "scorecards[flag]: reward: not between 0 and 1000000 points" },
	{ "ranked: false", "ranked: perhaps", "scorecards[quiet]: ranked: \"perhaps\", expected one of true, false" },
	{ "name: flag", "name: rate", "scorecards[rate]: a metric is called so, too" },
	{ "name: quiet", "name: flag", "\"flag\" names two things" },
	{ "points: 10, metric: meetings, by", "points: 1.234, metric: meetings, by", "items[lecture]: points: \"1.234\", expected" },
	{ "points: 10, metric: meetings, by", "points: 2000000, metric: meetings, by", "items[lecture]: points: not between 0 and" },
	{ "metric: meetings, by: type, is: lecture", "metric: meetins, by: type, is: lecture", "items[lecture]: metric: no metric is called" },
	{ "is: lecture", "is: lector", "items[lecture]: field \"type\" has no option \"lector\"" },
	{ "by: type, is: lecture", "by: sort, is: lecture", "items[lecture]: by and is: expected a dimension of metric \"meetings\"" },
	{ "by: type, is: lecture", "by: type", "items[lecture]: by and is: expected a dimension" },
	{ "is: lecture, target: 1}", "is: lecture}", "items[lecture]: target: expected more than nothing" },
	{ "is: lecture, target: 1}", "is: lecture, target: 50%}", "items[lecture]: target: metric \"meetings\" is no ratio" },
	{ "target: 90%", "target: 90", "items[rate]: target: of a ratio expected a percentage" },
	{ "target: 90%", "target: x%", "items[rate]: target: \"x\", expected" },
	{ "target: 3, per_missing: 1.5", "target: 3, proportional: true, per_missing: 1.5", "items[groups]: proportional or per_missing, not both" },
	{ "is: lecture, target: 1}", "is: lecture, target: 1, full_when_none: true}", "full_when_none belongs to a ratio" },
	{ "name: site, title: {zh: 阵地, en: Site}, points: 10, assessed: own", "name: site, title: {zh: 阵地, en: Site}, points: 10, assessed: king",
	  "items[site]: assessed: \"king\", expected one of own, parent, ancestor" },
	{ "name: site, title: {zh: 阵地, en: Site}, points: 10, assessed: own", "name: site, title: {zh: 阵地, en: Site}, points: 10, assessed: parent",
	  "items[site]: field \"month\" is not the assessor's to write" },
	{ "points: 30, assessed: parent", "points: 29, assessed: parent", "items[order]: field \"order\": expected minimum 0 and maximum 29 or less" },
	{ "assessed: parent, in: assessment, field: order", "assessed: parent, in: assessment, field: month", "field \"month\" of type month does not fit" },
	{ "assessed: parent, in: assessment, field: order", "assessed: parent, in: meeting, field: due", "kind \"meeting\" has no field of type month" },
	{ "assessed: parent, in: assessment, field: order", "metric: rate, assessed: parent, in: assessment, field: order",
	  "items[order]: expected metric and target, or assessed, in and field" },
	{ "points: 30, assessed: parent, in: assessment, field: order", "points: 30", "items[order]: rule 0 is not between" },
	{ "number: 2, name: meetings", "number: 1, name: meetings", "items[meetings]: has the number, code or name of \"lecture\"" },
	{ "from: 85,", "from: 95,", "bands[good]: begins where \"red\" does" },
	{ "        name: low\n", "        name: low\n        from: 1\n", "scorecards[flag]: bands: the lowest one begins at 0" },
	{ "awards: [300,", "awards: [lots,", "bands[good]: awards: \"lots\", expected an amount" },
	{ "from: 85,", "from: 85, exempt: true,", "bands[good]: a band of the exempt is for individuals" },
	{ "name: excellent, title: {zh: 优秀, en: Excellent}, from: 90", "name: excellent, title: {zh: 优秀, en: Excellent}, from: 90, awards: [1]",
	  "bands[excellent]: awards and consequences belong to what is ranked" },
	{ "subject: member", "subject: membre", "subject: no kind is called \"membre\"" },
	{ "      member: member\n", "      member: what\n", "scorecards[members]: member: field \"what\" of type text does not fit here" },
	{ "      when: date", "      when: sort", "when: field \"sort\" of type option does not fit here" },
	{ "exempt: [exempt]", "exempt: [excused]", "field \"sort\" has no option \"excused\"" },
	{ "      sort: sort\n", "", "scorecards[members]: options of which field?" },
	{ "options: [work], only: [working]", "options: [work], only: [idle]", "items[work]: field \"standard\" has no option \"idle\"" },
	{ "options: [merit], reward", "options: [study], reward", "items[merit]: shares an option with \"study\"" },
	{ "    subject: member\n", "", "scorecards[members]: from: expected a subject" },
	{ "{number: 3, name: points, title: {zh: 分值, en: Points}, type: money}", "{number: 3, name: points, title: {zh: 分值, en: Points}, type: money, lane: detail}",
	  "field \"points\" of kind \"points\": what individuals are scored by lies in lane private" },
};

static char *replaced(const char *find, const char *replace)
{
	const char *all = (const char *)yaml.data, *at = strstr(all, find);
	if (!at)
		fail_msg("\"%s\" is not in the pack", find);
	size_t before = (size_t)(at - all);
	char *text = arena_alloc(&shelf.arena, yaml.size + strlen(replace));
	memcpy(text, all, before);
	text[before] = '\0';
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

// What a new version changes is told, also of the one part that a scorecard of individuals has.
static void a_change_of_a_scorecard_is_told(void **state)
{
	(void)state;
	static const struct { const char *find, *replace, *place, *aspect; } changes[] = {
		{ "from: 85,", "from: 80,", "scorecards[flag].bands[good]", "from" },
		{ "per_missing: 1.5", "per_missing: 2", "scorecards[flag].items[groups]", "each" },
		{ "    base: 20\n", "    base: 25\n", "scorecards[members]", "base_points" },
		{ "exempt: [exempt]", "exempt: [merit, exempt]", "scorecards[members].points", "exempt" },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct pack_difference *differences;
		struct buf before = BUF_EMPTY;
		size_t count;
		assert_ok(pack_shelf_compile(&shelf, (const char *)yaml.data));
		buf_bytes(&before, shelf.encoded.data, shelf.encoded.size);
		buf_clear(&shelf.encoded);
		assert_ok(pack_shelf_compile(&shelf, replaced(changes[i].find, changes[i].replace)));
		assert_ok(pack_diff(buf_span(&before), buf_span(&shelf.encoded), &shelf.arena, &differences, &count));
		assert_int_equal(count, 1);
		assert_string_equal(differences[0].place, changes[i].place);
		assert_string_equal(differences[0].aspect, changes[i].aspect);
		assert_false(differences[0].forbidden);
		buf_clear(&shelf.encoded);
		buf_free(&before);
	}
}

// S4, S5, S7 and S23 as the party-branch ledger has them.
static void the_party_branch_ledger_has_its_scorecards(void **state)
{
	(void)state;
	const struct pack *pack;
	if (pack_yaml_compile("../../packs/party-branch.yaml", &shelf.encoded, &shelf.arena, &shelf.why))
		fail_msg("%s", shelf.why);
	pack = pack_shelf_decode(&shelf);
	static const struct { const char *name; unsigned months; size_t items, bands; int64_t maximum; } cards[] = {
		{ "流动红旗", 3, 10, 3, 10000 }, { "一簿化考评", 3, 13, 4, 10000 }, { "党小组考评", 1, 6, 4, 1000 },
		{ "民主评议党员", 12, 4, 4, 10000 }, { "书记述职评议", 12, 3, 4, 10000 },
	};
	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		const struct pack_scorecard *card = pack_score_by_name(pack, cards[i].name);
		assert_non_null(card);
		assert_int_equal(card->months, cards[i].months);
		assert_int_equal(card->item_count, cards[i].items);
		assert_int_equal(card->band_count, cards[i].bands);
		assert_int_equal(score_maximum(card), cards[i].maximum);
	}
	assert_int_equal(pack_score_by_name(pack, "one_book")->weight_count, 4);

	// Base 20, tasks 70 by each of three standards, reward at most 10.
	const struct pack_scorecard *points = pack_score_by_name(pack, "党员积分制");
	assert_int_equal(points->base, 2000);
	assert_int_equal(points->reward, 1000);
	for (uint16_t occupation = 1; occupation <= 7; occupation++) {
		int64_t tasks = 0;
		for (size_t i = 0; i < points->item_count; i++)
			for (size_t k = 0; k < points->items[i].only_count; k++)
				tasks += points->items[i].only[k] == occupation ? points->items[i].points : 0;
		assert_int_equal(tasks, 7000);
	}
	static const struct { int64_t total; const char *band; } falls[] = {
		{ 10000, "excellent" }, { 9000, "excellent" }, { 8999, "qualified" }, { 8000, "qualified" }, { 7999, "basic" },
		{ 6000, "basic" }, { 5999, "unqualified" },
	};
	for (size_t i = 0; i < sizeof falls / sizeof *falls; i++)
		assert_string_equal(score_band(points, falls[i].total)->name, falls[i].band);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_what_is_read, open_all, close_all),
		cmocka_unit_test_setup_teardown(every_slip_is_told_with_its_place, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_change_of_a_scorecard_is_told, open_all, close_all),
		cmocka_unit_test_setup_teardown(the_party_branch_ledger_has_its_scorecards, open_all, close_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
