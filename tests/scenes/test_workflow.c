// Workflows between devices that do not see each other: steps in order, steps skipped, approvals from above,
// an issue passed up and back.
#include "support/scratch.h"
#include "support/stages.h"
#include "support/support.h"

#include <stdio.h>

#include "io/file.h"
#include "io/pack_yaml.h"
#include "sync/join.h"

static void is_at(struct stages_branch *stage, const char *kind, const struct id *record, const char *field, const char *state)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->north };
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(cluster_get(all[i], stage->desk, kind, record, field), state);
}

static void nothing_is_set_aside(struct stages_branch *stage)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->north };
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(cluster_count(all[i], STORE_QUARANTINE), 0);
}

// What the pen says to one change of a field of the record.
static struct pen_refusal refused(struct actor *actor, struct actor *owner, const char *kind_name, const struct id *record,
                                  const struct pen_write *writes, size_t count)
{
	struct cluster_pen writing;
	bool changed;
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(actor), kind_name);
	cluster_write(actor, &writing);
	enum err err = pen_set(&writing.pen, &owner->self.unit, kind->number, record, writes, count, &changed);
	struct pen_refusal refusal = writing.pen.refusal;
	assert_err(UNAUTHORISED, err);
	cluster_written(&writing);
	return refusal;
}

static struct pen_write number(uint8_t field, int64_t value)
{
	return (struct pen_write){ .field = field, .value = { .form = VALUE_IS_NUMBER, .number = value } };
}

enum { STAGE = 2, DAY = 3 };

static void an_admission_goes_its_way_step_by_step(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.desk, "admission", NULL, "name=甲", "application=有", "day=2024-01-10", NULL);
	is_at(&(struct stages_branch){ .desk = stage.desk, .tablet = stage.desk, .north = stage.desk }, "admission", &one, "stage", "applicant");
	cluster_put(stage.desk, "admission", &one, "stage=activist", "day=2024-06-01", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "admission", &one, "stage", "activist");
	// The tablet goes on where the desk stopped.
	cluster_put(stage.tablet, "admission", &one, "stage=candidate", "day=2025-06-01", "examined=合格", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "admission", &one, "stage", "candidate");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

static void a_step_is_refused_with_what_is_missing(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.desk, "admission", NULL, "name=甲", "day=2024-01-10", NULL);
	struct pen_write skip[] = { number(STAGE, 3), number(DAY, 19900) };
	struct pen_refusal refusal = refused(stage.desk, stage.desk, "admission", &one, skip, 2);
	assert_int_equal(refusal.verdict.fault, WORKFLOW_NO_MOVE);
	assert_string_equal(workflow_toward(refusal.kind->workflow, refusal.verdict.from, refusal.verdict.to)->name, "choose");

	struct pen_write choose[] = { number(STAGE, 2), number(DAY, 19900) };
	refusal = refused(stage.desk, stage.desk, "admission", &one, choose, 2);
	assert_int_equal(refusal.verdict.fault, WORKFLOW_NEEDS);
	cluster_put(stage.desk, "admission", &one, "application=有", NULL);
	refusal = refused(stage.desk, stage.desk, "admission", &one, choose, 1);
	assert_int_equal(refusal.verdict.fault, WORKFLOW_DAY_MISSING);
	cluster_put(stage.desk, "admission", &one, "stage=activist", "day=2024-06-30", "examined=合格", NULL);

	struct pen_write early[] = { number(STAGE, 3), number(DAY, 20268) }; // 2025-06-29
	refusal = refused(stage.desk, stage.desk, "admission", &one, early, 2);
	assert_int_equal(refusal.verdict.fault, WORKFLOW_TOO_EARLY);
	assert_int_equal(refusal.verdict.earliest, 20269);
	assert_int_equal(refused(stage.desk, stage.desk, "admission", &one, &early[1], 1).verdict.fault, WORKFLOW_DAY_ALONE);

	struct pen_write back[] = { number(STAGE, 1), number(DAY, 20268) };
	assert_int_equal(refused(stage.desk, stage.desk, "admission", &one, back, 2).verdict.fault, WORKFLOW_WHO);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put_for(stage.north, stage.desk, "admission", &one, "stage=applicant", "day=2025-07-01", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "admission", &one, "stage", "applicant");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

// A program that does not judge its own moves writes the entry as it is.
static void write_anyway(struct actor *actor, const struct id *record, int64_t state, int64_t day, const struct hash *log, uint64_t seq)
{
	struct cluster_pen writing;
	struct change_pred pred = { .log = log, .seq = seq };
	struct change_write writes[] = {
		{ .field = STAGE, .chain = 2, .pred_count = 1, .preds = &pred, .value = { .form = VALUE_IS_NUMBER, .number = state } },
		{ .field = DAY, .chain = 2, .pred_count = 1, .preds = &pred, .value = { .form = VALUE_IS_NUMBER, .number = day } },
	};
	struct change change = { .record = *record, .kind = 2, .write_count = 2, .writes = writes };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	struct buf payload = BUF_EMPTY;
	struct journal_writer *writer;
	uint64_t at;
	change_encode(&changes, &payload);
	cluster_write(actor, &writing);
	writer = &writing.pen.writer[LANE_DETAIL];
	struct logname name = { .device = actor->self.identity.sign_public, .incarnation = actor->self.incarnation, .lane = LANE_DETAIL };
	assert_ok(journal_writer_begin(writer, &writing.txn, &name));
	writing.pen.open[LANE_DETAIL] = true;
	writing.pen.first[LANE_DETAIL] = writer->log.peaks.size;
	assert_ok(journal_writer_append(writer, ENTRY_CHANGES, 1, buf_span(&payload), &at));
	cluster_written(&writing);
	buf_free(&payload);
}

static void a_step_skipped_by_another_device_is_set_aside_everywhere(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct journal_log log;
	struct id one = cluster_put(stage.desk, "admission", NULL, "name=甲", "application=有", "day=2024-01-10", NULL);
	cluster_log(stage.desk, stage.desk, LANE_DETAIL, &log);
	cluster_everybody_syncs(stage.play, 3);
	write_anyway(stage.tablet, &one, 4, 20500, &log.id, log.peaks.size - 1);
	cluster_everybody_syncs(stage.play, 3);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "admission", &one, "stage"), "applicant");
	assert_string_equal(cluster_get(stage.north, stage.desk, "admission", &one, "stage"), "applicant");
	assert_int_equal(cluster_count(stage.desk, STORE_QUARANTINE), 1);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 1);

	// Whoever asks is told which step is missing.
	struct txn txn;
	struct workflow_verdict verdict;
	cluster_log(stage.north, stage.tablet, LANE_DETAIL, &log);
	assert_ok(txn_begin(stage.north->store, STORE_READ, &txn));
	assert_ok(view_explain(&txn, &stage.north->self, &stage.north->pack, (struct dot){ .log = log.number, .seq = log.peaks.size - 1 },
	                       &verdict));
	assert_int_equal(verdict.fault, WORKFLOW_NO_MOVE);
	assert_int_equal(verdict.from, 1);
	assert_int_equal(verdict.to, 4);
	txn_abort(&txn);
	cluster_free(stage.play);
}

static void two_approvals_given_side_by_side_let_the_last_step_pass(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.desk, "admission", NULL, "name=甲", "application=有", "examined=合格", "day=2024-01-10", NULL);
	cluster_put(stage.desk, "admission", &one, "stage=activist", "day=2024-06-01", NULL);
	cluster_put(stage.desk, "admission", &one, "stage=candidate", "day=2025-06-01", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put_for(stage.north, stage.desk, "admission", &one, "approvals[组织委员]=yes", NULL);
	cluster_everybody_syncs(stage.play, 3);
	struct pen_write admit[] = { number(STAGE, 4), number(DAY, 20400) };
	struct pen_refusal refusal = refused(stage.desk, stage.desk, "admission", &one, admit, 2);
	assert_int_equal(refusal.verdict.fault, WORKFLOW_APPROVALS);
	assert_int_equal(refusal.verdict.have, 1);
	cluster_put_for(stage.north, stage.desk, "admission", &one, "approvals[书记]=yes", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put(stage.tablet, "admission", &one, "stage=member", "day=2025-11-08", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "admission", &one, "stage", "member");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

static void an_issue_is_passed_up_and_back_and_closed(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.tablet, "issue", NULL, "what=路灯", "day=2026-03-01", NULL);
	cluster_put(stage.tablet, "issue", &one, "state=passed_up", "day=2026-03-02", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put_for(stage.north, stage.desk, "issue", &one, "state=returned", "day=2026-03-05", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "issue", &one, "state", "returned");
	cluster_put(stage.desk, "issue", &one, "state=passed_up", "day=2026-03-06", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put_for(stage.north, stage.desk, "issue", &one, "state=closed", "outcome=已修", "day=2026-03-20", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "issue", &one, "state", "closed");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

static void two_moves_made_apart_are_both_kept_until_somebody_decides(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.desk, "issue", NULL, "what=路灯", "day=2026-03-01", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put(stage.desk, "issue", &one, "state=passed_up", "day=2026-03-02", NULL);
	cluster_put(stage.tablet, "issue", &one, "state=closed", "outcome=已修", "day=2026-03-03", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_values(stage.desk, "issue", &one, "state"), 2);
	cluster_put(stage.desk, "issue", &one, "state=closed", NULL); // a decision, no move
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "issue", &one, "state", "closed");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

static void the_day_of_a_move_is_put_right_with_its_state(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id one = cluster_put(stage.desk, "admission", NULL, "name=甲", "application=有", "day=2024-01-10", NULL);
	cluster_put(stage.desk, "admission", &one, "stage=activist", "day=2024-06-01", NULL);
	cluster_put(stage.desk, "admission", &one, "stage=activist", "day=2024-05-01", NULL);
	struct pen_write wrong[] = { number(STAGE, 2), number(DAY, 19000) };
	assert_int_equal(refused(stage.desk, stage.desk, "admission", &one, wrong, 2).verdict.fault, WORKFLOW_TOO_EARLY);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "admission", &one, "day", "2024-05-01");
	nothing_is_set_aside(&stage);
	cluster_free(stage.play);
}

// ---- A workflow that a new version of the pack brings ----

// tests/data/flow.yaml with the issue's workflow as version 2 has it, or without it as version 1 had.
static void compile_version(unsigned version, struct buf *pack)
{
	static const char begins[] = "    workflow:\n      state: state\n", ends[] = "  - name: meeting\n";
	struct scratch scratch;
	struct buf whole = BUF_EMPTY, text = BUF_EMPTY;
	struct arena arena;
	char path[512];
	const char *why = "";
	assert_ok(file_read("../data/flow.yaml", 1 << 20, &whole));
	buf_u8(&whole, '\0');
	char *at = strstr((char *)whole.data, begins), *behind = at ? strstr(at, ends) : NULL;
	assert_non_null(behind);
	if (version == 2)
		strstr((char *)whole.data, "version: 1")[sizeof "version: " - 1] = '2';
	buf_bytes(&text, whole.data, (size_t)((uint8_t *)at - whole.data));
	if (version == 2) {
		buf_string(&text, "    workflow:\n      version: 2\n");
		at += sizeof "    workflow:\n" - 1;
		buf_bytes(&text, at, (size_t)(behind - at));
	}
	buf_string(&text, behind);
	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	assert_ok(file_write(path, 0600, buf_span(&text)));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	buf_clear(pack);
	if (pack_yaml_compile(path, pack, &arena, &why))
		fail_msg("%s", why);
	arena_free(&arena);
	scratch_remove(&scratch);
	buf_free(&whole);
	buf_free(&text);
}

static void what_was_written_before_the_workflow_stands_and_goes_on_by_it(void **state)
{
	(void)state;
	struct stages_branch stage = { .play = cluster_new_with("../data/flow.yaml") };
	struct buf second = BUF_EMPTY;
	struct cluster_pen writing;
	compile_version(1, &stage.play->pack);
	stage.county = cluster_found(stage.play, "county");
	stage.north = cluster_server(stage.county, "north");
	assert_ok(cluster_sync(stage.north));
	stage.desk = cluster_branch(stage.north, "desk");
	stage.tablet = cluster_device(stage.desk, "tablet");
	cluster_everybody_syncs(stage.play, 3);

	compile_version(2, &second);
	cluster_write(stage.county, &writing);
	assert_ok(join_publish_pack(&writing.pen, buf_span(&second), "flow", 2));
	cluster_written(&writing);
	assert_ok(cluster_sync(stage.north));
	assert_ok(cluster_sync(stage.desk));
	// The tablet has not heard of it.
	struct id one = cluster_put(stage.tablet, "issue", NULL, "what=路灯", "state=returned", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "issue", &one, "state", "returned");
	nothing_is_set_aside(&stage);
	struct pen_write back[] = { number(2, 1), number(3, 20600) };
	assert_int_equal(refused(stage.tablet, stage.desk, "issue", &one, back, 2).verdict.fault, WORKFLOW_NO_MOVE);
	cluster_put(stage.tablet, "issue", &one, "state=passed_up", "day=2026-03-02", NULL);
	cluster_everybody_syncs(stage.play, 3);
	is_at(&stage, "issue", &one, "state", "passed_up");
	nothing_is_set_aside(&stage);
	buf_free(&second);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_admission_goes_its_way_step_by_step),
		cmocka_unit_test(a_step_is_refused_with_what_is_missing),
		cmocka_unit_test(a_step_skipped_by_another_device_is_set_aside_everywhere),
		cmocka_unit_test(two_approvals_given_side_by_side_let_the_last_step_pass),
		cmocka_unit_test(an_issue_is_passed_up_and_back_and_closed),
		cmocka_unit_test(two_moves_made_apart_are_both_kept_until_somebody_decides),
		cmocka_unit_test(the_day_of_a_move_is_put_right_with_its_state),
		cmocka_unit_test(what_was_written_before_the_workflow_stands_and_goes_on_by_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
