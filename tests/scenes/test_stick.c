// What goes by stick: in any order, twice, cut, damaged, old, for another; and what a store that was put back makes of it.
#include <stdio.h>

#include "support/stick.h"
#include "support/support.h"
#include "sync/bundle_row.h"

struct scene {
	struct cluster *play;
	struct actor *county, *township, *branch;
	struct stick *stick;
};

static struct scene begin(void)
{
	struct scene scene = { .play = cluster_new(), .stick = stick_new() };
	scene.county = cluster_found(scene.play, "伊旗");
	scene.township = cluster_server(scene.county, "阿镇");
	assert_ok(cluster_sync(scene.township));
	scene.branch = cluster_branch(scene.township, "东村支部");
	assert_ok(cluster_sync(scene.branch));
	return scene;
}

static void end(struct scene *scene)
{
	stick_free(scene->stick);
	cluster_free(scene->play);
}

// So many meetings, each with a topic that does not compress: parts become many.
static void meetings(struct actor *branch, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char topic[20000];
		uint32_t noise = 12345 + i;
		size_t size = (size_t)snprintf(topic, sizeof topic, "minutes=");
		for (; size < sizeof topic - 1; size++) {
			noise = noise * 1664525 + 1013904223;
			topic[size] = (char)('!' + (noise >> 24) % 90);
		}
		topic[size] = '\0';
		cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", topic, NULL);
	}
}

static void a_month_goes_by_stick_and_the_receipts_come_back(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct bundle_unacknowledged sum;
	struct txn txn;
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=不外传的话", NULL);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	assert_int_equal(scene.stick->count, 1);
	assert_ok(txn_begin(scene.branch->store, STORE_READ, &txn));
	assert_ok(bundle_unacknowledged(&txn, &scene.branch->self.parent_key, &sum));
	txn_abort(&txn);
	assert_true(sum.entries > 0);

	assert_ok(stick_in(scene.stick, scene.township));
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 1);
	assert_false(cluster_store_contains(scene.township, "不外传的话"));
	stick_wipe(scene.stick);
	assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.branch));
	assert_true(scene.stick->carriage.receipts > 0);
	assert_ok(txn_begin(scene.branch->store, STORE_READ, &txn));
	assert_ok(bundle_unacknowledged(&txn, &scene.branch->self.parent_key, &sum));
	txn_abort(&txn);
	assert_int_equal(sum.entries, 0);

	// The cable is there again: there is nothing more to say.
	assert_ok(cluster_sync(scene.branch));
	assert_int_equal(scene.branch->round_trips, 1);
	end(&scene);
}

static void parts_come_in_any_order_with_gaps_and_twice(void **state)
{
	(void)state;
	char above[HASH_TEXT_BYTES], by_link[HASH_TEXT_BYTES];
	struct scene scene = begin();
	meetings(scene.branch, 60);
	assert_ok(stick_up(scene.stick, scene.branch, 300 * 1000));
	assert_true(scene.stick->count >= 3);
	for (size_t i = scene.stick->count; i-- > 1;)
		assert_ok(stick_in_part(scene.stick, scene.township, i)); // the last first
	assert_true(scene.stick->carriage.waiting > 0);
	assert_ok(stick_in_part(scene.stick, scene.township, 1));
	assert_ok(stick_in_part(scene.stick, scene.township, 0));
	assert_true(scene.stick->carriage.resumed > 0);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 60);
	assert_int_equal(cluster_count(scene.township, STORE_QUARANTINE), 0);
	cluster_state(scene.township, above);

	assert_ok(stick_in(scene.stick, scene.township)); // all of it again
	assert_int_equal(scene.stick->carriage.entries, 0);
	assert_int_equal(scene.stick->carriage.waiting, 0);
	assert_ok(cluster_sync(scene.branch));
	cluster_state(scene.township, by_link);
	assert_string_equal(above, by_link);
	end(&scene);
}

static void the_return_bundle_comes_in_any_order_too(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct actor *tablet;
	meetings(scene.branch, 200);
	assert_ok(cluster_sync(scene.branch));
	tablet = cluster_device(scene.branch, "tablet");
	assert_ok(stick_down(scene.stick, scene.township, tablet, 300 * 1000)); // it was never heard
	assert_true(scene.stick->count >= 3);
	for (size_t i = scene.stick->count; i-- > 0;)
		assert_ok(stick_in_part(scene.stick, tablet, i));
	struct txn txn;
	assert_ok(txn_begin(tablet->store, STORE_READ, &txn));
	assert_int_equal(bundle_waiting(&txn, NULL), 0);
	txn_abort(&txn);
	assert_int_equal(cluster_figure(tablet, scene.branch, "meetings_held", "2026-03"), 200);
	assert_ok(cluster_sync(tablet));
	assert_int_equal(tablet->round_trips, 1); // its cursor stands where the stick left it
	end(&scene);
}

static void what_is_for_another_cannot_be_opened(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct actor *other = cluster_branch(scene.township, "西村支部");
	assert_ok(cluster_sync(other));
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	assert_err(NO_KEY, stick_in_part(scene.stick, other, 0));
	assert_err(NO_KEY, stick_in_part(scene.stick, scene.county, 0));
	assert_ok(stick_in_part(scene.stick, scene.township, 0));

	// A device that is no server is no place for bundles up; a stranger's is refused.
	struct actor stranger = *other;
	uint8_t seed[IDENTITY_SEED_BYTES] = { 99 };
	identity_derive(seed, &other->self.identity);
	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, other, 0));
	other->self.identity = stranger.self.identity;
	assert_ok(stick_in_part(scene.stick, scene.township, 0));
	assert_int_equal(scene.stick->refused, ERR_UNAUTHORISED);
	assert_int_equal(scene.stick->carriage.entries, 0);
	end(&scene);
}

static void a_revoked_device_is_told_so_by_stick(void **state)
{
	(void)state;
	struct scene scene = begin();
	cluster_revoke(scene.township, scene.branch);
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.township));
	assert_true(scene.stick->carriage.set_aside > 0);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 0);
	stick_wipe(scene.stick);
	assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.branch));
	assert_true(scene.stick->carriage.revoked);
	end(&scene);
}

static void a_device_put_back_learns_it_by_stick(void **state)
{
	(void)state;
	struct scene scene = begin();
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	struct store *backup = cluster_backup(scene.branch);
	struct id first = scene.branch->self.incarnation;
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-12", "type=group", "topic=防火", NULL);
	assert_ok(cluster_sync(scene.branch));
	cluster_restore(scene.branch, backup);

	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.township));
	stick_wipe(scene.stick);
	assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.branch));
	assert_false(id_equal(&first, &scene.branch->self.incarnation)); // it goes on in a new life

	for (unsigned turn = 0; turn < 2; turn++) { // and what it had sent comes back
		stick_wipe(scene.stick);
		assert_ok(stick_up(scene.stick, scene.branch, 0));
		assert_ok(stick_in(scene.stick, scene.township));
		stick_wipe(scene.stick);
		assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
		assert_ok(stick_in(scene.stick, scene.branch));
	}
	assert_int_equal(cluster_figure(scene.branch, scene.branch, "meetings_held", "2026-03"), 2);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 2);
	assert_int_equal(cluster_count(scene.township, STORE_FORK), 0);
	end(&scene);
}

static void a_server_put_back_is_given_by_stick_what_it_lost(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct store *backup = cluster_backup(scene.township);
	meetings(scene.branch, 3);
	assert_ok(cluster_sync(scene.branch));
	assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0)); // from before it was put back
	struct buf old = scene.stick->part[0];
	scene.stick->count = 0;
	cluster_restore(scene.township, backup);
	cluster_new_life(scene.township);
	scene.play->now_ms += 60000;
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 0);

	assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.branch)); // hears of the new life
	assert_ok(stick_in_bytes(scene.stick, scene.branch, buf_span(&old)));
	assert_true(scene.stick->carriage.stale); // whose word counts, though the old one comes later
	buf_free(&old);
	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	assert_ok(stick_in(scene.stick, scene.township));
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 3);
	end(&scene);
}

static void a_fork_is_healed_by_stick(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct store *backup = cluster_backup(scene.branch);
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(cluster_sync(scene.branch));
	cluster_restore(scene.branch, backup);
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-12", "type=group", "topic=防火", NULL);
	for (unsigned turn = 0; turn < 3; turn++) {
		stick_wipe(scene.stick);
		assert_ok(stick_up(scene.stick, scene.branch, 0));
		assert_ok(stick_in(scene.stick, scene.township));
		stick_wipe(scene.stick);
		assert_ok(stick_down(scene.stick, scene.township, scene.branch, 0));
		assert_ok(stick_in(scene.stick, scene.branch));
	}
	assert_int_equal(cluster_figure(scene.branch, scene.branch, "meetings_held", "2026-03"), 2);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 2);
	end(&scene);
}

static void a_township_carries_to_its_county_by_stick(void **state)
{
	(void)state;
	struct scene scene = begin();
	meetings(scene.branch, 2);
	assert_ok(cluster_sync(scene.branch));
	assert_ok(stick_up(scene.stick, scene.township, 0));
	assert_ok(stick_in(scene.stick, scene.county));
	assert_int_equal(cluster_figure(scene.county, scene.county, "meetings_held", "2026-03"), 2);
	stick_wipe(scene.stick);
	assert_ok(stick_down(scene.stick, scene.county, scene.township, 0));
	assert_ok(stick_in(scene.stick, scene.township));
	assert_true(scene.stick->carriage.receipts > 0);
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_goes_by_stick_and_the_receipts_come_back),
		cmocka_unit_test(parts_come_in_any_order_with_gaps_and_twice),
		cmocka_unit_test(the_return_bundle_comes_in_any_order_too),
		cmocka_unit_test(what_is_for_another_cannot_be_opened),
		cmocka_unit_test(a_revoked_device_is_told_so_by_stick),
		cmocka_unit_test(a_device_put_back_learns_it_by_stick),
		cmocka_unit_test(a_server_put_back_is_given_by_stick_what_it_lost),
		cmocka_unit_test(a_fork_is_healed_by_stick),
		cmocka_unit_test(a_township_carries_to_its_county_by_stick),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
