// What is held for others, and how far it goes with whom.
#include "sync/cargo.h"

#include "base/buf.h"
#include "base/bytes.h"

enum {
	DEVICE_KEY_BYTES = 1 + LIMIT_HASH_BYTES,
	PLACE_KEY_BYTES = DEVICE_KEY_BYTES + LIMIT_HASH_BYTES + LIMIT_ID_BYTES + 4,
	ITEM_HEAD_BYTES = 2 * LIMIT_HASH_BYTES + 8 + 1,
	ON_KEY_BYTES = DEVICE_KEY_BYTES + LIMIT_ID_BYTES,
	ON_BYTES = LIMIT_HASH_BYTES + 8,
};

static struct span device_key(uint8_t key[static DEVICE_KEY_BYTES], char what, const struct hash *device)
{
	key[0] = (uint8_t)what;
	memcpy(key + 1, device->bytes, LIMIT_HASH_BYTES);
	return span_of(key, DEVICE_KEY_BYTES);
}

static struct span place_key(uint8_t key[static PLACE_KEY_BYTES], const struct cargo_place *place)
{
	uint8_t *at = key + DEVICE_KEY_BYTES;
	device_key(key, 'C', &place->reader);
	memcpy(at, place->holder.bytes, LIMIT_HASH_BYTES);
	memcpy(at + LIMIT_HASH_BYTES, place->bundle.bytes, LIMIT_ID_BYTES);
	bytes_put_u32(at + LIMIT_HASH_BYTES + LIMIT_ID_BYTES, place->part);
	return span_of(key, PLACE_KEY_BYTES);
}

// ---- Room ----

static struct span total_key(void)
{
	return span_string("cargo");
}

uint64_t cargo_bytes(struct txn *txn)
{
	struct span value;
	bool found = txn_get(txn, STORE_META, total_key(), &value) == ERR_OK && value.size == 8;
	return found ? bytes_get_u64(value.data) : 0;
}

bool cargo_any(struct txn *txn) { return cargo_bytes(txn) > 0; }

static enum err charge(struct txn *txn, uint64_t bytes)
{
	uint8_t value[8];
	bytes_put_u64(value, bytes);
	return txn_put(txn, STORE_META, total_key(), span_of(value, sizeof value));
}

static uint64_t charged(size_t part)
{
	return part > CARGO_PART_LEAST_CHARGE ? part : CARGO_PART_LEAST_CHARGE;
}

static uint64_t of_holder(struct txn *txn, const struct hash *holder)
{
	uint64_t bytes = 0;
	struct scan scan = scan_begin(txn, STORE_CARGO, span_string("C"));
	while (scan_next(&scan))
		if (scan.key.size == PLACE_KEY_BYTES && memcmp(scan.key.data + DEVICE_KEY_BYTES, holder->bytes, LIMIT_HASH_BYTES) == 0)
			bytes += charged(scan.value.size - ITEM_HEAD_BYTES);
	scan_end(&scan);
	return bytes;
}

// ---- What is held ----

enum err cargo_put(struct txn *txn, const struct cargo_item *item)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct buf value = BUF_EMPTY;
	uint64_t total = cargo_bytes(txn), more = charged(item->part.size);
	if (item->part.size > CARGO_PART_MOST)
		return ERR_TOO_LARGE;
	if (txn_has(txn, STORE_CARGO, place_key(key, &item->place)))
		return ERR_OK;
	if (total + more > CARGO_HELD_MOST || of_holder(txn, &item->place.holder) + more > CARGO_OF_ONE_MOST)
		return ERR_BUDGET;
	buf_bytes(&value, item->only.bytes, LIMIT_HASH_BYTES);
	buf_bytes(&value, item->from.bytes, LIMIT_HASH_BYTES);
	buf_u64(&value, item->came_ms);
	buf_u8(&value, (uint8_t)item->way);
	buf_bytes(&value, item->part.data, item->part.size);
	enum err err = value.err ? txn_fail(txn, value.err) : txn_put(txn, STORE_CARGO, span_of(key, sizeof key), buf_span(&value));
	buf_free(&value);
	return err ? err : charge(txn, total + more);
}

enum err cargo_delete(struct txn *txn, const struct cargo_place *place)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct span value;
	enum err err = txn_get(txn, STORE_CARGO, place_key(key, place), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	uint64_t total = cargo_bytes(txn), less = charged(value.size - ITEM_HEAD_BYTES);
	txn_delete(txn, STORE_CARGO, span_of(key, sizeof key));
	return charge(txn, total > less ? total - less : 0);
}

struct cargo_walk cargo_walk_begin(struct txn *txn, const struct cargo_place *after)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct cargo_walk walk = { .skip = after != NULL };
	if (after)
		walk.after = *after;
	walk.scan = after ? scan_begin_from(txn, STORE_CARGO, span_string("C"), place_key(key, after))
	                  : scan_begin(txn, STORE_CARGO, span_string("C"));
	return walk;
}

static enum err read_item(const struct scan *scan, struct cargo_item *item)
{
	const uint8_t *key = scan->key.data, *value = scan->value.data;
	if (scan->key.size != PLACE_KEY_BYTES || scan->value.size < ITEM_HEAD_BYTES)
		return ERR_CORRUPT;
	memcpy(item->place.reader.bytes, key + 1, LIMIT_HASH_BYTES);
	memcpy(item->place.holder.bytes, key + DEVICE_KEY_BYTES, LIMIT_HASH_BYTES);
	memcpy(item->place.bundle.bytes, key + DEVICE_KEY_BYTES + LIMIT_HASH_BYTES, LIMIT_ID_BYTES);
	item->place.part = bytes_get_u32(key + PLACE_KEY_BYTES - 4);
	memcpy(item->only.bytes, value, LIMIT_HASH_BYTES);
	memcpy(item->from.bytes, value + LIMIT_HASH_BYTES, LIMIT_HASH_BYTES);
	item->came_ms = bytes_get_u64(value + 2 * LIMIT_HASH_BYTES);
	item->way = (enum bundle_way)value[ITEM_HEAD_BYTES - 1];
	item->part = span_of(value + ITEM_HEAD_BYTES, scan->value.size - ITEM_HEAD_BYTES);
	return ERR_OK;
}

static bool same_place(const struct cargo_place *a, const struct cargo_place *b)
{
	return hash_equal(&a->reader, &b->reader) && hash_equal(&a->holder, &b->holder) && id_equal(&a->bundle, &b->bundle) &&
	       a->part == b->part;
}

bool cargo_walk_next(struct cargo_walk *walk, struct cargo_item *item)
{
	while (scan_next(&walk->scan)) {
		if (read_item(&walk->scan, item)) {
			txn_fail(walk->scan.txn, ERR_CORRUPT);
			return false;
		}
		if (!walk->skip || !same_place(&item->place, &walk->after))
			return true;
	}
	return false;
}

void cargo_walk_end(struct cargo_walk *walk)
{
	scan_end(&walk->scan);
}

bool cargo_any_of(struct txn *txn, const struct hash *holder, const struct id *bundle)
{
	struct cargo_item item;
	bool any = false;
	struct cargo_walk walk = cargo_walk_begin(txn, NULL);
	while (!any && cargo_walk_next(&walk, &item))
		any = hash_equal(&item.place.holder, holder) && id_equal(&item.place.bundle, bundle);
	cargo_walk_end(&walk);
	return any;
}

// ---- Where it goes ----

enum err cargo_came_by(struct txn *txn, const struct hash *holder, const struct hash *from)
{
	uint8_t key[DEVICE_KEY_BYTES];
	return txn_put(txn, STORE_CARGO, device_key(key, 'V', holder), hash_span(from));
}

static bool goes_back_by(struct txn *txn, const struct hash *reader, const struct hash *peer)
{
	uint8_t key[DEVICE_KEY_BYTES];
	struct span value;
	return txn_get(txn, STORE_CARGO, device_key(key, 'V', reader), &value) == ERR_OK && span_equal(value, hash_span(peer));
}

static bool leads(struct txn *txn, const struct id *above, const struct id *unit)
{
	return id_equal(above, unit) || charter_is_ancestor(txn, above, unit);
}

// From server to server along the tree: down where the reader stands below, else up.
static bool goes_along(struct txn *txn, const struct self *self, const struct hash *reader, const struct cargo_peer *peer)
{
	struct charter_device row;
	bool above = hash_equal(&peer->device, &self->parent_key);
	if (charter_device_get(txn, reader, &row))
		return above;
	return above ? !leads(txn, &self->unit, &row.unit) : leads(txn, &peer->unit, &row.unit);
}

bool cargo_goes(struct txn *txn, const struct self *self, const struct cargo_item *item, const struct cargo_peer *peer)
{
	if (!hash_is_zero(&item->only))
		return hash_equal(&item->only, &peer->device);
	if (hash_equal(&item->place.reader, &peer->device))
		return true;
	if (hash_equal(&item->from, &peer->device))
		return false;
	if (item->way == BUNDLE_DOWN && goes_back_by(txn, &item->place.reader, &peer->device))
		return true;
	if (!peer->server)
		return false;
	return self->server ? goes_along(txn, self, &item->place.reader, peer) : item->way == BUNDLE_UP;
}

// ---- What went on ----

static struct span on_key(uint8_t key[static ON_KEY_BYTES], const struct hash *holder, const struct id *bundle)
{
	device_key(key, 'D', holder);
	memcpy(key + DEVICE_KEY_BYTES, bundle->bytes, LIMIT_ID_BYTES);
	return span_of(key, ON_KEY_BYTES);
}

static bool read_on(const struct scan *scan, struct cargo_on *on)
{
	if (scan->key.size != ON_KEY_BYTES || scan->value.size != ON_BYTES)
		return false;
	memcpy(on->bundle.bytes, scan->key.data + DEVICE_KEY_BYTES, LIMIT_ID_BYTES);
	memcpy(on->to.bytes, scan->value.data, LIMIT_HASH_BYTES);
	on->time_ms = bytes_get_u64(scan->value.data + LIMIT_HASH_BYTES);
	return true;
}

// Only the newest few are remembered: the one that goes is the oldest.
static void forget_oldest(struct txn *txn, const struct hash *holder)
{
	uint8_t key[DEVICE_KEY_BYTES], oldest_key[ON_KEY_BYTES];
	struct cargo_on on, oldest = { .time_ms = UINT64_MAX };
	size_t count = 0;
	struct scan scan = scan_begin(txn, STORE_CARGO, device_key(key, 'D', holder));
	while (scan_next(&scan) && read_on(&scan, &on)) {
		count++;
		if (on.time_ms < oldest.time_ms)
			oldest = on;
	}
	scan_end(&scan);
	if (count > CARGO_REMEMBERED)
		txn_delete(txn, STORE_CARGO, on_key(oldest_key, holder, &oldest.bundle));
}

enum err cargo_went_on(struct txn *txn, const struct hash *holder, const struct cargo_on *on)
{
	uint8_t key[ON_KEY_BYTES], value[ON_BYTES];
	memcpy(value, on->to.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(value + LIMIT_HASH_BYTES, on->time_ms);
	if (txn_put(txn, STORE_CARGO, on_key(key, holder, &on->bundle), span_of(value, sizeof value)) == ERR_OK)
		forget_oldest(txn, holder);
	return txn->err;
}

static bool listed(const struct cargo_on *list, size_t count, const struct id *bundle)
{
	for (size_t i = 0; i < count; i++)
		if (id_equal(&list[i].bundle, bundle))
			return true;
	return false;
}

size_t cargo_tell(struct txn *txn, const struct hash *holder, struct cargo_on list[static 2 * CARGO_REMEMBERED])
{
	uint8_t key[DEVICE_KEY_BYTES];
	struct cargo_item item;
	size_t count = 0;
	struct cargo_walk walk = cargo_walk_begin(txn, NULL);
	while (count < CARGO_REMEMBERED && cargo_walk_next(&walk, &item))
		if (hash_equal(&item.place.holder, holder) && !listed(list, count, &item.place.bundle))
			list[count++] = (struct cargo_on){ .bundle = item.place.bundle, .time_ms = item.came_ms };
	cargo_walk_end(&walk);
	struct scan scan = scan_begin(txn, STORE_CARGO, device_key(key, 'D', holder));
	while (count < 2 * CARGO_REMEMBERED && scan_next(&scan))
		if (read_on(&scan, &list[count]) && !listed(list, count, &list[count].bundle))
			count++;
	scan_end(&scan);
	return count;
}
