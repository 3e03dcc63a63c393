// Beside each other, with no server in reach: devices of one unit, a carrier who takes what he cannot read, and what
// becomes of it when he drops, alters, repeats or mixes it.
#include <stdio.h>

#include "support/stick.h"
#include "support/support.h"
#include "sync/cargo.h"

struct scene {
	struct cluster *play;
	struct actor *county, *township, *branch, *passer; // the passer-by is the county's
};

static struct scene begin(void)
{
	struct scene scene = { .play = cluster_new() };
	scene.county = cluster_found(scene.play, "伊旗");
	scene.township = cluster_server(scene.county, "阿镇");
	assert_ok(cluster_sync(scene.township));
	scene.branch = cluster_branch(scene.township, "东村支部");
	assert_ok(cluster_sync(scene.branch));
	scene.passer = cluster_branch(scene.township, "西村支部");
	assert_ok(cluster_sync(scene.passer));
	assert_ok(cluster_sync(scene.branch)); // and has heard of the passer-by
	assert_ok(cluster_sync(scene.township)); // the county knows them
	return scene;
}

static void end(struct scene *scene)
{
	cluster_free(scene->play);
}

static void meeting(struct actor *branch, const char *date, const char *topic)
{
	char day[32], words[128];
	snprintf(day, sizeof day, "date=%s", date);
	snprintf(words, sizeof words, "topic=%s", topic);
	cluster_put(branch, "meeting", NULL, day, "type=group", words, "minutes=不外传的话", NULL);
}

static int64_t held(struct actor *at, struct actor *of)
{
	return cluster_figure(at, of, "meetings_held", "2026-03");
}

// Entries of this store that are with that carrier and not acknowledged.
static uint64_t with(struct actor *actor, struct actor *carrier)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	uint64_t entries = cargo_handed_open(&txn, &carrier->self.identity.sign_public, &actor->self.parent_key);
	txn_abort(&txn);
	return entries;
}

static uint64_t carried(struct actor *actor)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	uint64_t bytes = cargo_bytes(&txn);
	txn_abort(&txn);
	return bytes;
}

static void two_devices_of_a_unit_have_the_same_after_they_met(void **state)
{
	(void)state;
	char one[HASH_TEXT_BYTES], other[HASH_TEXT_BYTES];
	struct scene scene = begin();
	struct actor *tablet = cluster_device(scene.branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(scene.branch)); // seals the unit's keys for it
	assert_ok(cluster_sync(tablet));
	meeting(scene.branch, "2026-03-05", "春耕");
	meeting(tablet, "2026-03-12", "防火");
	assert_ok(cluster_meet(scene.branch, tablet));
	assert_true(node_meeting(scene.branch->node).beside);
	assert_int_equal(held(scene.branch, scene.branch), 2);
	assert_int_equal(held(tablet, scene.branch), 2);
	cluster_state(scene.branch, one);
	cluster_state(tablet, other);
	assert_string_equal(one, other);
	assert_int_equal(held(scene.township, scene.branch), 0);
	assert_true(with(scene.branch, tablet) > 0); // held by the other device is not received

	// Once more, the other calling: its figures. Then there is nothing to say.
	assert_ok(cluster_meet(tablet, scene.branch));
	assert_ok(cluster_meet(tablet, scene.branch));
	assert_int_equal(node_meeting(tablet->node).sent, 0);
	assert_int_equal(node_meeting(tablet->node).received, 0);

	// The other one comes to the server first, and brings both; then it brings the receipts.
	assert_ok(cluster_sync(tablet));
	assert_int_equal(held(scene.township, scene.branch), 2);
	uint64_t before = with(scene.branch, tablet);
	assert_ok(cluster_meet(scene.branch, tablet));
	assert_true(with(scene.branch, tablet) < before); // but for figures that are written only now
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_meet(scene.branch, tablet));
	assert_int_equal(with(scene.branch, tablet), 0);
	end(&scene);
}

static void a_carrier_brings_what_he_cannot_read_and_takes_the_receipts_back(void **state)
{
	(void)state;
	struct scene scene = begin();
	meeting(scene.branch, "2026-03-05", "春耕");
	assert_ok(cluster_meet(scene.branch, scene.passer));
	assert_false(node_meeting(scene.branch->node).beside);
	assert_true(node_meeting(scene.branch->node).given > 0);
	assert_true(with(scene.branch, scene.passer) > 0);
	assert_true(carried(scene.passer) > 0);
	assert_int_equal(carried(scene.branch), 0);
	assert_false(cluster_store_contains(scene.passer, "春耕"));
	assert_false(cluster_store_contains(scene.passer, "不外传的话"));

	// He has it: nothing goes twice over the same link.
	assert_ok(cluster_meet(scene.branch, scene.passer));
	assert_int_equal(node_meeting(scene.branch->node).given, 0);
	meeting(scene.branch, "2026-03-12", "防火");
	assert_ok(cluster_meet(scene.branch, scene.passer));
	assert_true(node_meeting(scene.branch->node).given > 0);

	assert_ok(cluster_sync(scene.passer));
	assert_int_equal(held(scene.township, scene.branch), 2);
	assert_false(cluster_store_contains(scene.township, "不外传的话"));
	assert_true(carried(scene.passer) > 0); // what answers it
	assert_true(with(scene.branch, scene.passer) > 0);
	assert_ok(cluster_meet(scene.passer, scene.branch)); // whoever calls
	assert_int_equal(with(scene.branch, scene.passer), 0);
	assert_int_equal(carried(scene.passer), 0);
	assert_int_equal(carried(scene.branch), 0);

	// The cable is there again: there is nothing more to say.
	assert_ok(cluster_sync(scene.branch));
	assert_int_equal(scene.branch->round_trips, 1);
	end(&scene);
}

static void what_is_for_the_township_goes_by_the_county(void **state)
{
	(void)state;
	struct scene scene = begin();
	meeting(scene.branch, "2026-03-05", "春耕");
	assert_ok(cluster_meet(scene.branch, scene.county)); // the township is down
	assert_true(carried(scene.county) > 0);
	assert_false(cluster_store_contains(scene.county, "春耕"));
	assert_int_equal(held(scene.township, scene.branch), 0);
	assert_ok(cluster_sync(scene.township)); // it is up again
	assert_int_equal(held(scene.township, scene.branch), 1);
	assert_ok(cluster_sync(scene.township)); // what answers it goes the same way back
	assert_ok(cluster_meet(scene.branch, scene.county));
	assert_int_equal(with(scene.branch, scene.county), 0);
	assert_int_equal(carried(scene.county), 0);
	end(&scene);
}

static void what_he_loses_is_known_and_goes_again(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct store *empty = cluster_backup(scene.passer);
	meeting(scene.branch, "2026-03-05", "春耕");
	assert_ok(cluster_meet(scene.branch, scene.passer));
	cluster_restore(scene.passer, empty); // his machine fell into the river
	assert_ok(cluster_sync(scene.passer));
	assert_int_equal(held(scene.township, scene.branch), 0);
	assert_true(with(scene.branch, scene.passer) > 0); // what status says
	assert_ok(cluster_meet(scene.branch, scene.passer));
	assert_true(node_meeting(scene.branch->node).given > 0);
	assert_ok(cluster_sync(scene.passer));
	assert_int_equal(held(scene.township, scene.branch), 1);
	end(&scene);
}

static void a_device_put_back_learns_it_from_its_sister(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct actor *tablet = cluster_device(scene.branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(scene.branch));
	meeting(scene.branch, "2026-03-05", "春耕");
	struct store *backup = cluster_backup(scene.branch);
	struct id first = scene.branch->self.incarnation;
	meeting(scene.branch, "2026-03-12", "防火");
	assert_ok(cluster_meet(scene.branch, tablet));
	cluster_restore(scene.branch, backup);
	assert_int_equal(held(scene.branch, scene.branch), 1);
	assert_ok(cluster_meet(scene.branch, tablet));
	assert_false(id_equal(&first, &scene.branch->self.incarnation));
	assert_int_equal(held(scene.branch, scene.branch), 2);
	assert_ok(cluster_sync(scene.branch));
	assert_int_equal(held(scene.township, scene.branch), 2);
	assert_int_equal(cluster_count(scene.township, STORE_FORK), 0);
	end(&scene);
}

static void a_revoked_device_meets_nobody(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct actor *tablet = cluster_device(scene.branch, "tablet");
	assert_ok(cluster_sync(tablet));
	cluster_revoke(scene.township, tablet);
	assert_ok(cluster_sync(scene.branch));
	meeting(scene.branch, "2026-03-05", "春耕");
	assert_err(UNAUTHORISED, cluster_meet(tablet, scene.branch));
	assert_int_equal(held(tablet, scene.branch), 0);
	assert_err(UNAUTHORISED, cluster_meet(scene.branch, tablet));
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest scenes[] = {
		cmocka_unit_test(two_devices_of_a_unit_have_the_same_after_they_met),
		cmocka_unit_test(a_carrier_brings_what_he_cannot_read_and_takes_the_receipts_back),
		cmocka_unit_test(what_is_for_the_township_goes_by_the_county),
		cmocka_unit_test(what_he_loses_is_known_and_goes_again),
		cmocka_unit_test(a_device_put_back_learns_it_from_its_sister),
		cmocka_unit_test(a_revoked_device_meets_nobody),
	};
	return cmocka_run_group_tests(scenes, NULL, NULL);
}
