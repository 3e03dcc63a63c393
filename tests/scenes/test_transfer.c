// A member goes from one home to the next: offered, accepted, decided by one writer before a witness.
#include "org/transfer_state.h"
#include "support/custody_stage.h"
#include "support/support.h"

static void assert_held(struct actor *unit, const struct id *member)
{
	assert_int_equal(custody_stage_view(unit, member).hold, CUSTODY_HELD);
}

static void assert_gone(struct actor *unit, const struct id *member)
{
	assert_int_equal(custody_stage_view(unit, member).hold, CUSTODY_NONE);
}

static void a_new_member_is_recorded_by_the_township_and_confirmed_by_the_county(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "张三");
	(void)state;
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_UNRECORDED);
	assert_ok(cluster_sync(stage.one));
	assert_int_equal(custody_stage_epoch(stage.east, &member), 0); // the witness has not seen it
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_epoch(stage.county, &member), 1);
	assert_int_equal(custody_stage_epoch(stage.east, &member), 1);
	assert_int_equal(custody_stage_epoch(stage.one, &member), 1);
	assert_held(stage.one, &member);
	assert_int_equal(custody_stage_homes(&stage, &member), 1);
	custody_stage_free(&stage);
}

// Figures, record, and what follows go along; a stub and the branch's own note stay.
static void goes_from(struct custody_stage *stage, struct actor *from, struct actor *to)
{
	struct id member = custody_stage_member(from, "李四");
	struct id dues = custody_stage_dues(from, &member, 500);
	custody_stage_sync(stage);
	assert_int_equal(cluster_figure(stage->county, stage->county, "members", "2026-03"), 1);
	assert_int_equal(custody_stage_offer(from, &member, to), CUSTODY_DONE);
	assert_int_equal(custody_stage_view(from, &member).hold, CUSTODY_OUTBOUND);
	custody_stage_sync(stage);
	assert_int_equal(cluster_figure(from, from, "members", "2026-03"), 1); // serves and counts on
	stage->play->now_ms += UINT64_C(20) * 24 * 3600 * 1000; // into April
	assert_int_equal(custody_stage_answer(to, &member, true), CUSTODY_DONE);
	custody_stage_sync(stage);
	assert_gone(from, &member);
	assert_held(to, &member);
	assert_int_equal(custody_stage_homes(stage, &member), 1);
	assert_string_equal(cluster_get(to, to, "member", &member, "name"), "李四");
	assert_string_equal(cluster_get(to, to, "member", &member, "stage"), "activist");
	assert_string_equal(cluster_get(to, to, "member", &member, "points"), "42");
	assert_string_equal(cluster_get(to, to, "member", &member, "arrived"), "2026-04-09");
	assert_string_equal(cluster_get(to, to, "member", &member, "note"), ""); // stays
	assert_string_equal(cluster_get(to, to, "dues", &dues, "due"), "5.00");
	assert_string_equal(cluster_get(from, from, "member", &member, "left"), "2026-04-09"); // the stub
	assert_string_equal(cluster_get(from, from, "member", &member, "note"), "本支部备注");
	assert_int_equal(cluster_figure(from, from, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(from, from, "members", "2026-04"), 0);
	assert_int_equal(cluster_figure(to, to, "members", "2026-03"), 0);
	assert_int_equal(cluster_figure(to, to, "members", "2026-04"), 1);
	assert_int_equal(cluster_figure(stage->county, stage->county, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage->county, stage->county, "members", "2026-04"), 1);
	assert_false(cluster_store_contains(stage->east, "李四")); // ids only above the branch's lane
	assert_false(cluster_store_contains(stage->county, "李四"));
}

static void within_one_township(void **state)
{
	struct custody_stage stage = custody_stage();
	(void)state;
	goes_from(&stage, stage.one, stage.two);
	custody_stage_free(&stage);
}

static void between_two_townships_of_a_county(void **state)
{
	struct custody_stage stage = custody_stage();
	(void)state;
	goes_from(&stage, stage.one, stage.three);
	custody_stage_free(&stage);
}

static void refused_or_withdrawn_the_member_stays(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id refused = custody_stage_member(stage.one, "王五"), withdrawn = custody_stage_member(stage.one, "赵六");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &refused, stage.three), CUSTODY_DONE);
	assert_int_equal(custody_stage_offer(stage.one, &withdrawn, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &refused, false), CUSTODY_DONE);
	assert_int_equal(custody_stage_withdraw(stage.one, &withdrawn), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_held(stage.one, &refused);
	assert_held(stage.one, &withdrawn);
	assert_int_equal(custody_stage_epoch(stage.one, &refused), 2); // the epoch is used up
	// An accept after an abort; at its own unit it is refused, and said all the same it is void.
	assert_int_equal(custody_stage_answer(stage.three, &withdrawn, true), CUSTODY_VOID);
	assert_int_equal(custody_stage_epoch(stage.three, &withdrawn), 2);
	custody_stage_free(&stage);
}

static enum err count_open(void *context, const struct transfer_state *state)
{
	*(size_t *)context += transfer_state_is_open(state->progress);
	return ERR_OK;
}

static size_t open_at(struct actor *actor)
{
	struct txn txn;
	size_t open = 0;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(transfer_state_each(&txn, count_open, &open));
	txn_abort(&txn);
	return open;
}

// Another registrar decides: the township of whoever was asked hears of the end of it as the unit itself does.
static void the_township_of_who_was_asked_hears_that_it_is_over(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id refused = custody_stage_member(stage.one, "王五"), withdrawn = custody_stage_member(stage.one, "赵六");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &refused, stage.three), CUSTODY_DONE);
	assert_int_equal(custody_stage_offer(stage.one, &withdrawn, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_withdraw(stage.one, &withdrawn), CUSTODY_DONE);
	assert_int_equal(custody_stage_answer(stage.three, &refused, false), CUSTODY_DONE);
	assert_int_equal(custody_stage_answer(stage.three, &withdrawn, true), CUSTODY_DONE); // has not heard of it
	assert_ok(cluster_sync(stage.three));
	assert_int_equal(open_at(stage.west), 1); // the one that was accepted
	custody_stage_sync(&stage);
	assert_int_equal(open_at(stage.west), 0);
	assert_int_equal(open_at(stage.three), 0);
	assert_int_equal(open_at(stage.county), 0);
	custody_stage_free(&stage);
}

static void an_accept_that_crosses_the_withdrawal_changes_nothing(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_withdraw(stage.one, &member), CUSTODY_DONE);
	assert_ok(cluster_sync(stage.one));
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE); // has not heard of it
	custody_stage_sync(&stage);
	assert_held(stage.one, &member);
	assert_gone(stage.two, &member);
	custody_stage_free(&stage);
}

static void a_second_offer_and_one_for_who_left_are_refused(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	(void)state;
	custody_stage_sync(&stage);
	struct actor *tablet = cluster_device(stage.one, "tablet");
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(tablet));
		assert_ok(cluster_sync(stage.one));
	}
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_OFFERED);
	// The tablet has not heard of it, and does not keep the member: it asks, and is refused by the registrar.
	assert_int_equal(custody_stage_offer(tablet, &member, stage.three), CUSTODY_OTHER_DEVICE);
	assert_ok(cluster_sync(stage.one)); // the first offer is there first
	assert_ok(cluster_sync(tablet));
	custody_stage_sync(&stage);
	assert_ok(cluster_sync(tablet));
	assert_int_equal(custody_stage_epoch(stage.east, &member), 1);
	assert_int_equal(custody_stage_offer(tablet, &member, stage.three), CUSTODY_OFFERED);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_held(stage.two, &member);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_NOT_HERE);
	custody_stage_free(&stage);
}

// The store of the branch is put back to before the offer: its new life asks, and the offer is void.
static void a_restored_branch_releases_nobody_twice(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	(void)state;
	custody_stage_sync(&stage);
	struct store *backup = cluster_backup(stage.one);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	cluster_restore(stage.one, backup);
	cluster_new_life(stage.one);
	assert_int_equal(custody_stage_view(stage.one, &member).hold, CUSTODY_UNVERIFIED);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_UNCONFIRMED);
	custody_stage_sync(&stage);
	assert_held(stage.one, &member);
	assert_int_equal(custody_stage_epoch(stage.one, &member), 2);
	custody_stage_answer(stage.two, &member, true); // too late
	custody_stage_sync(&stage);
	assert_held(stage.one, &member);
	assert_int_equal(custody_stage_homes(&stage, &member), 1);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_held(stage.three, &member);
	assert_int_equal(custody_stage_homes(&stage, &member), 1);
	custody_stage_free(&stage);
}

// The township is put back to before its decision: it decides nothing before it has heard the county.
static void a_restored_registrar_takes_over_what_the_witness_saw(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	struct store *backup = cluster_backup(stage.east);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_held(stage.three, &member);
	cluster_restore(stage.east, backup);
	cluster_new_life(stage.east);
	custody_stage_withdraw(stage.one, &member); // the former home is told that it is none
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_epoch(stage.east, &member), 2);
	assert_held(stage.three, &member);
	assert_gone(stage.one, &member);
	custody_stage_free(&stage);
}

// What the former home wrote before it heard is kept for the new one to look at.
static void late_writes_reach_the_new_home(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	stage.play->now_ms += 60 * 1000;
	cluster_put(stage.one, "member", &member, "phone=13911111111", NULL);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_string_equal(cluster_get(stage.two, stage.two, "member", &member, "phone"), "13800000000");
	assert_int_equal(custody_stage_late(stage.two, &member), 1);
	custody_stage_free(&stage);
}

// ---- The dossier ----

static struct id task_of(struct actor *home, const struct id *member, const char *what)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write writes[] = {
		{ .field = 1, .value = { .form = VALUE_IS_TEXT, .bytes = span_string(what) } },
		{ .field = 2, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(member) } },
	};
	cluster_write(home, &writing);
	struct id task = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, 3, &task, writes, sizeof writes / sizeof writes[0], &changed));
	cluster_written(&writing);
	return task;
}

static enum err move_on(struct actor *home, const struct id *task, int64_t state, int64_t day)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write writes[] = {
		{ .field = 3, .value = { .form = VALUE_IS_NUMBER, .number = state } },
		{ .field = 4, .value = { .form = VALUE_IS_NUMBER, .number = day } },
	};
	cluster_write(home, &writing);
	enum err err = pen_set(&writing.pen, NULL, 3, task, writes, 2, &changed);
	cluster_written(&writing);
	return err;
}

static void take_over(struct custody_stage *stage, const struct id *member, struct actor *from, struct actor *to)
{
	assert_int_equal(custody_stage_offer(from, member, to), CUSTODY_DONE);
	custody_stage_sync(stage);
	assert_int_equal(custody_stage_answer(to, member, true), CUSTODY_DONE);
	custody_stage_sync(stage);
	assert_held(to, member);
}

static size_t quarantined(struct actor *actor)
{
	return cluster_count(actor, STORE_QUARANTINE);
}

// Stage of admission, points, open dues and open tasks go on where they stood, there and back.
static void what_was_open_goes_on_without_a_break(void **state)
{
	enum { DAY = 20530 };
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五");
	struct id dues = custody_stage_dues(stage.one, &member, 500), task = task_of(stage.one, &member, "思想汇报");
	(void)state;
	assert_ok(move_on(stage.one, &task, 2, DAY)); // taken up
	custody_stage_sync(&stage);
	take_over(&stage, &member, stage.one, stage.three);
	assert_string_equal(cluster_get(stage.three, stage.three, "member", &member, "stage"), "activist");
	assert_string_equal(cluster_get(stage.three, stage.three, "member", &member, "points"), "42");
	assert_string_equal(cluster_get(stage.three, stage.three, "dues", &dues, "due"), "5.00");
	assert_string_equal(cluster_get(stage.three, stage.three, "task", &task, "state"), "taken");
	assert_string_equal(cluster_get(stage.three, stage.three, "task", &task, "day"), "2026-03-18");
	assert_int_equal(quarantined(stage.west), 0); // and so it is for the township
	cluster_put(stage.three, "member", &member, "stage=full", "points=50", NULL);
	assert_ok(move_on(stage.three, &task, 3, DAY + 9)); // finished in the new home
	struct id more = task_of(stage.three, &member, "季度谈话");
	assert_err(UNAUTHORISED, move_on(stage.three, &more, 3, DAY)); // the workflow is as strict as ever
	custody_stage_sync(&stage);
	take_over(&stage, &member, stage.three, stage.one); // and back, to where all of it was once
	assert_string_equal(cluster_get(stage.one, stage.one, "member", &member, "stage"), "full");
	assert_string_equal(cluster_get(stage.one, stage.one, "member", &member, "points"), "50");
	assert_string_equal(cluster_get(stage.one, stage.one, "member", &member, "left"), "");
	assert_string_equal(cluster_get(stage.one, stage.one, "member", &member, "note"), "本支部备注"); // had stayed here
	assert_string_equal(cluster_get(stage.one, stage.one, "dues", &dues, "due"), "5.00");
	assert_string_equal(cluster_get(stage.one, stage.one, "task", &task, "state"), "done");
	assert_string_equal(cluster_get(stage.one, stage.one, "task", &more, "what"), "季度谈话");
	assert_int_equal(quarantined(stage.east), 0);
	custody_stage_free(&stage);
}

static size_t settle(struct actor *unit, const struct id *member, bool adopt)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	size_t count;
	cluster_write(unit, &writing);
	assert_ok(pen_custody_late(&writing.pen, member, adopt, &count, &refusal));
	cluster_written(&writing);
	assert_int_equal(refusal, CUSTODY_DONE);
	return count;
}

// The former home went on for a while: the new one decides, once, what becomes of it.
static void late_writes_are_adopted_or_left(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id members[] = { custody_stage_member(stage.one, "王五"), custody_stage_member(stage.one, "赵六") }, dues[2];
	(void)state;
	custody_stage_sync(&stage);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(custody_stage_offer(stage.one, &members[i], stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	stage.play->now_ms += 60 * 1000;
	for (size_t i = 0; i < 2; i++) {
		cluster_put(stage.one, "member", &members[i], "phone=13911111111", NULL);
		dues[i] = custody_stage_dues(stage.one, &members[i], 700); // paid after the offer
		assert_int_equal(custody_stage_answer(stage.three, &members[i], true), CUSTODY_DONE);
	}
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_late(stage.three, &members[0]), 1);
	assert_int_equal(settle(stage.three, &members[0], true), 1);
	assert_int_equal(settle(stage.three, &members[1], false), 1);
	assert_int_equal(settle(stage.three, &members[0], true), 0); // decided
	custody_stage_sync(&stage);
	assert_string_equal(cluster_get(stage.three, stage.three, "member", &members[0], "phone"), "13911111111");
	assert_string_equal(cluster_get(stage.three, stage.three, "dues", &dues[0], "due"), "7.00");
	assert_string_equal(cluster_get(stage.three, stage.three, "member", &members[1], "phone"), "13800000000");
	assert_string_equal(cluster_get(stage.three, stage.three, "dues", &dues[1], "due"), "");
	cluster_rebuild(stage.three);
	assert_int_equal(settle(stage.three, &members[1], true), 0); // the decision is an entry
	custody_stage_free(&stage);
}

// Everything is a function of the entries: computed anew it is the same.
static void a_rebuild_changes_nothing(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "王五"), other = custody_stage_member(stage.one, "赵六");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_DONE);
	assert_int_equal(custody_stage_offer(stage.one, &other, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	struct actor *everybody[] = { stage.county, stage.east, stage.west, stage.one, stage.two, stage.three };
	for (size_t i = 0; i < sizeof everybody / sizeof everybody[0]; i++)
		cluster_rebuild(everybody[i]);
	assert_held(stage.three, &member);
	assert_gone(stage.one, &member);
	assert_int_equal(custody_stage_view(stage.one, &other).hold, CUSTODY_OUTBOUND);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_homes(&stage, &member), 1);
	assert_int_equal(custody_stage_epoch(stage.county, &member), 2);
	assert_int_equal(custody_stage_answer(stage.two, &other, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_held(stage.two, &other);
	custody_stage_free(&stage);
}

// ---- The tree changes meanwhile ----

static void move(struct custody_stage *stage, struct actor *branch, struct actor *township)
{
	assert_int_equal(cluster_move(stage->county, &branch->self.unit, &township->self.unit, "2026-03-01"), CHARTER_FINE);
}

// Is with `home`, and nobody else holds or counts it.
static void assert_home(struct custody_stage *stage, const struct id *member, struct actor *home)
{
	custody_stage_sync(stage);
	assert_held(home, member);
	assert_int_equal(custody_stage_homes(stage, member), 1);
	assert_string_equal(cluster_get(home, home, "member", member, "name"), "郑十");
	assert_true(custody_stage_conserved(stage->county));
}

// Everything has come to rest: each server counts whom it knows, and nobody is on the way.
static void assert_at_rest(struct actor *server, int64_t members)
{
	struct transfer_terms terms = custody_stage_terms(server);
	assert_true(terms.conserved);
	assert_int_equal(terms.counted, members);
	assert_int_equal(terms.known, members);
	assert_int_equal(terms.not_taken_up, 0);
	assert_int_equal(terms.not_let_go, 0);
}

static void whose_home_has_moved_is_transferred_by_its_new_township(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "郑十");
	(void)state;
	custody_stage_sync(&stage);
	move(&stage, stage.one, stage.west);
	assert_home(&stage, &member, stage.one);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.two);
	assert_gone(stage.one, &member);
	custody_stage_free(&stage);
}

static void an_offer_goes_on_after_the_home_has_moved(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "郑十");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	move(&stage, stage.one, stage.west);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_view(stage.one, &member).hold, CUSTODY_OUTBOUND);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.two);
	assert_gone(stage.one, &member);
	custody_stage_free(&stage);
}

static void an_accept_counts_though_who_accepts_has_moved(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "郑十");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	move(&stage, stage.two, stage.west);
	assert_home(&stage, &member, stage.two);
	assert_int_equal(custody_stage_offer(stage.two, &member, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.three);
	custody_stage_free(&stage);
}

static void who_moved_before_hearing_of_the_end_lets_go_all_the_same(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "郑十");
	struct actor *const others[] = { stage.two, stage.east, stage.county, stage.east, stage.two };
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	for (size_t turn = 0; turn < 3; turn++)
		for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
			if (others[i] != stage.county)
				assert_ok(cluster_sync(others[i]));
	assert_held(stage.two, &member);
	assert_int_equal(custody_stage_view(stage.one, &member).hold, CUSTODY_OUTBOUND);
	move(&stage, stage.one, stage.west);
	assert_home(&stage, &member, stage.two);
	assert_gone(stage.one, &member);
	custody_stage_free(&stage);
}

// A branch that has had members come and go takes its numbers along; its former township keeps none of them.
static void the_numbers_of_a_branch_move_with_it(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id stays = custody_stage_member(stage.one, "郑十"), gone = custody_stage_member(stage.one, "李四");
	(void)state;
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &gone, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.two, &gone, true), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_at_rest(stage.east, 2);
	move(&stage, stage.one, stage.west);
	assert_home(&stage, &stays, stage.one);
	assert_at_rest(stage.east, 1);
	assert_at_rest(stage.west, 1);
	assert_at_rest(stage.county, 2);
	move(&stage, stage.two, stage.west);
	custody_stage_sync(&stage);
	assert_at_rest(stage.east, 0);
	assert_at_rest(stage.west, 2);
	assert_at_rest(stage.county, 2);
	custody_stage_free(&stage);
}

static void there_and_back_again(void **state)
{
	struct custody_stage stage = custody_stage();
	struct id member = custody_stage_member(stage.one, "郑十");
	(void)state;
	custody_stage_sync(&stage);
	move(&stage, stage.one, stage.west);
	assert_ok(cluster_sync(stage.east));
	move(&stage, stage.one, stage.east);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.three), CUSTODY_DONE);
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.three, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.three);
	// And the other way: the branch is west's already when west, which has not heard of it, sends the letter up.
	move(&stage, stage.one, stage.west);
	assert_int_equal(custody_stage_offer(stage.three, &member, stage.one), CUSTODY_DONE);
	assert_ok(cluster_sync(stage.three));
	assert_ok(cluster_sync(stage.east));
	custody_stage_sync(&stage);
	assert_int_equal(custody_stage_answer(stage.one, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.one);
	// Back before west has heard that it came, with an offer to it on the way.
	assert_int_equal(custody_stage_offer(stage.one, &member, stage.two), CUSTODY_DONE);
	custody_stage_sync(&stage);
	move(&stage, stage.one, stage.east);
	move(&stage, stage.two, stage.west);
	assert_int_equal(custody_stage_answer(stage.two, &member, true), CUSTODY_DONE);
	assert_home(&stage, &member, stage.two);
	assert_gone(stage.one, &member);
	assert_gone(stage.three, &member);
	custody_stage_free(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_member_is_recorded_by_the_township_and_confirmed_by_the_county),
		cmocka_unit_test(within_one_township),
		cmocka_unit_test(between_two_townships_of_a_county),
		cmocka_unit_test(refused_or_withdrawn_the_member_stays),
		cmocka_unit_test(the_township_of_who_was_asked_hears_that_it_is_over),
		cmocka_unit_test(an_accept_that_crosses_the_withdrawal_changes_nothing),
		cmocka_unit_test(a_second_offer_and_one_for_who_left_are_refused),
		cmocka_unit_test(a_restored_branch_releases_nobody_twice),
		cmocka_unit_test(a_restored_registrar_takes_over_what_the_witness_saw),
		cmocka_unit_test(late_writes_reach_the_new_home),
		cmocka_unit_test(what_was_open_goes_on_without_a_break),
		cmocka_unit_test(late_writes_are_adopted_or_left),
		cmocka_unit_test(a_rebuild_changes_nothing),
		cmocka_unit_test(whose_home_has_moved_is_transferred_by_its_new_township),
		cmocka_unit_test(an_offer_goes_on_after_the_home_has_moved),
		cmocka_unit_test(an_accept_counts_though_who_accepts_has_moved),
		cmocka_unit_test(who_moved_before_hearing_of_the_end_lets_go_all_the_same),
		cmocka_unit_test(the_numbers_of_a_branch_move_with_it),
		cmocka_unit_test(there_and_back_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
