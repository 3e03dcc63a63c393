// Requests and replies: their payloads, and how they are found again.
#include "ledger/inquiry.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "ledger/dot_entry.h"
#include "store.pb-c.h"

enum {
	REQUEST_KEY_BYTES = 2 * LIMIT_ID_BYTES,
	KEY_BYTES = REQUEST_KEY_BYTES + 4 + 8,
};

// ---- Payloads ----

static bool text_fits(const char *text)
{
	return strlen(text) <= INQUIRY_TEXT_BYTES_MAX;
}

// Absent: zero.
static bool read_record(ProtobufCBinaryData bytes, struct id *record)
{
	*record = (struct id){ .bytes = { 0 } };
	return bytes.len == 0 || id_read(pb_span(bytes), record) == ERR_OK;
}

static enum err unpack(const ProtobufCMessageDescriptor *descriptor, struct span payload, struct arena *arena,
                       ProtobufCMessage **message)
{
	enum err err = pb_unpack(descriptor, payload, arena, message);
	return !err || err == ERR_BUDGET ? err : ERR_MALFORMED;
}

enum err inquiry_request_decode(struct span payload, struct arena *arena, struct inquiry_request *request)
{
	ProtobufCMessage *generic;
	*request = (struct inquiry_request){ .kind = 0 };
	enum err err = unpack(&tributary__request__descriptor, payload, arena, &generic);
	if (err)
		return err;
	const Tributary__Request *message = (const Tributary__Request *)generic;
	bool named = message->record.len > 0 || message->description[0];
	if (id_read(pb_span(message->id), &request->id) || id_read(pb_span(message->unit), &request->unit) ||
	    !read_record(message->record, &request->record) || message->kind == 0 || message->kind > UINT16_MAX || !named ||
	    !text_fits(message->description) || !text_fits(message->why) || !message->why[0])
		return ERR_MALFORMED;
	request->kind = (uint16_t)message->kind;
	request->description = span_string(message->description);
	request->why = span_string(message->why);
	return ERR_OK;
}

enum err inquiry_reply_decode(struct span payload, struct arena *arena, struct inquiry_reply *reply)
{
	ProtobufCMessage *generic;
	*reply = (struct inquiry_reply){ .kind = 0 };
	enum err err = unpack(&tributary__reply__descriptor, payload, arena, &generic);
	if (err)
		return err;
	const Tributary__Reply *message = (const Tributary__Reply *)generic;
	if (id_read(pb_span(message->request), &reply->request) || !read_record(message->record, &reply->record) ||
	    message->answer == INQUIRY_OPEN || message->answer >= INQUIRY_ANSWER_END || message->kind > UINT16_MAX ||
	    (message->kind == 0) != (message->record.len == 0) || !text_fits(message->text))
		return ERR_MALFORMED;
	reply->answer = (enum inquiry_answer)message->answer;
	reply->kind = (uint16_t)message->kind;
	reply->text = span_string(message->text);
	return ERR_OK;
}

// protobuf-c's strings end with a NUL; a span need not.
static char *string_of(struct span text)
{
	char *copy = malloc(text.size + 1);
	if (copy && text.size)
		memcpy(copy, text.data, text.size);
	if (copy)
		copy[text.size] = '\0';
	return copy;
}

static ProtobufCBinaryData record_bytes(const struct id *record)
{
	return id_is_zero(record) ? (ProtobufCBinaryData){ .len = 0 } : pb_bytes(id_span(record));
}

void inquiry_request_encode(const struct inquiry_request *request, struct buf *payload)
{
	char *description = string_of(request->description), *why = string_of(request->why);
	Tributary__Request message = TRIBUTARY__REQUEST__INIT;
	message.id = pb_bytes(id_span(&request->id));
	message.unit = pb_bytes(id_span(&request->unit));
	message.kind = request->kind;
	message.record = record_bytes(&request->record);
	message.description = description;
	message.why = why;
	if (description && why)
		pb_pack(&message.base, payload);
	else if (!payload->err)
		payload->err = ERR_NOMEM;
	free(description);
	free(why);
}

void inquiry_reply_encode(const struct inquiry_reply *reply, struct buf *payload)
{
	char *text = string_of(reply->text);
	Tributary__Reply message = TRIBUTARY__REPLY__INIT;
	message.request = pb_bytes(id_span(&reply->request));
	message.answer = reply->answer;
	message.text = text;
	message.kind = reply->kind;
	message.record = record_bytes(&reply->record);
	if (text)
		pb_pack(&message.base, payload);
	else if (!payload->err)
		payload->err = ERR_NOMEM;
	free(text);
}

// ---- At rest ----

enum err inquiry_add(struct txn *txn, const struct id *unit, const struct id *request, struct dot place, uint32_t kind)
{
	uint8_t key[KEY_BYTES], value[4];
	memcpy(key, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, request->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + REQUEST_KEY_BYTES, place.log);
	bytes_put_u64(key + REQUEST_KEY_BYTES + 4, place.seq);
	bytes_put_u32(value, kind);
	return txn_put(txn, STORE_INQUIRY, span_of(key, sizeof key), span_of(value, sizeof value));
}

enum err inquiry_forget(struct txn *txn, const struct id *unit)
{
	return txn_clear(txn, STORE_INQUIRY, id_is_zero(unit) ? span_of(NULL, 0) : id_span(unit));
}

static enum err read_entry(struct txn *txn, struct dot place, struct arena *arena, struct inquiry_event *event,
                           struct span *payload)
{
	struct journal_log log;
	struct entry entry;
	enum err err = dot_entry(txn, place, &log, &entry);
	if (err)
		return err;
	*event = (struct inquiry_event){ .device = log.name.device, .time = entry.time };
	return arena_copy(arena, entry.payload, payload);
}

static bool later(const struct inquiry_event *a, const struct inquiry_event *b)
{
	return a->time != b->time ? a->time > b->time : memcmp(a->device.bytes, b->device.bytes, sizeof a->device.bytes) > 0;
}

// One row into what is gathered of its request.
static enum err gather(struct txn *txn, struct dot place, uint32_t kind, struct arena *arena, bool *asked, struct inquiry *inquiry)
{
	struct inquiry_event event;
	struct inquiry_request request;
	struct inquiry_reply reply;
	struct span payload;
	enum err err = read_entry(txn, place, arena, &event, &payload);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (kind == ENTRY_REQUEST) {
		err = inquiry_request_decode(payload, arena, &request);
		if (!err && (!*asked || later(&inquiry->asked, &event))) {
			inquiry->request = request;
			inquiry->asked = event;
			*asked = true;
		}
		return err;
	}
	err = inquiry_reply_decode(payload, arena, &reply);
	if (!err && (inquiry->reply.answer == INQUIRY_OPEN || later(&event, &inquiry->answered))) {
		inquiry->reply = reply;
		inquiry->answered = event;
	}
	return err;
}

enum err inquiry_each(struct txn *txn, const struct id *unit, struct arena *arena,
                      enum err (*visit)(void *context, const struct inquiry *inquiry), void *context)
{
	struct inquiry inquiry = { .reply = { .answer = INQUIRY_OPEN } };
	uint8_t at[REQUEST_KEY_BYTES] = { 0 };
	bool asked = false;
	size_t rows = 0;
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_INQUIRY, id_span(unit));
	while (!err && scan_next(&scan)) {
		if (scan.key.size != KEY_BYTES || scan.value.size != 4) {
			err = ERR_CORRUPT;
			break;
		}
		bool same = memcmp(at, scan.key.data, sizeof at) == 0;
		if (!same && asked)
			err = visit(context, &inquiry);
		if (!same) {
			memcpy(at, scan.key.data, sizeof at);
			inquiry = (struct inquiry){ .reply = { .answer = INQUIRY_OPEN } };
			asked = false;
			rows = 0;
		}
		struct dot place = { .log = bytes_get_u32(scan.key.data + REQUEST_KEY_BYTES),
		                     .seq = bytes_get_u64(scan.key.data + REQUEST_KEY_BYTES + 4) };
		if (!err && rows++ < INQUIRY_REPLIES_MAX)
			err = gather(txn, place, bytes_get_u32(scan.value.data), arena, &asked, &inquiry);
	}
	scan_end(&scan);
	if (!err && asked)
		err = visit(context, &inquiry);
	return err ? err : txn->err;
}
