#include "ledger/change.h"

#include "support/ledger_fixture.h"
#include "support/support.h"

// Encodes, decodes into *back (spans of `payload`), and gives what decoding said.
static enum err there_and_back(const struct changes *changes, struct buf *payload, struct arena *arena,
                               struct changes *back)
{
	change_encode(changes, payload);
	assert_ok(payload->err);
	return change_decode(buf_span(payload), arena, back);
}

static enum err decode_one(const struct change_write *writes, size_t count)
{
	struct change change = { .record = small_id(7), .kind = MEETING, .write_count = count, .writes = writes };
	struct changes changes = { .pack_version = 3, .count = 1, .changes = &change }, back;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = there_and_back(&changes, &payload, &arena, &back);
	arena_free(&arena);
	buf_free(&payload);
	return err;
}

static void what_is_written_is_read_again(void **state)
{
	(void)state;
	const struct hash other = small_hash(9), third = small_hash(8);
	const struct change_pred preds[] = {
		{ .log = NULL, .seq = 4 }, { .log = &other, .seq = 0 }, { .log = &third, .seq = UINT64_MAX },
		{ .log = &other, .seq = 70000 },
	};
	const struct change_write writes[] = {
		{ .field = 0, .chain = 1, .value = number_value(1) },
		{ .field = 1, .chain = 5, .pred_count = 4, .preds = preds, .value = number_value(-20000) },
		{ .field = 3, .element = span_string("b"), .chain = 1, .value = number_value(0) },
		{ .field = 3, .element = span_string("ba"), .chain = 1, .value = no_value() },
		{ .field = 4, .chain = 1, .value = text_value("议程：一、二") },
		{ .field = 6, .chain = 1, .value = { .form = VALUE_IS_REFERENCE, .bytes = span_of(other.bytes, 16) } },
	};
	struct change changes_of[] = {
		{ .record = small_id(2), .kind = MEETING, .write_count = 6, .writes = writes },
		{ .record = small_id(3), .kind = MEETING, .write_count = 1, .writes = writes },
	};
	struct changes changes = { .unit = small_id(5), .pack_version = 12, .count = 2, .changes = changes_of }, back;
	struct buf payload = BUF_EMPTY, again = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(there_and_back(&changes, &payload, &arena, &back));

	assert_true(id_equal(&back.unit, &changes.unit));
	assert_int_equal(back.pack_version, 12);
	assert_int_equal(back.count, 2);
	const struct change *first = &back.changes[0];
	assert_int_equal(first->write_count, 6);
	assert_int_equal(first->writes[1].chain, 5);
	assert_int_equal(first->writes[1].pred_count, 4);
	assert_null(first->writes[1].preds[0].log);
	assert_true(hash_equal(first->writes[1].preds[1].log, &other));
	assert_true(hash_equal(first->writes[1].preds[2].log, &third));
	assert_true(first->writes[1].preds[2].seq == UINT64_MAX);
	assert_ptr_equal(first->writes[1].preds[1].log, first->writes[1].preds[3].log);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(first->writes[i].field, writes[i].field);
		assert_true(span_equal(first->writes[i].element, writes[i].element));
		assert_true(value_equal(&first->writes[i].value, &writes[i].value));
	}
	change_encode(&back, &again);
	assert_true(span_equal(buf_span(&payload), buf_span(&again)));
	arena_free(&arena);
	buf_free(&payload);
	buf_free(&again);
}

static void writes_of_a_change_have_no_order(void **state)
{
	(void)state;
	const struct change_write writes[] = {
		{ .field = 3, .element = span_string("b"), .chain = 1, .value = number_value(1) },
		{ .field = 1, .chain = 1, .value = number_value(2) },
		{ .field = 3, .element = span_string("a"), .chain = 1, .value = number_value(3) },
	};
	struct change change = { .record = small_id(7), .kind = MEETING, .write_count = 3, .writes = writes };
	struct changes changes = { .count = 1, .changes = &change }, back;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(there_and_back(&changes, &payload, &arena, &back));
	assert_int_equal(back.changes[0].writes[0].value.number, 2);
	assert_int_equal(back.changes[0].writes[1].value.number, 3);
	assert_int_equal(back.changes[0].writes[2].value.number, 1);
	arena_free(&arena);
	buf_free(&payload);
}

static void a_place_is_written_once(void **state)
{
	(void)state;
	const struct change_write apart[] = {
		{ .field = 3, .element = span_string("a"), .chain = 1 }, { .field = 3, .element = span_string("b"), .chain = 1 },
	};
	const struct change_write twice[] = {
		{ .field = 3, .element = span_string("a"), .chain = 1 }, { .field = 2, .chain = 1 },
		{ .field = 3, .element = span_string("a"), .chain = 1 },
	};
	assert_ok(decode_one(apart, 2));
	assert_err(MALFORMED, decode_one(twice, 3));
}

static void a_record_is_changed_once(void **state)
{
	(void)state;
	const struct change_write write = { .field = 1, .chain = 1, .value = number_value(1) };
	struct change list[] = {
		{ .record = small_id(7), .kind = MEETING, .write_count = 1, .writes = &write },
		{ .record = small_id(6), .kind = MEETING, .write_count = 1, .writes = &write },
		{ .record = small_id(7), .kind = MEMBER, .write_count = 1, .writes = &write },
	};
	struct changes changes = { .count = 3, .changes = list }, back;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(there_and_back(&changes, &payload, &arena, &back));
	list[2].kind = MEETING;
	buf_clear(&payload);
	assert_err(MALFORMED, there_and_back(&changes, &payload, &arena, &back));
	arena_free(&arena);
	buf_free(&payload);
}

static void a_chain_says_whether_something_was_replaced(void **state)
{
	(void)state;
	const struct change_pred pred = { .seq = 0 };
	struct change_write write = { .field = 1, .value = number_value(1) };
	static const struct {
		uint32_t chain;
		size_t preds;
		enum err expected;
	} cases[] = {
		{ 1, 0, ERR_OK }, { 2, 0, ERR_MALFORMED }, { 1, 1, ERR_MALFORMED }, { 2, 1, ERR_OK },
		{ CHANGE_CHAIN_MAX, 1, ERR_OK }, { CHANGE_CHAIN_MAX + 1, 1, ERR_MALFORMED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write.chain = cases[i].chain;
		write.pred_count = cases[i].preds;
		write.preds = &pred;
		assert_string_equal(err_name(decode_one(&write, 1)), err_name(cases[i].expected));
	}
}

static void a_record_is_there_or_deleted_and_nothing_else(void **state)
{
	(void)state;
	struct change_write write = { .field = 0, .chain = 1, .value = number_value(1) };
	assert_ok(decode_one(&write, 1));
	write.value = number_value(2);
	assert_err(MALFORMED, decode_one(&write, 1));
	write.value = no_value();
	assert_err(MALFORMED, decode_one(&write, 1));
	write = (struct change_write){ .field = 0, .element = span_string("x"), .chain = 1, .value = number_value(1) };
	assert_err(MALFORMED, decode_one(&write, 1));
}

static void bounds_hold_at_the_bound_and_not_beyond(void **state)
{
	(void)state;
	uint8_t key[LIMIT_ELEMENT_BYTES + 1] = { 1 };
	struct change_pred preds[LIMIT_PREDS_PER_WRITE + 1] = { { .seq = 1 } };
	struct change_write write = { .field = 3, .element = span_of(key, LIMIT_ELEMENT_BYTES), .chain = 1 };
	assert_ok(decode_one(&write, 1));
	write.element.size++;
	assert_err(MALFORMED, decode_one(&write, 1));
	write = (struct change_write){ .field = 3, .chain = 2, .pred_count = LIMIT_PREDS_PER_WRITE, .preds = preds };
	assert_ok(decode_one(&write, 1));
	write.pred_count++;
	assert_err(MALFORMED, decode_one(&write, 1));
	assert_err(MALFORMED, decode_one(&write, 0));
}

static void a_small_arena_is_a_budget(void **state)
{
	(void)state;
	struct change_write write = { .field = 3, .chain = 1, .value = number_value(1) };
	struct change change = { .record = small_id(7), .kind = MEETING, .write_count = 1, .writes = &write };
	struct changes changes = { .count = 1, .changes = &change }, back;
	struct buf payload = BUF_EMPTY;
	change_encode(&changes, &payload);
	size_t refused = 0;
	for (size_t limit = 0; limit < 2048; limit += 16) {
		struct arena arena;
		arena_init(&arena, limit);
		enum err err = change_decode(buf_span(&payload), &arena, &back);
		assert_true(err == ERR_OK || err == ERR_BUDGET);
		refused += err == ERR_BUDGET;
		arena_free(&arena);
	}
	assert_in_range(refused, 8, 100);
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(writes_of_a_change_have_no_order),
		cmocka_unit_test(a_place_is_written_once),
		cmocka_unit_test(a_record_is_changed_once),
		cmocka_unit_test(a_chain_says_whether_something_was_replaced),
		cmocka_unit_test(a_record_is_there_or_deleted_and_nothing_else),
		cmocka_unit_test(bounds_hold_at_the_bound_and_not_beyond),
		cmocka_unit_test(a_small_arena_is_a_budget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
