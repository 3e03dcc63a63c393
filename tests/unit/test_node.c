// The node and its driver: commit, then send; what is shown stands in the guard first; what failed is forgotten.
#include "support/cluster.h"
#include "support/support.h"

struct desk {
	struct cluster *play;
	struct actor *township, *branch;
	unsigned guarded, sent;
	enum err guard_gives;
	uint64_t shown[LANE_END];
};

static enum err guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct desk *desk = context;
	(void)self;
	assert_int_equal(desk->sent, 0); // nothing left before
	desk->guarded++;
	memcpy(desk->shown, shown, sizeof desk->shown);
	return desk->guard_gives;
}

static void effect(void *context, const struct effect *what)
{
	struct desk *desk = context;
	desk->sent += what->kind == EFFECT_SEND;
}

static struct desk a_branch_with_something_to_say(void)
{
	struct desk desk = { .play = cluster_new() };
	desk.township = cluster_found(desk.play, "township");
	desk.branch = cluster_branch(desk.township, "branch");
	assert_ok(cluster_sync(desk.branch));
	cluster_put(desk.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	return desk;
}

static enum err greet(struct desk *desk)
{
	uint8_t seed[DRBG_SEED_BYTES] = { 9 };
	struct event event = { .kind = EVENT_CONNECT, .now_ms = desk->play->now_ms, .door = NODE_DOOR_PARENT };
	struct driver_port port = { .context = desk, .guard = guard, .effect = effect };
	desk->branch->driver.port = port;
	return driver_run(&desk->branch->driver, &event, 1, desk->play->now_ms, seed);
}

static void what_is_shown_stands_in_the_guard_first(void **state)
{
	(void)state;
	struct desk desk = a_branch_with_something_to_say();
	struct journal_log log;
	assert_ok(greet(&desk));
	assert_int_equal(desk.guarded, 1);
	assert_int_equal(desk.sent, 1);
	for (unsigned lane = LANE_FIRST; lane < LANE_DOWN; lane++) {
		cluster_log(desk.branch, desk.branch, (enum lane)lane, &log);
		assert_true(log.peaks.size > 0);
		assert_int_equal(desk.shown[lane], log.peaks.size);
	}
	desk.sent = 0;
	assert_ok(greet(&desk)); // the same again shows nothing new
	assert_int_equal(desk.guarded, 1);
	cluster_free(desk.play);
}

static void what_cannot_be_guarded_is_not_sent(void **state)
{
	(void)state;
	struct desk desk = a_branch_with_something_to_say();
	desk.guard_gives = ERR_FULL;
	assert_err(FULL, greet(&desk));
	assert_int_equal(desk.sent, 0);
	desk.guard_gives = ERR_OK;
	assert_ok(greet(&desk));
	assert_int_equal(desk.sent, 1);
	assert_int_equal(desk.guarded, 2);
	cluster_free(desk.play);
}

static void what_was_not_committed_is_not_sent(void **state)
{
	(void)state;
	for (int applied = 0; applied < 2; applied++) {
		struct desk desk = a_branch_with_something_to_say();
		store_memory_fail_next_commit(desk.branch->store, ERR_IO, applied);
		assert_err(IO, greet(&desk));
		assert_int_equal(desk.sent, 0);
		assert_int_equal(desk.guarded, 0);
		assert_ok(greet(&desk));
		assert_int_equal(desk.sent, 1);
		cluster_free(desk.play);
	}
}

// A new life that begins in a transaction that fails has not begun.
static void a_life_that_was_not_committed_has_not_begun(void **state)
{
	(void)state;
	struct desk desk = a_branch_with_something_to_say();
	struct store *backup = cluster_backup(desk.branch);
	assert_ok(cluster_sync(desk.branch));
	cluster_restore(desk.branch, backup);
	cluster_put(desk.branch, "meeting", NULL, "date=2026-03-06", "type=group", "topic=另一段", NULL);
	struct id before = desk.branch->self.incarnation;
	desk.branch->fail_commit = 2; // the greeting, then the answer that tells of the fork
	cluster_sync(desk.branch);
	assert_int_equal(desk.branch->failures, 1);
	assert_true(id_equal(&before, &desk.branch->self.incarnation));
	assert_ok(cluster_sync(desk.branch));
	assert_false(id_equal(&before, &desk.branch->self.incarnation));
	struct self stored = desk.branch->self;
	struct txn txn;
	assert_ok(txn_begin(desk.branch->store, STORE_READ, &txn));
	assert_ok(self_load(&txn, &stored));
	txn_abort(&txn);
	assert_true(id_equal(&stored.incarnation, &desk.branch->self.incarnation));
	cluster_free(desk.play);
}

static void several_sessions_share_one_commit(void **state)
{
	(void)state;
	struct desk desk = a_branch_with_something_to_say();
	struct actor *other = cluster_branch(desk.township, "other");
	cluster_connect(desk.branch, false);
	cluster_connect(other, false);
	struct event events[2] = { { .kind = EVENT_TICK } };
	struct cluster_message messages[2];
	for (size_t i = 0; i < 2; i++) {
		messages[i] = desk.play->queue[desk.play->head++ % CLUSTER_QUEUE];
		events[i] = (struct event){
			.kind = EVENT_MESSAGE, .door = NODE_DOOR_SYNC, .now_ms = desk.play->now_ms, .link = messages[i].link,
			.curve = messages[i].from->self.identity.curve_public, .bytes = buf_span(&messages[i].bytes), .seed = { (uint8_t)i },
		};
	}
	uint64_t commits = desk.township->driver.commits;
	uint8_t seed[DRBG_SEED_BYTES] = { 9 };
	assert_ok(driver_run(&desk.township->driver, events, 2, desk.play->now_ms, seed));
	assert_int_equal(desk.township->driver.commits, commits + 1);
	buf_free(&messages[0].bytes);
	buf_free(&messages[1].bytes);
	cluster_run(desk.play);
	assert_ok(desk.branch->result);
	assert_ok(other->result);
	assert_int_equal(cluster_figure(desk.township, desk.township, "meetings_held", "2026-03"), 1);
	cluster_free(desk.play);
}

static void a_deadline_is_there_when_something_is_awaited(void **state)
{
	(void)state;
	struct desk desk = a_branch_with_something_to_say();
	assert_int_equal(node_deadline(desk.branch->node), UINT64_MAX);
	cluster_connect(desk.branch, false);
	assert_int_equal(node_deadline(desk.branch->node), desk.play->now_ms + 60000);
	cluster_run(desk.play);
	assert_int_equal(node_deadline(desk.branch->node), UINT64_MAX);
	cluster_free(desk.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shown_stands_in_the_guard_first),
		cmocka_unit_test(what_cannot_be_guarded_is_not_sent),
		cmocka_unit_test(what_was_not_committed_is_not_sent),
		cmocka_unit_test(a_life_that_was_not_committed_has_not_begun),
		cmocka_unit_test(several_sessions_share_one_commit),
		cmocka_unit_test(a_deadline_is_there_when_something_is_awaited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
