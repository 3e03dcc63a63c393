// Who may come to a page: hosts, origins and cookies, each with those that are turned away.
#include "support/support.h"

#include <stdio.h>
#include <string.h>

#include "web/door.h"

static struct door door_of(const char *bound, const char *public_origin)
{
	struct door door;
	assert_ok(door_make(&door, bound, public_origin));
	return door;
}

static void only_our_own_names_are_ours(void **state)
{
	struct door local = door_of("127.0.0.1:7480", NULL), served = door_of("127.0.0.1:7480", "https://board.example.cn");
	static const char *const strangers[] = {
		"evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:74800", "localhost", "evil.localhost:7480", "127.0.0.1:7480.evil.example", "",
	};
	(void)state;
	assert_true(door_host_is_ours(&local, "127.0.0.1:7480"));
	assert_true(door_host_is_ours(&local, "LocalHost:7480"));
	assert_true(door_host_is_ours(&served, "board.example.cn"));
	assert_false(door_host_is_ours(&local, "board.example.cn"));
	assert_false(door_host_is_ours(&local, NULL));
	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
		assert_false(door_host_is_ours(&served, strangers[i]));
}

static void a_public_address_must_be_an_origin(void **state)
{
	static const char *const bad[] = { "board.example.cn", "https://", "https://a/b", "https://a?x", "ftp://a", "https://u@a", "https://a b" };
	struct door door;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_err(USAGE, door_make(&door, "127.0.0.1:7480", bad[i]));
}

static void only_our_own_page_writes(void **state)
{
	struct door door = door_of("127.0.0.1:7480", NULL);
	(void)state;
	assert_true(door_is_own_page(&door, true, "http://127.0.0.1:7480", "same-origin", "1"));
	assert_true(door_is_own_page(&door, true, NULL, NULL, "1"));
	assert_true(door_is_own_page(&door, false, NULL, "none", NULL));
	assert_false(door_is_own_page(&door, true, NULL, NULL, NULL));
	assert_false(door_is_own_page(&door, true, NULL, NULL, ""));
	assert_false(door_is_own_page(&door, true, "null", NULL, "1"));
	assert_false(door_is_own_page(&door, true, "http://127.0.0.1:7481", NULL, "1"));
	assert_false(door_is_own_page(&door, true, "https://127.0.0.1:7480", NULL, "1"));
	assert_false(door_is_own_page(&door, true, "http://127.0.0.1:7480.evil.example", NULL, "1"));
	assert_false(door_is_own_page(&door, false, NULL, "cross-site", NULL));
	assert_false(door_is_own_page(&door, false, NULL, "same-site", NULL));
	assert_false(door_is_own_page(&door, false, "http://evil.example", NULL, NULL));
}

static void a_cookie_is_found_among_others(void **state)
{
	struct door door = door_of("127.0.0.1:7480", NULL);
	char token[SESSION_TOKEN_BYTES], made[SESSION_TOKEN_BYTES], header[512];
	(void)state;
	session_token(made);
	assert_int_equal(strlen(made), SESSION_TOKEN_BYTES - 1);
	snprintf(header, sizeof header, "a=b; tributary-7480=%s; c=d", made);
	assert_true(door_token(&door, header, token));
	assert_string_equal(token, made);
	snprintf(header, sizeof header, "tributary-7481=%s", made); // another page of this machine
	assert_false(door_token(&door, header, token));
	snprintf(header, sizeof header, "tributary-7480=%sx", made);
	assert_false(door_token(&door, header, token));
	snprintf(header, sizeof header, "xtributary-7480=%s", made);
	assert_false(door_token(&door, header, token));
	assert_false(door_token(&door, ";;; ;=;", token));
	assert_false(door_token(&door, "", token));
	assert_false(door_token(&door, NULL, token));
}

static void a_cookie_is_strict_and_behind_tls_for_tls_alone(void **state)
{
	struct door local = door_of("127.0.0.1:7480", NULL), served = door_of("127.0.0.1:7480", "https://board.example.cn");
	char text[DOOR_COOKIE_BYTES];
	(void)state;
	door_cookie(&local, "TOKEN", text);
	assert_string_equal(text, "tributary-7480=TOKEN; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
	door_cookie(&served, "TOKEN", text);
	assert_string_equal(text, "__Host-tributary-7480=TOKEN; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200");
	door_cookie(&local, NULL, text);
	assert_string_equal(text, "tributary-7480=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_our_own_names_are_ours),
		cmocka_unit_test(a_public_address_must_be_an_origin),
		cmocka_unit_test(only_our_own_page_writes),
		cmocka_unit_test(a_cookie_is_found_among_others),
		cmocka_unit_test(a_cookie_is_strict_and_behind_tls_for_tls_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
