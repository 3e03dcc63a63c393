#include "sync/bundle_row.h"

#include "base/buf.h"
#include "base/bytes.h"

enum {
	GREETING_BYTES = 16 + 16 + 8 + 4 + 16 + 8,
	TAKEN_BYTES = 16 + 8 + 8,
	WENT_BYTES = 8 + 8,
	DEVICE_KEY_BYTES = 1 + LIMIT_HASH_BYTES,
	PLACE_KEY_BYTES = DEVICE_KEY_BYTES + LIMIT_ID_BYTES + 4 + 4,
	WAITING_HEAD_BYTES = 1 + 8,
};

static struct span device_key(uint8_t key[static DEVICE_KEY_BYTES], char what, const struct hash *device)
{
	key[0] = (uint8_t)what;
	memcpy(key + 1, device->bytes, LIMIT_HASH_BYTES);
	return span_of(key, DEVICE_KEY_BYTES);
}

// ---- How far a device stands ----

enum err bundle_greeting_get(struct txn *txn, const struct hash *device, struct bundle_greeting *greeting)
{
	uint8_t key[DEVICE_KEY_BYTES];
	struct span value;
	*greeting = (struct bundle_greeting){ .made_ms = 0 };
	enum err err = txn_get(txn, STORE_BUNDLE, device_key(key, 'G', device), &value);
	if (err)
		return err;
	if (value.size != GREETING_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	memcpy(greeting->incarnation.bytes, value.data, 16);
	memcpy(greeting->server.bytes, value.data + 16, 16);
	greeting->cursor.number = bytes_get_u64(value.data + 32);
	greeting->cursor.mark = bytes_get_u32(value.data + 40);
	memcpy(greeting->bundle.bytes, value.data + 44, 16);
	greeting->made_ms = bytes_get_u64(value.data + 60);
	return ERR_OK;
}

enum err bundle_greeting_put(struct txn *txn, const struct hash *device, const struct bundle_greeting *greeting)
{
	uint8_t key[DEVICE_KEY_BYTES], value[GREETING_BYTES];
	memcpy(value, greeting->incarnation.bytes, 16);
	memcpy(value + 16, greeting->server.bytes, 16);
	bytes_put_u64(value + 32, greeting->cursor.number);
	bytes_put_u32(value + 40, greeting->cursor.mark);
	memcpy(value + 44, greeting->bundle.bytes, 16);
	bytes_put_u64(value + 60, greeting->made_ms);
	return txn_put(txn, STORE_BUNDLE, device_key(key, 'G', device), span_of(value, sizeof value));
}

// ---- What it is to be told ----

struct scan bundle_refusals(struct txn *txn, const struct hash *device)
{
	uint8_t key[DEVICE_KEY_BYTES];
	return scan_begin(txn, STORE_BUNDLE, device_key(key, 'R', device));
}

enum err bundle_refusal_add(struct txn *txn, const struct hash *device, struct span refusal)
{
	uint8_t key[DEVICE_KEY_BYTES + 4];
	uint32_t number = 0;
	struct scan scan = bundle_refusals(txn, device);
	bool known = false;
	while (!known && scan_next(&scan)) {
		known = span_equal(scan.value, refusal);
		number++;
	}
	scan_end(&scan);
	if (known || txn->err)
		return txn->err;
	device_key(key, 'R', device);
	bytes_put_u32(key + DEVICE_KEY_BYTES, number);
	return txn_put(txn, STORE_BUNDLE, span_of(key, sizeof key), refusal);
}

enum err bundle_told(struct txn *txn, const struct hash *device, bool joined)
{
	uint8_t key[DEVICE_KEY_BYTES + 4];
	struct scan scan = bundle_refusals(txn, device);
	while (scan_next(&scan) && scan.key.size == sizeof key) {
		memcpy(key, scan.key.data, sizeof key);
		txn_delete(txn, STORE_BUNDLE, span_of(key, sizeof key));
	}
	scan_end(&scan);
	return joined ? txn_delete(txn, STORE_BUNDLE, device_key(key, 'J', device)) : txn->err;
}

enum err bundle_joined_put(struct txn *txn, const struct hash *device, struct span joined)
{
	uint8_t key[DEVICE_KEY_BYTES];
	return txn_put(txn, STORE_BUNDLE, device_key(key, 'J', device), joined);
}

enum err bundle_joined_get(struct txn *txn, const struct hash *device, struct span *joined)
{
	uint8_t key[DEVICE_KEY_BYTES];
	return txn_get(txn, STORE_BUNDLE, device_key(key, 'J', device), joined);
}

// ---- What came before its time ----

static struct span waiting_key(void)
{
	return span_string("bundle waiting");
}

static enum err waiting_bytes(struct txn *txn, uint64_t *bytes)
{
	struct span value;
	*bytes = 0;
	enum err err = txn_get(txn, STORE_META, waiting_key(), &value);
	if (!err && value.size == 8)
		*bytes = bytes_get_u64(value.data);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err waiting_set(struct txn *txn, uint64_t bytes)
{
	uint8_t value[8];
	bytes_put_u64(value, bytes);
	return txn_put(txn, STORE_META, waiting_key(), span_of(value, sizeof value));
}

static struct span place_key(const struct bundle_place *place, uint8_t key[static PLACE_KEY_BYTES])
{
	device_key(key, 'W', &place->holder);
	memcpy(key + DEVICE_KEY_BYTES, place->bundle.bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + DEVICE_KEY_BYTES + LIMIT_ID_BYTES, place->part);
	bytes_put_u32(key + DEVICE_KEY_BYTES + LIMIT_ID_BYTES + 4, place->piece);
	return span_of(key, PLACE_KEY_BYTES);
}

enum err bundle_wait(struct txn *txn, const struct bundle_place *place, uint8_t door, uint64_t made_ms, struct span message)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct buf value = BUF_EMPTY;
	uint64_t bytes;
	enum err err = waiting_bytes(txn, &bytes);
	if (err || txn_has(txn, STORE_BUNDLE, place_key(place, key)))
		return err;
	if (bytes + message.size > BUNDLE_WAITING_BYTES_MOST)
		return ERR_BUDGET;
	buf_u8(&value, door);
	buf_u64(&value, made_ms);
	buf_bytes(&value, message.data, message.size);
	err = value.err ? txn_fail(txn, value.err) : txn_put(txn, STORE_BUNDLE, span_of(key, sizeof key), buf_span(&value));
	buf_free(&value);
	return err ? err : waiting_set(txn, bytes + message.size);
}

enum err bundle_wait_over(struct txn *txn, const struct bundle_place *place)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct span value;
	uint64_t bytes;
	enum err err = txn_get(txn, STORE_BUNDLE, place_key(place, key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	uint64_t size = value.size > WAITING_HEAD_BYTES ? value.size - WAITING_HEAD_BYTES : 0;
	waiting_bytes(txn, &bytes);
	txn_delete(txn, STORE_BUNDLE, span_of(key, sizeof key));
	return waiting_set(txn, bytes > size ? bytes - size : 0);
}

enum err bundle_wait_next(struct txn *txn, struct bundle_place *place, struct arena *arena, uint8_t *door, uint64_t *made_ms,
                         struct span *message)
{
	uint8_t key[PLACE_KEY_BYTES];
	place_key(place, key);
	struct scan scan = scan_begin_from(txn, STORE_BUNDLE, span_of(key, 1), span_of(key, sizeof key));
	enum err err = scan_next(&scan) ? ERR_OK : ERR_NOT_FOUND;
	if (!err && (scan.key.size != PLACE_KEY_BYTES || scan.value.size < WAITING_HEAD_BYTES))
		err = txn_fail(txn, ERR_CORRUPT);
	if (!err) {
		memcpy(place->holder.bytes, scan.key.data + 1, LIMIT_HASH_BYTES);
		memcpy(place->bundle.bytes, scan.key.data + DEVICE_KEY_BYTES, LIMIT_ID_BYTES);
		place->part = bytes_get_u32(scan.key.data + DEVICE_KEY_BYTES + LIMIT_ID_BYTES);
		place->piece = bytes_get_u32(scan.key.data + DEVICE_KEY_BYTES + LIMIT_ID_BYTES + 4);
		*door = scan.value.data[0];
		*made_ms = bytes_get_u64(scan.value.data + 1);
		err = arena_copy(arena, span_of(scan.value.data + WAITING_HEAD_BYTES, scan.value.size - WAITING_HEAD_BYTES), message);
	}
	scan_end(&scan);
	return err;
}

uint64_t bundle_waiting(struct txn *txn, const struct hash *holder)
{
	uint8_t key[DEVICE_KEY_BYTES];
	uint64_t count = 0;
	static const struct hash nobody;
	device_key(key, 'W', holder ? holder : &nobody);
	struct scan scan = scan_begin(txn, STORE_BUNDLE, span_of(key, holder ? sizeof key : 1));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

// ---- What went ----

enum err bundle_went(struct txn *txn, uint32_t log, uint64_t size, uint64_t now_ms)
{
	uint8_t key[1 + 4] = { 'S' }, value[WENT_BYTES];
	bytes_put_u32(key + 1, log);
	bytes_put_u64(value, size);
	bytes_put_u64(value + 8, now_ms);
	return txn_put(txn, STORE_BUNDLE, span_of(key, sizeof key), span_of(value, sizeof value));
}

enum err bundle_unacknowledged(struct txn *txn, const struct hash *server, struct bundle_unacknowledged *sum)
{
	*sum = (struct bundle_unacknowledged){ .entries = 0 };
	struct scan scan = scan_begin(txn, STORE_BUNDLE, span_string("S"));
	while (scan_next(&scan)) {
		struct journal_log log;
		uint64_t held = 0;
		if (scan.key.size != 1 + 4 || scan.value.size != WENT_BYTES || journal_find_number(txn, bytes_get_u32(scan.key.data + 1), &log))
			continue;
		for (size_t i = 0; i < RECEIPT_TIERS; i++)
			if (hash_equal(&log.receipt[i].server, server) && log.receipt[i].size > held)
				held = log.receipt[i].size;
		uint64_t went = bytes_get_u64(scan.value.data), time = bytes_get_u64(scan.value.data + 8);
		if (went <= held)
			continue;
		sum->entries += went - held;
		sum->time = time > sum->time ? time : sum->time;
	}
	scan_end(&scan);
	return txn->err;
}

enum err bundle_stamp(struct txn *txn, uint64_t now_ms, uint64_t *time)
{
	struct span value, key = span_string("bundle made");
	uint8_t bytes[8];
	uint64_t last = txn_get(txn, STORE_META, key, &value) == ERR_OK && value.size == 8 ? bytes_get_u64(value.data) : 0;
	*time = now_ms > last ? now_ms : last + 1;
	bytes_put_u64(bytes, *time);
	return txn_put(txn, STORE_META, key, span_of(bytes, sizeof bytes));
}

// ---- What was taken ----

enum err bundle_taken_get(struct txn *txn, const struct hash *holder, struct bundle_taken *taken)
{
	uint8_t key[DEVICE_KEY_BYTES];
	struct span value;
	*taken = (struct bundle_taken){ .made_ms = 0 };
	enum err err = txn_get(txn, STORE_BUNDLE, device_key(key, 'T', holder), &value);
	if (err)
		return err;
	if (value.size != TAKEN_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	memcpy(taken->bundle.bytes, value.data, LIMIT_ID_BYTES);
	taken->made_ms = bytes_get_u64(value.data + LIMIT_ID_BYTES);
	taken->taken_ms = bytes_get_u64(value.data + LIMIT_ID_BYTES + 8);
	return ERR_OK;
}

enum err bundle_taken_put(struct txn *txn, const struct hash *holder, const struct bundle_taken *taken)
{
	uint8_t key[DEVICE_KEY_BYTES], value[TAKEN_BYTES];
	struct bundle_taken before;
	enum err err = bundle_taken_get(txn, holder, &before);
	if (!err && before.made_ms > taken->made_ms)
		return ERR_OK;
	if (err && err != ERR_NOT_FOUND)
		return err;
	memcpy(value, taken->bundle.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(value + LIMIT_ID_BYTES, taken->made_ms);
	bytes_put_u64(value + LIMIT_ID_BYTES + 8, taken->taken_ms);
	return txn_put(txn, STORE_BUNDLE, device_key(key, 'T', holder), span_of(value, sizeof value));
}
