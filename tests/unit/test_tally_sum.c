// What sums are made of: a unit that speaks for itself and has a unit below it: 3 lies below 1, which lies below 2.
#include "io/store_memory.h"
#include "ledger/tally.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

enum { LEAF = 3, MIDDLE = 1, TOP = 2 };

static const struct cell_key key = { .metric = 5, .month = FIXTURE_SINCE };

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

// The leaf speaks in log 2, the middle in log 1; `seq` counts each one's tallies.
static void say(struct desk *desk, uint8_t unit, uint64_t seq, int64_t value)
{
	const struct id into[] = { small_id(LEAF), small_id(MIDDLE), small_id(TOP) };
	const struct cell cells[] = { { .key = key, .value = value } };
	const struct tally tally = { .unit = small_id(unit), .revision = 1, .previous = seq, .through = key.month,
	                             .cell_count = 1, .cells = cells };
	const bool leaf = unit == LEAF;
	assert_ok(tally_apply(&desk->txn, leaf ? 2 : 1, seq, seq, &tally, leaf ? into : into + 1, leaf ? 3 : 2, &desk->arena));
}

static int64_t value_of(struct desk *desk, const struct cell_owner *owner)
{
	int64_t value;
	assert_ok(cell_get(&desk->txn, owner, &key, &value));
	return value;
}

static int64_t summed(struct desk *desk, uint8_t unit)
{
	const struct id id = small_id(unit);
	struct cell_owner owner;
	assert_ok(tally_sum_owner(&desk->txn, &id, &owner));
	return value_of(desk, &owner);
}

static int64_t kept_apart(struct desk *desk, uint8_t unit)
{
	const struct id id = small_id(unit);
	const struct cell_owner owner = cell_owner_sum(&id);
	return value_of(desk, &owner);
}

static void a_units_chain_is_its_sum_until_one_below_it_reports(void **state)
{
	struct desk desk;
	(void)state;
	open_desk(&desk);
	say(&desk, MIDDLE, 0, 10);
	assert_int_equal(summed(&desk, MIDDLE), 10);
	assert_int_equal(kept_apart(&desk, MIDDLE), 0); // no second copy
	assert_int_equal(kept_apart(&desk, TOP), 10);
	say(&desk, LEAF, 0, 4);
	assert_int_equal(summed(&desk, LEAF), 4);
	assert_int_equal(kept_apart(&desk, LEAF), 0);
	assert_int_equal(summed(&desk, MIDDLE), 14);
	say(&desk, MIDDLE, 1, 11);
	say(&desk, LEAF, 1, 3);
	assert_int_equal(summed(&desk, MIDDLE), 14);
	assert_int_equal(summed(&desk, TOP), 14);
	close_desk(&desk);
}

static void a_unit_may_speak_after_those_below_it_and_be_forgotten(void **state)
{
	const struct id into[] = { small_id(MIDDLE), small_id(TOP) };
	struct desk desk;
	(void)state;
	open_desk(&desk);
	say(&desk, LEAF, 0, 4);
	assert_int_equal(summed(&desk, MIDDLE), 4);
	say(&desk, MIDDLE, 0, 10);
	assert_int_equal(summed(&desk, MIDDLE), 14);
	assert_int_equal(summed(&desk, TOP), 14);
	assert_ok(tally_forget(&desk.txn, 1, into, 2, &desk.arena));
	assert_int_equal(summed(&desk, MIDDLE), 4);
	assert_int_equal(summed(&desk, TOP), 4);
	close_desk(&desk);
}

static void what_is_evidence_only_is_nobodys_sum(void **state)
{
	const struct cell cells[] = { { .key = key, .value = 7 } };
	const struct tally tally = { .unit = small_id(LEAF), .revision = 1, .through = key.month, .cell_count = 1, .cells = cells };
	struct desk desk;
	(void)state;
	open_desk(&desk);
	assert_ok(tally_apply(&desk.txn, 2, 0, 0, &tally, NULL, 0, &desk.arena));
	assert_int_equal(summed(&desk, LEAF), 0);
	close_desk(&desk);
}

static enum err add_seq(void *context, const struct tally_chain *chain, bool provisional)
{
	((uint64_t *)context)[chain->rollup] += provisional ? 1000 : chain->seq;
	return ERR_OK;
}

static void every_chain_in_force_is_met_once(void **state)
{
	struct desk desk;
	uint64_t seqs[2] = { 0 };
	(void)state;
	open_desk(&desk);
	for (uint8_t log = 1; log <= 3; log++) // the third is a server's sum, of the same unit as the first
		assert_ok(tally_apply(&desk.txn, log, 10 * log, 0,
		                      &(struct tally){ .unit = small_id(1 + log % 2), .rollup = log == 3, .revision = 1 }, NULL, 0,
		                      &desk.arena));
	assert_ok(tally_each(&desk.txn, add_seq, seqs));
	assert_true(seqs[0] == 10 + 20 && seqs[1] == 30);
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_units_chain_is_its_sum_until_one_below_it_reports),
		cmocka_unit_test(a_unit_may_speak_after_those_below_it_and_be_forgotten),
		cmocka_unit_test(what_is_evidence_only_is_nobodys_sum),
		cmocka_unit_test(every_chain_in_force_is_met_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
