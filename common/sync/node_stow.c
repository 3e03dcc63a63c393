// A part of a bundle came over a session: what is for us is taken in, as from a stick; the rest is kept to be carried
// on. Whoever brought it is believed nothing: head and pieces are checked against the signature of the one who
// made them, who must be of the tree.
#include "sync/cargo.h"
#include "sync/node_near.h"

enum { ROUNDS_OF_WAITING = 64 };

// ---- The part ----

struct parcel {
	struct bundle_part part;
	struct span bytes;
	size_t head, at;         // of the pieces; of the next one
	bool last;               // of its bundle
};

static enum err open_parcel(struct parcel *parcel, struct span bytes)
{
	size_t rest;
	*parcel = (struct parcel){ .bytes = bytes };
	if (bytes.size < BUNDLE_PREFIX_BYTES)
		return ERR_MALFORMED;
	enum err err = bundle_head_size(span_of(bytes.data, BUNDLE_PREFIX_BYTES), &rest);
	if (!err && bytes.size < BUNDLE_PREFIX_BYTES + rest)
		err = ERR_MALFORMED;
	parcel->head = parcel->at = err ? 0 : BUNDLE_PREFIX_BYTES + rest;
	return err ? err : bundle_open(span_of(bytes.data, parcel->head), &parcel->part);
}

// The next piece, checked; the part ends where it says so, and nowhere else.
static enum err next_piece(struct parcel *parcel, struct bundle_piece *piece, struct span *rest)
{
	size_t left = parcel->bytes.size - parcel->at;
	if (left == 0)
		return ERR_GAP;
	if (left < BUNDLE_PIECE_PREFIX_BYTES)
		return ERR_MALFORMED;
	enum err err = bundle_piece_read(span_of(parcel->bytes.data + parcel->at, BUNDLE_PIECE_PREFIX_BYTES), piece);
	if (!err && left < BUNDLE_PIECE_PREFIX_BYTES + bundle_piece_rest(piece))
		err = ERR_MALFORMED;
	if (err)
		return err;
	*rest = span_of(parcel->bytes.data + parcel->at + BUNDLE_PIECE_PREFIX_BYTES, bundle_piece_rest(piece));
	parcel->at += BUNDLE_PIECE_PREFIX_BYTES + rest->size;
	err = bundle_piece_check(&parcel->part, piece, *rest);
	bool ends = piece->flags & BUNDLE_LAST_OF_PART;
	if (!err && ends != (parcel->at == parcel->bytes.size))
		err = ERR_MALFORMED;
	parcel->last = piece->flags & BUNDLE_LAST;
	return err;
}

static enum err check_pieces(struct parcel *parcel)
{
	struct parcel whole = *parcel;
	struct bundle_piece piece;
	struct span rest;
	enum err err;
	do
		err = next_piece(&whole, &piece, &rest);
	while (!err && whole.at < whole.bytes.size);
	parcel->last = whole.last;
	return err;
}

// ---- For us ----

static void note_effects(struct node_call *call, struct effects *effects)
{
	for (size_t i = 0; i < effects_count(effects); i++)
		if (effects_at(effects, i)->kind == EFFECT_REJOINED)
			effects_add(call->effects, effects_at(effects, i), NULL);
	if (effects_failed(effects))
		txn_fail(call->txn, ERR_NOMEM);
}

// As if it came on a stick: what would be sent there goes nowhere.
static void aside(struct node_call *call, const struct event *event, void (*handle)(struct node_call *call))
{
	struct effects *effects = effects_new();
	if (!effects) {
		txn_fail(call->txn, ERR_NOMEM);
		return;
	}
	struct node_call inner = { .node = call->node, .txn = call->txn, .effects = effects, .event = event };
	arena_reset(&call->node->arena);
	handle(&inner);
	note_effects(call, effects);
	effects_free(effects);
}

static enum err take_piece(struct node_call *call, const struct parcel *parcel, struct span message)
{
	const struct bundle_head *head = &parcel->part.head;
	struct event_carried carried = { .holder = head->holder, .bundle = head->bundle, .part = head->part,
	                                 .piece = parcel->part.index - 1, .made_ms = head->time };
	struct event event = { .kind = EVENT_MESSAGE, .now_ms = call->node->now_ms, .link = NODE_LINK_CARRIED, .bytes = message,
	                       .carried = &carried };
	unsigned kind = message.size > 0 ? message.data[0] : 0;
	if (kind != (head->way == BUNDLE_UP ? MESSAGE_HELLO : MESSAGE_ANSWER))
		return kind == MESSAGE_JOINED && head->way == BUNDLE_DOWN ? ERR_OK : ERR_MALFORMED;
	event.door = head->way == BUNDLE_UP ? NODE_DOOR_SYNC : NODE_DOOR_PARENT;
	aside(call, &event, head->way == BUNDLE_UP ? node_server_message : node_client_message);
	return ERR_OK;
}

static void try_waiting(struct node_call *call)
{
	struct node *node = call->node;
	struct event event = { .kind = EVENT_CARRY_WAITING, .now_ms = node->now_ms, .link = NODE_LINK_CARRIED, .door = NODE_DOOR_SYNC,
	                       .live = true };
	for (unsigned i = 0; i < ROUNDS_OF_WAITING && !call->txn->err; i++) {
		uint64_t before = node->carriage.resumed;
		aside(call, &event, node_carry_waiting);
		event.live = !node->carriage.more;
		if (!node->carriage.more && node->carriage.resumed == before)
			return;
	}
}

static bool is_server(struct node_call *call, const struct hash *device)
{
	struct charter_device row;
	return charter_device_get(call->txn, device, &row) == ERR_OK && row.server && !row.revoked;
}

static enum err may_tell(struct node_call *call, const struct bundle_head *head)
{
	const struct self *self = call->node->self;
	if (head->way == BUNDLE_UP)
		return self->server ? ERR_OK : ERR_UNAUTHORISED;
	return hash_equal(&head->holder, &self->parent_key) || is_server(call, &head->holder) ? ERR_OK : ERR_UNAUTHORISED;
}

static enum err take_pieces(struct node_call *call, struct parcel *parcel)
{
	struct arena arena;
	enum err err = ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	while (!err && !call->txn->err && parcel->at < parcel->bytes.size) {
		struct bundle_piece piece;
		struct span rest, message;
		arena_reset(&arena);
		err = next_piece(parcel, &piece, &rest);
		if (!err)
			err = bundle_piece_open(&parcel->part, &piece, rest, &arena, &message);
		if (!err)
			err = take_piece(call, parcel, message);
	}
	arena_free(&arena);
	return err;
}

static void drop_carried(struct node *node)
{
	struct node_session *session = node_session_find(node, NODE_LINK_CARRIED);
	if (session)
		node_session_drop(node, session);
}

static enum err take_in(struct node_call *call, struct parcel *parcel)
{
	struct node *node = call->node;
	const struct bundle_head head = parcel->part.head;
	enum err err = may_tell(call, &head);
	if (!err)
		err = bundle_unlock(span_of(parcel->bytes.data, parcel->head), &parcel->part, &node->self->identity);
	if (err)
		return err;
	struct node_client saved = node_client_aside(node);
	err = take_pieces(call, parcel);
	try_waiting(call);
	drop_carried(node);
	node_client_back(call, &saved);
	struct bundle_taken taken = { .bundle = head.bundle, .made_ms = head.time, .taken_ms = node->now_ms };
	if (!err)
		bundle_taken_put(call->txn, &head.holder, &taken);
	if (!err && head.way == BUNDLE_UP && parcel->last)
		node_lade_back(call, &head.holder);
	return err;
}

// ---- For others ----

static enum err may_be_carried(struct node_call *call, const struct bundle_head *head)
{
	struct charter_device holder, reader;
	const struct self *self = call->node->self;
	if (hash_equal(&head->holder, &self->identity.sign_public) || charter_device_get(call->txn, &head->holder, &holder) ||
	    holder.revoked || (head->way == BUNDLE_DOWN && !holder.server))
		return ERR_UNAUTHORISED;
	if (charter_device_get(call->txn, &head->reader, &reader)) // further up they may know
		return self->server && hash_is_zero(&self->parent_key) ? ERR_NOT_FOUND : ERR_OK;
	return reader.revoked || (head->way == BUNDLE_UP && !reader.server) ? ERR_UNAUTHORISED : ERR_OK;
}

static bool went_on(struct node_call *call, const struct bundle_head *head)
{
	struct cargo_on list[2 * CARGO_REMEMBERED];
	size_t count = cargo_tell(call->txn, &head->holder, list);
	for (size_t i = 0; i < count; i++)
		if (id_equal(&list[i].bundle, &head->bundle) && !hash_is_zero(&list[i].to))
			return true;
	return false;
}

static enum err keep(struct node_call *call, const struct parcel *parcel, const struct hash *from)
{
	const struct bundle_head *head = &parcel->part.head;
	struct cargo_item item = { .place = { .reader = head->reader, .holder = head->holder, .bundle = head->bundle, .part = head->part },
	                           .from = *from, .came_ms = call->node->now_ms, .way = head->way, .part = parcel->bytes };
	enum err err = may_be_carried(call, head);
	if (err || went_on(call, head))
		return err;
	err = cargo_put(call->txn, &item);
	call->node->cargo_fresh = call->node->cargo_fresh || !err;
	return err;
}

enum err node_stow(struct node_call *call, const struct hash *from, struct span bytes, struct id *bundle, uint32_t *number)
{
	struct parcel parcel;
	enum err err = bytes.size > CARGO_PART_MOST ? ERR_TOO_LARGE : open_parcel(&parcel, bytes);
	if (err)
		return err;
	*bundle = parcel.part.head.bundle;
	*number = parcel.part.head.part;
	err = check_pieces(&parcel);
	if (err)
		return err;
	const struct bundle_head *head = &parcel.part.head;
	bool ours = hash_equal(&head->reader, &call->node->self->identity.sign_public);
	err = ours ? take_in(call, &parcel) : keep(call, &parcel, from);
	if (!err && head->way == BUNDLE_UP && call->node->self->server)
		cargo_came_by(call->txn, &head->holder, from);
	return err;
}
