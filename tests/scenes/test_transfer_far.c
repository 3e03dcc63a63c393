// From one county to another: the nearest server above both branches is two levels above their townships.
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "support/custody_stage.h"
#include "support/conserved.h"
#include "support/support.h"

struct far_stage {
	struct cluster *play;
	struct actor *top, *north, *south, *first, *third; // two counties, a township in each
	struct actor *a, *b, *c;                           // branches: a and b under the first, c under the third
};

static void sync_all(struct far_stage *stage)
{
	struct actor *order[] = { stage->a, stage->b, stage->c, stage->first, stage->third, stage->north, stage->south };
	struct actor *servers[] = { stage->top, stage->north, stage->south, stage->first, stage->third };
	for (unsigned round = 0; round < 7; round++)
		for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
			assert_ok(cluster_sync(order[i]));
			for (size_t s = 0; s < sizeof servers / sizeof servers[0]; s++)
				assert_true(custody_stage_conserved(servers[s]));
		}
}

static struct far_stage two_counties(void)
{
	struct far_stage stage = { .play = cluster_new_with("../data/custody.yaml") };
	stage.play->each_session = conserved_everywhere;
	stage.top = cluster_found(stage.play, "prefecture");
	stage.north = cluster_server_kind(stage.top, "county", "north");
	stage.south = cluster_server_kind(stage.top, "county", "south");
	assert_ok(cluster_sync(stage.north));
	assert_ok(cluster_sync(stage.south));
	stage.first = cluster_server_kind(stage.north, "township", "first");
	stage.third = cluster_server_kind(stage.south, "township", "third");
	assert_ok(cluster_sync(stage.first));
	assert_ok(cluster_sync(stage.third));
	stage.a = cluster_branch(stage.first, "a");
	stage.b = cluster_branch(stage.first, "b");
	stage.c = cluster_branch(stage.third, "c");
	sync_all(&stage);
	return stage;
}

static enum custody_refusal seek(struct actor *home, const struct id *member, const char *text)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	home->cluster->now_ms += 60 * 1000;
	cluster_write(home, &writing);
	assert_ok(pen_custody_seek(&writing.pen, member, text, &refusal));
	cluster_written(&writing);
	return refusal;
}

static bool knows(struct actor *actor, struct actor *unit)
{
	struct charter_unit row;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	bool known = charter_unit_get(&txn, &unit->self.unit, &row) == ERR_OK;
	txn_abort(&txn);
	return known;
}

// Who is sought is found, and both sides know of each other what they need to check what comes.
static struct id found(struct far_stage *stage)
{
	struct id member = custody_stage_member(stage->a, "李四");
	sync_all(stage);
	assert_false(knows(stage->a, stage->c));
	assert_int_equal(seek(stage->a, &member, "south/third/c"), CUSTODY_SOUGHT);
	assert_int_equal(seek(stage->a, &member, "south/third/c"), CUSTODY_SOUGHT); // asked once
	sync_all(stage);
	assert_true(knows(stage->a, stage->c));
	assert_true(knows(stage->c, stage->a));
	return member;
}

static void assert_home(struct far_stage *stage, const struct id *member, struct actor *home)
{
	struct actor *branches[] = { stage->a, stage->b, stage->c };
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(custody_stage_view(branches[i], member).hold, branches[i] == home ? CUSTODY_HELD : CUSTODY_NONE);
}

// Each record there is signed by its writer, confirmed by that one's witness, and follows the one before.
static void assert_chain(struct actor *actor, const struct id *member, uint64_t epochs)
{
	struct txn txn;
	struct custody_record last = { .epoch = 0 };
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = custody_chain_scan(&txn, member);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		struct custody_batch batch;
		bool published;
		assert_ok(custody_chain_read(&scan, &entry));
		assert_int_equal(entry.state, CUSTODY_FINAL);
		assert_true(custody_record_follows(&last, &entry.record));
		assert_ok(custody_chain_batch(&txn, &entry.batch, &arena, &batch, &published));
		assert_ok(custody_batch_verify(&batch));
		assert_true(batch.witnessed);
		assert_ok(custody_batch_cosigned(&batch));
		last = entry.record;
	}
	scan_end(&scan);
	txn_abort(&txn);
	arena_free(&arena);
	assert_int_equal(last.epoch, epochs);
}

static void from_county_to_county(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = found(&stage);
	(void)state;
	assert_int_equal(custody_stage_offer(stage.a, &member, stage.c), CUSTODY_DONE);
	sync_all(&stage);
	assert_int_equal(custody_stage_view(stage.a, &member).hold, CUSTODY_OUTBOUND); // serves and counts on
	assert_int_equal(cluster_figure(stage.north, stage.north, "members", "2026-03"), 1);
	// The accept goes up to the county of the receiving side only; no record leaves without its witness's word.
	assert_int_equal(custody_stage_answer(stage.c, &member, true), CUSTODY_DONE);
	sync_all(&stage);
	assert_home(&stage, &member, stage.c);
	assert_string_equal(cluster_get(stage.c, stage.c, "member", &member, "name"), "李四");
	assert_chain(stage.north, &member, 2);
	assert_chain(stage.south, &member, 2);
	assert_chain(stage.top, &member, 2);
	assert_chain(stage.c, &member, 2);
	cluster_free(stage.play);
}

// The new registrar decides at once; its witness has not heard yet that the member is in its hands.
static void and_back_at_once(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = found(&stage);
	struct actor *const below[] = { stage.c, stage.third };
	(void)state;
	assert_int_equal(custody_stage_offer(stage.a, &member, stage.c), CUSTODY_DONE);
	sync_all(&stage);
	assert_int_equal(custody_stage_answer(stage.c, &member, true), CUSTODY_DONE);
	sync_all(&stage);
	assert_home(&stage, &member, stage.c);
	for (unsigned turn = 0; turn < 3; turn++) {
		assert_int_equal(custody_stage_offer(stage.c, &member, stage.a), CUSTODY_DONE);
		for (size_t i = 0; i < 2; i++)
			assert_ok(cluster_sync(below[i]));
		sync_all(&stage);
		assert_int_equal(custody_stage_answer(stage.a, &member, true), CUSTODY_DONE);
		sync_all(&stage);
		assert_home(&stage, &member, stage.a);
		assert_int_equal(custody_stage_offer(stage.a, &member, stage.c), CUSTODY_DONE);
		sync_all(&stage);
		assert_int_equal(custody_stage_answer(stage.c, &member, true), CUSTODY_DONE);
		sync_all(&stage);
		assert_home(&stage, &member, stage.c);
	}
	assert_chain(stage.south, &member, 8);
	assert_chain(stage.north, &member, 8);
	cluster_free(stage.play);
}

// The former registrar writes no more of the member's records, and says so.
static void the_former_registrar_refuses_the_member(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = found(&stage);
	(void)state;
	assert_int_equal(custody_stage_offer(stage.a, &member, stage.c), CUSTODY_DONE);
	sync_all(&stage);
	assert_int_equal(custody_stage_answer(stage.c, &member, true), CUSTODY_DONE);
	sync_all(&stage);
	struct custody_registrar chain;
	struct custody_record record;
	struct txn txn;
	assert_ok(txn_begin(stage.first->store, STORE_READ, &txn));
	assert_ok(transfer_registrar_view(&txn, &stage.first->self.unit, &member, &chain));
	txn_abort(&txn);
	struct custody_notes notes = { .registrar = stage.first->self.unit };
	assert_int_equal(custody_registrar_hand_over(&chain, &notes, &record), CUSTODY_NOT_REGISTRAR);
	assert_int_equal(custody_stage_offer(stage.a, &member, stage.b), CUSTODY_NOT_HERE);
	cluster_free(stage.play);
}

// Nothing is shown below a registrar that its witness has not confirmed.
static void nothing_leaves_without_the_witness(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = found(&stage);
	struct actor *const south[] = { stage.c, stage.third, stage.south };
	(void)state;
	assert_int_equal(custody_stage_offer(stage.a, &member, stage.c), CUSTODY_DONE);
	sync_all(&stage);
	assert_int_equal(custody_stage_answer(stage.c, &member, true), CUSTODY_DONE);
	for (unsigned turn = 0; turn < 3; turn++)
		for (size_t i = 0; i < 3; i++)
			assert_ok(cluster_sync(south[i]));
	assert_ok(cluster_sync(stage.north)); // the accept comes down as far as the county …
	assert_ok(cluster_sync(stage.first)); // … and to the registrar, which decides and tells the county alone
	assert_ok(cluster_sync(stage.a));
	assert_ok(cluster_sync(stage.c));
	assert_int_equal(custody_stage_view(stage.a, &member).hold, CUSTODY_OUTBOUND);
	assert_int_equal(custody_stage_view(stage.c, &member).hold, CUSTODY_NONE);
	sync_all(&stage);
	assert_home(&stage, &member, stage.c);
	cluster_free(stage.play);
}

static void who_is_not_there_is_not_found(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = custody_stage_member(stage.a, "李四");
	(void)state;
	sync_all(&stage);
	assert_int_equal(seek(stage.a, &member, "south/third/nobody"), CUSTODY_SOUGHT);
	sync_all(&stage);
	assert_int_equal(seek(stage.a, &member, "south/third/nobody"), CUSTODY_UNKNOWN_UNIT);
	cluster_free(stage.play);
}

// What the other township states later is shown as well: a device that joins is written to.
static void what_is_shown_stays_shown(void **state)
{
	struct far_stage stage = two_counties();
	struct id member = found(&stage);
	(void)state;
	struct actor *late = cluster_branch(stage.third, "late");
	assert_ok(cluster_sync(late));
	sync_all(&stage);
	assert_true(knows(stage.a, late));
	assert_int_equal(custody_stage_offer(stage.a, &member, late), CUSTODY_DONE);
	sync_all(&stage);
	assert_ok(cluster_sync(late));
	assert_int_equal(custody_stage_answer(late, &member, true), CUSTODY_DONE);
	assert_ok(cluster_sync(late));
	sync_all(&stage);
	assert_ok(cluster_sync(late));
	assert_int_equal(custody_stage_view(late, &member).hold, CUSTODY_HELD);
	assert_home(&stage, &member, NULL);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_county_to_county),
		cmocka_unit_test(and_back_at_once),
		cmocka_unit_test(the_former_registrar_refuses_the_member),
		cmocka_unit_test(nothing_leaves_without_the_witness),
		cmocka_unit_test(who_is_not_there_is_not_found),
		cmocka_unit_test(what_is_shown_stays_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
