// What a request's target says, decoded strictly: a table of what is understood, and one of what is refused.
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

#include "web/target.h"

static enum err parse(const char *text, struct arena *arena, struct target *target)
{
	arena_init(arena, 1 << 20);
	return target_parse(text, arena, target);
}

static void a_path_is_split_and_decoded_once(void **state)
{
	struct arena arena;
	struct target target;
	(void)state;
	assert_ok(parse("/api/v1/records/%E5%85%9A%E5%91%98/a%2Fb%2525", &arena, &target));
	assert_int_equal(target.segment_count, 5);
	assert_string_equal(target.segments[0], "api");
	assert_string_equal(target.segments[3], "党员");
	assert_string_equal(target.segments[4], "a/b%25");
	assert_string_equal(target.path, "/api/v1/records/%E5%85%9A%E5%91%98/a%2Fb%2525");
	arena_free(&arena);
	assert_ok(parse("/党员", &arena, &target));
	assert_string_equal(target.segments[0], "党员");
	arena_free(&arena);
}

static void a_query_keeps_its_order_and_what_is_repeated(void **state)
{
	struct arena arena;
	struct target target;
	(void)state;
	assert_ok(parse("/x?a=1&b=&c&a=2+3%2B4&&d=%3D%26", &arena, &target));
	assert_int_equal(target.query_count, 5);
	assert_string_equal(target_query(&target, "a"), "1");
	assert_string_equal(target_query(&target, "b"), "");
	assert_string_equal(target_query(&target, "c"), "");
	assert_string_equal(target.query[3].value, "2 3+4");
	assert_string_equal(target_query(&target, "d"), "=&");
	assert_null(target_query(&target, "e"));
	arena_free(&arena);
}

static void the_root_has_no_segments(void **state)
{
	struct arena arena;
	struct target target;
	(void)state;
	assert_ok(parse("/", &arena, &target));
	assert_int_equal(target.segment_count, 0);
	arena_free(&arena);
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const struct { const char *text; enum err err; } cases[] = {
		{ "", ERR_MALFORMED },
		{ "*", ERR_MALFORMED },
		{ "http://host/x", ERR_MALFORMED },
		{ "?a=b", ERR_MALFORMED },
		{ "/%", ERR_MALFORMED },
		{ "/%4", ERR_MALFORMED },
		{ "/%zz", ERR_MALFORMED },
		{ "/x%00y", ERR_MALFORMED },
		{ "/%0d%0aSet-Cookie:x", ERR_MALFORMED },
		{ "/%1b", ERR_MALFORMED },
		{ "/%7f", ERR_MALFORMED },
		{ "/%ff", ERR_MALFORMED },
		{ "/%c0%af", ERR_MALFORMED },
		{ "/%ed%a0%80", ERR_MALFORMED },
		{ "/\xb5", ERR_MALFORMED },
		{ "/%e5%be\xb5", ERR_MALFORMED }, // whole only once it is decoded: its path could not be repeated
		{ "/x?a=\xb5", ERR_MALFORMED },
		{ "/x?%00=1", ERR_MALFORMED },
		{ "/x?a=%", ERR_MALFORMED },
		{ "/1/2/3/4/5/6/7/8/9/10/11/12/13", ERR_TOO_LARGE },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena arena;
		struct target target;
		assert_string_equal(err_name(parse(cases[i].text, &arena, &target)), err_name(cases[i].err));
		arena_free(&arena);
	}
}

static void too_much_is_refused(void **state)
{
	struct arena arena;
	struct target target;
	char *text = malloc(TARGET_BYTES + 3);
	(void)state;
	assert_non_null(text);
	memset(text, 'a', TARGET_BYTES + 2);
	text[0] = '/';
	text[TARGET_BYTES + 2] = '\0';
	assert_err(TOO_LARGE, parse(text, &arena, &target));
	arena_free(&arena);
	memset(text + 1, '&', 200);
	for (size_t i = 2; i < 200; i += 2)
		text[i] = 'a';
	text[1] = '?';
	text[200] = '\0';
	assert_err(TOO_LARGE, parse(text, &arena, &target));
	arena_free(&arena);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_split_and_decoded_once),
		cmocka_unit_test(a_query_keeps_its_order_and_what_is_repeated),
		cmocka_unit_test(the_root_has_no_segments),
		cmocka_unit_test(what_is_not_well_formed_is_refused),
		cmocka_unit_test(too_much_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
