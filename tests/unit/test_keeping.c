// What a page's server remembers: sessions, tries, answers. Each forgets in time, and none grows without bound.
#include "support/support.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/hash.h"
#include "web/keep.h"
#include "web/limiter.h"
#include "web/session.h"

#define HOUR_MS (UINT64_C(60) * 60 * 1000)

static int enter(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

static struct hash digest(const char *text)
{
	return hash_bytes(HASH_BLAKE2B_256, span_string(text));
}

// ---- Sessions ----

static void a_session_ends_when_idle_and_after_half_a_day(void **state)
{
	struct sessions *sessions = calloc(1, sizeof *sessions);
	struct account account = { .name = "a", .role = ACCOUNT_VIEWER };
	char token[SESSION_TOKEN_BYTES];
	uint64_t now = 1000;
	(void)state;
	assert_non_null(session_open(sessions, &account, now, token));
	assert_null(session_find(sessions, "nonsense", now));
	assert_non_null(session_find(sessions, token, now + SESSION_IDLE_MS - 1));
	assert_null(session_find(sessions, token, now + 2 * SESSION_IDLE_MS));
	assert_null(session_find(sessions, token, now)); // it is over, not asleep
	session_open(sessions, &account, now, token);
	for (uint64_t at = now; at < now + SESSION_LONGEST_MS; at += SESSION_IDLE_MS / 2)
		assert_non_null(session_find(sessions, token, at));
	assert_null(session_find(sessions, token, now + SESSION_LONGEST_MS));
	free(sessions);
}

static void the_one_seen_longest_ago_gives_way(void **state)
{
	struct sessions *sessions = calloc(1, sizeof *sessions);
	struct account account = { .name = "a", .role = ACCOUNT_VIEWER };
	char first[SESSION_TOKEN_BYTES], second[SESSION_TOKEN_BYTES], token[SESSION_TOKEN_BYTES];
	(void)state;
	session_open(sessions, &account, 1000, first);
	session_open(sessions, &account, 1001, second);
	for (size_t i = 2; i < SESSIONS_MAX; i++)
		session_open(sessions, &account, 1002, token);
	assert_non_null(session_find(sessions, first, 1003));
	session_open(sessions, &account, 1004, token);
	assert_non_null(session_find(sessions, first, 1005));
	assert_null(session_find(sessions, second, 1005));
	free(sessions);
}

static void what_is_kept_opens_nothing(void **state)
{
	struct sessions *sessions = calloc(1, sizeof *sessions);
	struct account account = { .name = "a" };
	char token[SESSION_TOKEN_BYTES], hex[HASH_TEXT_BYTES];
	(void)state;
	struct session *session = session_open(sessions, &account, 1000, token);
	hash_format(&session->key, hex);
	assert_null(session_find(sessions, hex, 1000));
	session_close(session);
	assert_null(session_find(sessions, token, 1000));
	free(sessions);
}

// ---- Tries ----

static void after_a_burst_one_waits(void **state)
{
	struct limiter *limiter = calloc(1, sizeof *limiter);
	const struct limiter_rule rule = { .burst = 3, .each_ms = 1000 };
	struct hash who = digest("a"), other = digest("b");
	uint64_t wait, now = 50000;
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(limiter_take(limiter, &rule, &who, now, &wait));
	assert_false(limiter_take(limiter, &rule, &who, now, &wait));
	assert_int_equal(wait, 1000);
	assert_true(limiter_take(limiter, &rule, &other, now, &wait));
	assert_false(limiter_take(limiter, &rule, &who, now + 999, &wait));
	assert_true(limiter_take(limiter, &rule, &who, now + 1000, &wait));
	assert_false(limiter_take(limiter, &rule, &who, now + 1000, &wait));
	limiter_give(limiter, &rule, &who); // it was no guess
	assert_true(limiter_take(limiter, &rule, &who, now + 1000, &wait));
	assert_true(limiter_take(limiter, &rule, &who, now + 60000, &wait));
	free(limiter);
}

// Whoever fills all places with names does not empty the bucket of another.
static void strangers_do_not_push_a_full_bucket_out(void **state)
{
	struct limiter *limiter = calloc(1, sizeof *limiter);
	const struct limiter_rule rule = { .burst = 5, .each_ms = 30000 };
	struct hash who = digest("victim");
	uint64_t wait, now = 50000;
	(void)state;
	for (unsigned i = 0; i < 5; i++)
		limiter_take(limiter, &rule, &who, now, &wait);
	for (unsigned i = 0; i < LIMITER_PLACES * 2; i++) {
		char name[24];
		snprintf(name, sizeof name, "%u", i);
		struct hash stranger = digest(name);
		assert_true(limiter_take(limiter, &rule, &stranger, now, &wait));
	}
	assert_false(limiter_take(limiter, &rule, &who, now, &wait));
	free(limiter);
}

// ---- Answers ----

static struct keep_row row_of(const char *key, const char *body)
{
	return (struct keep_row){ .key = digest(key), .print = digest(body), .status = 200, .until = HOUR_MS,
	                          .body = { .data = (uint8_t *)(uintptr_t)body, .size = strlen(body) } };
}

static void an_answer_is_found_again_until_the_store_changes(void **state)
{
	struct keep *keep = calloc(1, sizeof *keep);
	struct keep_row row = row_of("a", "body");
	struct hash key = digest("a"), other = digest("b");
	(void)state;
	keep_read(keep, &row);
	const struct keep_row *found = keep_find_read(keep, &key);
	assert_non_null(found);
	assert_memory_equal(found->body.data, "body", 4);
	assert_null(keep_find_read(keep, &other));
	keep_forget_reads(keep);
	assert_null(keep_find_read(keep, &key));
	keep_free(keep);
	free(keep);
}

static void answers_kept_have_a_bound(void **state)
{
	enum { PART = 1024 * 1024 };
	struct keep *keep = calloc(1, sizeof *keep);
	char *body = malloc(PART + 1);
	(void)state;
	memset(body, 'x', PART);
	body[PART] = '\0';
	for (unsigned i = 0; i < 100; i++) {
		char name[24];
		snprintf(name, sizeof name, "%u", i);
		struct keep_row row = row_of(name, body);
		keep_read(keep, &row);
		assert_in_range(keep->read_bytes, 1, KEEP_READ_BYTES);
		assert_non_null(keep_find_read(keep, &row.key));
	}
	keep_free(keep);
	free(body);
	free(keep);
}

static void what_was_written_is_answered_again_for_an_hour(void **state)
{
	struct keep *keep = calloc(1, sizeof *keep);
	struct keep_row row = row_of("key", "body");
	(void)state;
	keep_write(keep, &row);
	keep_forget_reads(keep);
	assert_non_null(keep_find_write(keep, &row.key, HOUR_MS - 1));
	assert_null(keep_find_write(keep, &row.key, HOUR_MS));
	for (unsigned i = 0; i < KEEP_WRITE_PLACES; i++) {
		char name[24];
		snprintf(name, sizeof name, "%u", i);
		struct keep_row more = row_of(name, "more");
		keep_write(keep, &more);
	}
	assert_null(keep_find_write(keep, &row.key, 0));
	keep_free(keep);
	free(keep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_ends_when_idle_and_after_half_a_day),
		cmocka_unit_test(the_one_seen_longest_ago_gives_way),
		cmocka_unit_test(what_is_kept_opens_nothing),
		cmocka_unit_test(after_a_burst_one_waits),
		cmocka_unit_test(strangers_do_not_push_a_full_bucket_out),
		cmocka_unit_test(an_answer_is_found_again_until_the_store_changes),
		cmocka_unit_test(answers_kept_have_a_bound),
		cmocka_unit_test(what_was_written_is_answered_again_for_an_hour),
	};
	return cmocka_run_group_tests(tests, enter, NULL);
}
