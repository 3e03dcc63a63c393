// Roles in the charter: who states them, what a question gets for an answer at each place of a log, in any order of
// the statements, and what is not believed.
#include <stdlib.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "org/charter_role.h"
#include "support/charter_talk.h"

// The device of `whose` holds the role from entry `size` of its log on, or no more.
static Tributary__Statement *role(struct org_fixture *org, const struct org_voice *whose, const char *name, bool granted, uint32_t rank,
                                  uint64_t size)
{
	Tributary__Statement *statement = arena_alloc(&org->words, sizeof *statement);
	Tributary__RoleStated *stated = arena_alloc(&org->words, sizeof *stated);
	Tributary__Frontier *row = arena_alloc(&org->words, sizeof *row), **cutoff = arena_array(&org->words, 1, sizeof *cutoff);
	tributary__statement__init(statement);
	tributary__role_stated__init(stated);
	tributary__frontier__init(row);
	row->log = pb_bytes(hash_span(&whose->log.id));
	row->size = size;
	cutoff[0] = row;
	stated->device = pb_bytes(hash_span(&whose->identity.sign_public));
	stated->role = arena_string(&org->words, span_string(name));
	stated->rank = rank;
	stated->n_cutoff = 1;
	stated->cutoff = cutoff;
	statement->effective = 20454;
	statement->what_case = granted ? TRIBUTARY__STATEMENT__WHAT_ROLE_GRANTED : TRIBUTARY__STATEMENT__WHAT_ROLE_WITHDRAWN;
	statement->role_granted = stated;
	return statement;
}

static bool may_at(struct org_fixture *org, const struct org_voice *who, const char *name, bool strict, const struct hash *log, uint64_t seq)
{
	const struct charter_role_entry entry = { .unit = &who->unit, .device = &who->identity.sign_public, .log = log, .seq = seq };
	bool may;
	assert_ok(charter_role_may(&org->txn, &entry, name, strict, &may));
	return may;
}

static void who_enrols_a_device_gives_it_its_roles(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *desk = &org->branch[0], *township = &org->township[0];
	assert_string_equal(SAY(org, &org->county, role(org, desk, "secretary", true, 1, 0)), "STATEMENT");
	assert_string_equal(SAY(org, &org->township[1], role(org, desk, "secretary", true, 1, 0)), "STATEMENT");
	assert_string_equal(SAY(org, desk, role(org, desk, "secretary", true, 1, 0)), "STATEMENT");
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 1, 0)), "ACCEPTED");
	assert_true(org->effects.role_stated && !org->effects.role_server);
	assert_same_id(org->effects.role_unit, desk->unit);
	// A server's roles are its parent's affair, and the top's its own.
	assert_string_equal(SAY(org, township, role(org, township, "reviewer", true, 1, 0)), "STATEMENT");
	assert_string_equal(SAY(org, &org->county, role(org, township, "reviewer", true, 1, 0)), "ACCEPTED");
	assert_true(org->effects.role_server);
	assert_string_equal(SAY(org, &org->county, role(org, &org->county, "reviewer", true, 1, 0)), "ACCEPTED");
}

static void a_device_not_known_yet_is_waited_for(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice later;
	org_fixture_voice(org, 77, &org->branch[0].unit, &later);
	assert_string_equal(SAY(org, &org->township[0], role(org, &later, "secretary", true, 1, 0)), "waits");
}

static void each_entry_is_judged_by_the_statements_that_it_lies_behind(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *desk = &org->branch[0], *township = &org->township[0];
	const struct hash *log = &desk->log.id;
	assert_true(may_at(org, desk, "secretary", false, log, 0)); // nobody is named
	assert_false(may_at(org, desk, "secretary", true, log, 0));
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 1, 10)), "ACCEPTED");
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", false, 2, 20)), "ACCEPTED");
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 3, 30)), "ACCEPTED");
	static const struct { uint64_t seq; bool strict, open; } places[] = {
		{ 9, false, true }, { 10, true, true }, { 19, true, true }, { 20, false, false }, { 29, false, false }, { 30, true, true },
	};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		assert_int_equal(may_at(org, desk, "secretary", true, log, places[i].seq), places[i].strict);
		assert_int_equal(may_at(org, desk, "secretary", false, log, places[i].seq), places[i].open);
	}
	assert_true(may_at(org, desk, "secretary", true, NULL, 0));                   // still to be written
	assert_true(may_at(org, desk, "secretary", true, &org->branch[1].log.id, 0)); // a log that none of them names lies behind all
	assert_false(may_at(org, desk, "deputy", true, NULL, 0));                     // another role
	assert_int_equal(charter_role_rank(&org->txn, &desk->unit, "secretary"), 3);
	assert_int_equal(charter_role_rank(&org->txn, &desk->unit, "deputy"), 0);
	assert_int_equal(charter_role_rank(&org->txn, &org->branch[1].unit, "secretary"), 0);
}

static void the_order_of_statements_does_not_matter(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *desk = &org->branch[0], *township = &org->township[0];
	Tributary__Statement *all[] = { role(org, desk, "secretary", true, 1, 10), role(org, desk, "secretary", false, 2, 20),
	                                role(org, desk, "secretary", true, 2, 15), role(org, desk, "secretary", true, 4, 40) };
	static const unsigned orders[][4] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 }, { 1, 3, 0, 2 } };
	for (size_t order = 0; order < 4; order++) {
		txn_clear(&org->txn, STORE_ROLE, span_of(NULL, 0));
		for (size_t i = 0; i < 4; i++)
			assert_string_equal(SAY(org, township, all[orders[order][i]]), "ACCEPTED");
		assert_true(may_at(org, desk, "secretary", false, &desk->log.id, 9));
		assert_true(may_at(org, desk, "secretary", false, &desk->log.id, 16));
		assert_false(may_at(org, desk, "secretary", false, &desk->log.id, 25)); // of one rank, that which withdraws
		assert_true(may_at(org, desk, "secretary", false, &desk->log.id, 40));
	}
}

static void what_is_no_statement_about_a_role_is_refused_whole(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *desk = &org->branch[0], *township = &org->township[0];
	struct hash before = org_fixture_picture(org);
	Tributary__Statement *bad = role(org, desk, "secretary", true, 1, 0);
	assert_string_equal(SAY(org, township, role(org, desk, "", true, 1, 0)), "MALFORMED");
	assert_string_equal(SAY(org, township, role(org, desk, "a\nb", true, 1, 0)), "MALFORMED");
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 0, 0)), "MALFORMED");
	bad->role_granted->device.len = 31;
	assert_string_equal(SAY(org, township, bad), "MALFORMED");
	bad = role(org, desk, "secretary", true, 1, 0);
	bad->role_granted->cutoff[0]->log.len = 5;
	assert_string_equal(SAY(org, township, bad), "MALFORMED");
	bad = role(org, desk, "secretary", true, 1, 0);
	bad->role_granted->cutoff[0]->root = bad->role_granted->cutoff[0]->log;
	assert_string_equal(SAY(org, township, bad), "MALFORMED");
	bad = role(org, desk, "secretary", true, 1, 0);
	Tributary__Frontier *many[CHARTER_ROLE_CUTOFFS + 1];
	for (size_t i = 0; i <= CHARTER_ROLE_CUTOFFS; i++)
		many[i] = bad->role_granted->cutoff[0];
	bad->role_granted->cutoff = many;
	bad->role_granted->n_cutoff = 2; // one log twice
	assert_string_equal(SAY(org, township, bad), "MALFORMED");
	bad->role_granted->n_cutoff = CHARTER_ROLE_CUTOFFS + 1;
	assert_string_equal(SAY(org, township, bad), "MALFORMED");
	// Two units in one entry: the first is taken back, too.
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 1, 0), role(org, &org->branch[1], "secretary", true, 1, 0)),
	                    "MALFORMED");
	struct hash after = org_fixture_picture(org);
	assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
}

static void a_row_of_a_role_has_its_layout(void **state)
{
	struct org_fixture *org = *state;
	struct org_voice *desk = &org->branch[0], *township = &org->township[0];
	assert_string_equal(SAY(org, township, role(org, desk, "secretary", true, 7, 258)), "ACCEPTED");
	struct scan scan = scan_begin(&org->txn, STORE_ROLE, id_span(&desk->unit));
	assert_true(scan_next(&scan));
	assert_int_equal(scan.key.size, 16 + 4 + 8 + 2);
	const uint8_t *at = scan.value.data;
	assert_int_equal(scan.value.size, 2 + 32 + 4 + 4 + 2 + 9 + 1 + 40);
	assert_int_equal(at[0], 1);
	assert_int_equal(at[1], 1);
	assert_memory_equal(at + 2, desk->identity.sign_public.bytes, 32);
	assert_int_equal(bytes_get_u32(at + 34), 20454);
	assert_int_equal(bytes_get_u32(at + 38), 7);
	assert_memory_equal(at + 42, "\0\x09secretary\x01", 12);
	assert_memory_equal(at + 54, desk->log.id.bytes, 32);
	assert_memory_equal(at + 86, "\0\0\0\0\0\0\x01\x02", 8);
	scan_end(&scan);
	// And the words that travel.
	static const uint8_t stated[] = { 0x12, 0x09, 's', 'e', 'c', 'r', 'e', 't', 'a', 'r', 'y', 0x18, 0x07 };
	Tributary__RoleStated bare = TRIBUTARY__ROLE_STATED__INIT;
	struct buf bytes = BUF_EMPTY;
	bare.role = (char *)"secretary";
	bare.rank = 7;
	pb_pack(&bare.base, &bytes);
	assert_int_equal(bytes.size, sizeof stated);
	assert_memory_equal(bytes.data, stated, sizeof stated);
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(who_enrols_a_device_gives_it_its_roles),
		PLAY(a_device_not_known_yet_is_waited_for),
		PLAY(each_entry_is_judged_by_the_statements_that_it_lies_behind),
		PLAY(the_order_of_statements_does_not_matter),
		PLAY(what_is_no_statement_about_a_role_is_refused_whole),
		PLAY(a_row_of_a_role_has_its_layout),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
