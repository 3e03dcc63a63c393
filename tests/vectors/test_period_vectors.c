// Goldens of what is said about periods and of inquiries, byte for byte: a change here is a change of format.
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

#define IDS_1 "01010101010101010101010101010101"
#define IDS_2 "02020202020202020202020202020202"
#define HASHES_8 "0808080808080808080808080808080808080808080808080808080808080808"
#define HASHES_9 "0909090909090909090909090909090909090909090909090909090909090909"

static void assert_bytes(const struct buf *bytes, const char *expected)
{
	static const char digits[] = "0123456789abcdef";
	char text[2048];
	assert_ok(bytes->err);
	assert_true(bytes->size * 2 < sizeof text);
	for (size_t i = 0; i < bytes->size; i++) {
		text[2 * i] = digits[bytes->data[i] >> 4];
		text[2 * i + 1] = digits[bytes->data[i] & 15];
	}
	text[2 * bytes->size] = '\0';
	assert_string_equal(text, expected);
}

static void a_submission_has_these_bytes_and_comes_back(void **state)
{
	(void)state;
	const struct tally_frontier frontier = { .log = small_hash(9), .size = 300, .root = small_hash(8) };
	const struct cell cell = { .key = { .metric = 10, .month = 24314 }, .value = 2 };
	struct period_step step = {
		.act = PERIOD_SUBMIT, .month = 24314, .step = 3, .revision = 2, .reason = span_string("补"), .pack_version = 7,
		.frontier_count = 1, .frontier = &frontier, .cell_count = 1, .cells = &cell,
	}, back;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	period_step_encode(&step, &payload);
	assert_bytes(&payload,
	             "0801" "10f4fb02" "1803" "2002" // act, month, step, revision
	             "2a03e8a1a5" "3007"             // reason, pack version 7
	             "3a47" "0a20" HASHES_9 "10ac02" "1a20" HASHES_8
	             "4208" "01" "0a" "00" "00" "f4fb02" "04"); // one cell: metric 10, the month, 2
	assert_ok(period_step_decode(buf_span(&payload), &arena, &back));
	assert_int_equal(back.act, PERIOD_SUBMIT);
	assert_int_equal(back.month, 24314);
	assert_int_equal(back.step, 3);
	assert_int_equal(back.revision, 2);
	assert_true(span_equal(back.reason, step.reason));
	assert_int_equal(back.frontier[0].size, 300);
	assert_int_equal(back.cells[0].value, 2);
	arena_free(&arena);
	buf_free(&payload);
}

static void a_closing_has_these_bytes(void **state)
{
	(void)state;
	struct period_step step = { .act = PERIOD_CLOSE, .month = 24314, .step = 1 };
	struct buf payload = BUF_EMPTY;
	period_step_encode(&step, &payload);
	assert_bytes(&payload, "0802" "10f4fb02" "1801");
	buf_free(&payload);
}

static void a_verdict_has_these_bytes_and_comes_back(void **state)
{
	(void)state;
	const struct period_remark remarks[] = {
		{ .metric = 10, .text = span_string("a") }, { .kind = 2, .field = 3, .text = span_string("b") },
	};
	const struct period_place replaced = { .log = small_hash(8), .seq = 5 };
	struct period_review review = {
		.unit = small_id(1), .month = 24314, .submission = { .log = small_hash(9), .seq = 300 }, .verdict = PERIOD_RETURN,
		.text = span_string("t"), .remark_count = 2, .remarks = remarks, .replaces_count = 1, .replaces = &replaced,
	}, back;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	period_review_encode(&review, &payload);
	assert_bytes(&payload,
	             "0a10" IDS_1 "10f4fb02"       // unit, month
	             "1a20" HASHES_9 "20ac02"      // the submission
	             "2802" "320174"               // returned, text
	             "3a05" "080a" "220161"        // on metric 10
	             "3a07" "1002" "1803" "220162" // on field 3 of kind 2
	             "4224" "0a20" HASHES_8 "1005"); // replaces
	assert_ok(period_review_decode(buf_span(&payload), &arena, &back));
	assert_int_equal(back.verdict, PERIOD_RETURN);
	assert_int_equal(back.submission.seq, 300);
	assert_int_equal(back.remark_count, 2);
	assert_int_equal(back.remarks[1].field, 3);
	assert_int_equal(back.replaces[0].seq, 5);
	arena_free(&arena);
	buf_free(&payload);
}

static void a_request_and_its_reply_have_these_bytes(void **state)
{
	(void)state;
	struct inquiry_request request = { .id = small_id(1), .unit = small_id(2), .kind = 2, .description = span_string("d"),
	                                   .why = span_string("w") }, asked;
	struct inquiry_reply reply = { .request = small_id(1), .answer = INQUIRY_GRANT, .text = span_string("t"), .kind = 2,
	                               .record = small_id(2) }, answered;
	struct buf payload = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	inquiry_request_encode(&request, &payload);
	assert_bytes(&payload, "0a10" IDS_1 "1210" IDS_2 "1802" "2a0164" "320177");
	assert_ok(inquiry_request_decode(buf_span(&payload), &arena, &asked));
	assert_true(id_is_zero(&asked.record) && id_equal(&asked.unit, &request.unit));
	buf_clear(&payload);
	inquiry_reply_encode(&reply, &payload);
	assert_bytes(&payload, "0a10" IDS_1 "1001" "1a0174" "2002" "2a10" IDS_2);
	assert_ok(inquiry_reply_decode(buf_span(&payload), &arena, &answered));
	assert_int_equal(answered.answer, INQUIRY_GRANT);
	arena_free(&arena);
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_submission_has_these_bytes_and_comes_back),
		cmocka_unit_test(a_closing_has_these_bytes),
		cmocka_unit_test(a_verdict_has_these_bytes_and_comes_back),
		cmocka_unit_test(a_request_and_its_reply_have_these_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
