// Golden bytes of what the org room signs, names and prints. They were computed apart from this
// code (Python's hashlib and an Ed25519 of OpenSSL's, over the layouts in org/statement.h), so they
// test the layouts and not only that nothing moved.
#include <sodium.h>

#include "base/pb.h"
#include "org/enrol.h"
#include "org/epoch.h"
#include "support/org_fixture.h"
#include "support/support.h"

static void assert_hex(const char *expected, const void *bytes, size_t size)
{
	char text[2 * 128 + 1];
	assert_true(size <= 128);
	sodium_bin2hex(text, sizeof text, bytes, size);
	assert_string_equal(text, expected);
}

static void the_fixture_speaks_with_known_keys(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	assert_hex("992268f91e92ed1a0fd257110ebb1363e39b427ceae1dffe117ff1cdbf99ad88", org.root.sign_public.bytes, 32);
	const struct identity *server = &org.county.identity;
	assert_hex("39bf72b2d138495953931753fe109fff128b1c2fe5741a3d8be6c6b3aff4107f", server->sign_public.bytes, 32);
	assert_hex("2f3fd28c97519d4714301a03d9c4b6d4e78ac59c3855e586172443e9672b3773", server->curve_public.bytes, 32);
	assert_hex("42c6c1c7ff9b59743bd2cf87810c83dbb8cb0bfe708bfb2091198687e942574a", server->box_public.bytes, 32);
	org_fixture_free(&org);
}

static void genesis_is_signed_over_its_layout(void **state)
{
	struct org_fixture org;
	struct hash digest;
	(void)state;
	org_fixture_empty(&org);
	Tributary__Genesis *genesis = org_fixture_genesis(&org)->genesis;
	assert_ok(statement_genesis_hash(genesis, &digest));
	assert_hex("97d81aefa55ac3fabd3aaf137c8e447a5933896d9955ba06b91f2a012afcc9f7", digest.bytes, sizeof digest.bytes);
	assert_hex("9c686ab66d17152b3095734d1d779b1f2e0c786b8745710cbddb8c6ff446b139"
	           "32c729da3be25dcda2add0ece7ce6258be9f6f5f35ef8614721320a651fe4c00",
	           genesis->signature.data, genesis->signature.len);
	org_fixture_free(&org);
}

static void an_enrolment_is_signed_over_its_layout(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	struct org_voice *branch = &org.branch[0];
	ProtobufCBinaryData proof = org_fixture_enrolled(&org, &branch->identity, branch->unit, false, "平板")->device_enrolled->proof;
	assert_hex("681c2f55a64fc457ffa5e53d3081725a829cab91efd7ac76b888fefa58ca815d"
	           "26d39436ee1c0369be325925227cdf44e54ff99b385468cc435accab670d6d09",
	           proof.data, proof.len);
	org_fixture_free(&org);
}

static void a_move_is_encoded_in_known_bytes(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	Tributary__Statement *moved = org_fixture_moved(&org, org.branch[0].unit, org.township[1].unit, 1, NULL, 0);
	struct span entry = org_fixture_entry(&org, &moved, 1);
	assert_hex("0a2e08ccbf02" "4224" "0a100e030000000000000000000000000000" "12100e020100000000000000000000000000"
	           "62023801", entry.data, entry.size);
	org_fixture_free(&org);
}

static void an_invitation_prints_as_one_known_line(void **state)
{
	struct enrol_invitation invitation = { .expiry = 20507, .server = true, .porch = "tcp://ledger.example:7702" };
	char code[ENROL_CODE_BYTES];
	(void)state;
	for (uint8_t i = 0; i < 32; i++) {
		invitation.server_curve.bytes[i] = i;
		invitation.server_key.bytes[i] = (uint8_t)(32 + i);
		invitation.secret[i % ENROL_SECRET_BYTES] = (uint8_t)(64 + i % ENROL_SECRET_BYTES);
	}
	assert_ok(enrol_code_format(&invitation, code));
	assert_string_equal(code,
	                    "tributary1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4"
	                    "OTo7PD0-P0BBQkNERUZHSElKS0xNTk8AAFAbAXRjcDovL2xlZGdlci5leGFtcGxlOjc3MDKJEBQM");
}

// The key is put into the place of randomness, so that the epoch's name is known beforehand.
static void ascending(void *context, void *to, size_t size)
{
	(void)context;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)to)[i] = (uint8_t)i;
}

static void an_epoch_is_named_by_its_key(void **state)
{
	struct org_fixture org;
	struct buf payloads = BUF_EMPTY;
	size_t count;
	bool learnt;
	struct epoch epoch;
	(void)state;
	org_fixture_tree(&org);
	struct org_voice *branch = &org.branch[0];
	assert_ok(epoch_due(&org.txn, &branch->unit, &branch->identity, true, ascending, NULL, &org.words, &payloads, &count));
	assert_int_equal(count, 1);
	assert_ok(epoch_apply(&org.txn, &branch->unit, span_of(payloads.data + 4, payloads.size - 4), &branch->identity,
	                      &org.words, &learnt));
	assert_ok(epoch_current(&org.txn, &branch->unit, &epoch));
	assert_hex("e51728777bb3792c", epoch.id, sizeof epoch.id);
	assert_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", epoch.key.bytes, sizeof epoch.key.bytes);
	buf_free(&payloads);
	org_fixture_free(&org);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fixture_speaks_with_known_keys),
		cmocka_unit_test(genesis_is_signed_over_its_layout),
		cmocka_unit_test(an_enrolment_is_signed_over_its_layout),
		cmocka_unit_test(a_move_is_encoded_in_known_bytes),
		cmocka_unit_test(an_invitation_prints_as_one_known_line),
		cmocka_unit_test(an_epoch_is_named_by_its_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
