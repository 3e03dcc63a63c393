// From bytes to writes and back. What comes out of change_decode has a shape that merging can
// trust: every bound holds, every place is written once, order means nothing any more.
#include "ledger/change.h"

#include <stdlib.h>

#include "base/pb.h"
#include "base/reader.h"
#include "store.pb-c.h"

// Decoding is by hand too, behind the strict scan (base/pb.h): what has passed it needs no second look at
// its form, and protobuf-c would make a tree of messages only to be copied out of again (a third of what a
// server spent on a record).

enum {
	CHANGES_UNIT = 1, CHANGES_PACK_VERSION = 2, CHANGES_LOG = 3, CHANGES_CHANGE = 4, CHANGES_SALT = 5,
	CHANGE_RECORD = 1, CHANGE_KIND = 2, CHANGE_WRITE = 3,
	WRITE_FIELD = 1, WRITE_ELEMENT = 2, WRITE_CHAIN = 3, WRITE_PRED = 4, WRITE_NUMBER = 5, WRITE_TEXT = 6, WRITE_REFERENCE = 7,
	PRED_LOG = 1, PRED_SEQ = 2,
};

// One field of a message that was scanned: a number, or bytes.
struct part {
	uint32_t field;
	uint64_t number;
	struct span bytes;
};

static bool part_next(struct reader *message, struct part *part)
{
	static const size_t fixed[8] = { [1] = 8, [5] = 4 };
	if (reader_left(message) == 0)
		return false;
	uint64_t tag = reader_varint(message);
	unsigned wire = tag & 7;
	*part = (struct part){ .field = (uint32_t)(tag >> 3) };
	if (wire == 0)
		part->number = reader_varint(message);
	else
		part->bytes = reader_bytes(message, wire == 2 ? (size_t)reader_varint(message) : fixed[wire]);
	return true;
}

static size_t count_parts(struct span message, uint32_t field)
{
	struct reader reader = reader_of(message);
	struct part part;
	size_t count = 0;
	while (part_next(&reader, &part))
		count += part.field == field;
	return count;
}

// The logs that preds refer to.
struct named_logs {
	struct hash *log;
	size_t count;
};

static struct change_pred decode_pred(struct span message, const struct named_logs *logs, enum err *err)
{
	struct reader reader = reader_of(message);
	struct part part;
	uint64_t log = 0, seq = 0;
	while (part_next(&reader, &part)) {
		if (part.field == PRED_LOG)
			log = part.number;
		else if (part.field == PRED_SEQ)
			seq = part.number;
	}
	if (log > logs->count) {
		*err = ERR_MALFORMED;
		log = 0;
	}
	return (struct change_pred){ .log = log ? &logs->log[log - 1] : NULL, .seq = seq };
}

static enum err decode_preds(struct span message, const struct named_logs *logs, struct arena *arena, struct change_write *write)
{
	struct reader reader = reader_of(message);
	struct part part;
	enum err err = ERR_OK;
	size_t count = count_parts(message, WRITE_PRED);
	if (count > LIMIT_PREDS_PER_WRITE)
		return ERR_MALFORMED;
	struct change_pred *preds = arena_array(arena, count, sizeof *preds);
	if (!preds)
		return ERR_BUDGET;
	while (part_next(&reader, &part) && !err)
		if (part.field == WRITE_PRED)
			preds[write->pred_count++] = decode_pred(part.bytes, logs, &err);
	write->preds = preds;
	return err;
}

// A first value has no chain to be longer than; one that replaces others says so. What is claimed
// beyond that cannot be checked here, but it is bounded: it only ever wins a tie.
static bool chain_fits(const struct change_write *write)
{
	if (write->pred_count == 0)
		return write->chain == 1;
	return write->chain >= 2 && write->chain <= CHANGE_CHAIN_MAX;
}

// Field 0 is the record itself: there, or deleted.
static bool itself_fits(const struct change_write *write)
{
	bool flag = write->value.form == VALUE_IS_NUMBER && (write->value.number == 0 || write->value.number == 1);
	return write->field != 0 || (write->element.size == 0 && flag);
}

// Everything but the preds. *fits: within bounds.
static struct change_write decode_places(struct span message, bool *has_preds, bool *fits)
{
	struct change_write write = { .chain = 1, .value = { .form = VALUE_IS_NONE } };
	struct reader reader = reader_of(message);
	struct part part;
	while (part_next(&reader, &part)) {
		switch (part.field) {
		case WRITE_FIELD:
			*fits = part.number < LIMIT_FIELDS_PER_RECORD;
			write.field = (uint8_t)part.number;
			break;
		case WRITE_ELEMENT: write.element = part.bytes; break;
		case WRITE_CHAIN: write.chain = (uint32_t)part.number; break;
		case WRITE_PRED: *has_preds = true; break;
		case WRITE_NUMBER:
			write.value.form = VALUE_IS_NUMBER;
			write.value.number = (int64_t)(part.number >> 1) ^ -(int64_t)(part.number & 1);
			break;
		case WRITE_TEXT: write.value = (struct value){ .form = VALUE_IS_TEXT, .bytes = part.bytes }; break;
		case WRITE_REFERENCE: write.value = (struct value){ .form = VALUE_IS_REFERENCE, .bytes = part.bytes }; break;
		default: break; // a newer version's
		}
	}
	return write;
}

static enum err decode_write(struct span message, const struct named_logs *logs, struct arena *arena, struct change_write *write)
{
	bool has_preds = false, fits = true;
	*write = decode_places(message, &has_preds, &fits);
	if (!fits || write->element.size > LIMIT_ELEMENT_BYTES)
		return ERR_MALFORMED;
	enum err err = has_preds ? decode_preds(message, logs, arena, write) : ERR_OK;
	if (err)
		return err;
	return chain_fits(write) && itself_fits(write) ? ERR_OK : ERR_MALFORMED;
}

static int compare_places(const void *left, const void *right)
{
	const struct change_write *a = left, *b = right;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	return span_compare(a->element, b->element);
}

// Sorted by place, because writes of one change have no order among them, and no place twice,
// because a dot names one write of a place. Our own writers send them sorted.
static bool order_writes(struct change_write *writes, size_t count)
{
	bool sorted = true;
	for (size_t i = 1; i < count && sorted; i++)
		sorted = compare_places(&writes[i - 1], &writes[i]) < 0;
	if (sorted)
		return true;
	qsort(writes, count, sizeof *writes, compare_places);
	for (size_t i = 1; i < count; i++)
		if (compare_places(&writes[i - 1], &writes[i]) == 0)
			return false;
	return true;
}

static enum err decode_change(struct span message, const struct named_logs *logs, struct arena *arena, struct change *change)
{
	struct reader reader = reader_of(message);
	struct part part;
	struct span record = span_of(NULL, 0);
	uint64_t kind = 0;
	enum err err = ERR_OK;
	size_t count = count_parts(message, CHANGE_WRITE);
	if (count == 0 || count > LIMIT_WRITES_PER_RECORD)
		return ERR_MALFORMED;
	struct change_write *writes = arena_array(arena, count, sizeof *writes);
	if (!writes)
		return ERR_BUDGET;
	while (part_next(&reader, &part) && !err) {
		if (part.field == CHANGE_RECORD)
			record = part.bytes;
		else if (part.field == CHANGE_KIND)
			kind = part.number;
		else if (part.field == CHANGE_WRITE)
			err = decode_write(part.bytes, logs, arena, &writes[change->write_count++]);
	}
	if (err)
		return err;
	if (id_read(record, &change->record) || kind == 0 || kind > UINT16_MAX || !order_writes(writes, count))
		return ERR_MALFORMED;
	change->kind = (uint16_t)kind;
	change->writes = writes;
	return ERR_OK;
}

static int compare_records(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return memcmp(a->record.bytes, b->record.bytes, sizeof a->record.bytes);
}

// The same for records: one change each, or two of them could write a place twice.
static bool order_changes(struct change *changes, size_t count)
{
	if (count > 1)
		qsort(changes, count, sizeof *changes, compare_records);
	for (size_t i = 1; i < count; i++)
		if (compare_records(&changes[i - 1], &changes[i]) == 0)
			return false;
	return true;
}

static enum err decode_unit(struct span bytes, struct id *unit)
{
	enum err err = id_read(bytes, unit);
	return !err && id_is_zero(unit) ? ERR_MALFORMED : err; // zero is written by leaving it out
}

// What stands before the changes and behind them.
static enum err decode_frame(struct span payload, struct named_logs *logs, struct changes *changes)
{
	struct reader reader = reader_of(payload);
	struct part part;
	enum err err = ERR_OK;
	while (part_next(&reader, &part) && !err) {
		switch (part.field) {
		case CHANGES_UNIT: err = decode_unit(part.bytes, &changes->unit); break;
		case CHANGES_PACK_VERSION: changes->pack_version = (uint32_t)part.number; break;
		case CHANGES_LOG: err = hash_read(part.bytes, &logs->log[logs->count++]); break;
		case CHANGES_CHANGE: changes->count++; break;
		case CHANGES_SALT: changes->salt = part.bytes; break;
		default: break;
		}
	}
	if (changes->count == 0 || (changes->salt.size && changes->salt.size != CHANGE_SALT_BYTES))
		return ERR_MALFORMED;
	return err;
}

static enum err decode_changes(struct span payload, const struct named_logs *logs, struct arena *arena, struct changes *changes)
{
	struct reader reader = reader_of(payload);
	struct part part;
	enum err err = ERR_OK;
	size_t at = 0;
	struct change *list = arena_array(arena, changes->count, sizeof *list);
	if (!list)
		return ERR_BUDGET;
	while (part_next(&reader, &part) && !err)
		if (part.field == CHANGES_CHANGE)
			err = decode_change(part.bytes, logs, arena, &list[at++]);
	changes->changes = list;
	return !err && !order_changes(list, changes->count) ? ERR_MALFORMED : err;
}

enum err change_decode(struct span payload, struct arena *arena, struct changes *changes)
{
	struct named_logs logs = { .count = 0 };
	*changes = (struct changes){ .count = 0 };
	if (pb_scan(&tributary__changes__descriptor, payload))
		return ERR_MALFORMED;
	logs.log = arena_array(arena, count_parts(payload, CHANGES_LOG), sizeof *logs.log);
	if (!logs.log)
		return ERR_BUDGET;
	enum err err = decode_frame(payload, &logs, changes);
	return err ? err : decode_changes(payload, &logs, arena, changes);
}

// Encoding is by hand: one pass from the inside out, no tree of messages in between. The tags are
// those of proto/store.proto; tests/vectors holds the bytes against protobuf-c's own.

enum tag {
	TAG_CHANGES_UNIT = 1 << 3 | 2,
	TAG_CHANGES_PACK_VERSION = 2 << 3,
	TAG_CHANGES_LOG = 3 << 3 | 2,
	TAG_CHANGES_CHANGE = 4 << 3 | 2,
	TAG_CHANGES_SALT = 5 << 3 | 2,
	TAG_CHANGE_RECORD = 1 << 3 | 2,
	TAG_CHANGE_KIND = 2 << 3,
	TAG_CHANGE_WRITE = 3 << 3 | 2,
	TAG_WRITE_FIELD = 1 << 3,
	TAG_WRITE_ELEMENT = 2 << 3 | 2,
	TAG_WRITE_CHAIN = 3 << 3,
	TAG_WRITE_PRED = 4 << 3 | 2,
	TAG_WRITE_NUMBER = 5 << 3,
	TAG_WRITE_TEXT = 6 << 3 | 2,
	TAG_WRITE_REFERENCE = 7 << 3 | 2,
	TAG_PRED_LOG = 1 << 3,
	TAG_PRED_SEQ = 2 << 3,
};

// Buffers of the messages under way, one a level.
struct encoder {
	struct buf logs; // log ids met so far, one after the other
	struct buf change, write, pred;
};

static void put_bytes(struct buf *buf, enum tag tag, struct span bytes)
{
	buf_u8(buf, (uint8_t)tag);
	buf_varint(buf, bytes.size);
	buf_bytes(buf, bytes.data, bytes.size);
}

static void put_message(struct buf *buf, enum tag tag, struct buf *inner)
{
	put_bytes(buf, tag, buf_span(inner));
	if (inner->err && !buf->err)
		buf->err = inner->err;
	buf_clear(inner);
}

static void put_number(struct buf *buf, enum tag tag, uint64_t number) // zero is left out
{
	if (number == 0)
		return;
	buf_u8(buf, (uint8_t)tag);
	buf_varint(buf, number);
}

// A log's number within the message, giving it one at first sight. A record's history names few.
static uint64_t log_number(struct buf *logs, const struct hash *log)
{
	if (!log)
		return 0;
	size_t at = 0;
	while (at < logs->size && memcmp(logs->data + at, log->bytes, sizeof log->bytes) != 0)
		at += sizeof log->bytes;
	if (at == logs->size)
		buf_bytes(logs, log->bytes, sizeof log->bytes);
	return at / sizeof log->bytes + 1;
}

static void encode_value(struct buf *buf, const struct value *value)
{
	switch (value->form) {
	case VALUE_IS_NONE:
		break;
	case VALUE_IS_NUMBER:
		buf_u8(buf, TAG_WRITE_NUMBER);
		buf_zigzag(buf, value->number);
		break;
	case VALUE_IS_TEXT:
		put_bytes(buf, TAG_WRITE_TEXT, value->bytes);
		break;
	case VALUE_IS_REFERENCE:
		put_bytes(buf, TAG_WRITE_REFERENCE, value->bytes);
		break;
	}
}

static void encode_write(struct encoder *encoder, const struct change_write *write)
{
	struct buf *buf = &encoder->write;
	put_number(buf, TAG_WRITE_FIELD, write->field);
	if (write->element.size)
		put_bytes(buf, TAG_WRITE_ELEMENT, write->element);
	put_number(buf, TAG_WRITE_CHAIN, write->chain > 1 ? write->chain : 0);
	for (size_t i = 0; i < write->pred_count; i++) {
		put_number(&encoder->pred, TAG_PRED_LOG, log_number(&encoder->logs, write->preds[i].log));
		put_number(&encoder->pred, TAG_PRED_SEQ, write->preds[i].seq);
		put_message(buf, TAG_WRITE_PRED, &encoder->pred);
	}
	encode_value(buf, &write->value);
	put_message(&encoder->change, TAG_CHANGE_WRITE, buf);
}

static void encode_change(struct encoder *encoder, const struct change *change, struct buf *to)
{
	put_bytes(&encoder->change, TAG_CHANGE_RECORD, id_span(&change->record));
	put_number(&encoder->change, TAG_CHANGE_KIND, change->kind);
	for (size_t i = 0; i < change->write_count; i++)
		encode_write(encoder, &change->writes[i]);
	put_message(to, TAG_CHANGES_CHANGE, &encoder->change);
}

void change_encode(const struct changes *changes, struct buf *payload)
{
	struct encoder encoder = { .logs = BUF_EMPTY, .change = BUF_EMPTY, .write = BUF_EMPTY, .pred = BUF_EMPTY };
	struct buf body = BUF_EMPTY; // the changes, which stand behind the logs they name
	for (size_t i = 0; i < changes->count; i++)
		encode_change(&encoder, &changes->changes[i], &body);
	if (!id_is_zero(&changes->unit))
		put_bytes(payload, TAG_CHANGES_UNIT, id_span(&changes->unit));
	put_number(payload, TAG_CHANGES_PACK_VERSION, changes->pack_version);
	for (size_t at = 0; at < encoder.logs.size; at += LIMIT_HASH_BYTES)
		put_bytes(payload, TAG_CHANGES_LOG, span_of(encoder.logs.data + at, LIMIT_HASH_BYTES));
	buf_bytes(payload, body.data, body.size);
	if (changes->salt.size)
		put_bytes(payload, TAG_CHANGES_SALT, changes->salt);
	enum err err = body.err ? body.err : encoder.logs.err;
	if (err && !payload->err)
		payload->err = err;
	buf_free(&encoder.logs);
	buf_free(&encoder.change);
	buf_free(&encoder.write);
	buf_free(&encoder.pred);
	buf_free(&body);
}
