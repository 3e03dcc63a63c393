#include "support/crossing.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/conserved.h"
#include "support/custody_stage.h"
#include "support/support.h"

const char *crossing_text(enum crossing_change change)
{
	static const char *const texts[] = {
#define CROSSING_TEXT(name, text) [CROSSING_##name] = text,
		CROSSING_CHANGES(CROSSING_TEXT)
#undef CROSSING_TEXT
	};
	return texts[change];
}

void crossing_actors(struct crossing *it, struct actor *list[static CROSSING_ACTORS])
{
	struct actor *const all[CROSSING_ACTORS] = { it->one, it->two, it->three, it->four, it->east, it->west, it->county };
	memcpy(list, all, sizeof all);
}

// ---- The stage ----

static void sync_rounds(struct crossing *it, unsigned rounds)
{
	struct actor *all[CROSSING_ACTORS];
	crossing_actors(it, all);
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < CROSSING_ACTORS; i++)
			if (all[i]->parent)
				assert_ok(cluster_sync(all[i]));
}

static void raise_tree(struct crossing *it, const char *pack)
{
	it->play = pack ? cluster_new_with(pack) : cluster_new();
	it->play->each_session = conserved_everywhere;
	uint64_t now = it->play->now_ms;
	it->play->now_ms -= UINT64_C(77) * 86400000; // the second of January: the units are there since
	it->county = cluster_found(it->play, "county");
	it->east = cluster_server_kind(it->county, "township", "east");
	it->west = cluster_server_kind(it->county, "township", "west");
	assert_ok(cluster_sync(it->east));
	assert_ok(cluster_sync(it->west));
	it->one = cluster_branch(it->east, "one");
	it->two = cluster_branch(it->east, "two");
	it->three = cluster_branch(it->west, "three");
	it->four = cluster_branch(it->east, "four");
	it->five = cluster_new_unit(it->east, &it->east->self.unit, "branch", "five");
	it->play->now_ms = now;
	sync_rounds(it, 2);
}

void crossing_all(struct crossing *it)
{
	sync_rounds(it, 4);
}

void crossing_rebuild(struct crossing *it)
{
	struct actor *all[CROSSING_ACTORS];
	crossing_actors(it, all);
	for (size_t i = 0; i < CROSSING_ACTORS; i++)
		cluster_rebuild(all[i]);
	conserved_everywhere(it->play);
}

void crossing_one(struct crossing *it) { assert_ok(cluster_sync(it->one)); }
void crossing_two(struct crossing *it) { assert_ok(cluster_sync(it->two)); }
void crossing_three(struct crossing *it) { assert_ok(cluster_sync(it->three)); }
void crossing_east(struct crossing *it) { assert_ok(cluster_sync(it->east)); }
void crossing_west(struct crossing *it) { assert_ok(cluster_sync(it->west)); }

// ---- The change ----

static void changes_tree(struct crossing *it)
{
	static const char day[] = "2026-03-20";
	const struct id *one = &it->one->self.unit, *two = &it->two->self.unit, *four = &it->four->self.unit;
	const struct id *east = &it->east->self.unit, *west = &it->west->self.unit;
	const struct id halves[] = { *four, it->five };
	enum charter_fault fault = CHARTER_FINE;
	it->changed = true;
	switch (it->change) {
	case CROSSING_SOURCE_MOVES: fault = cluster_move(it->county, one, west, day); break;
	case CROSSING_TARGET_MOVES: fault = cluster_move(it->county, two, west, day); break;
	case CROSSING_SOURCE_MERGES: fault = cluster_merge(it->east, one, four, day); break;
	case CROSSING_TARGET_MERGES: fault = cluster_merge(it->east, two, four, day); break;
	case CROSSING_TOGETHER: fault = cluster_merge(it->east, one, two, day); break;
	case CROSSING_SOURCE_SPLITS: cluster_split(it->east, one, halves, 2, day); break;
	case CROSSING_TARGET_SPLITS: cluster_split(it->east, two, halves, 2, day); break;
	case CROSSING_SOURCE_CLOSES: cluster_close(it->east, one, day); break;
	case CROSSING_TARGET_CLOSES: cluster_close(it->east, two, day); break;
	case CROSSING_OFFICE_MERGES: fault = cluster_merge(it->county, east, west, day); break;
	case CROSSING_OTHER_MERGES: fault = cluster_merge(it->county, west, east, day); break;
	case CROSSING_NOTHING:
	case CROSSING_END: break;
	}
	assert_int_equal(fault, CHARTER_FINE);
}

static void play(const struct crossing_story *story, enum crossing_change change, size_t point)
{
	struct crossing it = { .change = change };
	const char *before = point < story->step_count ? story->steps[point].what : "the end";
	printf("    %s, before: %s\n", crossing_text(change), before);
	raise_tree(&it, story->pack);
	story->prepare(&it);
	for (size_t i = 0; i <= story->step_count; i++) {
		if (i == point)
			changes_tree(&it);
		if (i < story->step_count)
			story->steps[i].act(&it);
	}
	crossing_all(&it);
	story->ends(&it);
	crossing_rebuild(&it);
	crossing_all(&it);
	story->ends(&it);
	cluster_free(it.play);
}

// Of the table's fields each third, so that each change and each step is met.
void crossing_play(const struct crossing_story *story, const enum crossing_change *changes, size_t change_count)
{
	const char *wish = getenv("CROSSINGS"); // "all", or one change by its text
	for (size_t i = 0; i < change_count; i++)
		for (size_t point = 0; point <= story->step_count; point++)
			if (!wish ? (i + point) % 3 == 0 : strcmp(wish, "all") == 0 || strcmp(wish, crossing_text(changes[i])) == 0)
				play(story, changes[i], point);
}
