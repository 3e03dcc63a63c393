// The porch: joining, and nothing else. One message in, one out, and the link is closed.
#include "base/date.h"
#include "org/enrol.h"
#include "sync/node_inside.h"

static void answer(struct node_call *call, enum err err, const char *text, const struct id *unit)
{
	const struct self *self = call->node->self;
	Tributary__Joined joined = TRIBUTARY__JOINED__INIT;
	struct charter_unit row;
	joined.reason = (uint32_t)err;
	joined.text = (char *)(uintptr_t)text;
	if (err == ERR_OK) {
		joined.server_key = pb_bytes(hash_span(&self->identity.sign_public));
		joined.unit = pb_bytes(id_span(unit));
		joined.root_key = pb_bytes(hash_span(&self->root_key));
		joined.sync_address = call->node->public_address;
		if (charter_unit_get(call->txn, unit, &row) == ERR_OK)
			joined.unit_name = row.name;
	}
	count_add(&call->node->counters, err ? COUNT_JOINS_REFUSED : COUNT_JOINS, 1);
	if (call->event->carried)
		node_carry_joined(call, &joined);
	else
		node_send(call, call->event->link, NODE_DOOR_PORCH, MESSAGE_JOINED, &joined.base);
	struct effect effect = { .kind = EFFECT_CLOSE, .link = call->event->link, .door = NODE_DOOR_PORCH, .err = err };
	effects_add(call->effects, &effect, NULL);
}

static enum err state_enrolment(struct node_call *call, Tributary__DeviceEnrolled *enrolled)
{
	struct node *node = call->node;
	struct pen pen;
	uint8_t seed[DRBG_SEED_BYTES];
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED;
	statement.device_enrolled = enrolled;
	drbg_draw(&node->drbg, seed, sizeof seed);
	enum err err = pen_begin(&pen, call->txn, node->self, &node->pack, node->now_ms, seed);
	if (err)
		return err;
	err = pen_state(&pen, &statement);
	pen_finish(&pen);
	return err;
}

// The key of this connection is the one that is to be enrolled; and so is the one that signed this bundle.
static bool brings_its_own(const struct node_call *call, const struct statement_device *device)
{
	const struct event_carried *carried = call->event->carried;
	return carried ? hash_equal(&device->device, &carried->holder) : hash_equal(&device->curve, &call->event->curve);
}

static const char *refusal_text(enum err err)
{
	switch ((int)err) {
	case ERR_UNAUTHORISED: return "this invitation is not known here, or was used by another device";
	case ERR_EXPIRED: return "this invitation has expired; ask for a new one";
	case ERR_SIGNATURE: return "the device did not prove that it holds its keys";
	default: return err_text(err);
	}
}

static void on_join(struct node_call *call, const Tributary__Join *join)
{
	struct node *node = call->node;
	struct statement_device device;
	Tributary__DeviceEnrolled *enrolled;
	bool again = false;
	enum err err = join->version == MESSAGE_VERSION ? ERR_OK : ERR_VERSION;
	if (!err)
		err = enrol_check(call->txn, &node->self->identity.sign_public, join, date_of_ms(node->now_ms, 0), &node->arena, &device, &enrolled, &again);
	if (!err && !brings_its_own(call, &device))
		err = ERR_SIGNATURE;
	if (!err && !again) {
		// The invitation knows which unit; the device's own proof stands without it (org/statement).
		enrolled->unit = pb_bytes(id_span(&device.unit));
		enrolled->label = (char *)(uintptr_t)device.label;
		err = state_enrolment(call, enrolled);
		if (!err)
			err = enrol_redeem(call->txn, join);
	}
	trace_say(&node->trace, "porch: %s", err ? refusal_text(err) : device.label);
	answer(call, err, err ? refusal_text(err) : "", err ? NULL : &device.unit);
}

void node_porch_message(struct node_call *call)
{
	struct node *node = call->node;
	enum message_kind kind;
	ProtobufCMessage *message;
	enum err err = message_read(call->event->bytes, MESSAGE_PORCH, &node->arena, &kind, &message);
	if (!err && kind != MESSAGE_JOIN)
		err = ERR_MALFORMED;
	if (err || !node->self->server) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		answer(call, err ? err : ERR_UNAUTHORISED, "the porch is for joining", NULL);
		return;
	}
	on_join(call, (const Tributary__Join *)message);
}
