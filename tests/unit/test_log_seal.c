// Sealing: what opens, and what does not. And names, keys and signatures, whose domains keep a
// signature from being good for two purposes.
#include <sodium.h>
#include <string.h>

#include "log/head.h"
#include "log/lane.h"
#include "log/logname.h"
#include "log/receipt.h"
#include "log/seal.h"
#include "support/support.h"

static struct identity identity_of(uint8_t number)
{
	uint8_t seed[IDENTITY_SEED_BYTES];
	memset(seed, number, sizeof seed);
	struct identity identity;
	identity_derive(seed, &identity);
	return identity;
}

static struct seal_key key_of(uint8_t number)
{
	struct seal_key key;
	memset(key.bytes, number, sizeof key.bytes);
	return key;
}

static void libsodium_opens_our_wrap_and_we_open_libsodiums(void **state)
{
	(void)state;
	struct identity clerk = identity_of(3);
	struct seal_key key = key_of(8), opened;
	uint8_t seed[32] = { 1, 2, 3 }, wrap[SEAL_WRAP_BYTES], plain[SEAL_KEY_BYTES];
	assert_ok(seal_wrap(&key, &clerk.box_public, seed, wrap));
	assert_int_equal(crypto_box_seal_open(plain, wrap, sizeof wrap, clerk.box_public.bytes, clerk.box_secret), 0);
	assert_memory_equal(plain, key.bytes, sizeof plain);
	assert_int_equal(crypto_box_seal(wrap, key.bytes, sizeof key.bytes, clerk.box_public.bytes), 0);
	assert_ok(seal_unwrap(span_of(wrap, sizeof wrap), &clerk, &opened));
	assert_memory_equal(opened.bytes, key.bytes, sizeof key.bytes);
}

static void a_wrap_opens_for_its_device_alone(void **state)
{
	(void)state;
	struct identity clerk = identity_of(3), other = identity_of(4);
	struct seal_key key = key_of(8), opened;
	uint8_t seed[32] = { 1 }, wrap[SEAL_WRAP_BYTES];
	assert_ok(seal_wrap(&key, &clerk.box_public, seed, wrap));
	assert_err(SIGNATURE, seal_unwrap(span_of(wrap, sizeof wrap), &other, &opened));
	assert_err(SIGNATURE, seal_unwrap(span_of(wrap, sizeof wrap - 1), &clerk, &opened));
	// Bit 255 too: X25519 ignores the highest bit of a public key, but the nonce is made from it.
	for (size_t bit = 0; bit < 8 * sizeof wrap; bit++) {
		wrap[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_err(SIGNATURE, seal_unwrap(span_of(wrap, sizeof wrap), &clerk, &opened));
		wrap[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void nothing_is_sealed_to_a_key_that_is_none(void **state)
{
	(void)state;
	struct seal_key key = key_of(8);
	struct hash zero = { .bytes = { 0 } };
	uint8_t seed[32] = { 1 }, wrap[SEAL_WRAP_BYTES], zeros[SEAL_WRAP_BYTES] = { 0 };
	assert_err(MALFORMED, seal_wrap(&key, &zero, seed, wrap));
	assert_memory_equal(wrap, zeros, sizeof wrap);
}

static void a_box_opens_under_its_key_nonce_and_context(void **state)
{
	(void)state;
	struct seal_key key = key_of(1), other = key_of(2);
	uint8_t nonce[SEAL_NONCE_BYTES] = { 9 }, wrong[SEAL_NONCE_BYTES] = { 8 };
	struct span context = span_string("log and seq"), elsewhere = span_string("log and sep");
	struct buf box = BUF_EMPTY;
	seal_close(&key, nonce, context, span_string("minutes"), &box);
	assert_int_equal(box.size, strlen("minutes") + SEAL_TAG_BYTES);
	struct arena arena;
	arena_init(&arena, 4096);
	struct span plain, sealed = buf_span(&box);
	assert_ok(seal_open(&key, nonce, context, sealed, &arena, &plain));
	assert_true(span_equal(plain, span_string("minutes")));
	assert_err(SIGNATURE, seal_open(&other, nonce, context, sealed, &arena, &plain));
	assert_err(SIGNATURE, seal_open(&key, wrong, context, sealed, &arena, &plain));
	assert_err(SIGNATURE, seal_open(&key, nonce, elsewhere, sealed, &arena, &plain));
	assert_err(SIGNATURE, seal_open(&key, nonce, context, span_of(sealed.data, sealed.size - 1), &arena, &plain));
	assert_err(SIGNATURE, seal_open(&key, nonce, context, span_of(sealed.data, 15), &arena, &plain));
	for (size_t bit = 0; bit < 8 * box.size; bit++) {
		box.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		arena_reset(&arena);
		assert_err(SIGNATURE, seal_open(&key, nonce, context, sealed, &arena, &plain));
		box.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	arena_free(&arena);
	arena_init(&arena, 3);
	assert_err(BUDGET, seal_open(&key, nonce, context, sealed, &arena, &plain));
	arena_free(&arena);
	buf_free(&box);
}

static void nothing_at_all_can_be_sealed_too(void **state)
{
	(void)state;
	struct seal_key key = key_of(1);
	uint8_t nonce[SEAL_NONCE_BYTES] = { 9 };
	struct span none = span_of(NULL, 0), plain;
	struct buf box = BUF_EMPTY;
	seal_close(&key, nonce, none, none, &box);
	assert_int_equal(box.size, SEAL_TAG_BYTES);
	struct arena arena;
	arena_init(&arena, 64);
	assert_ok(seal_open(&key, nonce, none, buf_span(&box), &arena, &plain));
	assert_int_equal(plain.size, 0);
	arena_free(&arena);
	buf_free(&box);
}

static void a_signature_is_good_for_one_purpose_one_signer_and_these_bytes(void **state)
{
	(void)state;
	struct identity one = identity_of(1), two = identity_of(2);
	struct span bytes = span_string("what was said");
	struct signature signature = identity_sign(&one, "tributary test v1", bytes);
	assert_ok(identity_verify(&one.sign_public, "tributary test v1", bytes, &signature));
	assert_err(SIGNATURE, identity_verify(&one.sign_public, "tributary head v1", bytes, &signature));
	assert_err(SIGNATURE, identity_verify(&two.sign_public, "tributary test v1", bytes, &signature));
	assert_err(SIGNATURE, identity_verify(&one.sign_public, "tributary test v1", span_string("what"), &signature));
	static const uint8_t long_one[IDENTITY_MESSAGE_BYTES];
	assert_err(SIGNATURE, identity_verify(&one.sign_public, "tributary test v1", span_of(long_one, sizeof long_one),
	                                      &signature));
	assert_memory_not_equal(one.sign_public.bytes, one.box_public.bytes, 32);
	assert_memory_not_equal(one.box_public.bytes, one.curve_public.bytes, 32);
}

static void heads_and_receipts_verify_for_their_log_alone(void **state)
{
	(void)state;
	struct identity one = identity_of(1);
	struct hash log = { .bytes = { 1 } }, other = { .bytes = { 2 } }, root = { .bytes = { 3 } };
	struct head head = head_sign(&one, &log, 5, &root, 6);
	assert_ok(head_verify(&head, &log, &one.sign_public));
	assert_err(SIGNATURE, head_verify(&head, &other, &one.sign_public));
	head.size++;
	assert_err(SIGNATURE, head_verify(&head, &log, &one.sign_public));
	struct receipt receipt = { .size = 5, .root = root, .tier = RECEIPT_RECEIVED, .time = 7 };
	receipt_sign(&receipt, &one, &log);
	assert_ok(receipt_verify(&receipt, &log));
	assert_err(SIGNATURE, receipt_verify(&receipt, &other));
	receipt.tier = RECEIPT_KEPT_TWICE;
	assert_err(SIGNATURE, receipt_verify(&receipt, &log));
	uint8_t bytes[RECEIPT_BYTES];
	receipt_encode(&receipt, bytes);
	bytes[88] = 3;
	assert_err(MALFORMED, receipt_decode(span_of(bytes, sizeof bytes), &receipt));
	assert_err(MALFORMED, receipt_decode(span_of(bytes, sizeof bytes - 1), &receipt));
	assert_err(MALFORMED, head_decode(span_of(bytes, HEAD_BYTES - 1), &head));
}

static void lanes_have_names_and_nothing_else_is_a_lane(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(lane_valid(i), i >= 1 && i <= 6);
		enum lane lane;
		if (lane_valid(i)) {
			assert_true(lane_parse(lane_name((enum lane)i), &lane));
			assert_int_equal(lane, i);
		}
	}
	enum lane lane;
	assert_false(lane_parse("sideways", &lane));
	assert_false(lane_parse("", &lane));
	assert_string_equal(lane_name(LANE_END), "?");
	uint8_t bytes[LOGNAME_BYTES] = { 0 };
	struct logname name;
	assert_err(MALFORMED, logname_decode(span_of(bytes, sizeof bytes), &name));
	bytes[LOGNAME_BYTES - 1] = LANE_END;
	assert_err(MALFORMED, logname_decode(span_of(bytes, sizeof bytes), &name));
	bytes[LOGNAME_BYTES - 1] = LANE_MAIL;
	assert_ok(logname_decode(span_of(bytes, sizeof bytes), &name));
	assert_err(MALFORMED, logname_decode(span_of(bytes, sizeof bytes - 1), &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libsodium_opens_our_wrap_and_we_open_libsodiums),
		cmocka_unit_test(a_wrap_opens_for_its_device_alone),
		cmocka_unit_test(nothing_is_sealed_to_a_key_that_is_none),
		cmocka_unit_test(a_box_opens_under_its_key_nonce_and_context),
		cmocka_unit_test(nothing_at_all_can_be_sealed_too),
		cmocka_unit_test(a_signature_is_good_for_one_purpose_one_signer_and_these_bytes),
		cmocka_unit_test(heads_and_receipts_verify_for_their_log_alone),
		cmocka_unit_test(lanes_have_names_and_nothing_else_is_a_lane),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
