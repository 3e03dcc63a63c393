// A unit's changes at rest, and which of them an author knew.
//
//	change  version u8 ‖ what u8 ‖ announced u8 ‖ day u32 ‖ rank u32 ‖ log id[32] ‖ author[16] ‖ to[16] ‖
//	        way u8 × id[16] ‖ former u8 × id[16] ‖ cut-offs u8 × (log id[32] ‖ size u64) ‖ name: size u16 and bytes
#include "org/charter_past.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/reader.h"
#include "log/journal.h"
#include "org/charter_past_row.h"

enum {
	PAST_VERSION = 1,
	CHANGE_PREFIX_BYTES = 1 + LIMIT_ID_BYTES,
	CHANGE_KEY_BYTES = CHANGE_PREFIX_BYTES + 4 + 8 + 4,
	DUE_KEY_BYTES = 1 + 4 + CHANGE_KEY_BYTES - 1,
	LAST_KEY_BYTES = 1 + 4,
	KNOWN_KEY_BYTES = 1 + 4 + 4,
	ADDRESS_KEY_BYTES = 1 + LIMIT_HASH_BYTES,
	SERVER_KEY_BYTES = ADDRESS_KEY_BYTES + 4 + 8,
};

static const char *const names[] = { "created", "moved", "merged", "split", "renamed", "closed" };

static_assert(sizeof names / sizeof names[0] == CHARTER_CHANGE_END, "each kind of change has a name");

const char *charter_change_name(enum charter_change_kind what)
{
	return what < CHARTER_CHANGE_END ? names[what] : "?";
}

// ---- Changes ----

static void change_prefix(const struct id *unit, uint8_t key[static CHANGE_PREFIX_BYTES])
{
	key[0] = 'e';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
}

static void put_ids(struct buf *buf, const struct id *ids, size_t count)
{
	buf_u8(buf, (uint8_t)count);
	for (size_t i = 0; i < count; i++)
		buf_bytes(buf, ids[i].bytes, sizeof ids[i].bytes);
}

// By their days; days before 1970 do not come any more.
static void put_announced(struct charter_batch *batch, int32_t day, struct span change)
{
	uint8_t key[DUE_KEY_BYTES];
	key[0] = 'p';
	bytes_put_u32(key + 1, day > 0 ? (uint32_t)day : 0);
	memcpy(key + 5, change.data + 1, change.size - 1);
	charter_batch_put(batch, STORE_UNIT_PAST, span_of(key, sizeof key), span_of(NULL, 0));
}

void charter_past_put(struct charter_batch *batch, const struct charter_change *change, struct buf *scratch)
{
	uint8_t key[CHANGE_KEY_BYTES];
	change_prefix(&change->unit, key);
	bytes_put_u32(key + CHANGE_PREFIX_BYTES, change->place.log);
	bytes_put_u64(key + CHANGE_PREFIX_BYTES + 4, change->place.seq);
	bytes_put_u32(key + CHANGE_PREFIX_BYTES + 12, change->index);
	buf_clear(scratch);
	buf_u8(scratch, PAST_VERSION);
	buf_u8(scratch, (uint8_t)change->what);
	buf_u8(scratch, change->announced);
	buf_u32(scratch, (uint32_t)change->day);
	buf_u32(scratch, change->rank);
	buf_bytes(scratch, change->log.bytes, sizeof change->log.bytes);
	buf_bytes(scratch, change->author.bytes, sizeof change->author.bytes);
	buf_bytes(scratch, change->to.bytes, sizeof change->to.bytes);
	put_ids(scratch, change->way, change->way_count);
	put_ids(scratch, change->former, change->former_count);
	charter_cutoffs_put(scratch, change->cutoff, change->cutoff_count);
	buf_u16(scratch, (uint16_t)strlen(change->name));
	buf_string(scratch, change->name);
	if (scratch->err)
		txn_fail(batch->txn, scratch->err);
	else
		charter_batch_put(batch, STORE_UNIT_PAST, span_of(key, sizeof key), buf_span(scratch));
	if (change->announced)
		put_announced(batch, change->day, span_of(key, sizeof key));
}

static size_t get_ids(struct reader *reader, struct id *ids, size_t limit)
{
	size_t count = reader_u8(reader);
	if (count > limit)
		reader->err = ERR_MALFORMED;
	for (size_t i = 0; i < count && !reader->err; i++)
		reader_copy(reader, ids[i].bytes, sizeof ids[i].bytes);
	return reader->err ? 0 : count;
}

static enum err decode(struct span key, struct span value, struct charter_change *change)
{
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	*change = (struct charter_change){ .what = CHARTER_CREATED };
	memcpy(change->unit.bytes, key.data + 1, LIMIT_ID_BYTES);
	change->place.log = bytes_get_u32(key.data + CHANGE_PREFIX_BYTES);
	change->place.seq = bytes_get_u64(key.data + CHANGE_PREFIX_BYTES + 4);
	change->index = bytes_get_u32(key.data + CHANGE_PREFIX_BYTES + 12);
	uint8_t what = reader_u8(&reader);
	change->what = what < CHARTER_CHANGE_END ? (enum charter_change_kind)what : CHARTER_CREATED;
	change->announced = reader_u8(&reader) != 0;
	change->day = (int32_t)reader_u32(&reader);
	change->rank = reader_u32(&reader);
	reader_copy(&reader, change->log.bytes, sizeof change->log.bytes);
	reader_copy(&reader, change->author.bytes, sizeof change->author.bytes);
	reader_copy(&reader, change->to.bytes, sizeof change->to.bytes);
	change->way_count = get_ids(&reader, change->way, LIMIT_TREE_LEVELS);
	change->former_count = get_ids(&reader, change->former, LIMIT_TREE_LEVELS);
	change->cutoff_count = charter_cutoffs_read(&reader, change->cutoff, CHARTER_CUTOFFS);
	size_t size = reader_u16(&reader);
	if (size > LIMIT_TITLE_BYTES)
		return ERR_CORRUPT;
	reader_copy(&reader, change->name, size);
	return !reader_end(&reader) && version == PAST_VERSION && what < CHARTER_CHANGE_END ? ERR_OK : ERR_CORRUPT;
}

struct charter_walk charter_past(struct txn *txn, const struct id *unit)
{
	uint8_t prefix[CHANGE_PREFIX_BYTES];
	change_prefix(unit, prefix);
	return (struct charter_walk){ .scan = scan_begin(txn, STORE_UNIT_PAST, span_of(prefix, sizeof prefix)) };
}

struct charter_walk charter_past_all(struct txn *txn)
{
	static const uint8_t tag[] = { 'e' };
	return (struct charter_walk){ .scan = scan_begin(txn, STORE_UNIT_PAST, span_of(tag, sizeof tag)) };
}

bool charter_past_next(struct charter_walk *walk, struct charter_change *change)
{
	struct scan *scan = &walk->scan;
	if (!scan_next(scan))
		return false;
	if (scan->key.size == CHANGE_KEY_BYTES && decode(scan->key, scan->value, change) == ERR_OK)
		return true;
	txn_fail(scan->txn, ERR_CORRUPT);
	return false;
}

bool charter_change_after(const struct charter_change *a, const struct charter_change *b)
{
	if (a->rank != b->rank)
		return a->rank > b->rank;
	int order = memcmp(a->log.bytes, b->log.bytes, sizeof a->log.bytes);
	if (order)
		return order > 0;
	return a->place.seq != b->place.seq ? a->place.seq > b->place.seq : a->index > b->index;
}

enum err charter_change_parent(struct txn *txn, const struct charter_change *change, struct id *parent)
{
	*parent = change->to;
	for (size_t i = 0; i < change->way_count && !id_is_zero(parent) && !txn_has(txn, STORE_UNIT, id_span(parent)); i++)
		*parent = change->way[i];
	if (!id_is_zero(parent) && !txn_has(txn, STORE_UNIT, id_span(parent)))
		*parent = change->author;
	return txn->err;
}

// ---- What is announced ----

// The same said since, not as an announcement.
static bool holds(struct txn *txn, const struct charter_change *announced)
{
	struct charter_change change;
	bool found = false;
	struct charter_walk walk = charter_past(txn, &announced->unit);
	while (!found && charter_past_next(&walk, &change))
		found = !change.announced && change.what == announced->what && change.day == announced->day
		        && id_equal(&change.to, &announced->to) && charter_change_after(&change, announced);
	charter_walk_end(&walk);
	return found;
}

static enum err read_announced(struct txn *txn, struct span due, struct charter_change *change)
{
	uint8_t key[CHANGE_KEY_BYTES];
	struct span value;
	key[0] = 'e';
	memcpy(key + 1, due.data + 5, CHANGE_KEY_BYTES - 1);
	enum err err = txn_get(txn, STORE_UNIT_PAST, span_of(key, sizeof key), &value);
	return err ? err : decode(span_of(key, sizeof key), value, change);
}

enum err charter_due(struct txn *txn, const struct id *author, int32_t today, struct charter_due due[static CHARTER_DUE_MOST],
                     size_t *count)
{
	static const uint8_t tag[] = { 'p' };
	struct charter_change change;
	enum err err = ERR_OK;
	*count = 0;
	struct scan scan = scan_begin(txn, STORE_UNIT_PAST, span_of(tag, sizeof tag));
	while (!err && *count < CHARTER_DUE_MOST && scan_next(&scan) && scan.key.size == DUE_KEY_BYTES) {
		if (today < 0 || bytes_get_u32(scan.key.data + 1) > (uint32_t)today)
			break;
		err = read_announced(txn, scan.key, &change);
		if (!err && id_equal(&change.author, author) && !holds(txn, &change))
			due[(*count)++] = (struct charter_due){ change.log, change.place.seq, change.index / LIMIT_TREE_LEVELS };
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// ---- What waits for a unit ----

static struct span wait_key(const struct id *missing, const struct id *unit, uint8_t key[static CHARTER_PAST_WAIT_BYTES])
{
	key[0] = 'w';
	memcpy(key + 1, missing->bytes, LIMIT_ID_BYTES);
	memcpy(key + 1 + LIMIT_ID_BYTES, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, CHARTER_PAST_WAIT_BYTES);
}

void charter_past_wait(struct charter_batch *batch, const struct id *missing, const struct id *unit)
{
	uint8_t key[CHARTER_PAST_WAIT_BYTES];
	charter_batch_put(batch, STORE_UNIT_PAST, wait_key(missing, unit, key), span_of(NULL, 0));
}

void charter_past_wait_no_more(struct charter_batch *batch, const struct id *missing, const struct id *unit)
{
	uint8_t key[CHARTER_PAST_WAIT_BYTES];
	charter_batch_delete(batch, STORE_UNIT_PAST, wait_key(missing, unit, key));
}

bool charter_past_waits(struct txn *txn, const struct id *missing, struct id *unit)
{
	uint8_t prefix[CHARTER_PAST_WAIT_BYTES], from[CHARTER_PAST_WAIT_BYTES + 1] = { 0 };
	wait_key(missing, unit, prefix);
	memcpy(from, prefix, sizeof prefix);
	struct scan scan = scan_begin_from(txn, STORE_UNIT_PAST, span_of(prefix, 1 + LIMIT_ID_BYTES), span_of(from, sizeof from));
	bool found = scan_next(&scan) && scan.key.size == CHARTER_PAST_WAIT_BYTES;
	if (found)
		memcpy(unit->bytes, scan.key.data + 1 + LIMIT_ID_BYTES, LIMIT_ID_BYTES);
	scan_end(&scan);
	return found;
}

// ---- Who knew what ----

static struct span last_key(uint32_t log, uint8_t key[static LAST_KEY_BYTES])
{
	key[0] = 'l';
	bytes_put_u32(key + 1, log);
	return span_of(key, LAST_KEY_BYTES);
}

static struct span known_key(uint32_t author, uint32_t log, uint8_t key[static KNOWN_KEY_BYTES])
{
	key[0] = 'k';
	bytes_put_u32(key + 1, author);
	bytes_put_u32(key + 5, log);
	return span_of(key, KNOWN_KEY_BYTES);
}

static uint64_t get_size(struct txn *txn, struct span key)
{
	struct span value;
	return txn_get(txn, STORE_UNIT_PAST, key, &value) == ERR_OK && value.size == 8 ? bytes_get_u64(value.data) : 0;
}

uint64_t charter_past_known(struct txn *txn, uint32_t author, uint32_t log)
{
	uint8_t key[KNOWN_KEY_BYTES];
	return get_size(txn, known_key(author, log, key));
}

static void put_size(struct charter_batch *batch, struct span key, uint64_t size)
{
	uint8_t value[8];
	bytes_put_u64(value, size);
	if (size > get_size(batch->txn, key))
		charter_batch_put(batch, STORE_UNIT_PAST, key, span_of(value, sizeof value));
}

void charter_past_know(struct charter_batch *batch, uint32_t author, uint32_t log, uint64_t size)
{
	uint8_t key[KNOWN_KEY_BYTES];
	put_size(batch, known_key(author, log, key), size);
}

void charter_past_mark(struct charter_batch *batch, struct dot place)
{
	uint8_t key[LAST_KEY_BYTES];
	put_size(batch, last_key(place.log, key), place.seq + 1);
}

static bool speaks_from_above(struct txn *txn, const struct journal_log *log, const struct id *unit)
{
	struct charter_device author;
	return charter_device_get(txn, &log->name.device, &author) == ERR_OK
	       && (id_equal(&author.unit, unit) || charter_is_ancestor(txn, &author.unit, unit));
}

enum err charter_basis(struct txn *txn, const struct id *unit, const struct hash *own, struct arena *arena, struct charter_known **list, size_t *count)
{
	static const uint8_t tag[] = { 'l' };
	struct journal_log log;
	size_t capacity = 0;
	uint32_t mine = journal_find(txn, own, &log) == ERR_OK ? log.number : 0;
	struct scan scan = scan_begin(txn, STORE_UNIT_PAST, span_of(tag, sizeof tag));
	while (scan_next(&scan))
		capacity++;
	scan_end(&scan);
	*count = 0;
	*list = arena_array(arena, capacity, sizeof **list);
	if (!*list)
		return ERR_BUDGET;
	scan = scan_begin(txn, STORE_UNIT_PAST, span_of(tag, sizeof tag));
	while (*count < capacity && scan_next(&scan)) {
		uint32_t number = scan.key.size == LAST_KEY_BYTES ? bytes_get_u32(scan.key.data + 1) : 0;
		uint64_t size = scan.value.size == 8 ? bytes_get_u64(scan.value.data) : 0;
		if (number == mine || (mine && charter_past_known(txn, mine, number) >= size))
			continue;
		if (journal_find_number(txn, number, &log) == ERR_OK && speaks_from_above(txn, &log, unit))
			(*list)[(*count)++] = (struct charter_known){ .log = log.id, .size = size };
	}
	scan_end(&scan);
	return txn->err;
}

// ---- Addresses ----

static struct span address_key(const struct hash *server, uint8_t key[static ADDRESS_KEY_BYTES])
{
	key[0] = 'a';
	memcpy(key + 1, server->bytes, LIMIT_HASH_BYTES);
	return span_of(key, ADDRESS_KEY_BYTES);
}

void charter_past_address_put(struct charter_batch *batch, const struct hash *server, const char *address)
{
	uint8_t key[ADDRESS_KEY_BYTES];
	charter_batch_put(batch, STORE_UNIT_PAST, address_key(server, key), span_string(address));
}

enum err charter_address(struct txn *txn, const struct hash *server, char address[static LIMIT_ADDRESS_BYTES])
{
	uint8_t key[ADDRESS_KEY_BYTES];
	struct span value;
	enum err err = txn_get(txn, STORE_UNIT_PAST, address_key(server, key), &value);
	if (err)
		return err;
	if (value.size >= LIMIT_ADDRESS_BYTES)
		return ERR_CORRUPT;
	memcpy(address, value.data, value.size);
	address[value.size] = '\0';
	return ERR_OK;
}

void charter_past_server_put(struct charter_batch *batch, const struct hash *server, struct dot place, const struct hash *curve,
                             const char *address)
{
	uint8_t key[SERVER_KEY_BYTES], value[LIMIT_HASH_BYTES + LIMIT_ADDRESS_BYTES];
	size_t size = strlen(address);
	address_key(server, key);
	key[0] = 'h';
	bytes_put_u32(key + ADDRESS_KEY_BYTES, place.log);
	bytes_put_u64(key + ADDRESS_KEY_BYTES + 4, place.seq);
	memcpy(value, curve->bytes, LIMIT_HASH_BYTES);
	memcpy(value + LIMIT_HASH_BYTES, address, size);
	charter_batch_put(batch, STORE_UNIT_PAST, span_of(key, sizeof key), span_of(value, LIMIT_HASH_BYTES + size));
}

static bool named_by_handover(struct txn *txn, const struct hash *server, struct hash *curve,
                              char address[static LIMIT_ADDRESS_BYTES])
{
	uint8_t prefix[ADDRESS_KEY_BYTES];
	address_key(server, prefix);
	prefix[0] = 'h';
	struct scan scan = scan_begin_last(txn, STORE_UNIT_PAST, span_of(prefix, sizeof prefix));
	bool found = scan_next(&scan) && scan.value.size >= LIMIT_HASH_BYTES
	             && scan.value.size - LIMIT_HASH_BYTES < LIMIT_ADDRESS_BYTES;
	if (found) {
		size_t size = scan.value.size - LIMIT_HASH_BYTES;
		memcpy(curve->bytes, scan.value.data, LIMIT_HASH_BYTES);
		memset(address, 0, LIMIT_ADDRESS_BYTES);
		memcpy(address, scan.value.data + LIMIT_HASH_BYTES, size);
	}
	scan_end(&scan);
	return found;
}

enum err charter_server(struct txn *txn, const struct hash *server, struct hash *curve, char address[static LIMIT_ADDRESS_BYTES])
{
	struct charter_device device;
	char said[LIMIT_ADDRESS_BYTES];
	bool named = named_by_handover(txn, server, curve, address);
	if (charter_device_get(txn, server, &device) == ERR_OK) {
		*curve = device.curve;
		enum err err = charter_address(txn, server, said);
		if (!err) {
			memset(address, 0, LIMIT_ADDRESS_BYTES);
			memcpy(address, said, strlen(said));
		}
		if (!err || !named)
			return err;
	}
	return named && address[0] ? ERR_OK : ERR_NOT_FOUND;
}
