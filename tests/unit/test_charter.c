// The tree and who may speak for which part of it.
#include <stdlib.h>

#include "support/org_fixture.h"
#include "support/support.h"

static int setup(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_tree(org);
	*state = org;
	return 0;
}

static int setup_empty(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_empty(org);
	*state = org;
	return 0;
}

static int teardown(void **state)
{
	org_fixture_free(*state);
	free(*state);
	return 0;
}

#define SAY(org, voice, ...) say(org, voice, (Tributary__Statement *[4]){ __VA_ARGS__ })

// What became of it, in one word: "ACCEPTED", the reason it does not stand, or "waits".
static const char *say(struct org_fixture *org, struct org_voice *voice, Tributary__Statement *const statements[4])
{
	enum merge_reason reason;
	enum err err = org_fixture_say(org, voice, &reason, statements);
	if (err == ERR_AGAIN)
		return "waits";
	assert_ok(err);
	return reason ? merge_reason_name(reason) : "ACCEPTED";
}

static struct id found(struct org_fixture *org, const char *text)
{
	struct id unit = { { 0 } };
	assert_ok(charter_unit_find(&org->txn, text, &unit));
	return unit;
}

#define assert_same_id(a, b) assert_memory_equal((a).bytes, (b).bytes, LIMIT_ID_BYTES)

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
	assert_same_id(found(org, "联合支部"), unit);
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "五支部", &unit));
}

static void a_code_is_given_once_by_one_voice_and_a_clash_of_two_shows(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *one = &org->township[0], *other = &org->township[1];
	struct id unit;
	assert_string_equal(SAY(org, one, org_fixture_created(org, org_fixture_id(4, 1), one->unit, "branch", "甲", "430281")), "ACCEPTED");
	assert_string_equal(SAY(org, one, org_fixture_created(org, org_fixture_id(4, 2), one->unit, "branch", "乙", "430281")), "STATEMENT");
	assert_same_id(found(org, "430281"), org_fixture_id(4, 1));
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
	assert_same_id(found(org, "一支部"), org->branch[0].unit);
	// In order, each may stand on the one before.
	assert_string_equal(SAY(org, township, created, org_fixture_created(org, child, org_fixture_id(4, 1), "group", "一组", ""),
	                        org_fixture_enrolled(org, &device.identity, org_fixture_id(4, 1), false, ""), renamed), "ACCEPTED");
	assert_same_id(found(org, "新名"), org->branch[0].unit);
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
	assert_same_id(found(org, hex), twin);
	assert_same_id(found(org, "A/1"), org_fixture_id(4, 1));
	assert_err(CONFLICT, charter_unit_find(&org->txn, "机关支部", &unit));
	assert_same_id(found(org, "王坊镇/机关支部"), twin);
	assert_same_id(found(org, "醴陵市/板杉镇/机关支部"), org_fixture_id(4, 1));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "醴陵市/机关支部", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "醴陵市/醴陵市/板杉镇", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "", &unit));
	assert_err(NOT_FOUND, charter_unit_find(&org->txn, "/", &unit));
	assert_string_equal(SAY(org, other, org_fixture_changed(org, twin, "", true)), "ACCEPTED");
	assert_same_id(found(org, "机关支部"), org_fixture_id(4, 1)); // the open one is meant
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
	assert_same_id(found(org, one), org_fixture_id(4, 1));
	assert_same_id(found(org, other), org_fixture_id(4, 2));
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

// ---- Order. ----

enum { VOICES = 4, ENTRIES = 4, SHUFFLES = 200 };

// What each voice says, in its own log. The first township server is replaced after three entries.
struct script {
	struct org_fixture org;
	struct org_voice replacement, tablet;
	struct org_voice *voice[VOICES];
	struct span entry[VOICES][ENTRIES];
	size_t count[VOICES], at[VOICES];
};

static void write_entry(struct script *script, size_t voice, Tributary__Statement *one, Tributary__Statement *two)
{
	Tributary__Statement *both[] = { one, two };
	script->entry[voice][script->count[voice]++] = org_fixture_entry(&script->org, both, two ? 2 : 1);
}

static void write_script(struct script *script)
{
	struct org_fixture *org = &script->org;
	const struct org_voice *b = org->branch;
	struct id top = org->county.unit, t0 = org->township[0].unit, t1 = org->township[1].unit, office = org_fixture_id(4, 1);
	write_entry(script, 0, org_fixture_genesis(org), org_fixture_created(org, t0, top, "township", "板杉镇", "01"));
	write_entry(script, 0, org_fixture_enrolled(org, &org->township[0].identity, t0, true, ""),
	            org_fixture_created(org, t1, top, "township", "王坊镇", "02"));
	write_entry(script, 0, org_fixture_enrolled(org, &org->township[1].identity, t1, true, ""),
	            org_fixture_created(org, office, top, "branch", "机关支部", "0001"));
	write_entry(script, 0, org_fixture_revoked(org, &org->township[0], 3),
	            org_fixture_enrolled(org, &script->replacement.identity, t0, true, ""));
	write_entry(script, 1, org_fixture_created(org, b[0].unit, t0, "branch", "一支部", "0001"),
	            org_fixture_enrolled(org, &b[0].identity, b[0].unit, false, ""));
	write_entry(script, 1, org_fixture_created(org, b[1].unit, t0, "branch", "二支部", "0002"), NULL);
	write_entry(script, 1, org_fixture_changed(org, b[1].unit, "联合支部", false),
	            org_fixture_enrolled(org, &b[1].identity, b[1].unit, false, ""));
	write_entry(script, 2, org_fixture_created(org, b[2].unit, t1, "branch", "一支部", "0001"),
	            org_fixture_enrolled(org, &b[2].identity, b[2].unit, false, ""));
	write_entry(script, 2, org_fixture_revoked(org, &b[2], 4), org_fixture_changed(org, b[2].unit, "", true));
	write_entry(script, 2, org_fixture_changed(org, b[0].unit, "不归他管", false), NULL); // refused, always
	write_entry(script, 3, org_fixture_changed(org, b[0].unit, "新一支部", false),
	            org_fixture_changed(org, b[1].unit, "第二联合支部", false)); // the first server's name for it may come later
	org->enroller = &script->replacement.identity.sign_public;
	write_entry(script, 3, org_fixture_enrolled(org, &script->tablet.identity, b[1].unit, false, ""),
	            org_fixture_revoked(org, &b[1], 7));
}

static struct hash told_in_some_order(uint8_t seed, size_t *refused)
{
	struct script *script = calloc(1, sizeof *script);
	uint8_t bytes[DRBG_SEED_BYTES] = { seed };
	struct drbg drbg;
	struct org_fixture *org = &script->org;
	size_t left = VOICES;
	drbg_seed(&drbg, bytes);
	org_fixture_empty(org);
	org_fixture_voice(org, 98, &org->township[0].unit, &script->replacement);
	org_fixture_voice(org, 99, &org->branch[1].unit, &script->tablet);
	script->voice[0] = &org->county;
	script->voice[1] = &org->township[0];
	script->voice[2] = &org->township[1];
	script->voice[3] = &script->replacement;
	write_script(script);
	*refused = 0;
	for (size_t step = 0; left && step < 10000; step++) {
		uint8_t voice;
		enum merge_reason reason;
		drbg_draw(&drbg, &voice, 1);
		voice %= VOICES;
		size_t at = script->at[voice];
		if (at == script->count[voice])
			continue;
		enum err err = org_fixture_apply(org, script->voice[voice], at, script->entry[voice][at], &reason);
		if (err == ERR_AGAIN)
			continue;
		assert_ok(err);
		*refused += reason != MERGE_ACCEPTED;
		left -= ++script->at[voice] == script->count[voice];
	}
	assert_int_equal(left, 0); // nothing waits for ever
	assert_same_id(found(org, "第二联合支部"), org->branch[1].unit);
	struct hash picture = org_fixture_picture(org);
	org_fixture_free(org);
	free(script);
	return picture;
}

static void in_whatever_order_the_logs_come_the_tree_is_the_same(void **state)
{
	size_t refused;
	(void)state;
	struct hash expected = told_in_some_order(0, &refused);
	assert_int_equal(refused, 1);
	for (unsigned seed = 1; seed < SHUFFLES; seed++) {
		struct hash other = told_in_some_order((uint8_t)seed, &refused);
		assert_memory_equal(other.bytes, expected.bytes, sizeof expected.bytes);
		assert_int_equal(refused, 1);
	}
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define PLAY_FROM_NOTHING(name) cmocka_unit_test_setup_teardown(name, setup_empty, teardown)

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
		PLAY(a_revoked_devices_entries_up_to_the_cut_off_stay_valid),
		PLAY(a_revocation_is_final),
		PLAY(an_entry_revokes_in_one_unit_only),
		PLAY(a_stolen_township_server_is_replaced_and_what_it_said_before_still_counts),
		PLAY(a_late_word_of_a_replaced_server_does_not_undo_its_successors),
		PLAY(revoking_and_replacing_may_be_one_entry),
		PLAY(the_top_server_gives_way_to_another_in_its_own_words),
		PLAY(a_device_belongs_to_one_unit_and_its_session_key_to_one_device),
		PLAY(an_enrolment_without_the_devices_own_word_is_refused),
		PLAY(the_devices_of_a_unit_are_listed),
		cmocka_unit_test(in_whatever_order_the_logs_come_the_tree_is_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
