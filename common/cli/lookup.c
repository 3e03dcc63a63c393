// Finding what people name.
#include "cli/lookup.h"

#include <ctype.h>

#include "base/bytes.h"

enum { WALK_ARENA_BYTES = 64 * 1024 * 1024 };

// ---- Walks ----

// Whose records of the kind are held here beside those of the unit itself: unit first, top last.
static size_t owners_of(struct lookup *look, const struct pack_kind *kind, struct id owners[static LIMIT_TREE_LEVELS])
{
	size_t count = 0;
	if (!kind || !kind->from_above || charter_path(look->txn, &look->unit, owners, &count) || count == 0) {
		owners[0] = look->unit;
		count = 1;
	}
	return count;
}

void lookup_owner(struct lookup *look, const struct pack_kind *kind, const struct id *record, struct id *unit)
{
	struct id owners[LIMIT_TREE_LEVELS];
	size_t count = owners_of(look, kind, owners);
	*unit = look->unit;
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[RECORD_KEY_BYTES];
		const struct record_key key = { .unit = owners[i], .kind = kind->number, .record = *record };
		record_key_encode(&key, bytes);
		if (!txn_has(look->txn, STORE_RECORD, span_of(bytes, sizeof bytes)))
			continue;
		*unit = owners[i];
		return;
	}
}

static void scan_owner(struct lookup_walk *walk)
{
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	memcpy(prefix, walk->owners[walk->owner].bytes, LIMIT_ID_BYTES);
	bytes_put_u16(prefix + LIMIT_ID_BYTES, walk->kind);
	walk->scan = scan_begin(walk->txn, STORE_RECORD, span_of(prefix, walk->kind ? sizeof prefix : LIMIT_ID_BYTES));
}

struct lookup_walk lookup_walk_begin(struct lookup *look, uint16_t kind, bool deleted)
{
	struct lookup_walk walk = { .txn = look->txn, .kind = kind, .deleted = deleted };
	arena_init(&walk.arena, WALK_ARENA_BYTES);
	walk.owner_count = owners_of(look, kind && look->pack ? pack_kind_by_number(look->pack, kind) : NULL, walk.owners);
	scan_owner(&walk);
	return walk;
}

// The next row, of this owner or of the next one that has any.
static bool next_row(struct lookup_walk *walk)
{
	while (!scan_next(&walk->scan)) {
		if (walk->txn->err || walk->owner + 1 == walk->owner_count)
			return false;
		scan_end(&walk->scan);
		walk->owner++;
		scan_owner(walk);
	}
	return true;
}

bool lookup_walk_next(struct lookup_walk *walk)
{
	while (!walk->err && next_row(walk)) {
		struct record_key key;
		arena_reset(&walk->arena);
		walk->err = record_key_decode(walk->scan.key, &key);
		if (!walk->err)
			walk->err = record_decode(&key, walk->scan.value, &walk->arena, &walk->record);
		if (!walk->err && walk->record.write_count > 0 && (walk->deleted || !record_deleted(&walk->record)))
			return true;
	}
	return false;
}

enum err lookup_walk_end(struct lookup_walk *walk)
{
	enum err err = walk->err ? walk->err : walk->scan.txn->err;
	scan_end(&walk->scan);
	arena_free(&walk->arena);
	return err;
}

// ---- Ids by their beginning ----

static bool is_prefix(const char *text)
{
	size_t size = strlen(text);
	for (size_t i = 0; i < size; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return false;
	}
	return size >= LOOKUP_PREFIX_MIN;
}

static bool begins(const char *hex, const char *prefix)
{
	for (; *prefix; hex++, prefix++) {
		if (*hex != tolower((unsigned char)*prefix))
			return false;
	}
	return true;
}

// ---- Units and devices ----

enum err lookup_unit(struct lookup *look, const char *text, struct id *unit)
{
	if (!text || strcmp(text, ".") == 0) {
		*unit = look->unit;
		return ERR_OK;
	}
	return charter_unit_find(look->txn, text, unit);
}

enum err lookup_device(struct lookup *look, const char *text, struct hash *device)
{
	return lookup_device_of(look, NULL, text, device);
}

enum err lookup_device_of(struct lookup *look, const struct id *unit, const char *text, struct hash *device)
{
	size_t found = 0;
	struct scan scan = scan_begin(look->txn, STORE_DEVICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		char hex[HASH_TEXT_BYTES];
		struct hash key;
		struct charter_device row;
		if (hash_read(scan.key, &key) || charter_device_get(look->txn, &key, &row))
			continue;
		hash_format(&key, hex);
		if (unit && !id_equal(unit, &row.unit))
			continue;
		if ((is_prefix(text) && begins(hex, text)) || strcmp(row.label, text) == 0) {
			*device = key;
			found++;
		}
	}
	scan_end(&scan);
	return look->txn->err ? look->txn->err : found == 0 ? ERR_NOT_FOUND : found > 1 ? ERR_CONFLICT : ERR_OK;
}

static const char *keep(struct lookup *look, const char *text)
{
	const char *copy = arena_string(look->arena, span_string(text));
	return copy ? copy : "?";
}

const char *lookup_unit_name(struct lookup *look, const struct id *unit)
{
	struct charter_unit row;
	if (!charter_unit_get(look->txn, unit, &row) && row.name[0])
		return keep(look, row.name);
	return lookup_short(look, unit);
}

const char *lookup_unit_path(struct lookup *look, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count = 0;
	if (charter_path(look->txn, unit, path, &count) || count == 0)
		return lookup_short(look, unit);
	struct buf text = BUF_EMPTY;
	for (size_t i = count; i > 0; i--) {
		buf_string(&text, lookup_unit_name(look, &path[i - 1]));
		if (i > 1)
			buf_u8(&text, '/');
	}
	buf_u8(&text, '\0');
	const char *kept = text.err ? "?" : keep(look, (const char *)text.data);
	buf_free(&text);
	return kept;
}

const char *lookup_device_name(struct lookup *look, const struct hash *device)
{
	struct charter_device row;
	if (!charter_device_get(look->txn, device, &row) && row.label[0])
		return keep(look, row.label);
	char hex[HASH_TEXT_BYTES];
	hash_format(device, hex);
	hex[16] = '\0';
	return keep(look, hex);
}

const char *lookup_short(struct lookup *look, const struct id *id)
{
	char hex[ID_TEXT_BYTES];
	id_format(id, hex);
	return keep(look, hex);
}

// ---- Records ----

static bool label_is(const struct pack_kind *kind, const struct record *record, struct span text)
{
	const struct record_write *write = kind->label ? record_value(record, kind->label, span_of(NULL, 0)) : NULL;
	return write && write->value.form == VALUE_IS_TEXT && span_equal(write->value.bytes, text);
}

// ---- Bulk ----

void lookup_bulk(struct lookup *look)
{
	look->bulk = true;
}

void lookup_bulk_end(struct lookup *look)
{
	for (size_t i = 0; i < LIMIT_PACK_KINDS; i++) {
		labels_free(look->labels[i]);
		look->labels[i] = NULL;
	}
	look->bulk = false;
}

static enum err read_labels(struct lookup *look, const struct pack_kind *kind, struct labels *labels)
{
	enum err err = ERR_OK;
	struct lookup_walk walk = lookup_walk_begin(look, kind->number, false);
	while (!err && lookup_walk_next(&walk)) {
		const struct record_write *write = kind->label ? record_value(&walk.record, kind->label, span_of(NULL, 0)) : NULL;
		if (write && write->value.form == VALUE_IS_TEXT)
			err = labels_put(labels, write->value.bytes, &walk.record.key.record, 0);
	}
	enum err end = lookup_walk_end(&walk);
	return err ? err : end;
}

// ERR_NOT_FOUND: no label says so; it may still be the beginning of an id.
static enum err find_in_bulk(struct lookup *look, const struct pack_kind *kind, const char *text, struct id *record)
{
	size_t at = (size_t)(kind - look->pack->kinds);
	if (!look->labels[at]) {
		look->labels[at] = labels_new();
		enum err err = look->labels[at] ? read_labels(look, kind, look->labels[at]) : ERR_NOMEM;
		if (err)
			return err;
	}
	const struct labels_item *item = labels_get(look->labels[at], span_string(text));
	if (!item)
		return ERR_NOT_FOUND;
	*record = item->id;
	return item->several ? ERR_CONFLICT : ERR_OK;
}

enum err lookup_record(struct lookup *look, const struct pack_kind *kind, const char *text, struct id *record)
{
	if (look->bulk) {
		enum err err = find_in_bulk(look, kind, text, record);
		if (err != ERR_NOT_FOUND || !is_prefix(text))
			return err;
	}
	size_t by_label = 0, by_prefix = 0;
	struct id prefixed = { { 0 } };
	bool prefix = is_prefix(text), whole = prefix && strlen(text) == ID_TEXT_BYTES - 1;
	struct lookup_walk walk = lookup_walk_begin(look, kind->number, whole);
	while (lookup_walk_next(&walk)) {
		char hex[ID_TEXT_BYTES];
		id_format(&walk.record.key.record, hex);
		if (prefix && begins(hex, text)) {
			prefixed = walk.record.key.record;
			by_prefix++;
		}
		if (label_is(kind, &walk.record, span_string(text))) {
			*record = walk.record.key.record;
			by_label++;
		}
	}
	enum err err = lookup_walk_end(&walk);
	if (err)
		return err;
	if (by_label == 0 && by_prefix == 1)
		*record = prefixed;
	size_t found = by_label ? by_label : by_prefix;
	return found == 0 ? ERR_NOT_FOUND : found > 1 ? ERR_CONFLICT : ERR_OK;
}

const char *lookup_record_label(struct lookup *look, const struct pack_kind *kind, const struct record *record)
{
	const struct pack_field *field = kind->label ? kind->by_number[kind->label] : NULL;
	const struct record_write *write = field ? record_value(record, field->number, span_of(NULL, 0)) : NULL;
	if (write)
		return lookup_text(look, field, &write->value);
	return lookup_short(look, &record->key.record);
}
