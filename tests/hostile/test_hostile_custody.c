// Records of homes that nobody honest writes: each is set aside or refused, and changes nothing.
#include "base/pb.h"
#include "org/custody_chain.h"
#include "support/custody_stage.h"
#include "support/support.h"

struct attack {
	struct custody_stage stage;
	struct id member;
	struct custody_record next; // would take the member to branch three
	uint8_t layout[CUSTODY_RECORD_BYTES];
	struct custody_batch batch;
};

static struct attack against_a_member_of_one(void)
{
	struct attack attack = { .stage = custody_stage() };
	struct custody_entry last;
	struct txn txn;
	attack.member = custody_stage_member(attack.stage.one, "王五");
	custody_stage_sync(&attack.stage);
	assert_ok(txn_begin(attack.stage.county->store, STORE_READ, &txn));
	assert_ok(custody_chain_last(&txn, &attack.member, &last));
	txn_abort(&txn);
	attack.next = last.record;
	attack.next.epoch++;
	attack.next.previous = last.digest;
	attack.next.cause = CUSTODY_CAUSE_COMMITTED;
	attack.next.home = attack.stage.three->self.unit;
	attack.next.incarnation = attack.stage.three->self.incarnation;
	attack.next.registrar = attack.next.writer = attack.stage.west->self.unit;
	return attack;
}

static void sign(struct attack *attack, struct actor *server)
{
	custody_record_layout(&attack->next, attack->layout);
	attack->batch = (struct custody_batch){ .records = span_of(attack->layout, sizeof attack->layout), .count = 1 };
	attack->batch.name = custody_batch_name(attack->batch.records);
	custody_batch_sign(&attack->batch, &server->self.identity);
}

static enum err write(struct attack *attack, struct actor *by, enum lane lane)
{
	struct cluster_pen writing;
	struct arena arena;
	struct buf payload = BUF_EMPTY;
	Tributary__CustodyBatch *message;
	Tributary__Custody custody = TRIBUTARY__CUSTODY__INIT;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(custody_batch_message(&attack->batch, &arena, &message));
	custody.batches = &message;
	custody.n_batches = 1;
	pb_pack(&custody.base, &payload);
	cluster_write(by, &writing);
	enum err err = pen_entry(&writing.pen, lane, ENTRY_CUSTODY, buf_span(&payload), NULL);
	cluster_written(&writing);
	buf_free(&payload);
	arena_free(&arena);
	return err;
}

static void assert_nothing_changed(struct attack *attack)
{
	custody_stage_sync(&attack->stage);
	assert_int_equal(custody_stage_epoch(attack->stage.county, &attack->member), 1);
	assert_int_equal(custody_stage_epoch(attack->stage.one, &attack->member), 1);
	assert_int_equal(custody_stage_view(attack->stage.one, &attack->member).hold, CUSTODY_HELD);
	assert_int_equal(custody_stage_homes(&attack->stage, &attack->member), 1);
	custody_stage_free(&attack->stage);
}

static void a_server_that_is_not_the_registrar_is_not_confirmed(void **state)
{
	struct attack attack = against_a_member_of_one();
	(void)state;
	sign(&attack, attack.stage.west);
	assert_ok(write(&attack, attack.stage.west, LANE_UP)); // well formed and its own: the witness says no
	assert_nothing_changed(&attack);
}

static void a_record_in_the_name_of_the_registrar_is_forged(void **state)
{
	struct attack attack = against_a_member_of_one();
	(void)state;
	attack.next.writer = attack.stage.east->self.unit;
	sign(&attack, attack.stage.west);
	assert_err(UNAUTHORISED, write(&attack, attack.stage.west, LANE_UP));
	sign(&attack, attack.stage.east);
	attack.batch.signature.bytes[5] ^= 1;
	assert_err(UNAUTHORISED, write(&attack, attack.stage.west, LANE_UP));
	assert_nothing_changed(&attack);
}

static void a_witness_of_its_own_making_is_none(void **state)
{
	struct attack attack = against_a_member_of_one();
	(void)state;
	sign(&attack, attack.stage.west);
	custody_batch_confirm(&attack.batch, 0);
	custody_batch_cosign(&attack.batch, &attack.stage.west->self.identity);
	assert_err(UNAUTHORISED, write(&attack, attack.stage.west, LANE_DOWN));
	custody_batch_cosign(&attack.batch, &attack.stage.county->self.identity);
	memset(attack.batch.confirmed, 0xff, sizeof attack.batch.confirmed); // more than was signed
	assert_err(UNAUTHORISED, write(&attack, attack.stage.west, LANE_DOWN));
	assert_nothing_changed(&attack);
}

static void a_branch_writes_no_records(void **state)
{
	struct attack attack = against_a_member_of_one();
	(void)state;
	sign(&attack, attack.stage.three);
	assert_err(UNAUTHORISED, write(&attack, attack.stage.three, LANE_UP));
	assert_nothing_changed(&attack);
}

static void bytes_that_are_no_records_are_no_records(void **state)
{
	static const uint8_t rubbish[][8] = { { 0x0a, 0x03, 0x0a, 0x01, 0x00 }, { 0x0a, 0x00 }, { 0xff, 0xff, 0xff } };
	struct attack attack = against_a_member_of_one();
	(void)state;
	for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++)
		for (size_t size = 1; size <= sizeof rubbish[i]; size++) {
			struct cluster_pen writing;
			cluster_write(attack.stage.east, &writing);
			pen_entry(&writing.pen, LANE_UP, ENTRY_CUSTODY, span_of(rubbish[i], size), NULL);
			pen_entry(&writing.pen, LANE_UP, ENTRY_TRANSFER, span_of(rubbish[i], size), NULL);
			cluster_written(&writing);
		}
	assert_nothing_changed(&attack);
}

// The member has been given to branch three, and with it to west; east goes on as if it were the registrar still.
static void a_registrar_that_is_none_any_more_is_not_confirmed(void **state)
{
	struct attack attack = against_a_member_of_one();
	struct custody_stage *stage = &attack.stage;
	struct custody_entry last;
	struct txn txn;
	(void)state;
	assert_int_equal(custody_stage_offer(stage->one, &attack.member, stage->three), CUSTODY_DONE);
	custody_stage_sync(stage);
	assert_int_equal(custody_stage_answer(stage->three, &attack.member, true), CUSTODY_DONE);
	custody_stage_sync(stage);
	assert_ok(txn_begin(stage->east->store, STORE_READ, &txn));
	assert_ok(custody_chain_last(&txn, &attack.member, &last));
	txn_abort(&txn);
	attack.next = last.record;
	attack.next.epoch++;
	attack.next.previous = last.digest;
	attack.next.home = stage->two->self.unit; // takes it back, to a branch of its own
	attack.next.incarnation = stage->two->self.incarnation;
	attack.next.registrar = attack.next.writer = stage->east->self.unit;
	sign(&attack, stage->east);
	assert_ok(write(&attack, stage->east, LANE_UP)); // well formed and its own: the witness says no
	custody_stage_sync(stage);
	assert_int_equal(custody_stage_epoch(stage->county, &attack.member), 2);
	assert_int_equal(custody_stage_epoch(stage->three, &attack.member), 2);
	assert_int_equal(custody_stage_view(stage->three, &attack.member).hold, CUSTODY_HELD);
	assert_int_equal(custody_stage_view(stage->two, &attack.member).hold, CUSTODY_NONE);
	assert_int_equal(custody_stage_homes(stage, &attack.member), 1);
	size_t refused = 0; // it stands in the register, as what it is
	assert_ok(txn_begin(stage->county->store, STORE_READ, &txn));
	struct scan scan = custody_chain_scan(&txn, &attack.member);
	while (scan_next(&scan))
		refused += custody_chain_read(&scan, &last) == ERR_OK && last.state == CUSTODY_REFUSED;
	scan_end(&scan);
	txn_abort(&txn);
	assert_int_equal(refused, 1);
	custody_stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_is_not_the_registrar_is_not_confirmed),
		cmocka_unit_test(a_record_in_the_name_of_the_registrar_is_forged),
		cmocka_unit_test(a_witness_of_its_own_making_is_none),
		cmocka_unit_test(a_registrar_that_is_none_any_more_is_not_confirmed),
		cmocka_unit_test(a_branch_writes_no_records),
		cmocka_unit_test(bytes_that_are_no_records_are_no_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
