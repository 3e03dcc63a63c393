// Signed tree heads. What is signed names the log; what is stored does not, since it stands beside it.
#include "log/head.h"

#include "base/bytes.h"

static const char domain[] = "tributary head v1";

enum { SIGNED_BYTES = LIMIT_HASH_BYTES + 8 + LIMIT_HASH_BYTES + 8 };

static void signed_bytes(const struct head *head, const struct hash *log, uint8_t bytes[static SIGNED_BYTES])
{
	memcpy(bytes, log->bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + 32, head->size);
	memcpy(bytes + 40, head->root.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + 72, head->time);
}

struct head head_sign(const struct identity *writer, const struct hash *log, uint64_t size, const struct hash *root,
                      uint64_t time)
{
	struct head head = { .size = size, .root = *root, .time = time };
	uint8_t bytes[SIGNED_BYTES];
	signed_bytes(&head, log, bytes);
	head.signature = identity_sign(writer, domain, span_of(bytes, sizeof bytes));
	return head;
}

enum err head_verify(const struct head *head, const struct hash *log, const struct hash *device)
{
	uint8_t bytes[SIGNED_BYTES];
	signed_bytes(head, log, bytes);
	return identity_verify(device, domain, span_of(bytes, sizeof bytes), &head->signature);
}

void head_encode(const struct head *head, uint8_t bytes[static HEAD_BYTES])
{
	bytes_put_u64(bytes, head->size);
	memcpy(bytes + 8, head->root.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + 40, head->time);
	memcpy(bytes + 48, head->signature.bytes, LIMIT_SIGNATURE_BYTES);
}

enum err head_decode(struct span bytes, struct head *head)
{
	if (bytes.size != HEAD_BYTES)
		return ERR_MALFORMED;
	head->size = bytes_get_u64(bytes.data);
	memcpy(head->root.bytes, bytes.data + 8, LIMIT_HASH_BYTES);
	head->time = bytes_get_u64(bytes.data + 40);
	memcpy(head->signature.bytes, bytes.data + 48, LIMIT_SIGNATURE_BYTES);
	return ERR_OK;
}
