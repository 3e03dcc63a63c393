// The rows behind "who is silent".
#include "sync/heard.h"

#include "base/bytes.h"

enum { KEY_BYTES = 6 + LIMIT_ID_BYTES };

static struct span key_of(const struct id *unit, uint8_t key[static KEY_BYTES])
{
	memcpy(key, "heard/", 6);
	memcpy(key + 6, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, KEY_BYTES);
}

enum err heard_last(struct txn *txn, const struct id *unit, uint64_t *ms)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	*ms = 0;
	enum err err = txn_get(txn, STORE_META, key_of(unit, key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != 8)
		return txn_fail(txn, ERR_CORRUPT);
	*ms = bytes_get_u64(value.data);
	return ERR_OK;
}

enum err heard_note(struct txn *txn, const struct id *unit, uint64_t now_ms)
{
	uint8_t key[KEY_BYTES], value[8];
	uint64_t last;
	enum err err = heard_last(txn, unit, &last);
	// A clock that was put back is believed: better a time that is too early than one that lies ahead.
	if (err || (last <= now_ms && now_ms - last < HEARD_STEP_MS))
		return err;
	bytes_put_u64(value, now_ms);
	return txn_put(txn, STORE_META, key_of(unit, key), span_of(value, sizeof value));
}

// ---- Clocks ----

enum { CLOCK_PREFIX_BYTES = 6 + LIMIT_ID_BYTES, CLOCK_KEY_BYTES = CLOCK_PREFIX_BYTES + LIMIT_HASH_BYTES, MINUTE_MS = 60 * 1000 };

static struct span clock_key(const struct id *unit, const struct hash *device, uint8_t key[static CLOCK_KEY_BYTES])
{
	memcpy(key, "clock/", 6);
	memcpy(key + 6, unit->bytes, LIMIT_ID_BYTES);
	if (device)
		memcpy(key + CLOCK_PREFIX_BYTES, device->bytes, LIMIT_HASH_BYTES);
	return span_of(key, device ? CLOCK_KEY_BYTES : CLOCK_PREFIX_BYTES);
}

enum err heard_clock_note(struct txn *txn, const struct id *unit, const struct hash *device, uint64_t said_ms, uint64_t now_ms)
{
	uint8_t room[CLOCK_KEY_BYTES], value[8];
	struct span key = clock_key(unit, device, room), there;
	uint64_t apart = said_ms > now_ms ? said_ms - now_ms : now_ms - said_ms;
	if (!said_ms)
		return ERR_OK;
	if (apart <= HEARD_CLOCK_SLACK_MS)
		return txn_has(txn, STORE_META, key) ? txn_delete(txn, STORE_META, key) : ERR_OK;
	int64_t minutes = (int64_t)(apart / MINUTE_MS); // of a u64 of ms: no overflow
	bytes_put_u64(value, (uint64_t)(said_ms > now_ms ? minutes : -minutes));
	enum err err = txn_get(txn, STORE_META, key, &there);
	if (err && err != ERR_NOT_FOUND)
		return err;
	bool same = !err && span_equal(there, span_of(value, sizeof value));
	return same ? ERR_OK : txn_put(txn, STORE_META, key, span_of(value, sizeof value));
}

enum err heard_clock_last(struct txn *txn, const struct id *unit, int64_t *ahead, int64_t *behind)
{
	uint8_t room[CLOCK_KEY_BYTES];
	struct scan scan = scan_begin(txn, STORE_META, clock_key(unit, NULL, room));
	*ahead = *behind = 0;
	while (scan_next(&scan)) {
		int64_t minutes = scan.value.size == 8 ? (int64_t)bytes_get_u64(scan.value.data) : 0;
		*ahead = minutes > *ahead ? minutes : *ahead;
		*behind = minutes > INT64_MIN && -minutes > *behind ? -minutes : *behind;
	}
	scan_end(&scan);
	return txn->err;
}
