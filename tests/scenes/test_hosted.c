// A site with too few members, hosted by the branch nearest to it: a unit below its host, kept on the host's computer in a
// directory of its own. It reports through the host's sum and is seen apart; nobody is counted twice.
#include <stdio.h>

#include "ledger/cadence.h"
#include "ledger/figure.h"
#include "ledger/tally.h"
#include "org/ranking.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/heard.h"

struct stage {
	struct cluster *play;
	struct actor *county, *north, *host, *site, *other;
};

static struct stage stage_new(void)
{
	struct stage it = { .play = cluster_new() };
	it.county = cluster_found(it.play, "county");
	it.north = cluster_server(it.county, "north");
	cluster_everybody_syncs(it.play, 1);
	it.host = cluster_branch(it.north, "host");
	it.other = cluster_branch(it.north, "other");
	it.site = cluster_unit(it.north, "hosted_site", "site");
	assert_int_equal(cluster_move(it.north, &it.site->self.unit, &it.host->self.unit, "2026-01-01"), CHARTER_FINE);
	cluster_everybody_syncs(it.play, 2);
	return it;
}

static void admit(struct actor *branch, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		cluster_put(branch, "member", NULL, "name=某人", "sex=female", "birth=1970-01-01", "arrived=2026-01-01", NULL);
}

static void meets(struct actor *branch, const char *date, const char *type)
{
	cluster_put(branch, "meeting", NULL, date, type, "topic=会", NULL);
}

// Five members at the host, two at its site, four elsewhere; only the host has its activity days and its meetings.
static struct stage at_work(void)
{
	struct stage it = stage_new();
	admit(it.host, 5);
	admit(it.site, 2);
	admit(it.other, 4);
	meets(it.host, "date=2026-01-08", "type=members_meeting");
	meets(it.host, "date=2026-02-08", "type=lecture");
	meets(it.site, "date=2026-02-09", "type=group");
	cluster_put(it.host, "activity_day", NULL, "date=2026-01-09", "theme=学习", NULL);
	cluster_put(it.host, "activity_day", NULL, "date=2026-02-09", "theme=学习", NULL);
	return it;
}

// Everything that a township reads of a site and its host.
static void all_is_told_once(struct stage *it)
{
	struct actor *const servers[] = { it->north, it->county };
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(cluster_figure(servers[i], it->north, "members", "2026-02"), 11);
	assert_int_equal(cluster_figure(it->north, it->site, "members", "2026-02"), 2);      // apart
	assert_int_equal(cluster_figure(it->north, it->host, "members", "2026-02"), 7);      // with its site
	assert_int_equal(cluster_figure(it->north, it->host, "meetings_held", "2026Q1"), 3);
	assert_int_equal(cluster_figure(it->county, it->county, "meetings_held", "2026Q1"), 3);
	assert_int_equal(cluster_figure(it->site, it->site, "members", "2026-02"), 2);       // each device its own
	assert_int_equal(cluster_figure(it->host, it->host, "members", "2026-02"), 5);
}

static int64_t vouching(struct txn *txn, const struct id *unit)
{
	struct cell_owner owner;
	int64_t units;
	assert_ok(tally_sum_owner(txn, unit, &owner));
	assert_ok(figure_reporting(txn, &owner, (struct period){ 2026 * 12 + 1, 2026 * 12 + 1 }, &units));
	return units;
}

static void it_counts_in_k_of_n(struct stage *it)
{
	const int32_t end = date_month_end(2026 * 12 + 1);
	struct txn txn;
	int64_t expected;
	uint64_t heard;
	assert_ok(txn_begin(it->north->store, STORE_READ, &txn));
	assert_ok(charter_expected_then(&txn, cluster_pack(it->north), &it->host->self.unit, end, INT32_MAX, &expected));
	assert_int_equal(expected, 2);
	assert_int_equal(vouching(&txn, &it->host->self.unit), 2);
	assert_ok(charter_expected_then(&txn, cluster_pack(it->north), &it->north->self.unit, end, INT32_MAX, &expected));
	assert_int_equal(expected, 3);
	assert_int_equal(vouching(&txn, &it->north->self.unit), 3);
	assert_ok(heard_last(&txn, &it->site->self.unit, &heard)); // fresh, and not among the silent
	assert_true(heard > 0);
	txn_abort(&txn);
}

// Of its own duty each by itself: the host has done it, the site has not.
static void it_owes_for_itself(struct stage *it)
{
	const struct pack_cadence *cadence = pack_duty_cadence(cluster_pack(it->north), "activity_day_monthly");
	struct actor *const units[] = { it->host, it->site };
	struct txn txn;
	assert_non_null(cadence);
	assert_ok(txn_begin(it->north->store, STORE_READ, &txn));
	for (size_t i = 0; i < 2; i++) {
		struct tally_chain chain;
		bool provisional;
		int32_t in_a_row;
		assert_ok(tally_in_force(&txn, &units[i]->self.unit, false, &chain, &provisional));
		const struct cell_owner owner = cell_owner_log(chain.log);
		assert_ok(cadence_missed_in_a_row(&txn, &owner, cadence, 2026 * 12 + 1, &in_a_row));
		assert_int_equal(in_a_row, i == 0 ? 0 : 2);
	}
	txn_abort(&txn);
}

// Each has its own rank and its own points; those of the host are what they would be without its site.
static void it_is_ranked_for_itself(struct stage *it, int64_t *host, int64_t *site)
{
	struct txn txn;
	struct arena arena;
	struct score_rank *ranks;
	size_t count;
	const struct pack *pack = cluster_pack(it->north);
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	assert_ok(txn_begin(it->north->store, STORE_READ, &txn));
	const struct ranking_request request = {
		.txn = &txn, .pack = pack, .card = pack_score_by_name(pack, "red_flag"), .unit = it->north->self.unit,
		.period = { 2026 * 12, 2026 * 12 + 2 }, .month = date_month(date_of_ms(it->play->now_ms, 0)),
	};
	assert_ok(ranking_compute(&request, &arena, &ranks, &count));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		if (id_equal(&ranks[i].unit, &it->host->self.unit))
			*host = ranks[i].total;
		if (id_equal(&ranks[i].unit, &it->site->self.unit))
			*site = ranks[i].total;
	}
	txn_abort(&txn);
	arena_free(&arena);
}

static void a_site_reports_through_its_host_and_is_seen_apart(void **state)
{
	(void)state;
	struct stage it = at_work();
	int64_t host = -1, site = -1, again = -1, same = -1;
	cluster_everybody_syncs(it.play, 3);
	all_is_told_once(&it);
	it_counts_in_k_of_n(&it);
	it_owes_for_itself(&it);
	it_is_ranked_for_itself(&it, &host, &site);
	assert_true(host > site && site >= 0);
	meets(it.site, "date=2026-02-10", "type=lecture");
	cluster_everybody_syncs(it.play, 3);
	it_is_ranked_for_itself(&it, &again, &same);
	cluster_rebuild(it.north);
	cluster_rebuild(it.county);
	int64_t anew = -1, site_anew = -1;
	it_is_ranked_for_itself(&it, &anew, &site_anew);
	assert_int_equal(anew, again);
	assert_int_equal(site_anew, same);
	assert_int_equal(cluster_figure(it.north, it.host, "meetings_held", "2026Q1"), 4);
	assert_int_equal(cluster_figure(it.county, it.county, "members", "2026-02"), 11);
	cluster_free(it.play);
}

// The site first, the host first, either of them after the township has gone up: the same, and never more than there is.
static void in_whatever_order_they_come(void **state)
{
	static const char *const orders[] = { "hson", "hsno", "shon", "nsho", "onhs", "snhn", "nhsn", "osnh" };
	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct stage it = at_work();
		for (unsigned round = 0; round < 3; round++)
			for (const char *at = orders[i]; *at; at++) {
				struct actor *who = *at == 'h' ? it.host : *at == 's' ? it.site : *at == 'o' ? it.other : it.north;
				assert_ok(cluster_sync(who));
				assert_true(cluster_figure(it.county, it.county, "members", "2026-02") <= 11);
				assert_true(cluster_figure(it.north, it.host, "members", "2026-02") <= 7);
			}
		cluster_everybody_syncs(it.play, 2);
		all_is_told_once(&it);
		it_counts_in_k_of_n(&it);
		cluster_free(it.play);
	}
}

// Grown to a branch of its own it leaves its host: then it is the township's, before that it was the host's.
static void a_site_that_leaves_its_host_was_the_hosts_before(void **state)
{
	(void)state;
	struct stage it = at_work();
	cluster_everybody_syncs(it.play, 3);
	assert_int_equal(cluster_move(it.north, &it.site->self.unit, &it.north->self.unit, "2026-02-01"), CHARTER_FINE);
	cluster_everybody_syncs(it.play, 3);
	assert_int_equal(cluster_figure(it.north, it.host, "members", "2026-01"), 7);
	assert_int_equal(cluster_figure(it.north, it.host, "members", "2026-02"), 5);
	assert_int_equal(cluster_figure(it.north, it.site, "members", "2026-02"), 2);
	assert_int_equal(cluster_figure(it.county, it.county, "members", "2026-02"), 11);
	cluster_free(it.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_reports_through_its_host_and_is_seen_apart),
		cmocka_unit_test(in_whatever_order_they_come),
		cmocka_unit_test(a_site_that_leaves_its_host_was_the_hosts_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
