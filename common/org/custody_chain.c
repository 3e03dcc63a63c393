#include "org/custody_chain.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/pb.h"
#include "org/transfer.h"

enum {
	CHAIN_KEY_BYTES = 1 + LIMIT_ID_BYTES + 8 + 8,
	RECORD_VALUE_BYTES = 1 + LIMIT_HASH_BYTES + CUSTODY_RECORD_BYTES,
	NAME_KEY_BYTES = 1 + LIMIT_HASH_BYTES,
	HOME_KEY_BYTES = 1 + 2 * LIMIT_ID_BYTES,
};

enum { FLAG_COMPLETE = 1, FLAG_PUBLISHED = 2 };

static struct span name_key(char kind, const struct hash *name, uint8_t key[static NAME_KEY_BYTES])
{
	key[0] = (uint8_t)kind;
	memcpy(key + 1, name->bytes, LIMIT_HASH_BYTES);
	return span_of(key, NAME_KEY_BYTES);
}

static struct span id_key(char kind, const struct id *id, uint8_t key[static 1 + LIMIT_ID_BYTES])
{
	key[0] = (uint8_t)kind;
	memcpy(key + 1, id->bytes, LIMIT_ID_BYTES);
	return span_of(key, 1 + LIMIT_ID_BYTES);
}

// ---- Records ----

struct scan custody_chain_scan(struct txn *txn, const struct id *member)
{
	uint8_t key[1 + LIMIT_ID_BYTES];
	return scan_begin(txn, STORE_CUSTODY, id_key('r', member, key));
}

static enum err read_entry(struct span value, struct custody_entry *entry)
{
	if (value.size != RECORD_VALUE_BYTES)
		return ERR_CORRUPT;
	struct reader reader = reader_of(value);
	entry->state = (enum custody_state)reader_u8(&reader);
	reader_copy(&reader, entry->batch.bytes, LIMIT_HASH_BYTES);
	if (custody_record_read(&reader, &entry->record) || reader_end(&reader))
		return ERR_CORRUPT;
	entry->digest = custody_record_digest(&entry->record);
	return ERR_OK;
}

enum err custody_chain_read(const struct scan *scan, struct custody_entry *entry)
{
	return read_entry(scan->value, entry);
}

static enum err newest_final(struct txn *txn, struct span prefix, struct custody_entry *last)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = scan_begin_last(txn, STORE_CUSTODY, prefix);
	while (err == ERR_NOT_FOUND && scan_next(&scan)) {
		err = read_entry(scan.value, last);
		if (!err && last->state != CUSTODY_FINAL)
			err = ERR_NOT_FOUND;
	}
	scan_end(&scan);
	return txn->err ? txn->err : err;
}

enum err custody_chain_last(struct txn *txn, const struct id *member, struct custody_entry *last)
{
	uint8_t key[1 + LIMIT_ID_BYTES];
	return newest_final(txn, id_key('r', member, key), last);
}

enum err custody_chain_at(struct txn *txn, const struct id *member, uint64_t epoch, struct custody_entry *entry)
{
	uint8_t key[1 + LIMIT_ID_BYTES + 8];
	id_key('r', member, key);
	bytes_put_u64(key + 1 + LIMIT_ID_BYTES, epoch);
	return newest_final(txn, span_of(key, sizeof key), entry);
}

static struct span home_key(const struct id *home, const struct id *member, uint8_t key[static HOME_KEY_BYTES])
{
	id_key('h', home, key);
	memcpy(key + 1 + LIMIT_ID_BYTES, member->bytes, LIMIT_ID_BYTES);
	return span_of(key, HOME_KEY_BYTES);
}

struct scan custody_chain_homes(struct txn *txn, const struct id *home)
{
	uint8_t key[1 + LIMIT_ID_BYTES];
	return scan_begin(txn, STORE_CUSTODY, id_key('h', home, key));
}

struct id custody_chain_home_member(const struct scan *scan)
{
	struct id member = { { 0 } };
	if (scan->key.size == HOME_KEY_BYTES)
		memcpy(member.bytes, scan->key.data + 1 + LIMIT_ID_BYTES, LIMIT_ID_BYTES);
	return member;
}

// Who is whose: moved when the last final record is another.
static void index_home(struct txn *txn, const struct id *member, const struct custody_entry *before, bool had)
{
	struct custody_entry now;
	uint8_t key[HOME_KEY_BYTES];
	if (custody_chain_last(txn, member, &now))
		return;
	if (had && !id_equal(&before->record.home, &now.record.home))
		txn_delete(txn, STORE_CUSTODY, home_key(&before->record.home, member, key));
	if (!had || !id_equal(&before->record.home, &now.record.home))
		txn_put(txn, STORE_CUSTODY, home_key(&now.record.home, member, key), span_of(NULL, 0));
}

// ---- What waits for a record before it ----

enum { PARKED_KEY_BYTES = 1 + LIMIT_ID_BYTES + LIMIT_HASH_BYTES };

void custody_chain_park(struct txn *txn, const struct hash *name, const struct id *member)
{
	uint8_t key[PARKED_KEY_BYTES];
	id_key('w', member, key);
	memcpy(key + 1 + LIMIT_ID_BYTES, name->bytes, LIMIT_HASH_BYTES);
	txn_put(txn, STORE_CUSTODY, span_of(key, sizeof key), span_of(NULL, 0));
}

static void wake(struct txn *txn, const struct id *member)
{
	uint8_t prefix[1 + LIMIT_ID_BYTES], news[NAME_KEY_BYTES];
	struct hash name;
	struct scan scan = scan_begin(txn, STORE_CUSTODY, id_key('w', member, prefix));
	while (scan_next(&scan))
		if (scan.key.size == PARKED_KEY_BYTES && !hash_read(span_of(scan.key.data + sizeof prefix, LIMIT_HASH_BYTES), &name))
			txn_put(txn, STORE_CUSTODY, name_key('q', &name, news), span_of(NULL, 0));
	scan_end(&scan);
	txn_clear(txn, STORE_CUSTODY, id_key('w', member, prefix));
}

static enum err put_record(struct txn *txn, const struct custody_batch *batch, const struct custody_record *record,
                           enum custody_state state)
{
	struct hash digest = custody_record_digest(record);
	uint8_t key[CHAIN_KEY_BYTES], value[RECORD_VALUE_BYTES];
	struct span found;
	id_key('r', &record->member, key);
	bytes_put_u64(key + 1 + LIMIT_ID_BYTES, record->epoch);
	memcpy(key + 1 + LIMIT_ID_BYTES + 8, digest.bytes, 8);
	if (txn_get(txn, STORE_CUSTODY, span_of(key, sizeof key), &found) == ERR_OK && found.size && found.data[0] >= state)
		return ERR_OK; // the same record, in this batch or another; final once is final
	struct custody_entry before;
	bool had = custody_chain_last(txn, &record->member, &before) == ERR_OK;
	value[0] = (uint8_t)state;
	memcpy(value + 1, batch->name.bytes, LIMIT_HASH_BYTES);
	custody_record_layout(record, value + 1 + LIMIT_HASH_BYTES);
	txn_put(txn, STORE_CUSTODY, span_of(key, sizeof key), span_of(value, sizeof value));
	if (state == CUSTODY_FINAL) {
		index_home(txn, &record->member, had ? &before : NULL, had);
		wake(txn, &record->member);
	}
	transfer_mark_due(txn, &record->member);
	return txn->err;
}

// ---- Lives ----

static struct span life_key(const struct id *incarnation, const struct id *unit, uint8_t key[static HOME_KEY_BYTES])
{
	id_key('i', incarnation, key);
	memcpy(key + 1 + LIMIT_ID_BYTES, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, HOME_KEY_BYTES);
}

void custody_chain_life_ended(struct txn *txn, const struct id *incarnation, const struct id *unit)
{
	uint8_t key[HOME_KEY_BYTES];
	if (custody_chain_life_is_over(txn, incarnation, unit))
		return;
	txn_put(txn, STORE_CUSTODY, life_key(incarnation, unit, key), span_of(NULL, 0));
	struct scan scan = custody_chain_homes(txn, unit);
	while (scan_next(&scan)) {
		struct id member = custody_chain_home_member(&scan);
		transfer_mark_due(txn, &member);
	}
	scan_end(&scan);
}

bool custody_chain_life_is_over(struct txn *txn, const struct id *incarnation, const struct id *unit)
{
	uint8_t key[HOME_KEY_BYTES];
	return txn_has(txn, STORE_CUSTODY, life_key(incarnation, unit, key));
}

// ---- Batches ----

enum err custody_chain_witness(struct txn *txn, const struct id *writer, struct id *witness)
{
	struct charter_unit row;
	enum err err = charter_unit_get(txn, writer, &row);
	if (!err && id_is_zero(&row.parent))
		return ERR_NOT_FOUND;
	return err ? ERR_AGAIN : charter_registrar(txn, &row.parent, witness);
}

static enum err load_batch(struct txn *txn, const struct hash *name, struct arena *arena, struct custody_batch *batch,
                           uint8_t *flags)
{
	uint8_t key[NAME_KEY_BYTES];
	struct span value, copy;
	ProtobufCMessage *message;
	enum err err = txn_get(txn, STORE_CUSTODY, name_key('b', name, key), &value);
	if (!err && value.size < 1)
		err = ERR_CORRUPT;
	if (!err)
		err = arena_copy(arena, value, &copy);
	if (err)
		return err;
	*flags = copy.data[0];
	err = pb_unpack(&tributary__custody_batch__descriptor, span_of(copy.data + 1, copy.size - 1), arena, &message);
	if (!err)
		err = custody_batch_read((Tributary__CustodyBatch *)message, batch);
	return err == ERR_MALFORMED ? ERR_CORRUPT : err;
}

static enum err save_batch(struct txn *txn, const struct custody_batch *batch, uint8_t flags, struct arena *arena)
{
	Tributary__CustodyBatch *message;
	struct buf value = BUF_EMPTY;
	uint8_t key[NAME_KEY_BYTES];
	enum err err = custody_batch_message(batch, arena, &message);
	if (err)
		return err;
	buf_u8(&value, flags);
	pb_pack(&message->base, &value);
	err = value.err ? value.err : txn_put(txn, STORE_CUSTODY, name_key('b', &batch->name, key), buf_span(&value));
	buf_free(&value);
	return err ? err : txn_put(txn, STORE_CUSTODY, name_key('q', &batch->name, key), span_of(NULL, 0));
}

enum err custody_chain_batch(struct txn *txn, const struct hash *name, struct arena *arena, struct custody_batch *batch,
                             bool *published)
{
	uint8_t flags = 0;
	enum err err = load_batch(txn, name, arena, batch, &flags);
	*published = flags & FLAG_PUBLISHED;
	return err;
}

enum err custody_chain_published(struct txn *txn, const struct hash *name)
{
	uint8_t key[NAME_KEY_BYTES];
	struct span value;
	struct buf copy = BUF_EMPTY;
	enum err err = txn_get(txn, STORE_CUSTODY, name_key('b', name, key), &value);
	if (err)
		return err;
	buf_bytes(&copy, value.data, value.size);
	if (!copy.err && copy.size) {
		copy.data[0] |= FLAG_PUBLISHED;
		err = txn_put(txn, STORE_CUSTODY, name_key('b', name, key), buf_span(&copy));
	}
	buf_free(&copy);
	return err;
}

struct scan custody_chain_news(struct txn *txn)
{
	return scan_begin(txn, STORE_CUSTODY, span_string("q"));
}

enum err custody_chain_news_done(struct txn *txn, const struct hash *name)
{
	uint8_t key[NAME_KEY_BYTES];
	return txn_delete(txn, STORE_CUSTODY, name_key('q', name, key));
}

// A server of that unit, present or former: what its logs held before a cut-off stays said.
static enum err server_of(struct txn *txn, const struct hash *key, struct id *unit)
{
	struct charter_device device;
	if (charter_device_get(txn, key, &device))
		return ERR_AGAIN;
	*unit = device.unit;
	return device.server ? ERR_OK : ERR_UNAUTHORISED;
}

static enum err check_writer(struct txn *txn, const struct custody_batch *batch, struct id *writer)
{
	struct custody_record first = { .epoch = 0 };
	struct id unit = { { 0 } };
	enum err err = custody_batch_verify(batch);
	if (!err)
		err = custody_batch_record(batch, 0, &first);
	if (!err)
		err = server_of(txn, &batch->server, &unit);
	if (!err && !id_equal(&unit, &first.writer))
		err = ERR_UNAUTHORISED;
	*writer = unit;
	return err;
}

// The witness is above the writer. (At its side only the nearest server above cosigns; that it was the
// nearest then cannot be seen from a later tree.)
static enum err check_witness(struct txn *txn, const struct custody_batch *batch, const struct id *writer)
{
	struct id unit;
	enum err err = custody_batch_cosigned(batch);
	if (!err)
		err = server_of(txn, &batch->witness, &unit);
	if (!err && !charter_is_ancestor(txn, &unit, writer))
		err = ERR_UNAUTHORISED;
	return err;
}

static enum err put_records(struct txn *txn, const struct custody_batch *batch, bool local)
{
	for (size_t i = 0; i < batch->count && !txn->err; i++) {
		struct custody_record record;
		enum custody_state state = CUSTODY_WAITS;
		if (local || (batch->witnessed && custody_batch_confirms(batch, i)))
			state = CUSTODY_FINAL;
		else if (batch->witnessed)
			state = CUSTODY_REFUSED;
		if (custody_batch_record(batch, i, &record) == ERR_OK)
			put_record(txn, batch, &record, state);
	}
	return txn->err;
}

enum err custody_chain_take(struct txn *txn, const struct custody_batch *came, struct arena *arena)
{
	struct custody_batch known, batch = *came;
	struct id writer, witness;
	uint8_t flags = 0;
	enum err err = load_batch(txn, &came->name, arena, &known, &flags);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (!err && (known.count || !came->count) && (known.witnessed || !came->witnessed))
		return ERR_OK; // nothing new
	if (!err && !batch.count) {
		batch.records = known.records;
		batch.count = known.count;
		batch.server = known.server;
		batch.signature = known.signature;
	}
	if (!err && !batch.witnessed && known.witnessed) {
		batch.witnessed = true;
		batch.witness = known.witness;
		memcpy(batch.confirmed, known.confirmed, sizeof batch.confirmed);
		batch.cosignature = known.cosignature;
	}
	if (!batch.count) // the witness's word came first; it is checked when it can be
		return save_batch(txn, &batch, flags, arena);
	err = check_writer(txn, &batch, &writer);
	if (!err && batch.witnessed)
		err = check_witness(txn, &batch, &writer);
	if (err)
		return err;
	err = custody_chain_witness(txn, &writer, &witness);
	if (err && err != ERR_NOT_FOUND)
		return err;
	bool local = err == ERR_NOT_FOUND;
	err = save_batch(txn, &batch, flags, arena);
	return err ? err : put_records(txn, &batch, local);
}
