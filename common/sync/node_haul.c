// Cargo in turn: who called speaks, the other answers, one part of a bundle at most in each message. A part is
// forgotten here when the other side says that it is on its disk; a link that breaks costs one part.
//
//	caller                                            called
//	Haul  version, what became of your bundles ─────▶
//	                    ◀─────  Haul  the same of yours, a part
//	Haul  stowed, a part                       ─────▶   …  until neither has anything for the other
//
// What may go to whom: sync/cargo.h. The same turns serve a device and a neighbour, a courier and any server that it
// meets, and a server and the one above it.
#include "sync/cargo.h"
#include "sync/node_near.h"

void node_haul_begin(struct node_haul *haul, const struct cargo_peer *peer)
{
	*haul = (struct node_haul){ .peer = *peer };
}

static bool is_ours(struct node_call *call, const struct hash *device)
{
	return hash_equal(device, &call->node->self->identity.sign_public);
}

// ---- What they say ----

static size_t read_carried(const Tributary__Haul *message, struct cargo_on list[static 2 * CARGO_REMEMBERED])
{
	size_t count = 0;
	for (size_t i = 0; i < message->n_carried && count < 2 * CARGO_REMEMBERED; i++) {
		const Tributary__Carried *item = message->carried[i];
		list[count] = (struct cargo_on){ .time_ms = item->time };
		if (id_read(pb_span(item->bundle), &list[count].bundle) || (item->to.len && hash_read(pb_span(item->to), &list[count].to)))
			continue;
		count++;
	}
	return count;
}

// Their word, which status shows as theirs.
static void note_carried(struct node_call *call, const struct hash *carrier, const struct cargo_on *list, size_t count)
{
	struct cargo_handed handed;
	if (cargo_handed_get(call->txn, carrier, &handed))
		return;
	for (size_t i = 0; i < count; i++)
		if (id_equal(&list[i].bundle, &handed.bundle) && !hash_is_zero(&list[i].to)) {
			handed.to = list[i].to;
			handed.to_ms = list[i].time_ms;
			cargo_handed_put(call->txn, &handed);
		}
}

// Who leads to our server and is not our server: what is written here may go with it.
static bool carries_ours(struct node_call *call, const struct cargo_peer *peer)
{
	const struct self *self = call->node->self;
	return !self->server && !hash_equal(&peer->device, &self->parent_key) && !id_equal(&peer->unit, &self->unit);
}

static void take_greeting(struct node_call *call, struct node_haul *haul, const Tributary__Haul *message)
{
	struct cargo_on list[2 * CARGO_REMEMBERED];
	size_t count = read_carried(message, list);
	note_carried(call, &haul->peer.device, list, count);
	if (carries_ours(call, &haul->peer))
		node_lade_up(call, &haul->peer.device, list, count);
}

static void went_on(struct node_call *call, struct node_haul *haul)
{
	struct node *node = call->node;
	struct cargo_handed handed;
	const struct cargo_place *place = &haul->at;
	cargo_delete(call->txn, place);
	node->meeting.given++;
	if (cargo_any_of(call->txn, &place->holder, &place->bundle))
		return;
	if (!is_ours(call, &place->holder)) {
		cargo_went_on(call->txn, &place->holder, &(struct cargo_on){ .bundle = place->bundle, .to = haul->peer.device, .time_ms = node->now_ms });
	} else if (cargo_handed_get(call->txn, &haul->peer.device, &handed) == ERR_OK && id_equal(&handed.bundle, &place->bundle)) {
		handed.whole = true;
		handed.time_ms = node->now_ms;
		cargo_handed_put(call->txn, &handed);
	}
}

// What was made for that carrier alone and is not taken is no use to anybody.
static void turned_away(struct node_call *call, struct node_haul *haul, enum err why)
{
	struct node *node = call->node;
	node->meeting.refused++;
	node->meeting.refusal = why;
	haul->refused = true;
	if (is_ours(call, &haul->at.holder))
		cargo_handed_forget(call->txn, &node->self->identity.sign_public, &haul->peer.device);
}

static void take_stowed(struct node_call *call, struct node_haul *haul, const Tributary__Stowed *stowed)
{
	struct id bundle;
	if (!haul->giving)
		return;
	haul->giving = false;
	haul->refused |= !stowed;
	if (!stowed || id_read(pb_span(stowed->bundle), &bundle) || !id_equal(&bundle, &haul->at.bundle) || stowed->part != haul->at.part)
		return;
	if (stowed->reason == ERR_OK)
		went_on(call, haul);
	else
		turned_away(call, haul, stowed->reason < ERR_COUNT ? (enum err)stowed->reason : ERR_MALFORMED);
}

static void take_part(struct node_call *call, struct node_haul *haul, struct span part)
{
	struct node_meeting *meeting = &call->node->meeting;
	uint64_t kept = cargo_bytes(call->txn);
	haul->owed = true;
	haul->bundle = (struct id){ { 0 } };
	haul->part = 0;
	haul->err = node_stow(call, &haul->peer.device, part, &haul->bundle, &haul->part);
	if (haul->err) {
		count_add(&call->node->counters, COUNT_RANGES_REFUSED, 1);
		meeting->refused++;
		meeting->refusal = haul->err;
	} else if (cargo_bytes(call->txn) > kept) {
		meeting->kept++;
	} else {
		meeting->taken++;
	}
}

void node_haul_take(struct node_call *call, struct node_haul *haul, const Tributary__Haul *message)
{
	struct buf part = BUF_EMPTY; // the message lies in the arena that what follows uses
	buf_bytes(&part, message->part.data, message->part.len);
	if (part.err) {
		txn_fail(call->txn, part.err);
		return;
	}
	haul->any = message->part.len > 0;
	take_stowed(call, haul, message->stowed);
	if (message->version && !call->txn->err)
		take_greeting(call, haul, message);
	if (part.size > 0 && !call->txn->err)
		take_part(call, haul, buf_span(&part));
	buf_free(&part);
}

// ---- What we say ----

static void say_carried(struct node_call *call, struct node_haul *haul, Tributary__Haul *message)
{
	struct arena *arena = &call->node->arena;
	struct cargo_on list[2 * CARGO_REMEMBERED];
	size_t count = cargo_tell(call->txn, &haul->peer.device, list);
	message->version = MESSAGE_VERSION;
	message->carried = arena_array(arena, count + 1, sizeof *message->carried);
	for (size_t i = 0; message->carried && i < count; i++) {
		Tributary__Carried *item = arena_alloc(arena, sizeof *item);
		struct span bundle, to = span_of(NULL, 0);
		if (!item || arena_copy(arena, id_span(&list[i].bundle), &bundle) ||
		    (!hash_is_zero(&list[i].to) && arena_copy(arena, hash_span(&list[i].to), &to)))
			return;
		tributary__carried__init(item);
		item->bundle = pb_bytes(bundle);
		item->to = pb_bytes(to);
		item->time = list[i].time_ms;
		message->carried[message->n_carried++] = item;
	}
}

static bool find_behind(struct node_call *call, const struct node_haul *haul, const struct cargo_place *after, struct cargo_item *item)
{
	bool found = false;
	struct cargo_walk walk = cargo_walk_begin(call->txn, after);
	while (!found && cargo_walk_next(&walk, item))
		found = cargo_goes(call->txn, call->node->self, item, &haul->peer);
	cargo_walk_end(&walk);
	return found;
}

// The next part that goes to that peer, behind those that were offered; what came meanwhile may stand before them.
static bool find_next(struct node_call *call, const struct node_haul *haul, struct cargo_item *item)
{
	if (!cargo_any(call->txn))
		return false;
	return find_behind(call, haul, haul->sought ? &haul->at : NULL, item) ||
	       (haul->sought && !haul->refused && find_behind(call, haul, NULL, item));
}

bool node_haul_due(struct node_call *call, const struct cargo_peer *peer)
{
	struct node_haul haul = { .peer = *peer };
	struct cargo_item item;
	return find_next(call, &haul, &item);
}

bool node_haul_for(struct node_call *call, const struct node_session *session)
{
	const struct cargo_peer peer = { .device = session->device, .unit = session->unit, .server = session->client_is_server };
	return !session->revoked && node_haul_due(call, &peer);
}

bool node_haul_say(struct node_call *call, struct node_haul *haul, uint64_t link, enum node_door door, bool always)
{
	Tributary__Haul message = TRIBUTARY__HAUL__INIT;
	Tributary__Stowed stowed = TRIBUTARY__STOWED__INIT;
	struct cargo_item item;
	bool any = always || haul->owed;
	arena_reset(&call->node->arena);
	if (!haul->begun)
		say_carried(call, haul, &message);
	if (haul->owed) {
		stowed.bundle = pb_bytes(id_span(&haul->bundle));
		stowed.part = haul->part;
		stowed.reason = (uint32_t)haul->err;
		message.stowed = &stowed;
	}
	if ((haul->begun || door == NODE_DOOR_SYNC) && find_next(call, haul, &item)) { // who called hears first what became of its own
		message.part = pb_bytes(item.part);
		haul->at = item.place;
		haul->sought = haul->giving = any = true;
	}
	haul->begun = true;
	haul->owed = false;
	if (any && !call->txn->err)
		node_send(call, link, door, MESSAGE_HAUL, &message.base);
	return any;
}
