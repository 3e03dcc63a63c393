// Golden bytes of custody records and batches, computed apart from this code (Python's hashlib and an Ed25519 of
// OpenSSL's, over the layouts in org/custody_record.h and org/custody_batch.h).
#include <sodium.h>

#include "org/custody_batch.h"
#include "support/support.h"

static struct custody_record record_of_the_vectors(void)
{
	struct custody_record record = { .epoch = 2, .cause = CUSTODY_CAUSE_COMMITTED, .day = 20533 };
	memset(record.member.bytes, 0x11, 16);
	memset(record.home.bytes, 0x22, 16);
	memset(record.incarnation.bytes, 0x33, 16);
	memset(record.registrar.bytes, 0x44, 16);
	memset(record.writer.bytes, 0x55, 16);
	memset(record.previous.bytes, 0x66, 32);
	return record;
}

static struct identity identity_of_the_vectors(void)
{
	uint8_t seed[IDENTITY_SEED_BYTES];
	struct identity identity;
	for (unsigned i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	identity_derive(seed, &identity);
	return identity;
}

static void assert_hex(const char *expected, const void *bytes, size_t size)
{
	char text[2 * 128 + 1];
	assert_true(size <= 128);
	sodium_bin2hex(text, sizeof text, bytes, size);
	assert_string_equal(text, expected);
}

static void a_record_has_its_name(void **state)
{
	struct custody_record record = record_of_the_vectors();
	struct hash digest = custody_record_digest(&record);
	(void)state;
	assert_hex("9b4d45089e4acfe1d357f079d58b8fedd45e3b414a4058458288cab3f2141d30", digest.bytes, 32);
}

static void the_registrar_signs_the_batch_and_the_witness_what_it_confirms(void **state)
{
	struct custody_record record = record_of_the_vectors();
	struct identity server = identity_of_the_vectors();
	uint8_t layout[CUSTODY_RECORD_BYTES];
	custody_record_layout(&record, layout);
	struct custody_batch batch = { .records = span_of(layout, sizeof layout), .count = 1 };
	(void)state;
	batch.name = custody_batch_name(batch.records);
	assert_hex("79b106a1d2ac5252c7cd1f59ae732dc68df737c41e4ce7ec22151b785feceb61", batch.name.bytes, 32);
	custody_batch_sign(&batch, &server);
	custody_batch_confirm(&batch, 0);
	custody_batch_cosign(&batch, &server);
	assert_hex("d1a2946886444382defdb11c08050c742af34bae45a693e9f56e28c9e5248ded"
	           "5d5774b52f004a609fcfc13cecc74f693916a3b1c42b0c78db79f532055bf501",
	           batch.signature.bytes, 64);
	assert_hex("2daf5db47c8b742f4ff9ec6eb11cfdc8d8ef0a148c2f6d15f2145355b3ed5a8c"
	           "b4734ee629c356ba850ca9aa8db5a617cce8ebbd85afbd787f44f4ffd7b37f02",
	           batch.cosignature.bytes, 64);
	assert_ok(custody_batch_verify(&batch));
	assert_ok(custody_batch_cosigned(&batch));
	custody_batch_confirm(&batch, 1); // more than the witness said
	assert_err(SIGNATURE, custody_batch_cosigned(&batch));
	batch.name.bytes[0] ^= 1;
	assert_err(SIGNATURE, custody_batch_verify(&batch));
}

static void a_record_is_read_as_it_was_written(void **state)
{
	struct custody_record record = record_of_the_vectors(), again;
	uint8_t layout[CUSTODY_RECORD_BYTES];
	(void)state;
	custody_record_layout(&record, layout);
	struct reader reader = reader_of(span_of(layout, sizeof layout));
	assert_ok(custody_record_read(&reader, &again));
	assert_ok(reader_end(&reader));
	struct hash one = custody_record_digest(&record), other = custody_record_digest(&again);
	assert_true(hash_equal(&one, &other));
}

static void a_record_cut_short_or_of_no_cause_is_none(void **state)
{
	struct custody_record record = record_of_the_vectors(), again;
	uint8_t layout[CUSTODY_RECORD_BYTES];
	(void)state;
	custody_record_layout(&record, layout);
	for (size_t size = 0; size < sizeof layout; size++) {
		struct reader reader = reader_of(span_of(layout, size));
		assert_err(MALFORMED, custody_record_read(&reader, &again));
	}
	layout[CUSTODY_RECORD_BYTES - 5] = CUSTODY_CAUSE_END;
	struct reader reader = reader_of(span_of(layout, sizeof layout));
	assert_err(MALFORMED, custody_record_read(&reader, &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_has_its_name),
		cmocka_unit_test(the_registrar_signs_the_batch_and_the_witness_what_it_confirms),
		cmocka_unit_test(a_record_is_read_as_it_was_written),
		cmocka_unit_test(a_record_cut_short_or_of_no_cause_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
