// The tree and who may speak for which part of it.
#include <stdlib.h>

#include "support/charter_talk.h"

// ---- Genesis. ----

static void a_tree_begins_with_the_word_of_its_root_key(void **state)
{
	struct org_fixture *org = *state;
	struct id top;
	struct hash root;
	struct charter_unit county;
	struct charter_device server;
	assert_err(NOT_FOUND, charter_top(&org->txn, &top, &root));
	assert_string_equal(SAY(org, &org->county, org_fixture_genesis(org)), "ACCEPTED");
	assert_ok(charter_top(&org->txn, &top, &root));
	assert_same_id(top, org->county.unit);
	assert_true(hash_equal(&root, &org->root.sign_public));
	assert_ok(charter_unit_get(&org->txn, &top, &county));
	assert_string_equal(county.name, "醴陵市");
	assert_true(hash_equal(&county.server, &org->county.identity.sign_public));
	assert_ok(charter_device_by_curve(&org->txn, &org->county.identity.curve_public, &server));
	assert_true(server.server);
	assert_same_id(server.unit, top);
}

static void genesis_again_is_harmless_and_a_second_tree_is_refused(void **state)
{
	struct org_fixture *org = *state;
	enum merge_reason reason;
	Tributary__Statement *genesis = org_fixture_genesis(org);
	struct span entry = org_fixture_entry(org, &genesis, 1);
	assert_ok(org_fixture_apply(org, &org->county, 0, entry, &reason));
	assert_int_equal(reason, MERGE_ACCEPTED);
	assert_ok(org_fixture_apply(org, &org->county, 0, entry, &reason));
	assert_int_equal(reason, MERGE_ACCEPTED);
	struct org_voice county = org->county;
	org->county = org->township[0]; // a stranger founds another county, rightly signed
	genesis = org_fixture_genesis(org);
	org->township[0] = org->county;
	org->county = county;
	assert_string_equal(SAY(org, &org->township[0], genesis), "STATEMENT");
	assert_err(NOT_FOUND, charter_unit_get(&org->txn, &org->township[0].unit, &(struct charter_unit){ .level = 0 }));
}

static void a_store_that_was_told_a_root_key_trusts_no_other(void **state)
{
	struct org_fixture *org = *state;
	struct hash other = org->county.identity.sign_public;
	assert_ok(txn_put(&org->txn, STORE_META, span_string("root"), hash_span(&other)));
	assert_string_equal(SAY(org, &org->county, org_fixture_genesis(org)), "STATEMENT");
	assert_ok(txn_put(&org->txn, STORE_META, span_string("root"), hash_span(&org->root.sign_public)));
	org->county.next = 0;
	assert_string_equal(SAY(org, &org->county, org_fixture_genesis(org)), "ACCEPTED");
}

static void genesis_counts_only_as_the_first_word_of_its_server(void **state)
{
	struct org_fixture *org = *state;
	Tributary__Statement *genesis = org_fixture_genesis(org);
	org->county.next = 1;
	assert_string_equal(SAY(org, &org->county, genesis), "waits"); // nobody is enrolled
	assert_string_equal(SAY(org, &org->township[0], genesis), "STATEMENT"); // another's genesis
	genesis->genesis->signature.data[5] ^= 1;
	org->county.next = 0;
	assert_string_equal(SAY(org, &org->county, genesis), "STATEMENT");
	assert_err(NOT_FOUND, charter_top(&org->txn, &(struct id){ { 0 } }, &(struct hash){ { 0 } }));
}

// ---- Who may say what. ----

static void what_a_township_says_before_the_county_has_enrolled_it_waits(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	Tributary__Statement *branch = org_fixture_created(org, org->branch[0].unit, township->unit, "branch", "一支部", "");
	assert_string_equal(SAY(org, township, branch), "waits");
	assert_string_equal(SAY(org, &org->county, org_fixture_genesis(org)), "ACCEPTED");
	assert_string_equal(SAY(org, township, branch), "waits");
	assert_string_equal(SAY(org, &org->county, org_fixture_created(org, township->unit, org->county.unit, "township", "板杉镇", ""),
	                        org_fixture_enrolled(org, &township->identity, township->unit, true, "")), "ACCEPTED");
	assert_true(org->effects.device_enrolled);
	assert_true(org->effects.unit_created);
	assert_string_equal(SAY(org, township, branch), "ACCEPTED");
}

static void what_names_a_unit_or_device_that_has_not_come_yet_waits(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice stranger;
	struct id later = org_fixture_id(9, 9);
	org_fixture_voice(org, 99, &later, &stranger);
	struct org_voice *township = &org->township[0];
	assert_string_equal(SAY(org, township, org_fixture_created(org, org_fixture_id(9, 1), later, "branch", "x", "")), "waits");
	assert_string_equal(SAY(org, township, org_fixture_changed(org, later, "x", false)), "waits");
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, &stranger.identity, later, false, "")), "waits");
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, &stranger, 0)), "waits");
}

static void a_branch_device_cannot_enrol_anybody(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice friend;
	org_fixture_voice(org, 99, &org->branch[0].unit, &friend);
	Tributary__Statement *enrolled = org_fixture_enrolled(org, &friend.identity, friend.unit, false, "");
	assert_string_equal(SAY(org, &org->branch[0], enrolled), "STATEMENT");
	assert_string_equal(SAY(org, &org->township[0], enrolled), "ACCEPTED");
}

static void a_township_cannot_speak_for_the_other_townships_branches(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *meddler = &org->township[1], friend;
	struct id theirs = org->branch[0].unit;
	org_fixture_voice(org, 99, &theirs, &friend);
	assert_string_equal(SAY(org, meddler, org_fixture_changed(org, theirs, "改名", false)), "STATEMENT");
	assert_string_equal(SAY(org, meddler, org_fixture_created(org, org_fixture_id(4, 1), theirs, "group", "组", "")), "STATEMENT");
	assert_string_equal(SAY(org, meddler, org_fixture_enrolled(org, &friend.identity, theirs, false, "")), "STATEMENT");
	assert_string_equal(SAY(org, meddler, org_fixture_revoked(org, &org->branch[0], 0)), "STATEMENT");
	assert_string_equal(SAY(org, meddler, org_fixture_changed(org, org->county.unit, "改名", false)), "STATEMENT");
	assert_string_equal(SAY(org, meddler, org_fixture_changed(org, org->township[0].unit, "改名", false)), "STATEMENT");
}

// One writer per unit: where a township has its server, the county speaks about the township's
// place in the tree and its server, and no more.
static void the_county_does_not_speak_over_a_townships_head(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice friend;
	org_fixture_voice(org, 99, &org->branch[0].unit, &friend);
	assert_string_equal(SAY(org, &org->county, org_fixture_enrolled(org, &friend.identity, friend.unit, false, "")), "STATEMENT");
	assert_string_equal(SAY(org, &org->county, org_fixture_changed(org, org->township[0].unit, "改名", false)), "STATEMENT");
	assert_string_equal(SAY(org, &org->county, org_fixture_created(org, org_fixture_id(4, 1), org->township[0].unit, "branch", "x", "")), "STATEMENT");
	assert_string_equal(SAY(org, &org->county, org_fixture_created(org, org_fixture_id(4, 1), org->county.unit, "branch", "x", "")), "ACCEPTED");
}

static void a_township_cannot_replace_its_own_server(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0], next;
	org_fixture_voice(org, 99, &township->unit, &next);
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, township, 50)), "STATEMENT");
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, &next.identity, next.unit, true, "")), "STATEMENT");
}

static void only_the_top_publishes_a_pack_and_the_highest_version_counts(void **state)
{
	struct org_fixture *org = *state;
	struct span pack, newest;
	assert_err(NOT_FOUND, charter_pack(&org->txn, &newest));
	pack = org_fixture_pack(org, "party", 2);
	assert_string_equal(SAY(org, &org->township[0], org_fixture_published(org, "party", 2, pack)), "STATEMENT");
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 2, pack)), "ACCEPTED");
	assert_true(org->effects.pack_published);
	struct span older = org_fixture_pack(org, "party", 1);
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 1, older)), "ACCEPTED");
	assert_ok(charter_pack(&org->txn, &newest));
	assert_true(span_equal(newest, pack));
	struct span next = org_fixture_pack(org, "party", 256);
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 256, next)), "ACCEPTED");
	assert_ok(charter_pack(&org->txn, &newest));
	assert_true(span_equal(newest, next));
}

static void a_pack_that_cannot_be_read_is_refused_and_one_version_is_published_once(void **state)
{
	struct org_fixture *org = *state;
	struct span newest, pack = org_fixture_pack(org, "party", 2);
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 3, pack)), "MALFORMED"); // it says 2
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "wind", 2, pack)), "MALFORMED");
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 2, span_string("\xff\xff"))), "MALFORMED");
	assert_err(NOT_FOUND, charter_pack(&org->txn, &newest));
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 2, pack)), "ACCEPTED");
	assert_string_equal(SAY(org, &org->county, org_fixture_published(org, "party", 2, pack)), "ACCEPTED");
	assert_false(org->effects.pack_published);
}

// ---- Units. ----

static void a_unit_is_created_once_and_the_same_words_again_are_harmless(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	struct id unit = org_fixture_id(4, 1);
	assert_string_equal(SAY(org, township, org_fixture_created(org, unit, township->unit, "branch", "五支部", "L5")), "ACCEPTED");
	assert_string_equal(SAY(org, township, org_fixture_created(org, unit, township->unit, "branch", "五支部", "L5")), "ACCEPTED");
	assert_string_equal(SAY(org, township, org_fixture_created(org, unit, township->unit, "branch", "六支部", "L5")), "STATEMENT");
	struct charter_unit row;
	assert_ok(charter_unit_get(&org->txn, &unit, &row));
	assert_string_equal(row.name, "五支部");
	assert_int_equal(row.level, 2);
}

static void an_entry_read_again_after_a_rename_does_not_undo_it(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	struct id unit = org_fixture_id(4, 1);
	Tributary__Statement *created = org_fixture_created(org, unit, township->unit, "branch", "五支部", "");
	uint64_t seq = township->next;
	enum merge_reason reason;
	assert_string_equal(SAY(org, township, created), "ACCEPTED");
	assert_string_equal(SAY(org, township, org_fixture_changed(org, unit, "联合支部", false)), "ACCEPTED");
	assert_ok(org_fixture_apply(org, township, seq, org_fixture_entry(org, &created, 1), &reason));
	assert_int_equal(reason, MERGE_ACCEPTED);
	assert_same_id(charter_talk_found(org, "联合支部"), unit);
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "五支部", &unit));
}

static void a_code_is_given_once_by_one_voice_and_a_clash_of_two_shows(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *one = &org->township[0], *other = &org->township[1];
	struct id unit;
	assert_string_equal(SAY(org, one, org_fixture_created(org, org_fixture_id(4, 1), one->unit, "branch", "甲", "430281")), "ACCEPTED");
	assert_string_equal(SAY(org, one, org_fixture_created(org, org_fixture_id(4, 2), one->unit, "branch", "乙", "430281")), "STATEMENT");
	assert_same_id(charter_talk_found(org, "430281"), org_fixture_id(4, 1));
	// The other township cannot know; whichever came first here, both stand.
	assert_string_equal(SAY(org, other, org_fixture_created(org, org_fixture_id(4, 3), other->unit, "branch", "丙", "430281")), "ACCEPTED");
	assert_err(CONFLICT, charter_unit_find(&org->txn, "430281", &unit));
}

static void a_tree_deeper_than_the_limit_is_refused(void **state)
{
	struct org_fixture *org = *state;
	struct id parent = org->township[0].unit;
	for (uint8_t level = 2; level < LIMIT_TREE_LEVELS; level++) {
		struct id unit = org_fixture_id(5, level);
		assert_string_equal(SAY(org, &org->township[0], org_fixture_created(org, unit, parent, "group", "组", "")), "ACCEPTED");
		parent = unit;
	}
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	assert_ok(charter_path(&org->txn, &parent, path, &count));
	assert_int_equal(count, LIMIT_TREE_LEVELS);
	assert_same_id(path[count - 1], org->county.unit);
	assert_string_equal(SAY(org, &org->township[0], org_fixture_created(org, org_fixture_id(5, 99), parent, "group", "组", "")), "STATEMENT");
}

static void of_an_entry_all_statements_stand_or_none(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0], device;
	struct id unit = org_fixture_id(4, 1), child = org_fixture_id(4, 2);
	struct charter_unit row;
	org_fixture_voice(org, 99, &unit, &device);
	Tributary__Statement *created = org_fixture_created(org, unit, township->unit, "branch", "五支部", "L5");
	Tributary__Statement *renamed = org_fixture_changed(org, org->branch[0].unit, "新名", false);
	Tributary__Statement *beyond = org_fixture_changed(org, org->branch[3].unit, "别人的", false);
	assert_string_equal(SAY(org, township, created, org_fixture_enrolled(org, &device.identity, unit, false, ""), renamed, beyond), "STATEMENT");
	assert_false(org->effects.unit_created || org->effects.device_enrolled);
	assert_err(NOT_FOUND, charter_unit_get(&org->txn, &unit, &row));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "L5", &unit));
	assert_err(NOT_FOUND, charter_device_by_curve(&org->txn, &device.identity.curve_public, &(struct charter_device){ .since = 0 }));
	assert_same_id(charter_talk_found(org, "一支部"), org->branch[0].unit);
	// In order, each may stand on the one before.
	assert_string_equal(SAY(org, township, created, org_fixture_created(org, child, org_fixture_id(4, 1), "group", "一组", ""),
	                        org_fixture_enrolled(org, &device.identity, org_fixture_id(4, 1), false, ""), renamed), "ACCEPTED");
	assert_same_id(charter_talk_found(org, "新名"), org->branch[0].unit);
}

static void a_refused_entry_leaves_the_store_as_it_was_to_the_byte(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0], device;
	org_fixture_voice(org, 99, &org->branch[0].unit, &device);
	assert_ok(txn_commit(&org->txn));
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	size_t before = store_memory_bytes(org->store);
	assert_string_equal(SAY(org, township, org_fixture_revoked(org, &org->branch[0], 3),
	                        org_fixture_enrolled(org, &device.identity, device.unit, false, "新平板"),
	                        org_fixture_changed(org, org->branch[1].unit, "一个长得多的名字", true),
	                        org_fixture_revoked(org, &org->branch[3], 3)), "STATEMENT");
	assert_ok(txn_commit(&org->txn));
	assert_int_equal(store_memory_bytes(org->store), before);
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	struct charter_device row;
	assert_ok(charter_device_get(&org->txn, &org->branch[0].identity.sign_public, &row));
	assert_false(row.revoked);
}

static void a_closed_unit_is_expected_to_report_until_the_day_it_closes(void **state)
{
	struct org_fixture *org = *state;
	const struct pack *pack;
	const char *why;
	int64_t count;
	assert_ok(pack_decode(org_fixture_pack(org, "party", 1), &org->words, &pack, &why));
	Tributary__Statement *closed = org_fixture_changed(org, org->branch[1].unit, "", true);
	int32_t begin = closed->effective, end = closed->effective += 31;
	assert_string_equal(SAY(org, &org->township[0], closed), "ACCEPTED");
	struct { const struct id *unit; int32_t day; int64_t expected; } cases[] = {
		{ &org->county.unit, begin - 1, 0 }, { &org->county.unit, begin, 4 }, { &org->county.unit, end - 1, 4 },
		{ &org->county.unit, end, 3 },       { &org->township[0].unit, end, 1 }, { &org->branch[1].unit, end, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_ok(charter_expected(&org->txn, pack, cases[i].unit, cases[i].day, &count));
		assert_int_equal(count, cases[i].expected);
	}
}

// ---- Finding, walking. ----

static void a_unit_is_found_by_id_code_name_and_path(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *one = &org->township[0], *other = &org->township[1];
	char hex[ID_TEXT_BYTES];
	struct id unit, twin = org_fixture_id(4, 2);
	SAY(org, one, org_fixture_created(org, org_fixture_id(4, 1), one->unit, "branch", "机关支部", "A/1"));
	SAY(org, other, org_fixture_created(org, twin, other->unit, "branch", "机关支部", ""));
	id_format(&twin, hex);
	assert_same_id(charter_talk_found(org, hex), twin);
	assert_same_id(charter_talk_found(org, "A/1"), org_fixture_id(4, 1));
	assert_err(CONFLICT, charter_unit_find(&org->txn, "机关支部", &unit));
	assert_same_id(charter_talk_found(org, "王坊镇/机关支部"), twin);
	assert_same_id(charter_talk_found(org, "醴陵市/板杉镇/机关支部"), org_fixture_id(4, 1));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "醴陵市/机关支部", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "醴陵市/醴陵市/板杉镇", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "/", &unit));
	assert_string_equal(SAY(org, other, org_fixture_changed(org, twin, "", true)), "ACCEPTED");
	assert_same_id(charter_talk_found(org, "机关支部"), org_fixture_id(4, 1)); // the open one is meant
}

static void names_that_differ_only_behind_the_index_are_told_apart(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	char one[101], other[101];
	memset(one, 'n', 100);
	one[100] = '\0';
	memcpy(other, one, sizeof other);
	other[99] = 'm';
	SAY(org, township, org_fixture_created(org, org_fixture_id(4, 1), township->unit, "branch", one, ""));
	SAY(org, township, org_fixture_created(org, org_fixture_id(4, 2), township->unit, "branch", other, ""));
	assert_same_id(charter_talk_found(org, one), org_fixture_id(4, 1));
	assert_same_id(charter_talk_found(org, other), org_fixture_id(4, 2));
	assert_string_equal(SAY(org, township, org_fixture_changed(org, org_fixture_id(4, 1), other, false)), "ACCEPTED");
	assert_err(CONFLICT, charter_unit_find(&org->txn, other, &(struct id){ { 0 } }));
}

static enum err note_name(void *context, const struct charter_unit *row)
{
	strcat(context, row->name);
	strcat(context, " ");
	return ERR_OK;
}

static void a_walk_meets_parents_before_children(void **state)
{
	struct org_fixture *org = *state;
	char names[256] = "";
	assert_ok(charter_subtree(&org->txn, &org->county.unit, note_name, names));
	assert_string_equal(names, "醴陵市 板杉镇 一支部 二支部 王坊镇 三支部 四支部 ");
	names[0] = '\0';
	assert_ok(charter_subtree(&org->txn, &org->branch[2].unit, note_name, names));
	assert_string_equal(names, "三支部 ");
	struct id nobody = org_fixture_id(9, 9);
	assert_err(NOT_FOUND, charter_subtree(&org->txn, &nobody, note_name, names));
}

static void relations_follow_the_tree_and_its_registrars(void **state)
{
	struct org_fixture *org = *state;
	struct id group = org_fixture_id(4, 1), registrar;
	assert_string_equal(SAY(org, &org->township[0], org_fixture_created(org, group, org->branch[0].unit, "group", "一组", "")), "ACCEPTED");
	assert_ok(charter_registrar(&org->txn, &group, &registrar));
	assert_same_id(registrar, org->township[0].unit);
	assert_int_equal(charter_relation(&org->txn, &group, &group), RELATION_OWN);
	assert_int_equal(charter_relation(&org->txn, &org->branch[0].unit, &group), RELATION_PARENT);
	assert_int_equal(charter_relation(&org->txn, &org->township[0].unit, &group), RELATION_PARENT); // registrar
	assert_int_equal(charter_relation(&org->txn, &org->county.unit, &group), RELATION_ANCESTOR);
	assert_int_equal(charter_relation(&org->txn, &org->township[1].unit, &group), RELATION_NONE);
	assert_int_equal(charter_relation(&org->txn, &group, &org->branch[0].unit), RELATION_NONE);
	assert_true(charter_is_ancestor(&org->txn, &org->county.unit, &group));
	assert_false(charter_is_ancestor(&org->txn, &group, &group));
	assert_false(charter_is_ancestor(&org->txn, &group, &org->county.unit));
}

// ---- Devices. ----

static void a_device_belongs_to_one_unit_and_its_session_key_to_one_device(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0], thief;
	const struct identity *tablet = &org->branch[0].identity;
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, tablet, org->branch[0].unit, false, "平板")), "ACCEPTED");
	assert_false(org->effects.device_enrolled); // it was
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, tablet, org->branch[1].unit, false, "平板")), "STATEMENT");
	org_fixture_voice(org, 99, &org->branch[1].unit, &thief);
	thief.identity.curve_public = tablet->curve_public;
	assert_string_equal(SAY(org, township, org_fixture_enrolled(org, &thief.identity, thief.unit, false, "")), "STATEMENT");
}

static void an_enrolment_without_the_devices_own_word_is_refused(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice device;
	org_fixture_voice(org, 99, &org->branch[0].unit, &device);
	Tributary__Statement *enrolled = org_fixture_enrolled(org, &device.identity, device.unit, false, "");
	enrolled->device_enrolled->proof.data[9] ^= 1;
	assert_string_equal(SAY(org, &org->township[0], enrolled), "STATEMENT");
	enrolled->device_enrolled->proof.data[9] ^= 1;
	assert_string_equal(SAY(org, &org->township[0], enrolled), "ACCEPTED");
}

static void the_devices_of_a_unit_are_listed(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice second;
	struct hash device;
	size_t count = 0;
	org_fixture_voice(org, 99, &org->branch[0].unit, &second);
	SAY(org, &org->township[0], org_fixture_enrolled(org, &second.identity, second.unit, false, ""));
	struct charter_walk walk = charter_devices(&org->txn, &org->branch[0].unit);
	for (; charter_device_next(&walk, &device); count++)
		assert_true(hash_equal(&device, &second.identity.sign_public)
		            || hash_equal(&device, &org->branch[0].identity.sign_public));
	charter_walk_end(&walk);
	assert_int_equal(count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_FROM_NOTHING(a_tree_begins_with_the_word_of_its_root_key),
		PLAY_FROM_NOTHING(genesis_again_is_harmless_and_a_second_tree_is_refused),
		PLAY_FROM_NOTHING(a_store_that_was_told_a_root_key_trusts_no_other),
		PLAY_FROM_NOTHING(genesis_counts_only_as_the_first_word_of_its_server),
		PLAY_FROM_NOTHING(what_a_township_says_before_the_county_has_enrolled_it_waits),
		PLAY(what_names_a_unit_or_device_that_has_not_come_yet_waits),
		PLAY(a_branch_device_cannot_enrol_anybody),
		PLAY(a_township_cannot_speak_for_the_other_townships_branches),
		PLAY(the_county_does_not_speak_over_a_townships_head),
		PLAY(a_township_cannot_replace_its_own_server),
		PLAY(only_the_top_publishes_a_pack_and_the_highest_version_counts),
		PLAY(a_pack_that_cannot_be_read_is_refused_and_one_version_is_published_once),
		PLAY(a_unit_is_created_once_and_the_same_words_again_are_harmless),
		PLAY(an_entry_read_again_after_a_rename_does_not_undo_it),
		PLAY(a_code_is_given_once_by_one_voice_and_a_clash_of_two_shows),
		PLAY(a_tree_deeper_than_the_limit_is_refused),
		PLAY(of_an_entry_all_statements_stand_or_none),
		PLAY(a_refused_entry_leaves_the_store_as_it_was_to_the_byte),
		PLAY(a_closed_unit_is_expected_to_report_until_the_day_it_closes),
		PLAY(a_unit_is_found_by_id_code_name_and_path),
		PLAY(names_that_differ_only_behind_the_index_are_told_apart),
		PLAY(a_walk_meets_parents_before_children),
		PLAY(relations_follow_the_tree_and_its_registrars),
		PLAY(a_device_belongs_to_one_unit_and_its_session_key_to_one_device),
		PLAY(an_enrolment_without_the_devices_own_word_is_refused),
		PLAY(the_devices_of_a_unit_are_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
