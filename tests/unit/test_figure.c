#include "ledger/figure.h"

#include "base/date.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

// ---- An evaluator that knows nothing of cells: it looks at every record for every question. ----

struct question {
	const struct pack_metric *metric;
	uint8_t dimension; // 0: the total
	uint16_t bucket;
	struct period period;
	int64_t answer;
	bool any;          // of an extreme: some record has a number
	size_t seen_count; // of what is distinct: what was seen in which month
	struct { int32_t month; int64_t what; } seen[256];
};

static void see(struct question *question, int32_t month, int64_t what)
{
	for (size_t i = 0; i < question->seen_count; i++)
		if (question->seen[i].month == month && question->seen[i].what == what)
			return;
	assert_true(question->seen_count < 256);
	question->seen[question->seen_count].month = month;
	question->seen[question->seen_count++].what = what;
	question->answer++;
}

static bool shown_number(const struct record *record, uint8_t field, int64_t *number)
{
	for (size_t i = 0; i < record->write_count; i++) {
		if (record->writes[i].field != field || record->writes[i].element.size)
			continue;
		*number = record->writes[i].value.number;
		return record->writes[i].value.form == VALUE_IS_NUMBER; // the first is the one shown
	}
	return false;
}

static int32_t month_of_day(int64_t day)
{
	int32_t year, month, of_month;
	date_to_civil((int32_t)day, &year, &month, &of_month);
	return year * 12 + month - 1;
}

static bool member_at_end(const struct record *record, int32_t month)
{
	int64_t joined, left;
	int32_t from = shown_number(record, MEMBER_JOINED, &joined) ? month_of_day(joined) : FIXTURE_SINCE;
	if (month < FIXTURE_SINCE || (from > FIXTURE_SINCE && month < from))
		return false;
	return !shown_number(record, MEMBER_LEFT, &left) || month < month_of_day(left);
}

static int age_at_end(int64_t born, int32_t month)
{
	int32_t year, born_month, day, end_year = month / 12, end_month = month % 12 + 1, ignored, last;
	date_to_civil((int32_t)born, &year, &born_month, &day);
	date_to_civil(date_from_civil(month % 12 == 11 ? end_year + 1 : end_year, end_month % 12 + 1, 1) - 1, &ignored,
	              &ignored, &last);
	bool had_birthday = born_month < end_month || (born_month == end_month && day <= last);
	return end_year - year - (had_birthday ? 0 : 1);
}

static uint16_t member_bucket(const struct record *record, uint8_t dimension, int32_t month)
{
	int64_t number;
	if (dimension == BY_SEX)
		return shown_number(record, MEMBER_SEX, &number) ? (uint16_t)number : 0;
	if (dimension == BY_JOINED)
		return shown_number(record, MEMBER_JOINED, &number) ? (number >= -36524 && number <= -1462 ? 1 : 2) : 0;
	if (!shown_number(record, MEMBER_BORN, &number))
		return 0;
	int age = age_at_end(number, month);
	return age < 0 ? 0 : age <= 35 ? 1 : age <= 60 ? 2 : 3;
}

static void ask_member(struct question *question, const struct record *record)
{
	int64_t sex;
	int32_t month = question->period.last;
	bool women = question->metric->number == METRIC_WOMEN;
	int64_t joined, born;
	if (question->metric->number == METRIC_SETTLED) {
		int32_t months = shown_number(record, MEMBER_JOINED, &joined) ? month - month_of_day(joined) : -1;
		if (months < 12 || months > 60)
			return;
	}
	if (question->metric->number == METRIC_GROWN) {
		int age = shown_number(record, MEMBER_BORN, &born) ? age_at_end(born, month) : -1;
		if (age < 18 || age >= 61)
			return;
	}
	if (!member_at_end(record, month) || (women && (!shown_number(record, MEMBER_SEX, &sex) || sex != 2)))
		return;
	if (question->dimension == 0 || member_bucket(record, question->dimension, month) == question->bucket)
		question->answer++;
}

static int64_t present_at(const struct record *record)
{
	int64_t present = 0;
	for (uint8_t key = 0; key < UINT8_MAX; key++) {
		const struct record_write *write = record_value(record, MEETING_PRESENT, span_of(&key, 1));
		present += write && write->value.number;
	}
	return present;
}

// What is asked of the records of a month together.
static void ask_together(struct question *question, const struct record *record, int32_t month)
{
	int64_t cost;
	bool paid = shown_number(record, MEETING_COST, &cost);
	if (question->metric->number == METRIC_ATTENDERS) {
		for (uint8_t key = 0; key < UINT8_MAX; key++) {
			const struct record_write *write = record_value(record, MEETING_PRESENT, span_of(&key, 1));
			if (write && write->value.number)
				see(question, month, key);
		}
	} else if (paid && question->metric->number == METRIC_COSTS) {
		see(question, month, cost);
	} else if (paid) {
		bool least = question->metric->number == METRIC_LEAST;
		if (!question->any || (least ? cost < question->answer : cost > question->answer))
			question->answer = cost;
		question->any = true;
	}
}

static void ask_meeting(struct question *question, const struct record *record)
{
	int64_t day, type = 0, cost = 0;
	bool typed = shown_number(record, MEETING_TYPE, &type);
	if (!shown_number(record, MEETING_DATE, &day))
		return;
	int32_t month = month_of_day(day);
	if (month < FIXTURE_SINCE || month < question->period.first || month > question->period.last)
		return;
	if (question->dimension && (!typed || type != question->bucket))
		return;
	if (question->metric->number >= METRIC_ATTENDERS) {
		ask_together(question, record, month);
		return;
	}
	if (question->metric->number == METRIC_MEETINGS)
		question->answer++;
	else if (question->metric->number == METRIC_PRESENT)
		question->answer += present_at(record);
	else if (typed && type <= 2 && shown_number(record, MEETING_COST, &cost))
		question->answer += cost;
}

static void ask(struct fixture_replica *replica, const struct record *record, void *context)
{
	struct question *question = context;
	int64_t deleted = 0;
	(void)replica;
	if (record->write_count == 0 || (shown_number(record, 0, &deleted) && deleted))
		return;
	if (question->metric->kind->number == record->key.kind)
		(record->key.kind == MEMBER ? ask_member : ask_meeting)(question, record);
}

static int64_t answer(struct fixture_replica *replica, struct txn *txn, struct question *question)
{
	fixture_replica_each(replica, txn, ask, question);
	return question->answer;
}

// ---- The same questions to the cells. ----

static const struct pack_dimension *dimension_of(const struct pack_metric *metric, size_t index)
{
	return index ? &metric->dimensions[index - 1] : NULL;
}

static void compare(struct fixture_replica *replica, struct txn *txn, const struct pack_metric *metric,
                    const struct pack_dimension *dimension, struct period period, uint64_t seed)
{
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	struct figure *figures;
	size_t count, at = 0;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(figure_query(txn, ledger_fixture_pack(), &owner, metric, dimension, period, &arena, &figures, &count));
	for (uint16_t bucket = dimension ? 1 : 0; bucket <= (dimension ? 3 : 0); bucket++) {
		struct question question = {
			.metric = metric, .dimension = dimension ? dimension->number : 0, .bucket = bucket, .period = period,
		};
		int64_t expected = answer(replica, txn, &question), found = 0;
		bool there = at < count && figures[at].bucket == bucket;
		bool extreme = metric->number == METRIC_LEAST || metric->number == METRIC_MOST;
		if (there)
			found = figures[at++].value;
		if (found != expected || (extreme && there != question.any))
			fail_msg("seed %llu: metric %d dimension %d bucket %d up to %d: %lld, counted by hand %lld",
			         (unsigned long long)seed, metric->number, question.dimension, bucket, period.last,
			         (long long)found, (long long)expected);
	}
	assert_int_equal(at, count);
	arena_free(&arena);
}

static void figures_equal_what_is_counted_by_hand(void **state)
{
	(void)state;
	static const char *const periods[] = {
		"2019-12", "2020-01", "2020-02", "2021-03", "2022-07", "2024-02", "2031-05", "2040-12",
		"2019Q4", "2020Q1", "2021Q2", "2023Q4", "2019", "2020", "2021", "2023", "2035",
	};
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed * 65537, FIXTURE_HISTORY);
		struct fixture_replica *replica = &history.devices[seed % FIXTURE_DEVICES].replica;
		struct txn txn;
		assert_ok(txn_begin(replica->store, STORE_READ, &txn));
		for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
			struct period period;
			assert_ok(period_parse(periods[i], &period));
			for (uint16_t number = METRIC_MEMBERS; number < METRIC_COUNT_END; number++) {
				const struct pack_metric *metric = ledger_fixture_metric(number);
				if (metric->aggregate == METRIC_RATIO || metric->late_after) // tests/unit/test_tardy.c
					continue;
				for (size_t j = 0; j <= metric->dimension_count; j++)
					compare(replica, &txn, metric, dimension_of(metric, j), period, seed);
			}
		}
		txn_abort(&txn);
		fixture_history_free(&history);
	}
}

// ---- Ratios and reporting, from cells put by hand. ----

struct bench {
	struct fixture_replica replica;
	struct txn txn;
	struct cell_owner owner;
	struct arena arena;
};

static void open_bench(struct bench *bench)
{
	struct id unit = fixture_unit();
	fixture_replica_open(&bench->replica);
	bench->owner = cell_owner_sum(&unit);
	arena_init(&bench->arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(bench->replica.store, STORE_WRITE, &bench->txn));
}

static void close_bench(struct bench *bench)
{
	txn_abort(&bench->txn);
	arena_free(&bench->arena);
	fixture_replica_close(&bench->replica);
}

static void put(struct bench *bench, uint16_t metric, uint8_t dimension, uint16_t bucket, int32_t month, int64_t value)
{
	struct cell_key key = { .metric = metric, .dimension = dimension, .bucket = bucket, .month = month };
	assert_ok(cell_add(&bench->txn, &bench->owner, &key, value, false));
}

static struct figure *query(struct bench *bench, uint16_t metric, const struct pack_dimension *dimension,
                            const char *text, size_t *count)
{
	struct period period;
	struct figure *figures;
	assert_ok(period_parse(text, &period));
	assert_ok(figure_query(&bench->txn, ledger_fixture_pack(), &bench->owner, ledger_fixture_metric(metric), dimension,
	                       period, &bench->arena, &figures, count));
	return figures;
}

static void a_ratio_has_a_numerator_and_a_denominator(void **state)
{
	(void)state;
	struct bench bench;
	size_t count;
	open_bench(&bench);
	put(&bench, METRIC_MEETINGS, 0, 0, FIXTURE_SINCE, 2);
	put(&bench, METRIC_MEETINGS, 0, 0, FIXTURE_SINCE + 1, 1);
	put(&bench, METRIC_PRESENT, 0, 0, FIXTURE_SINCE, 31);
	put(&bench, METRIC_PRESENT, 0, 0, FIXTURE_SINCE + 3, 99); // the next quarter
	struct figure *figures = query(&bench, METRIC_TURNOUT, NULL, "2020Q1", &count);
	assert_int_equal(count, 1);
	assert_int_equal(figures[0].value, 31);
	assert_int_equal(figures[0].denominator, 3);
	figures = query(&bench, METRIC_TURNOUT, NULL, "2019", &count);
	assert_int_equal(count, 1);
	assert_int_equal(figures[0].denominator, 0);
	close_bench(&bench);
}

static void a_ratio_is_cut_by_what_both_its_metrics_are_cut_by(void **state)
{
	(void)state;
	struct bench bench;
	size_t count;
	const struct pack_metric *turnout = ledger_fixture_metric(METRIC_TURNOUT);
	open_bench(&bench);
	put(&bench, METRIC_MEETINGS, BY_TYPE, 1, FIXTURE_SINCE, 2);
	put(&bench, METRIC_MEETINGS, BY_TYPE, 3, FIXTURE_SINCE, 4);
	put(&bench, METRIC_PRESENT, BY_TYPE, 2, FIXTURE_SINCE, 9);
	put(&bench, METRIC_PRESENT, BY_TYPE, 3, FIXTURE_SINCE, 30);
	struct figure *figures = query(&bench, METRIC_TURNOUT, &turnout->dimensions[0], "2020-01", &count);
	assert_int_equal(count, 3);
	static const struct figure expected[] = {
		{ .bucket = 1, .value = 0, .denominator = 2 }, { .bucket = 2, .value = 9, .denominator = 0 },
		{ .bucket = 3, .value = 30, .denominator = 4 },
	};
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(figures[i].bucket, expected[i].bucket);
		assert_int_equal(figures[i].value, expected[i].value);
		assert_int_equal(figures[i].denominator, expected[i].denominator);
	}
	const struct pack_metric *members = ledger_fixture_metric(METRIC_MEMBERS);
	struct figure *none;
	assert_err(USAGE, figure_query(&bench.txn, ledger_fixture_pack(), &bench.owner, turnout, &members->dimensions[0],
	                               (struct period){ .first = 0, .last = 1 }, &bench.arena, &none, &count));
	assert_int_equal(count, 0);
	close_bench(&bench);
}

static void a_bucket_that_comes_to_nothing_is_left_out(void **state)
{
	(void)state;
	struct bench bench;
	size_t count;
	const struct pack_metric *members = ledger_fixture_metric(METRIC_MEMBERS);
	open_bench(&bench);
	put(&bench, METRIC_MEMBERS, BY_AGE, 1, FIXTURE_SINCE, 1);
	put(&bench, METRIC_MEMBERS, BY_AGE, 1, FIXTURE_SINCE + 5, -1);
	put(&bench, METRIC_MEMBERS, BY_AGE, 2, FIXTURE_SINCE + 5, 1);
	struct figure *figures = query(&bench, METRIC_MEMBERS, &members->dimensions[1], "2020-05", &count);
	assert_int_equal(count, 1);
	assert_int_equal(figures[0].bucket, 1);
	figures = query(&bench, METRIC_MEMBERS, &members->dimensions[1], "2020-06", &count);
	assert_int_equal(count, 1);
	assert_int_equal(figures[0].bucket, 2);
	close_bench(&bench);
}

static void sums_beyond_all_bounds_stay_at_the_bound(void **state)
{
	(void)state;
	struct bench bench;
	size_t count;
	open_bench(&bench);
	put(&bench, METRIC_MEETINGS, 0, 0, FIXTURE_SINCE, INT64_MAX);
	put(&bench, METRIC_MEETINGS, 0, 0, FIXTURE_SINCE + 1, 5);
	assert_true(query(&bench, METRIC_MEETINGS, NULL, "2020", &count)[0].value == INT64_MAX);
	close_bench(&bench);
}

static void titles_of_buckets_come_from_bands_and_options(void **state)
{
	(void)state;
	const struct pack_metric *members = ledger_fixture_metric(METRIC_MEMBERS);
	const struct pack_metric *turnout = ledger_fixture_metric(METRIC_TURNOUT);
	assert_string_equal(figure_bucket_title(&members->dimensions[0], 2)->zh, "女");
	assert_string_equal(figure_bucket_title(&members->dimensions[1], 3)->zh, "61岁及以上");
	assert_null(figure_bucket_title(&members->dimensions[0], 7));
	// A ratio is cut as its two metrics are.
	const struct pack_metric *meetings = pack_metric_by_number(ledger_fixture_pack(), turnout->numerator);
	assert_ptr_equal(figure_bucket_title(&turnout->dimensions[0], 1),
	                 figure_bucket_title(pack_dimension_by_name(meetings, turnout->dimensions[0].name), 1));
	assert_non_null(figure_bucket_title(&turnout->dimensions[0], 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_equal_what_is_counted_by_hand),
		cmocka_unit_test(a_ratio_has_a_numerator_and_a_denominator),
		cmocka_unit_test(a_ratio_is_cut_by_what_both_its_metrics_are_cut_by),
		cmocka_unit_test(a_bucket_that_comes_to_nothing_is_left_out),
		cmocka_unit_test(sums_beyond_all_bounds_stay_at_the_bound),
		cmocka_unit_test(titles_of_buckets_come_from_bands_and_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
