// Letters between units: one log has letters to several, and each gets its own, whatever happens to the tree.
#include "support/cluster.h"
#include "support/conserved.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *township, *one, *two, *three;
};

static struct stage three_branches(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.play->each_session = conserved_everywhere;
	stage.township = cluster_found(stage.play, "township");
	stage.one = cluster_branch(stage.township, "one");
	stage.two = cluster_branch(stage.township, "two");
	stage.three = cluster_branch(stage.township, "three");
	struct actor *all[] = { stage.one, stage.two, stage.three };
	for (size_t turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < 3; i++)
			assert_ok(cluster_sync(all[i]));
	return stage;
}

static void write_letter(struct actor *from, struct actor *to, const char *text)
{
	struct cluster_pen writing;
	cluster_write(from, &writing);
	assert_ok(pen_mail(&writing.pen, &to->self.unit, span_string(text)));
	cluster_written(&writing);
	assert_ok(cluster_sync(from));
}

static void the_second_of_whom_a_log_speaks_gets_its_letters_too(void **state)
{
	(void)state;
	struct stage stage = three_branches();
	write_letter(stage.one, stage.two, "to two");
	write_letter(stage.one, stage.three, "to three");
	write_letter(stage.one, stage.two, "to two again");
	write_letter(stage.one, stage.three, "to three again");
	assert_ok(cluster_sync(stage.three));
	assert_ok(cluster_sync(stage.two));
	assert_int_equal(cluster_count(stage.three, STORE_MAIL), 2);
	assert_int_equal(cluster_count(stage.two, STORE_MAIL), 2);
	write_letter(stage.one, stage.three, "a third");
	assert_ok(cluster_sync(stage.three));
	assert_int_equal(cluster_count(stage.three, STORE_MAIL), 3);
	assert_false(cluster_store_contains(stage.three, "to two"));
	cluster_free(stage.play);
}

static void a_device_that_joins_later_gets_them_all(void **state)
{
	(void)state;
	struct stage stage = three_branches();
	write_letter(stage.one, stage.two, "to two");
	write_letter(stage.one, stage.three, "to three");
	struct actor *tablet = cluster_device(stage.three, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_int_equal(cluster_count(tablet, STORE_MAIL), 1);
	cluster_free(stage.play);
}

// The township sends the letter up, for all it knows its addressee is elsewhere; then it hears that the branch is its own now.
static void what_went_up_is_filed_when_the_addressee_comes_below(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *east = cluster_server_kind(county, "township", "east"), *west = cluster_server_kind(county, "township", "west");
	assert_ok(cluster_sync(east));
	assert_ok(cluster_sync(west));
	struct actor *one = cluster_branch(east, "one"), *two = cluster_branch(west, "two");
	struct actor *all[] = { one, two, east, west };
	for (size_t turn = 0; turn < 4; turn++)
		for (size_t i = 0; i < 4; i++)
			assert_ok(cluster_sync(all[i]));
	assert_int_equal(cluster_move(county, &one->self.unit, &west->self.unit, "2026-03-01"), CHARTER_FINE);
	assert_ok(cluster_sync(east));
	write_letter(two, one, "welcome");
	for (size_t turn = 0; turn < 4; turn++)
		for (size_t i = 0; i < 4; i++)
			assert_ok(cluster_sync(all[i]));
	assert_int_equal(cluster_count(one, STORE_MAIL), 1);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_of_whom_a_log_speaks_gets_its_letters_too),
		cmocka_unit_test(a_device_that_joins_later_gets_them_all),
		cmocka_unit_test(what_went_up_is_filed_when_the_addressee_comes_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
