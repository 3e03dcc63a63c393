// The signatures inside statements.
#include "base/pb.h"
#include "support/org_fixture.h"
#include "support/support.h"

static void the_root_key_founds_a_tree_and_nothing_of_it_can_be_changed_afterwards(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	Tributary__Genesis *genesis = org_fixture_genesis(&org)->genesis;
	assert_ok(statement_genesis_verify(genesis));
	ProtobufCBinaryData *fields[] = { &genesis->root_key, &genesis->signature, &genesis->unit, &genesis->server_key };
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		fields[i]->data[3] ^= 1;
		assert_err(SIGNATURE, statement_genesis_verify(genesis));
		fields[i]->data[3] ^= 1;
	}
	char name[] = "浏阳市";
	genesis->name = name;
	assert_err(SIGNATURE, statement_genesis_verify(genesis));
	org_fixture_free(&org);
}

static void two_genesis_are_the_same_when_they_say_the_same(void **state)
{
	struct org_fixture org;
	struct hash one, other;
	(void)state;
	org_fixture_empty(&org);
	Tributary__Genesis *genesis = org_fixture_genesis(&org)->genesis;
	assert_ok(statement_genesis_hash(genesis, &one));
	assert_ok(statement_genesis_hash(org_fixture_genesis(&org)->genesis, &other));
	assert_true(hash_equal(&one, &other));
	genesis->unit.data[0] ^= 1;
	assert_ok(statement_genesis_hash(genesis, &other));
	assert_false(hash_equal(&one, &other));
	org_fixture_free(&org);
}

static void a_device_proves_that_it_holds_the_key_it_names(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	struct org_voice *branch = &org.branch[0];
	Tributary__DeviceEnrolled *enrolled = org_fixture_enrolled(&org, &branch->identity, branch->unit, false, "平板")->device_enrolled;
	assert_ok(statement_device_verify(enrolled, &org.township[0].identity.sign_public));
	assert_err(SIGNATURE, statement_device_verify(enrolled, &org.township[1].identity.sign_public)); // it never asked him
	enrolled->server = true;
	assert_err(SIGNATURE, statement_device_verify(enrolled, &org.township[0].identity.sign_public));
	enrolled->server = false;
	enrolled->unit.data[2] ^= 1;
	assert_err(SIGNATURE, statement_device_verify(enrolled, &org.township[0].identity.sign_public));
	org_fixture_free(&org);
}

// The township knows the unit, the device does not: it holds a code and nothing else.
static void a_device_that_joins_by_a_code_signs_without_its_unit_and_the_server_fills_it_in(void **state)
{
	struct org_fixture org;
	(void)state;
	org_fixture_empty(&org);
	struct org_voice *branch = &org.branch[0];
	struct id nowhere = { { 0 } };
	Tributary__DeviceEnrolled *joining = org_fixture_enrolled(&org, &branch->identity, nowhere, false, "平板")->device_enrolled;
	Tributary__DeviceEnrolled *stated = org_fixture_enrolled(&org, &branch->identity, branch->unit, false, "平板")->device_enrolled;
	stated->proof = joining->proof;
	assert_ok(statement_device_verify(stated, &org.township[0].identity.sign_public));
	char other[] = "别的名字";
	stated->label = other;
	assert_err(SIGNATURE, statement_device_verify(stated, &org.township[0].identity.sign_public)); // it named itself
	joining = org_fixture_enrolled(&org, &branch->identity, nowhere, false, "")->device_enrolled;
	stated->proof = joining->proof;
	assert_ok(statement_device_verify(stated, &org.township[0].identity.sign_public)); // it left the naming to the server
	org_fixture_free(&org);
}

static void keys_that_nothing_can_be_sealed_to_are_not_well_formed(void **state)
{
	struct org_fixture org;
	struct statement_device device;
	(void)state;
	org_fixture_empty(&org);
	struct org_voice *branch = &org.branch[0];
	Tributary__DeviceEnrolled *enrolled = org_fixture_enrolled(&org, &branch->identity, branch->unit, false, "")->device_enrolled;
	assert_ok(statement_device_read(enrolled, &device));
	memset(enrolled->box_key.data, 0, 32);
	assert_err(MALFORMED, statement_device_read(enrolled, &device));
	enrolled->box_key.len = 31;
	assert_err(MALFORMED, statement_device_read(enrolled, &device));
	org_fixture_free(&org);
}

static void a_label_is_one_line_of_bounded_length(void **state)
{
	(void)state;
	assert_true(statement_text_fits("", 4));
	assert_true(statement_text_fits("abcd", 4));
	assert_false(statement_text_fits("abcde", 4));
	assert_false(statement_text_fits("a\nb", 4));
	assert_false(statement_text_fits("\x1b[2J", 8));
	assert_false(statement_text_fits("\x7f", 8));
	assert_true(statement_text_fits("支部", 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_root_key_founds_a_tree_and_nothing_of_it_can_be_changed_afterwards),
		cmocka_unit_test(two_genesis_are_the_same_when_they_say_the_same),
		cmocka_unit_test(a_device_proves_that_it_holds_the_key_it_names),
		cmocka_unit_test(a_device_that_joins_by_a_code_signs_without_its_unit_and_the_server_fills_it_in),
		cmocka_unit_test(keys_that_nothing_can_be_sealed_to_are_not_well_formed),
		cmocka_unit_test(a_label_is_one_line_of_bounded_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
