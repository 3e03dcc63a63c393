// The result of a vote is stored when votes are entered. What another device entered apart, and who is found later to have come,
// overtake it: figures count what follows from all that is here, on each device, at the township, computed anew and in a proof.
#include "io/store_memory.h"
#include "ledger/vote.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/proof.h"

#define MONTH "2026-03"

struct stage {
	struct cluster *play;
	struct actor *township, *desk, *tablet;
	struct id meeting, motion;
};

static void name_meeting(struct stage *stage)
{
	struct cluster_pen writing;
	bool changed;
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(stage->desk), "motion");
	const struct pen_write meeting = { .field = kind->vote->meeting,
	                                   .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&stage->meeting) } };
	cluster_write(stage->desk, &writing);
	assert_ok(pen_set(&writing.pen, NULL, kind->number, &stage->motion, &meeting, 1, &changed));
	cluster_written(&writing);
}

// Five should come and three did; a majority of those present decides.
static int set_the_stage(void **state)
{
	static struct stage stage;
	stage = (struct stage){ .play = cluster_new_with("../data/flow.yaml") };
	struct actor *county = cluster_found(stage.play, "county");
	stage.township = cluster_server(county, "north");
	assert_ok(cluster_sync(stage.township));
	stage.desk = cluster_branch(stage.township, "desk");
	stage.tablet = cluster_device(stage.desk, "tablet");
	cluster_everybody_syncs(stage.play, 4);
	stage.meeting = cluster_put(stage.desk, "meeting", NULL, "topic=t", "expected[a]=yes", "expected[b]=yes", "expected[c]=yes",
	                            "expected[d]=yes", "expected[e]=yes", "present[a]=yes", "present[b]=yes", "present[c]=yes", NULL);
	stage.motion = cluster_put(stage.desk, "motion", NULL, "text=m", "body=members", NULL);
	name_meeting(&stage);
	cluster_put(stage.desk, "motion", &stage.motion, "votes[a]=in_favour", NULL);
	cluster_everybody_syncs(stage.play, 4);
	*state = &stage;
	return 0;
}

static int clear_the_stage(void **state)
{
	struct stage *stage = *state;
	cluster_free(stage->play);
	return 0;
}

static void all_count(struct stage *stage, int64_t passed)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->township };
	cluster_everybody_syncs(stage->play, 4);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		assert_int_equal(cluster_figure(all[i], stage->desk, "passed", MONTH), passed);
	cluster_rebuild(stage->desk);
	cluster_rebuild(stage->tablet);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		assert_int_equal(cluster_figure(all[i], stage->desk, "passed", MONTH), passed);
}

// Each device stored what followed from the votes that it knew: "passed" on one, "failed" on the other.
static void votes_entered_apart_count_together(void **state)
{
	struct stage *stage = *state;
	all_count(stage, 0); // one vote of three
	cluster_put(stage->desk, "motion", &stage->motion, "votes[b]=in_favour", NULL);
	cluster_put(stage->tablet, "motion", &stage->motion, "votes[c]=against", NULL);
	assert_string_equal(cluster_get(stage->desk, stage->desk, "motion", &stage->motion, "result"), "passed");
	assert_string_equal(cluster_get(stage->tablet, stage->desk, "motion", &stage->motion, "result"), "failed");
	assert_int_equal(cluster_figure(stage->desk, stage->desk, "passed", MONTH), 1);
	assert_int_equal(cluster_figure(stage->tablet, stage->desk, "passed", MONTH), 0);
	all_count(stage, 1);
}

// Nobody touches the motion: who came is written at the meeting alone.
static void a_change_of_the_attendance_changes_the_figure(void **state)
{
	struct stage *stage = *state;
	cluster_put(stage->desk, "motion", &stage->motion, "votes[b]=in_favour", NULL);
	all_count(stage, 1);
	cluster_put(stage->tablet, "meeting", &stage->meeting, "present[d]=yes", "present[e]=yes", NULL);
	assert_string_equal(cluster_get(stage->tablet, stage->desk, "motion", &stage->motion, "result"), "passed");
	assert_int_equal(cluster_figure(stage->tablet, stage->desk, "passed", MONTH), 0); // two of five
	all_count(stage, 0);
	cluster_put(stage->desk, "meeting", &stage->meeting, "present[d]=no", NULL);
	all_count(stage, 0); // two of four
	cluster_put(stage->desk, "meeting", &stage->meeting, "present[e]=no", NULL);
	all_count(stage, 1);
}

static void another_rule_or_fewer_present_count_at_once(void **state)
{
	struct stage *stage = *state;
	cluster_put(stage->desk, "motion", &stage->motion, "votes[b]=in_favour", NULL);
	cluster_put(stage->tablet, "meeting", &stage->meeting, "present[d]=yes", "present[e]=yes", NULL);
	all_count(stage, 0);
	cluster_put(stage->tablet, "motion", &stage->motion, "votes[d]=in_favour", NULL);
	all_count(stage, 1);
	cluster_put(stage->desk, "motion", &stage->motion, "body=election", NULL);
	all_count(stage, 1); // all came
	cluster_put(stage->desk, "meeting", &stage->meeting, "present[c]=no", "present[e]=no", NULL);
	all_count(stage, 0); // three of five: no quorum
}

// ---- A proof ----

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static void on_line(void *context, const struct proof_line *line)
{
	unsigned *computed = context;
	*computed += line->finding == PROOF_ENTRIES && line->holds;
}

static void the_entries_behind_a_proof_give_the_same(void **state)
{
	struct stage *stage = *state;
	struct actor *township = stage->township;
	struct proof_claim claim = { .unit = stage->desk->self.unit, .metric = pack_metric_by_name(cluster_pack(township), "passed")->number };
	struct buf file = BUF_EMPTY;
	struct txn txn;
	struct arena arena;
	struct view_pack pack;
	const char *name;
	unsigned computed = 0;
	const struct proof_reader reader = { .fresh = fresh, .drop = drop, .line = on_line, .context = &computed };
	cluster_put(stage->desk, "motion", &stage->motion, "votes[b]=in_favour", NULL);
	cluster_put(stage->tablet, "meeting", &stage->meeting, "present[d]=yes", "present[e]=yes", NULL);
	all_count(stage, 0);
	assert_ok(period_parse(MONTH, &claim.period));
	assert_ok(txn_begin(township->store, STORE_READ, &txn));
	assert_ok(proof_make(&txn, &township->self, &township->pack, &claim, stage->play->now_ms, &file));
	txn_abort(&txn);
	assert_int_equal(claim.value, 0);
	arena_init(&arena, 64 * LIMIT_DECODE_BYTES);
	view_pack_init(&pack);
	assert_ok(proof_verify(buf_span(&file), &reader, &arena, &claim, &pack, &name));
	assert_int_equal(computed, 1);
	view_pack_free(&pack);
	arena_free(&arena);
	buf_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(votes_entered_apart_count_together, set_the_stage, clear_the_stage),
		cmocka_unit_test_setup_teardown(a_change_of_the_attendance_changes_the_figure, set_the_stage, clear_the_stage),
		cmocka_unit_test_setup_teardown(another_rule_or_fewer_present_count_at_once, set_the_stage, clear_the_stage),
		cmocka_unit_test_setup_teardown(the_entries_behind_a_proof_give_the_same, set_the_stage, clear_the_stage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
