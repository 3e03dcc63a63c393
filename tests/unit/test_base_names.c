// Ids, hybrid time, random stretching, counters, errors and the trace.
#include "support/support.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

#include "base/count.h"
#include "base/drbg.h"
#include "base/hlc.h"
#include "base/id.h"
#include "base/store.h"
#include "base/trace.h"

static void an_id_reads_as_it_was_written(void **state)
{
	(void)state;
	struct id id, back;
	char text[ID_TEXT_BYTES];
	for (size_t i = 0; i < sizeof id.bytes; i++)
		id.bytes[i] = (uint8_t)(i * 17);
	id_format(&id, text);
	assert_string_equal(text, "00112233445566778899aabbccddeeff");
	assert_ok(id_parse(text, &back));
	assert_true(id_equal(&id, &back));
	assert_ok(id_parse("00112233445566778899AABBCCDDEEFF", &back));
	assert_true(id_equal(&id, &back));
}

static void only_exact_hex_is_an_id(void **state)
{
	(void)state;
	struct id id;
	struct hash hash;
	assert_err(MALFORMED, id_parse("", &id));
	assert_err(MALFORMED, id_parse("00112233445566778899aabbccddeef", &id));
	assert_err(MALFORMED, id_parse("00112233445566778899aabbccddeeff0", &id));
	assert_err(MALFORMED, id_parse("0011223344556677 899aabbccddeeff", &id));
	assert_err(MALFORMED, id_parse("g0112233445566778899aabbccddeeff", &id));
	assert_err(MALFORMED, hash_parse("00112233445566778899aabbccddeeff", &hash));
	assert_err(MALFORMED, id_read(span_of("short", 5), &id));
	assert_err(MALFORMED, hash_read(span_of("0123456789abcdef", 16), &hash));
}

static void ids_of_one_maker_ascend(void **state)
{
	(void)state;
	const struct hash maker = { .bytes = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8 } }, other = { .bytes = { 0 } };
	struct id first = id_make(hlc_of_ms(1000), &maker), second = id_make(hlc_of_ms(1000) + 1, &maker);
	struct id third = id_make(hlc_of_ms(1001), &other), same = id_make(hlc_of_ms(1000), &other);
	assert_true(span_compare(id_span(&first), id_span(&second)) < 0);
	assert_true(span_compare(id_span(&second), id_span(&third)) < 0);
	assert_false(id_equal(&first, &same));
	assert_false(id_is_zero(&first));
	assert_true(id_is_zero(&(struct id){ .bytes = { 0 } }));
	assert_false(hash_is_zero(&maker));
	assert_true(hash_is_zero(&other));
}

static void local_time_never_stands_still_nor_goes_back(void **state)
{
	(void)state;
	uint64_t last = hlc_tick(0, 1000);
	assert_true(last == hlc_of_ms(1000));
	assert_true(hlc_tick(last, 1000) == last + 1);
	assert_true(hlc_tick(last, 10) == last + 1); // the clock was set back
	assert_true(hlc_tick(last, 2000) == hlc_of_ms(2000));
	assert_true(hlc_ms(hlc_tick(last, 2000)) == 2000);
}

static void a_clock_years_ahead_drags_nobody_along(void **state)
{
	(void)state;
	const uint64_t now = 1000000, last = hlc_of_ms(now);
	assert_true(hlc_see(last, now, hlc_of_ms(now + 1)) == hlc_of_ms(now + 1));
	assert_true(hlc_see(last, now, hlc_of_ms(now + HLC_MAX_PULL_MS)) == hlc_of_ms(now + HLC_MAX_PULL_MS));
	assert_true(hlc_see(last, now, hlc_of_ms(now + HLC_MAX_PULL_MS) + 1) == last);
	assert_true(hlc_see(last, now, UINT64_MAX) == last);
	assert_true(hlc_see(last, now, last - 1) == last);
}

static void one_seed_gives_one_stream(void **state)
{
	(void)state;
	const uint8_t seed[DRBG_SEED_BYTES] = { 1, 2, 3 };
	uint8_t first[1500], second[1500], expected[DRBG_SEED_BYTES + 16];
	struct drbg a, b;
	drbg_seed(&a, seed);
	drbg_seed(&b, seed);
	drbg_draw(&a, first, sizeof first);
	drbg_draw(&b, second, sizeof second);
	assert_memory_equal(first, second, sizeof first);
	drbg_draw(&a, second, sizeof second);
	assert_memory_not_equal(first, second, sizeof first);

	// The next seed stands before the output, and so cannot be got from it.
	drbg_seed(&a, seed);
	drbg_draw(&a, first, 16);
	randombytes_buf_deterministic(expected, sizeof expected, seed);
	assert_memory_equal(a.seed, expected, DRBG_SEED_BYTES);
	assert_memory_equal(first, expected + DRBG_SEED_BYTES, 16);
}

static void a_draw_fills_what_was_asked_and_no_more(void **state)
{
	(void)state;
	const uint8_t seed[DRBG_SEED_BYTES] = { 9 };
	static const size_t sizes[] = { 0, 1, 479, 480, 481, 960, 1000 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint8_t bytes[1100];
		struct drbg drbg;
		memset(bytes, 0xa5, sizeof bytes);
		drbg_seed(&drbg, seed);
		drbg_draw(&drbg, bytes, sizes[i]);
		for (size_t at = sizes[i]; at < sizeof bytes; at++)
			assert_int_equal(bytes[at], 0xa5);
		size_t same = 0;
		for (size_t at = 0; at < sizes[i]; at++)
			same += bytes[at] == 0xa5;
		assert_true(same <= 1 + sizes[i] / 32);
	}
}

static void counters_errors_and_tables_all_have_names(void **state)
{
	(void)state;
	for (int which = 0; which < COUNT_COUNT; which++) {
		const char *name = count_name((enum count)which);
		for (const char *at = name; *at; at++)
			assert_true(islower((unsigned char)*at) || *at == '_');
		assert_true(strlen(name) > 0 && strlen(count_text((enum count)which)) > 0);
		for (int other = 0; other < which; other++)
			assert_string_not_equal(name, count_name((enum count)other));
	}
	for (int err = 0; err < ERR_COUNT; err++)
		assert_true(strlen(err_name((enum err)err)) > 0 && strlen(err_text((enum err)err)) > 0);
	assert_string_equal(err_name((enum err)ERR_COUNT), "UNKNOWN");
	assert_string_equal(store_table_name(STORE_RECORD), "RECORD");
	assert_string_equal(count_name(COUNT_BYTES_IN), "bytes_in");
}

static void keep_line(void *context, const char *line)
{
	strcpy(context, line);
}

static void a_long_line_is_cut_between_two_characters(void **state)
{
	(void)state;
	char line[512] = "", text[512] = "";
	const struct trace trace = { .line = keep_line, .context = line };
	trace_say(&trace, "%s has %d members", "Chengguan", 7);
	assert_string_equal(line, "Chengguan has 7 members");
	for (size_t lead = 0; lead < 3; lead++) {
		memset(text, 'x', lead);
		for (size_t i = 0; i < 100; i++)
			memcpy(text + lead + 3 * i, "县", 4);
		trace_say(&trace, "%s", text);
		assert_int_equal(strlen(line), lead + (240 - lead) / 3 * 3);
		assert_memory_equal(line, text, strlen(line));
	}
	trace_say(&(struct trace){ .line = NULL }, "nobody %s", "listens");
	trace_say(NULL, "nobody %s", "listens");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_reads_as_it_was_written),
		cmocka_unit_test(only_exact_hex_is_an_id),
		cmocka_unit_test(ids_of_one_maker_ascend),
		cmocka_unit_test(local_time_never_stands_still_nor_goes_back),
		cmocka_unit_test(a_clock_years_ahead_drags_nobody_along),
		cmocka_unit_test(one_seed_gives_one_stream),
		cmocka_unit_test(a_draw_fills_what_was_asked_and_no_more),
		cmocka_unit_test(counters_errors_and_tables_all_have_names),
		cmocka_unit_test(a_long_line_is_cut_between_two_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
