// Small pictures of files: above before the file is, also where that never goes; sealed where it is; made again from the logs; and
// never anything else than a small picture.
#include "support/photo.h"
#include "support/stick.h"
#include "support/support.h"
#include "sync/file_budget.h"
#include "sync/pen_inside.h"
#include "sync/picture.h"
#include "sync/piece.h"

enum { PIECES = 3, BYTES = PIECES * LIMIT_PIECE_BYTES };

static const struct hash photo = { { 1 } }, other = { { 2 } };

static void write_picture(struct cluster_pen *pen, const struct hash *file, struct span jpeg, bool sealed)
{
	struct buf payload = BUF_EMPTY;
	const struct picture picture = { .file = *file, .jpeg = jpeg };
	picture_encode(&picture, &payload);
	assert_ok(pen_picture(&pen->pen, sealed, buf_span(&payload)));
	buf_free(&payload);
}

// A picture, and behind it the file, as `file add` writes them.
static void attach(struct actor *branch, const struct hash *file, bool sealed)
{
	static uint8_t bytes[LIMIT_PIECE_BYTES];
	struct cluster_pen pen;
	struct buf jpeg = BUF_EMPTY;
	photo_jpeg(&(struct photo){ .width = 120, .height = 80 }, &jpeg);
	uint32_t noise = file->bytes[0];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24);
	cluster_write(branch, &pen);
	write_picture(&pen, file, buf_span(&jpeg), sealed);
	for (uint32_t i = 0; i < PIECES; i++) {
		struct buf payload = BUF_EMPTY;
		const struct piece piece = { .file = *file, .size = BYTES, .index = i, .data = span_of(bytes, sizeof bytes) };
		piece_encode(&piece, &payload);
		assert_ok(pen_piece(&pen.pen, sealed, buf_span(&payload)));
		buf_free(&payload);
	}
	cluster_written(&pen);
	buf_free(&jpeg);
}

static bool shows(struct actor *actor, struct actor *owner, const struct hash *file)
{
	struct journal_log log;
	struct entry entry;
	struct txn txn;
	uint64_t seq;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	bool found = picture_find(&txn, &owner->self.unit, file, &log, &seq) == ERR_OK;
	if (found) {
		assert_ok(journal_entry(&txn, &log, seq, &entry));
		assert_false(entry.erased);
	}
	txn_abort(&txn);
	return found;
}

static uint32_t pieces(struct actor *actor, struct actor *owner, const struct hash *file)
{
	struct piece_file found;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	piece_look(&txn, &owner->self.unit, file, &found);
	txn_abort(&txn);
	return found.here;
}

static void pause_files(struct actor *actor, bool paused)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	file_budget_pause(&txn, paused);
	assert_ok(txn_commit(&txn));
}

static void the_picture_is_above_where_the_photo_never_goes(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	assert_ok(cluster_sync(branch));
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	attach(branch, &photo, false);
	attach(branch, &other, false);
	pause_files(branch, true); // what is small goes all the same
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up < LIMIT_PIECE_BYTES);
	assert_true(shows(office, branch, &photo) && shows(office, branch, &other));
	assert_int_equal(pieces(office, branch, &photo), 0);
	assert_ok(cluster_sync(tablet));
	assert_true(shows(tablet, branch, &photo) && shows(tablet, branch, &other));
	assert_ok(cluster_sync(office));
	assert_false(shows(county, branch, &photo)); // no further up
	cluster_free(play);
}

static void on_a_link_without_files_the_picture_goes_before_the_photo(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	attach(branch, &photo, false);
	pause_files(branch, true);
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	assert_ok(cluster_sync(branch));
	assert_true(shows(township, branch, &photo));
	assert_int_equal(pieces(township, branch, &photo), 0);
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 1);
	assert_ok(cluster_sync(branch));
	assert_int_equal(branch->round_trips, 1); // and then there is nothing to say
	pause_files(branch, false);
	assert_ok(cluster_sync(branch));
	assert_int_equal(pieces(township, branch, &photo), PIECES);
	cluster_free(play);
}

static void a_sealed_picture_is_for_the_units_own_devices(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	attach(branch, &photo, true);
	assert_ok(cluster_sync(branch));
	assert_true(shows(branch, branch, &photo));
	assert_false(shows(township, branch, &photo));
	assert_false(cluster_store_contains(township, "JFIF"));
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(branch)); // seals the key for it
	assert_ok(cluster_sync(tablet));
	assert_true(shows(tablet, branch, &photo));
	cluster_free(play);
}

static void pictures_are_made_again_from_the_logs_and_go_with_a_stick(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct stick *stick = stick_new();
	assert_ok(cluster_sync(branch));
	attach(branch, &photo, false);
	attach(branch, &other, true);
	assert_ok(stick_up(stick, branch, 0));
	assert_ok(stick_in(stick, township));
	assert_true(shows(township, branch, &photo));
	assert_int_equal(cluster_count(township, STORE_PICTURE), 1);
	cluster_rebuild(township);
	cluster_rebuild(branch);
	assert_true(shows(township, branch, &photo));
	assert_true(shows(branch, branch, &photo) && shows(branch, branch, &other));
	assert_int_equal(cluster_count(branch, STORE_PICTURE), 2);
	stick_free(stick);
	cluster_free(play);
}

static void what_is_no_small_picture_is_not_written(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct cluster_pen pen;
	struct buf jpeg = BUF_EMPTY, payload = BUF_EMPTY;
	assert_ok(cluster_sync(branch));
	photo_jpeg(&(struct photo){ .width = 120, .height = 80, .orientation = 1 }, &jpeg); // with the place where it was taken
	const struct picture picture = { .file = photo, .jpeg = buf_span(&jpeg) };
	picture_encode(&picture, &payload);
	cluster_write(branch, &pen);
	assert_err(MALFORMED, pen_picture(&pen.pen, false, buf_span(&payload)));
	cluster_written(&pen);
	assert_int_equal(cluster_count(branch, STORE_PICTURE), 0);
	buf_free(&payload);
	buf_free(&jpeg);
	cluster_free(play);
}

static void a_swept_file_has_no_picture_either(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct txn txn;
	assert_ok(cluster_sync(branch));
	attach(branch, &photo, false);
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	assert_err(AGAIN, picture_sweep(&txn, &branch->self.unit, &photo)); // nobody else has it
	txn_abort(&txn);
	assert_ok(cluster_sync(branch));
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	assert_ok(picture_sweep(&txn, &branch->self.unit, &photo));
	assert_ok(txn_commit(&txn));
	assert_false(shows(branch, branch, &photo));
	assert_false(cluster_store_contains(branch, "JFIF"));
	cluster_rebuild(branch);
	assert_false(shows(branch, branch, &photo));
	assert_true(shows(township, branch, &photo)); // the archive keeps it
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_is_above_where_the_photo_never_goes),
		cmocka_unit_test(on_a_link_without_files_the_picture_goes_before_the_photo),
		cmocka_unit_test(a_sealed_picture_is_for_the_units_own_devices),
		cmocka_unit_test(pictures_are_made_again_from_the_logs_and_go_with_a_stick),
		cmocka_unit_test(what_is_no_small_picture_is_not_written),
		cmocka_unit_test(a_swept_file_has_no_picture_either),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
