// What strangers say at the porch, and what stands in a text that was passed from hand to hand.
#include <sodium.h>
#include <stdlib.h>

#include "base/pb.h"
#include "org/enrol.h"
#include "support/org_fixture.h"
#include "support/support.h"

enum { TODAY = 20500 };

static int setup(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_tree(org);
	struct enrol_invitation invitation = { .secret = { 5 }, .expiry = TODAY };
	assert_ok(enrol_invite(&org->txn, &invitation, &org->branch[0].unit, ""));
	*state = org;
	return 0;
}

static int teardown(void **state)
{
	org_fixture_free(*state);
	free(*state);
	return 0;
}

static struct span joining(struct org_fixture *org, uint8_t seed)
{
	struct org_voice device;
	struct id nowhere = { { 0 } };
	struct buf bytes = BUF_EMPTY;
	struct span kept;
	org_fixture_voice(org, seed, &nowhere, &device);
	Tributary__DeviceEnrolled *enrolled = org_fixture_enrolled(org, &device.identity, nowhere, false, "平板")->device_enrolled;
	enrolled->unit.len = 0;
	pb_pack(&enrolled->base, &bytes);
	assert_ok(arena_copy(&org->words, buf_span(&bytes), &kept));
	buf_free(&bytes);
	return kept;
}

static enum err knock(struct org_fixture *org, struct span secret, struct span device)
{
	Tributary__Join join = TRIBUTARY__JOIN__INIT;
	struct statement_device found;
	Tributary__DeviceEnrolled *enrolled;
	struct arena arena;
	bool again;
	join.version = 1;
	join.secret = pb_bytes(secret);
	join.device = pb_bytes(device);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = enrol_check(&org->txn, &org->township[0].identity.sign_public, &join, TODAY, &arena, &found, &enrolled, &again);
	arena_free(&arena);
	return err;
}

static void a_join_cut_or_flipped_anywhere_is_turned_away(void **state)
{
	struct org_fixture *org = *state;
	uint8_t secret[ENROL_SECRET_BYTES] = { 5 };
	struct span good = joining(org, 90);
	uint8_t bytes[1024];
	assert_true(good.size <= sizeof bytes);
	assert_ok(knock(org, span_of(secret, sizeof secret), good));
	for (size_t size = 0; size < good.size; size++)
		assert_err(MALFORMED, knock(org, span_of(secret, sizeof secret), span_of(good.data, size)));
	for (size_t bit = 0; bit < good.size * 8; bit++) {
		memcpy(bytes, good.data, good.size);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		enum err err = knock(org, span_of(secret, sizeof secret), span_of(bytes, good.size));
		// An unknown field may be put in place of a known one; what it says is then missing.
		assert_true(err == ERR_MALFORMED || err == ERR_SIGNATURE || err == ERR_UNAUTHORISED);
	}
}

static void no_neighbour_of_a_secret_opens_the_porch(void **state)
{
	struct org_fixture *org = *state;
	uint8_t secret[ENROL_SECRET_BYTES] = { 5 };
	struct span good = joining(org, 90);
	for (size_t bit = 0; bit < sizeof secret * 8; bit++) {
		secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_err(UNAUTHORISED, knock(org, span_of(secret, sizeof secret), good));
		secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t size = 0; size < sizeof secret; size++)
		assert_err(MALFORMED, knock(org, span_of(secret, size), good));
	assert_ok(knock(org, span_of(secret, sizeof secret), good));
}

static void a_redemption_by_another_is_refused_even_when_nobody_checked(void **state)
{
	struct org_fixture *org = *state;
	uint8_t secret[ENROL_SECRET_BYTES] = { 5 };
	Tributary__Join join = TRIBUTARY__JOIN__INIT;
	join.secret = pb_bytes(span_of(secret, sizeof secret));
	join.device = pb_bytes(joining(org, 90));
	assert_ok(enrol_redeem(&org->txn, &join));
	assert_ok(enrol_redeem(&org->txn, &join));
	join.device = pb_bytes(joining(org, 91));
	assert_err(UNAUTHORISED, enrol_redeem(&org->txn, &join));
	join.device = pb_bytes(span_string("\xff"));
	assert_err(MALFORMED, enrol_redeem(&org->txn, &join));
	secret[1] = 1;
	assert_err(UNAUTHORISED, enrol_redeem(&org->txn, &join));
}

static void an_invitation_row_that_rotted_on_the_disk_admits_nobody(void **state)
{
	struct org_fixture *org = *state;
	uint8_t secret[ENROL_SECRET_BYTES] = { 5 }, rotten[256];
	struct span value, good = joining(org, 90);
	struct hash key = hash_bytes(HASH_BLAKE2B_256, span_of(secret, sizeof secret));
	assert_ok(txn_get(&org->txn, STORE_INVITATION, hash_span(&key), &value));
	size_t size = value.size;
	assert_true(size <= sizeof rotten);
	memcpy(rotten, value.data, size);
	for (size_t cut = 0; cut < size; cut++) {
		assert_ok(txn_put(&org->txn, STORE_INVITATION, hash_span(&key), span_of(rotten, cut)));
		assert_err(CORRUPT, knock(org, span_of(secret, sizeof secret), good));
	}
	rotten[0] ^= 1;
	assert_ok(txn_put(&org->txn, STORE_INVITATION, hash_span(&key), span_of(rotten, size)));
	assert_err(CORRUPT, knock(org, span_of(secret, sizeof secret), good));
}

// A code with a right checksum over strange content: made on purpose, not mistyped.
static void a_code_made_on_purpose_is_read_strictly(void **state)
{
	static const struct { const char *porch; size_t size; uint8_t flags; uint8_t expiry_top; } cases[] = {
		{ "tcp://h:1", 9, 2, 0 },     { "tcp://h:1", 9, 0, 0x80 }, { "tcp://", 6, 0, 0 }, { "t", 1, 0, 0 },
		{ "tcp://h\0:1", 10, 0, 0 },  { "inproc://x", 10, 0, 0 },  { "tcp://h:1\n", 10, 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i <= sizeof cases / sizeof cases[0]; i++) {
		bool sound = i == sizeof cases / sizeof cases[0];
		uint8_t raw[256] = { 0 };
		char code[ENROL_CODE_BYTES] = "tributary1:";
		size_t size = 32 + 32 + ENROL_SECRET_BYTES;
		raw[size] = sound ? 0 : cases[i].expiry_top;
		size += 4;
		raw[size++] = sound ? 0 : cases[i].flags;
		size_t porch = sound ? 9 : cases[i].size;
		memcpy(raw + size, sound ? "tcp://h:1" : cases[i].porch, porch);
		size += porch;
		struct hash check = hash_bytes(HASH_BLAKE2B_256, span_of(raw, size));
		memcpy(raw + size, check.bytes, 4);
		sodium_bin2base64(code + 11, sizeof code - 11, raw, size + 4, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		struct enrol_invitation read;
		if (sound)
			assert_ok(enrol_code_parse(code, &read));
		else
			assert_err(MALFORMED, enrol_code_parse(code, &read));
	}
}

static void texts_that_are_no_codes_are_malformed(void **state)
{
	static const char *const texts[] = { "", " ", "tributary", "tributary:", "tributary1", "tributary1:", "tributary1:=",
	                                     "tributary1:AAAA", "tributary1:AA AA", "TRIBUTARY1:AAAA", "tributaryx:AAAA", "http://x" };
	struct enrol_invitation read;
	char longest[4096];
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_err(MALFORMED, enrol_code_parse(texts[i], &read));
	memset(longest, 'A', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	memcpy(longest, "tributary1:", 11);
	assert_err(MALFORMED, enrol_code_parse(longest, &read));
	assert_err(VERSION, enrol_code_parse("tributary2:AAAA", &read));
}

#define ATTACK(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ATTACK(a_join_cut_or_flipped_anywhere_is_turned_away),
		ATTACK(no_neighbour_of_a_secret_opens_the_porch),
		ATTACK(a_redemption_by_another_is_refused_even_when_nobody_checked),
		ATTACK(an_invitation_row_that_rotted_on_the_disk_admits_nobody),
		cmocka_unit_test(a_code_made_on_purpose_is_read_strictly),
		cmocka_unit_test(texts_that_are_no_codes_are_malformed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
