// What comes down is under way, and the tree changes: a circular of the county, a theme of the township that a branch
// holds an activity for, a request for a record. Each takes effect once, also when everything is computed anew.
#include "support/crossing.h"
#include "support/custody_stage.h"
#include "support/support.h"

static const enum crossing_change changes[] = {
	CROSSING_SOURCE_MOVES, CROSSING_SOURCE_MERGES, CROSSING_SOURCE_SPLITS, CROSSING_SOURCE_CLOSES, CROSSING_OFFICE_MERGES,
};

static void nothing_before(struct crossing *it) { (void)it; }

static bool reads(struct actor *actor, struct actor *author, const char *kind, const struct id *record, const char *title)
{
	const char *text = cluster_get(actor, author, kind, record, "title");
	assert_true(!*text || strcmp(text, title) == 0);
	return *text;
}

// ---- A circular of the county ----

static void circular(struct crossing *it)
{
	it->matter = cluster_put(it->county, "circular", NULL, "title=通报", "date=2026-03-20", NULL);
}

static void everybody_reads_the_circular(struct crossing *it)
{
	struct actor *all[CROSSING_ACTORS];
	crossing_actors(it, all);
	for (size_t i = 0; i < CROSSING_ACTORS; i++)
		assert_true(reads(all[i], it->county, "circular", &it->matter, "通报"));
}

static void a_circular(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the circular", circular }, { "it comes to the township", crossing_east }, { "it comes to the branch", crossing_one },
	};
	static const struct crossing_story story = {
		.prepare = nothing_before, .steps = steps, .step_count = sizeof steps / sizeof steps[0], .ends = everybody_reads_the_circular,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

// ---- A theme of the township ----

// count: 1, the theme was given before the tree changed; 4, the branch held an activity for it
static void theme(struct crossing *it)
{
	it->matter = cluster_put(it->east, "theme", NULL, "title=植树", "begins=2026-03-10", "ends=2026-03-31", NULL);
	it->count |= it->changed ? 0 : 1;
}

static void holds_it(struct crossing *it)
{
	if (!reads(it->one, it->east, "theme", &it->matter, "植树"))
		return;
	it->other = cluster_put(it->one, "activity_day", NULL, "date=2026-03-12", "theme=植树", NULL);
	it->count |= 4;
}

// Below the township everybody reads it. Who has come below another is bound by that one's: what came before stays
// readable, what had not come does not follow (docs/decisions.md), and what the former township gives afterwards,
// knowing no better, does not stand there.
static void the_theme_stands_below_who_gave_it(struct crossing *it)
{
	bool merged = it->change == CROSSING_OFFICE_MERGES;
	struct actor *const others[] = { it->two, it->four };
	bool read = reads(it->one, it->east, "theme", &it->matter, "植树");
	for (size_t i = 0; i < 2; i++)
		assert_true(merged || reads(others[i], it->east, "theme", &it->matter, "植树"));
	if (it->change != CROSSING_SOURCE_MOVES && !merged)
		assert_true(read);
	else if (!(it->count & 1))
		assert_false(read);
	assert_int_equal(cluster_figure(it->one, it->one, "activity_days", "2026-03"), (it->count & 4) != 0);
	assert_int_equal(cluster_figure(it->county, it->county, "activity_days", "2026-03"), (it->count & 4) != 0);
}

static void a_theme_of_the_township(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the theme", theme }, { "it goes up", crossing_east }, { "it comes to the branch", crossing_one },
		{ "the branch holds it", holds_it }, { "it says so", crossing_one }, { "the township says so", crossing_east },
	};
	static const struct crossing_story story = {
		.prepare = nothing_before, .steps = steps, .step_count = sizeof steps / sizeof steps[0], .ends = the_theme_stands_below_who_gave_it,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

// ---- A request of the county ----

static void has_a_meeting(struct crossing *it)
{
	it->matter = cluster_put(it->one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=MINUTESCANARY", NULL);
	crossing_all(it);
}

static void asks(struct crossing *it)
{
	struct cluster_pen writing;
	struct inquiry_request asked = { .unit = it->one->self.unit, .kind = 2, .record = it->matter, .why = span_string("核对") };
	cluster_write(it->county, &writing);
	assert_ok(pen_inquiry_ask(&writing.pen, &asked));
	cluster_written(&writing);
	it->other = asked.id;
}

struct found {
	unsigned count;
	struct inquiry inquiry;
};

static enum err keep(void *context, const struct inquiry *inquiry)
{
	struct found *found = context;
	found->count++;
	found->inquiry = *inquiry;
	return ERR_OK;
}

static struct found request_at(struct crossing *it, struct txn *txn, struct arena *arena)
{
	struct found found = { .count = 0 };
	assert_ok(inquiry_each(txn, &it->one->self.unit, arena, keep, &found));
	return found;
}

static void answers(struct crossing *it)
{
	struct cluster_pen writing;
	struct arena arena;
	enum lane lane;
	const struct inquiry_reply reply = { .request = it->other, .answer = INQUIRY_GRANT };
	arena_init(&arena, LIMIT_DECODE_BYTES);
	cluster_write(it->one, &writing);
	struct found found = request_at(it, &writing.txn, &arena);
	if (found.count && found.inquiry.reply.answer == INQUIRY_OPEN) {
		assert_ok(pen_inquiry_lane(&writing.pen, &found.inquiry, &lane));
		assert_ok(pen_inquiry_answer(&writing.pen, &reply, lane));
		it->count++;
	}
	cluster_written(&writing);
	arena_free(&arena);
}

static void answered_once_and_read_above(struct crossing *it)
{
	struct actor *const seen[] = { it->one, it->county };
	answers(it); // it may have come too late in the story
	assert_int_equal(it->count, 1);
	crossing_all(it);
	for (size_t i = 0; i < 2; i++) {
		struct txn txn;
		struct arena arena;
		arena_init(&arena, LIMIT_DECODE_BYTES);
		assert_ok(txn_begin(seen[i]->store, STORE_READ, &txn));
		struct found found = request_at(it, &txn, &arena);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.inquiry.reply.answer, INQUIRY_GRANT);
		assert_int_equal(cluster_count(seen[i], STORE_INQUIRY), 2); // the request and one answer
		txn_abort(&txn);
		arena_free(&arena);
	}
	struct actor *const servers[] = { it->county, it->east, it->west };
	for (size_t i = 0; i < 3; i++)
		assert_false(cluster_store_contains(servers[i], "MINUTESCANARY")); // what was not shared is not
}

static void a_request_of_the_county(void **state)
{
	static const struct crossing_step steps[] = {
		{ "the request", asks }, { "it comes to the township", crossing_east }, { "it comes to the branch", crossing_one },
		{ "the answer", answers }, { "it goes to the township", crossing_one }, { "it goes to the county", crossing_east },
	};
	static const struct crossing_story story = {
		.prepare = has_a_meeting, .steps = steps, .step_count = sizeof steps / sizeof steps[0], .ends = answered_once_and_read_above,
	};
	(void)state;
	crossing_play(&story, changes, sizeof changes / sizeof changes[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_circular),
		cmocka_unit_test(a_theme_of_the_township),
		cmocka_unit_test(a_request_of_the_county),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
