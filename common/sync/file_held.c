#include "sync/file_held.h"

#include "base/bytes.h"

static const char domain[] = "tributary file v1";

enum {
	SIGNED_BYTES = LIMIT_ID_BYTES + LIMIT_HASH_BYTES + 8 + LIMIT_ID_BYTES + 8,
	KEY_BYTES = 1 + LIMIT_ID_BYTES + LIMIT_HASH_BYTES,
	ROW_BYTES = 8 + LIMIT_HASH_BYTES + LIMIT_ID_BYTES + 8 + LIMIT_SIGNATURE_BYTES,
};

static void signed_bytes(const struct file_held *held, uint8_t bytes[static SIGNED_BYTES])
{
	memcpy(bytes, held->unit.bytes, LIMIT_ID_BYTES);
	memcpy(bytes + 16, held->file.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + 48, held->size);
	memcpy(bytes + 56, held->incarnation.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(bytes + 72, held->time_ms);
}

void file_held_sign(struct file_held *held, const struct identity *server)
{
	uint8_t bytes[SIGNED_BYTES];
	held->server = server->sign_public;
	signed_bytes(held, bytes);
	held->signature = identity_sign(server, domain, span_of(bytes, sizeof bytes));
}

enum err file_held_verify(const struct file_held *held)
{
	uint8_t bytes[SIGNED_BYTES];
	signed_bytes(held, bytes);
	return identity_verify(&held->server, domain, span_of(bytes, sizeof bytes), &held->signature);
}

static struct span make_key(const struct id *unit, const struct hash *file, uint8_t key[static KEY_BYTES])
{
	key[0] = 'h';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + 17, file->bytes, LIMIT_HASH_BYTES);
	return span_of(key, KEY_BYTES);
}

enum err file_held_put(struct txn *txn, const struct file_held *held)
{
	uint8_t key[KEY_BYTES], row[ROW_BYTES];
	bytes_put_u64(row, held->size);
	memcpy(row + 8, held->server.bytes, LIMIT_HASH_BYTES);
	memcpy(row + 40, held->incarnation.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(row + 56, held->time_ms);
	memcpy(row + 64, held->signature.bytes, LIMIT_SIGNATURE_BYTES);
	return txn_put(txn, STORE_WANT, make_key(&held->unit, &held->file, key), span_of(row, sizeof row));
}

bool file_held_get(struct txn *txn, const struct id *unit, const struct hash *file, struct file_held *held)
{
	uint8_t key[KEY_BYTES];
	struct span row;
	*held = (struct file_held){ .unit = *unit, .file = *file };
	if (txn_get(txn, STORE_WANT, make_key(unit, file, key), &row) || row.size != ROW_BYTES)
		return false;
	held->size = bytes_get_u64(row.data);
	memcpy(held->server.bytes, row.data + 8, LIMIT_HASH_BYTES);
	memcpy(held->incarnation.bytes, row.data + 40, LIMIT_ID_BYTES);
	held->time_ms = bytes_get_u64(row.data + 56);
	memcpy(held->signature.bytes, row.data + 64, LIMIT_SIGNATURE_BYTES);
	return true;
}

enum err file_held_forget(struct txn *txn)
{
	return txn_clear(txn, STORE_WANT, span_string("h"));
}
