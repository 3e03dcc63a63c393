// Files that wait for a good link: what was measured of it decides, and where nothing was, one piece finds out. What is small goes.
#include "support/cluster.h"
#include "support/large_file.h"
#include "support/support.h"
#include "sync/file_budget.h"
#include "sync/node_inside.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"

static void measured(struct actor *actor, uint64_t rate)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(file_budget_measured(&txn, actor->cluster->now_ms, rate));
	assert_ok(txn_commit(&txn));
}

static void wait_for_a_good_link(struct actor *actor)
{
	struct txn txn;
	assert_ok(cluster_sync(actor));
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(file_budget_good(&txn, FILE_BUDGET_GOOD));
	assert_ok(txn_commit(&txn));
}

static void on_a_link_that_was_not_measured_to_be_good_files_wait(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct file_budget budget;
	struct txn txn;
	wait_for_a_good_link(branch);
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	measured(branch, FILE_BUDGET_GOOD - 1);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 0);
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 1);
	assert_ok(txn_begin(branch->store, STORE_READ, &txn));
	assert_ok(file_budget_get(&txn, play->now_ms, &budget));
	txn_abort(&txn);
	assert_true(budget.link == FILE_BUDGET_BAD && budget.rate == FILE_BUDGET_GOOD - 1);

	play->now_ms += FILE_BUDGET_PROBE_MS; // of what was an hour ago nobody knows: one piece tries
	branch->node->client.pace.up.rate = 1000; // and no time passes in this play, which says nothing to who knows a rate
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 1);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 1);
	measured(branch, 4 * FILE_BUDGET_GOOD);
	assert_ok(cluster_sync(branch));
	assert_true(large_file_look(township, branch, &name).whole);
	cluster_free(play);
}

static void the_first_piece_tells_and_the_rest_follows_in_the_same_session(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	wait_for_a_good_link(branch);
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	pace_init(&branch->node->client.pace); // it knows nothing of its road, which is fast
	assert_ok(cluster_sync(branch));
	assert_true(large_file_look(township, branch, &name).whole);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_link_that_was_not_measured_to_be_good_files_wait),
		cmocka_unit_test(the_first_piece_tells_and_the_rest_follows_in_the_same_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
