// Every message that travels or rests, behind the strict scan: what passes it decodes within its budget and
// comes out as the same bytes when it is encoded again.
#include "fuzz.h"

#include "base/limits.h"
#include "base/pb.h"
#include "store.pb-c.h"
#include "wire.pb-c.h"

static const ProtobufCMessageDescriptor *const descriptors[] = {
	&tributary__hello__descriptor,   &tributary__answer__descriptor, &tributary__push__descriptor,
	&tributary__next__descriptor,    &tributary__catalog__descriptor, &tributary__want__descriptor,
	&tributary__bye__descriptor,     &tributary__frame__descriptor,  &tributary__join__descriptor,
	&tributary__joined__descriptor,  &tributary__proof__descriptor,  &tributary__changes__descriptor,
	&tributary__tally__descriptor,   &tributary__sealed__descriptor, &tributary__epoch__descriptor,
	&tributary__mail__descriptor,    &tributary__statements__descriptor, &tributary__pack__descriptor,
	&tributary__receipts__descriptor,
	&tributary__incarnation__descriptor,
	&tributary__custody__descriptor,
	&tributary__custody_batch__descriptor,
	&tributary__transfer__descriptor,
	&tributary__dossier__descriptor,
	&tributary__submission__descriptor,
	&tributary__review__descriptor,
	&tributary__request__descriptor,
	&tributary__reply__descriptor,
};

enum { COUNT = sizeof descriptors / sizeof descriptors[0] };

const unsigned fuzz_effort = 200;

// Unknown fields are packed behind the known ones, so that what has some is not in order any more. Looks
// into lists; what statements hold singly is taken for unknown.
static bool all_known(const ProtobufCMessage *message, unsigned depth)
{
	bool known = message->n_unknown_fields == 0;
	for (unsigned i = 0; i < message->descriptor->n_fields && known && depth < LIMIT_PB_DEPTH; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		const void *member = (const uint8_t *)message + field->offset;
		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		if (field->label != PROTOBUF_C_LABEL_REPEATED)
			return false;
		size_t count = *(const size_t *)(const void *)((const uint8_t *)message + field->quantifier_offset);
		for (size_t k = 0; k < count && known; k++)
			known = all_known((*(ProtobufCMessage *const *const *)member)[k], depth + 1);
	}
	return known;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const ProtobufCMessageDescriptor *descriptor = descriptors[data[0] % COUNT];
	struct span bytes = span_of(data + 1, size - 1);
	struct arena arena;
	struct buf again = BUF_EMPTY;
	ProtobufCMessage *message;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err scanned = pb_scan(descriptor, bytes), unpacked = pb_unpack(descriptor, bytes, &arena, &message);
	FUZZ_HOLDS(!scanned || unpacked);
	FUZZ_HOLDS(scanned || !unpacked || unpacked == ERR_BUDGET);
	if (!unpacked) {
		pb_pack(message, &again);
		FUZZ_HOLDS(again.err || !all_known(message, 1) || pb_scan(descriptor, buf_span(&again)) == ERR_OK);
	}
	buf_free(&again);
	arena_free(&arena);
	return 0;
}

// One field of each, as small messages have them.
bool fuzz_seed(unsigned number, struct buf *input)
{
	static const uint8_t fields[] = { 0x08, 0x01, 0x12, 0x02, 0x08, 0x01, 0x1a, 0x01, 0x41, 0x22, 0x00 };
	if (number >= COUNT)
		return false;
	buf_u8(input, (uint8_t)number);
	buf_bytes(input, fields, sizeof fields);
	return true;
}
