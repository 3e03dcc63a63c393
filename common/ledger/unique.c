// The index of unique values: one row per record and value, so that those of one value stand together.
#include "ledger/unique.h"

#include "base/bytes.h"
#include "log/hash.h"

enum {
	PLACE_BYTES = LIMIT_ID_BYTES + 2 + 1,
	GROUP_BYTES = PLACE_BYTES + LIMIT_HASH_BYTES,
	KEY_BYTES = GROUP_BYTES + LIMIT_ID_BYTES,
};

static struct hash digest_of(const struct value *value)
{
	uint8_t number[8];
	if (value->form != VALUE_IS_NUMBER)
		return hash_bytes(HASH_BLAKE2B_256, value->bytes);
	bytes_put_u64(number, (uint64_t)value->number);
	return hash_bytes(HASH_BLAKE2B_256, span_of(number, sizeof number));
}

static void make_key(const struct record_key *record, uint8_t field, const struct value *value,
                     uint8_t key[static KEY_BYTES])
{
	struct hash digest = digest_of(value);
	memcpy(key, record->unit.bytes, LIMIT_ID_BYTES);
	bytes_put_u16(key + LIMIT_ID_BYTES, record->kind);
	key[LIMIT_ID_BYTES + 2] = field;
	memcpy(key + PLACE_BYTES, digest.bytes, LIMIT_HASH_BYTES);
	memcpy(key + GROUP_BYTES, record->record.bytes, LIMIT_ID_BYTES);
}

static const struct value *value_of(const struct record *record, uint8_t field)
{
	const struct record_write *shown = record_value(record, field, span_of(NULL, 0));
	return shown && !record_deleted(record) ? &shown->value : NULL;
}

enum err unique_update(struct txn *txn, const struct pack *pack, const struct record *before, const struct record *after)
{
	const struct pack_kind *kind = pack_kind_by_number(pack, after->key.kind);
	uint8_t key[KEY_BYTES];
	for (size_t i = 0; kind && i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		if (!field->unique)
			continue;
		const struct value *old = value_of(before, field->number), *fresh = value_of(after, field->number);
		if (old && fresh && value_equal(old, fresh))
			continue;
		if (old) {
			make_key(&before->key, field->number, old, key);
			txn_delete(txn, STORE_UNIQUE, span_of(key, sizeof key));
		}
		if (fresh) {
			make_key(&after->key, field->number, fresh, key);
			txn_put(txn, STORE_UNIQUE, span_of(key, sizeof key), span_of(NULL, 0));
		}
	}
	return txn->err;
}

enum err unique_other(struct txn *txn, const struct record_key *but, const struct pack_field *field,
                      const struct value *value, struct id *other)
{
	uint8_t key[KEY_BYTES];
	bool found = false;
	make_key(but, field->number, value, key);
	struct scan scan = scan_begin(txn, STORE_UNIQUE, span_of(key, GROUP_BYTES));
	while (!found && scan_next(&scan)) {
		if (scan.key.size != KEY_BYTES)
			txn_fail(txn, ERR_CORRUPT);
		else if (memcmp(scan.key.data + GROUP_BYTES, but->record.bytes, LIMIT_ID_BYTES) != 0)
			found = id_read(span_of(scan.key.data + GROUP_BYTES, LIMIT_ID_BYTES), other) == ERR_OK;
	}
	scan_end(&scan);
	return txn->err ? txn->err : found ? ERR_OK : ERR_NOT_FOUND;
}

// What the pack of today no longer calls unique is nobody's clash.
static bool read_clash(const struct pack *pack, const uint8_t key[static KEY_BYTES], struct unique_clash *clash)
{
	clash->kind = pack_kind_by_number(pack, bytes_get_u16(key + LIMIT_ID_BYTES));
	clash->field = clash->kind ? clash->kind->by_number[key[LIMIT_ID_BYTES + 2]] : NULL;
	return clash->field && clash->field->unique
	       && id_read(span_of(key + GROUP_BYTES, LIMIT_ID_BYTES), &clash->record) == ERR_OK;
}

enum err unique_each(struct txn *txn, const struct pack *pack, const struct id *unit,
                     enum err (*visit)(void *context, const struct unique_clash *clash), void *context)
{
	uint8_t before[KEY_BYTES] = { 0 }; // of no unit
	bool clashing = false;
	enum err err = ERR_OK;
	struct unique_clash clash;
	struct scan scan = scan_begin(txn, STORE_UNIQUE, id_span(unit));
	while (!err && scan_next(&scan)) {
		if (scan.key.size != KEY_BYTES) {
			txn_fail(txn, ERR_CORRUPT);
			break;
		}
		bool same = memcmp(scan.key.data, before, GROUP_BYTES) == 0;
		if (same && !clashing && read_clash(pack, before, &clash)) {
			clash.first = true;
			err = visit(context, &clash);
		}
		clashing = same;
		memcpy(before, scan.key.data, sizeof before);
		if (same && !err && read_clash(pack, before, &clash)) {
			clash.first = false;
			err = visit(context, &clash);
		}
	}
	scan_end(&scan);
	return err ? err : txn->err;
}
