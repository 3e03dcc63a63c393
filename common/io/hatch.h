// What passes between the process that holds the store and the child processes that hold libzmq: frames of
// 56 bytes and a payload, through two pipes. A pipe is the credit: whoever is not read stops, and nothing
// queues up on either side beyond one buffer of fixed size.
//
//	size u32 ‖ kind u8 ‖ door u8 ‖ flag u16 ‖ link u64 ‖ number u64 ‖ curve 32 bytes   then `size` bytes
//
// Both ends are the same program, so numbers lie in the machine's own order. The child meets strangers, so
// what it says is checked like anything from outside.
#ifndef TRIBUTARY_IO_HATCH_H
#define TRIBUTARY_IO_HATCH_H

#include "base/id.h"
#include "base/limits.h"

#include <stdbool.h>

enum hatch_kind {
	// to the child
	HATCH_START = 1,  // payload: struct hatch_start; number: the first link
	HATCH_CONNECT,    // payload: address; number: of the call; curve: the server's
	HATCH_DISCONNECT,
	HATCH_SEND,       // payload; link
	HATCH_CLOSE,      // link
	HATCH_TELL,       // number: ticket; flag: known
	// to the core
	HATCH_READY,      // flag: enum err; payload: the endpoint that was bound
	HATCH_MESSAGE,    // payload; link, curve. At the parent's door link is the number of the call
	HATCH_DOWN,       // link; flag: the parent's was forgotten on the way (link_forgotten)
	HATCH_UP,         // the parent's connection stands; link is the number of the call
	HATCH_ASK,        // number: ticket; curve
	HATCH_HEALTH,     // payload: struct link_health
	HATCH_END,
};

struct hatch_frame {
	uint32_t size;
	uint8_t kind, door;
	uint16_t flag;
	uint64_t link, number;
	struct hash curve;
};

static_assert(sizeof(struct hatch_frame) == 56, "no padding");

enum { HATCH_ENDPOINT_BYTES = 256 };

struct hatch_start {
	struct hash curve_public;
	uint8_t curve_secret[32];
	uint64_t door;             // the one that this child keeps; the sync door's calls the parent too
	uint64_t memory_bytes;     // 0: no cap
	char endpoint[HATCH_ENDPOINT_BYTES];
};

// Bytes on their way in: read from `fd` as they come, given as frames, moved to the front now and then.
struct hatch_reader {
	int fd;
	uint8_t *bytes;            // owned
	size_t capacity, begin, end;
};

enum err hatch_reader_open(struct hatch_reader *reader, int fd, size_t capacity); // holds one frame of the largest kind at least
void hatch_reader_close(struct hatch_reader *reader);                             // and fd
// Reads what is there, without waiting. ERR_UNREACHABLE: the other end is gone.
enum err hatch_read(struct hatch_reader *reader);
// The next whole frame; its payload is borrowed until hatch_read(). ERR_NOT_FOUND: none; ERR_MALFORMED.
enum err hatch_next(struct hatch_reader *reader, struct hatch_frame *frame, struct span *payload);
bool hatch_waits(const struct hatch_reader *reader); // a whole frame is there

// Writes all of it, waiting at most `patience_ms` for the other end. ERR_UNREACHABLE: it is gone or stands still.
enum err hatch_write(int fd, const struct hatch_frame *frame, struct span payload, int patience_ms);

#endif
