// Golden bytes of custody records, computed apart from this code (Python's hashlib and an Ed25519 of
// OpenSSL's, over the layout in org/custody_record.h).
#include <sodium.h>

#include "org/custody.h"
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

static void the_registrar_signs_the_layout_and_the_witness_the_name(void **state)
{
	struct custody_record record = record_of_the_vectors();
	struct identity server = identity_of_the_vectors();
	struct hash digest = custody_record_digest(&record);
	struct signature by_registrar = custody_record_sign(&record, &server);
	struct signature by_witness = custody_record_cosign(&digest, &server);
	(void)state;
	assert_hex("4a3ccf61b277c77a967dad85fc929249d1da09c2bfccb7f2d1ac7a69c7233ab0"
	           "9ebd900a465e112388945fff4e371da95d62d70b5482c473fcd7e446eff1eb03",
	           by_registrar.bytes, 64);
	assert_hex("4e20c0dbcbb2ca86870edc716056a118ed86ce2467de862cec3afee8020393f5"
	           "edebf2fc64cf295f5b17a3c0c510e650a93c02d6a7985124424ee117d1d8030c",
	           by_witness.bytes, 64);
	assert_ok(custody_record_verify(&record, &server.sign_public, &by_registrar));
	assert_ok(custody_record_cosigned(&digest, &server.sign_public, &by_witness));
	assert_err(SIGNATURE, custody_record_verify(&record, &server.sign_public, &by_witness));
	record.epoch++;
	assert_err(SIGNATURE, custody_record_verify(&record, &server.sign_public, &by_registrar));
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
		cmocka_unit_test(the_registrar_signs_the_layout_and_the_witness_the_name),
		cmocka_unit_test(a_record_is_read_as_it_was_written),
		cmocka_unit_test(a_record_cut_short_or_of_no_cause_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
