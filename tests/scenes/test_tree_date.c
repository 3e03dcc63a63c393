// Figures as they were then, in today's boundaries and in those of a day, beside sums that know nothing of logs and
// corrections: what each branch has, added up over those that stand below a unit in the tree that is asked for.
#include <stdio.h>

#include "base/pb.h"
#include "ledger/figure.h"
#include "ledger/tally.h"
#include "org/charter_boundary.h"
#include "org/ranking.h"
#include "support/cluster.h"
#include "support/support.h"

enum { MONTHS = 4, THEN = INT32_MIN };

struct county {
	struct cluster *play;
	struct actor *top, *east, *west, *north, *south, *a, *b, *c;
};

// What the branches have: members from January on; meetings by month.
static const struct { int64_t members, meetings[MONTHS]; } kept[] = { { 5, { 1, 0, 2, 0 } }, { 7, { 0, 1, 1, 0 } }, { 3, { 1, 1, 0, 0 } } };
enum { A = 1, B = 2, C = 4 };

static int32_t day(const char *text)
{
	int32_t days;
	assert_ok(date_parse(span_string(text), &days));
	return days;
}

static void all_sync(struct cluster *play, unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = play->count; i-- > 0;)
			if (play->actor[i].parent)
				assert_ok(cluster_sync(&play->actor[i]));
}

// To the largest meeting of a month.
static int64_t invited(size_t which, unsigned month)
{
	static const int64_t most[][MONTHS] = { { 9, 4, 5, 1 }, { 3, 8, 7, 1 }, { 6, 9, 2, 1 } };
	return most[which][month];
}

static void keep(struct actor *branch, size_t which)
{
	for (int64_t i = 0; i < kept[which].members; i++)
		cluster_put(branch, "member", NULL, "name=某人", "sex=female", "birth=1970-01-01", "arrived=2026-01-10", NULL);
	for (unsigned month = 0; month < MONTHS; month++)
		for (int64_t i = 0; i < kept[which].meetings[month]; i++) {
			char date[32], due[32];
			snprintf(date, sizeof date, "date=2026-%02u-%02u", month + 1, 5 + (unsigned)i);
			snprintf(due, sizeof due, "should_attend=%d", (int)invited(which, month) - (int)i);
			cluster_put(branch, "meeting", NULL, date, "type=group", "topic=会", due, NULL);
		}
}

// Branches a and b below north, c below south; both townships below the county east, nothing below west. From January on.
static struct county two_counties(void)
{
	struct county it = { .play = cluster_new() };
	uint64_t later = it.play->now_ms;
	it.play->now_ms -= UINT64_C(77) * 86400000; // the second of January
	it.top = cluster_found(it.play, "top");
	it.east = cluster_server_kind(it.top, "committee", "east");
	it.west = cluster_server_kind(it.top, "committee", "west");
	it.north = cluster_server_kind(it.east, "township", "north");
	it.south = cluster_server_kind(it.east, "township", "south");
	it.a = cluster_branch(it.north, "a");
	it.b = cluster_branch(it.north, "b");
	it.c = cluster_branch(it.south, "c");
	it.play->now_ms = later;
	all_sync(it.play, 2);
	keep(it.a, 0);
	keep(it.b, 1);
	keep(it.c, 2);
	all_sync(it.play, 4);
	return it;
}

// ---- The two sums ----

// Who stands below a unit, before a day and from then on; `closed`: which of them are no more from then on.
struct place {
	struct actor *observer, *unit;
	unsigned before, after;
};

struct reform {
	int32_t day;
	unsigned closed, created; // branches; of `created` bits no cells: they are new
	size_t count;
	const struct place *places;
};

static unsigned standing(const struct place *place, const struct reform *reform, int32_t on)
{
	return on >= reform->day ? place->after : place->before;
}

static int64_t independent(const struct place *place, const struct reform *reform, bool members, struct period period, int32_t tree)
{
	int64_t sum = 0;
	for (unsigned which = 0; which < 3; which++)
		for (int32_t month = period.first; month <= period.last; month++) {
			int32_t on = tree == THEN ? date_month_end(month) : tree;
			if (!(standing(place, reform, on) & (1U << which)))
				continue;
			if (!members)
				sum += kept[which].meetings[month - 2026 * 12];
			else if (month == period.last)
				sum += kept[which].members;
		}
	return sum;
}

static int64_t independent_largest(const struct place *place, const struct reform *reform, struct period period, int32_t tree)
{
	int64_t largest = 0;
	for (unsigned which = 0; which < 3; which++)
		for (int32_t month = period.first; month <= period.last; month++) {
			unsigned of = (unsigned)(month - 2026 * 12);
			bool there = standing(place, reform, tree == THEN ? date_month_end(month) : tree) & (1U << which);
			if (there && kept[which].meetings[of] && invited(which, of) > largest)
				largest = invited(which, of);
		}
	return largest;
}

static int64_t bits(unsigned set)
{
	int64_t count = 0;
	for (; set; set &= set - 1)
		count++;
	return count;
}

// Of those who stand there, who is there at all at the end of the month.
static int64_t independent_n(const struct place *place, const struct reform *reform, int32_t month, int32_t tree)
{
	int32_t end = date_month_end(month);
	unsigned there = standing(place, reform, tree == THEN ? end : tree);
	return bits(end >= reform->day ? there & ~reform->closed : there);
}

struct look {
	struct txn txn;
	struct arena arena;
	const struct pack *pack;
	struct cell_owner owner;
	struct charter_boundary drawn;
};

static void look_open(struct look *look, const struct place *place, int32_t tree)
{
	look->pack = cluster_pack(place->observer);
	arena_init(&look->arena, (size_t)64 * 1024 * 1024);
	assert_ok(txn_begin(place->observer->store, STORE_READ, &look->txn));
	assert_ok(tally_sum_owner(&look->txn, &place->unit->self.unit, &look->owner));
	const struct charter_boundary_request request = {
		.unit = place->unit->self.unit, .server = place->observer->self.unit, .redrawn = tree != THEN, .tree = tree,
	};
	assert_ok(charter_boundary(&look->txn, look->pack, &request, &look->arena, &look->drawn));
}

static void look_close(struct look *look)
{
	txn_abort(&look->txn);
	arena_free(&look->arena);
}

static int64_t told_of(struct look *look, const char *name, struct period period)
{
	struct figure *figures;
	size_t count;
	const struct pack_metric *metric = pack_metric_by_name(look->pack, name);
	assert_ok(figure_query_with(&look->txn, look->pack, &look->owner, &look->drawn.cells, metric, NULL, period, &look->arena, &figures,
	                            &count));
	return count ? figures[0].value : 0;
}

static int64_t told(struct look *look, bool members, struct period period)
{
	return told_of(look, members ? "members" : "meetings_held", period);
}

static int64_t told_n(struct look *look, const struct id *unit, int32_t month)
{
	const struct charter_kinds ledgers = { charter_keeps_ledger, look->pack };
	int64_t count;
	assert_ok(charter_expected_of(&look->txn, &ledgers, unit, date_month_end(month), INT32_MAX, &count));
	return count + charter_boundary_expected(&look->drawn, &ledgers, date_month_end(month), INT32_MAX);
}

static void compare(const struct place *place, const struct reform *reform, int32_t tree)
{
	const struct period quarter = { 2026 * 12, 2026 * 12 + 2 };
	struct look look;
	look_open(&look, place, tree);
	assert_int_equal(look.drawn.missing, 0);
	for (int32_t month = quarter.first; month < quarter.first + MONTHS; month++) {
		const struct period one = { month, month };
		for (unsigned members = 0; members < 2; members++)
			assert_int_equal(told(&look, members, one), independent(place, reform, members, one, tree));
		assert_int_equal(told_of(&look, "largest_meeting", one), independent_largest(place, reform, one, tree));
		assert_int_equal(told_n(&look, &place->unit->self.unit, month), independent_n(place, reform, month, tree));
	}
	for (unsigned members = 0; members < 2; members++)
		assert_int_equal(told(&look, members, quarter), independent(place, reform, members, quarter, tree));
	assert_int_equal(told_of(&look, "largest_meeting", quarter), independent_largest(place, reform, quarter, tree));
	look_close(&look);
}

// Each unit, each month, each tree.
static void compare_all(const struct reform *reform)
{
	const int32_t trees[] = { THEN, day("2026-01-15"), reform->day - 1, reform->day, day("2026-03-20") };
	for (size_t i = 0; i < reform->count; i++)
		for (size_t t = 0; t < sizeof trees / sizeof trees[0]; t++)
			compare(&reform->places[i], reform, trees[t]);
}

static enum err count_one(void *context, const struct charter_unit *row)
{
	(void)row;
	++*(size_t *)context;
	return ERR_OK;
}

static size_t listed(struct actor *observer, struct actor *unit, const char *on, bool parts)
{
	struct txn txn;
	size_t count = 0;
	assert_ok(txn_begin(observer->store, STORE_READ, &txn));
	assert_ok((parts ? charter_parts_on : charter_subtree_on)(&txn, &unit->self.unit, day(on), count_one, &count));
	txn_abort(&txn);
	return count - 1; // itself
}

// ---- Scenes ----

static void a_merge_of_five_and_seven_is_twelve_afterwards_and_five_and_seven_before(void **state)
{
	(void)state;
	struct county it = two_counties();
	assert_int_equal(cluster_merge(it.north, &it.a->self.unit, &it.b->self.unit, "2026-03-10"), CHARTER_FINE);
	all_sync(it.play, 4);
	const struct place places[] = {
		{ it.north, it.a, A, 0 }, { it.north, it.b, B, A | B }, { it.north, it.north, A | B, A | B },
		{ it.east, it.north, A | B, A | B }, { it.east, it.east, A | B | C, A | B | C }, { it.top, it.top, A | B | C, A | B | C },
		{ it.east, it.a, A, 0 }, { it.east, it.b, B, A | B }, // of a server below
	};
	compare_all(&(struct reform){ .day = day("2026-03-10"), .closed = A, .count = sizeof places / sizeof places[0], .places = places });
	assert_int_equal(cluster_figure(it.north, it.b, "members", "2026-02"), 7);
	assert_int_equal(cluster_figure(it.north, it.b, "members", "2026-03"), 12);
	assert_int_equal(listed(it.north, it.north, "2026-03-09", false), 2);
	assert_int_equal(listed(it.north, it.north, "2026-03-10", false), 1);
	assert_int_equal(listed(it.north, it.north, "2026-03-10", true), 2); // what it owed is still told
	cluster_free(it.play);
}

static void a_branch_between_townships_counts_where_it_is_looked_for(void **state)
{
	(void)state;
	struct county it = two_counties();
	assert_int_equal(cluster_move(it.east, &it.a->self.unit, &it.south->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	const struct place places[] = {
		{ it.east, it.north, A | B, B }, { it.east, it.south, C, A | C }, { it.east, it.east, A | B | C, A | B | C },
		{ it.south, it.south, C, A | C }, { it.south, it.c, C, C },
		{ it.south, it.a, A, A }, { it.north, it.a, A, A }, { it.east, it.a, A, A }, { it.east, it.b, B, B }, // wherever it is asked for
	};
	compare_all(&(struct reform){ .day = day("2026-03-01"), .count = sizeof places / sizeof places[0], .places = places });
	assert_int_equal(listed(it.east, it.north, "2026-02-28", false), 2);
	assert_int_equal(listed(it.east, it.north, "2026-03-01", false), 1);
	assert_int_equal(listed(it.east, it.south, "2026-02-28", false), 1);
	assert_int_equal(listed(it.east, it.south, "2026-03-01", true), 2);
	cluster_free(it.play);
}

static void a_township_between_counties_takes_its_branches_along(void **state)
{
	(void)state;
	struct county it = two_counties();
	assert_int_equal(cluster_move(it.top, &it.south->self.unit, &it.west->self.unit, "2026-02-01"), CHARTER_FINE);
	all_sync(it.play, 5);
	const struct place places[] = {
		{ it.top, it.east, A | B | C, A | B }, { it.top, it.west, 0, C }, { it.top, it.top, A | B | C, A | B | C },
		{ it.east, it.east, A | B | C, A | B }, { it.west, it.west, 0, C }, { it.west, it.south, C, C },
		{ it.top, it.south, C, C }, { it.west, it.c, C, C }, { it.east, it.south, C, C },
	};
	compare_all(&(struct reform){ .day = day("2026-02-01"), .count = sizeof places / sizeof places[0], .places = places });
	assert_int_equal(listed(it.top, it.east, "2026-01-31", false), 5);
	assert_int_equal(listed(it.top, it.east, "2026-02-01", false), 3);
	assert_int_equal(listed(it.top, it.west, "2026-02-01", false), 2);
	cluster_free(it.play);
}

// Merged first, and the successor moves: both go along.
static void what_was_merged_goes_where_its_successor_goes(void **state)
{
	(void)state;
	struct county it = two_counties();
	assert_int_equal(cluster_merge(it.north, &it.a->self.unit, &it.b->self.unit, "2026-02-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	assert_int_equal(cluster_move(it.east, &it.b->self.unit, &it.south->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(it.play, 5);
	const struct place places[] = { { it.east, it.north, A | B, 0 }, { it.east, it.south, C, A | B | C } };
	struct look look;
	for (size_t i = 0; i < 2; i++) {
		const struct reform moved = { .day = day("2026-03-01"), .closed = A, .count = 1, .places = &places[i] };
		const int32_t trees[] = { THEN, day("2026-02-28"), day("2026-03-01") };
		for (size_t t = 0; t < 3; t++) {
			look_open(&look, &places[i], trees[t]);
			for (int32_t month = 2026 * 12; month < 2026 * 12 + 3; month++)
				for (unsigned members = 0; members < 2; members++)
					assert_int_equal(told(&look, members, (struct period){ month, month }),
					                 independent(&places[i], &moved, members, (struct period){ month, month }, trees[t]));
			look_close(&look);
		}
	}
	cluster_free(it.play);
}

// A split closes the unit; it counts in its place until its members have gone to the new ones.
static void a_split_unit_counts_in_its_place_and_is_expected_until_its_day(void **state)
{
	(void)state;
	struct county it = two_counties();
	struct id d = cluster_new_unit(it.north, &it.north->self.unit, "branch", "d");
	struct cluster_pen writing;
	Tributary__UnitSplit split = TRIBUTARY__UNIT_SPLIT__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT, *one = &statement;
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	ProtobufCBinaryData into = pb_bytes(id_span(&d));
	split.unit = pb_bytes(id_span(&it.b->self.unit));
	split.n_successors = 1;
	split.successors = &into;
	statement.effective = day("2026-03-10");
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT;
	statement.unit_split = &split;
	statements.n_statements = 1;
	statements.statements = &one;
	cluster_write(it.north, &writing);
	assert_ok(pen_statements(&writing.pen, &statements));
	cluster_written(&writing);
	all_sync(it.play, 4);
	const struct place places[] = { { it.north, it.b, B, B }, { it.north, it.north, A | B, A | B }, { it.east, it.north, A | B, A | B } };
	const int32_t trees[] = { THEN, day("2026-02-28"), day("2026-03-20") };
	for (size_t i = 0; i < 3; i++)
		for (size_t t = 0; t < 3; t++) {
			const struct reform none = { .day = INT32_MAX, .count = 1 };
			struct look look;
			look_open(&look, &places[i], trees[t]);
			for (int32_t month = 2026 * 12; month < 2026 * 12 + 4; month++) {
				const struct period period = { month, month };
				int64_t others = places[i].unit == it.b ? 0 : 2; // a, and d, which owes the months before it was entered, too
				assert_int_equal(told(&look, true, period), independent(&places[i], &none, true, period, trees[t]));
				assert_int_equal(told(&look, false, period), independent(&places[i], &none, false, period, trees[t]));
				assert_int_equal(told_n(&look, &places[i].unit->self.unit, month), others + (month < 2026 * 12 + 2));
			}
			look_close(&look);
		}
	cluster_free(it.play);
}

// ---- Rankings ----

struct contest {
	struct cluster *play;
	struct actor *county, *north, *south, *one, *two, *both;
};

static void meets(struct actor *branch, const char *date, const char *type, const char *came)
{
	cluster_put(branch, "meeting", NULL, date, type, "topic=会", "due=10", came, NULL);
}

// Branch one does the first half of what a branch has to do, two the second; a third does all of it.
static struct contest halves(void)
{
	struct contest it = { .play = cluster_new_with("../data/score.yaml") };
	it.county = cluster_found(it.play, "county");
	it.north = cluster_server(it.county, "north");
	it.south = cluster_server(it.county, "south");
	all_sync(it.play, 1);
	it.one = cluster_branch(it.north, "one");
	it.two = cluster_branch(it.north, "two");
	it.both = cluster_branch(it.south, "both");
	all_sync(it.play, 2);
	struct actor *const first[] = { it.one, it.both }, *const second[] = { it.two, it.both };
	for (size_t i = 0; i < 2; i++) {
		meets(first[i], "date=2026-01-06", "type=lecture", "came=10");
		meets(first[i], "date=2026-01-07", "type=group", "came=9");
		meets(second[i], "date=2026-02-05", "type=group", "came=3");
		meets(second[i], "date=2026-03-05", "type=group", "came=10");
	}
	all_sync(it.play, 3);
	return it;
}

// How many are ranked below the unit; of one of them, its points, -1 where it is not among them.
static int64_t ranked(struct contest *it, struct actor *unit, struct actor *of, int32_t tree, size_t *count)
{
	struct txn txn;
	struct arena arena;
	struct score_rank *ranks;
	int64_t total = -1;
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	assert_ok(txn_begin(it->county->store, STORE_READ, &txn));
	const struct pack *pack = cluster_pack(it->county);
	const struct ranking_request request = {
		.txn = &txn, .pack = pack, .card = pack_score_by_name(pack, "flag"), .unit = unit->self.unit,
		.period = { 2026 * 12, 2026 * 12 + 2 }, .month = date_month(date_of_ms(it->play->now_ms, 0)),
		.tree = { .redrawn = tree != THEN, .day = tree },
	};
	assert_ok(ranking_compute(&request, &arena, &ranks, count));
	for (size_t i = 0; i < *count; i++)
		if (id_equal(&ranks[i].unit, &of->self.unit))
			total = ranks[i].total;
	txn_abort(&txn);
	arena_free(&arena);
	return total;
}

static void a_merged_branch_is_ranked_as_one_that_did_all_of_it(void **state)
{
	(void)state;
	struct contest it = halves();
	size_t count;
	int64_t one = ranked(&it, it.county, it.one, THEN, &count), two = ranked(&it, it.county, it.two, THEN, &count);
	int64_t both = ranked(&it, it.county, it.both, THEN, &count);
	assert_int_equal(count, 3);
	assert_true(one < both && two < both);
	assert_int_equal(cluster_merge(it.north, &it.one->self.unit, &it.two->self.unit, "2026-04-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	assert_int_equal(ranked(&it, it.county, it.one, THEN, &count), one); // the quarter was over
	assert_int_equal(ranked(&it, it.county, it.two, THEN, &count), two);
	assert_int_equal(count, 3);
	assert_int_equal(ranked(&it, it.county, it.two, day("2026-04-02"), &count), both);
	assert_int_equal(ranked(&it, it.county, it.one, day("2026-04-02"), &count), -1);
	assert_int_equal(count, 2);
	assert_int_equal(ranked(&it, it.county, it.one, day("2026-03-31"), &count), one);
	assert_int_equal(count, 3);
	cluster_free(it.play);
}

static void a_branch_that_moved_is_ranked_among_those_of_the_tree_that_is_asked_for(void **state)
{
	(void)state;
	struct contest it = halves();
	size_t count;
	int64_t one = ranked(&it, it.north, it.one, THEN, &count);
	assert_int_equal(cluster_move(it.county, &it.one->self.unit, &it.south->self.unit, "2026-04-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	assert_int_equal(ranked(&it, it.north, it.one, THEN, &count), one);
	assert_int_equal(count, 2);
	assert_int_equal(ranked(&it, it.south, it.one, THEN, &count), -1);
	assert_int_equal(count, 1);
	assert_int_equal(ranked(&it, it.south, it.one, day("2026-04-01"), &count), one);
	assert_int_equal(count, 2);
	assert_int_equal(ranked(&it, it.north, it.one, day("2026-04-01"), &count), -1);
	assert_int_equal(count, 1);
	cluster_free(it.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merge_of_five_and_seven_is_twelve_afterwards_and_five_and_seven_before),
		cmocka_unit_test(a_branch_between_townships_counts_where_it_is_looked_for),
		cmocka_unit_test(a_township_between_counties_takes_its_branches_along),
		cmocka_unit_test(what_was_merged_goes_where_its_successor_goes),
		cmocka_unit_test(a_split_unit_counts_in_its_place_and_is_expected_until_its_day),
		cmocka_unit_test(a_merged_branch_is_ranked_as_one_that_did_all_of_it),
		cmocka_unit_test(a_branch_that_moved_is_ranked_among_those_of_the_tree_that_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
