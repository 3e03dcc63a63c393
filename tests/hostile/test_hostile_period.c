// Steps, verdicts, requests and replies that nobody of ours would write: each is refused for what it is,
// and whatever is cut off or bent, the answer is an error or something well formed within the budget.
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

#define MARCH 24314

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

// What of a step is asked of one that was taken.
static enum err decode_step(const struct buf *payload)
{
	struct arena arena;
	struct period_step step;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = period_step_decode(buf_span(payload), &arena, &step);
	if (!err) {
		assert_in_range(step.act, PERIOD_SUBMIT, PERIOD_ACT_END - 1);
		assert_in_range(step.step, 1, PERIOD_STEPS_MAX);
		assert_true((step.act == PERIOD_SUBMIT) == (step.revision > 0));
		for (size_t i = 0; i < step.cell_count; i++)
			assert_int_equal(step.cells[i].key.month, step.month);
	}
	arena_free(&arena);
	return err;
}

static enum err step_of(uint64_t act, uint64_t month, uint64_t step, uint64_t revision, const struct cell *cell)
{
	struct buf payload = BUF_EMPTY, cells = BUF_EMPTY;
	if (act)
		number(&payload, 1, act);
	if (month)
		number(&payload, 2, month);
	if (step)
		number(&payload, 3, step);
	if (revision)
		number(&payload, 4, revision);
	if (cell) {
		cell_pack(cell, 1, &cells);
		field(&payload, 8, buf_span(&cells));
	}
	enum err err = decode_step(&payload);
	buf_free(&cells);
	buf_free(&payload);
	return err;
}

static void a_step_out_of_bounds_is_refused(void **state)
{
	(void)state;
	const uint64_t month = 2 * MARCH; // zigzag
	const struct cell own = { .key = { .metric = 1, .month = MARCH }, .value = 1 };
	const struct cell other = { .key = { .metric = 1, .month = MARCH + 1 }, .value = 1 };
	assert_ok(step_of(PERIOD_SUBMIT, month, 1, 1, &own));
	assert_err(MALFORMED, step_of(0, month, 1, 0, NULL));
	assert_err(MALFORMED, step_of(PERIOD_ACT_END, month, 1, 0, NULL));
	assert_err(MALFORMED, step_of(PERIOD_CLOSE, 0, 1, 0, NULL));
	assert_err(MALFORMED, step_of(PERIOD_CLOSE, month, 0, 0, NULL));
	assert_err(MALFORMED, step_of(PERIOD_CLOSE, month, PERIOD_STEPS_MAX + 1, 0, NULL));
	assert_err(MALFORMED, step_of(PERIOD_SUBMIT, month, 1, 0, NULL));                    // without a revision
	assert_err(MALFORMED, step_of(PERIOD_SUBMIT, month, 1, PERIOD_STEPS_MAX + 1, NULL));
	assert_err(MALFORMED, step_of(PERIOD_CLOSE, month, 1, 1, NULL));                     // with one
	assert_err(MALFORMED, step_of(PERIOD_CLOSE, month, 1, 0, &own));                     // with figures
	assert_err(MALFORMED, step_of(PERIOD_SUBMIT, month, 1, 1, &other));                  // of another month
	assert_err(MALFORMED, step_of(PERIOD_EXPLAIN, month, 1, 0, NULL));                   // says nothing
}

static struct buf a_review(uint32_t verdict, uint32_t metric, uint32_t kind, const char *text, size_t remarks, size_t replaces)
{
	struct buf payload = BUF_EMPTY, remark = BUF_EMPTY, place = BUF_EMPTY;
	struct id unit = small_id(1);
	struct hash log = small_hash(9);
	field(&payload, 1, id_span(&unit));
	number(&payload, 2, 2 * MARCH);
	field(&payload, 3, hash_span(&log));
	if (verdict)
		number(&payload, 5, verdict);
	if (metric)
		number(&remark, 1, metric);
	if (kind)
		number(&remark, 2, kind);
	if (*text)
		field(&remark, 4, span_string(text));
	for (size_t i = 0; i < remarks; i++)
		field(&payload, 7, buf_span(&remark));
	field(&place, 1, hash_span(&log));
	for (size_t i = 0; i < replaces; i++)
		field(&payload, 8, buf_span(&place));
	buf_free(&place);
	buf_free(&remark);
	return payload;
}

static enum err review_of(uint32_t verdict, uint32_t metric, uint32_t kind, const char *text, size_t remarks, size_t replaces)
{
	struct arena arena;
	struct period_review review;
	struct buf payload = a_review(verdict, metric, kind, text, remarks, replaces);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = period_review_decode(buf_span(&payload), &arena, &review);
	arena_free(&arena);
	buf_free(&payload);
	return err;
}

static void a_verdict_out_of_bounds_is_refused(void **state)
{
	(void)state;
	assert_ok(review_of(PERIOD_RETURN, 10, 0, "a", 1, 1));
	assert_ok(review_of(PERIOD_RETURN, 0, 2, "a", PERIOD_REMARKS_MAX, PERIOD_REPLACES_MAX));
	assert_err(MALFORMED, review_of(0, 10, 0, "a", 1, 0));
	assert_err(MALFORMED, review_of(PERIOD_VERDICT_END, 10, 0, "a", 1, 0));
	assert_err(MALFORMED, review_of(PERIOD_RETURN, 10, 2, "a", 1, 0));         // on two things at once
	assert_err(MALFORMED, review_of(PERIOD_RETURN, 0, 0, "a", 1, 0));          // on nothing
	assert_err(MALFORMED, review_of(PERIOD_RETURN, UINT16_MAX + 1, 0, "a", 1, 0));
	assert_err(MALFORMED, review_of(PERIOD_RETURN, 10, 0, "", 1, 0));          // says nothing
	assert_err(MALFORMED, review_of(PERIOD_RETURN, 10, 0, "a", PERIOD_REMARKS_MAX + 1, 0));
	assert_err(MALFORMED, review_of(PERIOD_RETURN, 10, 0, "a", 1, PERIOD_REPLACES_MAX + 1));
}

static void a_request_or_reply_out_of_bounds_is_refused(void **state)
{
	(void)state;
	struct arena arena;
	struct buf payload = BUF_EMPTY;
	struct inquiry_request request = { .id = small_id(1), .unit = small_id(2), .kind = 2, .description = span_string("d"),
	                                   .why = span_string("w") }, asked;
	struct inquiry_reply reply = { .request = small_id(1), .answer = INQUIRY_GRANT }, answered;
	static char text[INQUIRY_TEXT_BYTES_MAX + 1];
	memset(text, 'x', sizeof text);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	const struct inquiry_request bad_requests[] = {
		{ .id = small_id(1), .unit = small_id(2), .kind = 0, .description = span_string("d"), .why = span_string("w") },
		{ .id = small_id(1), .unit = small_id(2), .kind = 2, .why = span_string("w") },            // for nothing
		{ .id = small_id(1), .unit = small_id(2), .kind = 2, .description = span_string("d") },    // for no reason
		{ .id = small_id(1), .unit = small_id(2), .kind = 2, .description = span_string("d"), .why = span_of(text, sizeof text) },
	};
	inquiry_request_encode(&request, &payload);
	assert_ok(inquiry_request_decode(buf_span(&payload), &arena, &asked));
	for (size_t i = 0; i < sizeof bad_requests / sizeof bad_requests[0]; i++) {
		buf_clear(&payload);
		inquiry_request_encode(&bad_requests[i], &payload);
		assert_err(MALFORMED, inquiry_request_decode(buf_span(&payload), &arena, &asked));
	}
	const struct inquiry_reply bad_replies[] = {
		{ .request = small_id(1), .answer = INQUIRY_OPEN },
		{ .request = small_id(1), .answer = INQUIRY_ANSWER_END },
		{ .request = small_id(1), .answer = INQUIRY_GRANT, .kind = 2 },              // a kind without a record
		{ .request = small_id(1), .answer = INQUIRY_GRANT, .record = small_id(2) }, // a record without a kind
		{ .request = small_id(1), .answer = INQUIRY_GRANT, .text = span_of(text, sizeof text) },
	};
	buf_clear(&payload);
	inquiry_reply_encode(&reply, &payload);
	assert_ok(inquiry_reply_decode(buf_span(&payload), &arena, &answered));
	for (size_t i = 0; i < sizeof bad_replies / sizeof bad_replies[0]; i++) {
		buf_clear(&payload);
		inquiry_reply_encode(&bad_replies[i], &payload);
		assert_err(MALFORMED, inquiry_reply_decode(buf_span(&payload), &arena, &answered));
	}
	arena_free(&arena);
	buf_free(&payload);
}

// Every prefix, and every byte bent.
static void what_is_cut_off_or_bent_stays_within_bounds(void **state)
{
	(void)state;
	const struct cell cell = { .key = { .metric = 10, .month = MARCH }, .value = 2 };
	const struct tally_frontier frontier = { .log = small_hash(9), .size = 300, .root = small_hash(8) };
	const struct period_step step = { .act = PERIOD_SUBMIT, .month = MARCH, .step = 3, .revision = 2, .reason = span_string("补"),
	                                  .frontier_count = 1, .frontier = &frontier, .cell_count = 1, .cells = &cell };
	struct buf steps = BUF_EMPTY, reviews = a_review(PERIOD_RETURN, 10, 0, "a", 2, 2);
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	period_step_encode(&step, &steps);
	for (size_t size = 0; size < steps.size; size++) {
		struct buf cut = steps;
		cut.size = size;
		decode_step(&cut);
	}
	struct buf *both[] = { &steps, &reviews };
	for (size_t b = 0; b < 2; b++)
		for (size_t i = 0; i < 8 * both[b]->size; i++) {
			struct period_review review;
			both[b]->data[i / 8] ^= (uint8_t)(1u << i % 8);
			arena_reset(&arena);
			enum err err = b == 0 ? decode_step(both[b]) : period_review_decode(buf_span(both[b]), &arena, &review);
			assert_true(err == ERR_OK || err == ERR_MALFORMED);
			both[b]->data[i / 8] ^= (uint8_t)(1u << i % 8);
		}
	arena_free(&arena);
	buf_free(&steps);
	buf_free(&reviews);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_out_of_bounds_is_refused),
		cmocka_unit_test(a_verdict_out_of_bounds_is_refused),
		cmocka_unit_test(a_request_or_reply_out_of_bounds_is_refused),
		cmocka_unit_test(what_is_cut_off_or_bent_stays_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
