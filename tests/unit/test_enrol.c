// Invitations: made by a township, typed in at a branch, good once.
#include <stdio.h>
#include <stdlib.h>

#include "base/pb.h"
#include "org/enrol.h"
#include "support/org_fixture.h"
#include "support/support.h"

enum { TODAY = 20500 };

struct play {
	struct org_fixture org;
	struct enrol_invitation invitation;
	struct org_voice tablet, other; // new ones
};

static int setup(void **state)
{
	struct play *play = malloc(sizeof *play);
	org_fixture_tree(&play->org);
	play->invitation = (struct enrol_invitation){
		.server_curve = play->org.township[0].identity.curve_public,
		.server_key = play->org.township[0].identity.sign_public,
		.secret = { 1, 2, 3 }, .expiry = TODAY + 7, .server = false, .porch = "tcp://ledger.example:7702",
	};
	org_fixture_voice(&play->org, 90, &play->org.branch[0].unit, &play->tablet);
	org_fixture_voice(&play->org, 91, &play->org.branch[0].unit, &play->other);
	*state = play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;
	org_fixture_free(&play->org);
	free(play);
	return 0;
}

// What a device sends to the porch: it knows its own keys, a code, and no unit.
static Tributary__Join join_of(struct play *play, const struct org_voice *device, bool server, const char *label)
{
	Tributary__Join join = TRIBUTARY__JOIN__INIT;
	struct buf bytes = BUF_EMPTY;
	struct span kept;
	struct id nowhere = { { 0 } };
	Tributary__DeviceEnrolled *enrolled = org_fixture_enrolled(&play->org, &device->identity, nowhere, server, label)->device_enrolled;
	enrolled->unit = (ProtobufCBinaryData){ .len = 0, .data = NULL };
	pb_pack(&enrolled->base, &bytes);
	assert_ok(arena_copy(&play->org.words, buf_span(&bytes), &kept));
	buf_free(&bytes);
	join.version = 1;
	join.secret = pb_bytes(span_of(play->invitation.secret, ENROL_SECRET_BYTES));
	join.device = pb_bytes(kept);
	return join;
}

static enum err check(struct play *play, const Tributary__Join *join, int32_t today, struct statement_device *device, bool *again)
{
	Tributary__DeviceEnrolled *enrolled;
	return enrol_check(&play->org.txn, &play->org.township[0].identity.sign_public, join, today, &play->org.words, device, &enrolled, again);
}

// The porch: check, state, redeem.
static enum err knock(struct play *play, const struct org_voice *from, int32_t today, bool *again)
{
	Tributary__Join join = join_of(play, from, false, "新平板");
	struct statement_device device;
	Tributary__DeviceEnrolled *enrolled;
	enum merge_reason reason;
	enum err err = enrol_check(&play->org.txn, &play->org.township[0].identity.sign_public, &join, today, &play->org.words, &device, &enrolled, again);
	if (err || *again)
		return err;
	Tributary__Statement *statement = org_fixture_enrolled(&play->org, &from->identity, device.unit, device.server, device.label);
	statement->device_enrolled->proof = enrolled->proof; // the device's own, made before it knew its unit
	assert_ok(org_fixture_say(&play->org, &play->org.township[0], &reason, (Tributary__Statement *[4]){ statement }));
	assert_int_equal(reason, MERGE_ACCEPTED);
	return enrol_redeem(&play->org.txn, &join);
}

static void invite(struct play *play)
{
	assert_ok(enrol_invite(&play->org.txn, &play->invitation, &play->org.branch[0].unit, "书记的平板"));
}

// ---- The code. ----

static void a_code_says_what_was_put_into_it(void **state)
{
	struct play *play = *state;
	struct enrol_invitation read;
	char code[ENROL_CODE_BYTES], typed[ENROL_CODE_BYTES + 8];
	assert_ok(enrol_code_format(&play->invitation, code));
	assert_memory_equal(code, "tributary1:", 11);
	snprintf(typed, sizeof typed, " \t%s\r\n", code);
	assert_ok(enrol_code_parse(typed, &read));
	assert_memory_equal(read.server_curve.bytes, play->invitation.server_curve.bytes, 32);
	assert_memory_equal(read.server_key.bytes, play->invitation.server_key.bytes, 32);
	assert_memory_equal(read.secret, play->invitation.secret, ENROL_SECRET_BYTES);
	assert_int_equal(read.expiry, TODAY + 7);
	assert_false(read.server);
	assert_string_equal(read.porch, "tcp://ledger.example:7702");
}

static void every_single_typing_error_is_noticed(void **state)
{
	struct play *play = *state;
	struct enrol_invitation read;
	char code[ENROL_CODE_BYTES];
	assert_ok(enrol_code_format(&play->invitation, code));
	size_t size = strlen(code);
	for (size_t i = 0; i < size; i++) {
		char right = code[i];
		code[i] = right == 'x' ? 'y' : 'x';
		assert_err(MALFORMED, enrol_code_parse(code, &read));
		code[i] = right;
	}
	for (size_t i = 0; i < size; i++) { // broken off
		char right = code[i];
		code[i] = '\0';
		assert_err(MALFORMED, enrol_code_parse(code, &read));
		code[i] = right;
	}
	assert_ok(enrol_code_parse(code, &read));
	code[9] = '2';
	assert_err(VERSION, enrol_code_parse(code, &read));
}

static void the_longest_porch_fits_and_a_strange_one_does_not(void **state)
{
	struct play *play = *state;
	struct enrol_invitation read;
	char code[ENROL_CODE_BYTES];
	memset(play->invitation.porch, 'h', sizeof play->invitation.porch);
	memcpy(play->invitation.porch, "tcp://", 6);
	assert_err(MALFORMED, enrol_code_format(&play->invitation, code)); // no end
	play->invitation.porch[sizeof play->invitation.porch - 1] = '\0';
	assert_ok(enrol_code_format(&play->invitation, code));
	assert_ok(enrol_code_parse(code, &read));
	assert_string_equal(read.porch, play->invitation.porch);
	const char *const strange[] = { "t", "tcp://", "ipc:///tmp/x", "tcp://a b:1", "tcp://a\n:1", "tcp://\xe6\x9d\xbf:1" };
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		strcpy(play->invitation.porch, strange[i]);
		assert_err(MALFORMED, enrol_code_format(&play->invitation, code));
	}
	play->invitation.porch[0] = '\0'; // for a stick it needs none
	assert_ok(enrol_code_format(&play->invitation, code));
	assert_ok(enrol_code_parse(code, &read));
	assert_string_equal(read.porch, "");
}

// ---- The porch. ----

static void an_invitation_works_once_again_for_the_same_device_never_for_another(void **state)
{
	struct play *play = *state;
	struct charter_device row;
	bool again;
	invite(play);
	assert_ok(knock(play, &play->tablet, TODAY, &again));
	assert_false(again);
	assert_ok(charter_device_get(&play->org.txn, &play->tablet.identity.sign_public, &row));
	assert_memory_equal(row.unit.bytes, play->org.branch[0].unit.bytes, LIMIT_ID_BYTES);
	assert_string_equal(row.label, "新平板");
	assert_ok(knock(play, &play->tablet, TODAY, &again)); // the answer was lost
	assert_true(again);
	assert_ok(knock(play, &play->tablet, TODAY + 99, &again)); // and the device was off for months
	assert_true(again);
	assert_err(UNAUTHORISED, knock(play, &play->other, TODAY, &again));
	assert_err(NOT_FOUND, charter_device_get(&play->org.txn, &play->other.identity.sign_public, &row));
}

static void an_invitation_is_good_on_its_last_day_and_not_after(void **state)
{
	struct play *play = *state;
	bool again;
	invite(play);
	assert_err(EXPIRED, knock(play, &play->tablet, TODAY + 8, &again));
	assert_ok(knock(play, &play->tablet, TODAY + 7, &again));
}

static void a_secret_that_nobody_was_given_opens_nothing(void **state)
{
	struct play *play = *state;
	bool again;
	struct statement_device device;
	assert_err(UNAUTHORISED, knock(play, &play->tablet, TODAY, &again));
	invite(play);
	play->invitation.secret[15] ^= 1;
	assert_err(UNAUTHORISED, knock(play, &play->tablet, TODAY, &again));
	Tributary__Join join = join_of(play, &play->tablet, false, "");
	join.secret.len = 15;
	assert_err(MALFORMED, check(play, &join, TODAY, &device, &again));
}

static void an_invitation_for_a_tablet_makes_no_server(void **state)
{
	struct play *play = *state;
	struct statement_device device;
	bool again;
	invite(play);
	Tributary__Join join = join_of(play, &play->tablet, true, "");
	assert_err(UNAUTHORISED, check(play, &join, TODAY, &device, &again));
}

static void a_device_without_a_name_gets_the_one_it_was_invited_by(void **state)
{
	struct play *play = *state;
	struct statement_device device;
	bool again;
	invite(play);
	Tributary__Join join = join_of(play, &play->tablet, false, "");
	assert_ok(check(play, &join, TODAY, &device, &again));
	assert_string_equal(device.label, "书记的平板");
	assert_memory_equal(device.unit.bytes, play->org.branch[0].unit.bytes, LIMIT_ID_BYTES);
}

static void keys_that_the_device_did_not_sign_are_not_enrolled(void **state)
{
	struct play *play = *state;
	struct statement_device device;
	bool again;
	invite(play);
	Tributary__Join join = join_of(play, &play->tablet, false, "平板");
	join.device.data[join.device.len - 1] ^= 1; // the proof comes last
	assert_err(SIGNATURE, check(play, &join, TODAY, &device, &again));
	join.device.len -= 1;
	assert_err(MALFORMED, check(play, &join, TODAY, &device, &again));
}

static void a_revoked_device_does_not_come_back_by_its_old_code_or_a_new_one(void **state)
{
	struct play *play = *state;
	enum merge_reason reason;
	bool again;
	invite(play);
	assert_ok(knock(play, &play->tablet, TODAY, &again));
	assert_ok(org_fixture_say(&play->org, &play->org.township[0], &reason,
	                          (Tributary__Statement *[4]){ org_fixture_revoked(&play->org, &play->tablet, 0) }));
	assert_int_equal(reason, MERGE_ACCEPTED);
	assert_err(UNAUTHORISED, knock(play, &play->tablet, TODAY, &again));
	play->invitation.secret[0] = 77;
	invite(play);
	assert_err(UNAUTHORISED, knock(play, &play->tablet, TODAY, &again));
	assert_ok(knock(play, &play->other, TODAY, &again));
}

static void a_device_enrolled_elsewhere_is_not_moved_by_an_invitation(void **state)
{
	struct play *play = *state;
	bool again;
	invite(play);
	assert_err(UNAUTHORISED, knock(play, &play->org.branch[1], TODAY, &again));
}

static void nobody_is_invited_into_a_unit_that_is_not_there_nor_twice_by_one_secret(void **state)
{
	struct play *play = *state;
	struct id nowhere = org_fixture_id(9, 9);
	assert_err(NOT_FOUND, enrol_invite(&play->org.txn, &play->invitation, &nowhere, ""));
	invite(play);
	assert_err(EXISTS, enrol_invite(&play->org.txn, &play->invitation, &play->org.branch[1].unit, ""));
	play->invitation.secret[0] ^= 1;
	assert_err(MALFORMED, enrol_invite(&play->org.txn, &play->invitation, &play->org.branch[1].unit, "two\nlines"));
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(a_code_says_what_was_put_into_it),
		PLAY(every_single_typing_error_is_noticed),
		PLAY(the_longest_porch_fits_and_a_strange_one_does_not),
		PLAY(an_invitation_works_once_again_for_the_same_device_never_for_another),
		PLAY(an_invitation_is_good_on_its_last_day_and_not_after),
		PLAY(a_secret_that_nobody_was_given_opens_nothing),
		PLAY(an_invitation_for_a_tablet_makes_no_server),
		PLAY(a_device_without_a_name_gets_the_one_it_was_invited_by),
		PLAY(keys_that_the_device_did_not_sign_are_not_enrolled),
		PLAY(a_revoked_device_does_not_come_back_by_its_old_code_or_a_new_one),
		PLAY(a_device_enrolled_elsewhere_is_not_moved_by_an_invitation),
		PLAY(nobody_is_invited_into_a_unit_that_is_not_there_nor_twice_by_one_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
