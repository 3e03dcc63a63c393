// How a month stands, kept in one row: the same whatever order its steps and verdicts come in, byte for byte.
#include "support/support.h"

#include <string.h>

#include "io/store_memory.h"
#include "ledger/period.h"

enum { MARCH = 2026 * 12 + 2, EVENTS = 6 };

static const struct id branch = { .bytes = { 0xb1 } };

static struct period_event event_of(uint32_t log, uint64_t seq, uint64_t time)
{
	struct period_event event = { .dot = { .log = log, .seq = seq }, .time = time };
	event.place.seq = seq;
	memset(event.place.log.bytes, (int)log, sizeof event.place.log.bytes);
	memset(event.device.bytes, 0xd0 + (int)log, sizeof event.device.bytes);
	return event;
}

// The branch closes, submits, takes it up again and submits other figures with a reason; the first was returned, and the
// second approved by one who knew of nothing else.
static void happen(struct txn *txn, unsigned which)
{
	static const struct cell cells[] = { { .key = { .metric = 1, .month = MARCH }, .value = 3 }, { .key = { .metric = 2, .month = MARCH }, .value = 4 } };
	const struct period_step steps[] = {
		{ .act = PERIOD_CLOSE, .month = MARCH, .step = 1 },
		{ .act = PERIOD_SUBMIT, .month = MARCH, .step = 2, .revision = 1, .cell_count = 1, .cells = cells },
		{ .act = PERIOD_REOPEN, .month = MARCH, .step = 3 },
		{ .act = PERIOD_SUBMIT, .month = MARCH, .step = 4, .revision = 2, .reason = span_string("补录"), .cell_count = 2, .cells = cells },
	};
	struct period_review said = { .unit = branch, .month = MARCH, .verdict = which == 4 ? PERIOD_RETURN : PERIOD_APPROVE,
	                              .text = span_string("同意") };
	struct period_event event = which < 4 ? event_of(1, which, 100 + which) : event_of(2, which, 200 + which);
	if (which < 4) {
		assert_ok(period_state_add_step(txn, &branch, &steps[which], &event));
		return;
	}
	said.submission = event_of(1, which == 4 ? 1 : 3, 0).place;
	assert_ok(period_state_add_review(txn, &said, &event));
}

static struct span row_of(struct txn *txn)
{
	uint8_t key[1 + LIMIT_ID_BYTES + 4] = { 's' };
	static struct span row;
	memcpy(key + 1, branch.bytes, LIMIT_ID_BYTES);
	key[1 + LIMIT_ID_BYTES + 2] = MARCH >> 8;
	key[1 + LIMIT_ID_BYTES + 3] = MARCH & 0xff;
	assert_ok(txn_get(txn, STORE_PERIOD, span_of(key, sizeof key), &row));
	return row;
}

static const uint8_t golden[] = {
	4, 1, 14, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 103, // approved; the verdict; it gives a reason, one is approved, with words
	0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3,
	0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5,
	0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2,
	0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2, 0xd2,
};

// All 720 orders of the six.
static void in_whatever_order_they_come_the_row_is_the_same(void **state)
{
	(void)state;
	for (unsigned order = 0; order < 720; order++) {
		struct store *store = store_memory_new();
		struct txn txn;
		unsigned left[EVENTS] = { 0, 1, 2, 3, 4, 5 }, rest = order;
		assert_ok(txn_begin(store, STORE_WRITE, &txn));
		for (unsigned count = EVENTS; count > 0; rest /= count, count--) {
			unsigned at = rest % count;
			happen(&txn, left[at]);
			memmove(&left[at], &left[at + 1], (EVENTS - 1 - at) * sizeof left[0]);
		}
		struct span row = row_of(&txn);
		assert_int_equal(row.size, sizeof golden);
		assert_memory_equal(row.data, golden, sizeof golden);
		txn_abort(&txn);
		store_memory_free(store);
	}
}

static enum err count(void *context, const struct period_summary *summary)
{
	int *months = context;
	assert_int_equal(summary->month, MARCH);
	assert_int_equal(summary->state, PERIOD_APPROVED);
	assert_int_equal(summary->revision, 2);
	++*months;
	return ERR_OK;
}

static void a_month_without_anything_is_open_and_what_is_forgotten_is_gone(void **state)
{
	struct store *store = store_memory_new();
	struct period_summary summary;
	struct txn txn;
	int months = 0;
	(void)state;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	for (unsigned i = 0; i < EVENTS; i++)
		happen(&txn, i);
	assert_ok(period_summary_each(&txn, &branch, (struct period){ .first = MARCH - 1, .last = MARCH + 1 }, count, &months));
	assert_ok(period_summary_each(&txn, &branch, (struct period){ .first = MARCH + 1, .last = MARCH + 9 }, count, &months));
	assert_int_equal(months, 1);
	assert_ok(period_summary_get(&txn, &branch, MARCH + 1, &summary));
	assert_int_equal(summary.state, PERIOD_OPEN);
	assert_int_equal(summary.newest_place.log, 0);
	assert_ok(period_state_forget(&txn, &branch));
	assert_ok(period_summary_get(&txn, &branch, MARCH, &summary));
	assert_int_equal(summary.state, PERIOD_OPEN);
	txn_abort(&txn);
	store_memory_free(store);
}

static void a_row_that_is_damaged_is_told(void **state)
{
	uint8_t key[1 + LIMIT_ID_BYTES + 4] = { 's' }, row[sizeof golden + 1] = { 0 };
	struct store *store = store_memory_new();
	struct period_summary summary;
	struct txn txn;
	(void)state;
	memcpy(key + 1, branch.bytes, LIMIT_ID_BYTES);
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	for (size_t size = 0; size <= sizeof row; size++) {
		memcpy(row, golden, sizeof golden);
		assert_ok(txn_put(&txn, STORE_PERIOD, span_of(key, sizeof key), span_of(row, size)));
		if (size == sizeof golden)
			assert_ok(period_summary_get(&txn, &branch, 0, &summary));
		else
			assert_err(CORRUPT, period_summary_get(&txn, &branch, 0, &summary));
	}
	row[0] = PERIOD_STATES;
	assert_ok(txn_put(&txn, STORE_PERIOD, span_of(key, sizeof key), span_of(row, sizeof golden)));
	assert_err(CORRUPT, period_summary_get(&txn, &branch, 0, &summary));
	txn_abort(&txn);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_whatever_order_they_come_the_row_is_the_same),
		cmocka_unit_test(a_month_without_anything_is_open_and_what_is_forgotten_is_gone),
		cmocka_unit_test(a_row_that_is_damaged_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
