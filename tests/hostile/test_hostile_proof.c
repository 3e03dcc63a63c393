// Proof files that are none: each field of the claim out of its range, and what stands around it. All are refused by name.
#include "base/pb.h"
#include "support/support.h"
#include "sync/proof_inside.h"
#include "wire.pb-c.h"

static const uint8_t zeros[64];

static void sound(Tributary__Proof *proof)
{
	tributary__proof__init(proof);
	proof->root_key = pb_bytes(span_of(zeros, LIMIT_HASH_BYTES));
	proof->unit = pb_bytes(span_of(zeros, LIMIT_ID_BYTES));
	proof->metric = 1;
	proof->first = proof->last = 2026 * 12;
}

static void seal(struct buf *file)
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(file));
	buf_bytes(file, digest.bytes, sizeof digest.bytes);
}

// As a file: what stands before the message is taken from one that we make ourselves.
static void write_file(const Tributary__Proof *proof, struct buf *file)
{
	struct buf ours = BUF_EMPTY;
	struct proof_claim claim = { .metric = 1, .period = { .first = 2026 * 12, .last = 2026 * 12 } };
	proof_encode_claim(&claim, &ours);
	buf_bytes(file, ours.data, 5);
	pb_pack(&proof->base, file);
	seal(file);
	buf_free(&ours);
}

static enum err decode(struct span file)
{
	struct proof_claim claim;
	const Tributary__Proof *proof;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = rehearsal_saw(proof_decode(file, &arena, &claim, &proof));
	arena_free(&arena);
	return err;
}

static void short_key(Tributary__Proof *proof) { proof->root_key.len--; }
static void long_unit(Tributary__Proof *proof) { proof->unit = pb_bytes(span_of(zeros, LIMIT_ID_BYTES + 1)); }
static void no_unit(Tributary__Proof *proof) { proof->unit.len = 0; }
static void metric(Tributary__Proof *proof) { proof->metric = UINT16_MAX + 1; }
static void dimension(Tributary__Proof *proof) { proof->dimension = UINT8_MAX + 1; }
static void bucket(Tributary__Proof *proof) { proof->bucket = UINT16_MAX + 1; }
static void backwards(Tributary__Proof *proof) { proof->first++; }
static void before_time(Tributary__Proof *proof) { proof->first = DATE_YEAR_MIN * 12 - 1; }
static void after_time(Tributary__Proof *proof) { proof->last = DATE_YEAR_MAX * 12 + 12; }

static void each_field_out_of_its_range_is_refused(void **state)
{
	static const struct {
		const char *name;
		void (*bend)(Tributary__Proof *proof);
	} table[] = {
		{ "a short root key", short_key }, { "a long unit", long_unit }, { "no unit", no_unit }, { "metric", metric },
		{ "dimension", dimension }, { "bucket", bucket }, { "backwards", backwards }, { "before time", before_time },
		{ "after time", after_time },
	};
	(void)state;
	Tributary__Proof proof;
	struct buf file = BUF_EMPTY;
	sound(&proof);
	write_file(&proof, &file);
	assert_ok(decode(buf_span(&file)));
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		buf_clear(&file);
		sound(&proof);
		table[i].bend(&proof);
		write_file(&proof, &file);
		const enum err err = decode(buf_span(&file));
		if (err != ERR_MALFORMED)
			fail_msg("%s: %s", table[i].name, err_name(err));
	}
	buf_free(&file);
}

static void what_stands_around_the_claim_is_looked_at_first(void **state)
{
	(void)state;
	Tributary__Proof proof;
	struct buf file = BUF_EMPTY;
	sound(&proof);
	write_file(&proof, &file);
	assert_err(MALFORMED, decode(span_of(file.data, 36)));
	file.data[4] ^= 0x40;
	assert_err(VERSION, decode(buf_span(&file)));
	file.data[4] ^= 0x40;
	file.data[0] ^= 0x40;
	assert_err(MALFORMED, decode(buf_span(&file)));
	file.data[0] ^= 0x40;
	file.data[file.size - 1] ^= 1;
	assert_err(CORRUPT, decode(buf_span(&file)));
	file.size = 5;
	buf_u8(&file, 0xff); // no message
	seal(&file);
	assert_err(MALFORMED, decode(buf_span(&file)));
	buf_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_out_of_its_range_is_refused),
		cmocka_unit_test(what_stands_around_the_claim_is_looked_at_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
