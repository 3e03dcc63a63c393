// Epoch keys of units. An epoch is named by its own key: id = first 8 bytes of
// BLAKE2b-256("tributary epoch v1" ‖ key). So nobody can hand out two keys under one name, and
// what comes out of a wrap is checked against the name before it is believed.
#include <sodium.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "base/reader.h"
#include "log/hash.h"
#include "org/epoch_wrap.h"

enum {
	ROW_VERSION = 1,
	KEY_BYTES = LIMIT_ID_BYTES + SEAL_EPOCH_BYTES,
};

// A row: version u8 ‖ rank u64 ‖ key[32] ‖ count u16 ‖ holders[32]…

void epoch_row_name(const struct seal_key *key, uint8_t id[static SEAL_EPOCH_BYTES])
{
	static const char domain[] = "tributary epoch v1";
	uint8_t named[sizeof domain - 1 + SEAL_KEY_BYTES];
	memcpy(named, domain, sizeof domain - 1);
	memcpy(named + sizeof domain - 1, key->bytes, SEAL_KEY_BYTES);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(named, sizeof named));
	memcpy(id, digest.bytes, SEAL_EPOCH_BYTES);
	sodium_memzero(named, sizeof named);
}

static struct span row_key(const struct id *unit, const uint8_t id[static SEAL_EPOCH_BYTES], uint8_t key[static KEY_BYTES])
{
	memcpy(key, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, id, SEAL_EPOCH_BYTES);
	return span_of(key, KEY_BYTES);
}

// *rest is left standing at the holders, *count of them.
static enum err read_row(struct span key, struct span value, struct epoch *epoch, struct reader *rest, size_t *count)
{
	static const uint8_t none[SEAL_KEY_BYTES];
	if (key.size != KEY_BYTES)
		return ERR_CORRUPT;
	memcpy(epoch->id, key.data + LIMIT_ID_BYTES, SEAL_EPOCH_BYTES);
	*rest = reader_of(value);
	uint8_t version = reader_u8(rest);
	epoch->rank = reader_u64(rest);
	reader_copy(rest, epoch->key.bytes, SEAL_KEY_BYTES);
	epoch->known = sodium_memcmp(epoch->key.bytes, none, SEAL_KEY_BYTES) != 0;
	*count = reader_u16(rest);
	bool sound = !rest->err && version == ROW_VERSION && reader_left(rest) == *count * LIMIT_HASH_BYTES;
	return sound ? ERR_OK : ERR_CORRUPT;
}

enum err epoch_row_load(struct span key, struct span value, size_t room, struct arena *arena, struct epoch_row *row)
{
	struct reader rest;
	enum err err = read_row(key, value, &row->epoch, &rest, &row->holder_count);
	if (err)
		return err;
	row->holders = arena_array(arena, row->holder_count + room, sizeof *row->holders);
	if (!row->holders)
		return ERR_BUDGET;
	for (size_t i = 0; i < row->holder_count; i++)
		reader_copy(&rest, row->holders[i].bytes, sizeof row->holders[i].bytes);
	return ERR_OK;
}

static enum err save(struct txn *txn, const struct id *unit, const struct epoch_row *row)
{
	uint8_t key[KEY_BYTES];
	struct buf value = BUF_EMPTY;
	buf_u8(&value, ROW_VERSION);
	buf_u64(&value, row->epoch.rank);
	buf_bytes(&value, row->epoch.key.bytes, SEAL_KEY_BYTES);
	buf_u16(&value, (uint16_t)row->holder_count);
	for (size_t i = 0; i < row->holder_count; i++)
		buf_bytes(&value, row->holders[i].bytes, sizeof row->holders[i].bytes);
	enum err err = value.err ? txn_fail(txn, value.err)
	                         : txn_put(txn, STORE_EPOCH, row_key(unit, row->epoch.id, key), buf_span(&value));
	if (value.data)
		sodium_memzero(value.data, value.size);
	buf_free(&value);
	return err;
}

bool epoch_row_holds(const struct epoch_row *row, const struct hash *device)
{
	for (size_t i = 0; i < row->holder_count; i++)
		if (hash_equal(&row->holders[i], device))
			return true;
	return false;
}

enum err epoch_get(struct txn *txn, const struct id *unit, const uint8_t id[static SEAL_EPOCH_BYTES], struct epoch *epoch)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	struct reader rest;
	size_t count;
	enum err err = txn_get(txn, STORE_EPOCH, row_key(unit, id, key), &value);
	return err ? err : read_row(span_of(key, sizeof key), value, epoch, &rest, &count);
}

// Keys come in ascending order of id, so that of equal ranks the last seen has the greatest.
enum err epoch_row_best(struct txn *txn, const struct id *unit, bool known_only, struct epoch *best, bool *any)
{
	enum err err = ERR_OK;
	struct epoch epoch;
	struct reader rest;
	size_t count;
	*any = false;
	struct scan scan = scan_begin(txn, STORE_EPOCH, id_span(unit));
	while (!err && scan_next(&scan)) {
		err = read_row(scan.key, scan.value, &epoch, &rest, &count);
		if (err || (known_only && !epoch.known) || (*any && epoch.rank < best->rank))
			continue;
		*best = epoch;
		*any = true;
	}
	scan_end(&scan);
	sodium_memzero(&epoch, sizeof epoch);
	return err ? err : txn->err;
}

enum err epoch_current(struct txn *txn, const struct id *unit, struct epoch *epoch)
{
	bool any;
	enum err err = epoch_row_best(txn, unit, true, epoch, &any);
	return err ? err : any ? ERR_OK : ERR_NOT_FOUND;
}

// ---- Taking in. ----

static enum err load_or_begin(struct txn *txn, const struct id *unit, const Tributary__Epoch *told, struct arena *arena,
                              struct epoch_row *row)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	enum err err = txn_get(txn, STORE_EPOCH, row_key(unit, told->epoch.data, key), &value);
	if (!err)
		return epoch_row_load(span_of(key, sizeof key), value, told->n_wraps, arena, row);
	if (err != ERR_NOT_FOUND)
		return err;
	*row = (struct epoch_row){ .holder_count = 0, .holders = arena_array(arena, told->n_wraps, sizeof *row->holders) };
	memcpy(row->epoch.id, told->epoch.data, SEAL_EPOCH_BYTES);
	return row->holders ? ERR_OK : ERR_BUDGET;
}

// Our own wrap. One that does not open, or opens to a key of another name, does not count: we do
// not hold the key, and another device is to wrap it again.
static bool take_key(struct epoch_row *row, const Tributary__Wrap *wrap, const struct identity *self)
{
	struct seal_key key;
	uint8_t id[SEAL_EPOCH_BYTES];
	if (seal_unwrap(pb_span(wrap->box), self, &key))
		return false;
	epoch_row_name(&key, id);
	bool ours = memcmp(id, row->epoch.id, sizeof id) == 0;
	if (ours) {
		row->epoch.key = key;
		row->epoch.known = true;
	}
	sodium_memzero(&key, sizeof key);
	return ours;
}

static void take_wraps(struct epoch_row *row, const Tributary__Epoch *told, const struct identity *self)
{
	for (size_t i = 0; i < told->n_wraps && row->holder_count < EPOCH_HOLDERS_MAX; i++) {
		struct hash device;
		if (hash_read(pb_span(told->wraps[i]->device), &device) || epoch_row_holds(row, &device))
			continue;
		if (hash_equal(&device, &self->sign_public) && !take_key(row, told->wraps[i], self))
			continue;
		row->holders[row->holder_count++] = device;
	}
}

enum err epoch_apply(struct txn *txn, const struct id *unit, struct span payload, const struct identity *self,
                     struct arena *arena, bool *learnt)
{
	ProtobufCMessage *message;
	struct epoch_row row;
	*learnt = false;
	enum err err = pb_unpack(&tributary__epoch__descriptor, payload, arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	const Tributary__Epoch *told = (const Tributary__Epoch *)message;
	if (told->epoch.len != SEAL_EPOCH_BYTES || told->rank == 0 || !epoch_wrap_fit(told->wraps, told->n_wraps))
		return ERR_MALFORMED;
	err = load_or_begin(txn, unit, told, arena, &row);
	if (err)
		return err;
	bool known = row.epoch.known;
	if (told->rank > row.epoch.rank) // the highest that anybody gave it, in whatever order they came
		row.epoch.rank = told->rank;
	take_wraps(&row, told, self);
	*learnt = row.epoch.known && !known;
	err = save(txn, unit, &row);
	sodium_memzero(&row.epoch.key, sizeof row.epoch.key);
	return err;
}

// ---- Sealing. ----

enum { CONTEXT_BYTES = LIMIT_HASH_BYTES + 8 };

static struct span entry_context(const struct hash *log, uint64_t seq, uint8_t bytes[static CONTEXT_BYTES])
{
	memcpy(bytes, log->bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + LIMIT_HASH_BYTES, seq);
	return span_of(bytes, CONTEXT_BYTES);
}

enum err epoch_seal(const struct epoch *epoch, const struct hash *log, uint64_t seq, const uint8_t nonce[static SEAL_NONCE_BYTES],
                    uint32_t kind, struct span payload, struct buf *sealed)
{
	uint8_t context[CONTEXT_BYTES];
	Tributary__Sealed message = TRIBUTARY__SEALED__INIT;
	struct buf plain = BUF_EMPTY, box = BUF_EMPTY;
	if (!epoch->known)
		return ERR_NO_KEY;
	buf_u32(&plain, kind);
	buf_bytes(&plain, payload.data, payload.size);
	if (!plain.err)
		seal_close(&epoch->key, nonce, entry_context(log, seq, context), buf_span(&plain), &box);
	enum err err = plain.err ? plain.err : box.err;
	if (!err) {
		message.epoch = pb_bytes(span_of(epoch->id, SEAL_EPOCH_BYTES));
		message.nonce = pb_bytes(span_of(nonce, SEAL_NONCE_BYTES));
		message.box = pb_bytes(buf_span(&box));
		pb_pack(&message.base, sealed);
		err = sealed->err;
	}
	if (plain.data)
		sodium_memzero(plain.data, plain.size);
	buf_free(&plain);
	buf_free(&box);
	return err;
}

enum err epoch_open(struct txn *txn, const struct id *unit, const struct hash *log, uint64_t seq, struct span sealed,
                    struct arena *arena, uint32_t *kind, struct span *payload)
{
	uint8_t context[CONTEXT_BYTES];
	ProtobufCMessage *message;
	struct epoch epoch;
	struct span plain;
	enum err err = pb_unpack(&tributary__sealed__descriptor, sealed, arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	const Tributary__Sealed *told = (const Tributary__Sealed *)message;
	if (told->epoch.len != SEAL_EPOCH_BYTES || told->nonce.len != SEAL_NONCE_BYTES || told->box.len < SEAL_TAG_BYTES)
		return ERR_MALFORMED;
	err = epoch_get(txn, unit, told->epoch.data, &epoch);
	if (err == ERR_NOT_FOUND || (!err && !epoch.known))
		return ERR_NO_KEY;
	if (!err)
		err = seal_open(&epoch.key, told->nonce.data, entry_context(log, seq, context), pb_span(told->box), arena, &plain);
	sodium_memzero(&epoch, sizeof epoch);
	if (err)
		return err;
	struct reader reader = reader_of(plain);
	*kind = reader_u32(&reader);
	*payload = reader_bytes(&reader, reader_left(&reader));
	return reader.err;
}
