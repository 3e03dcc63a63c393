// A township's server is stolen and goes on speaking for the township. When the county revokes it with
// a cut-off, what it stated behind the cut is taken back everywhere, also where it had been believed.
#include "support/cluster.h"
#include "support/support.h"

static bool knows_unit(struct actor *actor, const struct actor *unit)
{
	struct txn txn;
	struct charter_unit row;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	bool known = charter_unit_get(&txn, &unit->self.unit, &row) == ERR_OK;
	txn_abort(&txn);
	return known;
}

static bool knows_device(struct actor *actor, const struct actor *device)
{
	struct txn txn;
	struct charter_device row;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	bool known = charter_device_get(&txn, &device->self.identity.sign_public, &row) == ERR_OK;
	txn_abort(&txn);
	return known;
}

static void how_far_it_spoke(struct actor *holder, struct actor *server, struct journal_log cut[static LANE_END])
{
	struct txn txn;
	memset(cut, 0, LANE_END * sizeof *cut);
	assert_ok(txn_begin(holder->store, STORE_READ, &txn));
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct logname name = { .device = server->self.identity.sign_public, .incarnation = server->self.incarnation,
		                        .lane = (enum lane)lane };
		struct hash id = logname_id(&name);
		journal_find(&txn, &id, &cut[lane]);
	}
	txn_abort(&txn);
}

static void what_a_stolen_server_stated_behind_the_cut_is_taken_back(void **state)
{
	(void)state;
	struct journal_log cut[LANE_END];
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	struct actor *honest = cluster_branch(township, "一支部");
	assert_ok(cluster_sync(honest));
	cluster_put(honest, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	assert_ok(cluster_sync(honest));
	assert_ok(cluster_sync(township));
	how_far_it_spoke(county, township, cut);

	struct actor *invented = cluster_branch(township, "编造的支部");
	assert_ok(cluster_sync(invented));
	cluster_put(invented, "meeting", NULL, "date=2026-03-06", "type=group", NULL);
	assert_ok(cluster_sync(invented));
	assert_ok(cluster_sync(township));
	assert_true(knows_unit(county, invented));
	assert_true(knows_device(county, invented));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 2);

	cluster_revoke_at(county, township, cut);
	assert_false(knows_unit(county, invented));
	assert_false(knows_device(county, invented));
	assert_true(knows_unit(county, honest));
	assert_true(knows_device(county, honest));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 1);
	cluster_free(play);
}

static void everything_computed_from_nothing_is_as_it_was(void **state)
{
	(void)state;
	char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "一支部");
	assert_ok(cluster_sync(branch));
	struct id meeting = cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=甲", "minutes=乙", NULL);
	cluster_put(branch, "meeting", &meeting, "topic=丙", NULL);
	cluster_put(branch, "member", NULL, "name=某人", "sex=female", "birth=1970-01-01", NULL);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	struct actor *const all[] = { county, township, branch };
	for (size_t i = 0; i < 3; i++) {
		struct cluster_pen writing;
		int64_t figure = cluster_figure(all[i], all[i], "meetings_held", "2026-03");
		int64_t members = cluster_figure(all[i], all[i], "members", "2026-03");
		size_t units = cluster_count(all[i], STORE_UNIT), devices = cluster_count(all[i], STORE_DEVICE);
		cluster_state(all[i], before);
		cluster_write(all[i], &writing);
		assert_ok(view_rebuild(&writing.pen.view, &(struct id){ { 0 } }));
		cluster_written(&writing);
		cluster_state(all[i], after);
		assert_string_equal(before, after);
		assert_int_equal(cluster_figure(all[i], all[i], "meetings_held", "2026-03"), figure);
		assert_int_equal(cluster_figure(all[i], all[i], "members", "2026-03"), members);
		assert_int_equal(cluster_count(all[i], STORE_UNIT), units);
		assert_int_equal(cluster_count(all[i], STORE_DEVICE), devices);
	}
	// Nothing is said again because of it.
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up + branch->bytes_down <= 200);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_stolen_server_stated_behind_the_cut_is_taken_back),
		cmocka_unit_test(everything_computed_from_nothing_is_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
