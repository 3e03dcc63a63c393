// A new version of the pack while branches are away: what was written counts by the new pack as well,
// and what an old device did not understand is understood when the pack comes.
#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"
#include "io/pack_yaml.h"
#include "support/cluster.h"
#include "support/scratch.h"
#include "support/support.h"
#include "sync/join.h"

static const char added[] =
	"\n  - number: 900\n    name: groups_held\n    title: {zh: 小组会, en: Groups held}\n    kind: meeting\n"
	"    aggregate: count\n    form: flow\n    from: date\n    filters:\n      - {field: type, equal: group}\n";

// The pack that ships, as version 2, with one metric more.
static void publish_second_version(struct actor *top)
{
	struct scratch scratch;
	struct buf text = BUF_EMPTY, pack = BUF_EMPTY;
	struct arena arena;
	struct cluster_pen writing;
	char path[512];
	const char *why = "";
	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	struct buf second = BUF_EMPTY;
	assert_ok(file_read("../../packs/party-branch.yaml", 1 << 20, &text));
	buf_u8(&text, 0);
	char *version = strstr((char *)text.data, "version: 1"), *metrics = strstr((char *)text.data, "\nmetrics:\n");
	assert_true(version && metrics);
	version[9] = '2';
	metrics += sizeof "\nmetrics:" - 1;
	buf_bytes(&second, text.data, (size_t)((uint8_t *)metrics - text.data));
	buf_string(&second, added);
	buf_string(&second, metrics);
	assert_ok(file_write(path, 0600, buf_span(&second)));
	buf_free(&second);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(path, &pack, &arena, &why);
	if (err)
		print_error("%s\n", why);
	assert_ok(err);
	cluster_write(top, &writing);
	assert_ok(join_publish_pack(&writing.pen, buf_span(&pack), "party-branch", 2));
	cluster_written(&writing);
	arena_free(&arena);
	buf_free(&text);
	buf_free(&pack);
	scratch_remove(&scratch);
}

static void what_was_written_before_counts_by_the_new_pack(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "支部");
	assert_ok(cluster_sync(branch));
	struct id moved = cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	cluster_put(branch, "meeting", NULL, "date=2026-03-06", "type=committee", NULL);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));

	publish_second_version(county);
	assert_ok(cluster_sync(township));
	cluster_put(branch, "meeting", NULL, "date=2026-03-07", "type=group", NULL); // away: still by the old pack
	assert_ok(cluster_sync(branch));
	assert_int_equal(cluster_figure(branch, branch, "groups_held", "2026-03"), 2);
	assert_int_equal(cluster_figure(branch, branch, "meetings_held", "2026-03"), 3);

	cluster_put(branch, "meeting", &moved, "date=2026-02-05", NULL);
	assert_int_equal(cluster_figure(branch, branch, "groups_held", "2026-03"), 1);
	assert_int_equal(cluster_figure(branch, branch, "groups_held", "2026-02"), 1);

	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(county, county, "groups_held", "2026-03"), 1);
	assert_int_equal(cluster_figure(county, county, "groups_held", "2026Q1"), 2);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026Q1"), 3);
	cluster_free(play);
}

// ---- Two versions of a small pack: what a device that has the first still writes. ----

static void publish(struct actor *top, const char *path, uint32_t version)
{
	struct buf pack = BUF_EMPTY;
	struct arena arena;
	struct cluster_pen writing;
	const char *why = "";
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (pack_yaml_compile(path, &pack, &arena, &why))
		fail_msg("%s", why);
	cluster_write(top, &writing);
	assert_ok(join_publish_pack(&writing.pen, buf_span(&pack), "small", version));
	cluster_written(&writing);
	arena_free(&arena);
	buf_free(&pack);
}

static void what_a_lagging_device_writes_is_accepted_everywhere(void **state)
{
	(void)state;
	struct cluster *play = cluster_new_with("../data/version1.yaml");
	struct actor *county = cluster_found(play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	struct actor *one = cluster_branch(township, "支部");
	assert_ok(cluster_sync(one));
	struct actor *two = cluster_device(one, "平板");
	assert_ok(cluster_sync(two));
	struct id visit = cluster_put(one, "visit", NULL, "place=柳沟", "day=2026-03-05", "cost=300", "fax=4711", NULL);
	assert_ok(cluster_sync(one));
	assert_ok(cluster_sync(two));

	// The township and one device have the new version, the other one is away.
	publish(county, "../data/version2.yaml", 2);
	assert_ok(cluster_sync(township));
	assert_ok(cluster_sync(one));
	cluster_put(one, "visit", &visit, "people=4", NULL);
	assert_string_equal(cluster_get(one, one, "visit", &visit, "fax"), "4711"); // retired, and kept
	assert_string_equal(cluster_get(one, one, "visit", &visit, "cost"), "300.00"); // above the new bound, and kept

	// What the other writes by the old version, above the new bound and into the old lane, is accepted everywhere.
	struct id far = cluster_put(two, "visit", NULL, "place=红海子", "day=2026-03-06", "cost=450", NULL);
	assert_ok(cluster_sync(two));
	assert_ok(cluster_sync(one));
	assert_ok(cluster_sync(one));
	assert_ok(cluster_sync(township));
	assert_string_equal(cluster_get(one, one, "visit", &far, "cost"), "450.00");
	assert_string_equal(cluster_get(township, one, "visit", &far, "cost"), "450.00");
	assert_int_equal(cluster_count(township, STORE_QUARANTINE), 0);
	assert_int_equal(cluster_count(one, STORE_QUARANTINE), 0);
	assert_int_equal(cluster_figure(one, one, "people", "2026-03"), 4);
	assert_int_equal(cluster_figure(county, county, "people", "2026-03"), 4);
	assert_int_equal(cluster_figure(county, county, "visits", "2026-03"), 2);

	// Computed from nothing it is the same.
	struct cluster_pen again;
	char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
	cluster_state(one, before);
	cluster_write(one, &again);
	assert_ok(view_rebuild(&again.pen.view, &(struct id){ .bytes = { 0 } }));
	cluster_written(&again);
	cluster_state(one, after);
	assert_string_equal(before, after);
	cluster_free(play);
}

// In one transaction: what the edit takes back was never counted, for the metric is new.
static void an_edit_that_comes_with_the_pack_counts_by_it(void **state)
{
	(void)state;
	static const char prices[] =
		"  - {number: 9, name: prices, title: {zh: 费用种数, en: Prices}, kind: visit, aggregate: distinct, field: cost, form: flow, from: day}\n";
	struct scratch scratch;
	struct buf text = BUF_EMPTY;
	char path[512];
	struct cluster *play = cluster_new_with("../data/version1.yaml");
	struct actor *county = cluster_found(play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "支部");
	assert_ok(cluster_sync(branch));
	struct actor *tablet = cluster_device(branch, "平板");
	assert_ok(cluster_sync(tablet));
	struct id visit = cluster_put(branch, "visit", NULL, "place=柳沟", "day=2026-03-05", "cost=30", NULL);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(tablet));

	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	assert_ok(file_read("../data/version2.yaml", 1 << 20, &text));
	buf_string(&text, prices);
	assert_ok(file_write(path, 0600, buf_span(&text)));
	publish(county, path, 2);
	assert_ok(cluster_sync(township));
	cluster_put(tablet, "visit", &visit, "cost=40", NULL);
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(branch));
	assert_string_equal(cluster_get(branch, branch, "visit", &visit, "cost"), "40.00");
	assert_int_equal(cluster_figure(branch, branch, "prices", "2026-03"), 1);
	buf_free(&text);
	scratch_remove(&scratch);
	cluster_free(play);
}

static void what_would_make_records_unreadable_is_not_published(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "县");
	struct buf pack = BUF_EMPTY;
	struct arena arena;
	struct cluster_pen writing;
	const char *why = "";
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(pack_yaml_compile("../data/forbidden.yaml", &pack, &arena, &why));
	cluster_write(county, &writing);
	assert_err(CONFLICT, join_publish_pack(&writing.pen, buf_span(&pack), "small", 9)); // kinds are missing
	cluster_written(&writing);
	assert_string_equal(cluster_pack(county)->name, "party-branch");
	arena_free(&arena);
	buf_free(&pack);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_before_counts_by_the_new_pack),
		cmocka_unit_test(what_a_lagging_device_writes_is_accepted_everywhere),
		cmocka_unit_test(an_edit_that_comes_with_the_pack_counts_by_it),
		cmocka_unit_test(what_would_make_records_unreadable_is_not_published),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
