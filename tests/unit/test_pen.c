// The pen: each write into the lane of its field, nothing written twice, nothing that would not count.
#include "support/cluster.h"
#include "support/support.h"

struct desk {
	struct cluster *play;
	struct actor *township, *branch;
	struct id meeting;
	uint64_t size[LANE_END];
};

static void measure(struct desk *desk)
{
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct journal_log log;
		cluster_log(desk->branch, desk->branch, (enum lane)lane, &log);
		desk->size[lane] = log.peaks.size;
	}
}

static struct desk a_branch(void)
{
	struct desk desk = { .play = cluster_new() };
	desk.township = cluster_found(desk.play, "township");
	desk.branch = cluster_branch(desk.township, "branch");
	assert_ok(cluster_sync(desk.branch));
	desk.meeting = cluster_put(desk.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	measure(&desk);
	return desk;
}

// How many entries each lane has gained: private, detail, up.
static void gained(struct desk *desk, unsigned in_private, unsigned in_detail, unsigned in_up)
{
	struct desk before = *desk;
	measure(desk);
	assert_int_equal(desk->size[LANE_PRIVATE] - before.size[LANE_PRIVATE], in_private);
	assert_int_equal(desk->size[LANE_DETAIL] - before.size[LANE_DETAIL], in_detail);
	assert_int_equal(desk->size[LANE_UP] - before.size[LANE_UP], in_up);
}

static void each_field_goes_into_its_lane(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	cluster_put(desk.branch, "meeting", &desk.meeting, "place=村部", NULL);
	gained(&desk, 0, 1, 0);
	cluster_put(desk.branch, "meeting", &desk.meeting, "minutes=乙", NULL);
	gained(&desk, 1, 0, 0);
	cluster_put(desk.branch, "meeting", &desk.meeting, "date=2026-03-06", "topic=夏收", "minutes=丙", NULL);
	gained(&desk, 1, 1, 1);
	cluster_free(desk.play);
}

static void what_is_said_already_is_not_said_again(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	cluster_put(desk.branch, "meeting", &desk.meeting, "date=2026-03-05", "topic=春耕", "minutes=甲", NULL);
	gained(&desk, 0, 0, 0);
	cluster_put(desk.branch, "meeting", &desk.meeting, "date=2026-03-05", "topic=夏收", NULL);
	gained(&desk, 0, 1, 0);
	cluster_free(desk.play);
}

static void what_was_shared_stays_shared(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	cluster_put(desk.branch, "meeting", &desk.meeting, "topic:up=给县里看", NULL);
	gained(&desk, 0, 0, 1);
	cluster_put(desk.branch, "meeting", &desk.meeting, "topic=还是给县里看", NULL);
	gained(&desk, 0, 0, 1);
	assert_int_equal(cluster_values(desk.branch, "meeting", &desk.meeting, "topic"), 1);
	cluster_free(desk.play);
}

static void what_would_not_count_is_refused_and_not_written(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	struct cluster_pen writing;
	struct pen_write remark = { .field = 10, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("自批") } };
	struct pen_write narrow = { .field = 1, .lane = LANE_DETAIL, .value = { .form = VALUE_IS_NUMBER, .number = 20000 } };
	struct pen_write unknown = { .field = 200, .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	bool changed;
	cluster_write(desk.branch, &writing);
	struct pen *pen = &writing.pen;
	assert_err(UNAUTHORISED, pen_set(pen, NULL, 2, &desk.meeting, &remark, 1, &changed)); // the superior's field
	assert_err(RANGE, pen_set(pen, NULL, 2, &desk.meeting, &narrow, 1, &changed));
	assert_err(NOT_FOUND, pen_set(pen, NULL, 2, &desk.meeting, &unknown, 1, &changed));
	assert_err(NOT_FOUND, pen_set(pen, NULL, 99, &desk.meeting, &unknown, 1, &changed));
	assert_false(changed);
	assert_int_equal(pen->written, 0);
	cluster_written(&writing);
	gained(&desk, 0, 0, 0);
	cluster_free(desk.play);
}

static void a_pen_reads_what_it_wrote_and_signs_once(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	struct cluster_pen writing;
	struct journal_log log;
	bool changed;
	cluster_write(desk.branch, &writing);
	for (int i = 0; i < 5; i++) {
		char text[2] = { (char)('a' + i), '\0' };
		struct pen_write topic = { .field = 3, .value = { .form = VALUE_IS_TEXT, .bytes = span_string(text) } };
		assert_ok(pen_set(&writing.pen, NULL, 2, &desk.meeting, &topic, 1, &changed));
		assert_true(changed);
	}
	cluster_written(&writing);
	gained(&desk, 0, 5, 0);
	assert_int_equal(cluster_values(desk.branch, "meeting", &desk.meeting, "topic"), 1);
	assert_string_equal(cluster_get(desk.branch, desk.branch, "meeting", &desk.meeting, "topic"), "e");
	cluster_log(desk.branch, desk.branch, LANE_DETAIL, &log);
	assert_int_equal(log.head.size, log.peaks.size);
	assert_int_equal(log.applied, log.peaks.size);
	cluster_free(desk.play);
}

static void figures_are_published_when_they_changed_and_not_again(void **state)
{
	(void)state;
	struct desk desk = a_branch();
	struct cluster_pen writing;
	for (unsigned i = 0; i < 3; i++) {
		cluster_write(desk.branch, &writing);
		assert_ok(pen_tally(&writing.pen));
		assert_int_equal(writing.pen.written, i == 0);
		cluster_written(&writing);
	}
	cluster_put(desk.branch, "meeting", &desk.meeting, "place=村部", NULL); // no figure, but the frontier moves
	cluster_write(desk.branch, &writing);
	assert_ok(pen_tally(&writing.pen));
	assert_true(writing.pen.written <= 1);
	cluster_written(&writing);
	cluster_free(desk.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_goes_into_its_lane),
		cmocka_unit_test(what_is_said_already_is_not_said_again),
		cmocka_unit_test(what_was_shared_stays_shared),
		cmocka_unit_test(what_would_not_count_is_refused_and_not_written),
		cmocka_unit_test(a_pen_reads_what_it_wrote_and_signs_once),
		cmocka_unit_test(figures_are_published_when_they_changed_and_not_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
