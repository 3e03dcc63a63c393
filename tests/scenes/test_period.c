// A month from its closing to its restatement, at a branch that is offline most of the time, its
// township, and the county: who sees which state when, and by how much the figures were changed.
#include "ledger/figure.h"
#include "support/cluster.h"
#include "support/support.h"

#define MARCH (2026 * 12 + 2)

struct stage {
	struct cluster *play;
	struct actor *county, *township, *desk, *tablet;
};

static struct stage a_branch_of_two_devices(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_everybody_syncs(stage.play, 3);
	return stage;
}

// ---- What people do ----

static enum err closes(struct actor *actor)
{
	struct cluster_pen writing;
	cluster_write(actor, &writing);
	enum err err = pen_period_close(&writing.pen, MARCH);
	cluster_written(&writing);
	return err;
}

static enum err reopens(struct actor *actor, const char *reason)
{
	struct cluster_pen writing;
	cluster_write(actor, &writing);
	enum err err = pen_period_reopen(&writing.pen, MARCH, span_string(reason));
	cluster_written(&writing);
	return err;
}

static enum err submits(struct actor *actor, const char *reason)
{
	struct cluster_pen writing;
	uint32_t revision;
	cluster_write(actor, &writing);
	enum err err = pen_period_submit(&writing.pen, MARCH, span_string(reason), &revision);
	cluster_written(&writing);
	return err;
}

static enum err reviews(struct actor *actor, struct actor *branch, enum period_verdict verdict, const char *text)
{
	struct cluster_pen writing;
	uint32_t revision;
	const struct period_remark remark = { .kind = 2, .field = 3, .text = span_string("缺签到") };
	struct period_review review = { .unit = branch->self.unit, .month = MARCH, .verdict = verdict, .text = span_string(text),
	                                .remark_count = verdict == PERIOD_RETURN, .remarks = &remark };
	cluster_write(actor, &writing);
	enum err err = pen_period_review(&writing.pen, &review, &revision);
	cluster_written(&writing);
	return err;
}

// A meeting more, guarded as the commands are; refused changes are undone.
static enum err holds_a_meeting(struct actor *actor, const char *date, const char *reason)
{
	struct cluster_pen writing;
	struct arena arena;
	bool changed;
	int32_t month, day;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(date_parse(span_string(date), &day));
	struct pen_write writes[] = {
		{ .field = 1, .value = { .form = VALUE_IS_NUMBER, .number = day } },
		{ .field = 2, .value = { .form = VALUE_IS_NUMBER, .number = 1 } },
	};
	cluster_write(actor, &writing);
	struct id record = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, 2, &record, writes, 2, &changed));
	enum err err = pen_period_guard(&writing.pen, span_string(reason), &month);
	if (err) {
		txn_fail(&writing.txn, ERR_USAGE);
		pen_finish(&writing.pen);
		txn_commit(&writing.txn);
	} else {
		cluster_written(&writing);
	}
	arena_free(&arena);
	return err;
}

// ---- What is seen ----

struct sight {
	struct txn txn;
	struct arena arena;
	struct period_standing standing;
};

// What is kept of the month in a row says the same as its entries.
static void summary_is_true(struct sight *sight)
{
	const struct period_standing *standing = &sight->standing;
	const struct period_said *said = period_judge_verdict(standing);
	struct period_summary summary;
	assert_ok(period_summary_get(&sight->txn, &standing->unit, standing->month, &summary));
	assert_int_equal(summary.state, standing->state);
	assert_int_equal(summary.based, standing->base != NULL);
	assert_int_equal(summary.newest_place.log, standing->last ? standing->last->event.dot.log : 0);
	assert_int_equal(summary.newest_place.seq, standing->last ? standing->last->event.dot.seq : 0);
	assert_int_equal(summary.revision, standing->last ? standing->last->step.revision : 0);
	assert_int_equal(summary.newest, standing->last ? standing->last->event.time : 0);
	assert_int_equal(summary.verdict, standing->last ? standing->last->verdict : PERIOD_NO_VERDICT);
	assert_int_equal(summary.disputed, standing->last && standing->last->disputed);
	assert_int_equal(summary.reasoned, standing->last && standing->last->step.reason.size > 0);
	assert_int_equal(summary.said_place.log, said ? said->event.dot.log : 0);
	assert_int_equal(summary.said_place.seq, said ? said->event.dot.seq : 0);
	assert_int_equal(summary.speaks, said && (said->review.text.size > 0 || said->review.remark_count > 0));
}

static void look(struct actor *actor, struct actor *branch, struct sight *sight)
{
	assert_ok(txn_begin(actor->store, STORE_READ, &sight->txn));
	arena_init(&sight->arena, LIMIT_DECODE_BYTES);
	assert_ok(period_state_load(&sight->txn, &branch->self.unit, MARCH, &sight->arena, &sight->standing));
	summary_is_true(sight);
}

static void looked(struct sight *sight)
{
	arena_free(&sight->arena);
	txn_abort(&sight->txn);
}

static const char *state(struct actor *actor, struct actor *branch)
{
	struct sight sight;
	look(actor, branch, &sight);
	const char *name = period_state_name(sight.standing.state);
	looked(&sight);
	return name;
}

static int64_t restated(struct actor *actor, struct actor *unit, const char *metric)
{
	struct sight sight;
	struct figure figure;
	const struct pack *pack = cluster_pack(actor);
	struct cell_owner owner = cell_owner_own(&unit->self.unit);
	look(actor, unit, &sight);
	if (actor->self.server)
		assert_ok(tally_sum_owner(&sight.txn, &unit->self.unit, &owner));
	assert_ok(figure_restated(&sight.txn, pack, &owner, pack_metric_by_name(pack, metric),
	                          (struct period){ .first = MARCH, .last = MARCH }, &sight.arena, &figure));
	looked(&sight);
	return figure.value;
}

static void everybody_sees(struct stage *stage, const char *expected)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->township, stage->county };
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(state(all[i], stage->desk), expected);
}

// ---- The scenes ----

static void a_month_is_closed_offline_returned_mended_and_approved(void **unused)
{
	(void)unused;
	struct stage stage = a_branch_of_two_devices();
	everybody_sees(&stage, "open");
	assert_ok(closes(stage.desk));
	assert_err(CONFLICT, closes(stage.desk));
	assert_err(CONFLICT, holds_a_meeting(stage.desk, "2026-03-09", ""));
	assert_int_equal(cluster_figure(stage.desk, stage.desk, "meetings_held", "2026-03"), 1);
	assert_ok(holds_a_meeting(stage.desk, "2026-04-09", "")); // April is open
	assert_ok(submits(stage.desk, ""));
	assert_string_equal(state(stage.desk, stage.desk), "submitted");
	assert_string_equal(state(stage.township, stage.desk), "open");
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "submitted");

	assert_ok(reviews(stage.township, stage.desk, PERIOD_RETURN, "请补"));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "returned");
	struct sight sight;
	look(stage.desk, stage.desk, &sight);
	assert_int_equal(sight.standing.verdict_count, 1);
	assert_true(span_equal(sight.standing.verdicts[0].review.remarks[0].text, span_string("缺签到")));
	assert_true(span_equal(sight.standing.verdicts[0].review.text, span_string("请补")));
	looked(&sight);

	assert_ok(reopens(stage.desk, ""));
	assert_ok(holds_a_meeting(stage.desk, "2026-03-09", ""));
	assert_err(USAGE, submits(stage.desk, "")); // a second revision says why
	assert_ok(submits(stage.desk, "补会议"));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "submitted");
	assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, ""));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "approved");
	look(stage.county, stage.desk, &sight);
	assert_int_equal(sight.standing.base->step.revision, 2);
	looked(&sight);
	assert_int_equal(restated(stage.county, stage.county, "meetings_held"), 0);
	assert_err(CONFLICT, reopens(stage.desk, "again")); // what is approved is not taken up again
	cluster_free(stage.play);
}

static struct stage an_approved_month(void)
{
	struct stage stage = a_branch_of_two_devices();
	assert_ok(submits(stage.desk, ""));
	cluster_everybody_syncs(stage.play, 3);
	assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, ""));
	return stage;
}

static void late_truth_is_restated_with_its_difference_at_every_level(void **unused)
{
	(void)unused;
	struct stage stage = an_approved_month();
	cluster_everybody_syncs(stage.play, 3);
	assert_err(CONFLICT, holds_a_meeting(stage.desk, "2026-03-09", ""));
	assert_ok(holds_a_meeting(stage.desk, "2026-03-09", "漏登一次会议"));
	cluster_everybody_syncs(stage.play, 3);
	struct actor *levels[][2] = { { stage.desk, stage.desk }, { stage.tablet, stage.desk }, { stage.township, stage.desk },
	                              { stage.township, stage.township }, { stage.county, stage.township }, { stage.county, stage.county } };
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(restated(levels[i][0], levels[i][1], "meetings_held"), 1);
	assert_int_equal(cluster_figure(stage.county, stage.county, "meetings_held", "2026-03"), 2);
	everybody_sees(&stage, "approved"); // until the branch says it again

	assert_ok(submits(stage.desk, "")); // the reason came with the change
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "restated");
	struct sight sight;
	look(stage.county, stage.desk, &sight);
	assert_true(span_equal(sight.standing.last->step.reason, span_string("漏登一次会议")));
	assert_int_equal(sight.standing.last->step.revision, 2);
	assert_int_equal(sight.standing.base->step.revision, 1);
	looked(&sight);
	cluster_free(stage.play);
}

// It had not heard of the closing; what it wrote is late, and as true as the rest.
static void a_second_device_that_had_not_known_is_late_and_shows_as_restated(void **unused)
{
	(void)unused;
	struct stage stage = a_branch_of_two_devices();
	assert_ok(submits(stage.desk, ""));
	assert_ok(cluster_sync(stage.desk));
	assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, ""));
	assert_ok(holds_a_meeting(stage.tablet, "2026-03-12", ""));
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(restated(stage.tablet, stage.desk, "meetings_held"), 1);
	assert_int_equal(restated(stage.county, stage.county, "meetings_held"), 1);
	assert_err(CONFLICT, holds_a_meeting(stage.tablet, "2026-03-13", "")); // now it knows
	cluster_free(stage.play);
}

// Neither knew of the other: both revisions stand, one is the newest everywhere, whichever came first.
static void two_devices_that_submit_apart_come_to_one_state(void **unused)
{
	(void)unused;
	for (unsigned first = 0; first < 2; first++) {
		struct stage stage = a_branch_of_two_devices();
		struct actor *order[] = { first ? stage.tablet : stage.desk, first ? stage.desk : stage.tablet };
		assert_ok(holds_a_meeting(stage.tablet, "2026-03-12", ""));
		assert_ok(submits(stage.desk, ""));
		assert_ok(submits(stage.tablet, ""));
		assert_ok(cluster_sync(order[0]));
		assert_ok(cluster_sync(order[1]));
		cluster_everybody_syncs(stage.play, 3);
		everybody_sees(&stage, "submitted");
		struct sight sight;
		look(stage.township, stage.desk, &sight);
		struct period_place newest = sight.standing.last->event.place;
		assert_int_equal(sight.standing.step_count, 2);
		looked(&sight);
		look(stage.desk, stage.desk, &sight);
		assert_int_equal(sight.standing.last->event.place.seq, newest.seq);
		assert_true(hash_equal(&sight.standing.last->event.place.log, &newest.log));
		looked(&sight);
		assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, ""));
		cluster_everybody_syncs(stage.play, 3);
		everybody_sees(&stage, "approved");
		cluster_free(stage.play);
	}
}

static void two_reviewers_who_differ_hold_the_month_until_one_knows_the_other(void **unused)
{
	(void)unused;
	struct stage stage = a_branch_of_two_devices();
	assert_ok(submits(stage.desk, ""));
	cluster_everybody_syncs(stage.play, 3);
	assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, ""));
	assert_ok(reviews(stage.county, stage.desk, PERIOD_RETURN, "抽查"));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "returned");
	struct sight sight;
	look(stage.desk, stage.desk, &sight);
	assert_true(sight.standing.last->disputed);
	looked(&sight);
	assert_ok(reviews(stage.township, stage.desk, PERIOD_APPROVE, "已与县里核对"));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "approved");
	cluster_free(stage.play);
}

static void only_a_superior_s_verdict_counts(void **unused)
{
	(void)unused;
	struct stage stage = a_branch_of_two_devices();
	struct actor *other = cluster_server(stage.county, "other");
	struct cluster_pen writing;
	assert_ok(cluster_sync(other));
	assert_ok(submits(stage.desk, ""));
	cluster_everybody_syncs(stage.play, 3);
	assert_ok(cluster_sync(other));
	struct sight sight;
	look(stage.desk, stage.desk, &sight);
	struct period_review review = { .unit = stage.desk->self.unit, .month = MARCH, .verdict = PERIOD_APPROVE,
	                                .submission = sight.standing.last->event.place };
	looked(&sight);
	struct buf payload = BUF_EMPTY;
	period_review_encode(&review, &payload);
	cluster_write(stage.desk, &writing); // a branch about itself
	assert_err(UNAUTHORISED, pen_entry(&writing.pen, LANE_DOWN, ENTRY_REVIEW, buf_span(&payload), NULL));
	assert_err(RANGE, pen_entry(&writing.pen, LANE_UP, ENTRY_REVIEW, buf_span(&payload), NULL));
	cluster_written(&writing);
	cluster_write(other, &writing); // a neighbour's server: no concern of its own, and of nobody's who reads it
	assert_ok(pen_entry(&writing.pen, LANE_DOWN, ENTRY_REVIEW, buf_span(&payload), NULL));
	cluster_written(&writing);
	buf_free(&payload);
	assert_ok(cluster_sync(other));
	cluster_everybody_syncs(stage.play, 3);
	everybody_sees(&stage, "submitted");
	assert_int_equal(cluster_count(stage.county, STORE_QUARANTINE), 1);
	cluster_free(stage.play);
}

static void a_view_computed_from_nothing_says_the_same(void **unused)
{
	(void)unused;
	struct stage stage = an_approved_month();
	cluster_everybody_syncs(stage.play, 3);
	assert_ok(holds_a_meeting(stage.desk, "2026-03-09", "漏登"));
	assert_ok(reviews(stage.county, stage.desk, PERIOD_RETURN, "抽查")); // the county's word as well,
	assert_ok(reviews(stage.county, stage.desk, PERIOD_APPROVE, ""));    // which is read before the unit is known
	cluster_everybody_syncs(stage.play, 3);
	struct actor *all[] = { stage.desk, stage.township, stage.county };
	static const struct id everything;
	for (size_t i = 0; i < 3; i++) {
		const struct id *whose[] = { &stage.desk->self.unit, &everything };
		for (size_t k = 0; k < 2; k++) {
			struct txn txn;
			struct view view;
			size_t rows = cluster_count(all[i], STORE_PERIOD);
			assert_ok(txn_begin(all[i]->store, STORE_WRITE, &txn));
			assert_ok(view_begin(&view, &txn, &all[i]->self, &all[i]->pack));
			assert_ok(view_rebuild(&view, whose[k]));
			assert_ok(view_end(&view));
			assert_ok(txn_commit(&txn));
			assert_int_equal(cluster_count(all[i], STORE_PERIOD), rows);
			assert_string_equal(state(all[i], stage.desk), "approved");
			assert_int_equal(restated(all[i], i == 2 ? stage.county : stage.desk, "meetings_held"), 1);
		}
	}
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_is_closed_offline_returned_mended_and_approved),
		cmocka_unit_test(late_truth_is_restated_with_its_difference_at_every_level),
		cmocka_unit_test(a_second_device_that_had_not_known_is_late_and_shows_as_restated),
		cmocka_unit_test(two_devices_that_submit_apart_come_to_one_state),
		cmocka_unit_test(two_reviewers_who_differ_hold_the_month_until_one_knows_the_other),
		cmocka_unit_test(only_a_superior_s_verdict_counts),
		cmocka_unit_test(a_view_computed_from_nothing_says_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
