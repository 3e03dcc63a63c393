#include "support/bent.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "support/support.h"

enum { LOOKED_INTO = 2, TEXT_WITHOUT_END = 70000 }; // of a list the first so many are bent themselves

struct bending {
	size_t left; // places to pass over
	bool done;
	struct arena *arena;
};

static bool is_it(struct bending *bending)
{
	bending->done = bending->left == 0;
	bending->left -= !bending->done;
	return bending->done;
}

static void *taken(struct bending *bending, size_t size)
{
	void *memory = arena_alloc(bending->arena, size);
	assert_non_null(memory);
	return memory;
}

static void bend_number(struct bending *bending, void *member, size_t size)
{
	static const uint64_t values[] = { 0, 1, 0x7f, 0x100, 0x10000, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX };
	for (size_t i = 0; i < sizeof values / sizeof values[0] && !bending->done; i++)
		if ((size == 8 || values[i] <= UINT32_MAX) && is_it(bending))
			memcpy(member, &values[i], size); // little-endian, as the machines that this runs on
}

static void bend_bytes(struct bending *bending, ProtobufCBinaryData *bytes)
{
	if (bytes->len && is_it(bending)) {
		bytes->len--;
	} else if (!bending->done && is_it(bending)) {
		uint8_t *longer = taken(bending, bytes->len + 1);
		if (bytes->len)
			memcpy(longer, bytes->data, bytes->len);
		*bytes = (ProtobufCBinaryData){ .len = bytes->len + 1, .data = longer };
	} else if (!bending->done && bytes->len && is_it(bending)) {
		bytes->data = taken(bending, bytes->len); // zeros
	} else if (!bending->done && bytes->len && is_it(bending)) {
		uint8_t *other = taken(bending, bytes->len);
		memcpy(other, bytes->data, bytes->len);
		other[bytes->len / 2] ^= 0x10;
		bytes->data = other;
	} else if (!bending->done && bytes->len && is_it(bending)) {
		bytes->len = 0;
	}
}

static void bend_text(struct bending *bending, char **text)
{
	static const char *const others[] = { "", "x", "\n" };
	for (size_t i = 0; i < sizeof others / sizeof others[0] && !bending->done; i++)
		if (is_it(bending))
			*text = (char *)(uintptr_t)others[i];
	if (!bending->done && is_it(bending)) {
		*text = taken(bending, TEXT_WITHOUT_END + 1);
		memset(*text, 'x', TEXT_WITHOUT_END);
	}
}

static void bend_message(struct bending *bending, ProtobufCMessage *message);

static size_t size_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64: case PROTOBUF_C_TYPE_SINT64: case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64: case PROTOBUF_C_TYPE_FIXED64: case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_INT32: case PROTOBUF_C_TYPE_SINT32: case PROTOBUF_C_TYPE_SFIXED32: case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: case PROTOBUF_C_TYPE_FLOAT: case PROTOBUF_C_TYPE_ENUM: case PROTOBUF_C_TYPE_BOOL:
		return 4;
	case PROTOBUF_C_TYPE_STRING:
		return sizeof(char *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(ProtobufCMessage *);
	}
	fail_msg("a type of protobuf that is none");
	return 0;
}

static void bend_one(struct bending *bending, const ProtobufCFieldDescriptor *field, void *member)
{
	if (field->type == PROTOBUF_C_TYPE_BYTES)
		bend_bytes(bending, member);
	else if (field->type == PROTOBUF_C_TYPE_STRING)
		bend_text(bending, member);
	else if (field->type == PROTOBUF_C_TYPE_BOOL && is_it(bending))
		*(protobuf_c_boolean *)member = !*(protobuf_c_boolean *)member;
	else if (field->type == PROTOBUF_C_TYPE_MESSAGE && *(ProtobufCMessage **)member)
		bend_message(bending, *(ProtobufCMessage **)member);
	else if (field->type != PROTOBUF_C_TYPE_MESSAGE && field->type != PROTOBUF_C_TYPE_BOOL)
		bend_number(bending, member, size_of(field->type));
}

static void bend_list(struct bending *bending, const ProtobufCFieldDescriptor *field, size_t *count, void **list)
{
	const size_t size = size_of(field->type);
	for (size_t i = 0; i < *count && i < LOOKED_INTO && !bending->done; i++)
		bend_one(bending, field, (char *)*list + i * size);
	if (*count && !bending->done && is_it(bending)) {
		*count = 0;
	} else if (*count && !bending->done && is_it(bending)) { // the last one twice
		char *longer = taken(bending, (*count + 1) * size);
		memcpy(longer, *list, *count * size);
		memcpy(longer + *count * size, longer + (*count - 1) * size, size);
		*list = longer;
		++*count;
	}
}

static void bend_message(struct bending *bending, ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields && !bending->done; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		char *member = (char *)message + field->offset, *quantifier = (char *)message + field->quantifier_offset;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			bend_list(bending, field, (size_t *)(void *)quantifier, (void **)(void *)member);
			continue;
		}
		if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF && *(uint32_t *)(void *)quantifier != field->id)
			continue;
		bend_one(bending, field, member);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE && *(void **)(void *)member && !bending->done && is_it(bending)) {
			if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
				*(uint32_t *)(void *)quantifier = 0;
			*(void **)(void *)member = NULL;
		}
	}
}

bool bent(ProtobufCMessage *message, size_t n, struct arena *arena)
{
	struct bending bending = { .left = n, .arena = arena };
	bend_message(&bending, message);
	return bending.done;
}
