// Golden bytes of a bundle's part: everything in it is determined by the keys.
#include <sodium.h>
#include <stdio.h>

#include "log/hash.h"
#include "support/support.h"
#include "sync/bundle.h"

static void is(struct span bytes, const char *hex)
{
	char found[4096];
	assert_true(bytes.size * 2 < sizeof found);
	sodium_bin2hex(found, sizeof found, bytes.data, bytes.size);
	assert_string_equal(found, hex);
}

static void a_part_looks_like_this(void **state)
{
	(void)state;
	const uint8_t seed[2][IDENTITY_SEED_BYTES] = { { 1 }, { 2 } };
	const struct seal_key key = { { 3 } };
	const uint8_t ephemeral[32] = { 4 };
	struct identity holder, reader;
	struct bundle_part part;
	struct buf file = BUF_EMPTY;
	identity_derive(seed[0], &holder);
	identity_derive(seed[1], &reader);
	const struct bundle_head head = { .bundle = { { 5 } }, .part = 2, .holder = holder.sign_public, .reader = reader.sign_public,
	                                  .sealed_to = reader.box_public, .time = 1774000000000, .way = BUNDLE_DOWN };
	assert_ok(bundle_begin(&part, &head, &holder, &key, ephemeral, &file));
	is(span_of(file.data, BUNDLE_PREFIX_BYTES + 20), "5452424e0100d50a10050000000000000000000000000000001002");
	size_t piece = file.size;
	assert_ok(bundle_add(&part, &holder, BUNDLE_LAST_OF_PART, span_string("\2word"), &file));
	is(span_of(file.data + piece, BUNDLE_PIECE_PREFIX_BYTES + 5 + SEAL_TAG_BYTES), "0000001501729e1b6560de838aabac6b98a998af9dda96a5e3fd");
	struct hash whole = hash_bytes(HASH_BLAKE2B_256, buf_span(&file));
	is(hash_span(&whole), "895910e015cd0b7465f1842e4f2bed0d1445c2b9fdf48dde31940e648f2f7e54");
	buf_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_part_looks_like_this) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
