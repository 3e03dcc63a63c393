// What was said before need not be said again: frames stand on what the server holds already. And when it
// holds something else, nothing is lost but a round trip.
#include <stdio.h>

#include "support/cluster.h"
#include "support/support.h"

enum { MANY = 60, FEW = 10 };

static const char *const topics[] = {
	"学习党的二十届三中全会精神", "传达学习上级党委会议精神", "讨论预备党员转正", "民主评议党员", "研究村集体经济发展计划",
};

static void write_meetings(struct actor *branch, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char topic[128];
		snprintf(topic, sizeof topic, "topic=%s（第%u次）", topics[i % 5], i);
		cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", topic, "place=阿勒腾席热镇柳沟村党群服务中心二楼会议室",
		            "should_attend=18", NULL);
	}
}

static struct journal_log detail_log(struct txn *txn, const struct actor *author)
{
	struct journal_log log;
	struct logname name = { .device = author->self.identity.sign_public, .incarnation = author->self.incarnation, .lane = LANE_DETAIL };
	struct hash id = logname_id(&name);
	assert_ok(journal_find(txn, &id, &log));
	return log;
}

// The newest entry that the holder has of the author's detail.
static void erase_newest(struct actor *holder, struct actor *author)
{
	struct txn txn;
	assert_ok(txn_begin(holder->store, STORE_WRITE, &txn));
	struct journal_log log = detail_log(&txn, author);
	assert_ok(journal_erase(&txn, &log, log.peaks.size - 1));
	assert_ok(txn_commit(&txn));
}

static uint64_t held(struct actor *holder, struct actor *author)
{
	struct txn txn;
	assert_ok(txn_begin(holder->store, STORE_READ, &txn));
	struct journal_log log = detail_log(&txn, author);
	txn_abort(&txn);
	return log.peaks.size;
}

static void familiar_words_cost_little(void **state)
{
	(void)state;
	struct cluster *cluster = cluster_new();
	struct actor *county = cluster_found(cluster, "county");
	struct actor *branch = cluster_branch(county, "branch");
	assert_ok(cluster_sync(branch));
	write_meetings(branch, FEW);
	assert_ok(cluster_sync(branch));
	size_t first = branch->bytes_up;
	write_meetings(branch, FEW);
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up < first * 3 / 4);
	assert_int_equal(branch->round_trips, 1);
	assert_int_equal(held(county, branch), held(branch, branch));
	cluster_free(cluster);
}

static void what_was_erased_on_one_side_costs_a_round_trip_and_nothing_else(void **state)
{
	(void)state;
	for (unsigned side = 0; side < 2; side++) {
		struct cluster *cluster = cluster_new();
		struct actor *county = cluster_found(cluster, "county");
		struct actor *branch = cluster_branch(county, "branch");
		assert_ok(cluster_sync(branch));
		write_meetings(branch, MANY);
		assert_ok(cluster_sync(branch));
		erase_newest(side ? branch : county, branch);
		write_meetings(branch, FEW);
		assert_ok(cluster_sync(branch));
		assert_int_equal(branch->round_trips, 2);
		assert_int_equal(held(county, branch), held(branch, branch));
		assert_int_equal(cluster_count(county, STORE_RECORD), MANY + FEW);
		assert_int_equal(cluster_figure(county, branch, "meetings_held", "2026-03"), MANY + FEW);
		cluster_free(cluster);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(familiar_words_cost_little),
		cmocka_unit_test(what_was_erased_on_one_side_costs_a_round_trip_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
