// Elements at rest: they stand in the order of their bytes, so the least is the first of its cell.
#include "ledger/multiset.h"

#include "base/bytes.h"

enum {
	OWNER_BYTES = 1 + LIMIT_ID_BYTES,
	CELL_BYTES = OWNER_BYTES + 2 + 1 + 2 + 4,
	KEY_BYTES = CELL_BYTES + CELL_ELEMENT_BYTES,
	VALUE_BYTES = 4,
};

static void put_owner(const struct cell_owner *owner, uint8_t bytes[static OWNER_BYTES])
{
	bytes[0] = (uint8_t)owner->kind;
	memcpy(bytes + 1, owner->id.bytes, LIMIT_ID_BYTES);
}

static void put_cell(const struct cell_owner *owner, const struct cell_key *key, uint8_t bytes[static CELL_BYTES])
{
	put_owner(owner, bytes);
	bytes_put_u16(bytes + OWNER_BYTES, key->metric);
	bytes[OWNER_BYTES + 2] = key->dimension;
	bytes_put_u16(bytes + OWNER_BYTES + 3, key->bucket);
	bytes_put_u32(bytes + OWNER_BYTES + 5, (uint32_t)key->month);
}

enum err multiset_add(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key,
                      const struct cell_element *element, int64_t delta, int64_t *appeared)
{
	uint8_t name[KEY_BYTES], bytes[VALUE_BYTES];
	struct span value;
	int64_t times = 0;
	put_cell(owner, key, name);
	memcpy(name + CELL_BYTES, element->bytes, CELL_ELEMENT_BYTES);
	enum err err = delta ? txn_get(txn, STORE_MULTISET, span_of(name, sizeof name), &value) : ERR_OK;
	if (delta == 0 || (err && err != ERR_NOT_FOUND))
		return err;
	if (!err && value.size != VALUE_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	if (!err)
		times = bytes_get_u32(value.data);
	if (times + delta < 0 || times + delta > UINT32_MAX)
		return txn_fail(txn, ERR_CORRUPT);
	*appeared += (times + delta > 0) - (times > 0);
	if (times + delta == 0)
		return txn_delete(txn, STORE_MULTISET, span_of(name, sizeof name));
	bytes_put_u32(bytes, (uint32_t)(times + delta));
	return txn_put(txn, STORE_MULTISET, span_of(name, sizeof name), span_of(bytes, sizeof bytes));
}

// The least or the greatest; 0: there is none.
static enum err find_extreme(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t *value)
{
	uint8_t prefix[CELL_BYTES];
	struct cell_element element;
	put_cell(owner, key, prefix);
	struct span whole = span_of(prefix, sizeof prefix);
	struct scan scan = cell_rule(key) == CELL_LEAST ? scan_begin(txn, STORE_MULTISET, whole)
	                                                : scan_begin_last(txn, STORE_MULTISET, whole);
	*value = 0;
	if (scan_next(&scan)) {
		if (scan.key.size != KEY_BYTES)
			txn_fail(txn, ERR_CORRUPT);
		else
			memcpy(element.bytes, scan.key.data + CELL_BYTES, CELL_ELEMENT_BYTES), *value = cell_element_value(&element);
	}
	scan_end(&scan);
	return txn->err;
}

enum err multiset_settle(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, bool dirty)
{
	int64_t before, now;
	enum err err = find_extreme(txn, owner, key, &now);
	if (!err)
		err = cell_get(txn, owner, key, &before);
	return err ? err : cell_add(txn, owner, key, now - before, dirty);
}

enum err multiset_replace(struct txn *txn, const struct cell_owner *sum, const struct cell_key *key, int64_t before,
                          int64_t now, bool dirty)
{
	int64_t appeared = 0;
	enum err err = ERR_OK;
	if (before == now)
		return ERR_OK;
	if (cell_rule(key) == CELL_ADDS_UP)
		return cell_add(txn, sum, key, now - before, dirty);
	const struct cell_element old = cell_element_of_value(before), fresh = cell_element_of_value(now);
	if (before)
		err = multiset_add(txn, sum, key, &old, -1, &appeared);
	if (!err && now)
		err = multiset_add(txn, sum, key, &fresh, 1, &appeared);
	return err ? err : multiset_settle(txn, sum, key, dirty);
}

enum err multiset_clear(struct txn *txn, const struct cell_owner *owner)
{
	uint8_t prefix[OWNER_BYTES];
	put_owner(owner, prefix);
	return txn_clear(txn, STORE_MULTISET, span_of(prefix, sizeof prefix));
}
