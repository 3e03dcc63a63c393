#include "ledger/record.h"

#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

static const struct record_write base = {
	.field = 1, .dot = { .log = 2, .seq = 5 }, .chain = 3, .time = 100, .device = 7, .value = { .form = VALUE_IS_NUMBER },
};

static struct record_write with(uint8_t field, const char *element, uint64_t seq, struct value value)
{
	struct record_write write = base;
	write.field = field;
	write.element = span_string(element);
	write.dot.seq = seq;
	write.value = value;
	return write;
}

static struct record_key key_of(uint8_t number)
{
	return (struct record_key){ .unit = small_id(1), .kind = MEETING, .record = small_id(number) };
}

static void a_key_sorts_by_unit_kind_and_record(void **state)
{
	(void)state;
	struct record_key key = key_of(9), back;
	uint8_t bytes[RECORD_KEY_BYTES];
	record_key_encode(&key, bytes);
	assert_int_equal(bytes[0], 1);
	assert_int_equal(bytes[17], MEETING);
	assert_int_equal(bytes[18], 9);
	assert_ok(record_key_decode(span_of(bytes, sizeof bytes), &back));
	assert_true(id_equal(&back.record, &key.record) && back.kind == key.kind && id_equal(&back.unit, &key.unit));
	assert_err(CORRUPT, record_key_decode(span_of(bytes, sizeof bytes - 1), &back));
}

static void assert_writes_equal(const struct record *a, const struct record *b)
{
	assert_int_equal(a->write_count, b->write_count);
	for (size_t i = 0; i < a->write_count; i++) {
		const struct record_write *x = &a->writes[i], *y = &b->writes[i];
		assert_int_equal(x->field, y->field);
		assert_true(span_equal(x->element, y->element));
		assert_true(dot_equal(x->dot, y->dot));
		assert_int_equal(x->chain, y->chain);
		assert_int_equal(x->time, y->time);
		assert_int_equal(x->device, y->device);
		assert_true(value_equal(&x->value, &y->value));
	}
}

static void what_is_saved_is_loaded_again(void **state)
{
	(void)state;
	struct record_write writes[] = {
		with(1, "", 5, number_value(-3)), with(2, "", 5, text_value("三会一课")), with(3, "a", 6, no_value()),
		with(3, "ab", 6, (struct value){ .form = VALUE_IS_REFERENCE, .bytes = span_of("0123456789abcdef", 16) }),
		with(7, "", 5, number_value(INT64_MIN)),
	};
	struct record_unseen unseen[] = { { .field = 2, .element = span_string("k"), .log = small_hash(4), .seq = 300 } };
	struct record record = {
		.key = key_of(1), .write_count = 5, .writes = writes, .unseen_count = 1, .unseen = unseen,
	}, back;
	struct store *store = store_memory_new();
	struct txn txn;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(record_save(&txn, &record));
	assert_ok(record_load(&txn, &record.key, &arena, &back));
	assert_writes_equal(&record, &back);
	assert_int_equal(back.unseen_count, 1);
	assert_true(hash_equal(&back.unseen[0].log, &unseen[0].log));
	assert_int_equal(back.unseen[0].seq, 300);
	assert_true(span_equal(back.unseen[0].element, unseen[0].element));

	record.write_count = 0;
	record.unseen_count = 0;
	assert_ok(record_save(&txn, &record));
	uint8_t name[RECORD_KEY_BYTES];
	record_key_encode(&record.key, name);
	assert_false(txn_has(&txn, STORE_RECORD, span_of(name, sizeof name)));
	assert_ok(record_load(&txn, &record.key, &arena, &back));
	assert_int_equal(back.write_count, 0);
	txn_abort(&txn);
	arena_free(&arena);
	store_memory_free(store);
}

static void the_conflict_list_follows_the_record(void **state)
{
	(void)state;
	struct record_write writes[] = { with(1, "", 9, number_value(4)), with(1, "", 5, number_value(4)) };
	struct record record = { .key = key_of(1), .write_count = 2, .writes = writes };
	uint8_t bytes[RECORD_KEY_BYTES];
	record_key_encode(&record.key, bytes);
	struct span name = span_of(bytes, sizeof bytes);
	struct store *store = store_memory_new();
	struct txn txn;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(record_save(&txn, &record));
	assert_false(txn_has(&txn, STORE_CONFLICT, name)); // two who wrote the same agree
	writes[1].value.number = 5;
	assert_true(record_in_conflict(&record));
	assert_ok(record_save(&txn, &record));
	assert_true(txn_has(&txn, STORE_CONFLICT, name));
	record.write_count = 1;
	assert_ok(record_save(&txn, &record));
	assert_false(txn_has(&txn, STORE_CONFLICT, name));
	txn_abort(&txn);
	store_memory_free(store);
}

static void the_longest_chain_is_shown_then_the_latest_then_the_greater_device(void **state)
{
	(void)state;
	struct record_write a = base, b = base;
	b.chain = 4, b.time = 1, b.device = 1;
	assert_true(record_better(&b, &a) && !record_better(&a, &b));
	b = base;
	b.time = 101, b.device = 1;
	assert_true(record_better(&b, &a) && !record_better(&a, &b));
	b = base;
	b.device = 8, b.dot.seq = 1;
	assert_true(record_better(&b, &a) && !record_better(&a, &b));
	b = base;
	b.dot.seq = 6, b.dot.log = 1;
	assert_true(record_better(&b, &a) && !record_better(&a, &b));
	b = base; // log numbers differ between stores: the value decides before them
	b.value.number = 1, b.dot.log = 1;
	assert_true(record_better(&b, &a) && !record_better(&a, &b));
	assert_false(record_better(&a, &a));
}

static void a_field_shows_its_best_value_and_hides_what_was_taken_away(void **state)
{
	(void)state;
	struct record_write writes[] = {
		with(1, "", 9, number_value(40)), with(1, "", 5, number_value(50)), with(2, "", 5, no_value()),
		with(3, "a", 1, number_value(1)), with(3, "b", 1, number_value(2)),
	};
	struct record record = { .key = key_of(1), .write_count = 5, .writes = writes };
	size_t count;
	assert_int_equal(record_value(&record, 1, span_of(NULL, 0))->value.number, 40);
	assert_ptr_equal(record_writes(&record, 1, span_of(NULL, 0), &count), &writes[0]);
	assert_int_equal(count, 2);
	assert_null(record_value(&record, 2, span_of(NULL, 0)));
	assert_non_null(record_writes(&record, 2, span_of(NULL, 0), &count));
	assert_int_equal(record_value(&record, 3, span_string("b"))->value.number, 2);
	assert_null(record_value(&record, 3, span_string("ab")));
	assert_null(record_writes(&record, 9, span_of(NULL, 0), &count));
	assert_int_equal(count, 0);
	assert_false(record_deleted(&record));
}

static void a_record_is_deleted_by_its_field_zero(void **state)
{
	(void)state;
	struct record_write writes[] = { with(0, "", 9, number_value(1)), with(1, "", 5, number_value(50)) };
	struct record record = { .key = key_of(1), .write_count = 2, .writes = writes };
	assert_true(record_deleted(&record));
	writes[0].value.number = 0;
	assert_false(record_deleted(&record));
}

// Every cut and every flipped byte of a stored record is either still a record or said to be
// damaged; nothing of it reaches an assertion or reads past the end.
static void damage_is_said_and_never_crashes(void **state)
{
	(void)state;
	struct record_write writes[] = { with(1, "", 5, number_value(1)), with(3, "el", 5, text_value("text")) };
	struct record_unseen unseen[] = { { .field = 2, .element = span_string("k"), .log = small_hash(4), .seq = 3 } };
	struct record record = { .key = key_of(1), .write_count = 2, .writes = writes, .unseen_count = 1, .unseen = unseen };
	uint8_t name[RECORD_KEY_BYTES], bytes[256];
	record_key_encode(&record.key, name);
	struct store *store = store_memory_new();
	struct txn txn;
	struct span value;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(record_save(&txn, &record));
	assert_ok(txn_get(&txn, STORE_RECORD, span_of(name, sizeof name), &value));
	size_t size = value.size;
	assert_in_range(size, 40, sizeof bytes);
	memcpy(bytes, value.data, size);
	txn_abort(&txn);
	store_memory_free(store);

	struct arena arena;
	struct record back;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t cut = 0; cut < size; cut++)
		assert_err(CORRUPT, record_decode(&record.key, span_of(bytes, cut), &arena, &back));
	size_t noticed = 0;
	for (size_t bit = 0; bit < size * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		enum err err = record_decode(&record.key, span_of(bytes, size), &arena, &back);
		assert_true(err == ERR_OK || err == ERR_CORRUPT);
		noticed += err == ERR_CORRUPT;
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		arena_reset(&arena);
	}
	assert_true(noticed > 20);
	assert_ok(record_decode(&record.key, span_of(bytes, size), &arena, &back));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_sorts_by_unit_kind_and_record),
		cmocka_unit_test(what_is_saved_is_loaded_again),
		cmocka_unit_test(the_conflict_list_follows_the_record),
		cmocka_unit_test(the_longest_chain_is_shown_then_the_latest_then_the_greater_device),
		cmocka_unit_test(a_field_shows_its_best_value_and_hides_what_was_taken_away),
		cmocka_unit_test(a_record_is_deleted_by_its_field_zero),
		cmocka_unit_test(damage_is_said_and_never_crashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
