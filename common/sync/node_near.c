// Neighbours: devices that meet on a LAN, or a device and a server that is not its own. The CURVE key of the link is
// that of a device which the charter knows, and from there on it is one of two things:
//
//	of our own unit     everything that the unit may read, both ways: standings first, then what each lacks. What a
//	                    neighbour holds is not received: receipts are a server's alone, and are handed on as they came
//	anybody else        sealed cargo and nothing more (node_haul.c)
//
//	caller   ──Beside: standings──▶  ◀──Beside: standings, frames──  ──frames, receipts──▶ … Bye
//	         ──Haul──▶ ◀──Haul── … Bye
#include "org/charter_past.h"
#include "sync/node_near.h"
#include "sync/node_want.h"

enum { STANDINGS_MOST = 8192, FRAMES_MOST = 16, ROUNDS_MOST = 3 };

static const struct logname nobody; // no log is named by its lane alone

struct node_meeting node_meeting(const struct node *node) { return node->meeting; }

void node_near_end(struct node_near *near)
{
	node_sent_clear(&near->sent);
	node_want_free(&near->wants);
	*near = (struct node_near){ .active = false };
}

static void begin(struct node_call *call, struct node_near *near, const struct charter_device *row)
{
	struct node *node = call->node;
	const struct cargo_peer peer = { .device = row->device, .unit = row->unit, .server = row->server };
	node_near_end(near);
	near->active = true;
	near->beside = id_equal(&row->unit, &node->self->unit) && !row->server && !node->self->server;
	node_haul_begin(&near->haul, &peer);
	node->meeting = (struct node_meeting){ .device = row->device, .beside = near->beside };
}

// ---- What our unit may read ----

static bool of_our_unit(struct node_call *call, const struct hash *device)
{
	struct charter_device author;
	return charter_device_get(call->txn, device, &author) == ERR_OK && id_equal(&author.unit, &call->node->self->unit);
}

static bool shared(struct node_call *call, const struct logname *name)
{
	return name->lane == LANE_DOWN || name->lane == LANE_MAIL || of_our_unit(call, &name->device);
}

// What we write ourselves in this life comes from nobody.
static bool admit(struct node_call *call, void *context, const struct logname *name)
{
	const struct self *self = call->node->self;
	(void)context;
	bool present = hash_equal(&name->device, &self->identity.sign_public) && id_equal(&name->incarnation, &self->incarnation);
	return !present && shared(call, name);
}

// ---- Standings ----

static Tributary__Standing *standing_of(struct node_call *call, const struct node_near *near, const struct journal_log *log)
{
	struct arena *arena = &call->node->arena;
	Tributary__Standing *standing = arena_alloc(arena, sizeof *standing);
	uint8_t bytes[HEAD_BYTES];
	struct span id, head;
	if (!standing || arena_copy(arena, hash_span(&log->id), &id))
		return NULL;
	tributary__standing__init(standing);
	standing->log = pb_bytes(id);
	standing->size = log->head.size;
	head_encode(&log->head, bytes);
	if (hash_equal(&log->name.device, &near->haul.peer.device) && arena_copy(arena, span_of(bytes, sizeof bytes), &head) == ERR_OK)
		standing->head = pb_bytes(head);
	return standing;
}

static void say_standings(struct node_call *call, const struct node_near *near, Tributary__Beside *message)
{
	message->version = MESSAGE_VERSION;
	message->logs = arena_array(&call->node->arena, STANDINGS_MOST, sizeof *message->logs);
	for (uint32_t number = 1; message->logs && message->n_logs < STANDINGS_MOST; number++) {
		struct journal_log log;
		if (journal_find_number(call->txn, number, &log))
			return;
		Tributary__Standing *standing = log.head.size && shared(call, &log.name) ? standing_of(call, near, &log) : NULL;
		if (standing)
			message->logs[message->n_logs++] = standing;
	}
}

// Our own signature, of this life, under more than there is here: this store was put back, and its guard with it.
static bool proves_loss(struct node_call *call, const Tributary__Standing *standing, const struct journal_log *log)
{
	const struct self *self = call->node->self;
	struct head head;
	return standing->head.len > 0 && id_equal(&log->name.incarnation, &self->incarnation) &&
	       hash_equal(&log->name.device, &self->identity.sign_public) && head_decode(pb_span(standing->head), &head) == ERR_OK &&
	       head.size > log->peaks.size && head_verify(&head, &log->id, &self->identity.sign_public) == ERR_OK;
}

static void take_standings(struct node_call *call, struct node_near *near, const Tributary__Beside *message)
{
	for (size_t i = 0; i < message->n_logs && i < STANDINGS_MOST && !call->txn->err; i++) {
		const Tributary__Standing *standing = message->logs[i];
		struct journal_log log;
		struct hash id;
		if (hash_read(pb_span(standing->log), &id) || journal_find(call->txn, &id, &log))
			continue;
		if (proves_loss(call, standing, &log))
			node_repair_restored(call);
		node_sent_set(call, &near->sent, log.number, standing->size);
	}
	near->greeted = true;
}

// ---- What they lack ----

struct saying {
	struct node_call *call;
	struct node_near *near;
	Tributary__Beside message;
	struct frame_writer writer;
	struct buf frames[FRAMES_MOST];
	ProtobufCBinaryData list[FRAMES_MOST];
	size_t bytes;
};

static bool has_room(const struct saying *saying)
{
	return saying->bytes < LIMIT_ANSWER_BYTES && saying->message.n_frames < FRAMES_MOST;
}

static void pack(struct saying *saying)
{
	struct buf *frame = &saying->frames[saying->message.n_frames];
	if (frame_empty(&saying->writer))
		return;
	if (frame_finish(&saying->writer, saying->call->node->codec, frame) || frame->err) {
		txn_fail(saying->call->txn, ERR_NOMEM);
		return;
	}
	saying->list[saying->message.n_frames++] = pb_bytes(buf_span(frame));
	saying->bytes += frame->size;
	count_add(&saying->call->node->counters, COUNT_FRAMES_OUT, 1);
}

static void say_log(struct saying *saying, const struct journal_log *log)
{
	struct node_call *call = saying->call;
	struct node *node = call->node;
	uint64_t at;
	node_sent_get(&saying->near->sent, log->number, &at);
	while (at < log->head.size && !call->txn->err) {
		uint32_t count;
		if (!has_room(saying)) {
			saying->message.more = true;
			break;
		}
		enum err err = frame_add(&saying->writer, call->txn, log, at, UINT64_MAX, NULL, NULL, NULL, &count);
		if (err)
			txn_fail(call->txn, err);
		if (err || (count == 0 && frame_empty(&saying->writer)))
			break;
		if (count == 0)
			pack(saying);
		at += count;
		node->meeting.sent += count;
		node_show(node, log, at);
		node_sent_set(call, &saying->near->sent, log->number, at);
	}
}

static void say_frames(struct saying *saying)
{
	static const enum lane order[] = { LANE_DOWN, LANE_DETAIL, LANE_PRIVATE, LANE_UP, LANE_MAIL, LANE_FILE };
	for (size_t turn = 0; turn < sizeof order / sizeof order[0] && !saying->message.more; turn++) {
		for (uint32_t number = 1; !saying->message.more; number++) {
			struct journal_log log;
			if (journal_find_number(saying->call->txn, number, &log))
				break;
			if (log.name.lane == order[turn] && shared(saying->call, &log.name))
				say_log(saying, &log);
		}
		if (has_room(saying))
			pack(saying); // a frame holds one lane: who the author is stands in `down`
		else
			saying->message.more = true;
	}
	if (saying->message.n_frames < FRAMES_MOST)
		pack(saying);
}

// Originals that the neighbour asked for, behind all else.
static void say_wanted(struct saying *saying)
{
	struct node_call *call = saying->call;
	while (!saying->message.more && !call->txn->err &&
	       node_want_fill(call, saying->near->wants, &saying->writer, NULL, LIMIT_FRAME_RAW_BYTES / 2 / LIMIT_PIECE_BYTES)) {
		pack(saying);
		saying->message.more = !has_room(saying);
	}
}

// What servers said of our unit's logs: the neighbour may have met none for long.
static void say_receipt(struct saying *saying, const struct journal_log *log, const struct receipt *receipt)
{
	struct arena *arena = &saying->call->node->arena;
	Tributary__Receipt *item = arena_alloc(arena, sizeof *item);
	struct span id, server, incarnation, signature;
	if (!item || arena_copy(arena, hash_span(&log->id), &id) || arena_copy(arena, hash_span(&receipt->server), &server) ||
	    arena_copy(arena, id_span(&receipt->incarnation), &incarnation) ||
	    arena_copy(arena, span_of(receipt->signature.bytes, sizeof receipt->signature.bytes), &signature))
		return;
	tributary__receipt__init(item);
	item->log = pb_bytes(id);
	item->size = receipt->size;
	item->tier = receipt->tier;
	item->time = receipt->time;
	item->incarnation = pb_bytes(incarnation);
	item->server = pb_bytes(server);
	item->signature = pb_bytes(signature);
	saying->message.receipts[saying->message.n_receipts++] = item;
}

static void say_receipts(struct saying *saying)
{
	saying->message.receipts = arena_array(&saying->call->node->arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof *saying->message.receipts);
	for (uint32_t number = 1; saying->message.receipts; number++) {
		struct journal_log log;
		if (journal_find_number(saying->call->txn, number, &log))
			break;
		if (!of_our_unit(saying->call, &log.name.device))
			continue;
		for (size_t i = 0; i < RECEIPT_TIERS && saying->message.n_receipts < LIMIT_RECEIPTS_PER_ANSWER; i++)
			if (log.receipt[i].size > 0)
				say_receipt(saying, &log, &log.receipt[i]);
	}
	saying->near->told = true;
}

static bool say(struct node_call *call, struct node_near *near, uint64_t link, enum node_door door, bool first, bool always)
{
	struct saying saying = { .call = call, .near = near, .message = TRIBUTARY__BESIDE__INIT };
	bool told = near->told;
	arena_reset(&call->node->arena);
	frame_writer_init(&saying.writer);
	saying.message.frames = saying.list;
	if (first)
		say_standings(call, near, &saying.message);
	if (first)
		node_want_say(call, &call->node->self->unit, &saying.message.wants, &saying.message.n_wants);
	if (near->greeted)
		say_frames(&saying);
	if (near->greeted)
		say_wanted(&saying);
	if (near->greeted && !saying.message.more && !told)
		say_receipts(&saying);
	bool any = always || saying.message.n_frames > 0 || (near->told && !told);
	if (any && !call->txn->err)
		node_send(call, link, door, MESSAGE_BESIDE, &saying.message.base);
	frame_writer_free(&saying.writer);
	for (size_t i = 0; i < FRAMES_MOST; i++)
		buf_free(&saying.frames[i]);
	return any;
}

// ---- What they bring ----

static enum err take(struct node_call *call, struct node_near *near, const Tributary__Beside *message)
{
	struct intake intake;
	if (message->version && message->version != MESSAGE_VERSION)
		return ERR_VERSION;
	if (message->n_logs > STANDINGS_MOST || message->n_receipts > LIMIT_RECEIPTS_PER_ANSWER)
		return ERR_TOO_LARGE;
	if (message->version)
		take_standings(call, near, message);
	if (message->version) {
		node_want_free(&near->wants);
		near->wants = node_want_read(call, message->wants, message->n_wants);
	}
	enum err err = node_take(call, message->frames, message->n_frames, &nobody, admit, NULL, &intake);
	if (err)
		return err;
	for (size_t i = 0; i < intake.count; i++)
		if (intake.logs[i].err) {
			call->node->meeting.refused++;
			call->node->meeting.refusal = intake.logs[i].err;
		}
	call->node->meeting.received += intake.entries;
	for (size_t i = 0; i < intake.count && !call->txn->err; i++) { // they have what they brought
		struct journal_log log;
		uint64_t at;
		if (intake.logs[i].err || journal_find(call->txn, &intake.logs[i].id, &log))
			continue;
		node_sent_get(&near->sent, log.number, &at);
		if (log.head.size > at)
			node_sent_set(call, &near->sent, log.number, log.head.size);
	}
	for (size_t i = 0; i < message->n_receipts && !call->txn->err; i++)
		if (message->receipts[i]->server.len && message->receipts[i]->incarnation.len && message->receipts[i]->log.len > 1)
			node_receipt_take(call, message->receipts[i]);
	return ERR_OK;
}

// What the neighbour holds of what is written here: not received, but not here alone any more.
static void note_held(struct node_call *call, const struct node_near *near)
{
	const struct self *self = call->node->self;
	const struct hash *device = &near->haul.peer.device;
	for (const struct node_sent *sent = near->sent; sent && !call->txn->err; sent = sent->hh.next) {
		struct journal_log log;
		if (journal_find_number(call->txn, sent->log, &log) == ERR_OK && hash_equal(&log.name.device, &self->identity.sign_public))
			cargo_handed_size(call->txn, device, sent->log, sent->size < log.head.size ? sent->size : log.head.size);
	}
	cargo_handed_put(call->txn, &(struct cargo_handed){ .carrier = *device, .time_ms = call->node->now_ms, .whole = true });
}

// ---- Who called ----

static void over(struct node_call *call, enum err err, const char *text)
{
	struct node *node = call->node;
	if (!err && node->near.beside)
		note_held(call, &node->near);
	node_close(call, NODE_LINK_PARENT, NODE_DOOR_PARENT, err, text);
	node_near_end(&node->near);
	node->client.state = NODE_CLOSED;
	node->client.outstanding = 0;
	node_client_finished(call, err, text);
}

static void greet(struct node_call *call)
{
	struct node_near *near = &call->node->near;
	call->node->client.greet_again = false;
	if (near->beside)
		say(call, near, NODE_LINK_PARENT, NODE_DOOR_PARENT, true, true);
	else
		node_haul_say(call, &near->haul, NODE_LINK_PARENT, NODE_DOOR_PARENT, true);
	node_client_expect(call);
}

void node_near_meet(struct node_call *call)
{
	struct node *node = call->node;
	struct charter_device row;
	node_client_begin(node);
	node->client.life_begun = false;
	node->client.progress = (struct node_progress){ .caught_up = false };
	if (charter_device_by_curve(call->txn, &call->event->curve, &row) || row.revoked) {
		node_client_down(call, ERR_UNAUTHORISED, "that device is not of this tree, or was revoked");
		return;
	}
	begin(call, &node->near, &row);
	greet(call);
}

// A new life began meanwhile, for they hold more of our own than we do: all of it once more.
static void greet_again(struct node_call *call)
{
	struct node_near *near = &call->node->near;
	node_sent_clear(&near->sent);
	near->greeted = near->told = false;
	if (++near->rounds > ROUNDS_MOST)
		over(call, ERR_FORK, "another device of the unit knows another history of this one, again and again");
	else
		greet(call);
}

static void on_beside(struct node_call *call, const Tributary__Beside *message)
{
	struct node *node = call->node;
	struct node_near *near = &node->near;
	bool more = message->more, first = message->version != 0;
	enum err err = near->beside ? take(call, near, message) : ERR_UNAUTHORISED;
	if (err) {
		over(call, err, "the neighbour sent what cannot be read");
		return;
	}
	if (node->client.greet_again) {
		greet_again(call);
		return;
	}
	// Not before it is known that this store was not put back: what is written then would be a second history.
	if (first && node_write_due(call, true))
		return;
	if (say(call, near, NODE_LINK_PARENT, NODE_DOOR_PARENT, false, more))
		node_client_expect(call);
	else
		over(call, ERR_OK, "");
}

static void on_haul(struct node_call *call, const Tributary__Haul *message)
{
	struct node_near *near = &call->node->near;
	if (near->beside) {
		over(call, ERR_UNAUTHORISED, "the neighbour sent what nobody asked for");
		return;
	}
	node_haul_take(call, &near->haul, message);
	if (node_haul_say(call, &near->haul, NODE_LINK_PARENT, NODE_DOOR_PARENT, near->haul.any))
		node_client_expect(call);
	else
		over(call, ERR_OK, "");
}

static void on_bye(struct node_call *call, const Tributary__Bye *bye)
{
	enum err err = bye->reason && bye->reason < ERR_COUNT ? (enum err)bye->reason : ERR_UNREACHABLE;
	struct effect effect = { .kind = EFFECT_CLOSE, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT, .err = err };
	effects_add(call->effects, &effect, NULL);
	node_near_end(&call->node->near);
	node_client_down(call, err, bye->text);
}

void node_near_message(struct node_call *call)
{
	struct node *node = call->node;
	enum message_kind kind;
	ProtobufCMessage *message;
	node->client.heard_ms = node->now_ms;
	node->client.progress.bytes_in += call->event->bytes.size;
	node_client_answered(call);
	if (message_read(call->event->bytes, MESSAGE_DOWN, &node->arena, &kind, &message)) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		over(call, ERR_MALFORMED, "the neighbour sent what cannot be read");
		return;
	}
	node->client.progress.round_trips++;
	if (kind == MESSAGE_BESIDE)
		on_beside(call, (const Tributary__Beside *)message);
	else if (kind == MESSAGE_HAUL)
		on_haul(call, (const Tributary__Haul *)message);
	else if (kind == MESSAGE_BYE)
		on_bye(call, (const Tributary__Bye *)message);
	else
		over(call, ERR_MALFORMED, "the neighbour sent what nobody asked for");
}

// ---- Who was called ----

static void refuse(struct node_call *call, struct node_session *session, enum err err, const char *text)
{
	uint64_t link = call->event->link;
	count_add(&call->node->counters, COUNT_SESSIONS_REFUSED, 1);
	node_close(call, link, NODE_DOOR_SYNC, err, text);
	if (session)
		node_session_drop(call->node, session);
}

// The first message of a neighbour opens its session.
static struct node_session *open_session(struct node_call *call)
{
	struct node *node = call->node;
	struct charter_device row;
	if (charter_device_by_curve(call->txn, &call->event->curve, &row) || row.revoked) {
		refuse(call, NULL, ERR_UNAUTHORISED, "this device is not of this tree, or was revoked");
		return NULL;
	}
	struct node_session *session = node_session_open(node, call->event->link);
	if (!session) {
		refuse(call, NULL, ERR_AGAIN, "too many sessions");
		return NULL;
	}
	session->curve = call->event->curve;
	session->device = row.device;
	session->unit = row.unit;
	session->client_is_server = row.server;
	session->live = false;
	session->heard_ms = node->now_ms;
	begin(call, &session->near, &row);
	count_add(&node->counters, COUNT_SESSIONS_OPENED, 1);
	trace_say(&node->trace, "%s is beside us", row.label);
	return session;
}

static void answer_beside(struct node_call *call, struct node_session *session, const Tributary__Beside *message)
{
	struct node_near *near = &session->near;
	bool first = message->version != 0;
	enum err err = !near->beside || (!first && !near->greeted) ? ERR_UNAUTHORISED : take(call, near, message);
	if (call->txn->err)
		return;
	if (err)
		refuse(call, session, err, "what is asked for is not for this device");
	else
		say(call, near, session->link, NODE_DOOR_SYNC, first, true);
}

static void answer_haul(struct node_call *call, struct node_session *session, const Tributary__Haul *message)
{
	struct node_haul *haul = session->near.active ? &session->near.haul : &session->haul;
	if (session->near.active && session->near.beside) {
		refuse(call, session, ERR_UNAUTHORISED, "what is asked for is not for this device");
		return;
	}
	if (message->version && !session->near.active)
		node_haul_begin(haul, &(struct cargo_peer){ .device = session->device, .unit = session->unit, .server = session->client_is_server });
	node_haul_take(call, haul, message);
	if (!call->txn->err)
		node_haul_say(call, haul, session->link, NODE_DOOR_SYNC, true);
}

void node_near_asked(struct node_call *call, struct node_session *session, enum message_kind kind, const ProtobufCMessage *message)
{
	uint32_t version = kind == MESSAGE_BESIDE ? ((const Tributary__Beside *)message)->version : ((const Tributary__Haul *)message)->version;
	bool anew = version && (!session || session->near.active);
	if (version && version != MESSAGE_VERSION) {
		refuse(call, session, ERR_VERSION, "another version of the protocol");
		return;
	}
	if (!session && !anew) {
		refuse(call, NULL, ERR_AGAIN, "no session; greet first");
		return;
	}
	if (session && session->revoked) {
		refuse(call, session, ERR_UNAUTHORISED, "this device was revoked");
		return;
	}
	if (anew)
		session = open_session(call);
	if (!session)
		return;
	if (kind == MESSAGE_BESIDE)
		answer_beside(call, session, (const Tributary__Beside *)message);
	else
		answer_haul(call, session, (const Tributary__Haul *)message);
}

void node_near_over(struct node_call *call, struct node_session *session)
{
	if (session->near.active && session->near.beside)
		note_held(call, &session->near);
}
