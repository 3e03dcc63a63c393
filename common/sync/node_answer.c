#include "sync/node_answer.h"

#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/audience.h"
#include "sync/node_want.h"

enum { ANSWER_FRAMES = 16 };

// A frame is no more than the peer has asked for at once, as far as can be told before it is packed.
static void writer_room(struct node_answer *answer)
{
	const struct node_session *session = answer->session;
	size_t limit = session->room * session->way.ratio / PACE_RATIO;
	answer->writer.thin = limit < LIMIT_FRAME_RAW_BYTES / 2;
	answer->writer.limit = answer->writer.thin ? limit : LIMIT_FRAME_RAW_BYTES / 2;
}

enum err node_answer_begin(struct node_answer *answer, struct node_call *call, struct node_session *session)
{
	struct arena *arena = &call->node->arena;
	*answer = (struct node_answer){ .call = call, .session = session, .message = TRIBUTARY__ANSWER__INIT };
	frame_writer_init(&answer->writer);
	answer->writer.dictionary = session->dictionary;
	writer_room(answer);
	for (size_t i = 0; i < ANSWER_FRAMES; i++)
		answer->frames[i] = BUF_EMPTY;
	answer->receipts = arena_array(arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof *answer->receipts);
	answer->receipted = arena_array(arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof *answer->receipted);
	answer->message.receipts = answer->receipts;
	answer->message.frames = answer->frame_list;
	answer->message.held = answer->held;
	answer->err = answer->receipts && answer->receipted ? ERR_OK : ERR_BUDGET;
	return answer->err;
}

// By its lane alone where device and life are the session's own.
static void name_log(struct node_answer *answer, const struct logname *log, const struct hash *id, ProtobufCBinaryData *name)
{
	struct arena *arena = &answer->call->node->arena;
	struct logname home = node_session_home(answer->session);
	bool short_name = hash_equal(&log->device, &home.device) && id_equal(&log->incarnation, &home.incarnation);
	uint8_t lane = (uint8_t)log->lane;
	struct span copy;
	answer->err = arena_copy(arena, short_name ? span_of(&lane, 1) : hash_span(id), &copy);
	if (!answer->err)
		*name = pb_bytes(copy);
}

static bool receipted(const struct node_answer *answer, const struct hash *log, unsigned tier)
{
	for (size_t i = answer->message.n_receipts; i-- > 0;)
		if (answer->receipted[i].tier == tier && hash_equal(&answer->receipted[i].log, log))
			return true;
	return false;
}

static bool receipt_room(const struct node_answer *answer)
{
	return answer->message.n_receipts < LIMIT_RECEIPTS_PER_ANSWER;
}

static void add_receipt(struct node_answer *answer, const struct logname *log, const struct hash *id, const struct receipt *receipt)
{
	struct arena *arena = &answer->call->node->arena;
	const struct self *self = answer->call->node->self;
	Tributary__Receipt *item = arena_alloc(arena, sizeof *item);
	struct span signature, server, incarnation;
	if (!item || arena_copy(arena, span_of(receipt->signature.bytes, sizeof receipt->signature.bytes), &signature) ||
	    arena_copy(arena, hash_span(&receipt->server), &server) ||
	    arena_copy(arena, id_span(&receipt->incarnation), &incarnation)) {
		answer->err = ERR_BUDGET;
		return;
	}
	tributary__receipt__init(item);
	name_log(answer, log, id, &item->log);
	item->size = receipt->size;
	item->tier = receipt->tier;
	item->time = receipt->time;
	item->signature = pb_bytes(signature);
	bool ours = hash_equal(&receipt->server, &self->identity.sign_public);
	if (!ours)
		item->server = pb_bytes(server);
	if (!ours || !id_equal(&receipt->incarnation, &self->incarnation))
		item->incarnation = pb_bytes(incarnation);
	answer->receipted[answer->message.n_receipts] = (struct receipted){ .log = *id, .tier = receipt->tier };
	answer->receipts[answer->message.n_receipts++] = item;
}

// Our word that we hold the log as far as we do. Tier 1 for what its own unit brings, 2 for what a
// server below brings that has given its own receipt for it.
static void add_own_receipt(struct node_answer *answer, const struct logname *log, const struct hash *id, uint64_t size,
                            const struct hash *root, enum receipt_tier tier)
{
	const struct self *self = answer->call->node->self;
	if (size == 0 || receipted(answer, id, tier))
		return;
	struct receipt receipt = {
		.incarnation = self->incarnation,
		.size = size,
		.root = *root,
		.tier = tier,
		.time = answer->call->node->now_ms,
	};
	receipt_sign(&receipt, &self->identity, id);
	add_receipt(answer, log, id, &receipt);
}

static void add_refusal(struct node_answer *answer, const struct intake_log *refused)
{
	struct arena *arena = &answer->call->node->arena;
	Tributary__Refusal *item = arena_alloc(arena, sizeof *item);
	uint8_t head[HEAD_BYTES];
	struct span copy;
	if (!item) {
		answer->err = ERR_BUDGET;
		return;
	}
	tributary__refusal__init(item);
	name_log(answer, &refused->name, &refused->id, &item->log);
	item->seq = refused->err ? refused->seq : refused->set_aside - 1;
	item->reason = (uint32_t)(refused->err ? refused->err : ERR_UNAUTHORISED);
	item->have = refused->size;
	if (refused->err == ERR_FORK || refused->err == ERR_FROZEN) {
		head_encode(&refused->head, head);
		answer->err = arena_copy(arena, span_of(head, sizeof head), &copy);
		if (answer->err)
			return;
		item->head = pb_bytes(copy);
	}
	answer->refusals[answer->message.n_refusals++] = item;
}

static bool is_refused(const struct node_answer *answer, const struct logname *name, const struct hash *id)
{
	for (size_t i = 0; i < answer->message.n_refusals; i++) {
		struct span named = pb_span(answer->refusals[i]->log);
		if (named.size == 1 ? named.data[0] == (uint8_t)name->lane : span_equal(named, hash_span(id)))
			return true;
	}
	return false;
}

static void refusal_room(struct node_answer *answer, size_t count)
{
	Tributary__Refusal **longer = arena_array(&answer->call->node->arena, answer->message.n_refusals + count, sizeof *longer);
	if (!longer) {
		answer->err = ERR_BUDGET;
		return;
	}
	if (answer->message.n_refusals)
		memcpy(longer, answer->refusals, answer->message.n_refusals * sizeof *longer);
	answer->message.refusals = answer->refusals = longer;
}

void node_answer_intake(struct node_answer *answer, const struct intake *intake)
{
	refusal_room(answer, intake->count);
	for (size_t i = 0; i < intake->count && !answer->err; i++) {
		const struct intake_log *item = &intake->logs[i];
		if (item->err || item->set_aside)
			add_refusal(answer, item);
		if (!item->err && receipt_room(answer)) // without one it is sent again
			add_own_receipt(answer, &item->name, &item->id, item->size, &item->root,
			                item->own_unit ? RECEIPT_RECEIVED : RECEIPT_KEPT_TWICE);
	}
}

// It may be long until the device writes there again, and learns of it by being refused.
void node_answer_closed(struct node_answer *answer)
{
	struct logname name = node_session_home(answer->session);
	refusal_room(answer, LANE_END);
	for (unsigned lane = LANE_FIRST; lane < LANE_END && !answer->err; lane++) {
		struct journal_log log;
		name.lane = (enum lane)lane;
		struct hash id = logname_id(&name);
		if (journal_find(answer->call->txn, &id, &log) || log.state != JOURNAL_FROZEN || is_refused(answer, &name, &id))
			continue;
		const struct intake_log closed = { .id = id, .name = name, .err = ERR_FROZEN, .seq = log.peaks.size,
		                                   .size = log.peaks.size, .head = log.head };
		add_refusal(answer, &closed);
	}
}

// ---- What came for this peer ----

static bool answer_has_room(const struct node_answer *answer)
{
	return answer->packed_bytes < answer->session->room && answer->message.n_frames < ANSWER_FRAMES;
}

static void answer_pack(struct node_answer *answer)
{
	if (answer->err || frame_empty(&answer->writer) || answer->message.n_frames == ANSWER_FRAMES)
		return;
	struct buf *frame = &answer->frames[answer->message.n_frames];
	size_t raw = answer->writer.raw.size;
	answer->err = frame_finish(&answer->writer, answer->call->node->codec, frame);
	if (!answer->err)
		answer->err = frame->err;
	if (answer->err)
		return;
	answer->frame_list[answer->message.n_frames++] = pb_bytes(buf_span(frame));
	answer->packed_bytes += frame->size;
	pace_packed(&answer->session->way, raw, frame->size);
	writer_room(answer);
	count_add(&answer->call->node->counters, COUNT_FRAMES_OUT, 1);
}

// On a link few pieces are under way at once: what is small comes behind no more than these.
static unsigned pieces_at_once(const struct node_answer *answer)
{
	unsigned pieces = (unsigned)(answer->session->room / (2 * LIMIT_PIECE_BYTES));
	return pieces > LIMIT_FILE_WINDOW ? pieces : LIMIT_FILE_WINDOW;
}

// Of the log from `at` to `to`, or to its signed end; false when the answer is full before. *at is behind what was added.
static bool answer_range(struct node_answer *answer, const struct journal_log *log, uint64_t to, uint64_t *at)
{
	struct node_session *session = answer->session;
	struct logname home = node_session_home(session);
	struct audience audience;
	audience_withholds withheld = audience_of(&audience, answer->call->txn, &session->unit, &session->device, log);
	bool pieces = log->name.lane == LANE_FILE && !session->outward;
	if (to > log->head.size)
		to = log->head.size;
	while (*at < to && !answer->err) {
		uint32_t count;
		if (!answer_has_room(answer) || (pieces && answer->pieces >= pieces_at_once(answer)))
			return false;
		answer->err = frame_add(&answer->writer, answer->call->txn, log, *at, pieces ? *at + 1 : to, &home, withheld, &audience, &count);
		answer->pieces += pieces ? count : 0;
		if (count == 0) {
			if (frame_empty(&answer->writer))
				break;
			answer_pack(answer);
			continue;
		}
		*at += count;
		node_show(answer->call->node, log, *at);
	}
	return true;
}

// All of the log from where this session stands.
static bool answer_log(struct node_answer *answer, const struct journal_log *log, uint64_t from)
{
	struct node_session *session = answer->session;
	uint64_t at;
	node_sent_get(&session->sent, log->number, &at);
	if (at < from)
		at = from;
	uint64_t before = at;
	bool whole = answer_range(answer, log, UINT64_MAX, &at);
	if (at > before && !answer->err)
		answer->err = node_sent_set(answer->call, &session->sent, log->number, at);
	return whole;
}

// Whatever was sent before: the peer may read more of it now.
static bool answer_again(struct node_answer *answer, const struct journal_log *log, const struct arrival *item)
{
	struct node_session *session = answer->session;
	uint64_t at = session->again.number == item->number ? session->again.at : item->from, sent;
	bool whole = answer_range(answer, log, item->to, &at);
	session->again.number = item->number;
	session->again.at = at;
	node_sent_get(&session->sent, log->number, &sent);
	if (at > sent && !answer->err)
		answer->err = node_sent_set(answer->call, &session->sent, log->number, at);
	return whole;
}

// One arrival; false when it did not fit any more.
static bool answer_arrival(struct node_answer *answer, const struct arrival *item)
{
	struct node_session *session = answer->session;
	struct journal_log log;
	answer->err = journal_find_number(answer->call->txn, item->log, &log);
	if (answer->err)
		return false;
	if (item->what == ARRIVAL_RECEIPT) {
		const struct receipt *receipt = item->to >= 1 && item->to <= RECEIPT_TIERS ? &log.receipt[item->to - 1] : NULL;
		if (!receipt || receipt->size == 0 || receipted(answer, &log.id, receipt->tier))
			return true;
		if (!receipt_room(answer))
			return false;
		add_receipt(answer, &log.name, &log.id, receipt);
		return true;
	}
	if (item->what == ARRIVAL_HELD) {
		if (answer->message.n_held == sizeof answer->held / sizeof *answer->held)
			return false;
		Tributary__FileHeld *held = node_want_held(answer->call, &log, item->from);
		if (held)
			answer->held[answer->message.n_held++] = held;
		return true;
	}
	bool its_own = hash_equal(&log.name.device, &session->device);
	bool this_life = its_own && id_equal(&log.name.incarnation, &session->incarnation);
	bool again = item->what == ARRIVAL_AGAIN;
	if (!this_life && !(again ? answer_again(answer, &log, item) : answer_log(answer, &log, item->from)))
		return false;
	if (!its_own)
		return true;
	// What it wrote in a former life comes back to it with a receipt, for here it is. What it wrote in this
	// life it has; should it have less than we do, the receipt tells it that it was restored.
	if (!receipt_room(answer))
		return false;
	struct hash root = merkle_root(HASH_BLAKE2B_256, &log.peaks);
	add_own_receipt(answer, &log.name, &log.id, log.peaks.size, &root, RECEIPT_RECEIVED);
	return true;
}

// Who the peer is may have changed since it greeted: a device that was revoked is told nothing more.
bool node_answer_may_tell(struct node_call *call, struct node_session *session)
{
	struct charter_device device;
	if (charter_device_get(call->txn, &session->device, &device))
		return false;
	session->unit = device.unit;
	session->revoked = device.revoked;
	return !device.revoked;
}

static bool is_file(struct node_answer *answer, const struct arrival *item, struct journal_log *log)
{
	answer->err = journal_find_number(answer->call->txn, item->log, log);
	return !answer->err && log->name.lane == LANE_FILE && item->what != ARRIVAL_HELD;
}

// A file is next: what is small and came behind it goes before it. False: the answer is full.
static bool answer_small(struct node_answer *answer, uint64_t number)
{
	struct node_session *session = answer->session;
	struct arrival item;
	bool whole = true;
	uint64_t from = session->small > number ? session->small : number;
	struct arrival_walk walk = arrival_walk_begin(answer->call->txn, &session->unit, from);
	while (whole && !answer->err && arrival_walk_next(&walk, &item)) {
		struct journal_log log;
		if (!is_file(answer, &item, &log) && !answer->err && item.what == ARRIVAL_ENTRIES && !hash_equal(&log.name.device, &session->device))
			whole = answer_log(answer, &log, item.from);
		if (whole)
			session->small = item.number;
	}
	arrival_walk_end(&walk);
	return whole;
}

static bool answer_next(struct node_answer *answer, const struct arrival *item)
{
	struct journal_log log;
	if (is_file(answer, item, &log) && !answer_small(answer, item->number))
		return false;
	return !answer->err && answer_arrival(answer, item);
}

void node_answer_arrivals(struct node_answer *answer)
{
	struct node_session *session = answer->session;
	struct arrival item;
	if (!node_answer_may_tell(answer->call, session))
		return;
	struct arrival_walk walk = arrival_walk_begin(answer->call->txn, &session->unit, session->cursor);
	while (!answer->err && arrival_walk_next(&walk, &item)) {
		if (!answer_next(answer, &item)) {
			answer->message.more = true;
			break;
		}
		session->cursor = item.number;
		answer->message.cursor = item.number;
		answer->message.mark = item.mark;
	}
	arrival_walk_end(&walk);
	answer_pack(answer);
	session->awaits_next = answer->message.more;
}

void node_answer_free(struct node_answer *answer)
{
	frame_writer_free(&answer->writer);
	for (size_t i = 0; i < ANSWER_FRAMES; i++)
		buf_free(&answer->frames[i]);
}

void node_answer_send(struct node_answer *answer)
{
	struct node_session *session = answer->session;
	const struct self *self = answer->call->node->self;
	if (answer->err) {
		txn_fail(answer->call->txn, answer->err);
	} else {
		if (!session->told_incarnation)
			answer->message.server = pb_bytes(id_span(&self->incarnation));
		session->told_incarnation = true;
		answer->message.revoked = session->revoked;
		node_send(answer->call, session->link, NODE_DOOR_SYNC, MESSAGE_ANSWER, &answer->message.base);
	}
	node_answer_free(answer);
}
