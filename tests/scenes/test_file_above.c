// Originals that a county asks for: they come up from the branch, through the township, where the record names them for the county; and
// nothing else does.
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "support/cluster.h"
#include "support/large_file.h"
#include "support/scratch.h"
#include "support/support.h"
#include "sync/file_want.h"
#include "sync/node_inside.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"

static void want(struct actor *actor, struct actor *owner, const struct hash *name, bool wanted)
{
	struct txn txn;
	const struct file_want row = { .unit = owner->self.unit, .file = *name, .asker = actor->self.identity.sign_public, .since_ms = actor->cluster->now_ms };
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(wanted ? file_want_put(&txn, &row) : file_want_drop(&txn, &row.unit, name));
	assert_ok(txn_commit(&txn));
}

// The pack with its affairs' files for the county, too.
static struct cluster *cluster_with_files_up(void)
{
	static const char before[] = "name: files, ", after[] = "name: files, lane: up, ";
	struct scratch scratch;
	struct buf pack = BUF_EMPTY, changed = BUF_EMPTY;
	char path[300];
	assert_ok(file_read("../../packs/party-branch.yaml", 1 << 20, &pack));
	buf_u8(&pack, '\0');
	const char *text = (const char *)pack.data, *at = strstr(text, before);
	assert_non_null(at);
	buf_bytes(&changed, text, (size_t)(at - text));
	buf_string(&changed, after);
	buf_string(&changed, at + strlen(before));
	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	assert_ok(file_write(path, 0600, buf_span(&changed)));
	struct cluster *play = cluster_new_with(path);
	scratch_remove(&scratch);
	buf_free(&pack);
	buf_free(&changed);
	return play;
}

static void name_in_an_affair(struct actor *branch, const char *field, const struct hash *name)
{
	char text[HASH_TEXT_BYTES + 64], hex[HASH_TEXT_BYTES];
	hash_format(name, hex);
	snprintf(text, sizeof text, "%s[photo.jpg]=%s", field, hex);
	cluster_put(branch, "affair", NULL, "topic=repairs", "date=2026-03-05", "sort=project", text, NULL);
}

static void a_county_asks_for_what_a_branch_names_for_it(void **state)
{
	(void)state;
	struct cluster *play = cluster_with_files_up();
	struct actor *county = cluster_found(play, "county"), *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	name_in_an_affair(branch, "files", &name);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	assert_int_equal(large_file_look(county, branch, &name).here, 0);
	assert_false(cluster_store_contains(county, "a canary in the photo"));

	want(county, branch, &name, true);
	assert_ok(cluster_sync(township)); // leaves, and behind them what is asked for
	assert_true(large_file_look(county, branch, &name).whole);
	assert_true(township->bytes_up < LARGE_FILE_BYTES + 8192);
	assert_ok(cluster_sync(township));
	assert_true(township->bytes_up < 1024); // never twice
	assert_int_equal(cluster_count(county, STORE_FORK), 0);
	assert_int_equal(cluster_count(county, STORE_QUARANTINE), 0);
	cluster_rebuild(county);
	assert_true(large_file_look(county, branch, &name).whole);
	cluster_free(play);
}

static void what_the_township_has_not_it_asks_for_in_turn(void **state)
{
	(void)state;
	struct cluster *play = cluster_with_files_up();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	assert_ok(cluster_sync(office));
	struct actor *branch = cluster_branch(office, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	name_in_an_affair(branch, "files", &name);
	assert_ok(cluster_sync(branch));
	want(county, branch, &name, true);
	assert_ok(cluster_sync(office)); // hears it
	assert_int_equal(large_file_look(office, branch, &name).here, 0);
	assert_ok(cluster_sync(branch)); // is asked
	assert_true(large_file_look(office, branch, &name).whole);
	assert_ok(cluster_sync(office));
	assert_true(large_file_look(county, branch, &name).whole);

	want(county, branch, &name, false);
	assert_ok(cluster_sync(office));
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up < 1024);
	cluster_free(play);
}

static void what_is_not_for_the_county_it_is_not_given(void **state)
{
	(void)state;
	struct cluster *play = cluster_with_files_up();
	struct actor *county = cluster_found(play, "county"), *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	name_in_an_affair(branch, "before_files", &name); // a field of the lane detail
	assert_ok(cluster_sync(branch));
	want(county, branch, &name, true); // as if it had the name from elsewhere
	assert_ok(cluster_sync(township));
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	assert_true(large_file_look(township, branch, &name).whole);
	assert_int_equal(large_file_look(county, branch, &name).here, 0);
	assert_false(cluster_store_contains(county, "a canary in the photo"));
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_county_asks_for_what_a_branch_names_for_it),
		cmocka_unit_test(what_the_township_has_not_it_asks_for_in_turn),
		cmocka_unit_test(what_is_not_for_the_county_it_is_not_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
