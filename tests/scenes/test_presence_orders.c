// What a guest takes part in is the second unit's own figure, in no total of members or their attendance, and known at home:
// whoever syncs first, at every step on the way, and when everything is computed anew.
#include "base/pb.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/pen_inside.h"
#include "sync/pen_presence.h"

enum { HOME, SECOND, EAST, WEST, WHO };

struct stage {
	struct cluster *play;
	struct actor *county, *who[WHO];
	struct id member, own; // one of home, and one of the second unit itself
};

static struct stage stage_new(void)
{
	struct stage it = { .play = cluster_new_with("../data/presence.yaml") };
	it.county = cluster_found(it.play, "county");
	it.who[EAST] = cluster_server(it.county, "east");
	it.who[WEST] = cluster_server(it.county, "west");
	cluster_everybody_syncs(it.play, 1);
	it.who[HOME] = cluster_branch(it.who[EAST], "home");
	it.who[SECOND] = cluster_branch(it.who[WEST], "second");
	cluster_everybody_syncs(it.play, 2);
	it.member = cluster_put(it.who[HOME], "member", NULL, "name=张三", "arrived=2026-01-05", NULL);
	it.own = cluster_put(it.who[SECOND], "member", NULL, "name=李四", "arrived=2026-01-05", NULL);
	cluster_everybody_syncs(it.play, 3);
	return it;
}

static int32_t day(const char *text)
{
	int32_t days;
	assert_ok(date_parse(span_string(text), &days));
	return days;
}

static void attach(struct stage *it)
{
	struct cluster_pen writing;
	enum pen_presence_refusal refusal;
	it->play->now_ms += 60 * 1000;
	cluster_write(it->who[HOME], &writing);
	assert_ok(pen_presence_attach(&writing.pen, &it->member, &it->who[SECOND]->self.unit, day("2026-02-01"), 0, &refusal));
	cluster_written(&writing);
	assert_int_equal(refusal, PEN_PRESENCE_DONE);
}

// Where the letter has come: taken in. The guest's record has the attachment's id.
static bool accept(struct stage *it, struct id *guest)
{
	struct cluster_pen writing;
	struct presence_word word;
	enum pen_presence_refusal refusal;
	it->play->now_ms += 60 * 1000;
	cluster_write(it->who[SECOND], &writing);
	struct scan scan = presence_words(&writing.txn, PRESENCE_GUEST, NULL);
	bool found = scan_next(&scan);
	if (found)
		assert_ok(presence_read(&scan, &word));
	scan_end(&scan);
	if (found) {
		assert_ok(pen_presence_answer(&writing.pen, &word, true, &refusal));
		assert_int_equal(refusal, PEN_PRESENCE_DONE);
		*guest = word.attachment;
	}
	cluster_written(&writing);
	return found;
}

static void set_came(struct actor *second, const struct id *meeting, uint8_t field, const struct id *whom)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write write = { .field = field, .element = id_span(whom), .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	second->cluster->now_ms += 60 * 1000;
	cluster_write(second, &writing);
	assert_ok(pen_set(&writing.pen, NULL, 2, meeting, &write, 1, &changed));
	cluster_written(&writing);
}

// One of the second unit's own and its guest.
static void both_attend(struct stage *it, const struct id *guest)
{
	struct id meeting = cluster_put(it->who[SECOND], "meeting", NULL, "date=2026-03-05", "topic=社区服务", NULL);
	set_came(it->who[SECOND], &meeting, 3, &it->own);
	set_came(it->who[SECOND], &meeting, 4, guest);
}

// At every moment, of all that is summed.
static void nobody_is_counted_twice(struct stage *it)
{
	struct actor *const servers[] = { it->county, it->who[EAST], it->who[WEST] };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(cluster_figure(servers[i], servers[i], "members", "2026-03"), i == 0 ? 2 : 1);
		assert_true(cluster_figure(servers[i], servers[i], "attendance", "2026") <= 1);
		assert_true(cluster_figure(servers[i], servers[i], "elsewhere", "2026") <= 1);
		assert_true(cluster_figure(servers[i], servers[i], "guest_attendance", "2026") <= 1);
	}
}

static void both_ends_show_it(struct stage *it)
{
	struct actor *home = it->who[HOME], *second = it->who[SECOND], *east = it->who[EAST], *west = it->who[WEST];
	struct actor *const see_second[] = { second, west }, *const see_home[] = { home, east };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(cluster_figure(see_second[i], second, "members", "2026-03"), 1);
		assert_int_equal(cluster_figure(see_second[i], second, "guests", "2026-03"), 1);
		assert_int_equal(cluster_figure(see_second[i], second, "attendance", "2026-03"), 1);       // its own member
		assert_int_equal(cluster_figure(see_second[i], second, "guest_attendance", "2026-03"), 1); // and apart, its guest
		assert_int_equal(cluster_figure(see_home[i], home, "members", "2026-03"), 1);
		assert_int_equal(cluster_figure(see_home[i], home, "guests", "2026-03"), 0);
		assert_int_equal(cluster_figure(see_home[i], home, "attendance", "2026-03"), 0);
		assert_int_equal(cluster_figure(see_home[i], home, "elsewhere", "2026-03"), 1);
	}
	assert_int_equal(cluster_figure(it->county, it->county, "members", "2026-03"), 2);
	assert_int_equal(cluster_figure(it->county, it->county, "attendance", "2026-03"), 1);
}

// The order that `number` stands for, of all 24.
static void order_of(unsigned number, unsigned order[static WHO])
{
	unsigned left[WHO] = { HOME, SECOND, EAST, WEST };
	for (unsigned i = 0; i < WHO; i++) {
		unsigned place = number % (WHO - i);
		number /= WHO - i;
		order[i] = left[place];
		for (unsigned k = place; k + 1 < WHO - i; k++)
			left[k] = left[k + 1];
	}
}

static void play_in(const unsigned order[static WHO])
{
	struct stage it = stage_new();
	struct id guest;
	bool taken = false, told = false;
	attach(&it);
	for (unsigned round = 0; round < 8; round++)
		for (unsigned i = 0; i < WHO; i++) {
			assert_ok(cluster_sync(it.who[order[i]]));
			if (!taken)
				taken = accept(&it, &guest);
			else if (!told) {
				both_attend(&it, &guest);
				told = true;
			}
			nobody_is_counted_twice(&it);
		}
	assert_true(told);
	both_ends_show_it(&it);
	cluster_rebuild(it.county);
	for (unsigned i = 0; i < WHO; i++)
		cluster_rebuild(it.who[order[i]]);
	nobody_is_counted_twice(&it);
	both_ends_show_it(&it);
	cluster_free(it.play);
}

static void a_guest_shows_at_both_ends_and_in_no_total_whoever_syncs_first(void **state)
{
	(void)state;
	for (unsigned number = 0; number < 24; number++) {
		unsigned order[WHO];
		order_of(number, order);
		play_in(order);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_shows_at_both_ends_and_in_no_total_whoever_syncs_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
