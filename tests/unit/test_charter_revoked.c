// Devices and servers that are revoked and replaced.
#include <stdlib.h>

#include "support/charter_talk.h"

// ---- Revocation. ----

static void a_revoked_devices_entries_up_to_the_cut_off_stay_valid(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *tablet = &org->branch[0];
	struct charter_device row;
	assert_string_equal(SAY(org, &org->township[0], org_fixture_revoked(org, tablet, 7)), "ACCEPTED");
	assert_true(org->effects.device_revoked);
	assert_same_id(org->effects.revoked_unit, tablet->unit);
	assert_ok(charter_device_get(&org->txn, &tablet->identity.sign_public, &row));
	assert_true(row.revoked);
	assert_true(charter_covers(&row, &tablet->log.id, 6));
	assert_false(charter_covers(&row, &tablet->log.id, 7));
	assert_false(charter_covers(&row, &org->branch[1].log.id, 0)); // a log not named
	assert_ok(charter_device_get(&org->txn, &org->branch[1].identity.sign_public, &row));
	assert_true(charter_covers(&row, &org->branch[1].log.id, UINT64_MAX));
}

static void a_revocation_is_final(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *tablet = &org->branch[0], *township = &org->township[0];
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, tablet, 7)), "ACCEPTED");
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, tablet, 7)), "ACCEPTED");
	assert_false(org->effects.device_revoked); // nothing new
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, tablet, 8)), "STATEMENT");
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, &tablet->identity, tablet->unit, false, "平板")), "STATEMENT");
}

static void an_entry_revokes_in_one_unit_only(void **state)
{
	struct org_fixture *org = *state;
	assert_string_equal(SAY(org, &org->township[0], org_fixture_revoked(org, &org->branch[0], 7),
	                        org_fixture_revoked(org, &org->branch[1], 7)), "MALFORMED");
}

static void a_stolen_township_server_is_replaced_and_what_it_said_before_still_counts(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *stolen = &org->township[0], next;
	struct id unit = org_fixture_id(4, 1), registrar;
	uint64_t cutoff = stolen->next + 1;
	org_fixture_voice(org, 99, &stolen->unit, &next);
	Tributary__Statement *enrolled = org_fixture_enrolled(org, &next.identity, next.unit, true, "新服务器");
	assert_string_equal(SAY(org, &org->county, enrolled), "STATEMENT"); // it has one
	assert_string_equal(SAY(org, &org->county, org_fixture_revoked(org, stolen, cutoff)), "ACCEPTED");
	assert_ok(charter_registrar(&org->txn, &org->branch[0].unit, &registrar));
	assert_same_id(registrar, org->county.unit); // meanwhile
	assert_string_equal(SAY(org, &org->county, enrolled), "ACCEPTED");
	assert_ok(charter_registrar(&org->txn, &org->branch[0].unit, &registrar));
	assert_same_id(registrar, stolen->unit);
	// An entry from before the cut-off arrives late, one from behind it too.
	assert_string_equal(SAY(org, stolen, org_fixture_created(org, unit, stolen->unit, "branch", "迟到", "")), "ACCEPTED");
	assert_string_equal(SAY(org, stolen, org_fixture_changed(org, unit, "窃贼", false)), "REVOKED");
	assert_string_equal(SAY(org, &next, org_fixture_changed(org, unit, "迟到支部", false)), "ACCEPTED");
}

static void a_late_word_of_a_replaced_server_does_not_undo_its_successors(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *old = &org->township[0], next;
	struct id unit = org->branch[0].unit, office = org->branch[1].unit;
	struct charter_unit row;
	org_fixture_voice(org, 99, &old->unit, &next);
	assert_string_equal(SAY(org, &org->county, org_fixture_revoked(org, old, old->next + 2)), "ACCEPTED");
	assert_string_equal(SAY(org, &org->county, org_fixture_changed(org, office, "县里改的", false)), "ACCEPTED"); // it stands in
	assert_string_equal(SAY(org, &org->county, org_fixture_enrolled(org, &next.identity, next.unit, true, "")), "ACCEPTED");
	assert_string_equal(SAY(org, &next, org_fixture_changed(org, unit, "新名", false)), "ACCEPTED");
	assert_string_equal(SAY(org, old, org_fixture_changed(org, office, "旧名", false),
	                        org_fixture_changed(org, unit, "旧名", true)), "ACCEPTED"); // the closing nobody has spoken of
	assert_ok(charter_unit_get(&org->txn, &unit, &row));
	assert_string_equal(row.name, "新名");
	assert_true(row.closed != INT32_MAX);
	assert_ok(charter_unit_get(&org->txn, &office, &row));
	assert_string_equal(row.name, "县里改的");
}

static void revoking_and_replacing_may_be_one_entry(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *old = &org->township[0], next;
	struct charter_unit row;
	org_fixture_voice(org, 99, &old->unit, &next);
	assert_string_equal(SAY(org, &org->county, org_fixture_revoked(org, old, old->next),
	                        org_fixture_enrolled(org, &next.identity, next.unit, true, "")), "ACCEPTED");
	assert_ok(charter_unit_get(&org->txn, &old->unit, &row));
	assert_true(hash_equal(&row.server, &next.identity.sign_public));
}

static void the_top_server_gives_way_to_another_in_its_own_words(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *old = &org->county, next;
	org_fixture_voice(org, 99, &old->unit, &next);
	org->enroller = &old->identity.sign_public;
	Tributary__Statement *enrolled = org_fixture_enrolled(org, &next.identity, next.unit, true, "");
	assert_string_equal(SAY(org, old, org_fixture_revoked(org, old, old->next), enrolled), "STATEMENT"); // not even this entry
	assert_string_equal(SAY(org, old, org_fixture_revoked(org, old, old->next + 1), enrolled), "ACCEPTED");
	assert_string_equal(SAY(org, old, org_fixture_created(org, org_fixture_id(4, 1), old->unit, "township", "x", "")), "REVOKED");
	assert_string_equal(SAY(org, &next, org_fixture_created(org, org_fixture_id(4, 1), old->unit, "township", "x", "")), "ACCEPTED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(a_revoked_devices_entries_up_to_the_cut_off_stay_valid),
		PLAY(a_revocation_is_final),
		PLAY(an_entry_revokes_in_one_unit_only),
		PLAY(a_stolen_township_server_is_replaced_and_what_it_said_before_still_counts),
		PLAY(a_late_word_of_a_replaced_server_does_not_undo_its_successors),
		PLAY(revoking_and_replacing_may_be_one_entry),
		PLAY(the_top_server_gives_way_to_another_in_its_own_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
