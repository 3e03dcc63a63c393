#include "ledger/metric.h"

#include <stdio.h>

#include "base/date.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

enum { WRITES = 8, TEXT_BYTES = 4096 };

// A record put together by hand: writes in order of field and element.
struct sketch {
	struct record record;
	struct record_write writes[WRITES];
};

static void sketch_begin(struct sketch *sketch, uint16_t kind)
{
	sketch->record = (struct record){ .key = { .kind = kind }, .writes = sketch->writes };
}

static void put(struct sketch *sketch, uint8_t field, const char *element, struct value value)
{
	assert_true(sketch->record.write_count < WRITES);
	sketch->writes[sketch->record.write_count++] = (struct record_write){
		.field = field, .element = span_string(element), .chain = 1, .value = value,
	};
}

static struct value day(int32_t year, int32_t month, int32_t of_month)
{
	return number_value(date_from_civil(year, month, of_month));
}

// The contributions as lines "metric/dimension/bucket month value", ascending.
struct lines {
	struct cell cells[64];
	size_t count;
};

static enum err gather(void *context, const struct cell *cell)
{
	struct lines *lines = context;
	size_t at = lines->count++;
	assert_true(at < 64);
	for (; at > 0 && cell_key_compare(&cell->key, &lines->cells[at - 1].key) < 0; at--)
		lines->cells[at] = lines->cells[at - 1];
	lines->cells[at] = *cell;
	return ERR_OK;
}

static void assert_contributes(const struct record *record, uint16_t metric, const char *expected)
{
	struct cell_batch *batch = cell_batch_new();
	struct lines lines = { .count = 0 };
	char text[TEXT_BYTES] = "";
	size_t used = 0;
	assert_ok(metric_contribute_one(ledger_fixture_pack(), ledger_fixture_metric(metric), record, 1, batch));
	assert_ok(cell_batch_each(batch, gather, &lines));
	for (size_t i = 0; i < lines.count; i++) {
		const struct cell *cell = &lines.cells[i];
		char month[PERIOD_TEXT_BYTES];
		date_format_month(cell->key.month, month);
		used += (size_t)snprintf(text + used, sizeof text - used, "%d/%d/%d %s %+lld\n", cell->key.metric,
		                         cell->key.dimension, cell->key.bucket, month, (long long)cell->value);
	}
	cell_batch_free(batch);
	assert_string_equal(text, expected);
}

static void a_member_counts_from_joining_until_leaving_and_grows_older(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_SEX, "", number_value(2));
	put(&sketch, MEMBER_BORN, "", day(1985, 7, 31));
	put(&sketch, MEMBER_JOINED, "", day(2020, 3, 5));
	put(&sketch, MEMBER_LEFT, "", day(2024, 6, 1));
	assert_contributes(&sketch.record, METRIC_MEMBERS,
	                   "1/0/0 2020-03 +1\n1/0/0 2024-06 -1\n"
	                   "1/1/2 2020-03 +1\n1/1/2 2024-06 -1\n"
	                   "1/2/1 2020-03 +1\n1/2/1 2021-07 -1\n1/2/2 2021-07 +1\n1/2/2 2024-06 -1\n"
	                   "1/3/2 2020-03 +1\n1/3/2 2024-06 -1\n");
	assert_contributes(&sketch.record, METRIC_WOMEN,
	                   "5/0/0 2020-03 +1\n5/0/0 2024-06 -1\n"
	                   "5/2/1 2020-03 +1\n5/2/1 2021-07 -1\n5/2/2 2021-07 +1\n5/2/2 2024-06 -1\n");
}

static void what_lies_before_the_figures_begin_counts_as_of_then(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_BORN, "", day(1940, 1, 1));
	put(&sketch, MEMBER_JOINED, "", day(1965, 12, 31));
	assert_contributes(&sketch.record, METRIC_MEMBERS,
	                   "1/0/0 2020-01 +1\n1/2/3 2020-01 +1\n1/3/1 2020-01 +1\n");
	sketch.writes[1].value = day(1966, 1, 1);
	put(&sketch, MEMBER_LEFT, "", day(2019, 12, 31)); // gone before
	assert_contributes(&sketch.record, METRIC_MEMBERS, "");
	sketch.writes[2].value = day(2020, 1, 1); // in the first month, so never there at the end of one
	assert_contributes(&sketch.record, METRIC_MEMBERS, "");
	sketch.writes[2].value = day(2020, 2, 1);
	assert_contributes(&sketch.record, METRIC_MEMBERS,
	                   "1/0/0 2020-01 +1\n1/0/0 2020-02 -1\n1/2/3 2020-01 +1\n1/2/3 2020-02 -1\n"
	                   "1/3/2 2020-01 +1\n1/3/2 2020-02 -1\n");
}

static void a_flow_before_the_figures_begin_does_not_count(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEETING);
	put(&sketch, MEETING_DATE, "", day(2019, 12, 31));
	assert_contributes(&sketch.record, METRIC_MEETINGS, "");
	sketch.writes[0].value = day(2020, 1, 1);
	assert_contributes(&sketch.record, METRIC_MEETINGS, "2/0/0 2020-01 +1\n");
}

static void a_birthday_on_29_february_comes_in_march(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_BORN, "", day(1988, 2, 29)); // 36 in 2024, which has a 29 February; 61 in 2049
	assert_contributes(&sketch.record, METRIC_MEMBERS,
	                   "1/0/0 2020-01 +1\n"
	                   "1/2/1 2020-01 +1\n1/2/1 2024-02 -1\n1/2/2 2024-02 +1\n1/2/2 2049-03 -1\n1/2/3 2049-03 +1\n");
}

// Every age band of some births, month by month, against the calendar's own count of years.
static void ages_turn_when_the_calendar_says_so(void **state)
{
	(void)state;
	assert_int_equal(CELL_DAY_MIN, date_from_civil(DATE_YEAR_MIN, 1, 1));
	assert_int_equal(CELL_DAY_MAX, date_from_civil(DATE_YEAR_MAX, 12, 31));
	struct chance chance = { .state = 29 };
	for (int i = 0; i < 300; i++) {
		struct sketch sketch;
		struct lines lines = { .count = 0 };
		struct cell_batch *batch = cell_batch_new();
		int32_t year = 1880 + (int32_t)chance_below(&chance, 160);
		int32_t born = i % 3 ? date_from_civil(year, 1, 1) + (int32_t)chance_below(&chance, 365)
		                     : date_from_civil(year / 4 * 4, 3, 1) - 1; // the end of February
		sketch_begin(&sketch, MEMBER);
		put(&sketch, MEMBER_BORN, "", number_value(born));
		assert_ok(metric_contribute_one(ledger_fixture_pack(), ledger_fixture_metric(METRIC_MEMBERS), &sketch.record, 1,
		                                batch));
		assert_ok(cell_batch_each(batch, gather, &lines));
		int64_t there[4] = { 0 };
		for (int32_t month = FIXTURE_SINCE; month < FIXTURE_SINCE + 12 * 120; month++) {
			for (size_t j = 0; j < lines.count; j++)
				if (lines.cells[j].key.dimension == BY_AGE && lines.cells[j].key.month == month)
					there[lines.cells[j].key.bucket] += lines.cells[j].value;
			int32_t age = date_years_between(born, date_month_end(month));
			assert_int_equal(there[1], age >= 0 && age <= 35);
			assert_int_equal(there[2], age >= 36 && age <= 60);
			assert_int_equal(there[3], age >= 61);
		}
		cell_batch_free(batch);
	}
}

static void one_who_is_not_born_yet_has_no_age(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_BORN, "", day(2021, 5, 20));
	put(&sketch, MEMBER_LEFT, "", day(2022, 1, 1));
	assert_contributes(&sketch.record, METRIC_MEMBERS,
	                   "1/0/0 2020-01 +1\n1/0/0 2022-01 -1\n1/2/1 2021-05 +1\n1/2/1 2022-01 -1\n");
}

static void a_missing_field_leaves_its_part_out(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_NAME, "", text_value("王"));
	assert_contributes(&sketch.record, METRIC_MEMBERS, "1/0/0 2020-01 +1\n"); // there, that is all
	assert_contributes(&sketch.record, METRIC_WOMEN, "");
	sketch_begin(&sketch, MEETING);
	put(&sketch, MEETING_TYPE, "", number_value(1));
	assert_contributes(&sketch.record, METRIC_MEETINGS, ""); // a flow without its day
}

static void elements_are_counted_where_they_are_in(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEETING);
	put(&sketch, MEETING_DATE, "", day(2020, 5, 5));
	put(&sketch, MEETING_TYPE, "", number_value(3));
	put(&sketch, MEETING_PRESENT, "a", number_value(1));
	put(&sketch, MEETING_PRESENT, "b", number_value(0));
	put(&sketch, MEETING_PRESENT, "c", no_value());
	put(&sketch, MEETING_PRESENT, "d", number_value(1));
	put(&sketch, MEETING_PRESENT, "d", number_value(0)); // in conflict: what is shown counts
	assert_contributes(&sketch.record, METRIC_PRESENT, "3/0/0 2020-05 +2\n3/1/3 2020-05 +2\n");
}

static void sums_pass_their_filter_or_do_not_count(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEETING);
	put(&sketch, MEETING_DATE, "", day(2020, 5, 5));
	put(&sketch, MEETING_TYPE, "", number_value(2));
	put(&sketch, MEETING_COST, "", number_value(-12345));
	assert_contributes(&sketch.record, METRIC_COST, "4/0/0 2020-05 -12345\n");
	sketch.writes[1].value = number_value(3);
	assert_contributes(&sketch.record, METRIC_COST, "");
	sketch.writes[1].value = number_value(1);
	sketch.writes[2].value = number_value(INT64_MAX); // no amount of money
	assert_contributes(&sketch.record, METRIC_COST, "");
}

static void a_deleted_record_contributes_nothing(void **state)
{
	(void)state;
	struct sketch sketch;
	sketch_begin(&sketch, MEMBER);
	put(&sketch, 0, "", number_value(1));
	put(&sketch, MEMBER_SEX, "", number_value(2));
	assert_contributes(&sketch.record, METRIC_MEMBERS, "");
	sketch.writes[0].value = number_value(0);
	assert_contributes(&sketch.record, METRIC_MEMBERS, "1/0/0 2020-01 +1\n1/1/2 2020-01 +1\n");
}

// One metric per test of a filter, over numbers around the bound.
static void every_test_of_a_filter_does_what_it_is_called(void **state)
{
	(void)state;
	static const int64_t five[] = { 5 }, some[] = { 4, 6 };
	static const struct {
		enum filter_test test;
		bool passes[4]; // 4, 5, 6, missing
	} cases[] = {
		{ FILTER_EQUAL, { false, true, false, false } }, { FILTER_UNEQUAL, { true, false, true, false } },
		{ FILTER_LESS, { true, false, false, false } }, { FILTER_AT_MOST, { true, true, false, false } },
		{ FILTER_GREATER, { false, false, true, false } }, { FILTER_AT_LEAST, { false, true, true, false } },
		{ FILTER_IN, { true, false, true, false } }, { FILTER_EXISTS, { true, true, true, false } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool in = cases[i].test == FILTER_IN, exists = cases[i].test == FILTER_EXISTS;
		struct pack_filter filter = {
			.field = MEMBER_POINTS, .test = cases[i].test, .number_count = in ? 2 : exists ? 0 : 1,
			.numbers = in ? some : five,
		};
		struct pack_metric metric = *ledger_fixture_metric(METRIC_WOMEN);
		metric.filters = &filter;
		for (int64_t number = 4; number <= 7; number++) {
			struct sketch sketch;
			struct lines lines = { .count = 0 };
			struct cell_batch *batch = cell_batch_new();
			sketch_begin(&sketch, MEMBER);
			put(&sketch, MEMBER_POINTS, "", number < 7 ? number_value(number) : no_value());
			assert_ok(metric_contribute_one(ledger_fixture_pack(), &metric, &sketch.record, 1, batch));
			assert_ok(cell_batch_each(batch, gather, &lines));
			assert_int_equal(lines.count > 0, cases[i].passes[number - 4]);
			cell_batch_free(batch);
		}
	}
}

static void what_goes_in_comes_out_again(void **state)
{
	(void)state;
	struct sketch sketch;
	struct lines lines = { .count = 0 };
	struct cell_batch *batch = cell_batch_new();
	sketch_begin(&sketch, MEMBER);
	put(&sketch, MEMBER_SEX, "", number_value(2));
	put(&sketch, MEMBER_BORN, "", day(1985, 7, 31));
	assert_ok(metric_contribute(ledger_fixture_pack(), &sketch.record, 1, batch));
	assert_ok(cell_batch_each(batch, gather, &lines));
	assert_true(lines.count > 8);
	assert_ok(metric_contribute(ledger_fixture_pack(), &sketch.record, -1, batch));
	lines.count = 0;
	assert_ok(cell_batch_each(batch, gather, &lines));
	assert_int_equal(lines.count, 0);
	cell_batch_free(batch);
}

static void a_metric_says_which_fields_it_reads(void **state)
{
	(void)state;
	const struct pack_metric *women = ledger_fixture_metric(METRIC_WOMEN);
	static const uint8_t read[] = { 0, MEMBER_SEX, MEMBER_BORN, MEMBER_JOINED, MEMBER_LEFT };
	static const uint8_t unread[] = { MEMBER_NAME, MEMBER_POINTS, MEMBER_REMARK, 200 };
	for (size_t i = 0; i < sizeof read; i++)
		assert_true(metric_reads(women, read[i]));
	for (size_t i = 0; i < sizeof unread; i++)
		assert_false(metric_reads(women, unread[i]));
	assert_true(metric_reads(ledger_fixture_metric(METRIC_PRESENT), MEETING_PRESENT));
	assert_false(metric_reads(ledger_fixture_metric(METRIC_TURNOUT), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_counts_from_joining_until_leaving_and_grows_older),
		cmocka_unit_test(what_lies_before_the_figures_begin_counts_as_of_then),
		cmocka_unit_test(a_flow_before_the_figures_begin_does_not_count),
		cmocka_unit_test(a_birthday_on_29_february_comes_in_march),
		cmocka_unit_test(ages_turn_when_the_calendar_says_so),
		cmocka_unit_test(one_who_is_not_born_yet_has_no_age),
		cmocka_unit_test(a_missing_field_leaves_its_part_out),
		cmocka_unit_test(elements_are_counted_where_they_are_in),
		cmocka_unit_test(sums_pass_their_filter_or_do_not_count),
		cmocka_unit_test(a_deleted_record_contributes_nothing),
		cmocka_unit_test(every_test_of_a_filter_does_what_it_is_called),
		cmocka_unit_test(what_goes_in_comes_out_again),
		cmocka_unit_test(a_metric_says_which_fields_it_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
