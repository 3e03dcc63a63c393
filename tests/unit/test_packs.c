// The packs that ship: each compiles, is small beside its bounds, and together they use every construct of the
// language, so that none is there for its own sake or without an example.
#include <stdio.h>

#include "base/limits.h"
#include "base/pb.h"
#include "io/pack_yaml.h"
#include "ledger/pack.h"
#include "store.pb-c.h"
#include "support/support.h"

static const char *const packs[] = { "../../packs/party-branch.yaml", "../../packs/wind-farm.yaml", "../../packs/survey-crew.yaml" };
enum { PACKS = sizeof packs / sizeof packs[0], USED_MAX = 512 };

// Every field of every message that a pack is made of, and whether some pack fills it.
struct use {
	const ProtobufCFieldDescriptor *field;
	const char *message;
	bool used;
};

static struct use uses[USED_MAX];
static size_t use_count;

static struct use *use_of(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < use_count; i++)
		if (uses[i].field == field)
			return &uses[i];
	assert_true(use_count < USED_MAX);
	uses[use_count] = (struct use){ .field = field, .message = message->short_name };
	return &uses[use_count++];
}

static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count;
	memcpy(&count, (const uint8_t *)message + field->quantifier_offset, sizeof count);
	return count;
}

static bool is_filled(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const uint8_t *at = (const uint8_t *)message + field->offset;
	const char *text;
	int64_t wide = 0;
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return count_of(message, field) > 0;
	if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) {
		memcpy(&text, at, sizeof text);
		return text && (field->type == PROTOBUF_C_TYPE_MESSAGE || *text);
	}
	memcpy(&wide, at, field->type == PROTOBUF_C_TYPE_SINT64 || field->type == PROTOBUF_C_TYPE_UINT64 ? 8 : 4);
	return wide != 0;
}

static void visit(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *of = message->descriptor;
	for (unsigned i = 0; i < of->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &of->fields[i];
		struct use *use = use_of(of, field);
		use->used = use->used || is_filled(message, field);
		if (field->type != PROTOBUF_C_TYPE_MESSAGE || !is_filled(message, field))
			continue;
		ProtobufCMessage *const *items, *one;
		memcpy(&items, (const uint8_t *)message + field->offset, sizeof items);
		memcpy(&one, (const uint8_t *)message + field->offset, sizeof one);
		if (field->label != PROTOBUF_C_LABEL_REPEATED)
			visit(one);
		for (size_t k = 0; field->label == PROTOBUF_C_LABEL_REPEATED && k < count_of(message, field); k++)
			visit(items[k]);
	}
}

static void open_pack(const char *path, struct buf *encoded, struct arena *arena)
{
	const char *why;
	arena_init(arena, LIMIT_DECODE_BYTES);
	if (pack_yaml_compile(path, encoded, arena, &why))
		fail_msg("%s", why);
}

static void each_pack_is_good_and_far_from_its_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKS; i++) {
		struct buf encoded = BUF_EMPTY;
		struct arena arena;
		open_pack(packs[i], &encoded, &arena);
		assert_true(encoded.size < LIMIT_PAYLOAD_BYTES / 2); // it travels in one entry
		assert_true(arena.used < LIMIT_DECODE_BYTES / 2);
		arena_free(&arena);
		buf_free(&encoded);
	}
}

static void together_they_use_every_construct(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKS; i++) {
		struct buf encoded = BUF_EMPTY;
		struct arena arena;
		ProtobufCMessage *message;
		open_pack(packs[i], &encoded, &arena);
		assert_ok(pb_unpack(&tributary__pack__descriptor, buf_span(&encoded), &arena, &message));
		visit(message);
		arena_free(&arena);
		buf_free(&encoded);
	}
	size_t missing = 0;
	for (size_t i = 0; i < use_count; i++)
		if (!uses[i].used) {
			print_error("no pack uses %s.%s\n", uses[i].message, uses[i].field->name);
			missing++;
		}
	assert_int_equal(missing, 0);
	assert_true(use_count > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pack_is_good_and_far_from_its_bounds),
		cmocka_unit_test(together_they_use_every_construct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
