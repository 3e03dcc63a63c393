#include "sync/message.h"

static const struct {
	const char *name;
	const ProtobufCMessageDescriptor *descriptor;
	enum message_way way;
} table[] = {
#define MESSAGE_ROW(symbol, byte, type, direction) \
	[byte] = { .name = #type, .descriptor = &tributary__##type##__descriptor, .way = MESSAGE_##direction },
	MESSAGE_KINDS(MESSAGE_ROW)
#undef MESSAGE_ROW
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

enum err message_read(struct span bytes, enum message_way way, struct arena *arena, enum message_kind *kind,
                      ProtobufCMessage **message)
{
	if (bytes.size == 0 || bytes.data[0] >= TABLE_SIZE)
		return ERR_MALFORMED;
	uint8_t first = bytes.data[0];
	if (!table[first].descriptor || !(table[first].way & way))
		return ERR_MALFORMED;
	*kind = (enum message_kind)first;
	return pb_unpack(table[first].descriptor, span_of(bytes.data + 1, bytes.size - 1), arena, message);
}

void message_write(enum message_kind kind, const ProtobufCMessage *message, struct buf *bytes)
{
	buf_u8(bytes, (uint8_t)kind);
	pb_pack(message, bytes);
}

const char *message_name(enum message_kind kind)
{
	return (unsigned)kind < TABLE_SIZE && table[kind].name ? table[kind].name : "unknown";
}
