// What is under way when a branch changes its township: corrections of months before the move, verdicts on what it had
// submitted, remarks, letters. Each comes where it belongs, and counts once.
#include "ledger/period.h"
#include "support/cluster.h"
#include "support/conserved.h"
#include "support/custody_stage.h"
#include "support/support.h"

#define MARCH    (2026 * 12 + 2)
#define FEBRUARY (MARCH - 1)

struct county {
	struct cluster *play;
	struct actor *county, *north, *south, *branch, *neighbour;
};

static void all_sync(struct county *it)
{
	for (unsigned round = 0; round < 4; round++)
		for (size_t i = it->play->count; i-- > 0;)
			if (it->play->actor[i].parent)
				assert_ok(cluster_sync(&it->play->actor[i]));
}

// A branch below north with a meeting in February, and one below south.
static struct county two_townships(void)
{
	struct county it = { .play = cluster_new() };
	it.play->each_session = conserved_everywhere;
	uint64_t later = it.play->now_ms;
	it.play->now_ms -= UINT64_C(77) * 86400000; // the second of January
	it.county = cluster_found(it.play, "county");
	it.north = cluster_server_kind(it.county, "township", "north");
	it.south = cluster_server_kind(it.county, "township", "south");
	it.branch = cluster_branch(it.north, "branch");
	it.neighbour = cluster_branch(it.south, "neighbour");
	it.play->now_ms = later;
	all_sync(&it);
	cluster_put(it.branch, "meeting", NULL, "date=2026-02-05", "type=group", "topic=春耕", NULL);
	cluster_put(it.neighbour, "meeting", NULL, "date=2026-02-06", "type=group", "topic=防火", NULL);
	all_sync(&it);
	return it;
}

static void moves_to(struct county *it, struct actor *township)
{
	assert_int_equal(cluster_move(it->county, &it->branch->self.unit, &township->self.unit, "2026-03-01"), CHARTER_FINE);
}

static int64_t meetings(struct actor *server, struct actor *unit, const char *period)
{
	return cluster_figure(server, unit, "meetings_held", period);
}

static void submits(struct county *it, int32_t month)
{
	struct cluster_pen writing;
	uint32_t revision;
	cluster_write(it->branch, &writing);
	assert_ok(pen_period_submit(&writing.pen, month, span_string(""), &revision));
	cluster_written(&writing);
}

static enum err judges(struct county *it, struct actor *server, int32_t month, enum period_verdict verdict)
{
	struct cluster_pen writing;
	uint32_t revision;
	struct period_review review = { .unit = it->branch->self.unit, .month = month, .verdict = verdict, .text = span_string("已阅") };
	cluster_write(server, &writing);
	enum err err = pen_period_review(&writing.pen, &review, &revision);
	cluster_written(&writing);
	return err;
}

static void stands(struct county *it, struct actor *actor, int32_t month, enum period_state state, size_t verdicts)
{
	struct txn txn;
	struct arena arena;
	struct period_standing standing;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(period_state_load(&txn, &it->branch->self.unit, month, &arena, &standing));
	assert_string_equal(period_state_name(standing.state), period_state_name(state));
	assert_int_equal(standing.verdict_count, verdicts);
	txn_abort(&txn);
	arena_free(&arena);
}

static void a_month_before_the_move_is_corrected_where_it_belongs(void **state)
{
	(void)state;
	struct county it = two_townships();
	moves_to(&it, it.south);
	all_sync(&it);
	assert_ptr_equal(it.branch->parent, it.south);
	cluster_put(it.branch, "meeting", NULL, "date=2026-02-20", "type=group", "topic=补报", NULL);
	all_sync(&it);
	struct actor *const seen[] = { it.county, it.north };
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(meetings(seen[i], it.north, "2026-02"), 2);
	assert_int_equal(meetings(it.county, it.south, "2026-02"), 1);
	assert_int_equal(meetings(it.south, it.south, "2026-02"), 1);
	assert_int_equal(meetings(it.county, it.county, "2026-02"), 3);
	cluster_free(it.play);
}

static void what_the_former_township_is_told_is_figures_and_nothing_else(void **state)
{
	(void)state;
	struct county it = two_townships();
	moves_to(&it, it.south);
	all_sync(&it);
	cluster_put(it.branch, "meeting", NULL, "date=2026-03-20", "type=group", "topic=迁后之事", NULL);
	all_sync(&it);
	struct journal_log log;
	struct entry entry;
	struct txn txn;
	unsigned told = 0, withheld = 0;
	cluster_log(it.north, it.branch, LANE_UP, &log);
	assert_ok(txn_begin(it.north->store, STORE_READ, &txn));
	struct journal_reader reader = journal_reader_begin(&txn, &log, 0, log.peaks.size);
	while (journal_reader_next(&reader, &entry)) {
		withheld += entry.erased;
		told += !entry.erased && entry.kind == ENTRY_TALLY;
		assert_true(!entry.erased || entry.kind != ENTRY_TALLY);
	}
	assert_ok(journal_reader_end(&reader));
	txn_abort(&txn);
	assert_true(told > 1);
	assert_true(withheld > 0); // the date of a meeting lies in `up`
	cluster_free(it.play);
}

static void verdicts_given_before_the_move_are_heard_by_the_new_township(void **state)
{
	(void)state;
	struct county it = two_townships();
	submits(&it, FEBRUARY);
	all_sync(&it);
	assert_ok(judges(&it, it.north, FEBRUARY, PERIOD_APPROVE));
	all_sync(&it);
	moves_to(&it, it.south);
	all_sync(&it);
	struct actor *const seen[] = { it.branch, it.south, it.county, it.north };
	for (size_t i = 0; i < 4; i++)
		stands(&it, seen[i], FEBRUARY, PERIOD_APPROVED, 1);
	assert_true(judges(&it, it.north, FEBRUARY, PERIOD_RETURN) != ERR_OK); // who knows that it left says no more
	cluster_free(it.play);
}

// The township judges what it does not know to have left, the branch is with the next one already.
static void a_verdict_that_crosses_the_move_counts_once_and_everywhere(void **state)
{
	(void)state;
	struct county it = two_townships();
	submits(&it, FEBRUARY);
	all_sync(&it);
	moves_to(&it, it.south);
	assert_ok(judges(&it, it.north, FEBRUARY, PERIOD_APPROVE));
	all_sync(&it);
	assert_ptr_equal(it.branch->parent, it.south);
	struct actor *const seen[] = { it.branch, it.south, it.county, it.north };
	for (size_t i = 0; i < 4; i++)
		stands(&it, seen[i], FEBRUARY, PERIOD_APPROVED, 1);
	for (size_t i = 0; i < 4; i++)
		cluster_rebuild(seen[i]);
	for (size_t i = 0; i < 4; i++)
		stands(&it, seen[i], FEBRUARY, PERIOD_APPROVED, 1);
	cluster_free(it.play);
}

static void a_branch_that_comes_back_is_read_as_if_it_had_never_left(void **state)
{
	(void)state;
	struct county it = two_townships();
	moves_to(&it, it.south);
	all_sync(&it);
	cluster_put(it.branch, "meeting", NULL, "date=2026-03-09", "type=group", "topic=在南边", NULL);
	submits(&it, MARCH);
	all_sync(&it);
	assert_ok(judges(&it, it.south, MARCH, PERIOD_RETURN));
	all_sync(&it);
	moves_to(&it, it.north);
	all_sync(&it);
	assert_ptr_equal(it.branch->parent, it.north);
	struct actor *const seen[] = { it.branch, it.north, it.county };
	for (size_t i = 0; i < 3; i++)
		stands(&it, seen[i], MARCH, PERIOD_RETURNED, 1);
	assert_int_equal(meetings(it.county, it.north, "2026-03"), 1);
	assert_int_equal(meetings(it.county, it.county, "2026-03"), 1);
	cluster_free(it.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_before_the_move_is_corrected_where_it_belongs),
		cmocka_unit_test(what_the_former_township_is_told_is_figures_and_nothing_else),
		cmocka_unit_test(verdicts_given_before_the_move_are_heard_by_the_new_township),
		cmocka_unit_test(a_verdict_that_crosses_the_move_counts_once_and_everywhere),
		cmocka_unit_test(a_branch_that_comes_back_is_read_as_if_it_had_never_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
