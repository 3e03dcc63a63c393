// A member of one branch registers at a second unit, is a guest there, and what the guest takes part in
// comes home; nobody is counted twice.
#include <stdio.h>

#include "base/pb.h"
#include "support/cluster.h"
#include "support/conserved.h"
#include "support/support.h"
#include "sync/pen_inside.h"
#include "sync/pen_presence.h"

struct stage {
	struct cluster *play;
	struct actor *county, *east, *west;
	struct actor *home, *second, *third; // home under east, the others under west
};

static void sync_all(struct stage *stage)
{
	struct actor *order[] = { stage->home, stage->second, stage->third, stage->east, stage->west };
	for (unsigned round = 0; round < 4; round++)
		for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
			assert_ok(cluster_sync(order[i]));
}

static struct stage stage_new(void)
{
	struct stage stage = { .play = cluster_new_with("../data/presence.yaml") };
	stage.play->each_session = conserved_everywhere;
	stage.county = cluster_found(stage.play, "county");
	stage.east = cluster_server(stage.county, "east");
	stage.west = cluster_server(stage.county, "west");
	assert_ok(cluster_sync(stage.east));
	assert_ok(cluster_sync(stage.west));
	stage.home = cluster_branch(stage.east, "home");
	stage.second = cluster_branch(stage.west, "second");
	stage.third = cluster_branch(stage.west, "third");
	sync_all(&stage);
	return stage;
}

static int32_t day(const char *text)
{
	int32_t days = 0;
	if (*text)
		assert_ok(date_parse(span_string(text), &days));
	return days;
}

static enum pen_presence_refusal attach(struct actor *home, const struct id *member, const struct id *to, const char *from,
                                        const char *until)
{
	struct cluster_pen writing;
	enum pen_presence_refusal refusal;
	home->cluster->now_ms += 60 * 1000;
	cluster_write(home, &writing);
	assert_ok(pen_presence_attach(&writing.pen, member, to, day(from), day(until), &refusal));
	cluster_written(&writing);
	return refusal;
}

static enum pen_presence_refusal detach(struct actor *home, const struct id *member, const struct id *to, const char *until)
{
	struct cluster_pen writing;
	enum pen_presence_refusal refusal;
	home->cluster->now_ms += 60 * 1000;
	cluster_write(home, &writing);
	assert_ok(pen_presence_detach(&writing.pen, member, to, day(until), &refusal));
	cluster_written(&writing);
	return refusal;
}

// The guests whom letters have brought to a unit; the last one's word, whose message is not read here.
static size_t guests(struct actor *actor, struct presence_word *last)
{
	struct txn txn;
	size_t count = 0;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = presence_words(&txn, PRESENCE_GUEST, NULL);
	while (scan_next(&scan)) {
		assert_ok(presence_read(&scan, last));
		count++;
	}
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

static enum pen_presence_refusal answer(struct actor *second, const struct id *attachment, const struct id *home, bool accept)
{
	struct cluster_pen writing;
	struct presence_word word;
	enum pen_presence_refusal refusal;
	second->cluster->now_ms += 60 * 1000;
	cluster_write(second, &writing);
	assert_ok(presence_find(&writing.txn, PRESENCE_GUEST, attachment, home, &word));
	assert_ok(pen_presence_answer(&writing.pen, &word, accept, &refusal));
	cluster_written(&writing);
	return refusal;
}

static struct id new_member(struct actor *home, const char *name)
{
	char text[80];
	snprintf(text, sizeof text, "name=%s", name);
	home->cluster->now_ms += 60 * 1000;
	return cluster_put(home, "member", NULL, text, "phone=13800000000", "arrived=2026-01-05", "note=只在本支部", NULL);
}

// Attached, told, accepted.
static struct id guest_at(struct stage *stage, const struct id *member, struct actor *second)
{
	struct presence_word word;
	assert_int_equal(attach(stage->home, member, &second->self.unit, "2026-02-01", ""), PEN_PRESENCE_DONE);
	sync_all(stage);
	assert_int_equal(guests(second, &word), 1);
	assert_int_equal(answer(second, &word.attachment, &word.unit, true), PEN_PRESENCE_DONE);
	sync_all(stage);
	return word.attachment;
}

static void set_came(struct actor *second, const struct id *meeting, const struct id *guest, bool came)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write write = { .field = 4, .element = id_span(guest), .value = { .form = VALUE_IS_NUMBER, .number = came } };
	second->cluster->now_ms += 60 * 1000;
	cluster_write(second, &writing);
	assert_ok(pen_set(&writing.pen, NULL, 2, meeting, &write, 1, &changed));
	cluster_written(&writing);
}

static struct id meeting_with(struct actor *second, const struct id *guest, const char *date)
{
	char on[40];
	snprintf(on, sizeof on, "date=%s", date);
	struct id meeting = cluster_put(second, "meeting", NULL, on, "topic=社区服务", NULL);
	set_came(second, &meeting, guest, true);
	return meeting;
}

static size_t records_elsewhere(struct actor *home) { return (size_t)cluster_figure(home, home, "elsewhere", "2026"); }

// ---- The scenes ----

static void a_guest_is_counted_apart_and_activity_comes_home(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "张三");
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "name"), "张三");
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "phone"), "13800000000");
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "since"), "2026-02-01");
	assert_false(cluster_store_contains(stage.second, "只在本支部")); // the pack does not share it
	meeting_with(stage.second, &guest, "2026-03-05");
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 1);
	assert_int_equal(cluster_figure(stage.home, stage.home, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage.second, stage.second, "members", "2026-03"), 0);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage.county, stage.county, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage.county, stage.county, "attendance", "2026-03"), 0); // the guest's is told at home alone
	assert_int_equal(cluster_figure(stage.county, stage.county, "elsewhere", "2026-03"), 1);
	assert_false(cluster_store_contains(stage.west, "张三")); // sealed all the way
	assert_false(cluster_store_contains(stage.county, "张三"));
	cluster_free(stage.play);
}

static void refused_it_is_told_and_may_be_accepted_later(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "李四");
	struct presence_word word;
	struct txn txn;
	(void)state;
	assert_int_equal(attach(stage.home, &member, &stage.second->self.unit, "2026-02-01", "2026-06-30"), PEN_PRESENCE_DONE);
	sync_all(&stage);
	assert_int_equal(guests(stage.second, &word), 1);
	struct id attachment = word.attachment, home = word.unit;
	assert_int_equal(answer(stage.second, &attachment, &home, false), PEN_PRESENCE_DONE);
	sync_all(&stage);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-03"), 0);
	assert_int_equal(answer(stage.second, &attachment, &home, true), PEN_PRESENCE_DONE);
	sync_all(&stage);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-07"), 0); // its time is over
	assert_ok(txn_begin(stage.home->store, STORE_READ, &txn));
	assert_ok(presence_find(&txn, PRESENCE_ANSWER, &attachment, &stage.second->self.unit, &word));
	txn_abort(&txn);
	cluster_free(stage.play);
}

static void the_home_branch_prolongs_ends_and_takes_back(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "王五");
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	assert_int_equal(attach(stage.home, &member, &stage.second->self.unit, "2026-02-01", "2026-04-30"), PEN_PRESENCE_DONE);
	sync_all(&stage);
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "until"), "2026-04-30");
	assert_int_equal(detach(stage.home, &member, &stage.second->self.unit, "2026-03-10"), PEN_PRESENCE_DONE);
	cluster_put(stage.home, "member", &member, "phone=13900000000", NULL);
	sync_all(&stage);
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "until"), "2026-03-10");
	assert_string_equal(cluster_get(stage.second, stage.second, "guest", &guest, "phone"), "13900000000");
	assert_int_equal(detach(stage.home, &member, &stage.second->self.unit, "2026-01-01"), PEN_PRESENCE_DONE); // it never was
	sync_all(&stage);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-02"), 0);
	assert_int_equal(answer(stage.second, &guest, &stage.home->self.unit, true), PEN_PRESENCE_TAKEN_BACK);
	cluster_free(stage.play);
}

static void what_was_entered_by_mistake_is_taken_back_at_home(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "赵六");
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	struct id meeting = meeting_with(stage.second, &guest, "2026-03-05");
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 1);
	set_came(stage.second, &meeting, &guest, false);
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 0);
	set_came(stage.second, &meeting, &guest, true);
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 1);
	cluster_free(stage.play);
}

static void what_cannot_be_is_refused_by_name(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "钱七"), nobody = { { 7 } };
	(void)state;
	assert_int_equal(attach(stage.home, &member, &stage.home->self.unit, "2026-02-01", ""), PEN_PRESENCE_OWN_UNIT);
	assert_int_equal(attach(stage.home, &nobody, &stage.second->self.unit, "2026-02-01", ""), PEN_PRESENCE_NOT_HERE);
	assert_int_equal(attach(stage.home, &member, &stage.second->self.unit, "2026-02-01", "2026-01-01"), PEN_PRESENCE_DAYS);
	assert_int_equal(detach(stage.home, &member, &stage.second->self.unit, "2026-02-01"), PEN_PRESENCE_NOT_THERE);
	cluster_free(stage.play);
}

// ---- Any order, any number of times ----

static void computed_anew_everything_stands_and_nothing_is_told_twice(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "孙八");
	struct journal_log before, after;
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	meeting_with(stage.second, &guest, "2026-03-05");
	sync_all(&stage);
	cluster_log(stage.second, stage.second, LANE_MAIL, &before);
	cluster_rebuild(stage.home);
	cluster_rebuild(stage.second);
	sync_all(&stage);
	cluster_log(stage.second, stage.second, LANE_MAIL, &after);
	assert_int_equal(before.head.size, after.head.size);
	assert_int_equal(records_elsewhere(stage.home), 1);
	assert_int_equal(cluster_figure(stage.second, stage.second, "guests", "2026-03"), 1);
	cluster_free(stage.play);
}

static void a_restored_store_tells_again_and_nothing_doubles(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "周九");
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	struct store *backup = cluster_backup(stage.second);
	meeting_with(stage.second, &guest, "2026-03-05");
	sync_all(&stage);
	cluster_restore(stage.second, backup);
	cluster_new_life(stage.second);
	sync_all(&stage);
	meeting_with(stage.second, &guest, "2026-03-12");
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 2);
	assert_int_equal(cluster_figure(stage.county, stage.county, "members", "2026-03"), 1);
	cluster_free(stage.play);
}

// ---- Letters that nobody honest writes ----

static void write_letter(struct actor *author, const struct id *from, const struct id *to, const struct id *sealed_to,
                         const struct id *attachment, const char *on)
{
	struct cluster_pen writing;
	Tributary__PresenceLetter letter = TRIBUTARY__PRESENCE_LETTER__INIT;
	Tributary__PresenceActivity activity = TRIBUTARY__PRESENCE_ACTIVITY__INIT, *list[] = { &activity };
	struct id some = { { 9 } };
	struct buf bytes = BUF_EMPTY;
	char kind[] = "会议", topic[] = "伪造";
	letter.from = pb_bytes(id_span(from));
	letter.to = pb_bytes(id_span(to));
	activity.attachment = pb_bytes(id_span(attachment));
	activity.activity = pb_bytes(id_span(&some));
	activity.came = true;
	activity.day = day(on);
	activity.kind = kind;
	activity.topic = topic;
	letter.activities = list;
	letter.n_activities = 1;
	pb_pack(&letter.base, &bytes);
	cluster_write(author, &writing);
	assert_ok(pen_letter_presence(&writing.pen, sealed_to, buf_span(&bytes)));
	cluster_written(&writing);
	buf_free(&bytes);
}

static enum presence_refusal judged(struct actor *home, const struct id *attachment, const struct id *unit)
{
	struct txn txn;
	enum presence_refusal refusal = PRESENCE_REFUSAL_END;
	assert_ok(txn_begin(home->store, STORE_READ, &txn));
	struct scan scan = presence_words(&txn, PRESENCE_ACTIVITY, attachment);
	while (scan_next(&scan)) {
		struct presence_word word;
		assert_ok(presence_read(&scan, &word));
		if (id_equal(&word.unit, unit))
			refusal = presence_refusal(&txn, &word);
	}
	scan_end(&scan);
	txn_abort(&txn);
	return refusal;
}

static size_t set_aside(struct actor *actor, enum merge_reason reason)
{
	struct txn txn;
	size_t count = 0;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct view_quarantined item;
		assert_ok(view_quarantine_read(scan.key, scan.value, &item));
		count += item.reason == reason;
	}
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

static void a_letter_of_another_unit_or_of_another_time_does_not_count(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "吴十"), unheard = { { 3 } };
	(void)state;
	struct id guest = guest_at(&stage, &member, stage.second);
	const struct id *home = &stage.home->self.unit, *second = &stage.second->self.unit, *third = &stage.third->self.unit;
	write_letter(stage.third, third, home, home, &guest, "2026-03-05");     // forged: the member is not theirs
	write_letter(stage.second, second, home, home, &guest, "2026-01-05");   // before it began
	write_letter(stage.second, second, home, home, &unheard, "2026-03-05"); // of no attachment
	sync_all(&stage);
	assert_int_equal(judged(stage.home, &guest, third), PRESENCE_UNIT);
	assert_int_equal(judged(stage.home, &guest, second), PRESENCE_DAY);
	assert_int_equal(judged(stage.home, &unheard, second), PRESENCE_UNKNOWN);
	assert_int_equal(records_elsewhere(stage.home), 0);
	assert_int_equal(set_aside(stage.home, MERGE_PRESENCE), 0);
	write_letter(stage.third, second, home, home, &guest, "2026-03-05"); // passed on: another's name in it
	write_letter(stage.second, second, third, home, &guest, "2026-03-05"); // meant for another unit
	sync_all(&stage);
	assert_int_equal(set_aside(stage.home, MERGE_PRESENCE), 2);
	assert_int_equal(records_elsewhere(stage.home), 0);
	cluster_free(stage.play);
}

static void a_letter_that_comes_before_its_attachment_counts_when_that_has_come(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "郑一");
	(void)state;
	sync_all(&stage);
	struct actor *tablet = cluster_device(stage.home, "tablet");
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(tablet));
		assert_ok(cluster_sync(stage.home));
	}
	struct id guest = guest_at(&stage, &member, stage.second);
	meeting_with(stage.second, &guest, "2026-03-05");
	sync_all(&stage);
	for (unsigned i = 0; i < 3; i++)
		assert_ok(cluster_sync(tablet)); // letters and records in one session, and it says the same of them
	assert_int_equal(cluster_figure(tablet, stage.home, "elsewhere", "2026-03"), 1);
	sync_all(&stage);
	assert_int_equal(records_elsewhere(stage.home), 1);
	assert_int_equal(cluster_count(stage.home, STORE_CONFLICT), 0);
	cluster_free(stage.play);
}

// ---- Branches of a job ----

static void a_temporary_branch_borrows_its_members_and_closes_with_everything_settled(void **state)
{
	struct stage stage = stage_new();
	struct id member = new_member(stage.home, "冯二");
	(void)state;
	struct id job = cluster_new_unit(stage.west, &stage.west->self.unit, "temporary_branch", "job");
	sync_all(&stage);
	// Before the branch has a device, its letter waits; then it goes.
	assert_int_equal(attach(stage.home, &member, &job, "2026-02-01", "2026-04-30"), PEN_PRESENCE_DONE);
	sync_all(&stage);
	struct actor *crew = cluster_unit(stage.west, "temporary_branch", "crew");
	sync_all(&stage);
	assert_int_equal(attach(stage.home, &member, &crew->self.unit, "2026-02-01", "2026-04-30"), PEN_PRESENCE_DONE);
	struct presence_word word;
	for (unsigned i = 0; i < 3; i++) {
		sync_all(&stage);
		assert_ok(cluster_sync(crew));
	}
	assert_int_equal(guests(crew, &word), 1);
	struct id guest = word.attachment;
	assert_int_equal(answer(crew, &guest, &word.unit, true), PEN_PRESENCE_DONE);
	meeting_with(crew, &guest, "2026-03-05");
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(crew));
		sync_all(&stage);
	}
	assert_int_equal(records_elsewhere(stage.home), 1);
	assert_int_equal(cluster_figure(stage.county, stage.county, "members", "2026-03"), 1);
	assert_int_equal(cluster_figure(stage.west, crew, "guests", "2026-03"), 1);
	cluster_free(stage.play);
}

// A site with too few members: a unit of its own below the branch that hosts it, which counts it as well.
static void a_hosted_site_reports_through_its_host_and_is_seen_apart(void **state)
{
	struct stage stage = stage_new();
	struct txn txn;
	int64_t expected;
	(void)state;
	struct actor *site = cluster_unit(stage.east, "hosted_site", "site");
	assert_int_equal(cluster_move(stage.east, &site->self.unit, &stage.home->self.unit, "2026-01-01"), CHARTER_FINE);
	assert_ok(cluster_sync(site));
	new_member(stage.home, "陈三");
	new_member(site, "褚四");
	new_member(site, "卫五");
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(site));
		sync_all(&stage);
	}
	assert_int_equal(cluster_figure(site, site, "members", "2026-03"), 2);
	assert_int_equal(cluster_figure(stage.east, site, "members", "2026-03"), 2);       // apart
	assert_int_equal(cluster_figure(stage.east, stage.home, "members", "2026-03"), 3); // with its host
	assert_int_equal(cluster_figure(stage.county, stage.county, "members", "2026-03"), 3);
	assert_ok(txn_begin(stage.east->store, STORE_READ, &txn));
	assert_ok(charter_expected(&txn, cluster_pack(stage.east), &stage.home->self.unit, day("2026-03-31"), &expected));
	txn_abort(&txn);
	assert_int_equal(expected, 2); // k of n: the branch and the site
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_is_counted_apart_and_activity_comes_home),
		cmocka_unit_test(refused_it_is_told_and_may_be_accepted_later),
		cmocka_unit_test(the_home_branch_prolongs_ends_and_takes_back),
		cmocka_unit_test(what_was_entered_by_mistake_is_taken_back_at_home),
		cmocka_unit_test(what_cannot_be_is_refused_by_name),
		cmocka_unit_test(computed_anew_everything_stands_and_nothing_is_told_twice),
		cmocka_unit_test(a_restored_store_tells_again_and_nothing_doubles),
		cmocka_unit_test(a_letter_of_another_unit_or_of_another_time_does_not_count),
		cmocka_unit_test(a_letter_that_comes_before_its_attachment_counts_when_that_has_come),
		cmocka_unit_test(a_temporary_branch_borrows_its_members_and_closes_with_everything_settled),
		cmocka_unit_test(a_hosted_site_reports_through_its_host_and_is_seen_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
