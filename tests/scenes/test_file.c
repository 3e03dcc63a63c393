// Files of records: sealed where they must be, behind everything small, in any order, from two devices, and never a wrong one.
#include "support/large_file.h"
#include "support/stick.h"
#include "support/support.h"
#include "sync/file_budget.h"
#include "sync/file_want.h"
#include "sync/node_inside.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"

static void a_photo_goes_up_and_to_the_other_device(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_true(large_file_look(branch, branch, &name).whole);
	assert_int_equal(large_file_look(branch, branch, &name).received, 0);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(branch, branch, &name).received, LARGE_FILE_PIECES);
	assert_true(large_file_look(township, branch, &name).whole);

	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_true(large_file_look(tablet, branch, &name).whole);
	assert_ok(cluster_sync(township)); // no further up
	assert_false(cluster_store_contains(county, "a canary in the photo"));
	cluster_free(play);
}

static void a_private_photo_is_ciphertext_at_the_server(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, true, 0);
	assert_true(large_file_look(branch, branch, &name).whole);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(branch, branch, &name).received, LARGE_FILE_PIECES);
	assert_false(cluster_store_contains(township, "a canary in the photo"));
	assert_int_equal(large_file_look(township, branch, &name).here, 0);

	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(branch)); // seals the key for it
	assert_ok(cluster_sync(tablet));
	assert_true(large_file_look(tablet, branch, &name).whole);
	assert_true(large_file_look(tablet, branch, &name).sealed);
	cluster_free(play);
}

static void a_wrong_piece_never_makes_a_whole_file(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, 2, false, 0);
	assert_false(large_file_look(branch, branch, &name).whole); // not all of it
	large_file_attach(branch, &name, 2, LARGE_FILE_PIECES, false, 1);      // and the rest is another's
	struct piece_file file = large_file_look(branch, branch, &name);
	assert_int_equal(file.here, LARGE_FILE_PIECES);
	assert_false(file.whole);
	cluster_free(play);
}

static void a_paused_link_takes_entries_and_no_files(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct stick *stick = stick_new();
	struct txn txn;
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	file_budget_pause(&txn, true);
	assert_ok(txn_commit(&txn));
	assert_ok(cluster_sync(branch));
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 1);
	assert_int_equal(large_file_look(township, branch, &name).here, 0);

	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn)); // two pieces a day and no more
	file_budget_pause(&txn, false);
	file_budget_set(&txn, 2 * LIMIT_PIECE_BYTES);
	assert_ok(txn_commit(&txn));
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 2);
	play->now_ms += 24ull * 3600 * 1000;
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 4);

	assert_ok(stick_up(stick, branch, 0)); // a stick takes the rest
	assert_ok(stick_in(stick, township));
	assert_true(large_file_look(township, branch, &name).whole);
	stick_free(stick);
	cluster_free(play);
}

static void a_cut_costs_the_pieces_under_way(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	size_t sent = 0;
	for (unsigned turn = 0; turn < 40 && !large_file_look(township, branch, &name).whole; turn++) {
		play->delivered = 0;
		play->deliver_at_most = 4;
		cluster_sync(branch);
		play->deliver_at_most = 0;
		sent += branch->bytes_up;
	}
	assert_true(large_file_look(township, branch, &name).whole);
	assert_true(sent < 3 * (size_t)LARGE_FILE_BYTES); // two under way at most, each time
	cluster_free(play);
}

static void what_does_not_fit_is_refused_and_entries_go_on(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct txn txn;
	assert_ok(cluster_sync(branch));
	assert_ok(txn_begin(township->store, STORE_WRITE, &txn));
	file_budget_quota_set(&txn, 2 * LIMIT_PIECE_BYTES + 1000);
	assert_ok(txn_commit(&txn));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 1); // pieces of one frame fit together or not
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 1);
	assert_int_equal(cluster_count(branch, STORE_NOTICE), 1);

	assert_ok(txn_begin(township->store, STORE_WRITE, &txn));
	file_budget_quota_set(&txn, 0);
	assert_ok(txn_commit(&txn));
	assert_ok(cluster_sync(branch));
	assert_true(large_file_look(township, branch, &name).whole);
	cluster_free(play);
}

static void what_is_swept_goes_after_its_receipt_and_the_log_still_verifies(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct journal_log log;
	struct txn txn;
	uint32_t swept;
	uint64_t bad;
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	assert_err(AGAIN, piece_sweep(&txn, &branch->self.unit, &name, &swept));
	txn_abort(&txn);
	assert_ok(cluster_sync(branch));
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	assert_ok(piece_sweep(&txn, &branch->self.unit, &name, &swept));
	assert_ok(txn_commit(&txn));
	assert_int_equal(swept, LARGE_FILE_PIECES);
	assert_false(cluster_store_contains(branch, "a canary in the photo"));
	assert_int_equal(large_file_look(branch, branch, &name).here, 0);
	cluster_log(branch, branch, LANE_FILE, &log);
	assert_ok(txn_begin(branch->store, STORE_READ, &txn));
	assert_ok(journal_verify(&txn, &log, &bad));
	txn_abort(&txn);
	assert_true(large_file_look(township, branch, &name).whole); // the archive has it
	cluster_free(play);
}

static void on_the_way_down_too_what_is_small_goes_first(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(cluster_sync(branch));
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	assert_ok(cluster_sync(branch)); // behind the photo
	pace_init(&tablet->node->client.pace); // it knows nothing of its road
	play->delivered = 0;
	play->deliver_at_most = 2; // its Hello, and the first answer
	cluster_sync(tablet);
	play->deliver_at_most = 0;
	assert_int_equal(cluster_figure(tablet, branch, "meetings_held", "2026-03"), 1);
	assert_true(large_file_look(tablet, branch, &name).here <= LIMIT_FILE_WINDOW);
	assert_ok(cluster_sync(tablet));
	assert_true(large_file_look(tablet, branch, &name).whole);
	assert_ok(cluster_sync(tablet));
	assert_int_equal(tablet->round_trips, 1); // nothing twice
	cluster_free(play);
}

static void a_full_disk_takes_entries_and_no_files(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL);
	node_room(township->node, 2 * LIMIT_PIECE_BYTES + 1000);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(township, branch, &name).here, 1);
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 1);
	assert_int_equal(cluster_count(branch, STORE_NOTICE), 1);
	assert_int_equal(cluster_count(township, STORE_NOTICE), 1); // who runs it is told

	node_room(township->node, UINT64_MAX); // there is room again
	assert_ok(cluster_sync(branch));
	assert_true(large_file_look(township, branch, &name).whole);
	cluster_free(play);
}

// The first message of the branch's session, which carries the piece.
static struct buf first_message(struct actor *branch)
{
	struct cluster *play = branch->cluster;
	struct buf bytes = BUF_EMPTY;
	cluster_connect(branch, false);
	assert_int_equal(play->tail - play->head, 1);
	struct cluster_message *message = &play->queue[play->head++ % CLUSTER_QUEUE];
	buf_bytes(&bytes, message->bytes.data, message->bytes.size);
	buf_free(&message->bytes);
	cluster_disconnect(branch);
	assert_ok(bytes.err);
	return bytes;
}

// A branch that has one piece of a file to send, which is all of it; gives the message that carries it.
static struct buf sends_one_piece(struct actor *branch, struct span data, struct piece *piece)
{
	struct cluster_pen pen;
	struct buf payload = BUF_EMPTY;
	struct merkle_peaks peaks = { .size = 0 };
	struct hash leaf = piece_leaf(data);
	merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	*piece = (struct piece){ .file = merkle_root(HASH_BLAKE2B_256, &peaks), .size = data.size, .data = data };
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(branch));
	cluster_write(branch, &pen);
	piece_encode(piece, &payload);
	assert_ok(pen_piece(&pen.pen, false, buf_span(&payload)));
	cluster_written(&pen);
	buf_free(&payload);
	return first_message(branch);
}

// After all those cuts: nothing of it stands anywhere, and the whole message still does what it is for.
static void then_it_comes_whole(struct actor *township, struct actor *branch, const struct piece *piece, const struct buf *message)
{
	assert_true(large_file_look(township, branch, &piece->file).here == 0 || large_file_look(township, branch, &piece->file).whole);
	assert_int_equal(cluster_count(township, STORE_FORK), 0);
	assert_int_equal(cluster_count(township, STORE_QUARANTINE), 0);
	assert_ok(cluster_inject(township, branch, NODE_DOOR_SYNC, 4711, buf_span(message)));
	assert_true(large_file_look(township, branch, &piece->file).whole);
	assert_ok(cluster_sync(branch)); // its own link hears of it
	assert_int_equal(large_file_look(branch, branch, &piece->file).received, 1);
}

static void a_transfer_cut_at_every_byte_leaves_nothing_wrong(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct piece piece;
	struct buf message = sends_one_piece(branch, span_string("签到表: 张三 李四 王五"), &piece);
	size_t size = 0;
	for (; size < message.size && large_file_look(township, branch, &piece.file).here == 0; size++)
		assert_ok(cluster_inject(township, branch, NODE_DOOR_SYNC, 4711, span_of(message.data, size)));
	assert_true(size + 24 > message.size); // behind the frame only the mark, the clock, the room and the dictionary are left
	then_it_comes_whole(township, branch, &piece, &message);
	buf_free(&message);
	cluster_free(play);
}

// A piece that is full: at every byte of what stands before and behind its bytes, and at every few of them.
static void a_full_piece_cut_on_its_way_fills_nothing(void **state)
{
	(void)state;
	enum { EVERY = 400, FEW = 251 };
	static uint8_t whole[LIMIT_PIECE_BYTES];
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct piece piece;
	uint32_t dice = 5;
	for (size_t i = 0; i < sizeof whole; i++) {
		dice = dice * 1664525u + 1013904223u;
		whole[i] = (uint8_t)(dice >> 24);
	}
	struct buf message = sends_one_piece(branch, span_of(whole, sizeof whole), &piece);
	assert_true(message.size > sizeof whole);
	for (size_t size = 0; size + 24 < message.size; size += size < EVERY || size + EVERY > message.size ? 1 : FEW) {
		assert_ok(cluster_inject(township, branch, NODE_DOOR_SYNC, 4711, span_of(message.data, size)));
		assert_int_equal(large_file_look(township, branch, &piece.file).here, 0);
	}
	then_it_comes_whole(township, branch, &piece, &message);
	buf_free(&message);
	cluster_free(play);
}

// ---- Originals on request ----

static void want(struct actor *actor, struct actor *owner, const struct hash *name, bool wanted)
{
	struct txn txn;
	const struct file_want row = { .unit = owner->self.unit, .file = *name, .asker = actor->self.identity.sign_public, .since_ms = actor->cluster->now_ms };
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(wanted ? file_want_put(&txn, &row) : file_want_drop(&txn, &row.unit, name));
	assert_ok(txn_commit(&txn));
}

// A general branch keeps no originals by the pack; what it reads of its branches is all the same theirs to send.
static void originals_go_up_where_they_are_asked_for_and_once(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	struct txn txn;
	uint32_t swept;
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up < 4096); // leaves
	assert_false(cluster_store_contains(office, "a canary in the photo"));
	assert_int_equal(large_file_look(office, branch, &name).here, 0);
	assert_int_equal(large_file_look(branch, branch, &name).received, 0); // though its log has a receipt
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	assert_err(AGAIN, piece_sweep(&txn, &branch->self.unit, &name, &swept)); // nobody else has it
	txn_abort(&txn);

	want(office, branch, &name, true);
	want(office, branch, &name, false); // and not, after all
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(office, branch, &name).here, 0);

	want(office, branch, &name, true);
	assert_ok(cluster_sync(branch));
	assert_true(large_file_look(office, branch, &name).whole);
	assert_int_equal(large_file_look(branch, branch, &name).received, LARGE_FILE_PIECES); // by the server's word
	assert_true(branch->bytes_up < LARGE_FILE_BYTES + 8192);
	assert_ok(cluster_sync(branch));
	assert_true(branch->bytes_up < 1024); // never twice
	cluster_free(play);
}

static void what_is_asked_for_goes_on_at_the_piece(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(cluster_sync(branch));
	want(office, branch, &name, true);
	unsigned cuts = 0;
	for (; cuts < 40 && !large_file_look(office, branch, &name).whole; cuts++) {
		size_t lacking = (LARGE_FILE_PIECES - large_file_look(office, branch, &name).here) * (size_t)LIMIT_PIECE_BYTES;
		pace_init(&branch->node->client.pace); // one piece at a time
		play->delivered = 0;
		play->deliver_at_most = 4;
		cluster_sync(branch);
		play->deliver_at_most = 0;
		assert_true(branch->bytes_up < lacking + 8192); // nothing of what had come
	}
	assert_true(large_file_look(office, branch, &name).whole);
	assert_true(cuts > 1);
	assert_ok(cluster_sync(branch));
	assert_int_equal(large_file_look(branch, branch, &name).received, LARGE_FILE_PIECES);
	cluster_free(play);
}

static void a_tablet_asks_for_what_its_server_has_not(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	assert_ok(cluster_sync(branch));
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(tablet));
	assert_int_equal(large_file_look(tablet, branch, &name).here, 0);
	want(tablet, branch, &name, true);
	assert_ok(cluster_sync(tablet)); // says so
	assert_ok(cluster_sync(branch)); // is asked
	assert_ok(cluster_sync(tablet));
	assert_true(large_file_look(tablet, branch, &name).whole);
	assert_true(large_file_look(office, branch, &name).whole);
	cluster_free(play);
}

static void a_neighbour_gives_the_original_that_the_server_has_not(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	assert_ok(cluster_sync(branch));
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_meet(tablet, branch));
	assert_int_equal(large_file_look(tablet, branch, &name).here, 0); // it did not ask
	want(tablet, branch, &name, true);
	assert_ok(cluster_meet(tablet, branch));
	assert_true(large_file_look(tablet, branch, &name).whole);
	assert_false(cluster_store_contains(office, "a canary in the photo"));
	assert_ok(cluster_meet(tablet, branch));
	assert_true(tablet->bytes_up < 4096);
	cluster_free(play);
}

static void a_stick_takes_what_was_asked_for(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county"), *office = cluster_server_kind(county, "general_branch", "office");
	struct actor *branch = cluster_branch(office, "branch");
	struct stick *stick = stick_new();
	struct txn txn;
	assert_ok(cluster_sync(branch));
	struct hash name = large_file_draw();
	large_file_attach(branch, &name, 0, LARGE_FILE_PIECES, false, 0);
	assert_ok(txn_begin(branch->store, STORE_WRITE, &txn));
	file_budget_pause(&txn, true);
	assert_ok(txn_commit(&txn));
	want(office, branch, &name, true);
	assert_ok(cluster_sync(branch)); // hears of it, and its link takes no files
	assert_int_equal(large_file_look(office, branch, &name).here, 0);
	assert_ok(stick_up(stick, branch, 0));
	assert_ok(stick_in(stick, office));
	assert_true(large_file_look(office, branch, &name).whole);
	stick_free(stick);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_photo_goes_up_and_to_the_other_device),
		cmocka_unit_test(a_private_photo_is_ciphertext_at_the_server),
		cmocka_unit_test(a_wrong_piece_never_makes_a_whole_file),
		cmocka_unit_test(a_paused_link_takes_entries_and_no_files),
		cmocka_unit_test(a_cut_costs_the_pieces_under_way),
		cmocka_unit_test(what_does_not_fit_is_refused_and_entries_go_on),
		cmocka_unit_test(on_the_way_down_too_what_is_small_goes_first),
		cmocka_unit_test(a_full_disk_takes_entries_and_no_files),
		cmocka_unit_test(a_transfer_cut_at_every_byte_leaves_nothing_wrong),
		cmocka_unit_test(a_full_piece_cut_on_its_way_fills_nothing),
		cmocka_unit_test(what_is_swept_goes_after_its_receipt_and_the_log_still_verifies),
		cmocka_unit_test(originals_go_up_where_they_are_asked_for_and_once),
		cmocka_unit_test(what_is_asked_for_goes_on_at_the_piece),
		cmocka_unit_test(a_tablet_asks_for_what_its_server_has_not),
		cmocka_unit_test(a_stick_takes_what_was_asked_for),
		cmocka_unit_test(a_neighbour_gives_the_original_that_the_server_has_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
