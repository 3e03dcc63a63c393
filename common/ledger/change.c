// From bytes to writes and back. What comes out of change_decode has a shape that merging can
// trust: every bound holds, every place is written once, order means nothing any more.
#include "ledger/change.h"

#include <stdlib.h>

#include "base/pb.h"
#include "store.pb-c.h"

static enum err decode_logs(const Tributary__Changes *message, struct arena *arena, struct hash **logs)
{
	*logs = arena_array(arena, message->n_logs, sizeof **logs);
	if (!*logs)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_logs; i++)
		if (hash_read(pb_span(message->logs[i]), &(*logs)[i]))
			return ERR_MALFORMED;
	return ERR_OK;
}

static enum err decode_preds(const Tributary__Write *message, const struct hash *logs, size_t log_count,
                             struct arena *arena, struct change_write *write)
{
	if (message->n_preds > LIMIT_PREDS_PER_WRITE)
		return ERR_MALFORMED;
	if (message->n_preds == 0)
		return ERR_OK;
	struct change_pred *preds = arena_array(arena, message->n_preds, sizeof *preds);
	if (!preds)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_preds; i++) {
		const Tributary__Pred *pred = message->preds[i];
		if (pred->log > log_count)
			return ERR_MALFORMED;
		preds[i] = (struct change_pred){ .log = pred->log ? &logs[pred->log - 1] : NULL, .seq = pred->seq };
	}
	write->preds = preds;
	write->pred_count = message->n_preds;
	return ERR_OK;
}

static struct value decode_value(const Tributary__Write *message)
{
	if (message->value_case == TRIBUTARY__WRITE__VALUE_NUMBER)
		return (struct value){ .form = VALUE_IS_NUMBER, .number = message->number };
	if (message->value_case == TRIBUTARY__WRITE__VALUE_TEXT)
		return (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(message->text) };
	if (message->value_case == TRIBUTARY__WRITE__VALUE_REFERENCE)
		return (struct value){ .form = VALUE_IS_REFERENCE, .bytes = pb_span(message->reference) };
	return (struct value){ .form = VALUE_IS_NONE };
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

static enum err decode_write(const Tributary__Write *message, const struct hash *logs, size_t log_count,
                             struct arena *arena, struct change_write *write)
{
	if (message->field >= LIMIT_FIELDS_PER_RECORD || message->element.len > LIMIT_ELEMENT_BYTES)
		return ERR_MALFORMED;
	*write = (struct change_write){
		.field = (uint8_t)message->field,
		.element = pb_span(message->element),
		.chain = message->chain ? message->chain : 1,
		.value = decode_value(message),
	};
	enum err err = decode_preds(message, logs, log_count, arena, write);
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

static enum err decode_change(const Tributary__Change *message, const struct hash *logs, size_t log_count,
                              struct arena *arena, struct change *change)
{
	if (id_read(pb_span(message->record), &change->record) || message->kind == 0 || message->kind > UINT16_MAX)
		return ERR_MALFORMED;
	if (message->n_writes == 0 || message->n_writes > LIMIT_WRITES_PER_RECORD)
		return ERR_MALFORMED;
	struct change_write *writes = arena_array(arena, message->n_writes, sizeof *writes);
	if (!writes)
		return ERR_BUDGET;
	enum err err = ERR_OK;
	for (size_t i = 0; i < message->n_writes && !err; i++)
		err = decode_write(message->writes[i], logs, log_count, arena, &writes[i]);
	if (!err && !order_writes(writes, message->n_writes))
		err = ERR_MALFORMED;
	change->kind = (uint16_t)message->kind;
	change->write_count = message->n_writes;
	change->writes = writes;
	return err;
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

static enum err decode_unit(ProtobufCBinaryData bytes, struct id *unit)
{
	if (bytes.len == 0)
		return ERR_OK;
	enum err err = id_read(pb_span(bytes), unit);
	return !err && id_is_zero(unit) ? ERR_MALFORMED : err; // zero is written by leaving it out
}

enum err change_decode(struct span payload, struct arena *arena, struct changes *changes)
{
	*changes = (struct changes){ .count = 0 };
	ProtobufCMessage *generic;
	enum err err = pb_unpack(&tributary__changes__descriptor, payload, arena, &generic);
	if (err)
		return err == ERR_TOO_LARGE ? ERR_MALFORMED : err;
	const Tributary__Changes *message = (const Tributary__Changes *)generic;
	struct hash *logs;
	err = decode_unit(message->unit, &changes->unit);
	if (!err)
		err = decode_logs(message, arena, &logs);
	if (err || message->n_changes == 0)
		return err ? err : ERR_MALFORMED;
	struct change *list = arena_array(arena, message->n_changes, sizeof *list);
	if (!list)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_changes && !err; i++)
		err = decode_change(message->changes[i], logs, message->n_logs, arena, &list[i]);
	if (!err && !order_changes(list, message->n_changes))
		err = ERR_MALFORMED;
	if (message->salt.len && message->salt.len != CHANGE_SALT_BYTES)
		err = ERR_MALFORMED;
	changes->salt = pb_span(message->salt);
	changes->pack_version = message->pack_version;
	changes->count = message->n_changes;
	changes->changes = list;
	return err;
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
