// The strict scan walks the generated descriptors beside the bytes. It allocates nothing and
// looks at every byte a bounded number of times (once per level), so its cost is the input's.
#include "base/pb.h"

#include <assert.h>

#include "base/limits.h"
#include "base/reader.h"

enum wire {
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_LENGTH = 2,
	WIRE_FIXED32 = 5,
};

enum { FIELD_NUMBER_MAX = 536870911, FIELDS_MAX = 64 };

#define PB_NONE SIZE_MAX

// How each declared type travels. `largest` bounds the varint; signed 32-bit ones are apart.
static const struct {
	enum wire wire;
	uint64_t largest;
} types[] = {
	[PROTOBUF_C_TYPE_INT32] = { .wire = WIRE_VARINT, .largest = UINT64_MAX },
	[PROTOBUF_C_TYPE_SINT32] = { .wire = WIRE_VARINT, .largest = UINT32_MAX },
	[PROTOBUF_C_TYPE_SFIXED32] = { .wire = WIRE_FIXED32 },
	[PROTOBUF_C_TYPE_INT64] = { .wire = WIRE_VARINT, .largest = UINT64_MAX },
	[PROTOBUF_C_TYPE_SINT64] = { .wire = WIRE_VARINT, .largest = UINT64_MAX },
	[PROTOBUF_C_TYPE_SFIXED64] = { .wire = WIRE_FIXED64 },
	[PROTOBUF_C_TYPE_UINT32] = { .wire = WIRE_VARINT, .largest = UINT32_MAX },
	[PROTOBUF_C_TYPE_FIXED32] = { .wire = WIRE_FIXED32 },
	[PROTOBUF_C_TYPE_UINT64] = { .wire = WIRE_VARINT, .largest = UINT64_MAX },
	[PROTOBUF_C_TYPE_FIXED64] = { .wire = WIRE_FIXED64 },
	[PROTOBUF_C_TYPE_FLOAT] = { .wire = WIRE_FIXED32 },
	[PROTOBUF_C_TYPE_DOUBLE] = { .wire = WIRE_FIXED64 },
	[PROTOBUF_C_TYPE_BOOL] = { .wire = WIRE_VARINT, .largest = 1 },
	[PROTOBUF_C_TYPE_ENUM] = { .wire = WIRE_VARINT, .largest = UINT64_MAX },
	[PROTOBUF_C_TYPE_STRING] = { .wire = WIRE_LENGTH },
	[PROTOBUF_C_TYPE_BYTES] = { .wire = WIRE_LENGTH },
	[PROTOBUF_C_TYPE_MESSAGE] = { .wire = WIRE_LENGTH },
};

// What one message's fields have shown so far.
struct level {
	const ProtobufCMessageDescriptor *descriptor;
	uint32_t number;  // of the last field; numbers never descend
	unsigned next;    // every declared field below this index lies behind
	uint64_t seen;    // declared fields met, by index
};

static enum err scan_message(const ProtobufCMessageDescriptor *descriptor, struct span bytes, unsigned depth);

// UTF-8 as RFC 3629 has it, and no NUL: a C string could not hold it.
static bool is_text(struct span text)
{
	const uint8_t *at = text.data, *end = text.data + text.size;
	while (at < end) {
		uint8_t lead = *at++;
		if (lead < 0x80 && lead != 0)
			continue;
		size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
		if (lead < 0xc2 || lead > 0xf4 || (size_t)(end - at) < more)
			return false;
		// The second byte bars over-long forms, surrogates and what lies past U+10FFFF.
		uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
		uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
		if (*at < low || *at > high)
			return false;
		for (at++; --more; at++)
			if ((*at & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static bool varint_fits(ProtobufCType type, uint64_t value)
{
	// Signed without zigzag: a negative one is extended to 64 bits.
	if (type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_ENUM)
		return value <= INT32_MAX || value >= (uint64_t)INT32_MIN;
	return value <= types[type].largest;
}

// One scalar. *zero tells whether it is the default, which our encoder leaves out.
static enum err scan_scalar(ProtobufCType type, struct reader *reader, bool *zero)
{
	uint64_t value = 0;
	switch (types[type].wire) {
	case WIRE_VARINT:
		value = reader_varint(reader);
		if (!varint_fits(type, value))
			return ERR_MALFORMED;
		break;
	case WIRE_FIXED32:
		value = reader_u32(reader);
		break;
	case WIRE_FIXED64:
		value = reader_u64(reader);
		break;
	case WIRE_LENGTH:
		assert(!"not a scalar");
	}
	*zero = value == 0;
	return reader->err;
}

static enum err scan_packed(ProtobufCType type, struct span bytes)
{
	struct reader reader = reader_of(bytes);
	bool zero;
	enum err err = bytes.size ? ERR_OK : ERR_MALFORMED; // an empty list is left out
	while (!err && reader_left(&reader))
		err = scan_scalar(type, &reader, &zero);
	return err;
}

static struct span take_length(struct reader *reader)
{
	uint64_t size = reader_varint(reader);
	if (size > reader_left(reader))
		reader->err = ERR_MALFORMED;
	return reader_bytes(reader, reader->err ? 0 : (size_t)size);
}

// The content of a length-delimited field that is not packed.
static enum err scan_content(const ProtobufCFieldDescriptor *field, struct span bytes, unsigned depth)
{
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return scan_message(field->descriptor, bytes, depth + 1);
	if (field->type == PROTOBUF_C_TYPE_STRING && !is_text(bytes))
		return ERR_MALFORMED;
	return ERR_OK;
}

static enum err scan_known(const ProtobufCFieldDescriptor *field, uint32_t wire, struct reader *reader, unsigned depth)
{
	bool packed = field->label == PROTOBUF_C_LABEL_REPEATED && (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED);
	// Proto3 leaves defaults out, except where presence itself says something.
	bool implicit = field->label == PROTOBUF_C_LABEL_NONE && !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF);
	bool zero = false;
	enum err err;
	if (wire != (packed ? WIRE_LENGTH : types[field->type].wire))
		return ERR_MALFORMED;
	if (wire == WIRE_LENGTH) {
		struct span bytes = take_length(reader);
		if (reader->err)
			return reader->err;
		zero = bytes.size == 0 && field->type != PROTOBUF_C_TYPE_MESSAGE;
		err = packed ? scan_packed(field->type, bytes) : scan_content(field, bytes, depth);
	} else {
		err = scan_scalar(field->type, reader, &zero);
	}
	return err ? err : implicit && zero ? ERR_MALFORMED : ERR_OK;
}

static enum err scan_unknown(uint32_t wire, struct reader *reader)
{
	switch (wire) {
	case WIRE_VARINT:
		reader_varint(reader);
		return reader->err;
	case WIRE_FIXED64:
		reader_bytes(reader, 8);
		return reader->err;
	case WIRE_LENGTH:
		take_length(reader);
		return reader->err;
	case WIRE_FIXED32:
		reader_bytes(reader, 4);
		return reader->err;
	default:
		return ERR_MALFORMED; // groups, and what never was
	}
}

// The index of a field by its number, or PB_NONE. Numbers ascend, so this only ever walks on.
static size_t find_field(struct level *level, uint32_t number)
{
	const ProtobufCMessageDescriptor *descriptor = level->descriptor;
	while (level->next < descriptor->n_fields && descriptor->fields[level->next].id < number)
		level->next++;
	bool found = level->next < descriptor->n_fields && descriptor->fields[level->next].id == number;
	return found ? level->next : PB_NONE;
}

// Not twice unless repeated, and of a oneof one member.
static bool may_appear(const struct level *level, size_t index)
{
	const ProtobufCFieldDescriptor *fields = level->descriptor->fields, *field = &fields[index];
	if (level->seen >> index & 1)
		return field->label == PROTOBUF_C_LABEL_REPEATED && !(field->flags & PROTOBUF_C_FIELD_FLAG_PACKED);
	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return true;
	for (size_t i = 0; i < index; i++) {
		bool sibling = (fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		               && fields[i].quantifier_offset == field->quantifier_offset;
		if (sibling && (level->seen >> i & 1))
			return false;
	}
	return true;
}

static enum err scan_field(struct level *level, struct reader *reader, unsigned depth)
{
	uint64_t tag = reader_varint(reader);
	uint64_t number = tag >> 3;
	uint32_t wire = (uint32_t)(tag & 7);
	if (reader->err || number == 0 || number > FIELD_NUMBER_MAX || number < level->number)
		return ERR_MALFORMED;
	level->number = (uint32_t)number;
	size_t index = find_field(level, (uint32_t)number);
	if (index == PB_NONE)
		return scan_unknown(wire, reader);
	if (!may_appear(level, index))
		return ERR_MALFORMED;
	level->seen |= UINT64_C(1) << index;
	return scan_known(&level->descriptor->fields[index], wire, reader, depth);
}

static enum err scan_message(const ProtobufCMessageDescriptor *descriptor, struct span bytes, unsigned depth)
{
	assert(descriptor->n_fields <= FIELDS_MAX);
	if (depth > LIMIT_PB_DEPTH)
		return ERR_TOO_LARGE;
	struct level level = { .descriptor = descriptor, .number = 0, .next = 0, .seen = 0 };
	struct reader reader = reader_of(bytes);
	enum err err = ERR_OK;
	while (!err && reader_left(&reader))
		err = scan_field(&level, &reader, depth);
	return err;
}

enum err pb_scan(const ProtobufCMessageDescriptor *descriptor, struct span bytes)
{
	return scan_message(descriptor, bytes, 1);
}

// protobuf-c frees piecewise what it must; the arena lets all of it go at once.

struct lender {
	struct arena *arena;
	bool refused;
};

static void *lend(void *context, size_t size)
{
	struct lender *lender = context;
	void *fresh = arena_alloc(lender->arena, size);
	if (!fresh)
		lender->refused = true;
	return fresh;
}

static void take_back(void *context, void *pointer)
{
	(void)context;
	(void)pointer;
}

enum err pb_unpack(const ProtobufCMessageDescriptor *descriptor, struct span bytes,
                   struct arena *arena, ProtobufCMessage **message)
{
	static const uint8_t nothing[1];
	*message = NULL;
	enum err err = pb_scan(descriptor, bytes);
	if (err)
		return err;
	struct lender lender = { .arena = arena, .refused = false };
	ProtobufCAllocator allocator = { .alloc = lend, .free = take_back, .allocator_data = &lender };
	*message = protobuf_c_message_unpack(descriptor, &allocator, bytes.size, bytes.size ? bytes.data : nothing);
	if (*message)
		return ERR_OK;
	return lender.refused ? ERR_BUDGET : ERR_MALFORMED;
}

void pb_pack(const ProtobufCMessage *message, struct buf *buf)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *to = buf_extend(buf, size);
	if (!to)
		return;
	size_t written = protobuf_c_message_pack(message, to);
	assert(written == size);
}
