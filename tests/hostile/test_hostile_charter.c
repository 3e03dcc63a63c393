// Statements that nobody of ours would write: by a server that is enrolled and means harm. Whatever
// comes, the store is as it was before, to the byte, and the reason is told.
#include <stdlib.h>

#include "base/date.h"
#include "base/pb.h"
#include "support/org_fixture.h"
#include "support/support.h"

static int setup(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_tree(org);
	assert_ok(txn_commit(&org->txn));
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	*state = org;
	return 0;
}

static int teardown(void **state)
{
	org_fixture_free(*state);
	free(*state);
	return 0;
}

static void refused(struct org_fixture *org, struct org_voice *voice, struct span entry, enum merge_reason expected)
{
	enum merge_reason reason;
	struct hash before = org_fixture_picture(org);
	assert_ok(org_fixture_apply(org, voice, voice->next, entry, &reason));
	assert_string_equal(merge_reason_name(reason), merge_reason_name(expected));
	assert_false(org->effects.unit_created || org->effects.device_enrolled || org->effects.device_revoked
	             || org->effects.pack_published);
	struct hash after = org_fixture_picture(org);
	assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
}

static struct span entry_of(struct org_fixture *org, Tributary__Statement *statement)
{
	return org_fixture_entry(org, &statement, 1);
}

static ProtobufCBinaryData cut(ProtobufCBinaryData bytes, size_t size)
{
	return (ProtobufCBinaryData){ .len = size, .data = bytes.data };
}

static void bytes_that_are_no_statements_are_malformed(void **state)
{
	struct org_fixture *org = *state;
	static const char *const payloads[] = { "", "\x0a", "\x0a\x00", "\x0a\x02\x08\x02", "\xff\xff\xff", "\x08\x01",
	                                        "\x0a\x04\x3a\x02\x0a\x00" };
	static const size_t sizes[] = { 0, 1, 2, 4, 3, 2, 6 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		refused(org, &org->county, span_of(payloads[i], sizes[i]), MERGE_MALFORMED);
}

static void ids_of_a_wrong_size_or_of_nothing_are_malformed(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	Tributary__Statement *statement = org_fixture_created(org, org_fixture_id(4, 1), township->unit, "branch", "x", "");
	Tributary__UnitCreated *created = statement->unit_created;
	ProtobufCBinaryData unit = created->unit;
	created->unit = cut(unit, 15);
	refused(org, township, entry_of(org, statement), MERGE_MALFORMED);
	created->unit = created->parent; // its own parent
	refused(org, township, entry_of(org, statement), MERGE_MALFORMED);
	memset(unit.data, 0, unit.len);
	created->unit = unit;
	refused(org, township, entry_of(org, statement), MERGE_MALFORMED);
	created->unit = created->parent;
	created->parent = unit; // a second top
	refused(org, township, entry_of(org, statement), MERGE_MALFORMED);
}

static void texts_that_are_too_long_or_steer_a_terminal_are_malformed(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	char title[LIMIT_TITLE_BYTES + 2], name[LIMIT_NAME_BYTES + 2];
	memset(title, 'n', sizeof title - 1);
	title[sizeof title - 1] = '\0';
	memset(name, 'k', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	struct id unit = org_fixture_id(4, 1);
	const struct { const char *kind, *name, *code; } cases[] = {
		{ "branch", title, "" }, { name, "x", "" },    { "branch", "x", name },
		{ "branch", "", "" },    { "", "x", "" },      { "branch", "a\nb", "" },
		{ "branch", "\x1b[2J", "" }, { "branch", "x", "\x7f" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		refused(org, township, entry_of(org, org_fixture_created(org, unit, township->unit, cases[i].kind, cases[i].name, cases[i].code)),
		        MERGE_MALFORMED);
	refused(org, township, entry_of(org, org_fixture_changed(org, org->branch[0].unit, title, false)), MERGE_MALFORMED);
	refused(org, township, entry_of(org, org_fixture_changed(org, org->branch[0].unit, "", false)), MERGE_MALFORMED);
}

static void moves_beyond_authority_and_in_circles_change_nothing(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *county = &org->county, *north = &org->township[0], *south = &org->township[1];
	struct id a = org->branch[0].unit, b = org->branch[1].unit, c = org->branch[2].unit;
	refused(org, north, entry_of(org, org_fixture_moved(org, a, south->unit, 1, NULL, 0)), MERGE_STATEMENT);
	refused(org, south, entry_of(org, org_fixture_moved(org, a, south->unit, 1, NULL, 0)), MERGE_STATEMENT); // stolen
	refused(org, north, entry_of(org, org_fixture_moved(org, c, north->unit, 1, NULL, 0)), MERGE_STATEMENT);
	refused(org, county, entry_of(org, org_fixture_moved(org, a, b, 1, NULL, 0)), MERGE_STATEMENT); // its township's affair
	refused(org, county, entry_of(org, org_fixture_moved(org, county->unit, a, 1, NULL, 0)), MERGE_STATEMENT);
	refused(org, county, entry_of(org, org_fixture_moved(org, north->unit, a, 1, NULL, 0)), MERGE_CLOSED); // below itself
	refused(org, county, entry_of(org, org_fixture_moved(org, a, a, 1, NULL, 0)), MERGE_MALFORMED);
	refused(org, county, entry_of(org, org_fixture_moved(org, a, south->unit, 0, NULL, 0)), MERGE_MALFORMED);
	refused(org, county, entry_of(org, org_fixture_moved(org, a, south->unit, UINT32_MAX, NULL, 0)), MERGE_MALFORMED);
	Tributary__Statement *bare = org_fixture_moved(org, a, south->unit, 1, NULL, 0);
	bare->handover = NULL;
	refused(org, county, entry_of(org, bare), MERGE_MALFORMED);
	refused(org, north, entry_of(org, org_fixture_merged(org, a, c, 1)), MERGE_STATEMENT);
}

static void a_merge_into_a_closed_unit_changes_nothing(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *north = &org->township[0];
	enum merge_reason reason;
	assert_ok(org_fixture_say(org, north, &reason, (Tributary__Statement *[4]){ org_fixture_changed(org, org->branch[1].unit, "", true) }));
	assert_int_equal(reason, MERGE_ACCEPTED);
	assert_ok(txn_commit(&org->txn));
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	refused(org, north, entry_of(org, org_fixture_merged(org, org->branch[0].unit, org->branch[1].unit, 1)), MERGE_CLOSED);
	refused(org, north, entry_of(org, org_fixture_merged(org, org->branch[1].unit, org->branch[0].unit, 1)), MERGE_CLOSED);
}

// What a former superior says behind its cut-off, not knowing of the move, does not stand: whichever comes first.
static void a_former_superior_speaks_for_the_unit_no_more(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *north = &org->township[0];
	struct id a = org->branch[0].unit;
	enum merge_reason reason;
	Tributary__Statement *moved = org_fixture_moved(org, a, org->township[1].unit, 1, north, north->next);
	assert_ok(org_fixture_say(org, &org->county, &reason, (Tributary__Statement *[4]){ moved }));
	assert_int_equal(reason, MERGE_ACCEPTED);
	assert_ok(txn_commit(&org->txn));
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	refused(org, north, entry_of(org, org_fixture_changed(org, a, "改不了", false)), MERGE_STATEMENT);
	refused(org, north, entry_of(org, org_fixture_created(org, org_fixture_id(4, 1), a, "branch", "x", "")), MERGE_STATEMENT);
}

static void days_outside_the_calendar_are_malformed(void **state)
{
	struct org_fixture *org = *state;
	const int32_t days[] = { INT32_MIN, INT32_MAX, date_from_civil(DATE_YEAR_MIN, 1, 1) - 1,
	                         date_from_civil(DATE_YEAR_MAX, 12, 31) + 1 };
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		Tributary__Statement *closed = org_fixture_changed(org, org->branch[0].unit, "", true);
		closed->effective = days[i];
		refused(org, &org->township[0], entry_of(org, closed), MERGE_MALFORMED);
	}
}

static void keys_that_give_everybody_the_same_secret_are_malformed(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice device;
	org_fixture_voice(org, 99, &org->branch[0].unit, &device);
	assert_ok(txn_commit(&org->txn));
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	// Points of small order on Curve25519: 0, 1, and one of order 8.
	static const uint8_t points[][32] = {
		{ 0 },
		{ 1 },
		{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
		  0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
	};
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		struct identity weak = device.identity;
		memcpy(weak.box_public.bytes, points[i], 32);
		refused(org, &org->township[0], entry_of(org, org_fixture_enrolled(org, &weak, device.unit, false, "")), MERGE_MALFORMED);
		weak = device.identity;
		memcpy(weak.curve_public.bytes, points[i], 32);
		refused(org, &org->township[0], entry_of(org, org_fixture_enrolled(org, &weak, device.unit, false, "")), MERGE_MALFORMED);
	}
}

static void another_devices_proof_does_not_enrol_this_one(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice device, other;
	org_fixture_voice(org, 98, &org->branch[0].unit, &other);
	org_fixture_voice(org, 99, &org->branch[0].unit, &device);
	Tributary__Statement *one = org_fixture_enrolled(org, &device.identity, device.unit, false, "");
	Tributary__Statement *two = org_fixture_enrolled(org, &other.identity, other.unit, false, "");
	one->device_enrolled->proof = two->device_enrolled->proof;
	refused(org, &org->township[0], entry_of(org, one), MERGE_STATEMENT);
	one->device_enrolled->proof.len = 63;
	refused(org, &org->township[0], entry_of(org, one), MERGE_STATEMENT);
}

static void a_revocation_with_too_many_or_double_cut_offs_is_malformed(void **state)
{
	struct org_fixture *org = *state;
	Tributary__Statement *statement = org_fixture_revoked(org, &org->branch[0], 5);
	Tributary__DeviceRevoked *revoked = statement->device_revoked;
	uint8_t logs[CHARTER_CUTOFFS + 1][32];
	Tributary__Frontier frontier[CHARTER_CUTOFFS + 1], *list[CHARTER_CUTOFFS + 1];
	for (size_t i = 0; i <= CHARTER_CUTOFFS; i++) {
		memset(logs[i], (int)i + 1, sizeof logs[i]);
		tributary__frontier__init(&frontier[i]);
		frontier[i].log = pb_bytes(span_of(logs[i], sizeof logs[i]));
		frontier[i].size = 1;
		list[i] = &frontier[i];
	}
	revoked->cutoff = list;
	revoked->n_cutoff = CHARTER_CUTOFFS + 1;
	refused(org, &org->township[0], entry_of(org, statement), MERGE_MALFORMED);
	revoked->n_cutoff = 2;
	list[1] = list[0];
	refused(org, &org->township[0], entry_of(org, statement), MERGE_MALFORMED);
	revoked->n_cutoff = 1;
	frontier[0].root = pb_bytes(span_of(logs[0], 31));
	refused(org, &org->township[0], entry_of(org, statement), MERGE_MALFORMED);
	revoked->reason = (char[]){ "a\x1b" };
	frontier[0].root.len = 32;
	refused(org, &org->township[0], entry_of(org, statement), MERGE_MALFORMED);
}

static void an_unknown_kind_of_statement_takes_its_whole_entry_along(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	Tributary__Statement *good = org_fixture_created(org, org_fixture_id(4, 1), township->unit, "branch", "x", "");
	struct span entry = entry_of(org, good);
	uint8_t longer[1024];
	static const uint8_t later[] = { 0x0a, 0x03, 0xa2, 0x06, 0x00 }; // field 100 of a statement
	assert_true(entry.size + sizeof later <= sizeof longer);
	memcpy(longer, entry.data, entry.size);
	memcpy(longer + entry.size, later, sizeof later);
	refused(org, township, span_of(longer, entry.size + sizeof later), MERGE_MALFORMED);
}

// Every prefix and every flipped bit of a good entry: never an abort, never half of it.
static void a_good_entry_cut_or_flipped_anywhere_changes_all_or_nothing(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0], device;
	enum merge_reason reason;
	org_fixture_voice(org, 99, &org->branch[0].unit, &device);
	assert_ok(txn_commit(&org->txn));
	Tributary__Statement *list[] = {
		org_fixture_created(org, org_fixture_id(4, 1), township->unit, "branch", "五支部", "L5"),
		org_fixture_enrolled(org, &device.identity, device.unit, false, "平板"),
		org_fixture_changed(org, org->branch[1].unit, "新名", false),
		org_fixture_revoked(org, &org->branch[1], 5),
	};
	struct span entry = org_fixture_entry(org, list, 4);
	uint8_t bytes[1024];
	assert_true(entry.size <= sizeof bytes);
	size_t accepted = 0, turned_away = 0;
	for (size_t i = 0; i < entry.size * 9; i++) {
		size_t size = i < entry.size ? i : entry.size;
		assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
		memcpy(bytes, entry.data, entry.size);
		if (i >= entry.size)
			bytes[(i - entry.size) / 8] ^= (uint8_t)(1u << (i - entry.size) % 8);
		struct hash before = org_fixture_picture(org);
		enum err err = org_fixture_apply(org, township, township->next, span_of(bytes, size), &reason);
		assert_true(err == ERR_OK || err == ERR_AGAIN);
		struct hash after = org_fixture_picture(org);
		bool same = hash_equal(&before, &after), stood = !err && !reason;
		assert_true(stood != same);
		accepted += stood;
		turned_away += !stood;
		txn_abort(&org->txn);
	}
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	assert_true(accepted > 0 && turned_away > entry.size); // a flipped letter of a name stands, and that is all right
}

static void an_arena_too_small_takes_the_entry_back_and_says_so(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *township = &org->township[0];
	struct dot place = { .log = township->log.number, .seq = township->next };
	enum merge_reason reason;
	struct charter_effects effects;
	Tributary__Statement *list[64];
	for (uint8_t i = 0; i < 64; i++)
		list[i] = org_fixture_created(org, org_fixture_id(6, i), township->unit, "branch", "支部", "");
	struct span entry = org_fixture_entry(org, list, 64);
	struct hash before = org_fixture_picture(org);
	size_t refusals = 0;
	for (size_t limit = 0; limit < 256 * 1024; limit += 1024) {
		struct arena small;
		arena_init(&small, limit);
		enum err err = charter_apply(&org->txn, &township->identity.sign_public, place, entry, &small, &reason, &effects);
		arena_free(&small);
		if (err == ERR_OK)
			break;
		assert_err(BUDGET, err);
		refusals++;
		struct hash after = org_fixture_picture(org);
		assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
	}
	assert_in_range(refusals, 2, 255);
}

#define ATTACK(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ATTACK(bytes_that_are_no_statements_are_malformed),
		ATTACK(ids_of_a_wrong_size_or_of_nothing_are_malformed),
		ATTACK(texts_that_are_too_long_or_steer_a_terminal_are_malformed),
		ATTACK(moves_beyond_authority_and_in_circles_change_nothing),
		ATTACK(a_merge_into_a_closed_unit_changes_nothing),
		ATTACK(a_former_superior_speaks_for_the_unit_no_more),
		ATTACK(days_outside_the_calendar_are_malformed),
		ATTACK(keys_that_give_everybody_the_same_secret_are_malformed),
		ATTACK(another_devices_proof_does_not_enrol_this_one),
		ATTACK(a_revocation_with_too_many_or_double_cut_offs_is_malformed),
		ATTACK(an_unknown_kind_of_statement_takes_its_whole_entry_along),
		ATTACK(a_good_entry_cut_or_flipped_anywhere_changes_all_or_nothing),
		ATTACK(an_arena_too_small_takes_the_entry_back_and_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
