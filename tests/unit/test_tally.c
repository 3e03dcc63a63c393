#include "ledger/tally.h"

#include "base/bytes.h"
#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/store_counting.h"
#include "support/support.h"
#include "support/tally_desk.h"

enum { M = TALLY_DESK_METRIC, JAN = FIXTURE_SINCE };

static int64_t summed(struct tally_desk *desk, uint8_t unit, int32_t month)
{
	struct id id = small_id(unit);
	struct cell_owner owner;
	struct cell_key key = { .metric = M, .month = month };
	int64_t value;
	assert_ok(tally_sum_owner(&desk->txn, &id, &owner));
	assert_ok(cell_get(&desk->txn, &owner, &key, &value));
	return value;
}

static void a_payload_is_read_as_it_was_written(void **state)
{
	(void)state;
	const struct cell cells[] = { tally_desk_cell(JAN, -4), tally_desk_cell(JAN + 1, CELL_VALUE_MAX) };
	const struct tally_frontier frontier[] = { tally_desk_known(7, 12), tally_desk_known(9, 70000) };
	struct tally tally = tally_desk_tally(41, cells, 2, frontier, 2), back;
	tally.rollup = true, tally.pack_version = 3, tally.revision = 8;
	struct buf payload = BUF_EMPTY, again = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	tally_encode(&tally, &payload);
	assert_ok(payload.err);
	assert_ok(tally_decode(buf_span(&payload), &arena, &back));
	assert_true(id_equal(&back.unit, &tally.unit) && back.rollup && back.previous == 41 && back.through == JAN);
	assert_int_equal(back.revision, 8);
	assert_int_equal(back.pack_version, 3);
	assert_int_equal(back.cell_count, 2);
	assert_true(back.cells[1].value == CELL_VALUE_MAX && back.cells[0].value == -4);
	assert_int_equal(back.frontier_count, 2);
	assert_true(back.frontier[1].size == 70000 && hash_equal(&back.frontier[1].root, &frontier[1].root));
	tally_encode(&back, &again);
	assert_true(span_equal(buf_span(&payload), buf_span(&again)));
	for (size_t cut = 0; cut < payload.size; cut++)
		assert_int_not_equal(tally_decode(span_of(payload.data, cut), &arena, &back), ERR_OK);
	buf_free(&payload);
	buf_free(&again);
	arena_free(&arena);
}

static enum err decode_again(const struct tally *tally)
{
	struct buf payload = BUF_EMPTY;
	struct tally back;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	tally_encode(tally, &payload);
	enum err err = tally_decode(buf_span(&payload), &arena, &back);
	buf_free(&payload);
	arena_free(&arena);
	return err;
}

static void a_payload_out_of_shape_is_refused(void **state)
{
	(void)state;
	const struct cell backwards[] = { tally_desk_cell(JAN + 1, 1), tally_desk_cell(JAN, 1) };
	const struct cell huge[] = { tally_desk_cell(JAN, CELL_VALUE_MAX + 1) };
	const struct cell ancient[] = { tally_desk_cell(CELL_MONTH_MIN - 1, 1) };
	const struct tally_frontier twice[] = { tally_desk_known(7, 1), tally_desk_known(7, 2) };
	struct tally tally = tally_desk_tally(0, NULL, 0, NULL, 0);
	assert_ok(decode_again(&tally));
	tally = tally_desk_tally(0, backwards, 2, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_desk_tally(0, huge, 1, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_desk_tally(0, ancient, 1, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_desk_tally(0, NULL, 0, twice, 2);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_desk_tally(0, NULL, 0, NULL, 0);
	tally.revision = 0;
	assert_err(MALFORMED, decode_again(&tally));
	tally.revision = 1, tally.through = CELL_MONTH_MAX + 1;
	assert_err(MALFORMED, decode_again(&tally));
}

static void a_chain_adds_its_differences_to_every_sum_above_it(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	const struct cell first[] = { tally_desk_cell(JAN, 10), tally_desk_cell(JAN + 1, 5) }, second[] = { tally_desk_cell(JAN, 12) };
	struct tally tally = tally_desk_tally(0, first, 2, NULL, 0);
	assert_ok(tally_desk_apply(&desk, 1, 3, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_int_equal(summed(&desk, 2, JAN + 1), 5);
	tally = tally_desk_tally(4, second, 1, NULL, 0);
	assert_ok(tally_desk_apply(&desk, 1, 9, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 12);
	assert_int_equal(summed(&desk, 2, JAN), 12);
	assert_int_equal(summed(&desk, 2, JAN + 1), 5);
	tally = tally_desk_tally(0, second, 1, NULL, 0); // complete: what it does not mention is gone
	assert_ok(tally_desk_apply(&desk, 1, 10, &tally));
	assert_int_equal(summed(&desk, 2, JAN), 12);
	assert_int_equal(summed(&desk, 2, JAN + 1), 0);

	struct tally_chain chain;
	bool provisional = true;
	struct id unit = small_id(1);
	assert_ok(tally_in_force(&desk.txn, &unit, false, &chain, &provisional));
	assert_int_equal(chain.seq, 10);
	assert_int_equal(chain.through, JAN);
	assert_false(provisional);
	assert_err(NOT_FOUND, tally_in_force(&desk.txn, &unit, true, &chain, &provisional));
	assert_err(NOT_FOUND, tally_chain_get(&desk.txn, 2, &chain));
	tally_desk_close(&desk);
}

static void a_tally_that_does_not_follow_is_applied_by_nobody(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	const struct cell cells[] = { tally_desk_cell(JAN, 10) }, other[] = { tally_desk_cell(JAN, 11) };
	struct tally tally = tally_desk_tally(4, other, 1, NULL, 0);
	assert_err(GAP, tally_desk_apply(&desk, 1, 5, &tally)); // no chain yet
	tally = tally_desk_tally(0, cells, 1, NULL, 0);
	assert_ok(tally_desk_apply(&desk, 1, 3, &tally));
	assert_err(GAP, tally_desk_apply(&desk, 1, 3, &tally)); // twice
	tally = tally_desk_tally(3, other, 1, NULL, 0);
	assert_err(GAP, tally_desk_apply(&desk, 1, 5, &tally));
	tally = tally_desk_tally(4, other, 1, NULL, 0);
	tally.unit = small_id(9);
	assert_err(MALFORMED, tally_desk_apply(&desk, 1, 5, &tally)); // another unit's
	tally.unit = small_id(0);
	assert_err(MALFORMED, tally_desk_apply(&desk, 1, 5, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_ok(desk.txn.err);
	tally_desk_close(&desk);
}

// ---- Three devices of one unit. ----

struct arrival {
	uint8_t log; // 1 to 3: its name
	uint64_t seq;
	struct tally tally;
};

enum { ARRIVALS = 6, SUM_CELLS = 4 };

struct outcome {
	int64_t sums[SUM_CELLS];
	struct hash in_force;
	bool provisional;
};

// Numbers are given as logs turn up, so they differ from order to order; ids do not.
static struct outcome arrive(const struct arrival *arrivals, const size_t order[static ARRIVALS])
{
	struct tally_desk desk;
	uint32_t numbers[4] = { 0 }, next = 1;
	tally_desk_open(&desk);
	for (size_t i = 0; i < ARRIVALS; i++) {
		const struct arrival *one = &arrivals[order[i]];
		if (!numbers[one->log]) {
			numbers[one->log] = next++;
			tally_desk_name_log(&desk.txn, numbers[one->log], one->log);
		}
		assert_ok(tally_desk_apply(&desk, numbers[one->log], one->seq, &one->tally));
	}
	struct outcome outcome = { .provisional = false };
	struct tally_chain chain;
	struct id unit = small_id(1);
	assert_ok(tally_in_force(&desk.txn, &unit, false, &chain, &outcome.provisional));
	for (uint8_t log = 1; log <= 3; log++)
		if (numbers[log] == chain.log)
			outcome.in_force = small_hash(log);
	for (int32_t i = 0; i < SUM_CELLS; i++) {
		outcome.sums[i] = summed(&desk, 2, JAN + i);
		assert_int_equal(outcome.sums[i], summed(&desk, 1, JAN + i));
	}
	tally_desk_close(&desk);
	return outcome;
}

// Every order in which each log's own two tallies keep theirs: 6! / 2!³ = 90.
static size_t try_orders(const struct arrival *arrivals, size_t order[static ARRIVALS], size_t filled, unsigned used,
                         const struct outcome *expected)
{
	size_t tried = 0;
	if (filled == ARRIVALS) {
		struct outcome outcome = arrive(arrivals, order);
		assert_memory_equal(outcome.sums, expected->sums, sizeof outcome.sums);
		assert_memory_equal(&outcome.in_force, &expected->in_force, sizeof outcome.in_force);
		assert_int_equal(outcome.provisional, expected->provisional);
		return 1;
	}
	for (size_t i = 0; i < ARRIVALS; i++) {
		bool waits = i % 2 == 1 && !(used >> (i - 1) & 1);
		if ((used >> i & 1) || waits)
			continue;
		order[filled] = i;
		tried += try_orders(arrivals, order, filled + 1, used | 1u << i, expected);
	}
	return tried;
}

static const struct cell cells_a1[] = { { .key = { .metric = M, .month = JAN }, .value = 10 },
                                        { .key = { .metric = M, .month = JAN + 1 }, .value = 1 } };
static const struct cell cells_a2[] = { { .key = { .metric = M, .month = JAN }, .value = 13 } };
static const struct cell cells_b1[] = { { .key = { .metric = M, .month = JAN }, .value = 20 },
                                        { .key = { .metric = M, .month = JAN + 2 }, .value = 2 } };
static const struct cell cells_b2[] = { { .key = { .metric = M, .month = JAN + 2 }, .value = 4 } };
static const struct cell cells_c1[] = { { .key = { .metric = M, .month = JAN + 3 }, .value = 7 } };
static const struct cell cells_c2[] = { { .key = { .metric = M, .month = JAN }, .value = 30 } };

static void build(struct arrival arrivals[static ARRIVALS], const struct tally_frontier frontiers[static ARRIVALS][3])
{
	static const struct {
		const struct cell *cells;
		size_t count;
	} cells[ARRIVALS] = { { cells_a1, 2 }, { cells_a2, 1 }, { cells_b1, 2 }, { cells_b2, 1 }, { cells_c1, 1 }, { cells_c2, 1 } };
	for (size_t i = 0; i < ARRIVALS; i++)
		arrivals[i] = (struct arrival){
			.log = (uint8_t)(1 + i / 2), .seq = i % 2,
			.tally = tally_desk_tally(i % 2, cells[i].cells, cells[i].count, frontiers[i], 3),
		};
}

static void the_chain_that_knows_all_is_in_force_in_whatever_order_it_came(void **state)
{
	(void)state;
	const struct tally_frontier frontiers[ARRIVALS][3] = {
		{ tally_desk_known(11, 1), tally_desk_known(12, 0), tally_desk_known(13, 0) }, { tally_desk_known(11, 4), tally_desk_known(12, 2), tally_desk_known(13, 0) },
		{ tally_desk_known(11, 0), tally_desk_known(12, 1), tally_desk_known(13, 0) }, { tally_desk_known(11, 5), tally_desk_known(12, 5), tally_desk_known(13, 5) },
		{ tally_desk_known(11, 0), tally_desk_known(12, 0), tally_desk_known(13, 3) }, { tally_desk_known(11, 0), tally_desk_known(12, 4), tally_desk_known(13, 4) },
	};
	struct arrival arrivals[ARRIVALS];
	build(arrivals, frontiers);
	const struct outcome expected = { .sums = { 20, 0, 4, 0 }, .in_force = small_hash(2), .provisional = false };
	size_t order[ARRIVALS];
	assert_int_equal(try_orders(arrivals, order, 0, 0, &expected), 90);
}

static void where_none_knows_all_one_is_provisional_in_whatever_order_it_came(void **state)
{
	(void)state;
	const struct tally_frontier frontiers[ARRIVALS][3] = {
		{ tally_desk_known(11, 1), tally_desk_known(12, 0), tally_desk_known(13, 0) }, { tally_desk_known(11, 9), tally_desk_known(12, 1), tally_desk_known(13, 0) },
		{ tally_desk_known(11, 2), tally_desk_known(12, 1), tally_desk_known(13, 0) }, { tally_desk_known(11, 2), tally_desk_known(12, 9), tally_desk_known(13, 0) },
		{ tally_desk_known(11, 0), tally_desk_known(12, 0), tally_desk_known(13, 3) }, { tally_desk_known(11, 1), tally_desk_known(12, 1), tally_desk_known(13, 9) },
	};
	struct arrival arrivals[ARRIVALS];
	build(arrivals, frontiers); // the sums of the last two are both 11: the greater log id
	const struct outcome expected = { .sums = { 30, 0, 0, 7 }, .in_force = small_hash(3), .provisional = true };
	size_t order[ARRIVALS];
	assert_int_equal(try_orders(arrivals, order, 0, 0, &expected), 90);

	arrivals[1].tally.through = JAN + 1; // who vouches for more goes first
	const struct outcome later = { .sums = { 13, 1, 0, 0 }, .in_force = small_hash(1), .provisional = true };
	assert_int_equal(try_orders(arrivals, order, 0, 0, &later), 90);
}

static void a_superseded_chains_late_tally_changes_nothing(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	tally_desk_name_log(&desk.txn, 1, 1);
	tally_desk_name_log(&desk.txn, 2, 2);
	const struct tally_frontier old[] = { tally_desk_known(11, 3) }, all[] = { tally_desk_known(11, 9), tally_desk_known(12, 2) };
	struct tally tally = tally_desk_tally(0, cells_a1, 2, old, 1);
	assert_ok(tally_desk_apply(&desk, 1, 0, &tally));
	tally = tally_desk_tally(0, cells_b1, 2, all, 2);
	assert_ok(tally_desk_apply(&desk, 2, 0, &tally));
	assert_int_equal(summed(&desk, 2, JAN), 20);
	assert_int_equal(summed(&desk, 2, JAN + 1), 0);
	const struct tally_frontier late[] = { tally_desk_known(11, 5) };
	tally = tally_desk_tally(1, cells_a2, 1, late, 1);
	assert_ok(tally_desk_apply(&desk, 1, 1, &tally));
	assert_int_equal(summed(&desk, 2, JAN), 20);
	assert_int_equal(summed(&desk, 2, JAN + 2), 2);
	tally_desk_close(&desk);
}

static void a_forgotten_chain_leaves_no_trace_in_the_sums(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	tally_desk_name_log(&desk.txn, 1, 1);
	tally_desk_name_log(&desk.txn, 2, 2);
	const struct id into[] = { small_id(1), small_id(2) };
	const struct tally_frontier some[] = { tally_desk_known(11, 3) }, all[] = { tally_desk_known(11, 9) };
	struct tally first = tally_desk_tally(0, cells_a1, 2, some, 1), second = tally_desk_tally(0, cells_b1, 2, all, 1);
	struct tally_chain chain;
	bool provisional;
	assert_ok(tally_desk_apply(&desk, 1, 0, &first));
	assert_ok(tally_desk_apply(&desk, 2, 0, &second));
	assert_int_equal(summed(&desk, 2, JAN), 20);
	assert_ok(tally_forget(&desk.txn, 2, into, 2, &desk.arena)); // the other comes into force
	assert_int_equal(summed(&desk, 2, JAN), 10);
	assert_int_equal(summed(&desk, 2, JAN + 2), 0);
	assert_ok(tally_in_force(&desk.txn, &into[0], false, &chain, &provisional));
	assert_true(chain.log == 1 && !provisional);
	assert_ok(tally_forget(&desk.txn, 1, into, 2, &desk.arena)); // and nobody
	assert_int_equal(summed(&desk, 2, JAN), 0);
	assert_err(NOT_FOUND, tally_in_force(&desk.txn, &into[0], false, &chain, &provisional));
	assert_ok(tally_forget(&desk.txn, 1, into, 2, &desk.arena));
	assert_ok(tally_desk_apply(&desk, 1, 0, &first));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_int_equal(summed(&desk, 2, JAN + 1), 1);
	tally_desk_close(&desk);
}

static void a_tally_for_nobody_is_evidence_only(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	struct tally tally = tally_desk_tally(0, cells_a1, 2, NULL, 0);
	assert_ok(tally_apply(&desk.txn, 1, 0, 0, &tally, NULL, 0, &desk.arena));
	assert_int_equal(summed(&desk, 1, JAN), 0);
	struct tally_chain chain;
	assert_ok(tally_chain_get(&desk.txn, 1, &chain));
	tally_desk_close(&desk);
}

// ---- Publishing. ----

// ---- Cost ----

static size_t cost_of_one_cell(uint32_t units)
{
	struct store_counting counting;
	struct tally_desk desk = { .store = store_counting_open(&counting, store_memory_new()) };
	arena_init(&desk.arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(desk.store, STORE_WRITE, &desk.txn));
	const struct tally_frontier frontier[] = { tally_desk_known(11, 1) };
	struct id into[] = { small_id(0), small_id(0xfe), small_id(0xff) };
	for (uint32_t unit = 1; unit <= units; unit++) {
		struct tally tally = tally_desk_tally(0, cells_a1, 2, frontier, 1);
		bytes_put_u32(tally.unit.bytes, unit);
		into[0] = tally.unit;
		assert_ok(tally_apply(&desk.txn, unit, 0, 0, &tally, into, 3, &desk.arena));
		arena_reset(&desk.arena);
	}
	assert_int_equal(summed(&desk, 0xff, JAN), 10 * (int64_t)units);
	counting.operations = 0;
	struct tally tally = tally_desk_tally(1, cells_a2, 1, frontier, 1);
	bytes_put_u32(tally.unit.bytes, units / 2);
	into[0] = tally.unit;
	assert_ok(tally_apply(&desk.txn, units / 2, 1, 1, &tally, into, 3, &desk.arena));
	size_t operations = counting.operations;
	assert_int_equal(summed(&desk, 0xff, JAN), 10 * (int64_t)units + 3);
	txn_abort(&desk.txn);
	arena_free(&desk.arena);
	store_memory_free(counting.inner);
	return operations;
}

static void a_cell_costs_the_same_among_400_units_and_among_40000(void **state)
{
	(void)state;
	size_t few = cost_of_one_cell(400);
	assert_in_range(few, 10, 40);
	assert_int_equal(few, cost_of_one_cell(40000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payload_is_read_as_it_was_written),
		cmocka_unit_test(a_payload_out_of_shape_is_refused),
		cmocka_unit_test(a_chain_adds_its_differences_to_every_sum_above_it),
		cmocka_unit_test(a_tally_that_does_not_follow_is_applied_by_nobody),
		cmocka_unit_test(the_chain_that_knows_all_is_in_force_in_whatever_order_it_came),
		cmocka_unit_test(where_none_knows_all_one_is_provisional_in_whatever_order_it_came),
		cmocka_unit_test(a_superseded_chains_late_tally_changes_nothing),
		cmocka_unit_test(a_forgotten_chain_leaves_no_trace_in_the_sums),
		cmocka_unit_test(a_tally_for_nobody_is_evidence_only),
		cmocka_unit_test(a_cell_costs_the_same_among_400_units_and_among_40000),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
