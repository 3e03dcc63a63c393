// A signed tree head: the writer's word on everything in a log up to a size. One signature per
// commit on the writer, one verification per range on a reader.
//
// Signed, 80 bytes behind the domain "tributary head v1": log id[32] ‖ size u64 ‖ root[32] ‖ time u64
// Stored and sent, 112 bytes: size u64 ‖ root[32] ‖ time u64 ‖ signature[64]; exact bytes are kept.
#ifndef TRIBUTARY_LOG_HEAD_H
#define TRIBUTARY_LOG_HEAD_H

#include "log/identity.h"

#define HEAD_BYTES 112

struct head {
	uint64_t size;
	struct hash root;
	uint64_t time; // hybrid logical
	struct signature signature;
};

struct head head_sign(const struct identity *writer, const struct hash *log, uint64_t size, const struct hash *root,
                      uint64_t time);
enum err head_verify(const struct head *head, const struct hash *log, const struct hash *device); // ERR_SIGNATURE
void head_encode(const struct head *head, uint8_t bytes[static HEAD_BYTES]);
enum err head_decode(struct span bytes, struct head *head); // ERR_MALFORMED

#endif
