// A storm, then peace. Links break, commits fail, stores are put back, in whatever order the dice say; when
// it is over and everybody has spoken with everybody, nothing that was receipted is missing and all agree.
#include <stdio.h>
#include <stdlib.h>

#include "support/cluster.h"
#include "support/support.h"

enum { SEEDS = 30, STEPS = 60, DEVICES = 4, WRITTEN_MOST = 512 };

struct written {
	struct actor *by;
	struct actor *branch;
	struct id record;
	bool sent;      // a session of its device has ended well since
	bool gone;      // its store was put back before it was sent
};

struct storm {
	struct cluster *play;
	struct actor *county, *north, *south, *device[DEVICES];
	struct store *backup[DEVICES];
	struct written written[WRITTEN_MOST];
	size_t count;
	uint32_t dice;
	bool of_servers; // they are put back, and the devices are not: what both lost nobody has
};

static uint32_t draw(struct storm *storm, uint32_t below)
{
	storm->dice = storm->dice * 1664525u + 1013904223u;
	return (storm->dice >> 8) % below;
}

static struct actor *branch_of(struct storm *storm, unsigned device)
{
	return storm->device[device < 2 ? 0 : 2];
}

static void begin(struct storm *storm, uint32_t seed, bool of_servers)
{
	*storm = (struct storm){ .of_servers = of_servers, .play = cluster_new(), .dice = seed * 2654435761u };
	storm->county = cluster_found(storm->play, "county");
	storm->north = cluster_server(storm->county, "north");
	storm->south = cluster_server(storm->county, "south");
	assert_ok(cluster_sync(storm->north));
	assert_ok(cluster_sync(storm->south));
	storm->device[0] = cluster_branch(storm->north, "n1");
	assert_ok(cluster_sync(storm->device[0]));
	storm->device[1] = cluster_device(storm->device[0], "n2");
	storm->device[2] = cluster_branch(storm->south, "s1");
	assert_ok(cluster_sync(storm->device[2]));
	storm->device[3] = cluster_device(storm->device[2], "s2");
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < DEVICES; i++)
			assert_ok(cluster_sync(storm->device[i]));
}

static void write_one(struct storm *storm, unsigned i)
{
	char topic[64], minutes[64];
	struct actor *actor = storm->device[i];
	if (storm->count == WRITTEN_MOST)
		return;
	storm->play->now_ms += 60000;
	snprintf(topic, sizeof topic, "topic=%s-%zu", actor->name, storm->count);
	snprintf(minutes, sizeof minutes, "minutes=%s-%zu", actor->name, storm->count);
	struct id id = cluster_put(actor, "meeting", NULL, "date=2026-03-05", "type=group", topic, minutes, NULL);
	storm->written[storm->count++] = (struct written){ .by = actor, .branch = branch_of(storm, i), .record = id };
	if (storm->count > 3 && draw(storm, 3) == 0) { // somebody else's record too
		const struct written *other = &storm->written[draw(storm, (uint32_t)storm->count)];
		if (other->branch == branch_of(storm, i))
			cluster_put(actor, "meeting", &other->record, "place=村部", NULL);
	}
}

static void mark_sent(struct storm *storm, const struct actor *by)
{
	for (size_t i = 0; i < storm->count; i++)
		storm->written[i].sent |= storm->written[i].by == by && !storm->written[i].gone;
}

static void sync_somehow(struct storm *storm, struct actor *actor)
{
	uint32_t trouble = draw(storm, 4);
	storm->play->delivered = 0;
	storm->play->deliver_at_most = trouble == 1 ? 1 + draw(storm, 4) : 0;
	struct actor *victim = draw(storm, 2) ? actor : actor->parent;
	victim->fail_commit = trouble == 2 ? 1 + draw(storm, 4) : 0;
	victim->fail_applied = draw(storm, 2);
	if (cluster_sync(actor) == ERR_OK)
		mark_sent(storm, actor);
	victim->fail_commit = 0;
	storm->play->deliver_at_most = 0;
}

static void put_back_server(struct storm *storm, unsigned i)
{
	struct actor *server = i < 2 ? storm->north : storm->south;
	i = i < 2 ? 0 : 2;
	if (!storm->backup[i]) {
		storm->backup[i] = cluster_backup(server);
		return;
	}
	cluster_restore(server, storm->backup[i]);
	cluster_new_life(server); // as its guard makes it
	storm->backup[i] = NULL;
}

static void put_back(struct storm *storm, unsigned i)
{
	if (storm->of_servers) {
		put_back_server(storm, i);
		return;
	}
	if (!storm->backup[i]) {
		storm->backup[i] = cluster_backup(storm->device[i]);
		return;
	}
	for (size_t k = 0; k < storm->count; k++)
		storm->written[k].gone |= storm->written[k].by == storm->device[i] && !storm->written[k].sent;
	cluster_restore(storm->device[i], storm->backup[i]);
	storm->backup[i] = NULL;
}

static void step(struct storm *storm)
{
	unsigned i = draw(storm, DEVICES);
	uint32_t what = draw(storm, 20);
	if (what < 8)
		write_one(storm, i);
	else if (what < 15)
		sync_somehow(storm, storm->device[i]);
	else if (what < 17)
		sync_somehow(storm, draw(storm, 2) ? storm->north : storm->south);
	else if (what == 17)
		put_back(storm, i);
	else if (what == 18)
		cluster_reopen(storm->device[i]);
	else
		cluster_reopen(draw(storm, 2) ? storm->north : storm->south);
}

static void peace(struct storm *storm)
{
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < DEVICES; i++) {
			// A store put back several times may need more than one connection to be healed.
			for (unsigned tries = 0; tries < 3 && cluster_sync(storm->device[i]); tries++)
				;
			mark_sent(storm, storm->device[i]);
		}
		assert_ok(cluster_sync(storm->north));
		assert_ok(cluster_sync(storm->south));
	}
}

static void check(struct storm *storm, uint32_t seed)
{
	for (unsigned i = 0; i < DEVICES; i++) {
		char one[HASH_TEXT_BYTES], other[HASH_TEXT_BYTES];
		assert_ok(cluster_sync(storm->device[i]));
		assert_int_equal(cluster_count(storm->device[i], STORE_PENDING), 0);
		cluster_state(branch_of(storm, i), one);
		cluster_state(storm->device[i], other);
		if (strcmp(one, other) != 0)
			fail_msg("seed %u: %s and its sibling differ", seed, storm->device[i]->name);
	}
	for (size_t k = 0; k < storm->count; k++) {
		const struct written *written = &storm->written[k];
		const char *topic = cluster_get(written->branch, written->branch, "meeting", &written->record, "topic");
		const char *minutes = cluster_get(written->branch, written->branch, "meeting", &written->record, "minutes");
		if (!written->gone && (*topic == '\0' || *minutes == '\0'))
			fail_msg("seed %u: record %zu of %s is lost", seed, k, written->by->name);
	}
	int64_t north = cluster_figure(storm->device[0], storm->device[0], "meetings_held", "2026-03");
	int64_t south = cluster_figure(storm->device[2], storm->device[2], "meetings_held", "2026-03");
	if (cluster_figure(storm->north, storm->north, "meetings_held", "2026-03") != north ||
	    cluster_figure(storm->south, storm->south, "meetings_held", "2026-03") != south ||
	    cluster_figure(storm->county, storm->county, "meetings_held", "2026-03") != north + south)
		fail_msg("seed %u: figures differ: %d %d, above %d %d, county %d", seed, (int)north, (int)south,
		         (int)cluster_figure(storm->north, storm->north, "meetings_held", "2026-03"),
		         (int)cluster_figure(storm->south, storm->south, "meetings_held", "2026-03"),
		         (int)cluster_figure(storm->county, storm->county, "meetings_held", "2026-03"));
}

static void storms(bool of_servers)
{
	const char *only = getenv("STORM_SEED"); // to look at one again
	struct storm *storm = calloc(1, sizeof *storm);
	assert_non_null(storm);
	for (uint32_t seed = only ? (uint32_t)atoi(only) : 1; seed <= (only ? (uint32_t)atoi(only) : SEEDS); seed++) {
		begin(storm, seed, of_servers);
		for (unsigned i = 0; i < STEPS; i++)
			step(storm);
		peace(storm);
		check(storm, seed);
		for (unsigned i = 0; i < DEVICES; i++)
			if (storm->backup[i])
				store_memory_free(storm->backup[i]);
		cluster_free(storm->play);
	}
	free(storm);
}

static void after_a_storm_of_devices_nothing_is_lost_and_all_agree(void **state)
{
	(void)state;
	storms(false);
}

static void after_a_storm_of_servers_nothing_is_lost_and_all_agree(void **state)
{
	(void)state;
	storms(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_storm_of_devices_nothing_is_lost_and_all_agree),
		cmocka_unit_test(after_a_storm_of_servers_nothing_is_lost_and_all_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
