// What was handed to whom of what is written here, so that what nobody delivered is known.
#include "base/bytes.h"
#include "log/journal.h"
#include "sync/cargo.h"

enum {
	DEVICE_KEY_BYTES = 1 + LIMIT_HASH_BYTES,
	SIZE_KEY_BYTES = DEVICE_KEY_BYTES + 4,
	HANDED_BYTES = LIMIT_ID_BYTES + 8 + 1 + LIMIT_HASH_BYTES + 8,
};

static struct span device_key(uint8_t key[static DEVICE_KEY_BYTES], char what, const struct hash *device)
{
	key[0] = (uint8_t)what;
	memcpy(key + 1, device->bytes, LIMIT_HASH_BYTES);
	return span_of(key, DEVICE_KEY_BYTES);
}

enum err cargo_handed_put(struct txn *txn, const struct cargo_handed *handed)
{
	uint8_t key[DEVICE_KEY_BYTES], value[HANDED_BYTES];
	memcpy(value, handed->bundle.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(value + 16, handed->time_ms);
	value[24] = handed->whole;
	memcpy(value + 25, handed->to.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(value + 57, handed->to_ms);
	return txn_put(txn, STORE_CARGO, device_key(key, 'B', &handed->carrier), span_of(value, sizeof value));
}

static enum err read_value(struct span value, struct cargo_handed *handed)
{
	if (value.size != HANDED_BYTES)
		return ERR_CORRUPT;
	memcpy(handed->bundle.bytes, value.data, LIMIT_ID_BYTES);
	handed->time_ms = bytes_get_u64(value.data + 16);
	handed->whole = value.data[24];
	memcpy(handed->to.bytes, value.data + 25, LIMIT_HASH_BYTES);
	handed->to_ms = bytes_get_u64(value.data + 57);
	return ERR_OK;
}

enum err cargo_handed_get(struct txn *txn, const struct hash *carrier, struct cargo_handed *handed)
{
	uint8_t key[DEVICE_KEY_BYTES];
	struct span value;
	*handed = (struct cargo_handed){ .carrier = *carrier };
	enum err err = txn_get(txn, STORE_CARGO, device_key(key, 'B', carrier), &value);
	return err ? err : read_value(value, handed);
}

struct scan cargo_handed_all(struct txn *txn)
{
	return scan_begin(txn, STORE_CARGO, span_string("B"));
}

enum err cargo_handed_read(const struct scan *scan, struct cargo_handed *handed)
{
	*handed = (struct cargo_handed){ .time_ms = 0 };
	if (scan->key.size != DEVICE_KEY_BYTES)
		return ERR_CORRUPT;
	memcpy(handed->carrier.bytes, scan->key.data + 1, LIMIT_HASH_BYTES);
	return read_value(scan->value, handed);
}

static struct span size_key(uint8_t key[static SIZE_KEY_BYTES], const struct hash *carrier, uint32_t log)
{
	device_key(key, 'H', carrier);
	bytes_put_u32(key + DEVICE_KEY_BYTES, log);
	return span_of(key, SIZE_KEY_BYTES);
}

enum err cargo_handed_size(struct txn *txn, const struct hash *carrier, uint32_t log, uint64_t size)
{
	uint8_t key[SIZE_KEY_BYTES], value[8];
	bytes_put_u64(value, size);
	return txn_put(txn, STORE_CARGO, size_key(key, carrier, log), span_of(value, sizeof value));
}

uint64_t cargo_handed_log(struct txn *txn, const struct hash *carrier, uint32_t log)
{
	uint8_t key[SIZE_KEY_BYTES];
	struct span value;
	bool found = txn_get(txn, STORE_CARGO, size_key(key, carrier, log), &value) == ERR_OK && value.size == 8;
	return found ? bytes_get_u64(value.data) : 0;
}

static void forget_parts(struct txn *txn, const struct hash *self, const struct hash *carrier)
{
	struct cargo_item item;
	struct cargo_walk walk = cargo_walk_begin(txn, NULL);
	while (cargo_walk_next(&walk, &item)) {
		struct cargo_place place = item.place;
		if (hash_equal(&place.holder, self) && hash_equal(&item.only, carrier))
			cargo_delete(txn, &place);
	}
	cargo_walk_end(&walk);
}

enum err cargo_handed_forget(struct txn *txn, const struct hash *self, const struct hash *carrier)
{
	uint8_t key[DEVICE_KEY_BYTES];
	forget_parts(txn, self, carrier);
	txn_clear(txn, STORE_CARGO, device_key(key, 'H', carrier));
	return txn_delete(txn, STORE_CARGO, device_key(key, 'B', carrier));
}

static uint64_t receipted(const struct journal_log *log, const struct hash *server)
{
	uint64_t held = 0;
	for (size_t i = 0; i < RECEIPT_TIERS; i++)
		if (hash_equal(&log->receipt[i].server, server) && log->receipt[i].size > held)
			held = log->receipt[i].size;
	return held;
}

uint64_t cargo_handed_open(struct txn *txn, const struct hash *carrier, const struct hash *server)
{
	uint8_t key[DEVICE_KEY_BYTES];
	uint64_t entries = 0;
	struct scan scan = scan_begin(txn, STORE_CARGO, device_key(key, 'H', carrier));
	while (scan_next(&scan)) {
		struct journal_log log;
		if (scan.key.size != SIZE_KEY_BYTES || scan.value.size != 8 ||
		    journal_find_number(txn, bytes_get_u32(scan.key.data + DEVICE_KEY_BYTES), &log))
			continue;
		// Of the unit's other devices the server may say without a receipt that it has their logs: by sending them.
		if (!txn_has(txn, STORE_PENDING, span_of(scan.key.data + DEVICE_KEY_BYTES, 4)))
			continue;
		uint64_t size = bytes_get_u64(scan.value.data), held = receipted(&log, server);
		entries += size > held ? size - held : 0;
	}
	scan_end(&scan);
	return entries;
}
