// Asking for a record, and answering: the request goes down, the answer as wide as it has to.
#include "sync/pen_inside.h"

static enum err write_entry(struct pen *pen, enum lane lane, uint32_t kind)
{
	if (pen->scratch.err)
		return pen->scratch.err;
	if (pen->scratch.size > LIMIT_PAYLOAD_BYTES)
		return ERR_TOO_LARGE;
	return pen_entry(pen, lane, kind, buf_span(&pen->scratch), NULL);
}

static bool too_long(struct span text)
{
	return text.size > INQUIRY_TEXT_BYTES_MAX;
}

enum err pen_inquiry_ask(struct pen *pen, struct inquiry_request *request)
{
	if (too_long(request->why) || too_long(request->description))
		return ERR_TOO_LARGE;
	request->id = pen_new_id(pen);
	buf_clear(&pen->scratch);
	inquiry_request_encode(request, &pen->scratch);
	return write_entry(pen, LANE_DOWN, ENTRY_REQUEST);
}

enum err pen_inquiry_lane(struct pen *pen, const struct inquiry *inquiry, enum lane *lane)
{
	struct charter_device asker;
	struct id registrar;
	enum err err = charter_device_get(pen->txn, &inquiry->asked.device, &asker);
	if (!err)
		err = charter_registrar(pen->txn, &pen->self->unit, &registrar);
	*lane = !err && id_equal(&asker.unit, &registrar) ? LANE_DETAIL : LANE_UP;
	return err;
}

enum err pen_inquiry_answer(struct pen *pen, const struct inquiry_reply *reply, enum lane lane)
{
	if (too_long(reply->text))
		return ERR_TOO_LARGE;
	buf_clear(&pen->scratch);
	inquiry_reply_encode(reply, &pen->scratch);
	return write_entry(pen, lane, ENTRY_REPLY);
}
