#include "ledger/multiset.h"

#include <stdio.h>

#include "base/bytes.h"
#include "io/store_memory.h"
#include "ledger/tally.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

enum { M = 5, JAN = FIXTURE_SINCE, MONTHS = 3, UNITS = 4, LOGS = 2 * UNITS, TOWNSHIP = 100, COUNTY = 101 };

static const uint8_t marks[] = { 0, CELL_MARK_MINIMUM, CELL_MARK_MAXIMUM };

struct desk {
	struct store *store;
	struct txn txn;
	struct arena arena;
};

static void open_desk(struct desk *desk)
{
	desk->store = store_memory_new();
	arena_init(&desk->arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
}

static void close_desk(struct desk *desk)
{
	txn_abort(&desk->txn);
	arena_free(&desk->arena);
	store_memory_free(desk->store);
}

static struct cell_owner sum_of(uint8_t unit)
{
	struct id id = small_id(unit);
	return cell_owner_sum(&id);
}

static int64_t value_of(struct desk *desk, const struct cell_owner *owner, uint8_t mark, int32_t month)
{
	struct cell_key key = { .metric = M, .dimension = mark, .month = month };
	int64_t value;
	assert_ok(cell_get(&desk->txn, owner, &key, &value));
	return value;
}

static void elements_sort_as_their_values_do(void **state)
{
	(void)state;
	static const int64_t values[] = { INT64_MIN, -CELL_VALUE_MAX, -2, -1, 1, 2, 300, CELL_VALUE_MAX, INT64_MAX };
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct cell_element element = cell_element_of_value(values[i]);
		assert_true(cell_element_value(&element) == values[i]);
		if (i == 0)
			continue;
		struct cell_element before = cell_element_of_value(values[i - 1]);
		assert_true(memcmp(before.bytes, element.bytes, sizeof element.bytes) < 0);
	}
}

static void nothing_and_a_least_of_nothing_are_two_things(void **state)
{
	(void)state;
	assert_true(cell_extreme_of(0) == 1 && cell_extreme_of(-1) == -1 && cell_extreme_of(7) == 8);
	for (int64_t number = -3; number <= 3; number++)
		assert_true(cell_extreme_of(number) != 0 && cell_extreme_number(cell_extreme_of(number)) == number);
}

static void only_what_the_key_marks_is_not_added_up(void **state)
{
	(void)state;
	struct cell_key key = { .metric = M, .dimension = CELL_DIMENSION_MAX };
	assert_int_equal(cell_rule(&key), CELL_ADDS_UP);
	key.dimension |= CELL_MARK_MINIMUM;
	assert_int_equal(cell_rule(&key), CELL_LEAST);
	key.metric = CELL_ENGINE_METRICS;
	assert_int_equal(cell_rule(&key), CELL_ADDS_UP);
	key = (struct cell_key){ .metric = M, .dimension = CELL_MARK_MAXIMUM };
	assert_int_equal(cell_rule(&key), CELL_GREATEST);
	key.dimension = CELL_MARK_MINIMUM | CELL_MARK_MAXIMUM; // a stranger's
	assert_int_equal(cell_rule(&key), CELL_ADDS_UP);
}

static void what_was_never_put_in_cannot_be_taken_out(void **state)
{
	(void)state;
	struct desk desk;
	struct cell_owner owner = sum_of(1);
	struct cell_key key = { .metric = M, .dimension = CELL_MARK_MINIMUM, .month = JAN };
	struct cell_element three = cell_element_of_value(3);
	int64_t appeared = 0;
	open_desk(&desk);
	assert_ok(multiset_add(&desk.txn, &owner, &key, &three, 2, &appeared));
	assert_int_equal(appeared, 1);
	assert_ok(multiset_add(&desk.txn, &owner, &key, &three, -1, &appeared));
	assert_int_equal(appeared, 1);
	assert_err(CORRUPT, multiset_add(&desk.txn, &owner, &key, &three, -2, &appeared));
	close_desk(&desk);
}

// ---- Sums of parts that change, come and go, against the parts themselves ----

static void name_log(struct txn *txn, uint32_t number)
{
	uint8_t key[4];
	struct hash id = small_hash((uint8_t)number);
	bytes_put_u32(key, number);
	assert_ok(txn_put(txn, STORE_LOG_NUMBER, span_of(key, sizeof key), hash_span(&id)));
}

static int64_t expected(struct desk *desk, uint8_t mark, int32_t month)
{
	int64_t whole = 0;
	for (uint8_t unit = 1; unit <= UNITS; unit++) {
		struct id id = small_id(unit);
		struct tally_chain chain;
		bool provisional;
		if (tally_in_force(&desk->txn, &id, false, &chain, &provisional))
			continue;
		struct cell_owner part = cell_owner_log(chain.log);
		int64_t value = value_of(desk, &part, mark, month);
		if (mark == 0)
			whole += value;
		else if (value && (whole == 0 || (mark == CELL_MARK_MINIMUM ? value < whole : value > whole)))
			whole = value;
	}
	return whole;
}

static void compare(struct desk *desk, uint64_t seed, int step)
{
	static const uint8_t above[] = { TOWNSHIP, COUNTY };
	for (size_t i = 0; i < sizeof above; i++)
		for (size_t m = 0; m < sizeof marks; m++)
			for (int32_t month = JAN; month < JAN + MONTHS; month++) {
				struct cell_owner owner = sum_of(above[i]);
				int64_t found = value_of(desk, &owner, marks[m], month), wanted = expected(desk, marks[m], month);
				if (found != wanted)
					fail_msg("seed %llu step %d: mark %d month %d: %lld instead of %lld", (unsigned long long)seed, step,
					         marks[m], month - JAN, (long long)found, (long long)wanted);
			}
}

static size_t draw_cells(struct chance *chance, struct cell *cells)
{
	size_t count = 0;
	for (size_t m = 0; m < sizeof marks; m++)
		for (int32_t month = JAN; month < JAN + MONTHS; month++)
			if (chance_below(chance, 2))
				cells[count++] = (struct cell){ .key = { .metric = M, .dimension = marks[m], .month = month },
				                                .value = (int64_t)chance_below(chance, 9) - 4 };
	return count;
}

static void speak(struct desk *desk, struct chance *chance, uint32_t log, uint64_t *seq)
{
	const struct id into[] = { small_id((uint8_t)(1 + (log - 1) / 2)), small_id(TOWNSHIP), small_id(COUNTY) };
	struct cell cells[sizeof marks * MONTHS];
	struct tally_chain chain;
	bool goes_on = tally_chain_get(&desk->txn, log, &chain) == ERR_OK && chance_below(chance, 4);
	const struct tally_frontier frontier[] = {
		{ .log = small_hash(1), .size = 1 + chance_below(chance, 4) }, { .log = small_hash(2), .size = 1 + chance_below(chance, 4) },
	};
	struct tally tally = {
		.unit = into[0], .revision = 1, .previous = goes_on ? chain.seq + 1 : 0, .through = JAN + MONTHS,
		.frontier_count = 2, .frontier = frontier, .cells = cells,
	};
	tally.cell_count = draw_cells(chance, cells);
	// Cells of 0 say something in a tally that goes on, and nothing in a complete one.
	for (size_t i = 0; i < tally.cell_count && !goes_on; i++)
		if (cells[i].value == 0)
			cells[i].value = 5;
	assert_ok(tally_apply(&desk->txn, log, (*seq)++, 1, &tally, into, 3, &desk->arena));
}

static void a_sum_follows_its_parts_whatever_they_do(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct chance chance = { .state = seed };
		uint64_t seq = 1;
		struct desk desk;
		open_desk(&desk);
		for (uint32_t log = 1; log <= LOGS; log++)
			name_log(&desk.txn, log);
		for (int step = 0; step < 80; step++) {
			uint32_t log = 1 + chance_below(&chance, LOGS);
			const struct id into[] = { small_id((uint8_t)(1 + (log - 1) / 2)), small_id(TOWNSHIP), small_id(COUNTY) };
			arena_reset(&desk.arena);
			if (chance_below(&chance, 8) == 0)
				assert_ok(tally_forget(&desk.txn, log, into, 3, &desk.arena));
			else
				speak(&desk, &chance, log, &seq);
			compare(&desk, seed, step);
		}
		close_desk(&desk);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_sort_as_their_values_do),
		cmocka_unit_test(nothing_and_a_least_of_nothing_are_two_things),
		cmocka_unit_test(only_what_the_key_marks_is_not_added_up),
		cmocka_unit_test(what_was_never_put_in_cannot_be_taken_out),
		cmocka_unit_test(a_sum_follows_its_parts_whatever_they_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
