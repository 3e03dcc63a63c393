// Units: their rows, the other names they are found by, and finding them as people write them.
#include "base/buf.h"
#include "base/reader.h"
#include "org/charter_row.h"

enum { ALIAS_BYTES = LIMIT_NAME_BYTES + 1 + LIMIT_ID_BYTES };

static_assert(ALIAS_BYTES <= STORE_KEY_MAX, "an alias is a key");

enum { HAS_SERVER = 1, HAS_RENAMED = 2, HAS_ENDED = 4, HAS_PAST = 8, IS_MERGED = 16 };

static void put_dot(struct buf *buf, struct dot dot)
{
	buf_u32(buf, dot.log);
	buf_u64(buf, dot.seq);
}

static struct dot get_dot(struct reader *reader)
{
	uint32_t log = reader_u32(reader);
	return (struct dot){ .log = log, .seq = reader_u64(reader) };
}

static void put_text(struct buf *buf, const char *text)
{
	size_t size = strlen(text);
	buf_u16(buf, (uint16_t)size);
	buf_bytes(buf, text, size);
}

static void get_text(struct reader *reader, char *text, size_t limit)
{
	size_t size = reader_u16(reader);
	if (size > limit)
		reader->err = ERR_MALFORMED;
	size = reader->err ? 0 : size;
	reader_copy(reader, text, size);
	text[size] = '\0';
}

void charter_unit_put(struct charter_batch *batch, const struct charter_unit *row, struct buf *scratch, bool fresh)
{
	uint8_t flags = (uint8_t)((hash_is_zero(&row->server) ? 0 : HAS_SERVER) | (row->renamed.log ? HAS_RENAMED : 0)
	                          | (row->ended.log ? HAS_ENDED : 0) | (row->past ? HAS_PAST : 0) | (row->merged ? IS_MERGED : 0));
	buf_clear(scratch);
	buf_u8(scratch, CHARTER_ROW_VERSION);
	buf_u8(scratch, row->level);
	buf_bytes(scratch, row->parent.bytes, sizeof row->parent.bytes);
	buf_u32(scratch, (uint32_t)row->since);
	buf_u32(scratch, (uint32_t)row->closed);
	put_dot(scratch, row->place);
	buf_u8(scratch, flags);
	if (flags & HAS_SERVER)
		buf_bytes(scratch, row->server.bytes, sizeof row->server.bytes);
	if (flags & HAS_RENAMED)
		put_dot(scratch, row->renamed);
	if (flags & HAS_ENDED)
		put_dot(scratch, row->ended);
	put_text(scratch, row->kind);
	put_text(scratch, row->name);
	put_text(scratch, row->code);
	if (scratch->err)
		txn_fail(batch->txn, scratch->err);
	else if (fresh)
		charter_batch_add(batch, STORE_UNIT, id_span(&row->unit), buf_span(scratch));
	else
		charter_batch_put(batch, STORE_UNIT, id_span(&row->unit), buf_span(scratch));
}

static enum err decode(struct span value, struct charter_unit *row)
{
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	row->level = reader_u8(&reader);
	reader_copy(&reader, row->parent.bytes, sizeof row->parent.bytes);
	row->since = (int32_t)reader_u32(&reader);
	row->closed = (int32_t)reader_u32(&reader);
	row->place = get_dot(&reader);
	row->server = (struct hash){ { 0 } };
	uint8_t flags = reader_u8(&reader);
	if (flags & HAS_SERVER)
		reader_copy(&reader, row->server.bytes, sizeof row->server.bytes);
	row->renamed = flags & HAS_RENAMED ? get_dot(&reader) : (struct dot){ .log = 0 };
	row->ended = flags & HAS_ENDED ? get_dot(&reader) : (struct dot){ .log = 0 };
	row->past = flags & HAS_PAST;
	row->merged = flags & IS_MERGED;
	get_text(&reader, row->kind, LIMIT_NAME_BYTES);
	get_text(&reader, row->name, LIMIT_TITLE_BYTES);
	get_text(&reader, row->code, LIMIT_NAME_BYTES);
	bool sound = !reader_end(&reader) && version == CHARTER_ROW_VERSION && row->level < LIMIT_TREE_LEVELS;
	return sound ? ERR_OK : ERR_CORRUPT;
}

enum err charter_unit_get(struct txn *txn, const struct id *unit, struct charter_unit *row)
{
	struct span value;
	enum err err = txn_get(txn, STORE_UNIT, id_span(unit), &value);
	if (err)
		return err;
	row->unit = *unit;
	return decode(value, row);
}

// The text, cut to fit, and its end mark: what all aliases of that text begin with.
static struct span alias_prefix(struct span text, uint8_t key[static ALIAS_BYTES])
{
	size_t size = text.size < LIMIT_NAME_BYTES ? text.size : LIMIT_NAME_BYTES;
	if (size)
		memcpy(key, text.data, size);
	key[size] = 0;
	return span_of(key, size + 1);
}

static struct span alias_key(struct span text, const struct id *unit, uint8_t bytes[static ALIAS_BYTES])
{
	struct span prefix = alias_prefix(text, bytes);
	memcpy(bytes + prefix.size, unit->bytes, sizeof unit->bytes);
	return span_of(bytes, prefix.size + sizeof unit->bytes);
}

void charter_unit_alias_add(struct charter_batch *batch, const struct id *unit, const char *text)
{
	uint8_t key[ALIAS_BYTES];
	charter_batch_add(batch, STORE_UNIT_ALIAS, alias_key(span_string(text), unit, key), span_of(NULL, 0));
}

void charter_unit_alias_put(struct charter_batch *batch, const struct id *unit, const char *text)
{
	uint8_t key[ALIAS_BYTES];
	charter_batch_put(batch, STORE_UNIT_ALIAS, alias_key(span_string(text), unit, key), span_of(NULL, 0));
}

void charter_unit_alias_delete(struct charter_batch *batch, const struct id *unit, const char *text)
{
	uint8_t key[ALIAS_BYTES];
	charter_batch_delete(batch, STORE_UNIT_ALIAS, alias_key(span_string(text), unit, key));
}

// The unit that the alias under the walk names.
static bool alias_next(struct scan *scan, struct charter_unit *row)
{
	while (scan_next(scan)) {
		struct id unit;
		struct span tail = scan->key;
		if (tail.size < scan->prefix_size + sizeof unit.bytes)
			continue;
		tail = span_of(tail.data + scan->prefix_size, tail.size - scan->prefix_size);
		if (!id_read(tail, &unit) && !charter_unit_get(scan->txn, &unit, row))
			return true;
	}
	return false;
}

enum err charter_unit_code_free(struct txn *txn, const char *code, uint32_t log)
{
	uint8_t prefix[ALIAS_BYTES];
	struct charter_unit row;
	bool taken = false;
	struct scan scan = scan_begin(txn, STORE_UNIT_ALIAS, alias_prefix(span_string(code), prefix));
	while (!taken && alias_next(&scan, &row))
		taken = strcmp(row.code, code) == 0 && row.place.log == log;
	scan_end(&scan);
	return txn->err ? txn->err : taken ? ERR_EXISTS : ERR_OK;
}

// How well a unit answers to a text, best first. Merging and splitting leaves closed namesakes
// behind as a matter of routine; they are meant only where no open unit is.
enum answer { ANSWER_CODE, ANSWER_NAME, ANSWER_CODE_CLOSED, ANSWER_NAME_CLOSED, ANSWER_NONE };

static enum answer answer_of(const struct charter_unit *row, struct span text)
{
	bool code = span_equal(span_string(row->code), text), name = span_equal(span_string(row->name), text);
	if (!code && !name)
		return ANSWER_NONE;
	if (row->closed == INT32_MAX)
		return code ? ANSWER_CODE : ANSWER_NAME;
	return code ? ANSWER_CODE_CLOSED : ANSWER_NAME_CLOSED;
}

// Do the units above answer to the words of `path`, the last word first?
static bool path_fits(struct txn *txn, const struct charter_unit *row, struct span path)
{
	struct charter_unit above = *row;
	while (path.size) {
		size_t from = path.size;
		while (from && path.data[from - 1] != '/')
			from--;
		if (charter_unit_get(txn, &above.parent, &above)
		    || answer_of(&above, span_of(path.data + from, path.size - from)) == ANSWER_NONE)
			return false;
		path.size = from ? from - 1 : 0;
	}
	return true;
}

static enum err find(struct txn *txn, struct span path, struct span last, struct id *unit)
{
	size_t count[ANSWER_NONE + 1] = { 0 };
	struct id found[ANSWER_NONE + 1];
	uint8_t prefix[ALIAS_BYTES];
	struct charter_unit row;
	struct scan scan = scan_begin(txn, STORE_UNIT_ALIAS, alias_prefix(last, prefix));
	while (alias_next(&scan, &row)) {
		enum answer answer = answer_of(&row, last);
		if (answer == ANSWER_NONE || !path_fits(txn, &row, path))
			continue;
		count[answer]++;
		found[answer] = row.unit;
	}
	scan_end(&scan);
	for (size_t answer = 0; answer < ANSWER_NONE && !txn->err; answer++) {
		if (count[answer] == 1)
			*unit = found[answer];
		if (count[answer])
			return count[answer] == 1 ? ERR_OK : ERR_CONFLICT;
	}
	return txn->err ? txn->err : ERR_NOT_FOUND;
}

enum err charter_unit_find(struct txn *txn, const char *text, struct id *unit)
{
	struct span whole = span_string(text);
	if (!id_parse(text, unit) && txn_has(txn, STORE_UNIT, id_span(unit)))
		return ERR_OK;
	// A name may hold a slash, so the whole is tried first.
	enum err err = find(txn, span_of(NULL, 0), whole, unit);
	const char *slash = strrchr(text, '/');
	if (err != ERR_NOT_FOUND || !slash || slash == text)
		return err;
	return find(txn, span_of(text, (size_t)(slash - text)), span_string(slash + 1), unit);
}
