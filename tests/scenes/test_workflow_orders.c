// Whoever holds the same entries sees the same state, in whatever order they came: random moves, made and forged on
// two devices and at the township, random syncs between, and everything read again from the logs.
#include "support/cluster.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

#include <stdio.h>

#include "base/date.h"

enum { SEEDS = 24, STEPS = 40, RECORDS = 3, ISSUE = 3, WHAT = 1, STATE = 2, DAY = 3, OUTCOME = 4 };

struct stage {
	struct cluster *play;
	struct actor *desk, *tablet, *north;
	struct id records[RECORDS];
	struct chance chance;
	size_t moved, refused;
};

static struct stage a_branch(uint64_t seed)
{
	struct stage stage = { .play = cluster_new_with("../data/flow.yaml"), .chance = { .state = seed } };
	struct actor *county = cluster_found(stage.play, "county");
	stage.north = cluster_server(county, "north");
	assert_ok(cluster_sync(stage.north));
	stage.desk = cluster_branch(stage.north, "desk");
	stage.tablet = cluster_device(stage.desk, "tablet");
	cluster_everybody_syncs(stage.play, 4);
	for (size_t i = 0; i < RECORDS; i++)
		stage.records[i] = cluster_put(stage.desk, "issue", NULL, "what=问题", "day=2026-01-01", NULL);
	cluster_everybody_syncs(stage.play, 4);
	return stage;
}

static struct pen_write number(uint8_t field, int64_t value)
{
	return (struct pen_write){ .field = field, .value = { .form = VALUE_IS_NUMBER, .number = value } };
}

// Whatever comes to mind; most of it is no move.
static void tries(struct stage *stage, struct actor *actor)
{
	struct cluster_pen writing;
	bool changed = false;
	struct pen_write writes[3] = {
		number(STATE, 1 + chance_below(&stage->chance, 4)),
		number(DAY, date_from_civil(2026, 1, 1) + (int32_t)chance_below(&stage->chance, 30)),
		{ .field = OUTCOME, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("好") } },
	};
	cluster_write(actor, &writing);
	enum err err = pen_set(&writing.pen, &stage->desk->self.unit, ISSUE, &stage->records[chance_below(&stage->chance, RECORDS)],
	                       writes, 2 + chance_below(&stage->chance, 2), &changed);
	assert_true(err == ERR_OK || err == ERR_UNAUTHORISED);
	stage->moved += changed;
	stage->refused += err == ERR_UNAUTHORISED;
	cluster_written(&writing);
}

// The same by a program that asks nobody. It names what it sees, or an entry that is not there yet.
static void forges(struct stage *stage, struct actor *actor)
{
	struct cluster_pen writing;
	struct journal_log log;
	struct id record = stage->records[chance_below(&stage->chance, RECORDS)];
	uint64_t at;
	cluster_log(actor, actor == stage->desk ? stage->tablet : stage->desk, LANE_DETAIL, &log);
	if (log.peaks.size == 0)
		return;
	struct change_pred pred = { .log = &log.id, .seq = log.peaks.size - chance_below(&stage->chance, 2) };
	struct change_write writes[] = {
		{ .field = STATE, .chain = 2, .pred_count = 1, .preds = &pred, .value = number(STATE, 1 + chance_below(&stage->chance, 4)).value },
		{ .field = DAY, .chain = 2, .pred_count = 1, .preds = &pred, .value = number(DAY, date_from_civil(2026, 2, 1)).value },
	};
	struct change change = { .record = record, .kind = ISSUE, .write_count = 2, .writes = writes };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	struct logname name = { .device = actor->self.identity.sign_public, .incarnation = actor->self.incarnation, .lane = LANE_DETAIL };
	struct buf payload = BUF_EMPTY;
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

static void rebuilds(struct actor *actor, const struct id *unit)
{
	struct txn txn;
	struct view view;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &actor->self, &actor->pack));
	assert_ok(view_rebuild(&view, unit));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
}

static void sees(struct stage *stage, struct actor *actor, size_t record, char text[static 64])
{
	snprintf(text, 64, "%s", cluster_get(actor, stage->desk, "issue", &stage->records[record], "state"));
	snprintf(text + strlen(text), 32, " %s", cluster_get(actor, stage->desk, "issue", &stage->records[record], "day"));
}

static void all_see_the_same(struct stage *stage, uint64_t seed)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->north };
	for (size_t r = 0; r < RECORDS; r++) {
		char first[64], other[64];
		sees(stage, all[0], r, first);
		for (size_t i = 1; i < 3; i++) {
			sees(stage, all[i], r, other);
			if (strcmp(first, other) != 0)
				fail_msg("seed %llu, record %zu: \"%s\" at desk, \"%s\" at %s", (unsigned long long)seed, r, first, other, all[i]->name);
		}
	}
}

// What was only looked for by forged entries comes in the end, so that nothing waits.
static void settle(struct stage *stage)
{
	for (int i = 0; i < 2; i++) {
		cluster_put(stage->desk, "dues", NULL, "amount=1.00", NULL);
		cluster_put(stage->tablet, "dues", NULL, "amount=1.00", NULL);
	}
	cluster_everybody_syncs(stage->play, 4);
	// Who forges does not judge itself; read again, its entries are to it what they are to others.
	rebuilds(stage->desk, &stage->desk->self.unit);
	rebuilds(stage->tablet, &stage->desk->self.unit);
}

static void one_history(uint64_t seed, bool forged, size_t *moved, size_t *refused)
{
	static const struct id everything;
	struct stage stage = a_branch(seed);
	struct actor *all[] = { stage.desk, stage.tablet, stage.north };
	for (size_t i = 0; i < STEPS; i++) {
		struct actor *actor = all[chance_below(&stage.chance, 3)];
		uint32_t what = chance_below(&stage.chance, 8);
		if (what < 3)
			assert_ok(cluster_sync(actor));
		else if (what == 3 && forged && actor != stage.north)
			forges(&stage, actor);
		else
			tries(&stage, actor);
	}
	settle(&stage);
	all_see_the_same(&stage, seed);
	for (size_t i = 0; i < 3; i++) {
		char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
		cluster_state(all[i], before);
		rebuilds(all[i], &stage.desk->self.unit);
		cluster_state(all[i], after);
		assert_string_equal(before, after);
		rebuilds(all[i], &everything);
		cluster_state(all[i], after);
		assert_string_equal(before, after);
	}
	*moved += stage.moved;
	*refused += stage.refused;
	cluster_free(stage.play);
}

static void moves_come_to_the_same_in_any_order(void **state)
{
	(void)state;
	size_t moved = 0, refused = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		one_history(seed, false, &moved, &refused);
	assert_true(moved > 5 * SEEDS && refused > SEEDS);
}

static void forged_moves_are_judged_alike_by_all(void **state)
{
	(void)state;
	size_t moved = 0, refused = 0;
	for (uint64_t seed = 101; seed <= 100 + SEEDS; seed++)
		one_history(seed, true, &moved, &refused);
	assert_true(moved > 2 * SEEDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_come_to_the_same_in_any_order),
		cmocka_unit_test(forged_moves_are_judged_alike_by_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
