// n of "k of n": what is kept about how many there are is what a walk over the tree would find.
#include <stdlib.h>

#include "support/org_fixture.h"
#include "support/store_counting.h"
#include "support/support.h"

enum { UNITS = 120, STEPS = 400, DAYS = 12 };

struct census {
	struct org_fixture org;
	const struct pack *pack;
	struct id unit[UNITS]; // the first are the fixture's: county, townships, branches
	size_t count;
	int32_t first_day;
};

static int setup(void **state)
{
	struct census *census = calloc(1, sizeof *census);
	const char *why;
	struct org_fixture *org = &census->org;
	org_fixture_tree(org);
	assert_ok(pack_decode(org_fixture_pack(org, "party", 1), &org->words, &census->pack, &why));
	census->unit[census->count++] = org->county.unit;
	for (size_t i = 0; i < ORG_TOWNSHIPS; i++)
		census->unit[census->count++] = org->township[i].unit;
	census->first_day = org_fixture_changed(org, org->county.unit, "x", false)->effective - DAYS / 2;
	*state = census;
	return 0;
}

static int teardown(void **state)
{
	struct census *census = *state;
	org_fixture_free(&census->org);
	free(census);
	return 0;
}

static void say(struct census *census, struct org_voice *voice, Tributary__Statement *first, Tributary__Statement *second,
                enum merge_reason expected)
{
	enum merge_reason reason;
	assert_ok(org_fixture_say(&census->org, voice, &reason, (Tributary__Statement *[4]){ first, second }));
	assert_int_equal(reason, expected);
}

// ---- As a walk finds it. ----

struct walk {
	const struct pack *pack;
	int32_t day;
	int64_t count, all;
};

static enum err look(void *context, const struct charter_unit *row)
{
	struct walk *walk = context;
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(walk->pack, row->kind);
	bool there = row->since <= walk->day && walk->day < row->closed;
	walk->count += kind && kind->ledger && there;
	walk->all += there;
	return ERR_OK;
}

static void all_is_as_a_walk_finds_it(struct census *census)
{
	struct txn *txn = &census->org.txn;
	for (size_t i = 0; i < census->count; i++) {
		for (int32_t day = census->first_day - 1; day <= census->first_day + DAYS; day++) {
			struct walk walk = { .pack = census->pack, .day = day };
			int64_t count, all;
			assert_ok(charter_subtree(txn, &census->unit[i], look, &walk));
			assert_ok(charter_expected(txn, census->pack, &census->unit[i], day, &count));
			assert_ok(charter_expected(txn, NULL, &census->unit[i], day, &all));
			assert_int_equal(count, walk.count);
			assert_int_equal(all, walk.all);
		}
	}
}

// ---- Plays. ----

static uint8_t draw(struct census *census, size_t below)
{
	uint8_t byte;
	drbg_draw(&census->org.drbg, &byte, 1);
	return (uint8_t)(byte % below);
}

// A unit below any of the first township's, of one of two kinds, beginning on some day.
static Tributary__Statement *some_birth(struct census *census)
{
	static const char *const kinds[] = { "branch", "group" };
	struct id parent = census->unit[1];
	size_t at = draw(census, census->count);
	if (at >= 1 + ORG_TOWNSHIPS && census->count < UNITS / 2)
		parent = census->unit[at];
	struct id unit = org_fixture_id(7, (uint8_t)census->count);
	census->unit[census->count++] = unit;
	Tributary__Statement *birth = org_fixture_created(&census->org, unit, parent, kinds[draw(census, 2)], "某支部", "");
	birth->effective = census->first_day + draw(census, DAYS);
	return birth;
}

// One of them closes: perhaps again, perhaps before it began.
static Tributary__Statement *some_end(struct census *census)
{
	size_t at = 1 + ORG_TOWNSHIPS + draw(census, census->count - 1 - ORG_TOWNSHIPS);
	Tributary__Statement *end = org_fixture_changed(&census->org, census->unit[at], "", true);
	end->effective = census->first_day + draw(census, DAYS);
	return end;
}

static void what_is_kept_is_what_a_walk_over_the_tree_finds(void **state)
{
	struct census *census = *state;
	struct org_voice *township = &census->org.township[0];
	for (size_t step = 0; step < STEPS; step++) {
		bool born = census->count + 2 < UNITS && (census->count < 8 || draw(census, 3));
		Tributary__Statement *first = born ? some_birth(census) : some_end(census);
		Tributary__Statement *second = born ? some_birth(census) : some_end(census); // it may be below the first
		say(census, township, first, second, MERGE_ACCEPTED);
		if (step % 40 == 0)
			all_is_as_a_walk_finds_it(census);
	}
	all_is_as_a_walk_finds_it(census);
}

static void an_entry_that_does_not_stand_counts_nobody(void **state)
{
	struct census *census = *state;
	struct org_fixture *org = &census->org;
	struct hash before = org_fixture_picture(org);
	// The second statement is not the first township's to make.
	say(census, &org->township[0], org_fixture_created(org, org_fixture_id(8, 1), org->township[0].unit, "branch", "新", ""),
	    org_fixture_created(org, org_fixture_id(8, 2), org->township[1].unit, "branch", "新", ""), MERGE_STATEMENT);
	struct hash after = org_fixture_picture(org);
	assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
	all_is_as_a_walk_finds_it(census);
}

static void a_unit_that_is_not_there_is_not_counted(void **state)
{
	struct census *census = *state;
	struct id nobody = org_fixture_id(9, 9);
	int64_t count;
	assert_err(NOT_FOUND, charter_expected(&census->org.txn, census->pack, &nobody, census->first_day, &count));
}

// How much is asked of the store does not grow with the tree.
static void a_count_costs_the_same_in_a_large_tree(void **state)
{
	struct census *census = *state;
	struct org_fixture *org = &census->org;
	struct store_counting counting;
	struct txn txn;
	int64_t count;
	size_t operations[2];
	for (size_t round = 0; round < 2; round++) {
		for (uint8_t i = 0; i < 100 * round; i++)
			say(census, &org->township[0], org_fixture_created(org, org_fixture_id(7, i), org->township[0].unit, "branch", "某", ""),
			    NULL, MERGE_ACCEPTED);
		assert_ok(txn_commit(&org->txn));
		assert_ok(txn_begin(store_counting_open(&counting, org->store), STORE_READ, &txn));
		assert_ok(charter_expected(&txn, census->pack, &org->county.unit, census->first_day + DAYS, &count));
		assert_int_equal(count, ORG_BRANCHES + 100 * round);
		txn_abort(&txn);
		operations[round] = counting.operations;
		assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	}
	assert_int_equal(operations[0], operations[1]);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(what_is_kept_is_what_a_walk_over_the_tree_finds),
		PLAY(an_entry_that_does_not_stand_counts_nobody),
		PLAY(a_unit_that_is_not_there_is_not_counted),
		PLAY(a_count_costs_the_same_in_a_large_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
