// Sessions that break: the link is cut after every possible message, commits fail at every step. In the
// end everything is there once, and at no moment does anybody hold a receipt for what is not held.
#include <stdio.h>

#include "support/cluster.h"
#include "support/support.h"

enum { ENTRIES = 9000, CUTS = 24, FAILURES = 16 };

struct stage {
	struct cluster *play;
	struct actor *township, *desk, *tablet;
};

static struct stage a_branch_with_two_devices(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	assert_ok(cluster_sync(stage.tablet));
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.tablet));
	return stage;
}

// In one transaction, under one signature.
static void write_many(struct actor *actor, unsigned count)
{
	struct cluster_pen writing;
	struct pen_write writes[2] = { { .field = 3 }, { .field = 4 } };
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(actor), "meeting");
	struct pen_write day[2] = {
		{ .field = 1, .value = { .form = VALUE_IS_NUMBER, .number = date_of_ms(actor->cluster->now_ms, 0) } },
		{ .field = 2, .value = { .form = VALUE_IS_NUMBER, .number = 3 } },
	};
	bool changed;
	cluster_write(actor, &writing);
	for (unsigned i = 0; i < count; i++) {
		char topic[64];
		struct id id = pen_new_id(&writing.pen);
		snprintf(topic, sizeof topic, "%s, meeting %u", actor->name, i);
		for (size_t k = 0; k < 2; k++)
			writes[k].value = (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(topic) };
		assert_ok(pen_set(&writing.pen, NULL, kind->number, &id, writes, 2, &changed));
		assert_ok(pen_set(&writing.pen, NULL, kind->number, &id, day, 2, &changed));
	}
	cluster_written(&writing);
}

// Whatever a device holds a receipt for is in the server's store at this moment.
static void nothing_receipted_is_missing(struct cluster *cluster, struct actor *to)
{
	struct actor *server = to->parent;
	for (unsigned lane = LANE_FIRST; server && lane < LANE_END; lane++) {
		struct journal_log here, there;
		cluster_log(to, to, (enum lane)lane, &here);
		cluster_log(server, to, (enum lane)lane, &there);
		assert_true(here.receipt[0].size <= there.peaks.size);
	}
	(void)cluster;
}

static void all_is_receipted(struct actor *actor)
{
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct journal_log log;
		cluster_log(actor, actor, (enum lane)lane, &log);
		assert_int_equal(log.receipt[0].size, log.peaks.size);
		if (log.peaks.size)
			assert_ok(receipt_verify(&log.receipt[0], &log.id));
	}
	assert_int_equal(cluster_count(actor, STORE_PENDING), 0);
}

static void all_is_there_once(struct stage *stage, int64_t meetings)
{
	char desk[HASH_TEXT_BYTES], tablet[HASH_TEXT_BYTES];
	stage->play->deliver_at_most = 0;
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(stage->desk));
		assert_ok(cluster_sync(stage->tablet));
	}
	all_is_receipted(stage->desk);
	all_is_receipted(stage->tablet);
	assert_int_equal(cluster_figure(stage->desk, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->tablet, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->township, stage->township, "meetings_held", "2026-03"), meetings);
	cluster_state(stage->desk, desk);
	cluster_state(stage->tablet, tablet);
	assert_string_equal(desk, tablet);
	assert_int_equal(cluster_count(stage->township, STORE_QUARANTINE), 0);
}

static void the_link_is_cut_after_every_possible_message(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	stage.play->after = nothing_receipted_is_missing;
	write_many(stage.desk, ENTRIES / 2);
	for (size_t cut = 1; cut <= CUTS; cut++) {
		stage.play->delivered = 0;
		stage.play->deliver_at_most = cut;
		enum err up = cluster_sync(stage.desk);
		stage.play->delivered = 0;
		enum err down = cluster_sync(stage.tablet);
		if (!up && !down)
			break;
		write_many(stage.desk, 3);
		write_many(stage.tablet, 2);
	}
	int64_t meetings = cluster_figure(stage.desk, stage.desk, "meetings_held", "2026-03");
	stage.play->deliver_at_most = 0;
	assert_ok(cluster_sync(stage.tablet));
	assert_ok(cluster_sync(stage.desk));
	meetings = cluster_figure(stage.desk, stage.desk, "meetings_held", "2026-03");
	assert_true(meetings > ENTRIES / 2);
	all_is_there_once(&stage, meetings);
	cluster_free(stage.play);
}

// A reader that comes while a large commit is still on its way misses nothing of it.
static void a_sibling_comes_in_the_middle_of_a_large_commit(void **state)
{
	(void)state;
	for (size_t cut = 1; cut <= 12; cut++) {
		struct stage stage = a_branch_with_two_devices();
		write_many(stage.desk, ENTRIES);
		stage.play->delivered = 0;
		stage.play->deliver_at_most = cut;
		enum err err = cluster_sync(stage.desk);
		stage.play->deliver_at_most = 0;
		assert_ok(cluster_sync(stage.tablet));
		assert_ok(cluster_sync(stage.desk));
		assert_ok(cluster_sync(stage.tablet));
		assert_int_equal(cluster_figure(stage.tablet, stage.desk, "meetings_held", "2026-03"), ENTRIES);
		cluster_free(stage.play);
		if (!err)
			break;
	}
}

static void commits_fail_at_every_step(struct actor *who, struct stage *stage, bool applied)
{
	for (unsigned step = 1; step <= FAILURES; step++) {
		write_many(stage->desk, 2);
		write_many(stage->tablet, 1);
		who->fail_commit = step;
		who->fail_applied = applied;
		who->failures = 0;
		cluster_sync(stage->desk);
		cluster_sync(stage->tablet);
		who->fail_commit = 0;
		if (who->failures == 0)
			break;
	}
	int64_t meetings = 0;
	assert_ok(cluster_sync(stage->tablet));
	assert_ok(cluster_sync(stage->desk));
	meetings = cluster_figure(stage->desk, stage->desk, "meetings_held", "2026-03");
	all_is_there_once(stage, meetings);
}

static void a_failed_commit_loses_nothing_and_doubles_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct stage stage = a_branch_with_two_devices();
		stage.play->after = nothing_receipted_is_missing;
		commits_fail_at_every_step(i % 2 ? stage.desk : stage.township, &stage, i / 2);
		cluster_free(stage.play);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_link_is_cut_after_every_possible_message),
		cmocka_unit_test(a_sibling_comes_in_the_middle_of_a_large_commit),
		cmocka_unit_test(a_failed_commit_loses_nothing_and_doubles_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
