// Out of one tree and into another: an offer out, a letter, its admission there, the return slip, and the end here.
#include "ledger/record.h"
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "support/custody_stage.h"
#include "support/support.h"
#include "sync/pen_away.h"

struct two_trees {
	struct custody_stage here, there;
	struct arena arena;
	struct buf letter, slip; // files
};

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static const struct proof_reader reader = { .fresh = fresh, .drop = drop };

static struct two_trees two_trees(void)
{
	struct two_trees play = { .here = custody_stage(), .there = custody_stage_abroad(), .letter = BUF_EMPTY, .slip = BUF_EMPTY };
	arena_init(&play.arena, 64 * 1024 * 1024);
	return play;
}

static void end(struct two_trees *play)
{
	buf_free(&play->letter);
	buf_free(&play->slip);
	arena_free(&play->arena);
	custody_stage_free(&play->here);
	custody_stage_free(&play->there);
}

static enum custody_refusal offer_out(struct actor *home, const struct id *member, int32_t days)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	home->cluster->now_ms += 60 * 1000;
	cluster_write(home, &writing);
	assert_ok(pen_away_offer(&writing.pen, member, "南方某公司党委", date_of_ms(home->cluster->now_ms, 0) + days, &refusal));
	cluster_written(&writing);
	return refusal;
}

static enum custody_refusal write_letter(struct two_trees *play, struct actor *home, const struct id *member)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	struct letter letter;
	cluster_write(home, &writing);
	assert_ok(pen_away_letter(&writing.pen, member, &play->arena, &letter, &refusal));
	if (!refusal) {
		letter.name = "李四";
		buf_clear(&play->letter);
		assert_ok(letter_make(&writing.txn, &home->self, &letter, &play->letter));
	}
	cluster_written(&writing);
	return refusal;
}

static enum custody_refusal admit(struct two_trees *play, struct actor *home, struct id *member)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	struct letter letter;
	assert_ok(letter_check(buf_span(&play->letter), &reader, &play->arena, &letter));
	cluster_write(home, &writing);
	assert_ok(pen_away_admit(&writing.pen, &letter, member, &refusal));
	cluster_written(&writing);
	return refusal;
}

static enum custody_refusal write_slip(struct two_trees *play, struct actor *home, const struct id *member)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	struct letter slip;
	cluster_write(home, &writing);
	assert_ok(pen_away_slip(&writing.pen, member, &slip, &refusal));
	buf_clear(&play->slip);
	if (!refusal)
		assert_ok(letter_make(&writing.txn, &home->self, &slip, &play->slip));
	cluster_written(&writing);
	return refusal;
}

static enum custody_refusal enter_slip(struct two_trees *play, struct actor *home, struct id *member)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	struct letter slip;
	assert_ok(letter_check(buf_span(&play->slip), &reader, &play->arena, &slip));
	cluster_write(home, &writing);
	assert_ok(pen_away_returned(&writing.pen, &slip, member, &refusal));
	cluster_written(&writing);
	return refusal;
}

// Offered out, decided and witnessed: the letter can be written.
static struct id on_the_way(struct two_trees *play, struct id *dues)
{
	struct id member = custody_stage_member(play->here.one, "李四");
	*dues = custody_stage_dues(play->here.one, &member, 500);
	custody_stage_sync(&play->here);
	assert_int_equal(write_letter(play, play->here.one, &member), CUSTODY_NO_LETTER);
	assert_int_equal(offer_out(play->here.one, &member, 90), CUSTODY_DONE);
	assert_int_equal(write_letter(play, play->here.one, &member), CUSTODY_NO_LETTER); // the registrar has not decided
	custody_stage_sync(&play->here);
	assert_int_equal(write_letter(play, play->here.one, &member), CUSTODY_DONE);
	return member;
}

static struct id only_member(struct actor *unit)
{
	struct txn txn;
	struct id member = { { 0 } };
	size_t count = 0;
	assert_ok(txn_begin(unit->store, STORE_READ, &txn));
	struct scan scan = custody_chain_homes(&txn, &unit->self.unit);
	while (scan_next(&scan)) {
		member = custody_chain_home_member(&scan);
		count++;
	}
	scan_end(&scan);
	txn_abort(&txn);
	assert_int_equal(count, 1);
	return member;
}

static void from_one_tree_into_the_other_and_the_slip_back(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, member = on_the_way(&play, &dues), there, back;
	(void)state;
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_OUTBOUND);
	assert_int_equal(custody_stage_offer(play.here.one, &member, play.here.two), CUSTODY_OFFERED);
	assert_int_equal(custody_stage_withdraw(play.here.one, &member), CUSTODY_LETTER_OUT);
	assert_int_equal(cluster_figure(play.here.county, play.here.county, "members", "2026-03"), 1); // serves and counts on

	assert_int_equal(admit(&play, play.there.three, &there), CUSTODY_DONE);
	assert_int_equal(write_slip(&play, play.there.three, &there), CUSTODY_UNRECORDED);
	custody_stage_sync(&play.there);
	assert_int_equal(custody_stage_view(play.there.three, &there).hold, CUSTODY_HELD);
	assert_true(id_equal(&there, &(struct id){ 0 }) == false);
	assert_string_equal(cluster_get(play.there.three, play.there.three, "member", &there, "name"), "李四");
	assert_string_equal(cluster_get(play.there.three, play.there.three, "member", &there, "points"), "42");
	assert_string_equal(cluster_get(play.there.three, play.there.three, "member", &there, "stage"), "activist");
	assert_string_equal(cluster_get(play.there.three, play.there.three, "member", &there, "note"), "");
	assert_int_equal(cluster_count(play.there.three, STORE_RECORD), 2); // and what follows, the dues
	assert_int_equal(cluster_figure(play.there.county, play.there.county, "members", "2026-03"), 1);
	assert_true(custody_stage_conserved(play.there.county));

	assert_int_equal(write_slip(&play, play.there.three, &there), CUSTODY_DONE);
	assert_int_equal(cluster_figure(play.here.county, play.here.county, "members", "2026-03"), 1); // until the slip is entered
	assert_int_equal(enter_slip(&play, play.here.one, &back), CUSTODY_DONE);
	assert_true(id_equal(&back, &member));
	custody_stage_sync(&play.here);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_NONE);
	assert_string_equal(cluster_get(play.here.one, play.here.one, "member", &member, "left"), "2026-03-20");
	assert_int_equal(cluster_figure(play.here.county, play.here.county, "members", "2026-03"), 0);
	assert_true(custody_stage_conserved(play.here.county));
	assert_int_equal(enter_slip(&play, play.here.one, &back), CUSTODY_VOID); // once
	end(&play);
}

// Everything is a function of the entries, a letter that is out among it.
static void a_rebuild_changes_nothing(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, member = on_the_way(&play, &dues), there;
	(void)state;
	assert_int_equal(admit(&play, play.there.three, &there), CUSTODY_DONE);
	cluster_rebuild(play.there.three);
	custody_stage_sync(&play.there);
	cluster_rebuild(play.there.three);
	cluster_rebuild(play.here.one);
	cluster_rebuild(play.here.east);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_OUTBOUND);
	assert_true(id_equal(&there, &there));
	assert_string_equal(cluster_get(play.there.three, play.there.three, "member", &there, "name"), "李四");
	custody_stage_sync(&play.there);
	struct id alone = only_member(play.there.three);
	assert_true(id_equal(&alone, &there));
	end(&play);
}

// Two branches of the other tree take in one letter before either has heard of the other: the top enters one.
static void a_letter_used_twice_names_one_member(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, first, second;
	(void)state;
	on_the_way(&play, &dues);
	assert_int_equal(admit(&play, play.there.one, &first), CUSTODY_DONE);
	assert_int_equal(admit(&play, play.there.one, &second), CUSTODY_REPLAYED);
	assert_int_equal(admit(&play, play.there.three, &second), CUSTODY_DONE);
	assert_true(id_equal(&first, &second));
	custody_stage_sync(&play.there);
	bool at_one = custody_stage_view(play.there.one, &first).hold == CUSTODY_HELD;
	bool at_three = custody_stage_view(play.there.three, &first).hold == CUSTODY_HELD;
	assert_int_equal(at_one + at_three, 1);
	struct actor *loser = at_one ? play.there.three : play.there.one;
	assert_int_equal(admit(&play, loser, &second), CUSTODY_REPLAYED);
	assert_int_equal(write_slip(&play, loser, &first) != CUSTODY_DONE, 1);
	assert_int_equal(cluster_figure(play.there.county, play.there.county, "members", "2026-03"), 1);
	end(&play);
}

static void of_this_very_tree_or_expired_it_is_refused(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, there;
	(void)state;
	on_the_way(&play, &dues);
	assert_int_equal(admit(&play, play.here.two, &there), CUSTODY_SAME_TREE);
	play.there.play->now_ms += UINT64_C(91) * 24 * 3600 * 1000;
	assert_int_equal(admit(&play, play.there.three, &there), CUSTODY_EXPIRED);
	assert_int_equal(cluster_count(play.there.three, STORE_RECORD), 0);
	end(&play);
}

// Nobody took the member in: when nobody can any more, the letter is called back, and the member is offered again.
static void a_letter_that_expired_is_called_back(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, member = on_the_way(&play, &dues);
	(void)state;
	play.here.play->now_ms += UINT64_C(91) * 24 * 3600 * 1000;
	assert_int_equal(custody_stage_withdraw(play.here.one, &member), CUSTODY_DONE);
	custody_stage_sync(&play.here);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_HELD);
	assert_int_equal(write_letter(&play, play.here.one, &member), CUSTODY_NO_LETTER);
	assert_int_equal(custody_stage_offer(play.here.one, &member, play.here.two), CUSTODY_DONE);
	end(&play);
}

// The store of the branch is put back: it is confirmed again, and the letter is still out.
static void a_restored_branch_still_has_its_letter_out(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, member = on_the_way(&play, &dues), there, back;
	(void)state;
	struct store *backup = cluster_backup(play.here.one);
	custody_stage_sync(&play.here);
	cluster_restore(play.here.one, backup);
	cluster_new_life(play.here.one);
	custody_stage_sync(&play.here);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_OUTBOUND);
	assert_int_equal(admit(&play, play.there.three, &there), CUSTODY_DONE);
	custody_stage_sync(&play.there);
	assert_int_equal(write_slip(&play, play.there.three, &there), CUSTODY_DONE);
	assert_int_equal(enter_slip(&play, play.here.one, &back), CUSTODY_DONE); // it answers the letter as it was written
	custody_stage_sync(&play.here);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_NONE);
	end(&play);
}

// ---- What is not what it says ----

static enum err check(struct two_trees *play, struct buf *file)
{
	struct letter letter;
	return letter_check(buf_span(file), &reader, &play->arena, &letter);
}

static void resum(struct buf *file)
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(file->data, file->size - LIMIT_HASH_BYTES));
	memcpy(file->data + file->size - LIMIT_HASH_BYTES, digest.bytes, LIMIT_HASH_BYTES);
}

// Each bit of a letter, turned by somebody who can compute a checksum.
static void a_letter_altered_anywhere_is_forged(void **state)
{
	struct two_trees play = two_trees();
	struct id dues;
	size_t refused = 0, tried = 0;
	(void)state;
	on_the_way(&play, &dues);
	assert_ok(check(&play, &play.letter));
	play.letter.data[play.letter.size / 2] ^= 1;
	assert_err(CORRUPT, check(&play, &play.letter));
	play.letter.data[play.letter.size / 2] ^= 1;
	for (size_t at = 5; at < play.letter.size - LIMIT_HASH_BYTES; at += 37) {
		play.letter.data[at] ^= 0x10;
		resum(&play.letter);
		arena_reset(&play.arena);
		refused += check(&play, &play.letter) != ERR_OK;
		tried++;
		play.letter.data[at] ^= 0x10;
	}
	assert_int_equal(refused, tried);
	end(&play);
}

// A letter for a member who was never offered out, signed by the very device that keeps it.
static void a_letter_on_no_record_is_forged(void **state)
{
	struct two_trees play = two_trees();
	struct id member = custody_stage_member(play.here.one, "李四");
	struct custody_entry last;
	struct txn txn;
	(void)state;
	custody_stage_sync(&play.here);
	assert_ok(txn_begin(play.here.one->store, STORE_READ, &txn));
	assert_ok(custody_chain_last(&txn, &member, &last));
	struct letter letter = { .kind = LETTER_OUT, .root_key = play.here.one->self.root_key, .unit = play.here.one->self.unit,
	                         .member = member, .record = last.digest, .name = "李四", .to = "某公司", .pack = "custody", .until = 30000 };
	assert_ok(letter_make(&txn, &play.here.one->self, &letter, &play.letter));
	assert_err(SIGNATURE, check(&play, &play.letter));
	// Nor by another unit's device, nor below another root.
	buf_clear(&play.letter);
	letter.unit = play.here.two->self.unit;
	assert_ok(letter_make(&txn, &play.here.one->self, &letter, &play.letter));
	assert_err(SIGNATURE, check(&play, &play.letter));
	buf_clear(&play.letter);
	letter.unit = play.here.one->self.unit;
	letter.root_key = play.there.one->self.root_key;
	assert_ok(letter_make(&txn, &play.here.one->self, &letter, &play.letter));
	assert_err(SIGNATURE, check(&play, &play.letter));
	txn_abort(&txn);
	end(&play);
}

static void a_slip_for_another_letter_is_refused(void **state)
{
	struct two_trees play = two_trees();
	struct id dues, there, back, member = on_the_way(&play, &dues);
	(void)state;
	assert_int_equal(admit(&play, play.there.three, &there), CUSTODY_DONE);
	custody_stage_sync(&play.there);
	assert_int_equal(write_slip(&play, play.there.three, &there), CUSTODY_DONE);
	assert_int_equal(enter_slip(&play, play.here.two, &back), CUSTODY_WRONG_SLIP); // not this unit's letter
	struct id other;
	assert_int_equal(admit(&play, play.there.two, &other), CUSTODY_REPLAYED);
	assert_int_equal(custody_stage_view(play.here.one, &member).hold, CUSTODY_OUTBOUND);
	end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_one_tree_into_the_other_and_the_slip_back),
		cmocka_unit_test(a_rebuild_changes_nothing),
		cmocka_unit_test(a_letter_used_twice_names_one_member),
		cmocka_unit_test(of_this_very_tree_or_expired_it_is_refused),
		cmocka_unit_test(a_letter_that_expired_is_called_back),
		cmocka_unit_test(a_restored_branch_still_has_its_letter_out),
		cmocka_unit_test(a_letter_altered_anywhere_is_forged),
		cmocka_unit_test(a_letter_on_no_record_is_forged),
		cmocka_unit_test(a_slip_for_another_letter_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
