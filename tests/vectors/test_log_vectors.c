// Golden bytes of every layout of the log room, from fixed seeds. A change here is a change of what
// rests on disks and travels between versions, and must be meant.
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "log/entry.h"
#include "log/guard.h"
#include "log/head.h"
#include "log/logname.h"
#include "log/receipt.h"
#include "log/seal.h"
#include "support/support.h"

static void assert_hex(const char *expected, const void *bytes, size_t size)
{
	char text[2 * 512 + 1];
	assert_true(size <= 512);
	sodium_bin2hex(text, sizeof text, bytes, size);
	assert_string_equal(text, expected);
}

static struct identity identity_of(uint8_t number)
{
	uint8_t seed[IDENTITY_SEED_BYTES];
	memset(seed, number, sizeof seed);
	struct identity identity;
	identity_derive(seed, &identity);
	return identity;
}

static struct logname name_of(const struct identity *identity)
{
	struct logname name = { .device = identity->sign_public, .lane = LANE_UP };
	memset(name.incarnation.bytes, 0xab, sizeof name.incarnation.bytes);
	return name;
}

static struct entry entry_of(uint64_t seq, const char *text)
{
	struct span payload = span_string(text);
	return (struct entry){
		.seq = seq,
		.time = 0x018bcfe568000001 + seq * 5,
		.kind = ENTRY_TALLY,
		.size = (uint32_t)payload.size,
		.payload_hash = hash_bytes(HASH_BLAKE2B_256, payload),
		.payload = payload,
	};
}

static void keys_derive_from_the_seed(void **state)
{
	(void)state;
	struct identity one = identity_of(1);
	assert_hex("435b646ea0e7c92cd6516deb8bd3f91d8dbcf6edc7f489e6c4eaf8ee2219a276", one.sign_public.bytes, 32);
	assert_hex("1891323aad3965ee8af44be93152d1fb17afdd2fc0ac5d4e67e270c42a0b9428", one.curve_public.bytes, 32);
	assert_hex("3113572ae62402d62e29353f7d4ab158cce3cbcea6a711bfac26170de2548e73", one.box_public.bytes, 32);
}

static void the_log_id(void **state)
{
	(void)state;
	struct identity one = identity_of(1);
	struct logname name = name_of(&one), again;
	struct hash id = logname_id(&name);
	assert_hex("6141181d5dfe6672fcf712e4fb98493420f2e8cc247dade0474a53a12dd8050c", id.bytes, sizeof id.bytes);
	uint8_t bytes[LOGNAME_BYTES];
	logname_encode(&name, bytes);
	assert_ok(logname_decode(span_of(bytes, sizeof bytes), &again));
	assert_memory_equal(again.device.bytes, name.device.bytes, 32);
	assert_int_equal(again.lane, LANE_UP);
}

static void the_entry_header_and_its_leaf(void **state)
{
	(void)state;
	struct entry entry = entry_of(7, "figures");
	uint8_t header[ENTRY_HEADER_BYTES];
	entry_header(&entry, header);
	assert_hex("0000000000000007018bcfe5680000240000000200000007"
	           "98df0afdeaac61ba3a6f14f60b90f616d94b2a7fbd91e27a7d06c630dca4a36e",
	           header, sizeof header);
	struct hash leaf = entry_leaf(&entry);
	assert_hex("3ef753ec8ae03ce3e8a7cc6b3df1003e216dd76903d36b060d62cd5122dabfc9", leaf.bytes, sizeof leaf.bytes);
	struct entry again;
	assert_ok(entry_header_decode(header, &again));
	struct hash same = entry_leaf(&again);
	assert_memory_equal(same.bytes, leaf.bytes, sizeof leaf.bytes);
}

static void the_packed_run(void **state)
{
	(void)state;
	struct entry entries[] = { entry_of(0, "figures"), entry_of(1, ""), entry_of(2, "erased") };
	entries[2].erased = true;
	struct buf run = BUF_EMPTY;
	uint64_t before = 0;
	for (size_t i = 0; i < 3; i++) {
		entry_pack(&run, &entries[i], before);
		before = entries[i].time;
	}
	assert_hex("0e0282808080adf9e78b036669677572657300020a0d020a589c08c52569161633ef55fdea12e0d85ed3d8898a5996be"
	           "6fcf82035a26a135", run.data, run.size);
	struct reader reader = reader_of(buf_span(&run));
	before = 0;
	for (uint64_t seq = 0; seq < 3; seq++) {
		struct entry entry;
		assert_ok(entry_unpack(&reader, seq, &before, &entry));
		struct hash expected = entry_leaf(&entries[seq]), leaf = entry_leaf(&entry);
		assert_memory_equal(leaf.bytes, expected.bytes, sizeof leaf.bytes);
	}
	assert_ok(reader_end(&reader));
	buf_free(&run);
}

static void the_signed_head(void **state)
{
	(void)state;
	struct identity one = identity_of(1);
	struct logname name = name_of(&one);
	struct hash id = logname_id(&name), root = { .bytes = { 0x11, 0x22 } };
	struct head head = head_sign(&one, &id, 42, &root, 0x018bcfe568000001), again;
	uint8_t bytes[HEAD_BYTES];
	head_encode(&head, bytes);
	assert_hex("000000000000002a1122000000000000000000000000000000000000000000000000000000000000018bcfe568000001"
	           "c462b367a4fc5a72a52e1f44d1dad20ba46cb2de359334db5761c87045d686ba20f5681b483a886e79213e44b2014010"
	           "b35a8c4dfaef0c7e6f64ee0127013807", bytes, sizeof bytes);
	assert_ok(head_decode(span_of(bytes, sizeof bytes), &again));
	assert_ok(head_verify(&again, &id, &one.sign_public));
}

static void the_receipt(void **state)
{
	(void)state;
	struct identity server = identity_of(2);
	struct hash log = { .bytes = { 0x33 } };
	struct receipt receipt = { .incarnation = { .bytes = { 0x44 } }, .size = 42, .root = { .bytes = { 0x11, 0x22 } },
	                           .tier = RECEIPT_KEPT_TWICE, .time = 1700000000000 }, again;
	receipt_sign(&receipt, &server, &log);
	uint8_t bytes[RECEIPT_BYTES];
	receipt_encode(&receipt, bytes);
	assert_hex("413bbe28828ed7a3e990ed7051b5911aad761ab1c0f2586f65d929f799f4991b44000000000000000000000000000000"
	           "000000000000002a1122000000000000000000000000000000000000000000000000000000000000020000018bcfe568"
	           "00ba2d75514488ac89634520eeb1ec7f070a82858f3c9547a273c897bf695f9bfcb8bd720a7a249d8ea7be63905b52c6"
	           "261d71ccac5ac04c8f78100d6eb8102409", bytes, sizeof bytes);
	assert_ok(receipt_decode(span_of(bytes, sizeof bytes), &again));
	assert_ok(receipt_verify(&again, &log));
}

static void the_guard(void **state)
{
	(void)state;
	struct guard guard = { .machine = { .bytes = { 0x55 } }, .incarnation = { .bytes = { 0x66 } },
	                       .shown = { [LANE_PRIVATE] = 1, [LANE_DETAIL] = 2, [LANE_UP] = 3, [LANE_DOWN] = 4,
	                                  [LANE_MAIL] = 0x1234567890, [LANE_FILE] = 5 } }, again;
	uint8_t bytes[GUARD_BYTES];
	guard_encode(&guard, bytes);
	assert_hex("54475244025500000000000000000000000000000000000000000000000000000000000000660000000000000000000000"
	           "0000000000000000000000010000000000000002000000000000000300000000000000040000001234567890000000"
	           "000000000552260ec134e58acb8eded8e50d4134059e93cda7fc77a01d9be611074e033e50", bytes, sizeof bytes);
	// As it was before files had a lane.
	size_t size;
	assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, "544752440155000000000000000000000000000000000000000000000000000000000000006600000000000000000000"
	           "000000000000000000000000010000000000000002000000000000000300000000000000040000001234567890992d1a"
	           "e6d7a8796ac20715799c2ef3ffc5485c0271e241238216a8eae3da3140", 250, NULL, &size, NULL), 0);
	assert_ok(guard_decode(span_of(bytes, size), &again));
	assert_int_equal(again.shown[LANE_MAIL], 0x1234567890);
	assert_int_equal(again.shown[LANE_FILE], 0);
}

static void the_sealed_box_and_the_wrapped_key(void **state)
{
	(void)state;
	struct seal_key key;
	memset(key.bytes, 0x77, sizeof key.bytes);
	uint8_t nonce[SEAL_NONCE_BYTES] = { 1, 2, 3 }, seed[32] = { 4, 5, 6 }, wrap[SEAL_WRAP_BYTES];
	struct buf box = BUF_EMPTY;
	seal_close(&key, nonce, span_string("log id and seq"), span_string("minutes of the meeting"), &box);
	assert_hex("fc8086369cf012fc4fa6e569b4db1b4a673e244d9385e083525db25e2595710a6472ada7878e", box.data, box.size);
	buf_free(&box);
	struct identity one = identity_of(1);
	assert_ok(seal_wrap(&key, &one.box_public, seed, wrap));
	assert_hex("2849c32dd11353d9636b199285f9e67d2c74c017a1aee846081a4f8b037bca11ffa5845734afaf755be67b7fcceab2c4"
	           "92412c88b45ce72ef946121f1b41f0a8d636f880dc3bc9eb8fe52282b1a7f7f8", wrap, sizeof wrap);
}

static void kinds_have_their_names(void **state)
{
	(void)state;
	static const char *const names[] = { "unknown", "changes", "tally", "statement", "epoch", "incarnation", "mail",
	                                     "sealed", "submission", "review", "request", "reply" };
	for (uint32_t kind = 0; kind < sizeof names / sizeof names[0]; kind++)
		assert_string_equal(entry_kind_name(kind), names[kind]);
	assert_string_equal(entry_kind_name(ENTRY_RECEIPTS), "receipts");
	assert_string_equal(entry_kind_name(UINT32_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_derive_from_the_seed),
		cmocka_unit_test(the_log_id),
		cmocka_unit_test(the_entry_header_and_its_leaf),
		cmocka_unit_test(kinds_have_their_names),
		cmocka_unit_test(the_packed_run),
		cmocka_unit_test(the_signed_head),
		cmocka_unit_test(the_receipt),
		cmocka_unit_test(the_guard),
		cmocka_unit_test(the_sealed_box_and_the_wrapped_key),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
