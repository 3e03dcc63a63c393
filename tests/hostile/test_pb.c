// What strangers may send where protobuf is expected. Each attack is one line of hex; what passes
// must be a byte string that we could have written ourselves.
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/drbg.h"
#include "base/limits.h"
#include "base/pb.h"
#include "store.pb-c.h"
#include "wire.pb-c.h"

// ---- Lines of hex ----

static struct span from_hex(const char *hex, uint8_t bytes[static 256])
{
	size_t size = 0;
	for (; *hex; hex++) {
		unsigned byte;
		if (*hex == ' ')
			continue;
		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		assert_true(size < 256);
		bytes[size++] = (uint8_t)byte;
		hex++;
	}
	return span_of(bytes, size);
}

struct line {
	const ProtobufCMessageDescriptor *descriptor;
	const char *hex;
	const char *what;
};

static const struct line good[] = {
	{ &tributary__write__descriptor, "", "nothing at all" },
	{ &tributary__write__descriptor, "08 05 28 00", "a zero inside a oneof" },
	{ &tributary__write__descriptor, "08 05 32 00", "an empty text inside a oneof" },
	{ &tributary__write__descriptor, "08 05 3a 00", "an empty reference inside a oneof" },
	{ &tributary__write__descriptor, "08 05 22 02 10 01 22 02 10 02 28 02", "two elements of a repeated field" },
	{ &tributary__write__descriptor, "08 05 22 00", "an element with nothing in it" },
	{ &tributary__write__descriptor, "08 ff ff ff ff 0f", "the largest uint32" },
	{ &tributary__write__descriptor, "28 ff ff ff ff ff ff ff ff ff 01", "the smallest sint64" },
	{ &tributary__write__descriptor, "08 05 32 03 e5 8e bf", "Chinese text" },
	{ &tributary__write__descriptor, "32 04 f4 8f bf bf", "the last character there is" },
	{ &tributary__write__descriptor, "40 01", "an unknown varint" },
	{ &tributary__write__descriptor, "41 01 02 03 04 05 06 07 08", "an unknown fixed64" },
	{ &tributary__write__descriptor, "42 02 ff fe", "unknown bytes" },
	{ &tributary__write__descriptor, "45 01 02 03 04", "an unknown fixed32" },
	{ &tributary__write__descriptor, "40 01 40 02 48 00", "unknown fields, one of them repeated" },
	{ &tributary__write__descriptor, "f8 ff ff ff 0f 01", "the largest field number" },
	{ &tributary__tally__descriptor, "20 01 28 ff ff ff ff 0f", "true, and the smallest sint32" },
	{ &tributary__pack_filter__descriptor, "08 01 1a 03 00 01 02", "a packed list, with a zero in it" },
	{ &tributary__statement__descriptor, "08 02 12 00", "an empty message inside a oneof" },
};

static const struct line bad[] = {
	{ &tributary__write__descriptor, "08", "a tag without its value" },
	{ &tributary__write__descriptor, "80", "half a tag" },
	{ &tributary__write__descriptor, "08 85", "half a varint" },
	{ &tributary__write__descriptor, "08 85 00", "an over-long varint" },
	{ &tributary__write__descriptor, "88 00 05", "an over-long tag" },
	{ &tributary__write__descriptor, "32 81 00 61", "an over-long length" },
	{ &tributary__write__descriptor, "28 ff ff ff ff ff ff ff ff ff 02", "65 bits" },
	{ &tributary__write__descriptor, "28 ff ff ff ff ff ff ff ff ff ff 01", "eleven bytes of varint" },
	{ &tributary__write__descriptor, "00 01", "field number 0" },
	{ &tributary__write__descriptor, "80 80 80 80 10 01", "a field number past the last" },
	{ &tributary__write__descriptor, "18 01 08 05", "fields out of order" },
	{ &tributary__write__descriptor, "40 01 08 05", "a known field after an unknown one of higher number" },
	{ &tributary__write__descriptor, "48 01 40 01", "unknown fields out of order" },
	{ &tributary__write__descriptor, "08 05 08 06", "a scalar twice" },
	{ &tributary__write__descriptor, "12 01 61 12 01 62", "bytes twice" },
	{ &tributary__write__descriptor, "28 01 32 01 61", "two members of a oneof" },
	{ &tributary__write__descriptor, "28 01 28 01", "a member of a oneof twice" },
	{ &tributary__statement__descriptor, "08 02 12 00 12 00", "a message twice, which would be merged" },
	{ &tributary__statement__descriptor, "08 02 12 00 1a 00", "two messages of a oneof" },
	{ &tributary__write__descriptor, "22 02 10 01 28 02 22 02 10 02", "a repeated field in two places" },
	{ &tributary__write__descriptor, "08 00", "a default that is left out" },
	{ &tributary__write__descriptor, "12 00", "empty bytes that are left out" },
	{ &tributary__tally__descriptor, "20 00", "false, which is left out" },
	{ &tributary__tally__descriptor, "20 02", "a bool of 2" },
	{ &tributary__tally__descriptor, "28 ff ff ff ff 1f", "33 bits in a sint32" },
	{ &tributary__write__descriptor, "08 80 80 80 80 10", "33 bits in a uint32" },
	{ &tributary__write__descriptor, "0a 01 05", "a varint declared, a length sent" },
	{ &tributary__write__descriptor, "10 01", "bytes declared, a varint sent" },
	{ &tributary__write__descriptor, "0d 01 00 00 00", "a varint declared, fixed32 sent" },
	{ &tributary__write__descriptor, "09 01 00 00 00 00 00 00 00", "a varint declared, fixed64 sent" },
	{ &tributary__write__descriptor, "43 44", "a group" },
	{ &tributary__write__descriptor, "44", "the end of a group" },
	{ &tributary__write__descriptor, "46", "wire type 6" },
	{ &tributary__write__descriptor, "47", "wire type 7" },
	{ &tributary__write__descriptor, "12 05 61 62", "bytes that end early" },
	{ &tributary__write__descriptor, "12 ff ff ff ff 0f", "four gigabytes announced" },
	{ &tributary__write__descriptor, "12 ff ff ff ff ff ff ff ff ff 01", "2^64 - 1 bytes announced" },
	{ &tributary__write__descriptor, "22 01 10", "a message that ends early inside" },
	{ &tributary__write__descriptor, "22 02 10 00", "a default inside a message" },
	{ &tributary__write__descriptor, "42 05 61", "unknown bytes that end early" },
	{ &tributary__write__descriptor, "45 01 02 03", "an unknown fixed32 that ends early" },
	{ &tributary__write__descriptor, "41 01 02 03 04 05 06 07", "an unknown fixed64 that ends early" },
	{ &tributary__write__descriptor, "40 81 00", "an unknown over-long varint" },
	{ &tributary__pack_filter__descriptor, "08 01 1a 00", "an empty packed list" },
	{ &tributary__pack_filter__descriptor, "08 01 18 01", "a packed list sent unpacked" },
	{ &tributary__pack_filter__descriptor, "08 01 1a 01 01 1a 01 02", "a packed list in two parts" },
	{ &tributary__pack_filter__descriptor, "08 01 1a 02 81 00", "an over-long varint in a packed list" },
	{ &tributary__pack_filter__descriptor, "08 01 1a 01 81", "half a varint in a packed list" },
	{ &tributary__pack_band__descriptor, "3a 05 ff ff ff ff 1f", "33 bits in a packed uint32" },
	{ &tributary__write__descriptor, "32 01 80", "text: a continuation alone" },
	{ &tributary__write__descriptor, "32 02 c3 28", "text: a lead without its continuation" },
	{ &tributary__write__descriptor, "32 02 e5 8e", "text: cut off" },
	{ &tributary__write__descriptor, "32 02 c0 80", "text: an over-long NUL" },
	{ &tributary__write__descriptor, "32 03 e0 9f bf", "text: an over-long form of three" },
	{ &tributary__write__descriptor, "32 04 f0 8f bf bf", "text: an over-long form of four" },
	{ &tributary__write__descriptor, "32 03 ed a0 80", "text: a surrogate" },
	{ &tributary__write__descriptor, "32 04 f4 90 80 80", "text: past the last character" },
	{ &tributary__write__descriptor, "32 01 ff", "text: a byte that is never UTF-8" },
	{ &tributary__write__descriptor, "32 03 61 00 62", "text: a NUL, which would cut a C string" },
};

// ---- The scenes ----

static void what_we_could_have_written_passes_and_comes_back_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		uint8_t bytes[256];
		struct span input = from_hex(good[i].hex, bytes);
		struct arena arena;
		struct buf again = BUF_EMPTY;
		ProtobufCMessage *message;
		arena_init(&arena, LIMIT_DECODE_BYTES);
		enum err err = pb_unpack(good[i].descriptor, input, &arena, &message);
		if (err)
			fail_msg("%s: %s", good[i].what, err_name(err));
		pb_pack(message, &again);
		if (!span_equal(buf_span(&again), input))
			fail_msg("%s: written differently", good[i].what);
		buf_free(&again);
		arena_free(&arena);
	}
}

static void each_attack_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		uint8_t bytes[256];
		struct span input = from_hex(bad[i].hex, bytes);
		struct arena arena;
		ProtobufCMessage *message;
		arena_init(&arena, LIMIT_DECODE_BYTES);
		enum err scanned = pb_scan(bad[i].descriptor, input);
		enum err unpacked = pb_unpack(bad[i].descriptor, input, &arena, &message);
		if (scanned != ERR_MALFORMED || unpacked != ERR_MALFORMED || message)
			fail_msg("%s: %s", bad[i].what, err_name(scanned));
		assert_int_equal(arena.used, 0); // refused before a byte was spent
		arena_free(&arena);
	}
}

// A message that can hold itself, which no schema of ours may: 30 KB of it overflow the stack of
// a decoder without a depth limit.
static ProtobufCFieldDescriptor nest_fields[1];
static const ProtobufCIntRange nest_ranges[] = { { .start_value = 1, .orig_index = 0 }, { .start_value = 0, .orig_index = 1 } };
static const ProtobufCMessageDescriptor nest = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "Nest",
	.sizeof_message = sizeof(ProtobufCMessage) + sizeof(void *),
	.n_fields = 1,
	.fields = nest_fields,
	.n_field_ranges = 1,
	.field_ranges = nest_ranges,
};

static struct span nested(uint8_t *bytes, size_t capacity, unsigned depth)
{
	size_t start = capacity;
	for (unsigned level = 1; level < depth; level++) {
		uint8_t head[4] = { 0x0a };
		size_t size = capacity - start, count = 1;
		for (; size >= 0x80; size >>= 7)
			head[count++] = (uint8_t)(size | 0x80);
		head[count++] = (uint8_t)size;
		start -= count;
		memcpy(bytes + start, head, count);
	}
	return span_of(bytes + start, capacity - start);
}

static void what_is_nested_too_deep_is_refused_without_following_it(void **state)
{
	(void)state;
	enum { CAPACITY = 1 << 20 };
	uint8_t *bytes = malloc(CAPACITY);
	assert_non_null(bytes);
	nest_fields[0] = (ProtobufCFieldDescriptor){
		.name = "nest", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE, .descriptor = &nest,
	};
	assert_ok(pb_scan(&nest, nested(bytes, CAPACITY, LIMIT_PB_DEPTH)));
	assert_err(TOO_LARGE, pb_scan(&nest, nested(bytes, CAPACITY, LIMIT_PB_DEPTH + 1)));
	assert_err(TOO_LARGE, pb_scan(&nest, nested(bytes, CAPACITY, 200 * 1000)));
	free(bytes);
}

// The deepest nesting that a schema allows; 100 stands for one that holds itself.
static unsigned depth_of(const ProtobufCMessageDescriptor *descriptor, unsigned above)
{
	unsigned deepest = above + 1;
	for (unsigned i = 0; i < descriptor->n_fields && deepest < 100; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		unsigned depth = depth_of(field->descriptor, above + 1);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

static void our_own_schemas_fit_the_limit(void **state)
{
	(void)state;
	static const ProtobufCMessageDescriptor *const roots[] = {
		&tributary__changes__descriptor, &tributary__sealed__descriptor, &tributary__epoch__descriptor, &tributary__tally__descriptor, &tributary__incarnation__descriptor,
		&tributary__mail__descriptor, &tributary__statements__descriptor, &tributary__pack__descriptor, &tributary__hello__descriptor, &tributary__answer__descriptor,
		&tributary__push__descriptor, &tributary__next__descriptor, &tributary__catalog__descriptor, &tributary__want__descriptor, &tributary__standing__descriptor,
		&tributary__bye__descriptor, &tributary__frame__descriptor, &tributary__join__descriptor, &tributary__joined__descriptor,
	};
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
		if (depth_of(roots[i], 0) > LIMIT_PB_DEPTH)
			fail_msg("%s is nested too deep", roots[i]->name);
}

// Half a million empty elements: two bytes each on the wire, fifty times that in memory.
static void a_message_that_swells_runs_into_the_arena(void **state)
{
	(void)state;
	enum { BYTES = 1024 * 1024 };
	uint8_t *bytes = malloc(BYTES);
	struct arena arena;
	ProtobufCMessage *message;
	assert_non_null(bytes);
	for (size_t i = 0; i < BYTES; i += 2)
		memcpy(bytes + i, "\x22\x00", 2);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_err(BUDGET, pb_unpack(&tributary__write__descriptor, span_of(bytes, BYTES), &arena, &message));
	assert_null(message);
	assert_true(arena.used <= LIMIT_DECODE_BYTES);
	arena_reset(&arena);
	assert_ok(pb_unpack(&tributary__write__descriptor, span_of(bytes, 2000), &arena, &message));
	assert_int_equal(((Tributary__Write *)message)->n_preds, 1000);
	arena_free(&arena);
	free(bytes);
}

static void sample(struct buf *buf)
{
	uint8_t id[16] = { 1, 2, 3 };
	Tributary__Pred preds[2] = { TRIBUTARY__PRED__INIT, TRIBUTARY__PRED__INIT };
	preds[0].seq = 300;
	preds[1].log = 1;
	Tributary__Pred *pred_list[] = { &preds[0], &preds[1] };
	Tributary__Write writes[2] = { TRIBUTARY__WRITE__INIT, TRIBUTARY__WRITE__INIT };
	char text[] = "三月五日支部大会";
	writes[0].field = 1;
	writes[0].n_preds = 2;
	writes[0].preds = pred_list;
	writes[0].value_case = TRIBUTARY__WRITE__VALUE_TEXT;
	writes[0].text = text;
	writes[1].field = 2;
	writes[1].value_case = TRIBUTARY__WRITE__VALUE_NUMBER;
	writes[1].number = -20517;
	Tributary__Write *write_list[] = { &writes[0], &writes[1] };
	Tributary__Change change = TRIBUTARY__CHANGE__INIT;
	change.record = pb_bytes(span_of(id, sizeof id));
	change.kind = 3;
	change.n_writes = 2;
	change.writes = write_list;
	Tributary__Change *change_list[] = { &change, &change };
	Tributary__Changes changes = TRIBUTARY__CHANGES__INIT;
	changes.pack_version = 7;
	changes.n_changes = 2;
	changes.changes = change_list;
	pb_pack(&changes.base, buf);
	assert_ok(buf->err);
}

// Whatever passes the scan is canonical: decoded and written again it is the same bytes.
static void no_damaged_message_passes_unless_we_could_have_written_it(void **state)
{
	(void)state;
	enum { ROUNDS = 40000 };
	const uint8_t seed[DRBG_SEED_BYTES] = { 0x70, 0x62 };
	struct buf original = BUF_EMPTY, again = BUF_EMPTY;
	struct drbg drbg;
	struct arena arena;
	int passed = 0;
	sample(&original);
	drbg_seed(&drbg, seed);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t dice[6];
		ProtobufCMessage *message;
		drbg_draw(&drbg, dice, sizeof dice);
		size_t size = dice[0] % 8 ? original.size : dice[1] % original.size;
		uint8_t *bytes = malloc(size + 1); // exact, so that a sanitizer sees a byte too far
		assert_non_null(bytes);
		memcpy(bytes, original.data, size);
		for (uint32_t hit = 0; size && hit <= dice[2] % 3; hit++)
			bytes[dice[3 + hit] % size] = (uint8_t)(dice[3 + hit] >> 24);
		arena_reset(&arena);
		buf_clear(&again);
		bytes = realloc(bytes, size ? size : 1);
		if (pb_unpack(&tributary__changes__descriptor, span_of(bytes, size), &arena, &message) == ERR_OK) {
			passed++;
			pb_pack(message, &again);
			assert_int_equal(again.size, size);
			assert_memory_equal(again.data, bytes, size);
		}
		free(bytes);
	}
	assert_in_range(passed, ROUNDS / 100, ROUNDS - ROUNDS / 10); // the dice were neither too kind nor too hard
	arena_free(&arena);
	buf_free(&again);
	buf_free(&original);
}

static void a_message_that_does_not_fit_the_buffer_is_its_sticky_error(void **state)
{
	(void)state;
	struct buf buf = BUF_EMPTY;
	Tributary__Write write = TRIBUTARY__WRITE__INIT;
	char text[] = "longer than eight bytes";
	write.value_case = TRIBUTARY__WRITE__VALUE_TEXT;
	write.text = text;
	buf.limit = 8;
	pb_pack(&write.base, &buf);
	assert_err(TOO_LARGE, buf.err);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_could_have_written_passes_and_comes_back_the_same),
		cmocka_unit_test(each_attack_is_malformed),
		cmocka_unit_test(what_is_nested_too_deep_is_refused_without_following_it),
		cmocka_unit_test(our_own_schemas_fit_the_limit),
		cmocka_unit_test(a_message_that_swells_runs_into_the_arena),
		cmocka_unit_test(no_damaged_message_passes_unless_we_could_have_written_it),
		cmocka_unit_test(a_message_that_does_not_fit_the_buffer_is_its_sticky_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
