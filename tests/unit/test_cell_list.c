// Lists of cells: which cells two owners differ in is tested with tallies; here, what a list adds up to.
#include "ledger/cell_list.h"
#include "support/support.h"

static const struct cell_key key = { .metric = 7, .dimension = 1, .bucket = 2, .month = 24310 };

static struct cell_key at(int32_t month)
{
	struct cell_key other = key;
	other.month = month;
	return other;
}

static void put(struct cell_list *list, struct cell_key where, int64_t value)
{
	assert_ok(cell_list_add(list, &where, value));
}

static void a_folded_list_has_each_key_once_in_order_and_none_of_nothing(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, 1 << 20);
	struct cell_list list = { .arena = &arena };
	put(&list, at(24312), 5);
	put(&list, at(24310), 3);
	put(&list, at(24312), -5); // comes to nothing
	put(&list, at(24311), 2);
	put(&list, at(24310), 4);
	cell_list_fold(&list);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.cells[0].key.month, 24310);
	assert_int_equal(list.cells[0].value, 7);
	assert_int_equal(list.cells[1].key.month, 24311);
	assert_int_equal(list.cells[1].value, 2);
	list.count = 0;
	cell_list_fold(&list);
	assert_int_equal(list.count, 0);
	arena_free(&arena);
}

static void a_sum_takes_one_key_from_month_to_month(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, 1 << 20);
	struct cell_list list = { .arena = &arena };
	struct cell_key bucket = key, metric = key, dimension = key;
	bucket.bucket++;
	metric.metric++;
	dimension.dimension++;
	put(&list, at(24309), 100);
	put(&list, at(24310), 1);
	put(&list, at(24311), 10);
	put(&list, at(24312), 1000);
	put(&list, bucket, 7);
	put(&list, metric, 7);
	put(&list, dimension, 7);
	assert_int_equal(cell_list_sum(&list, key, 24310, 24311), 11);
	assert_int_equal(cell_list_sum(&list, key, INT32_MIN, 24310), 101);
	assert_int_equal(cell_list_sum(&list, key, 24313, 24320), 0);
	assert_int_equal(cell_list_sum(NULL, key, INT32_MIN, INT32_MAX), 0);
	arena_free(&arena);
}

// A child may publish what it likes.
static void sums_stop_at_the_ends(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, 1 << 20);
	struct cell_list list = { .arena = &arena };
	put(&list, key, INT64_MAX);
	put(&list, key, 1);
	assert_true(cell_list_sum(&list, key, key.month, key.month) == INT64_MAX);
	cell_list_fold(&list);
	assert_int_equal(list.count, 1);
	assert_true(list.cells[0].value == INT64_MAX);
	list.count = 0;
	put(&list, key, INT64_MIN);
	put(&list, key, -1);
	assert_true(cell_list_sum(&list, key, key.month, key.month) == INT64_MIN);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folded_list_has_each_key_once_in_order_and_none_of_nothing),
		cmocka_unit_test(a_sum_takes_one_key_from_month_to_month),
		cmocka_unit_test(sums_stop_at_the_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
