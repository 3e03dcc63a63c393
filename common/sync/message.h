// Messages: one byte of kind, then protobuf (proto/wire.proto). The table says what may come
// through which door, and which way.
#ifndef TRIBUTARY_SYNC_MESSAGE_H
#define TRIBUTARY_SYNC_MESSAGE_H

#include "base/pb.h"
#include "wire.pb-c.h"

#define MESSAGE_VERSION 1 // of the protocol; a Hello of another major version is answered with Bye

//        name       byte  protobuf   goes
#define MESSAGE_KINDS(X)               \
	X(HELLO,     1,    hello,     UP)   \
	X(ANSWER,    2,    answer,    DOWN) \
	X(PUSH,      3,    push,      UP)   \
	X(NEXT,      4,    next,      UP)   \
	X(CATALOG,   5,    catalog,   UP)   \
	X(WANT,      6,    want,      DOWN) \
	X(BYE,       7,    bye,       BOTH) \
	X(BESIDE,    8,    beside,    BOTH) \
	X(HAUL,      9,    haul,      BOTH) \
	X(JOIN,     16,    join,      PORCH)\
	X(JOINED,   17,    joined,    DOWN)

enum message_kind {
#define MESSAGE_ENUM(name, byte, type, way) MESSAGE_##name = byte,
	MESSAGE_KINDS(MESSAGE_ENUM)
#undef MESSAGE_ENUM
};

enum message_way { MESSAGE_UP = 1, MESSAGE_DOWN = 2, MESSAGE_BOTH = 3, MESSAGE_PORCH = 4 };

// ERR_MALFORMED: unknown kind, wrong way, or not strictly well formed. ERR_BUDGET.
enum err message_read(struct span bytes, enum message_way way, struct arena *arena, enum message_kind *kind,
                      ProtobufCMessage **message);

void message_write(enum message_kind kind, const ProtobufCMessage *message, struct buf *bytes);

const char *message_name(enum message_kind kind); // "hello"

#endif
