// Epoch keys: what a unit's own devices can read, and nobody else.
#include <stdlib.h>

#include "base/pb.h"
#include "base/reader.h"
#include "org/epoch.h"
#include "support/org_fixture.h"
#include "support/support.h"

// A device with a store of its own, in which the charter is known. Stores share nothing else:
// what one gives, the others get as payloads.
struct device {
	struct org_fixture org;
	struct org_voice voice;
};

struct play {
	struct device first, second, server;
	struct id unit;
};

static void enrol(struct device *in, const struct org_voice *whom)
{
	enum merge_reason reason;
	struct org_fixture *org = &in->org;
	assert_ok(org_fixture_say(org, &org->township[0], &reason,
	                          (Tributary__Statement *[4]){ org_fixture_enrolled(org, &whom->identity, whom->unit, false, "") }));
	assert_int_equal(reason, MERGE_ACCEPTED);
}

static void revoke(struct device *in, const struct org_voice *whom)
{
	enum merge_reason reason;
	struct org_fixture *org = &in->org;
	assert_ok(org_fixture_say(org, &org->township[0], &reason,
	                          (Tributary__Statement *[4]){ org_fixture_revoked(org, whom, 5) }));
	assert_int_equal(reason, MERGE_ACCEPTED);
}

static int setup(void **state)
{
	struct play *play = malloc(sizeof *play);
	org_fixture_tree(&play->first.org);
	org_fixture_tree(&play->second.org);
	org_fixture_tree(&play->server.org);
	play->unit = play->first.org.branch[0].unit;
	play->first.voice = play->first.org.branch[0]; // enrolled by the fixture
	play->server.voice = play->server.org.township[0];
	org_fixture_voice(&play->second.org, 90, &play->unit, &play->second.voice);
	uint8_t other[DRBG_SEED_BYTES] = { 7 };
	drbg_seed(&play->second.org.drbg, other);
	*state = play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;
	org_fixture_free(&play->first.org);
	org_fixture_free(&play->second.org);
	org_fixture_free(&play->server.org);
	free(play);
	return 0;
}

static void second_device_comes(struct play *play)
{
	enrol(&play->first, &play->second.voice);
	enrol(&play->second, &play->second.voice);
	enrol(&play->server, &play->second.voice);
}

static struct buf due(struct play *play, struct device *from, bool fresh, size_t expected)
{
	struct buf payloads = BUF_EMPTY;
	size_t count;
	assert_ok(epoch_due(&from->org.txn, &play->unit, &from->voice.identity, fresh, org_fixture_random, &from->org.drbg,
	                    &from->org.words, &payloads, &count));
	assert_int_equal(count, expected);
	return payloads;
}

// A store reads Epoch entries. How many keys did it learn?
static size_t hear(struct play *play, struct device *at, struct buf *payloads)
{
	size_t learnt_count = 0;
	struct reader reader = reader_of(buf_span(payloads));
	while (reader_left(&reader)) {
		bool learnt;
		struct span payload = reader_bytes(&reader, reader_u32(&reader));
		assert_ok(epoch_apply(&at->org.txn, &play->unit, payload, &at->voice.identity, &at->org.words, &learnt));
		learnt_count += learnt;
	}
	assert_ok(reader_end(&reader));
	return learnt_count;
}

static struct epoch current(struct play *play, struct device *at)
{
	struct epoch epoch;
	assert_ok(epoch_current(&at->org.txn, &play->unit, &epoch));
	return epoch;
}

static const uint8_t nonce[SEAL_NONCE_BYTES] = { 9 };

static struct buf minutes(struct play *play, struct device *writer, uint64_t seq)
{
	struct buf sealed = BUF_EMPTY;
	struct epoch epoch = current(play, writer);
	assert_ok(epoch_seal(&epoch, &play->first.voice.log.id, seq, nonce, ENTRY_CHANGES, span_string("会议记录"), &sealed));
	return sealed;
}

static enum err read_minutes(struct play *play, struct device *reader, const struct buf *sealed, uint64_t seq)
{
	uint32_t kind;
	struct span payload;
	enum err err = epoch_open(&reader->org.txn, &play->unit, &play->first.voice.log.id, seq, buf_span(sealed),
	                          &reader->org.words, &kind, &payload);
	if (!err) {
		assert_int_equal(kind, ENTRY_CHANGES);
		assert_true(span_equal(payload, span_string("会议记录")));
	}
	return err;
}

static void begin(struct play *play, struct device *device)
{
	struct buf payloads = due(play, device, true, 1);
	assert_int_equal(hear(play, device, &payloads), 1);
	buf_free(&payloads);
}

static void the_first_device_begins_an_epoch_and_reads_what_it_wrote(void **state)
{
	struct play *play = *state;
	struct epoch epoch;
	assert_err(NOT_FOUND, epoch_current(&play->first.org.txn, &play->unit, &epoch));
	struct buf nothing = due(play, &play->first, false, 0);
	buf_free(&nothing);
	begin(play, &play->first);
	assert_int_equal(current(play, &play->first).rank, 1);
	struct buf sealed = minutes(play, &play->first, 4);
	assert_ok(read_minutes(play, &play->first, &sealed, 4));
	assert_err(SIGNATURE, read_minutes(play, &play->first, &sealed, 5)); // moved to another place
	buf_free(&sealed);
}

static void a_second_device_reads_what_was_sealed_before_it_came_once_the_first_has_wrapped_the_key(void **state)
{
	struct play *play = *state;
	begin(play, &play->first);
	struct buf sealed = minutes(play, &play->first, 4);
	second_device_comes(play);
	assert_err(NO_KEY, read_minutes(play, &play->second, &sealed, 4));
	struct buf payloads = due(play, &play->first, false, 1);
	assert_int_equal(hear(play, &play->second, &payloads), 1);
	assert_int_equal(hear(play, &play->second, &payloads), 0); // once more: nothing new
	assert_ok(read_minutes(play, &play->second, &sealed, 4));
	buf_free(&payloads);
	buf_free(&sealed);
}

static void the_server_that_relays_cannot_open_it(void **state)
{
	struct play *play = *state;
	second_device_comes(play);
	struct buf payloads = due(play, &play->first, true, 1);
	assert_int_equal(hear(play, &play->first, &payloads), 1);
	struct buf sealed = minutes(play, &play->first, 4);
	assert_int_equal(hear(play, &play->server, &payloads), 0);
	assert_err(NO_KEY, read_minutes(play, &play->server, &sealed, 4));
	assert_err(NOT_FOUND, epoch_current(&play->server.org.txn, &play->unit, &(struct epoch){ .rank = 0 }));
	struct buf none = due(play, &play->server, false, 0); // and it gives no keys
	buf_free(&none);
	buf_free(&payloads);
	buf_free(&sealed);
}

static void a_device_is_given_a_key_once(void **state)
{
	struct play *play = *state;
	begin(play, &play->first);
	second_device_comes(play);
	struct buf payloads = due(play, &play->first, false, 1);
	assert_int_equal(hear(play, &play->first, &payloads), 0); // its own entry, applied
	struct buf more = due(play, &play->first, false, 0);
	assert_int_equal(hear(play, &play->second, &payloads), 1);
	struct buf back = due(play, &play->second, false, 1); // it has not heard the first entry of the log yet
	buf_free(&back);
	buf_free(&more);
	buf_free(&payloads);
}

// Both were offline and each began one.
static void two_epochs_begun_apart_are_both_shared_and_writing_goes_on_with_one(void **state)
{
	struct play *play = *state;
	begin(play, &play->first);
	struct buf sealed_by_first = minutes(play, &play->first, 4);
	enrol(&play->second, &play->second.voice); // the second knows of itself, not of the first's key
	struct buf its_own = due(play, &play->second, true, 1);
	assert_int_equal(hear(play, &play->second, &its_own), 1);
	struct buf sealed_by_second = minutes(play, &play->second, 5);
	enrol(&play->first, &play->second.voice);
	struct buf from_first = due(play, &play->first, false, 1);
	hear(play, &play->first, &from_first);
	assert_int_equal(hear(play, &play->second, &from_first), 1);
	assert_int_equal(hear(play, &play->first, &its_own), 1); // it was wrapped for the first, too
	assert_ok(read_minutes(play, &play->first, &sealed_by_second, 5));
	assert_ok(read_minutes(play, &play->second, &sealed_by_first, 4));
	struct epoch one = current(play, &play->first), other = current(play, &play->second);
	assert_memory_equal(one.id, other.id, SEAL_EPOCH_BYTES);
	assert_memory_equal(one.key.bytes, other.key.bytes, SEAL_KEY_BYTES);
	buf_free(&sealed_by_first);
	buf_free(&sealed_by_second);
	buf_free(&its_own);
	buf_free(&from_first);
}

static void after_a_revocation_the_lost_device_reads_nothing_new(void **state)
{
	struct play *play = *state;
	second_device_comes(play);
	struct buf payloads = due(play, &play->first, true, 1);
	hear(play, &play->first, &payloads);
	assert_int_equal(hear(play, &play->second, &payloads), 1);
	buf_free(&payloads);
	revoke(&play->first, &play->second.voice);
	payloads = due(play, &play->first, true, 1);
	assert_int_equal(hear(play, &play->first, &payloads), 1);
	assert_int_equal(hear(play, &play->second, &payloads), 0);
	assert_int_equal(current(play, &play->first).rank, 2);
	struct buf sealed = minutes(play, &play->first, 9);
	assert_err(NO_KEY, read_minutes(play, &play->second, &sealed, 9));
	buf_free(&sealed);
	buf_free(&payloads);
	struct buf none = due(play, &play->first, false, 0);
	buf_free(&none);
}

static void the_order_in_which_keys_come_does_not_matter(void **state)
{
	struct play *play = *state;
	second_device_comes(play);
	struct buf one = due(play, &play->first, true, 1);
	hear(play, &play->first, &one);
	struct buf other = due(play, &play->first, true, 1);
	hear(play, &play->first, &other);
	hear(play, &play->second, &other);
	hear(play, &play->second, &one);
	struct epoch a = current(play, &play->first), b = current(play, &play->second);
	assert_int_equal(a.rank, 2);
	assert_memory_equal(a.id, b.id, SEAL_EPOCH_BYTES);
	buf_free(&one);
	buf_free(&other);
}

// A device of the unit hands out a key under a name that is not its own, or rubbish for a wrap.
static void a_key_that_does_not_bear_its_name_is_not_believed_and_the_right_one_still_comes(void **state)
{
	struct play *play = *state;
	bool learnt;
	second_device_comes(play);
	begin(play, &play->first);
	struct buf none = due(play, &play->first, false, 0);
	buf_free(&none);
	struct epoch right = current(play, &play->first);
	struct seal_key wrong = { { 1, 2, 3 } };
	uint8_t box[SEAL_WRAP_BYTES], seed[32] = { 4 };
	assert_ok(seal_wrap(&wrong, &play->second.voice.identity.box_public, seed, box));
	Tributary__Wrap wrap = TRIBUTARY__WRAP__INIT, *wraps[1] = { &wrap };
	Tributary__Epoch told = TRIBUTARY__EPOCH__INIT;
	wrap.device = pb_bytes(hash_span(&play->second.voice.identity.sign_public));
	wrap.box = pb_bytes(span_of(box, sizeof box));
	told.epoch = pb_bytes(span_of(right.id, sizeof right.id));
	told.rank = 1;
	told.n_wraps = 1;
	told.wraps = wraps;
	for (size_t round = 0; round < 2; round++) {
		struct buf payload = BUF_EMPTY;
		pb_pack(&told.base, &payload);
		assert_ok(epoch_apply(&play->second.org.txn, &play->unit, buf_span(&payload), &play->second.voice.identity,
		                      &play->second.org.words, &learnt));
		assert_false(learnt);
		buf_free(&payload);
		box[40] ^= 1; // and once as rubbish
	}
	assert_ok(seal_wrap(&right.key, &play->second.voice.identity.box_public, seed, box));
	struct buf payload = BUF_EMPTY;
	pb_pack(&told.base, &payload);
	assert_ok(epoch_apply(&play->second.org.txn, &play->unit, buf_span(&payload), &play->second.voice.identity,
	                      &play->second.org.words, &learnt));
	assert_true(learnt);
	buf_free(&payload);
}

static void an_epoch_entry_that_is_not_well_formed_changes_nothing(void **state)
{
	struct play *play = *state;
	uint8_t id[SEAL_EPOCH_BYTES] = { 1 }, device[32] = { 2 }, box[SEAL_WRAP_BYTES] = { 3 };
	Tributary__Wrap wrap = TRIBUTARY__WRAP__INIT, *wraps[1] = { &wrap };
	Tributary__Epoch told = TRIBUTARY__EPOCH__INIT;
	struct { size_t id, device, box; uint64_t rank; } cases[] = {
		{ 7, 32, sizeof box, 1 }, { 8, 31, sizeof box, 1 }, { 8, 32, sizeof box - 1, 1 }, { 8, 32, sizeof box, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf payload = BUF_EMPTY;
		bool learnt;
		told.epoch = pb_bytes(span_of(id, cases[i].id));
		told.rank = cases[i].rank;
		told.n_wraps = 1;
		told.wraps = wraps;
		wrap.device = pb_bytes(span_of(device, cases[i].device));
		wrap.box = pb_bytes(span_of(box, cases[i].box));
		pb_pack(&told.base, &payload);
		assert_err(MALFORMED, epoch_apply(&play->first.org.txn, &play->unit, buf_span(&payload),
		                                  &play->first.voice.identity, &play->first.org.words, &learnt));
		assert_err(NOT_FOUND, epoch_get(&play->first.org.txn, &play->unit, id, &(struct epoch){ .rank = 0 }));
		buf_free(&payload);
	}
}

// ---- Letters. ----

static struct buf letter_to(struct play *play, struct device *from, const struct id *to)
{
	struct buf payload = BUF_EMPTY;
	(void)play;
	assert_ok(epoch_mail_close(&from->org.txn, to, 0, span_string("组织关系介绍信"), org_fixture_random, &from->org.drbg,
	                           &from->org.words, &payload));
	return payload;
}

static enum err open_as(struct device *device, const struct org_voice *voice, const struct buf *payload)
{
	struct id to;
	struct span letter;
	enum err err = epoch_mail_open(buf_span(payload), &voice->identity, &device->org.words, &to, &letter);
	if (!err)
		assert_true(span_equal(letter, span_string("组织关系介绍信")));
	return err;
}

static void a_letter_is_read_by_the_unit_it_is_for_and_by_nobody_on_the_way(void **state)
{
	struct play *play = *state;
	struct org_fixture *org = &play->first.org;
	struct buf payload = letter_to(play, &play->first, &org->branch[3].unit);
	assert_ok(open_as(&play->first, &org->branch[3], &payload));
	assert_err(NO_KEY, open_as(&play->first, &org->branch[0], &payload)); // not even by its writer
	assert_err(NO_KEY, open_as(&play->first, &org->township[1], &payload));
	assert_err(NO_KEY, open_as(&play->first, &org->county, &payload));
	buf_free(&payload);
}

static void a_letter_to_a_unit_without_a_device_is_kept_by_its_registrar(void **state)
{
	struct play *play = *state;
	struct org_fixture *org = &play->first.org;
	enum merge_reason reason;
	assert_ok(org_fixture_say(org, &org->township[1], &reason,
	                          (Tributary__Statement *[4]){ org_fixture_revoked(org, &org->branch[3], 0) }));
	assert_int_equal(reason, MERGE_ACCEPTED);
	struct buf payload = letter_to(play, &play->first, &org->branch[3].unit);
	assert_ok(open_as(&play->first, &org->township[1], &payload));
	assert_err(NO_KEY, open_as(&play->first, &org->branch[3], &payload));
	buf_free(&payload);
	struct id nowhere = org_fixture_id(9, 9);
	assert_err(NOT_FOUND, epoch_mail_close(&org->txn, &nowhere, 0, span_string("x"), org_fixture_random, &org->drbg,
	                                       &org->words, &payload));
}

static void a_letter_passed_on_under_another_name_does_not_open(void **state)
{
	struct play *play = *state;
	struct org_fixture *org = &play->first.org;
	struct buf payload = letter_to(play, &play->first, &org->branch[3].unit);
	payload.data[2 + 2] ^= 1; // the addressee comes first
	assert_err(SIGNATURE, open_as(&play->first, &org->branch[3], &payload));
	buf_free(&payload);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(the_first_device_begins_an_epoch_and_reads_what_it_wrote),
		PLAY(a_second_device_reads_what_was_sealed_before_it_came_once_the_first_has_wrapped_the_key),
		PLAY(the_server_that_relays_cannot_open_it),
		PLAY(a_device_is_given_a_key_once),
		PLAY(two_epochs_begun_apart_are_both_shared_and_writing_goes_on_with_one),
		PLAY(after_a_revocation_the_lost_device_reads_nothing_new),
		PLAY(the_order_in_which_keys_come_does_not_matter),
		PLAY(a_key_that_does_not_bear_its_name_is_not_believed_and_the_right_one_still_comes),
		PLAY(an_epoch_entry_that_is_not_well_formed_changes_nothing),
		PLAY(a_letter_is_read_by_the_unit_it_is_for_and_by_nobody_on_the_way),
		PLAY(a_letter_to_a_unit_without_a_device_is_kept_by_its_registrar),
		PLAY(a_letter_passed_on_under_another_name_does_not_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
