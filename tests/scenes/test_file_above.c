// Originals that a county asks for: they come up from the branch, through the township, where the record names them for the county; and
// nothing else does.
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "support/cluster.h"
#include "support/scratch.h"
#include "support/support.h"
#include "sync/file_want.h"
#include "sync/node_inside.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"

enum { PIECES = 5, BYTES = PIECES * LIMIT_PIECE_BYTES - 100 };

static uint8_t photo[BYTES];

static struct hash draw_photo(void)
{
	struct merkle_peaks peaks = { .size = 0 };
	uint32_t noise = 7;
	for (size_t i = 0; i < BYTES; i++) {
		noise = noise * 1664525 + 1013904223;
		photo[i] = (uint8_t)(noise >> 24);
	}
	memcpy(photo + 70000, "a canary in the photo", 21);
	for (uint32_t i = 0; i < PIECES; i++) {
		struct hash leaf = piece_leaf(span_of(photo + (size_t)i * LIMIT_PIECE_BYTES, piece_bytes(BYTES, i)));
		merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	}
	return merkle_root(HASH_BLAKE2B_256, &peaks);
}

// Pieces [from, to) of the photo, as one that begins at `offset` of it would have them.
static void attach(struct actor *branch, const struct hash *name, uint32_t from, uint32_t to, bool sealed, size_t offset)
{
	struct cluster_pen pen;
	cluster_write(branch, &pen);
	for (uint32_t i = from; i < to; i++) {
		struct buf payload = BUF_EMPTY;
		struct piece piece = { .file = *name, .size = BYTES, .index = i,
		                       .data = span_of(photo + (size_t)i * LIMIT_PIECE_BYTES - (i > 0 ? offset : 0), piece_bytes(BYTES, i)) };
		piece_encode(&piece, &payload);
		assert_ok(pen_piece(&pen.pen, sealed, buf_span(&payload)));
		buf_free(&payload);
	}
	cluster_written(&pen);
}

static struct piece_file look(struct actor *actor, struct actor *owner, const struct hash *name)
{
	struct piece_file file;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	piece_look(&txn, &owner->self.unit, name, &file);
	txn_abort(&txn);
	return file;
}

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
	struct hash name = draw_photo();
	attach(branch, &name, 0, PIECES, false, 0);
	name_in_an_affair(branch, "files", &name);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	assert_int_equal(look(county, branch, &name).here, 0);
	assert_false(cluster_store_contains(county, "a canary in the photo"));

	want(county, branch, &name, true);
	assert_ok(cluster_sync(township)); // leaves, and behind them what is asked for
	assert_true(look(county, branch, &name).whole);
	assert_true(township->bytes_up < BYTES + 8192);
	assert_ok(cluster_sync(township));
	assert_true(township->bytes_up < 1024); // never twice
	assert_int_equal(cluster_count(county, STORE_FORK), 0);
	assert_int_equal(cluster_count(county, STORE_QUARANTINE), 0);
	cluster_rebuild(county);
	assert_true(look(county, branch, &name).whole);
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
	struct hash name = draw_photo();
	attach(branch, &name, 0, PIECES, false, 0);
	name_in_an_affair(branch, "files", &name);
	assert_ok(cluster_sync(branch));
	want(county, branch, &name, true);
	assert_ok(cluster_sync(office)); // hears it
	assert_int_equal(look(office, branch, &name).here, 0);
	assert_ok(cluster_sync(branch)); // is asked
	assert_true(look(office, branch, &name).whole);
	assert_ok(cluster_sync(office));
	assert_true(look(county, branch, &name).whole);

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
	struct hash name = draw_photo();
	attach(branch, &name, 0, PIECES, false, 0);
	name_in_an_affair(branch, "before_files", &name); // a field of the lane detail
	assert_ok(cluster_sync(branch));
	want(county, branch, &name, true); // as if it had the name from elsewhere
	assert_ok(cluster_sync(township));
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(township));
	assert_true(look(township, branch, &name).whole);
	assert_int_equal(look(county, branch, &name).here, 0);
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
