// Receipts: signed layout and stored layout.
#include "log/receipt.h"

#include <assert.h>

#include "base/bytes.h"
#include "base/reader.h"

static const char domain[] = "tributary receipt v1";

enum { SIGNED_BYTES = LIMIT_ID_BYTES + LIMIT_HASH_BYTES + 8 + LIMIT_HASH_BYTES + 1 + 8 };

static void signed_bytes(const struct receipt *receipt, const struct hash *log, uint8_t bytes[static SIGNED_BYTES])
{
	memcpy(bytes, receipt->incarnation.bytes, LIMIT_ID_BYTES);
	memcpy(bytes + 16, log->bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + 48, receipt->size);
	memcpy(bytes + 56, receipt->root.bytes, LIMIT_HASH_BYTES);
	bytes[88] = (uint8_t)receipt->tier;
	bytes_put_u64(bytes + 89, receipt->time);
}

static bool tier_valid(unsigned tier)
{
	return tier >= RECEIPT_RECEIVED && tier <= RECEIPT_TIERS;
}

void receipt_sign(struct receipt *receipt, const struct identity *server, const struct hash *log)
{
	assert(tier_valid((unsigned)receipt->tier));
	uint8_t bytes[SIGNED_BYTES];
	signed_bytes(receipt, log, bytes);
	receipt->server = server->sign_public;
	receipt->signature = identity_sign(server, domain, span_of(bytes, sizeof bytes));
}

enum err receipt_verify(const struct receipt *receipt, const struct hash *log)
{
	if (!tier_valid((unsigned)receipt->tier))
		return ERR_SIGNATURE;
	uint8_t bytes[SIGNED_BYTES];
	signed_bytes(receipt, log, bytes);
	return identity_verify(&receipt->server, domain, span_of(bytes, sizeof bytes), &receipt->signature);
}

void receipt_encode(const struct receipt *receipt, uint8_t bytes[static RECEIPT_BYTES])
{
	memcpy(bytes, receipt->server.bytes, LIMIT_HASH_BYTES);
	memcpy(bytes + 32, receipt->incarnation.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(bytes + 48, receipt->size);
	memcpy(bytes + 56, receipt->root.bytes, LIMIT_HASH_BYTES);
	bytes[88] = (uint8_t)receipt->tier;
	bytes_put_u64(bytes + 89, receipt->time);
	memcpy(bytes + 97, receipt->signature.bytes, LIMIT_SIGNATURE_BYTES);
}

enum err receipt_decode(struct span bytes, struct receipt *receipt)
{
	struct reader reader = reader_of(bytes);
	reader_copy(&reader, receipt->server.bytes, LIMIT_HASH_BYTES);
	reader_copy(&reader, receipt->incarnation.bytes, LIMIT_ID_BYTES);
	receipt->size = reader_u64(&reader);
	reader_copy(&reader, receipt->root.bytes, LIMIT_HASH_BYTES);
	unsigned tier = reader_u8(&reader);
	receipt->time = reader_u64(&reader);
	reader_copy(&reader, receipt->signature.bytes, LIMIT_SIGNATURE_BYTES);
	receipt->tier = tier_valid(tier) ? (enum receipt_tier)tier : RECEIPT_RECEIVED;
	return tier_valid(tier) ? reader_end(&reader) : ERR_MALFORMED;
}
