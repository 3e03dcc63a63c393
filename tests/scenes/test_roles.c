// Roles that devices hold: who may make a secretary's move, what a grant and a withdrawal do to moves made before and
// apart, and that everybody who holds the same entries comes to the same verdict.
#include "support/stages.h"
#include "support/support.h"

#include <stdio.h>

enum { SUBJECT = 1, STATE = 2, DRAFT = 1, SIGNED = 2, SENT = 3, FILED = 4 };

static void is_at(struct stages_branch *stage, const struct id *letter, const char *state)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->north };
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < 3; i++) {
			assert_string_equal(cluster_get(all[i], stage->desk, "letter", letter, "state"), state);
			cluster_rebuild(all[i]);
		}
}

static void set_aside(struct stages_branch *stage, size_t entries)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->north };
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(cluster_count(all[i], STORE_QUARANTINE), entries);
}

// What the pen says to a move; WORKFLOW_FINE: it was made.
static enum workflow_fault moves(struct actor *actor, struct actor *owner, const struct id *letter, int64_t to)
{
	struct cluster_pen writing;
	struct pen_write write = { .field = STATE, .value = { .form = VALUE_IS_NUMBER, .number = to } };
	bool changed;
	cluster_write(actor, &writing);
	enum err err = rehearsal_saw(pen_set(&writing.pen, &owner->self.unit, 1, letter, &write, 1, &changed));
	enum workflow_fault fault = err ? writing.pen.refusal.verdict.fault : WORKFLOW_FINE;
	assert_true(!err || err == ERR_UNAUTHORISED);
	cluster_written(&writing);
	return fault;
}

// A program that does not judge its own moves writes the entry as it is, behind the newest one of `behind`.
static void forges(struct actor *actor, struct actor *behind, const struct id *letter, int64_t to)
{
	struct cluster_pen writing;
	struct journal_log log;
	cluster_log(actor, behind, LANE_DETAIL, &log);
	struct change_pred pred = { .log = &log.id, .seq = log.peaks.size - 1 };
	struct change_write write = { .field = STATE, .chain = 2, .pred_count = 1, .preds = &pred,
	                              .value = { .form = VALUE_IS_NUMBER, .number = to } };
	struct change change = { .record = *letter, .kind = 1, .write_count = 1, .writes = &write };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	struct logname name = { .device = actor->self.identity.sign_public, .incarnation = actor->self.incarnation, .lane = LANE_DETAIL };
	struct buf payload = BUF_EMPTY;
	uint64_t at;
	change_encode(&changes, &payload);
	cluster_write(actor, &writing);
	struct journal_writer *writer = &writing.pen.writer[LANE_DETAIL];
	assert_ok(journal_writer_begin(writer, &writing.txn, &name));
	writing.pen.open[LANE_DETAIL] = true;
	writing.pen.first[LANE_DETAIL] = writer->log.peaks.size;
	assert_ok(journal_writer_append(writer, ENTRY_CHANGES, 1, buf_span(&payload), &at));
	cluster_written(&writing);
	buf_free(&payload);
}

static void a_branch_with_nobody_named_is_not_stuck_unless_the_role_is_strict(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/roles.yaml");
	struct id letter = cluster_put(stage.desk, "letter", NULL, "subject=通知", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.tablet, stage.desk, &letter, SIGNED), WORKFLOW_FINE);
	assert_int_equal(moves(stage.tablet, stage.desk, &letter, SENT), WORKFLOW_ROLE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &letter, "signed");
	cluster_role(stage.north, stage.tablet, "deputy", true);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.desk, stage.desk, &letter, SENT), WORKFLOW_ROLE);
	assert_int_equal(moves(stage.tablet, stage.desk, &letter, SENT), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &letter, "sent");
	set_aside(&stage, 0);
	cluster_free(stage.play);
}

static void a_group_leader_s_tablet_does_not_make_the_secretary_s_move(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/roles.yaml");
	struct id letter = cluster_put(stage.desk, "letter", NULL, "subject=通知", NULL);
	cluster_role(stage.north, stage.desk, "secretary", true);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.tablet, stage.desk, &letter, SIGNED), WORKFLOW_ROLE); // its own pen refuses
	forges(stage.tablet, stage.desk, &letter, SIGNED); // a program that does not ask
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &letter, "draft");
	set_aside(&stage, 1);
	assert_true(cluster_count(stage.tablet, STORE_NOTICE) > 0); // its author is told
	assert_int_equal(moves(stage.desk, stage.desk, &letter, SIGNED), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &letter, "signed");
	cluster_free(stage.play);
}

static void what_was_handed_in_before_stands_when_the_role_goes_to_another(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/roles.yaml");
	cluster_role(stage.north, stage.desk, "secretary", true);
	cluster_everybody_syncs(stage.play, 3);
	struct id old = cluster_put(stage.desk, "letter", NULL, "subject=旧", NULL);
	struct id fresh = cluster_put(stage.desk, "letter", NULL, "subject=新", NULL);
	assert_int_equal(moves(stage.desk, stage.desk, &old, SIGNED), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	cluster_role(stage.north, stage.tablet, "secretary", true);
	cluster_role(stage.north, stage.desk, "secretary", false);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &old, "signed");
	assert_int_equal(moves(stage.desk, stage.desk, &fresh, SIGNED), WORKFLOW_ROLE);
	assert_int_equal(moves(stage.tablet, stage.desk, &fresh, SIGNED), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &fresh, "signed");
	set_aside(&stage, 0);
	// Nobody holds it any more: nobody may, until it is granted again.
	cluster_role(stage.north, stage.tablet, "secretary", false);
	struct id last = cluster_put(stage.desk, "letter", NULL, "subject=末", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.desk, stage.desk, &last, SIGNED), WORKFLOW_ROLE);
	cluster_role(stage.north, stage.desk, "secretary", true);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.desk, stage.desk, &last, SIGNED), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &last, "signed");
	cluster_free(stage.play);
}

// The tablet signs offline, nobody being named; meanwhile the desk becomes secretary. What the township did not have by then
// lies behind the grant, whether a store heard of the grant or of the move first.
static void a_move_made_apart_from_a_grant_is_judged_alike_in_both_orders(void **state)
{
	(void)state;
	for (int grant_first = 0; grant_first < 2; grant_first++) {
		struct stages_branch stage = stages_branch("../data/roles.yaml");
		struct id letter = cluster_put(stage.desk, "letter", NULL, "subject=通知", NULL);
		cluster_everybody_syncs(stage.play, 3);
		if (grant_first) {
			cluster_role(stage.north, stage.desk, "secretary", true);
			assert_ok(cluster_sync(stage.desk));
		}
		assert_int_equal(moves(stage.tablet, stage.desk, &letter, SIGNED), WORKFLOW_FINE); // it has not heard
		if (!grant_first)
			assert_string_equal(cluster_get(stage.tablet, stage.desk, "letter", &letter, "state"), "signed");
		if (!grant_first)
			cluster_role(stage.north, stage.desk, "secretary", true);
		cluster_everybody_syncs(stage.play, 3);
		is_at(&stage, &letter, "draft");
		set_aside(&stage, 1);
		cluster_free(stage.play);
	}
}

static void a_move_from_above_may_ask_for_a_role_too(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/roles.yaml");
	struct id letter = cluster_put(stage.desk, "letter", NULL, "subject=通知", NULL);
	assert_int_equal(moves(stage.desk, stage.desk, &letter, SIGNED), WORKFLOW_FINE);
	cluster_role(stage.county, stage.north, "reviewer", true);
	cluster_role(stage.county, stage.north, "reviewer", false);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.north, stage.desk, &letter, FILED), WORKFLOW_ROLE);
	assert_int_equal(moves(stage.desk, stage.desk, &letter, FILED), WORKFLOW_WHO);
	cluster_role(stage.county, stage.north, "reviewer", true);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(moves(stage.north, stage.desk, &letter, FILED), WORKFLOW_FINE);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, &letter, "filed");
	set_aside(&stage, 0);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_branch_with_nobody_named_is_not_stuck_unless_the_role_is_strict),
		cmocka_unit_test(a_group_leader_s_tablet_does_not_make_the_secretary_s_move),
		cmocka_unit_test(what_was_handed_in_before_stands_when_the_role_goes_to_another),
		cmocka_unit_test(a_move_made_apart_from_a_grant_is_judged_alike_in_both_orders),
		cmocka_unit_test(a_move_from_above_may_ask_for_a_role_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
