// What goes up or across is under way, and the tree changes: a month that is submitted and judged, and a member at a
// second unit. All agree on it, it counts once, also when everything is computed anew.
#include "ledger/period.h"
#include "support/crossing.h"
#include "support/support.h"
#include "sync/pen_presence.h"

#define FEBRUARY (2026 * 12 + 1)

// ---- A month ----

static void has_a_meeting(struct crossing *it)
{
	cluster_put(it->one, "meeting", NULL, "date=2026-02-05", "type=group", "topic=春耕", NULL);
	crossing_all(it);
}

static void submits(struct crossing *it)
{
	struct cluster_pen writing;
	uint32_t revision;
	cluster_write(it->one, &writing);
	assert_ok(pen_period_submit(&writing.pen, FEBRUARY, span_string(""), &revision));
	cluster_written(&writing);
}

// Who does not look after it any more, or has not heard of it, may not; that is no failure here.
static void judges(struct crossing *it)
{
	struct cluster_pen writing;
	uint32_t revision;
	struct period_review review = { .unit = it->one->self.unit, .month = FEBRUARY, .verdict = PERIOD_APPROVE, .text = span_string("已阅") };
	cluster_write(it->east, &writing);
	it->count += rehearsal_saw(pen_period_review(&writing.pen, &review, &revision)) == ERR_OK;
	cluster_written(&writing);
}

static void a_month_stands_alike(struct crossing *it)
{
	struct actor *const seen[] = { it->one, it->county, it->one->parent };
	for (size_t i = 0; i < 3; i++) {
		struct txn txn;
		struct arena arena;
		struct period_standing standing;
		arena_init(&arena, LIMIT_DECODE_BYTES);
		assert_ok(txn_begin(seen[i]->store, STORE_READ, &txn));
		assert_ok(period_state_load(&txn, &it->one->self.unit, FEBRUARY, &arena, &standing));
		assert_string_equal(period_state_name(standing.state), period_state_name(it->count ? PERIOD_APPROVED : PERIOD_SUBMITTED));
		assert_int_equal(standing.verdict_count, it->count);
		assert_int_equal(standing.step_count, 1);
		txn_abort(&txn);
		arena_free(&arena);
	}
	assert_int_equal(cluster_figure(it->one, it->one, "meetings_held", "2026-02"), 1);
	assert_int_equal(cluster_figure(it->county, it->county, "meetings_held", "2026-02"), 1);
}

static void a_month_submitted_and_judged(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the submission", submits }, { "it comes to the township", crossing_one }, { "it comes to the county", crossing_east },
		{ "the verdict", judges }, { "it goes up", crossing_east }, { "it comes to the branch", crossing_one },
	};
	static const enum crossing_change changes[] = {
		CROSSING_SOURCE_MOVES, CROSSING_SOURCE_MERGES, CROSSING_SOURCE_SPLITS, CROSSING_SOURCE_CLOSES, CROSSING_OFFICE_MERGES,
	};
	static const struct crossing_story story = {
		.prepare = has_a_meeting, .steps = steps, .step_count = sizeof steps / sizeof steps[0], .ends = a_month_stands_alike,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

// ---- A second registration ----

static void has_a_member(struct crossing *it)
{
	it->matter = cluster_put(it->one, "member", NULL, "name=张三", "arrived=2026-01-05", NULL);
	crossing_all(it);
}

static void attaches(struct crossing *it)
{
	struct cluster_pen writing;
	enum pen_presence_refusal refusal;
	int32_t from;
	assert_ok(date_parse(span_string("2026-02-01"), &from));
	cluster_write(it->one, &writing);
	assert_ok(pen_presence_attach(&writing.pen, &it->matter, &it->two->self.unit, from, 0, &refusal));
	cluster_written(&writing);
}

static bool guest(struct crossing *it, struct presence_word *word)
{
	struct txn txn;
	assert_ok(txn_begin(it->two->store, STORE_READ, &txn));
	struct scan scan = presence_words(&txn, PRESENCE_GUEST, NULL);
	bool found = scan_next(&scan) && presence_read(&scan, word) == ERR_OK;
	scan_end(&scan);
	txn_abort(&txn);
	return found;
}

static void accepts(struct crossing *it)
{
	struct cluster_pen writing;
	struct presence_word word;
	enum pen_presence_refusal refusal;
	if (!guest(it, &word))
		return;
	cluster_write(it->two, &writing);
	assert_ok(presence_find(&writing.txn, PRESENCE_GUEST, &word.attachment, &word.unit, &word));
	assert_ok(pen_presence_answer(&writing.pen, &word, true, &refusal));
	it->other = word.attachment;
	cluster_written(&writing);
}

static void comes_to_a_meeting(struct crossing *it)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write write = { .field = 4, .element = id_span(&it->other), .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	if (id_is_zero(&it->other))
		return;
	struct id meeting = cluster_put(it->two, "meeting", NULL, "date=2026-03-05", "topic=社区服务", NULL);
	cluster_write(it->two, &writing);
	assert_ok(pen_set(&writing.pen, NULL, 2, &meeting, &write, 1, &changed));
	cluster_written(&writing);
	it->count = 1;
}

static void nobody_counts_twice_and_what_was_done_comes_home(struct crossing *it)
{
	assert_int_equal(cluster_figure(it->county, it->county, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(it->one, it->one, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(it->two, it->two, "members", "2026-03"), 0);
	assert_int_equal(cluster_figure(it->two, it->two, "guests", "2026-03"), !id_is_zero(&it->other));
	assert_int_equal(cluster_figure(it->one, it->one, "elsewhere", "2026-03"), it->count);
	assert_int_equal(cluster_figure(it->county, it->county, "elsewhere", "2026-03"), it->count);
	assert_int_equal(cluster_figure(it->county, it->county, "attendance", "2026-03"), 0); // the guest's is told at home alone
}

static void a_member_at_a_second_unit(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the registration", attaches }, { "it leaves the branch", crossing_one }, { "it comes to the second unit", crossing_two },
		{ "the acceptance", accepts }, { "it leaves", crossing_two }, { "home hears of it", crossing_one },
		{ "a meeting", comes_to_a_meeting }, { "it is told", crossing_two }, { "home hears of that", crossing_one },
	};
	static const enum crossing_change changes[] = {
		CROSSING_SOURCE_MOVES, CROSSING_TARGET_MOVES, CROSSING_SOURCE_MERGES, CROSSING_TARGET_MERGES, CROSSING_SOURCE_CLOSES,
		CROSSING_TARGET_SPLITS, CROSSING_TARGET_CLOSES, CROSSING_OFFICE_MERGES,
	};
	static const struct crossing_story story = {
		.pack = "../data/presence.yaml", .prepare = has_a_member, .steps = steps, .step_count = sizeof steps / sizeof steps[0],
		.ends = nobody_counts_twice_and_what_was_done_comes_home,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_submitted_and_judged),
		cmocka_unit_test(a_member_at_a_second_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
