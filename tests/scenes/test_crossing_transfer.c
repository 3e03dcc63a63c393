// A transfer is under way, and the tree changes: the home, whom it is offered to, or who writes its record is moved,
// merged, split or closed, before each step of it in turn. The member has one home in the end, is counted once, and
// may go on to the successor where the home is no more.
#include "support/crossing.h"
#include "support/custody_stage.h"
#include "support/support.h"

// ---- The story ----

static void enters(struct crossing *it)
{
	it->matter = custody_stage_member(it->one, "郑十");
	crossing_all(it);
}

static void offers(struct crossing *it) { custody_stage_offer(it->one, &it->matter, it->two); }
static void offers_over(struct crossing *it) { custody_stage_offer(it->one, &it->matter, it->three); }
static void accepts(struct crossing *it) { custody_stage_answer(it->two, &it->matter, true); }
static void accepts_over(struct crossing *it) { custody_stage_answer(it->three, &it->matter, true); }

// ---- What must hold ----

static struct actor *home(struct crossing *it, enum custody_hold *hold)
{
	struct actor *branches[] = { it->one, it->two, it->three, it->four }, *found = NULL;
	unsigned homes = 0;
	for (size_t i = 0; i < 4; i++) {
		enum custody_hold here = custody_stage_view(branches[i], &it->matter).hold;
		if (here == CUSTODY_NONE)
			continue;
		*hold = here;
		homes++;
		found = branches[i];
	}
	assert_int_equal(homes, 1);
	assert_true(*hold == CUSTODY_HELD || *hold == CUSTODY_OUTBOUND);
	return found;
}

// The offer came too late to be answered in the story, or a successor has to answer it: somebody can.
static void whoever_is_asked_answers(struct crossing *it)
{
	struct actor *const asked[] = { it->two, it->three, it->four };
	enum custody_hold hold;
	unsigned answers = 0;
	home(it, &hold);
	for (size_t i = 0; i < 3 && hold == CUSTODY_OUTBOUND; i++)
		answers += custody_stage_answer(asked[i], &it->matter, true) == CUSTODY_DONE;
	assert_int_equal(answers, hold == CUSTODY_OUTBOUND);
	crossing_all(it);
	home(it, &hold);
	assert_int_equal(hold, CUSTODY_HELD);
}

static void is_at_home_once(struct crossing *it)
{
	enum custody_hold hold;
	struct actor *at = home(it, &hold), *all[CROSSING_ACTORS];
	uint64_t epoch = custody_stage_epoch(at, &it->matter);
	assert_string_equal(cluster_get(at, at, "member", &it->matter, "name"), "郑十");
	assert_int_equal(custody_stage_epoch(it->county, &it->matter), epoch);
	crossing_actors(it, all);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(cluster_figure(all[i], all[i], "members", "2026-03"), all[i] == at);
	assert_int_equal(cluster_figure(it->county, it->county, "members", "2026-03"), 1);
}

// Whoever is not at home where the story leads may go there now, also from a unit that is no more.
static void one_home_that_can_go_on(struct crossing *it)
{
	enum custody_hold hold;
	bool first = it->count++ == 0;
	if (first)
		whoever_is_asked_answers(it);
	is_at_home_once(it);
	struct actor *at = home(it, &hold), *to = it->three;
	if (!first || at == to)
		return;
	assert_int_equal(custody_stage_offer(at, &it->matter, to), CUSTODY_DONE);
	crossing_all(it);
	assert_int_equal(custody_stage_answer(to, &it->matter, true), CUSTODY_DONE);
	crossing_all(it);
	assert_ptr_equal(home(it, &hold), to);
	is_at_home_once(it);
}

static void within_one_township(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the offer", offers }, { "it leaves the branch", crossing_one }, { "it comes to the other branch", crossing_two },
		{ "the acceptance", accepts }, { "it is handed in", crossing_two }, { "the witness", crossing_east },
		{ "the branch hears of it", crossing_one }, { "the new home hears of it", crossing_two },
	};
	static const enum crossing_change changes[] = {
		CROSSING_SOURCE_MOVES, CROSSING_TARGET_MOVES, CROSSING_SOURCE_MERGES, CROSSING_TARGET_MERGES, CROSSING_TOGETHER,
		CROSSING_SOURCE_SPLITS, CROSSING_TARGET_SPLITS, CROSSING_SOURCE_CLOSES, CROSSING_TARGET_CLOSES, CROSSING_OFFICE_MERGES,
	};
	static const struct crossing_story story = {
		.pack = "../data/custody.yaml", .prepare = enters, .steps = steps, .step_count = sizeof steps / sizeof steps[0],
		.ends = one_home_that_can_go_on,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

static void between_two_townships(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the offer", offers_over }, { "it leaves the branch", crossing_one }, { "it goes to the county", crossing_east },
		{ "it goes to the other township", crossing_west }, { "it comes to the other branch", crossing_three },
		{ "the acceptance", accepts_over }, { "it is handed in", crossing_three }, { "it goes back to the county", crossing_west },
		{ "the registrar decides", crossing_east }, { "the new registrar hears of it", crossing_west },
		{ "the new home hears of it", crossing_three }, { "the branch hears of it", crossing_one },
	};
	static const enum crossing_change changes[] = {
		CROSSING_SOURCE_MOVES, CROSSING_SOURCE_MERGES, CROSSING_SOURCE_CLOSES, CROSSING_OFFICE_MERGES, CROSSING_OTHER_MERGES,
	};
	static const struct crossing_story story = {
		.pack = "../data/custody.yaml", .prepare = enters, .steps = steps, .step_count = sizeof steps / sizeof steps[0],
		.ends = one_home_that_can_go_on,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_one_township),
		cmocka_unit_test(between_two_townships),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
