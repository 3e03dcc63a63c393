// The only door through which protobuf bytes from outside come in. protobuf-c has no depth
// limit, multiplies memory up to 100 times and accepts bad UTF-8, duplicates and over-long
// varints (DESIGN 12), so a strict scan that allocates nothing stands before it, and its
// allocator is a bounded arena.
//
// Strict means: fields of a message in ascending order of their numbers (those of a repeated
// field together), every varint minimal, wire types 0 1 2 5 only and as declared, strings valid
// UTF-8, no field twice unless repeated, depth at most LIMIT_PB_DEPTH. Unknown fields of a
// known wire type are kept. Our own encoder writes nothing else, so a byte string that passes
// is one that we could have written.
#ifndef TRIBUTARY_BASE_PB_H
#define TRIBUTARY_BASE_PB_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buf.h"

// The scan alone. ERR_MALFORMED or ERR_TOO_LARGE (depth).
enum err pb_scan(const ProtobufCMessageDescriptor *descriptor, struct span bytes);

// Scan, then decode into `arena`; *message lives as long as the arena's content.
// ERR_MALFORMED, ERR_TOO_LARGE, ERR_BUDGET (the arena is full).
enum err pb_unpack(const ProtobufCMessageDescriptor *descriptor, struct span bytes,
                   struct arena *arena, ProtobufCMessage **message);

// Appends the encoding to `buf` (sticky error there).
void pb_pack(const ProtobufCMessage *message, struct buf *buf);

// Borrowed views between the two worlds.
static inline ProtobufCBinaryData pb_bytes(struct span bytes)
{
	// protobuf-c's type is not const; nothing in it writes.
	union { const uint8_t *in; uint8_t *out; } data = { .in = bytes.data };
	return (ProtobufCBinaryData){ .len = bytes.size, .data = data.out };
}

static inline struct span pb_span(ProtobufCBinaryData bytes)
{
	return span_of(bytes.data, bytes.len);
}

#endif
