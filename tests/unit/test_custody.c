// The steps of custody, one party at a time: each refusal has its own sentence and changes nothing.
#include "org/custody.h"
#include "support/support.h"

static struct id named(const char *name)
{
	struct id id = { { 0 } };
	memcpy(id.bytes, name, strlen(name));
	return id;
}

// A member of A, recorded by R1 and confirmed.
struct play {
	struct custody_unit a, b;
	struct custody_registrar r1, r2;
	struct custody_witness witness;
	struct custody_record record;
	struct custody_claim offer, accept;
	struct custody_notes notes;
};

static void cosigned(struct play *play)
{
	struct custody_record record = play->record;
	assert_int_equal(custody_witness_cosign(&play->witness, &record.writer, &record), CUSTODY_DONE);
	assert_int_equal(custody_registrar_final(&play->r1, &record), CUSTODY_DONE);
	assert_int_equal(custody_unit_record(&play->a, &record), CUSTODY_DONE);
	assert_int_equal(custody_unit_record(&play->b, &record), CUSTODY_DONE);
}

static struct play entered(void)
{
	struct play play = {
		.a = { .unit = named("A"), .incarnation = named("a1") },
		.b = { .unit = named("B"), .incarnation = named("b1") },
		.r1 = { .registrar = named("R1") },
		.r2 = { .registrar = named("R2") },
		.notes = { .approved = true, .registrar = named("R2"), .day = 20533 },
	};
	struct custody_claim enter = { .member = named("m"), .home = named("A"), .incarnation = named("a1") };
	assert_int_equal(custody_unit_enter(&play.a), CUSTODY_DONE);
	assert_int_equal(custody_registrar_enter(&play.r1, &enter, &play.notes, &play.record), CUSTODY_DONE);
	cosigned(&play);
	return play;
}

static void offer(struct play *play, const char *to)
{
	struct id id = named(to);
	play->offer = (struct custody_claim){
		.member = named("m"), .epoch = play->a.epoch, .tail = play->a.tail,
		.home = named("A"), .incarnation = play->a.incarnation, .to = id,
	};
	play->accept = play->offer;
	play->accept.taker = play->b.incarnation;
	assert_int_equal(custody_unit_offer(&play->a, &id), CUSTODY_DONE);
}

static enum custody_refusal commit(struct play *play)
{
	return custody_registrar_commit(&play->r1, &play->offer, &play->accept, &play->notes, &play->record);
}

static void a_member_goes_from_one_home_to_the_next(void **state)
{
	struct play play = entered();
	(void)state;
	offer(&play, "B");
	assert_int_equal(play.a.hold, CUSTODY_OUTBOUND);
	assert_int_equal(custody_unit_answer(&play.b, &play.offer, false), CUSTODY_DONE);
	assert_int_equal(commit(&play), CUSTODY_DONE);
	assert_int_equal(play.record.epoch, 2);
	cosigned(&play);
	assert_int_equal(play.a.hold, CUSTODY_NONE);
	assert_int_equal(play.b.hold, CUSTODY_HELD);
	// R2 writes from now on, and R1 no more.
	assert_int_equal(custody_registrar_final(&play.r2, &play.record), CUSTODY_DONE);
	assert_int_equal(commit(&play), CUSTODY_NOT_REGISTRAR);
}

static void an_abort_uses_up_the_offer(void **state)
{
	struct play play = entered();
	(void)state;
	offer(&play, "B");
	assert_int_equal(custody_registrar_abort(&play.r1, &play.offer, &play.notes, &play.record), CUSTODY_DONE);
	assert_int_equal(commit(&play), CUSTODY_WAITING);
	cosigned(&play);
	assert_int_equal(play.a.hold, CUSTODY_HELD);
	assert_int_equal(commit(&play), CUSTODY_VOID);
	assert_int_equal(custody_unit_answer(&play.b, &play.offer, false), CUSTODY_VOID);
}

static void a_second_offer_is_refused(void **state)
{
	struct play play = entered();
	struct id c = named("C"), a = named("A");
	(void)state;
	assert_int_equal(custody_unit_offer(&play.a, &a), CUSTODY_TO_ITSELF);
	assert_int_equal(custody_unit_withdraw(&play.a), CUSTODY_NOT_OFFERED);
	offer(&play, "B");
	assert_int_equal(custody_unit_offer(&play.a, &c), CUSTODY_OFFERED);
	assert_int_equal(custody_unit_withdraw(&play.a), CUSTODY_DONE);
	assert_int_equal(custody_unit_offer(&play.b, &c), CUSTODY_NOT_HERE);
}

static void an_offer_of_a_former_life_is_void(void **state)
{
	struct play play = entered();
	struct play before = play;
	struct id life = named("a2");
	(void)state;
	offer(&play, "B");
	before.offer = play.offer;
	before.accept = play.accept;
	custody_unit_restored(&before.a, &life); // to the time before the offer
	assert_int_equal(before.a.hold, CUSTODY_UNVERIFIED);
	assert_int_equal(custody_unit_offer(&before.a, &before.b.unit), CUSTODY_UNCONFIRMED);
	assert_int_equal(custody_unit_reaffirm(&before.a), CUSTODY_DONE);
	struct custody_claim claim = {
		.member = named("m"), .epoch = before.a.epoch, .tail = before.a.tail, .home = named("A"), .incarnation = life,
	};
	assert_int_equal(custody_registrar_reaffirm(&before.r1, &claim, &before.notes, &before.record), CUSTODY_DONE);
	cosigned(&before);
	assert_int_equal(before.a.hold, CUSTODY_HELD);
	assert_int_equal(commit(&before), CUSTODY_VOID);
	assert_int_equal(custody_registrar_reaffirm(&before.r1, &claim, &before.notes, &before.record), CUSTODY_VOID);
}

static void an_offer_for_a_member_that_left_is_refused(void **state)
{
	struct play play = entered();
	(void)state;
	play.notes.registrar = named("R1");
	offer(&play, "B");
	assert_int_equal(commit(&play), CUSTODY_DONE);
	cosigned(&play);
	play.offer.epoch = play.r1.last.epoch;
	play.offer.tail = custody_record_digest(&play.r1.last);
	assert_int_equal(commit(&play), CUSTODY_NOT_HERE);
}

static void who_is_closed_or_not_asked_takes_nobody_in(void **state)
{
	struct play play = entered();
	struct custody_unit c = { .unit = named("C"), .incarnation = named("c1") };
	(void)state;
	offer(&play, "B");
	assert_int_equal(custody_unit_answer(&c, &play.offer, false), CUSTODY_NOT_ADDRESSED);
	assert_int_equal(custody_unit_answer(&c, &play.offer, true), CUSTODY_DONE); // what B became
	play.b.closed = true;
	assert_int_equal(custody_unit_answer(&play.b, &play.offer, false), CUSTODY_CLOSED);
	play.notes.closed = true;
	assert_int_equal(commit(&play), CUSTODY_CLOSED);
	play.notes.closed = false;
	play.accept.to = named("C");
	assert_int_equal(commit(&play), CUSTODY_NOT_ADDRESSED);
	play.notes.successor = true;
	play.notes.approved = false;
	assert_int_equal(commit(&play), CUSTODY_APPROVAL);
	play.notes.approved = true;
	assert_int_equal(commit(&play), CUSTODY_DONE);
}

static void a_witness_confirms_one_record_in_each_place(void **state)
{
	struct play play = entered();
	(void)state;
	offer(&play, "B");
	struct play restored = play;
	assert_int_equal(commit(&play), CUSTODY_DONE);
	assert_int_equal(custody_witness_cosign(&play.witness, &play.record.writer, &play.record), CUSTODY_DONE);
	assert_int_equal(custody_witness_cosign(&play.witness, &play.record.writer, &play.record), CUSTODY_DONE);
	// The registrar is put back and decides otherwise.
	assert_int_equal(custody_registrar_abort(&restored.r1, &restored.offer, &restored.notes, &restored.record), CUSTODY_DONE);
	assert_int_equal(custody_witness_cosign(&play.witness, &restored.record.writer, &restored.record), CUSTODY_CONTRADICTED);
	assert_int_equal(custody_registrar_final(&restored.r1, &play.record), CUSTODY_DONE); // and takes the witness's
	assert_int_equal(restored.r1.waiting, false);
	// A registrar that no longer is one; a record that skips; another's name.
	struct custody_record late = play.record;
	late.epoch = 3;
	late.writer = named("R1");
	assert_int_equal(custody_witness_cosign(&play.witness, &late.writer, &late), CUSTODY_NOT_REGISTRAR);
	late.writer = named("R2");
	late.epoch = 4;
	assert_int_equal(custody_witness_cosign(&play.witness, &late.writer, &late), CUSTODY_BROKEN);
	struct id r1 = named("R1");
	assert_int_equal(custody_witness_cosign(&play.witness, &r1, &late), CUSTODY_FORGED);
}

static void a_restored_registrar_waits_for_its_witness(void **state)
{
	struct play play = entered();
	(void)state;
	offer(&play, "B");
	custody_registrar_restored(&play.r1);
	assert_int_equal(commit(&play), CUSTODY_RESTORING);
	custody_registrar_takeover(&play.r1, &play.witness.last);
	assert_int_equal(commit(&play), CUSTODY_DONE);
}

static void a_member_enters_once(void **state)
{
	struct play play = entered();
	struct custody_claim enter = { .member = named("m"), .home = named("B"), .incarnation = named("b1") };
	(void)state;
	assert_int_equal(custody_registrar_enter(&play.r1, &enter, &play.notes, &play.record), CUSTODY_HAS_HOME);
	assert_int_equal(custody_registrar_enter(&play.r2, &enter, &play.notes, &play.record), CUSTODY_DONE);
	assert_int_equal(custody_witness_cosign(&play.witness, &play.record.writer, &play.record), CUSTODY_HAS_HOME);
	assert_int_equal(custody_unit_enter(&play.a), CUSTODY_HAS_HOME);
}

static void every_refusal_has_a_sentence_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < CUSTODY_REFUSAL_END; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(custody_refusal_text((enum custody_refusal)i), custody_refusal_text((enum custody_refusal)j));
	assert_string_equal(custody_refusal_name(CUSTODY_VOID), "VOID");
	assert_string_equal(custody_cause_name(CUSTODY_CAUSE_ABORTED), "not transferred");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_goes_from_one_home_to_the_next),
		cmocka_unit_test(an_abort_uses_up_the_offer),
		cmocka_unit_test(a_second_offer_is_refused),
		cmocka_unit_test(an_offer_of_a_former_life_is_void),
		cmocka_unit_test(an_offer_for_a_member_that_left_is_refused),
		cmocka_unit_test(who_is_closed_or_not_asked_takes_nobody_in),
		cmocka_unit_test(a_witness_confirms_one_record_in_each_place),
		cmocka_unit_test(a_restored_registrar_waits_for_its_witness),
		cmocka_unit_test(a_member_enters_once),
		cmocka_unit_test(every_refusal_has_a_sentence_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
