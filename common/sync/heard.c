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
