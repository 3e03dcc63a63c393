// Points, totals, bands and ranks, from figures that the test makes up.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "base/limits.h"
#include "ledger/proportion.h"
#include "ledger/score_rank.h"
#include "ledger/score_reader.h"

#define LECTURE 1
#define MEETINGS 2
#define GROUPS 3
#define RATE 4
#define ORDER 5
#define SITE 6
#define EXTRA 7

static struct pack_shelf shelf;

static int open_all(void **state)
{
	(void)state;
	return pack_shelf_read(&shelf, "../data/score.yaml");
}

static int close_all(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

// ---- A branch whose figures are typed in ----

struct branch {
	int64_t value[8], of[8];
	bool assessed[8];
	int32_t only_quarter; // figures are there in this quarter of the year alone; 0: in all
};

static enum err figure(void *context, const struct pack_score_item *item, struct period period, int64_t *value, int64_t *of)
{
	const struct branch *branch = context;
	bool quiet = branch->only_quarter && period.last % 12 / 3 + 1 != branch->only_quarter;
	*value = quiet ? 0 : branch->value[item->number];
	*of = item->metric->aggregate == METRIC_RATIO ? (quiet ? 0 : branch->of[item->number]) : 1;
	return ERR_OK;
}

static enum err assessed(void *context, const struct pack_score_item *item, struct period period, bool *found, int64_t *points)
{
	const struct branch *branch = context;
	(void)period;
	*found = branch->assessed[item->number];
	*points = branch->value[item->number];
	return ERR_OK;
}

static struct branch good_branch(void)
{
	return (struct branch){
		.value = { [LECTURE] = 1, [MEETINGS] = 3, [GROUPS] = 3, [RATE] = 90, [ORDER] = 3000, [SITE] = 1000 },
		.of = { [RATE] = 100 },
		.assessed = { [ORDER] = true, [SITE] = true, [EXTRA] = true },
	};
}

static const struct pack_scorecard *flag(void)
{
	const struct pack_scorecard *card = pack_score_by_name(shelf.pack, "流动红旗");
	assert_non_null(card);
	return card;
}

static struct score score_of(struct branch *branch)
{
	struct score score;
	const struct score_reader reader = { .context = branch, .figure = figure, .assessed = assessed };
	assert_ok(score_compute(flag(), score_period(flag(), 2026 * 12 + 4), &reader, &shelf.arena, &score));
	return score;
}

// ---- Arithmetic ----

static void parts_are_exact_whatever_the_size(void **state)
{
	(void)state;
	assert_int_equal(proportion_part(10, 1, 3), 3);
	assert_int_equal(proportion_part(10, 1, 4), 3); // 2.5, rounded half up
	assert_int_equal(proportion_part(0, 5, 7), 0);
	assert_true(proportion_part(INT64_MAX, INT64_MAX, INT64_MAX) == INT64_MAX);
	assert_true(proportion_part(INT64_MAX, INT64_MAX, 1) == INT64_MAX);       // more than there is room for
	assert_true(proportion_part(INT64_MAX - 1, INT64_MAX - 2, INT64_MAX) == INT64_MAX - 3);
	assert_true(proportion_reaches(9, 10, 90, 100));
	assert_false(proportion_reaches(89, 99, 90, 100));
	assert_true(proportion_reaches(INT64_MAX, INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 2) ==
	            false); // 1 + 1/(m-1) is less than 1 + 1/(m-2)
	assert_true(proportion_reaches(INT64_MAX - 1, INT64_MAX - 2, INT64_MAX, INT64_MAX - 1));
}

static void a_target_gives_all_or_nothing(void **state)
{
	(void)state;
	const struct pack_score_item *lecture = pack_score_item_by_name(flag(), "lecture");
	assert_int_equal(score_item_points(lecture, 0, 1), 0);
	assert_int_equal(score_item_points(lecture, 1, 1), 1000);
	assert_int_equal(score_item_points(lecture, 7, 1), 1000);
	assert_int_equal(score_item_points(lecture, -5, 1), 0);
	assert_int_equal(lecture->bucket, 2);
	assert_string_equal(lecture->dimension->name, "type");
}

static void a_part_of_the_target_gives_that_part_and_no_more_than_all(void **state)
{
	(void)state;
	const struct pack_score_item *meetings = pack_score_item_by_name(flag(), "meetings");
	assert_int_equal(score_item_points(meetings, 1, 1), 667); // 20 / 3
	assert_int_equal(score_item_points(meetings, 2, 1), 1333);
	assert_int_equal(score_item_points(meetings, 3, 1), 2000);
	assert_int_equal(score_item_points(meetings, 30, 1), 2000);
}

static void each_one_missing_costs_its_points_until_none_are_left(void **state)
{
	(void)state;
	const struct pack_score_item *groups = pack_score_item_by_name(flag(), "groups");
	assert_int_equal(score_item_points(groups, 3, 1), 1000);
	assert_int_equal(score_item_points(groups, 2, 1), 850);
	assert_int_equal(score_item_points(groups, 0, 1), 550);
	struct pack_score_item dear = *groups;
	dear.each = 600;
	assert_int_equal(score_item_points(&dear, 2, 1), 400);
	assert_int_equal(score_item_points(&dear, 1, 1), 0);
}

static void a_ratio_is_compared_without_dividing_it(void **state)
{
	(void)state;
	struct pack_score_item rate = *pack_score_item_by_name(flag(), "rate");
	assert_int_equal(score_item_points(&rate, 90, 100), 2000);
	assert_int_equal(score_item_points(&rate, 9, 10), 2000);
	assert_int_equal(score_item_points(&rate, 45, 100), 1000); // half of 90%
	assert_int_equal(score_item_points(&rate, 1, 3), 741);     // 20 * (1/3) / (9/10) = 7.4074
	assert_int_equal(score_item_points(&rate, 0, 0), 0);       // of nothing
	assert_int_equal(score_item_points(&rate, INT64_C(999999999999999), INT64_C(1111111111111111)), 2000); // 89.99… % is no 90 %, but its points round up
	rate.full_when_none = true;
	assert_int_equal(score_item_points(&rate, 0, 0), 2000);
	rate.rule = SCORE_TARGET;
	assert_int_equal(score_item_points(&rate, 89, 99), 0); // 89.9 %
	assert_int_equal(score_item_points(&rate, 899999, 1000000), 0);
	rate.rule = SCORE_PER_MISSING;
	rate.each = 100;
	assert_int_equal(score_item_points(&rate, 90, 100), 2000);
	assert_int_equal(score_item_points(&rate, 89, 100), 1900);
	assert_int_equal(score_item_points(&rate, 885, 1000), 1800); // one and a half: begun ones count
	assert_int_equal(score_item_points(&rate, 0, 100), 0);       // ninety missing
}

// ---- Totals ----

static void the_total_is_the_sum_with_the_reward_under_its_cap(void **state)
{
	(void)state;
	struct branch branch = good_branch();
	struct score score = score_of(&branch);
	assert_int_equal(score.total, 10000);
	assert_int_equal(score.waiting, 0);
	assert_string_equal(score.band->name, "red");
	assert_int_equal(score_maximum(flag()), 10500);
	branch.value[EXTRA] = 300;
	assert_int_equal(score_of(&branch).total, 10300);
	branch.value[EXTRA] = 900;
	score = score_of(&branch);
	assert_int_equal(score.total, 10500);
	assert_int_equal(score.reward, 500);
}

static void what_is_given_by_hand_stays_within_the_item(void **state)
{
	(void)state;
	struct branch branch = good_branch();
	branch.value[ORDER] = 99999;
	assert_int_equal(score_of(&branch).total, 10000);
	branch.value[ORDER] = -5;
	assert_int_equal(score_of(&branch).total, 7000);
}

static void what_nobody_has_assessed_yet_counts_as_nothing_and_is_told(void **state)
{
	(void)state;
	struct branch branch = good_branch();
	branch.assessed[ORDER] = branch.assessed[SITE] = false;
	struct score score = score_of(&branch);
	assert_int_equal(score.total, 6000);
	assert_int_equal(score.waiting, 2);
	assert_true(score.items[4].waiting);
	assert_string_equal(score.band->name, "low");
}

static void bands_begin_where_they_say(void **state)
{
	(void)state;
	static const struct { int64_t total; const char *band; } falls[] = {
		{ 10500, "red" }, { 9500, "red" }, { 9499, "good" }, { 8500, "good" }, { 8499, "low" }, { 0, "low" },
	};
	for (size_t i = 0; i < sizeof falls / sizeof *falls; i++)
		assert_string_equal(score_band(flag(), falls[i].total)->name, falls[i].band);
	const struct pack_scorecard *members = pack_score_by_name(shelf.pack, "members");
	assert_string_equal(score_band(members, 0)->name, "unqualified"); // never the band of the exempt
	assert_true(pack_score_band_by_code(members, 5)->exempt);
	assert_null(score_band(pack_score_by_name(shelf.pack, "quiet"), 100));
}

static void periods_divide_the_year(void **state)
{
	(void)state;
	struct pack_scorecard card = { .months = 2 };
	struct period period = score_period(&card, 2026 * 12 + 4); // May
	assert_int_equal(period.first, 2026 * 12 + 4);
	assert_int_equal(period.last, 2026 * 12 + 5);
	card.months = 6;
	assert_int_equal(score_period(&card, 2026 * 12 + 5).first, 2026 * 12);
	assert_int_equal(score_period(&card, 2026 * 12 + 6).first, 2026 * 12 + 6);
}

// Weights 1, 1, 1, 2: the figures of one quarter alone.
static void a_year_is_the_weighted_mean_of_its_quarters(void **state)
{
	(void)state;
	struct score_year year;
	struct branch branch = good_branch();
	const struct score_reader reader = { .context = &branch, .figure = figure, .assessed = assessed };
	branch.only_quarter = 4;
	assert_ok(score_compute_year(flag(), 2026 * 12 + 2, &reader, &shelf.arena, &year));
	assert_int_equal(year.part_count, 4);
	assert_int_equal(year.period.last, 2026 * 12 + 11);
	// Without figures: what is assessed (40) and what is left of the group meetings (5.5).
	assert_int_equal(year.parts[0].total, 4550);
	assert_int_equal(year.parts[3].total, 10000);
	assert_int_equal(year.numerator, 3 * 4550 + 2 * 10000);
	assert_int_equal(year.denominator, 5);
	assert_int_equal(year.total, 6730);
	branch.value[SITE] = 999;
	branch.only_quarter = 1;
	assert_ok(score_compute_year(flag(), 2026 * 12 + 2, &reader, &shelf.arena, &year));
	assert_int_equal(year.numerator, 9999 + 4 * 4549); // 28195 / 5 = 5639
	assert_int_equal(year.total, 5639);
}

// ---- Ranks ----

static struct score_rank entrant(uint8_t unit, int64_t total)
{
	struct score_rank rank = { .total = total, .band = score_band(flag(), total) };
	memset(rank.unit.bytes, unit, sizeof rank.unit.bytes);
	return rank;
}

static void those_who_have_as_much_share_a_rank(void **state)
{
	(void)state;
	struct score_rank ranks[] = { entrant(1, 9000), entrant(2, 9600), entrant(3, 9600), entrant(4, 8000), entrant(5, 9700) };
	ranks[4].apart = SCORE_APART_SILENT;
	score_rank_order(flag(), ranks, 5);
	score_rank_settle(NULL, 0, ranks, 5);
	score_rank_sort(ranks, 5);
	static const struct { uint8_t unit; uint32_t rank; bool tied, last; int64_t award; } expected[] = {
		{ 2, 1, true, false, 60000 }, { 3, 1, true, false, 60000 }, { 1, 3, false, false, 20000 },
		{ 4, 4, false, true, 0 }, { 5, 0, false, false, 0 },
	};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(ranks[i].unit.bytes[0], expected[i].unit);
		assert_int_equal(ranks[i].rank, expected[i].rank);
		assert_int_equal(ranks[i].tied, expected[i].tied);
		assert_int_equal(ranks[i].last, expected[i].last);
		assert_int_equal(ranks[i].award, expected[i].award);
	}
	assert_string_equal(ranks[3].consequence->name, "statement");
}

static void nobody_is_last_alone_or_where_all_are_equal(void **state)
{
	(void)state;
	struct score_rank alone[] = { entrant(1, 100) }, equal[] = { entrant(1, 100), entrant(2, 100) };
	score_rank_order(flag(), alone, 1);
	assert_false(alone[0].last || alone[0].hit);
	score_rank_order(flag(), equal, 2);
	assert_false(equal[0].last || equal[1].last);
}

static void repetition_makes_it_worse_within_a_year(void **state)
{
	(void)state;
	static const char *const consequences[] = { "statement", "no_award", "referral", "referral" };
	struct score_rank before[2], ranks[2];
	size_t known = 0;
	for (size_t quarter = 0; quarter < 4; quarter++) {
		ranks[0] = entrant(7, 8000);
		ranks[1] = entrant(3, 9900);
		score_rank_order(flag(), ranks, 2);
		score_rank_settle(before, known, ranks, 2);
		assert_int_equal(ranks[1].unit.bytes[0], 7); // by unit, as the next quarter wants them
		assert_int_equal(ranks[1].hits, quarter + 1);
		assert_string_equal(ranks[1].consequence->name, consequences[quarter]);
		assert_int_equal(ranks[1].award_lost, quarter >= 1);
		assert_int_equal(ranks[0].hits, 0);
		assert_int_equal(ranks[0].award, 60000);
		memcpy(before, ranks, sizeof before);
		known = 2;
	}
	ranks[0] = entrant(7, 9900); // better at last, but the award of this year is lost
	ranks[1] = entrant(3, 9800);
	score_rank_order(flag(), ranks, 2);
	score_rank_settle(before, known, ranks, 2);
	assert_int_equal(ranks[1].rank, 1);
	assert_int_equal(ranks[1].award, 0);
	assert_null(ranks[1].consequence);
}

static void whoever_assesses_a_period_writes_into_one_record(void **state)
{
	(void)state;
	char text[ID_TEXT_BYTES];
	struct id record = score_reader_record(3, (struct period){ .first = 2026 * 12, .last = 2026 * 12 + 2 });
	id_format(&record, text);
	assert_string_equal(text, "c9d3277905d3bed401a1cf40744efa38");
	struct id other = score_reader_record(4, (struct period){ .first = 2026 * 12, .last = 2026 * 12 + 2 });
	assert_false(id_equal(&record, &other));
}

static void a_scorecard_may_refuse_to_rank(void **state)
{
	(void)state;
	const struct pack_scorecard *quiet = pack_score_by_name(shelf.pack, "quiet");
	assert_true(quiet->unranked);
	assert_int_equal(quiet->items[0].points, 150);
	struct score_rank ranks[] = { entrant(1, 100), entrant(2, 200) };
	score_rank_order(quiet, ranks, 2);
	assert_int_equal(ranks[0].rank, 0);
	assert_int_equal(ranks[1].rank, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_exact_whatever_the_size),
		cmocka_unit_test(a_target_gives_all_or_nothing),
		cmocka_unit_test(a_part_of_the_target_gives_that_part_and_no_more_than_all),
		cmocka_unit_test(each_one_missing_costs_its_points_until_none_are_left),
		cmocka_unit_test(a_ratio_is_compared_without_dividing_it),
		cmocka_unit_test(the_total_is_the_sum_with_the_reward_under_its_cap),
		cmocka_unit_test(what_is_given_by_hand_stays_within_the_item),
		cmocka_unit_test(what_nobody_has_assessed_yet_counts_as_nothing_and_is_told),
		cmocka_unit_test(bands_begin_where_they_say),
		cmocka_unit_test(periods_divide_the_year),
		cmocka_unit_test(a_year_is_the_weighted_mean_of_its_quarters),
		cmocka_unit_test(those_who_have_as_much_share_a_rank),
		cmocka_unit_test(nobody_is_last_alone_or_where_all_are_equal),
		cmocka_unit_test(repetition_makes_it_worse_within_a_year),
		cmocka_unit_test(whoever_assesses_a_period_writes_into_one_record),
		cmocka_unit_test(a_scorecard_may_refuse_to_rank),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
