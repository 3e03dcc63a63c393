// Records at rest and the questions asked of them. A record is read far more often than it is
// written, and most have one author and one moment: origins are stored once a run.
//
// Encoded (version 1):
//	version u8 ‖ varint writes ‖ varint unseen ‖ write … ‖ unseen …
//	write   flags u8 ‖ field u8 ‖ [varint size ‖ element] ‖ [origin] ‖ value
//	origin  varint log ‖ varint seq ‖ varint chain ‖ time u64 ‖ device u64; left out when as before
//	value   none: nothing; number: zigzag; text and reference: varint size ‖ bytes
//	unseen  field u8 ‖ varint size ‖ element ‖ log id[32] ‖ varint seq
#include "ledger/record.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/reader.h"

enum {
	RECORD_VERSION = 1,
	RECORD_FORM = 0x03, // of the value
	RECORD_SAME = 0x04, // origin as that of the write before
	RECORD_ELEMENT = 0x08,
	RECORD_WRITE_MIN = 2,               // bytes, so that a count can be believed
	RECORD_UNSEEN_MIN = 2 + 32 + 1,
};

void record_key_encode(const struct record_key *key, uint8_t bytes[static RECORD_KEY_BYTES])
{
	memcpy(bytes, key->unit.bytes, 16);
	bytes_put_u16(bytes + 16, key->kind);
	memcpy(bytes + 18, key->record.bytes, 16);
}

enum err record_key_decode(struct span bytes, struct record_key *key)
{
	if (bytes.size != RECORD_KEY_BYTES)
		return ERR_CORRUPT;
	memcpy(key->unit.bytes, bytes.data, 16);
	key->kind = bytes_get_u16(bytes.data + 16);
	memcpy(key->record.bytes, bytes.data + 18, 16);
	return ERR_OK;
}

// Encoding.

static bool same_origin(const struct record_write *a, const struct record_write *b)
{
	return dot_equal(a->dot, b->dot) && a->chain == b->chain && a->time == b->time && a->device == b->device;
}

static void encode_sized(struct buf *buf, struct span bytes)
{
	buf_varint(buf, bytes.size);
	buf_bytes(buf, bytes.data, bytes.size);
}

static void encode_origin(struct buf *buf, const struct record_write *write)
{
	buf_varint(buf, write->dot.log);
	buf_varint(buf, write->dot.seq);
	buf_varint(buf, write->chain);
	buf_u64(buf, write->time);
	buf_u64(buf, write->device);
}

static void encode_write(struct buf *buf, const struct record_write *write, const struct record_write *before)
{
	bool same = before && same_origin(write, before);
	unsigned flags = (unsigned)write->value.form;
	flags |= same ? RECORD_SAME : 0;
	flags |= write->element.size ? RECORD_ELEMENT : 0;
	buf_u8(buf, (uint8_t)flags);
	buf_u8(buf, write->field);
	if (write->element.size)
		encode_sized(buf, write->element);
	if (!same)
		encode_origin(buf, write);
	if (write->value.form == VALUE_IS_NUMBER)
		buf_zigzag(buf, write->value.number);
	else if (write->value.form != VALUE_IS_NONE)
		encode_sized(buf, write->value.bytes);
}

static void encode_unseen(struct buf *buf, const struct record_unseen *unseen)
{
	buf_u8(buf, unseen->field);
	encode_sized(buf, unseen->element);
	buf_bytes(buf, unseen->log.bytes, sizeof unseen->log.bytes);
	buf_varint(buf, unseen->seq);
}

static void encode(const struct record *record, struct buf *buf)
{
	buf_u8(buf, RECORD_VERSION);
	buf_varint(buf, record->write_count);
	buf_varint(buf, record->unseen_count);
	for (size_t i = 0; i < record->write_count; i++)
		encode_write(buf, &record->writes[i], i ? &record->writes[i - 1] : NULL);
	for (size_t i = 0; i < record->unseen_count; i++)
		encode_unseen(buf, &record->unseen[i]);
}

// Decoding. What rests may be damaged, so nothing is believed.

static struct span decode_sized(struct reader *reader)
{
	uint64_t size = reader_varint(reader);
	if (size > reader_left(reader))
		reader->err = ERR_MALFORMED;
	return reader_bytes(reader, reader->err ? 0 : (size_t)size);
}

static void decode_origin(struct reader *reader, struct record_write *write)
{
	uint64_t log = reader_varint(reader);
	write->dot.seq = reader_varint(reader);
	uint64_t chain = reader_varint(reader);
	write->time = reader_u64(reader);
	write->device = reader_u64(reader);
	if (log > UINT32_MAX || chain > UINT32_MAX)
		reader->err = ERR_MALFORMED;
	write->dot.log = (uint32_t)log;
	write->chain = (uint32_t)chain;
}

static void decode_value(struct reader *reader, struct value *value)
{
	if (value->form == VALUE_IS_NUMBER)
		value->number = reader_zigzag(reader);
	else if (value->form != VALUE_IS_NONE)
		value->bytes = decode_sized(reader);
}

static int compare_place(const struct record_write *write, uint8_t field, struct span element)
{
	if (write->field != field)
		return write->field < field ? -1 : 1;
	return span_compare(write->element, element);
}

static void decode_write(struct reader *reader, struct record_write *write, const struct record_write *before)
{
	unsigned flags = reader_u8(reader);
	bool same = (flags & RECORD_SAME) != 0;
	if (flags > (RECORD_FORM | RECORD_SAME | RECORD_ELEMENT) || (same && !before))
		reader->err = ERR_MALFORMED;
	if (same && before)
		*write = *before;
	write->field = reader_u8(reader);
	write->element = flags & RECORD_ELEMENT ? decode_sized(reader) : span_of(NULL, 0);
	write->value = (struct value){ .form = (enum value_form)(flags & RECORD_FORM) };
	if (!same)
		decode_origin(reader, write);
	decode_value(reader, &write->value);
	if (before && compare_place(before, write->field, write->element) > 0)
		reader->err = ERR_MALFORMED;
}

static void decode_unseen(struct reader *reader, struct record_unseen *unseen)
{
	unseen->field = reader_u8(reader);
	unseen->element = decode_sized(reader);
	reader_copy(reader, unseen->log.bytes, sizeof unseen->log.bytes);
	unseen->seq = reader_varint(reader);
}

enum err record_decode(const struct record_key *key, struct span value, struct arena *arena, struct record *record)
{
	struct reader reader = reader_of(value);
	*record = (struct record){ .key = *key };
	if (reader_u8(&reader) != RECORD_VERSION)
		return ERR_CORRUPT;
	uint64_t writes = reader_varint(&reader), unseen = reader_varint(&reader);
	size_t left = reader_left(&reader);
	if (writes > left / RECORD_WRITE_MIN || unseen > left / RECORD_UNSEEN_MIN)
		return ERR_CORRUPT;
	record->writes = arena_array(arena, (size_t)writes, sizeof *record->writes);
	record->unseen = arena_array(arena, (size_t)unseen, sizeof *record->unseen);
	if (!record->writes || !record->unseen)
		return ERR_BUDGET;
	record->write_count = (size_t)writes;
	record->unseen_count = (size_t)unseen;
	for (size_t i = 0; i < writes && !reader.err; i++)
		decode_write(&reader, &record->writes[i], i ? &record->writes[i - 1] : NULL);
	for (size_t i = 0; i < unseen && !reader.err; i++)
		decode_unseen(&reader, &record->unseen[i]);
	return reader_end(&reader) ? ERR_CORRUPT : ERR_OK;
}

// Store.

enum err record_load(struct txn *txn, const struct record_key *key, struct arena *arena, struct record *record)
{
	uint8_t name[RECORD_KEY_BYTES];
	record_key_encode(key, name);
	*record = (struct record){ .key = *key };
	struct span value;
	enum err err = txn_get(txn, STORE_RECORD, span_of(name, sizeof name), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	// Copied, because the store's bytes do not outlive the next write.
	err = arena_copy(arena, value, &value);
	return err ? err : record_decode(key, value, arena, record);
}

enum err record_save(struct txn *txn, const struct record *record)
{
	uint8_t bytes[RECORD_KEY_BYTES];
	record_key_encode(&record->key, bytes);
	struct span name = span_of(bytes, sizeof bytes);
	if (record_in_conflict(record))
		txn_put(txn, STORE_CONFLICT, name, span_of(NULL, 0));
	else
		txn_delete(txn, STORE_CONFLICT, name);
	if (record->write_count == 0 && record->unseen_count == 0)
		return txn_delete(txn, STORE_RECORD, name);
	struct buf buf = BUF_EMPTY;
	encode(record, &buf);
	enum err err = buf.err ? txn_fail(txn, buf.err) : txn_put(txn, STORE_RECORD, name, buf_span(&buf));
	buf_free(&buf);
	return err;
}

// Questions.

static int compare_values(const struct value *a, const struct value *b)
{
	if (a->form != b->form)
		return a->form < b->form ? -1 : 1;
	if (a->form == VALUE_IS_NUMBER)
		return (a->number > b->number) - (a->number < b->number);
	return a->form == VALUE_IS_NONE ? 0 : span_compare(a->bytes, b->bytes);
}

// The number of a log differs from store to store, so it comes last: where it decides, the values
// are the same.
bool record_better(const struct record_write *a, const struct record_write *b)
{
	if (a->chain != b->chain)
		return a->chain > b->chain;
	if (a->time != b->time)
		return a->time > b->time;
	if (a->device != b->device)
		return a->device > b->device;
	if (a->dot.seq != b->dot.seq)
		return a->dot.seq > b->dot.seq;
	int order = compare_values(&a->value, &b->value);
	return order ? order > 0 : a->dot.log > b->dot.log;
}

static size_t first_of_place(const struct record *record, uint8_t field, struct span element)
{
	size_t low = 0, high = record->write_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_place(&record->writes[middle], field, element) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct record_write *record_writes(const struct record *record, uint8_t field, struct span element, size_t *count)
{
	size_t first = first_of_place(record, field, element), end = first;
	while (end < record->write_count && compare_place(&record->writes[end], field, element) == 0)
		end++;
	*count = end - first;
	return *count ? &record->writes[first] : NULL;
}

const struct record_write *record_value(const struct record *record, uint8_t field, struct span element)
{
	size_t first = first_of_place(record, field, element);
	if (first == record->write_count || compare_place(&record->writes[first], field, element) != 0)
		return NULL;
	const struct record_write *shown = &record->writes[first];
	return shown->value.form == VALUE_IS_NONE ? NULL : shown;
}

bool record_deleted(const struct record *record)
{
	const struct record_write *itself = record_value(record, 0, span_of(NULL, 0));
	return itself && itself->value.number != 0;
}

bool record_in_conflict(const struct record *record)
{
	for (size_t i = 1; i < record->write_count; i++) {
		const struct record_write *before = &record->writes[i - 1], *write = &record->writes[i];
		if (compare_place(before, write->field, write->element) == 0 && !value_equal(&before->value, &write->value))
			return true;
	}
	return false;
}
