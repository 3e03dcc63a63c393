// The joiner's side of the porch: one question, one answer, and the first session.
#include "cli/joining.h"

#include "cli/bundling.h"
#include "cli/command.h"
#include "io/machine.h"
#include "cli/syncing.h"
#include "sync/join.h"

enum { SCRATCH_BYTES = 4 * 1024 * 1024, EVENTS = 8, LOOK_MS = 200 };

struct joining {
	const struct verb_call *call;
	struct enrol_invitation invitation;
	struct home home;
	const char *code, *label;
	bool again;          // had joined before: another server of its unit takes over
	struct arena arena;
};

static int fail(const struct joining *joining, enum err err, enum phrase what, const char *where, const char *why)
{
	return verb_fail(joining->call, &(struct verb_failure){ .err = err, .what = what, .where = where, .why = why });
}

static void send(struct link *link, const struct buf *message)
{
	link_effect(link, &(struct effect){ .kind = EFFECT_SEND, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
	                                    .bytes = buf_span(message) });
}

// Asks as soon as the connection stands, and waits for the porch's answer. *answer is valid until the link's next poll.
static enum err converse(struct link *link, const struct buf *message, struct span *answer)
{
	uint64_t start = machine_monotonic_ns(), moved = 0;
	for (;;) {
		struct event events[EVENTS];
		size_t count = 0;
		if (link_moved(link) != moved) {
			moved = link_moved(link);
			start = machine_monotonic_ns();
		}
		if ((machine_monotonic_ns() - start) / 1000000 >= loop_patience_ms(link, LOOP_GIVE_UP_MS))
			return ERR_UNREACHABLE;
		enum err err = link_poll(link, LOOK_MS, events, EVENTS, &count);
		if (err)
			return err;
		for (size_t i = 0; i < count; i++) {
			if (events[i].kind == EVENT_CONNECT)
				send(link, message);
			if (events[i].kind != EVENT_MESSAGE)
				continue;
			*answer = events[i].bytes;
			return ERR_OK;
		}
	}
}

// One message to the porch and its answer, kept in the arena.
static enum err ask(struct joining *joining, struct span *answer)
{
	struct link *link;
	struct link_options options = { .identity = &joining->home.self.identity };
	enum err err = link_open(&options, &link);
	if (err)
		return err;
	struct buf message = BUF_EMPTY;
	if (joining->again)
		join_request_again(&joining->invitation, &joining->home.self, joining->label, &message);
	else
		join_request(&joining->invitation, &joining->home.self.identity, joining->label, &message);
	err = message.err ? message.err : link_connect(link, joining->invitation.porch, &joining->invitation.server_curve);
	if (!err)
		err = converse(link, &message, answer);
	if (!err)
		err = arena_copy(&joining->arena, *answer, answer);
	buf_free(&message);
	link_close(link);
	return err;
}

static enum err save(struct home *home)
{
	struct txn txn;
	enum err err = txn_begin(home->store, STORE_WRITE, &txn);
	if (err)
		return err;
	self_save(&txn, &home->self);
	return txn_commit(&txn);
}

// What has joined already is asked to stay where it is: refusals speak of that.
static int refuse(const struct joining *joining, enum err err, const char *why)
{
	bool elsewhere = err == ERR_EXISTS || (joining->again && err == ERR_UNAUTHORISED);
	if (elsewhere)
		return verb_fail(joining->call, &(struct verb_failure){
			.err = ERR_EXISTS, .what = PHRASE_JOINED_ELSEWHERE, .where = joining->home.dir, .why = phrase_text(PHRASE_JOINED_ELSEWHERE_WHY),
			.remedy = PHRASE_REMEDY_JOINED_ALREADY });
	return fail(joining, err, PHRASE_NOT_ADMITTED, joining->invitation.porch,
	            why && *why && phrase_language() == PHRASE_EN ? why : NULL);
}

static int enrol(struct joining *joining)
{
	struct span answer;
	const char *why = NULL;
	const char *porch = joining->invitation.porch;
	enum err err = ask(joining, &answer);
	if (err)
		return fail(joining, err, PHRASE_CANNOT_JOIN, porch, NULL);
	err = join_accept(&joining->invitation, answer, &joining->home.self, &joining->arena, &why);
	if (err)
		return refuse(joining, err, why);
	joining->home.self.server = joining->invitation.server;
	err = save(&joining->home);
	return err ? fail(joining, err, PHRASE_CANNOT_COMMIT, joining->home.dir, NULL) : VERB_OK;
}

// The tree and the pack come with the first session. Without them nothing can be written yet, but the device has joined.
static int first_sync(struct joining *joining)
{
	struct syncing_result result;
	enum err err = syncing_run(&joining->home, false, joining->call->json, &result);
	if (err)
		return verb_fail(joining->call, &(struct verb_failure){
			.err = err, .what = PHRASE_JOINED_NOT_SYNCED, .where = joining->home.self.parent_address,
			.remedy = PHRASE_REMEDY_SYNC_LATER });
	return VERB_OK;
}

static void tell(struct joining *joining)
{
	struct txn txn;
	char unit[ID_TEXT_BYTES], device[HASH_TEXT_BYTES];
	struct charter_unit row = { .name = "" };
	struct charter_device own = { .label = "" };
	const struct self *self = &joining->home.self;
	if (txn_begin(joining->home.store, STORE_READ, &txn) == ERR_OK) {
		if (charter_unit_get(&txn, &self->unit, &row))
			row.name[0] = '\0';
		if (charter_device_get(&txn, &self->identity.sign_public, &own))
			own.label[0] = '\0';
		txn_abort(&txn);
	}
	id_format(&self->unit, unit);
	hash_format(&self->identity.sign_public, device);
	if (joining->call->json)
		output_document(joining->call->out, json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "unit", unit, "unit_name", row.name, "device", device,
		                                  "label", own.label, "server", (int)self->server, "again", (int)joining->again));
	else
		phrase_line(stdout, joining->again ? PHRASE_JOINED_AGAIN : PHRASE_JOINED, PHRASE_WITH(own.label[0] ? own.label : device, row.name[0] ? row.name : unit));
}

static int run(struct joining *joining)
{
	int code = command_make(joining->call, &joining->home);
	if (code)
		return code;
	joining->again = !id_is_zero(&joining->home.self.unit);
	const char *bundle = verb_value(joining->call, "bundle");
	if (bundle) {
		code = bundling_join(joining->call, &joining->home, joining->code, joining->label, bundle);
		home_close(&joining->home);
		return code;
	}
	code = enrol(joining);
	if (!code)
		code = first_sync(joining);
	if (!code)
		tell(joining);
	home_close(&joining->home);
	return code;
}

int joining_run(const struct verb_call *call, const char *code, const char *label, bool server)
{
	struct joining joining = { .call = call, .code = code, .label = label ? label : "" }; // without one the invitation's counts
	enum err err = enrol_code_parse(code, &joining.invitation);
	if (err)
		return verb_fail(call, &(struct verb_failure){
			.err = err == ERR_MALFORMED ? ERR_USAGE : err, .what = PHRASE_BAD_CODE, .why = phrase_text(phrase_of_err(err)),
			.remedy = PHRASE_REMEDY_BAD_CODE });
	if (joining.invitation.server != server)
		return verb_usage(call, server ? PHRASE_CODE_FOR_DEVICE : PHRASE_CODE_FOR_SERVER, NULL);
	if (joining.invitation.expiry < machine_today())
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_EXPIRED, .what = PHRASE_BAD_CODE, .remedy = PHRASE_REMEDY_BAD_CODE });
	if (!joining.invitation.porch[0] && !verb_given(call, "bundle"))
		return verb_usage(call, PHRASE_CODE_FOR_STICK, NULL);
	arena_init(&joining.arena, SCRATCH_BYTES);
	int exit_code = run(&joining);
	arena_free(&joining.arena);
	return exit_code;
}
