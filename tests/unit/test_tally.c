#include "ledger/tally.h"

#include "base/bytes.h"
#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/store_counting.h"
#include "support/support.h"

enum { M = 5, JAN = FIXTURE_SINCE };

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

static void name_log(struct txn *txn, uint32_t number, uint8_t name)
{
	uint8_t key[4];
	struct hash id = small_hash(name);
	bytes_put_u32(key, number);
	assert_ok(txn_put(txn, STORE_LOG_NUMBER, span_of(key, sizeof key), hash_span(&id)));
}

static struct cell cell_at(int32_t month, int64_t value)
{
	return (struct cell){ .key = { .metric = M, .month = month }, .value = value };
}

static struct tally_frontier known(uint8_t log, uint64_t size)
{
	return (struct tally_frontier){ .log = small_hash(log), .size = size, .root = small_hash((uint8_t)size) };
}

static struct tally tally_of(uint64_t previous, const struct cell *cells, size_t cell_count,
                             const struct tally_frontier *frontier, size_t frontier_count)
{
	return (struct tally){
		.unit = small_id(1), .revision = 1, .previous = previous, .through = JAN, .frontier_count = frontier_count,
		.frontier = frontier, .cell_count = cell_count, .cells = cells,
	};
}

static enum err apply(struct desk *desk, uint32_t log, uint64_t seq, const struct tally *tally)
{
	const struct id into[] = { small_id(1), small_id(2) };
	return tally_apply(&desk->txn, log, seq, seq, tally, into, 2, &desk->arena);
}

static int64_t summed(struct desk *desk, uint8_t unit, int32_t month)
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
	const struct cell cells[] = { cell_at(JAN, -4), cell_at(JAN + 1, CELL_VALUE_MAX) };
	const struct tally_frontier frontier[] = { known(7, 12), known(9, 70000) };
	struct tally tally = tally_of(41, cells, 2, frontier, 2), back;
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
	const struct cell backwards[] = { cell_at(JAN + 1, 1), cell_at(JAN, 1) };
	const struct cell huge[] = { cell_at(JAN, CELL_VALUE_MAX + 1) };
	const struct cell ancient[] = { cell_at(CELL_MONTH_MIN - 1, 1) };
	const struct tally_frontier twice[] = { known(7, 1), known(7, 2) };
	struct tally tally = tally_of(0, NULL, 0, NULL, 0);
	assert_ok(decode_again(&tally));
	tally = tally_of(0, backwards, 2, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_of(0, huge, 1, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_of(0, ancient, 1, NULL, 0);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_of(0, NULL, 0, twice, 2);
	assert_err(MALFORMED, decode_again(&tally));
	tally = tally_of(0, NULL, 0, NULL, 0);
	tally.revision = 0;
	assert_err(MALFORMED, decode_again(&tally));
	tally.revision = 1, tally.through = CELL_MONTH_MAX + 1;
	assert_err(MALFORMED, decode_again(&tally));
}

static void a_chain_adds_its_differences_to_every_sum_above_it(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	const struct cell first[] = { cell_at(JAN, 10), cell_at(JAN + 1, 5) }, second[] = { cell_at(JAN, 12) };
	struct tally tally = tally_of(0, first, 2, NULL, 0);
	assert_ok(apply(&desk, 1, 3, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_int_equal(summed(&desk, 2, JAN + 1), 5);
	tally = tally_of(4, second, 1, NULL, 0);
	assert_ok(apply(&desk, 1, 9, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 12);
	assert_int_equal(summed(&desk, 2, JAN), 12);
	assert_int_equal(summed(&desk, 2, JAN + 1), 5);
	tally = tally_of(0, second, 1, NULL, 0); // complete: what it does not mention is gone
	assert_ok(apply(&desk, 1, 10, &tally));
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
	close_desk(&desk);
}

static void a_tally_that_does_not_follow_is_applied_by_nobody(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	const struct cell cells[] = { cell_at(JAN, 10) }, other[] = { cell_at(JAN, 11) };
	struct tally tally = tally_of(4, other, 1, NULL, 0);
	assert_err(GAP, apply(&desk, 1, 5, &tally)); // no chain yet
	tally = tally_of(0, cells, 1, NULL, 0);
	assert_ok(apply(&desk, 1, 3, &tally));
	assert_err(GAP, apply(&desk, 1, 3, &tally)); // twice
	tally = tally_of(3, other, 1, NULL, 0);
	assert_err(GAP, apply(&desk, 1, 5, &tally));
	tally = tally_of(4, other, 1, NULL, 0);
	tally.unit = small_id(9);
	assert_err(MALFORMED, apply(&desk, 1, 5, &tally)); // another unit's
	tally.unit = small_id(0);
	assert_err(MALFORMED, apply(&desk, 1, 5, &tally));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_ok(desk.txn.err);
	close_desk(&desk);
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
	struct desk desk;
	uint32_t numbers[4] = { 0 }, next = 1;
	open_desk(&desk);
	for (size_t i = 0; i < ARRIVALS; i++) {
		const struct arrival *one = &arrivals[order[i]];
		if (!numbers[one->log]) {
			numbers[one->log] = next++;
			name_log(&desk.txn, numbers[one->log], one->log);
		}
		assert_ok(apply(&desk, numbers[one->log], one->seq, &one->tally));
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
	close_desk(&desk);
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
			.tally = tally_of(i % 2, cells[i].cells, cells[i].count, frontiers[i], 3),
		};
}

static void the_chain_that_knows_all_is_in_force_in_whatever_order_it_came(void **state)
{
	(void)state;
	const struct tally_frontier frontiers[ARRIVALS][3] = {
		{ known(11, 1), known(12, 0), known(13, 0) }, { known(11, 4), known(12, 2), known(13, 0) },
		{ known(11, 0), known(12, 1), known(13, 0) }, { known(11, 5), known(12, 5), known(13, 5) },
		{ known(11, 0), known(12, 0), known(13, 3) }, { known(11, 0), known(12, 4), known(13, 4) },
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
		{ known(11, 1), known(12, 0), known(13, 0) }, { known(11, 9), known(12, 1), known(13, 0) },
		{ known(11, 2), known(12, 1), known(13, 0) }, { known(11, 2), known(12, 9), known(13, 0) },
		{ known(11, 0), known(12, 0), known(13, 3) }, { known(11, 1), known(12, 1), known(13, 9) },
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
	struct desk desk;
	open_desk(&desk);
	name_log(&desk.txn, 1, 1);
	name_log(&desk.txn, 2, 2);
	const struct tally_frontier old[] = { known(11, 3) }, all[] = { known(11, 9), known(12, 2) };
	struct tally tally = tally_of(0, cells_a1, 2, old, 1);
	assert_ok(apply(&desk, 1, 0, &tally));
	tally = tally_of(0, cells_b1, 2, all, 2);
	assert_ok(apply(&desk, 2, 0, &tally));
	assert_int_equal(summed(&desk, 2, JAN), 20);
	assert_int_equal(summed(&desk, 2, JAN + 1), 0);
	const struct tally_frontier late[] = { known(11, 5) };
	tally = tally_of(1, cells_a2, 1, late, 1);
	assert_ok(apply(&desk, 1, 1, &tally));
	assert_int_equal(summed(&desk, 2, JAN), 20);
	assert_int_equal(summed(&desk, 2, JAN + 2), 2);
	close_desk(&desk);
}

static void a_forgotten_chain_leaves_no_trace_in_the_sums(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	name_log(&desk.txn, 1, 1);
	name_log(&desk.txn, 2, 2);
	const struct id into[] = { small_id(1), small_id(2) };
	const struct tally_frontier some[] = { known(11, 3) }, all[] = { known(11, 9) };
	struct tally first = tally_of(0, cells_a1, 2, some, 1), second = tally_of(0, cells_b1, 2, all, 1);
	struct tally_chain chain;
	bool provisional;
	assert_ok(apply(&desk, 1, 0, &first));
	assert_ok(apply(&desk, 2, 0, &second));
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
	assert_ok(apply(&desk, 1, 0, &first));
	assert_int_equal(summed(&desk, 1, JAN), 10);
	assert_int_equal(summed(&desk, 2, JAN + 1), 1);
	close_desk(&desk);
}

static void a_tally_for_nobody_is_evidence_only(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct tally tally = tally_of(0, cells_a1, 2, NULL, 0);
	assert_ok(tally_apply(&desk.txn, 1, 0, 0, &tally, NULL, 0, &desk.arena));
	assert_int_equal(summed(&desk, 1, JAN), 0);
	struct tally_chain chain;
	assert_ok(tally_chain_get(&desk.txn, 1, &chain));
	close_desk(&desk);
}

// ---- Publishing. ----

static struct tally_request request_of(int32_t through, const struct tally_frontier *frontier, size_t count)
{
	struct id unit = small_id(1);
	return (struct tally_request){
		.owner = cell_owner_own(&unit), .unit = unit, .log = 1, .through = through, .pack_version = 2,
		.frontier_count = count, .frontier = frontier,
	};
}

static void own(struct desk *desk, int32_t month, int64_t delta)
{
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell_key key = { .metric = M, .month = month };
	assert_ok(cell_add(&desk->txn, &owner, &key, delta, true));
}

static size_t marks(struct desk *desk)
{
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell cell;
	size_t count = 0;
	struct cell_scan scan = cell_scan_begin_dirty(&desk->txn, &owner);
	while (cell_scan_next(&scan, &cell))
		count++;
	cell_scan_end(&scan);
	return count;
}

static void what_changed_is_published_once(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	const struct tally_frontier two[] = { known(12, 4), known(11, 3) };
	struct tally_request request = request_of(JAN + 1, two, 2);
	struct tally tally;
	own(&desk, JAN, 5);
	own(&desk, JAN + 1, 6);
	own(&desk, JAN + 7, 9); // not yet due
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 0 && tally.revision == 1 && tally.through == JAN + 1);
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.frontier_count, 2);
	assert_ok(apply(&desk, 1, 6, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(marks(&desk), 1);

	own(&desk, JAN, 2);
	own(&desk, JAN + 1, 1);
	own(&desk, JAN + 1, -1); // there and back
	const struct tally_frontier moved[] = { known(12, 4), known(11, 5) };
	request.frontier = moved;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 7 && tally.revision == 2);
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 7);
	assert_int_equal(tally.frontier_count, 1);
	assert_int_equal(tally.frontier[0].size, 5);
	assert_ok(apply(&desk, 1, 8, &tally));

	request.rebase = true;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 0 && tally.revision == 3);
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.frontier_count, 2);
	request.rebase = false;
	request.through = JAN + 7;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 9);
	close_desk(&desk);
}

static void a_new_chain_says_in_time_what_a_former_one_said_too_early(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	const struct tally_frontier one[] = { known(11, 3) };
	struct tally_request request = request_of(JAN + 7, one, 1); // by a clock that was ahead
	struct tally tally;
	own(&desk, JAN + 2, 9);
	name_log(&desk.txn, 1, 1);
	name_log(&desk.txn, 2, 2);
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_ok(apply(&desk, 1, 6, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(marks(&desk), 0);

	request.log = 2;
	request.rebase = true;
	request.through = JAN;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 0);
	assert_ok(apply(&desk, 2, 0, &tally));
	request.rebase = false;
	request.through = JAN + 2;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 9);
	close_desk(&desk);
}

static void what_another_device_has_said_is_not_said_again(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	const struct tally_frontier here[] = { known(11, 3) }, theirs[] = { known(11, 3), known(12, 8) };
	const struct cell cells[] = { cell_at(JAN, 5) };
	struct tally_request request = request_of(JAN, here, 1);
	struct tally tally = tally_of(0, cells, 1, theirs, 2);
	own(&desk, JAN, 5);
	name_log(&desk.txn, 1, 1);
	name_log(&desk.txn, 2, 2);
	assert_ok(apply(&desk, 2, 0, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	request.through = JAN + 1;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	request.through = JAN;
	own(&desk, JAN, 1);
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cells[0].value, 6);
	close_desk(&desk);
}

static void a_unit_vouches_for_the_months_up_to_its_last(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	static const int32_t throughs[] = { JAN - 1, JAN, JAN + 4, JAN + 2, JAN + 2, JAN - 3, JAN + 1 };
	int32_t before = 0;
	for (size_t i = 0; i < sizeof throughs / sizeof *throughs; i++) {
		assert_ok(tally_vouch(&desk.txn, &owner, JAN, before, throughs[i]));
		before = throughs[i];
		int64_t sum = 0, value;
		for (int32_t month = JAN - 5; month < JAN + 8; month++) {
			struct cell_key key = { .metric = CELL_METRIC_REPORTING, .month = month };
			assert_ok(cell_get(&desk.txn, &owner, &key, &value));
			sum += value;
			assert_int_equal(sum, month >= JAN && month <= before);
		}
	}
	close_desk(&desk);
}

// The engine's -1 behind the last month travels although its month is not yet due.
static void the_end_of_vouching_is_published_with_it(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct tally_request request = request_of(JAN, NULL, 0);
	struct tally tally;
	assert_ok(tally_vouch(&desk.txn, &request.owner, JAN, 0, JAN));
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.cells[1].key.month, JAN + 1);
	assert_int_equal(tally.cells[1].value, -1);
	close_desk(&desk);
}

// ---- Cost ----

static size_t cost_of_one_cell(uint32_t units)
{
	struct store_counting counting;
	struct desk desk = { .store = store_counting_open(&counting, store_memory_new()) };
	arena_init(&desk.arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(desk.store, STORE_WRITE, &desk.txn));
	const struct tally_frontier frontier[] = { known(11, 1) };
	struct id into[] = { small_id(0), small_id(0xfe), small_id(0xff) };
	for (uint32_t unit = 1; unit <= units; unit++) {
		struct tally tally = tally_of(0, cells_a1, 2, frontier, 1);
		bytes_put_u32(tally.unit.bytes, unit);
		into[0] = tally.unit;
		assert_ok(tally_apply(&desk.txn, unit, 0, 0, &tally, into, 3, &desk.arena));
		arena_reset(&desk.arena);
	}
	assert_int_equal(summed(&desk, 0xff, JAN), 10 * (int64_t)units);
	counting.operations = 0;
	struct tally tally = tally_of(1, cells_a2, 1, frontier, 1);
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
		cmocka_unit_test(what_changed_is_published_once),
		cmocka_unit_test(a_new_chain_says_in_time_what_a_former_one_said_too_early),
		cmocka_unit_test(what_another_device_has_said_is_not_said_again),
		cmocka_unit_test(a_unit_vouches_for_the_months_up_to_its_last),
		cmocka_unit_test(the_end_of_vouching_is_published_with_it),
		cmocka_unit_test(a_cell_costs_the_same_among_400_units_and_among_40000),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
