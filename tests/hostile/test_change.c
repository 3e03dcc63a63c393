// Changes that nobody of ours would write: whatever comes, the answer is an error or something
// well formed, the memory spent stays within the budget, and no record moves.
#include "ledger/change.h"

#include "support/ledger_fixture.h"
#include "support/support.h"

// Decodes within the usual budget, and if it is taken, asks of what came out what merging relies on.
static enum err decode(const uint8_t *bytes, size_t size)
{
	struct changes changes;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = change_decode(span_of(bytes, size), &arena, &changes);
	assert_true(err == ERR_OK || err == ERR_MALFORMED || err == ERR_BUDGET);
	for (size_t i = 0; !err && i < changes.count; i++) {
		const struct change *change = &changes.changes[i];
		assert_in_range(change->write_count, 1, LIMIT_WRITES_PER_RECORD);
		for (size_t j = 0; j < change->write_count; j++) {
			const struct change_write *write = &change->writes[j], *before = j ? write - 1 : NULL;
			assert_in_range(write->chain, 1, CHANGE_CHAIN_MAX);
			assert_true(write->pred_count <= LIMIT_PREDS_PER_WRITE && write->element.size <= LIMIT_ELEMENT_BYTES);
			assert_true(!before || before->field < write->field || span_compare(before->element, write->element) < 0);
		}
	}
	arena_free(&arena);
	return err;
}

// tag, size, bytes
static void field(struct buf *buf, unsigned number, struct span bytes)
{
	buf_varint(buf, number << 3 | 2);
	buf_varint(buf, bytes.size);
	buf_bytes(buf, bytes.data, bytes.size);
}

static void number(struct buf *buf, unsigned field_number, uint64_t value)
{
	buf_varint(buf, field_number << 3);
	buf_varint(buf, value);
}

// A payload around a given write, or around given writes of one change.
static enum err decode_writes(const struct buf *writes)
{
	struct id id = small_id(1);
	struct buf change = BUF_EMPTY, payload = BUF_EMPTY;
	field(&change, 1, id_span(&id));
	number(&change, 2, MEMBER);
	buf_bytes(&change, writes->data, writes->size);
	field(&payload, 4, buf_span(&change));
	enum err err = decode(payload.data, payload.size);
	buf_free(&change);
	buf_free(&payload);
	return err;
}

static enum err decode_write(struct buf *write)
{
	struct buf writes = BUF_EMPTY;
	field(&writes, 3, buf_span(write));
	enum err err = decode_writes(&writes);
	buf_free(&writes);
	buf_free(write);
	return err;
}

static void a_good_write_is_taken_so_that_the_bad_ones_are_refused_for_what_they_are(void **state)
{
	(void)state;
	struct buf write = BUF_EMPTY;
	number(&write, 1, 2);
	number(&write, 5, 4);
	assert_ok(decode_write(&write));
}

static void numbers_out_of_bounds_are_refused(void **state)
{
	(void)state;
	static const struct {
		unsigned field;
		uint64_t value;
	} cases[] = {
		{ 1, 256 }, { 1, UINT32_MAX }, { 3, 2 }, { 3, UINT32_MAX }, { 1, UINT64_MAX },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf write = BUF_EMPTY;
		number(&write, cases[i].field, cases[i].value);
		assert_err(MALFORMED, decode_write(&write));
	}
}

static void a_pred_in_a_log_that_is_not_named_is_refused(void **state)
{
	(void)state;
	struct buf pred = BUF_EMPTY, write = BUF_EMPTY;
	number(&pred, 1, 1); // logs[0], and there are none
	number(&write, 1, 2);
	number(&write, 3, 2);
	field(&write, 4, buf_span(&pred));
	assert_err(MALFORMED, decode_write(&write));
	buf_free(&pred);
}

static void ids_of_a_wrong_size_are_refused(void **state)
{
	(void)state;
	static const uint8_t bytes[40];
	static const struct {
		unsigned field;
		size_t size;
	} cases[] = { { 1, 15 }, { 1, 17 }, { 1, 16 }, { 3, 31 }, { 3, 33 }, { 3, 0 } }; // 1, 16: a unit of zeros
	struct id id = small_id(1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf write = BUF_EMPTY, change = BUF_EMPTY, payload = BUF_EMPTY;
		number(&write, 1, 2);
		field(&change, 1, id_span(&id));
		number(&change, 2, MEMBER);
		field(&change, 3, buf_span(&write));
		field(&payload, cases[i].field, span_of(bytes, cases[i].size));
		field(&payload, 4, buf_span(&change));
		assert_err(MALFORMED, decode(payload.data, payload.size));
		buf_free(&write);
		buf_free(&change);
		buf_free(&payload);
	}
}

static void an_entry_that_says_nothing_is_refused(void **state)
{
	(void)state;
	struct buf nothing = BUF_EMPTY, version = BUF_EMPTY;
	assert_err(MALFORMED, decode(NULL, 0));
	assert_err(MALFORMED, decode_writes(&nothing));
	number(&version, 2, 9);
	assert_err(MALFORMED, decode(version.data, version.size));
	buf_free(&version);
}

// What costs a sender two bytes may not cost us hundreds, endlessly.
static void many_small_things_do_not_spend_more_than_the_budget(void **state)
{
	(void)state;
	static const unsigned char write[] = { 3 << 3 | 2, 0 };
	struct buf writes = BUF_EMPTY, preds = BUF_EMPTY;
	while (writes.size < LIMIT_PAYLOAD_BYTES - 64)
		buf_bytes(&writes, write, sizeof write);
	assert_int_not_equal(decode_writes(&writes), ERR_OK);
	number(&preds, 1, 2);
	number(&preds, 3, 2);
	while (preds.size < LIMIT_PAYLOAD_BYTES - 64) {
		buf_u8(&preds, 4 << 3 | 2);
		buf_u8(&preds, 0);
	}
	assert_int_not_equal(decode_write(&preds), ERR_OK);
	buf_free(&writes);
}

static void ten_thousand_records_in_one_entry_are_sorted_out_quickly(void **state)
{
	(void)state;
	struct buf payload = BUF_EMPTY, write = BUF_EMPTY;
	number(&write, 1, 2);
	for (uint32_t i = 0; payload.size < LIMIT_PAYLOAD_BYTES - 64; i++) {
		struct buf change = BUF_EMPTY;
		struct id id = small_id(1);
		id.bytes[0] = (uint8_t)(255 - i / 256 % 256), id.bytes[1] = (uint8_t)i;
		field(&change, 1, id_span(&id));
		number(&change, 2, MEMBER);
		field(&change, 3, buf_span(&write));
		field(&payload, 4, buf_span(&change));
		buf_free(&change);
	}
	assert_ok(decode(payload.data, payload.size));
	buf_free(&payload);
	buf_free(&write);
}

// Real entries with bytes cut off, flipped, doubled and mixed.
static void spoilt_entries_are_refused_or_well_formed(void **state)
{
	(void)state;
	size_t refused = 0, taken = 0;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed, 20);
		for (size_t i = 0; i < history.count; i++) {
			uint8_t bytes[1024];
			struct span payload = buf_span(&history.entries[i].payload);
			assert_in_range(payload.size, 20, sizeof bytes);
			memcpy(bytes, payload.data, payload.size);
			for (size_t cut = 0; cut < payload.size; cut++)
				refused += decode(bytes, cut) != ERR_OK;
			for (size_t flips = 0; flips < 100; flips++) {
				uint32_t bit = chance_below(&history.chance, (uint32_t)payload.size * 8);
				bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
				bool ok = decode(bytes, payload.size) == ERR_OK;
				taken += ok, refused += !ok;
			}
		}
		fixture_history_free(&history);
	}
	assert_true(refused > 10000 && taken > 100);
}

// The same, as far as merging: a spoilt entry that decodes may be accepted or set aside, and
// afterwards the figures still are those of the records.
static void spoilt_entries_do_not_unhinge_the_figures(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct fixture_history history;
		struct fixture_replica replica;
		struct buf kept = BUF_EMPTY, anew = BUF_EMPTY;
		fixture_history_make(&history, seed * 12345, FIXTURE_HISTORY);
		fixture_replica_open(&replica);
		for (size_t i = 0; i < history.count; i++) {
			struct fixture_entry *entry = &history.entries[i];
			uint32_t bit = chance_below(&history.chance, (uint32_t)entry->payload.size * 8);
			entry->payload.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			fixture_replica_merge(&replica, entry);
		}
		fixture_replica_cells(&replica, &kept);
		fixture_replica_cells_anew(&replica, &anew);
		assert_true(span_equal(buf_span(&kept), buf_span(&anew)));
		buf_free(&kept);
		buf_free(&anew);
		fixture_replica_close(&replica);
		fixture_history_free(&history);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_write_is_taken_so_that_the_bad_ones_are_refused_for_what_they_are),
		cmocka_unit_test(numbers_out_of_bounds_are_refused),
		cmocka_unit_test(a_pred_in_a_log_that_is_not_named_is_refused),
		cmocka_unit_test(ids_of_a_wrong_size_are_refused),
		cmocka_unit_test(an_entry_that_says_nothing_is_refused),
		cmocka_unit_test(many_small_things_do_not_spend_more_than_the_budget),
		cmocka_unit_test(ten_thousand_records_in_one_entry_are_sorted_out_quickly),
		cmocka_unit_test(spoilt_entries_are_refused_or_well_formed),
		cmocka_unit_test(spoilt_entries_do_not_unhinge_the_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
