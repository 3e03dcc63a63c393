// Originals that are asked for, on both sides of a session (sync/file_want):
//
//	client                                         server
//	Hello  wants: what its unit lacks  ─────────▶  notes them, and asks the other devices of the unit
//	                                   ◀─────────  Answer  wants: all that this unit is asked for, and the pieces lacking
//	Push   pieces again, with payloads ─────────▶  fills them in; what is whole now gets the server's word,
//	                                   ◀─────────  Answer  held, to every device of the unit
//
// What is asked for goes behind everything else, and within what of files may go over the link.
#include "sync/node_want_below.h"

#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/file_budget.h"
#include "sync/file_held.h"

// One file that the other side asks for, in the session at hand.
struct asked {
	struct id unit;
	struct hash file;
	uint32_t next, count;  // pieces
	bool every;            // whatever the bits say
	uint8_t bits[FILE_WANT_BITS_BYTES];
};

struct node_wants {
	size_t count, at;
	struct asked file[FILE_WANT_MOST];
};

void node_want_free(struct node_wants **wants)
{
	free(*wants);
	*wants = NULL;
}

// ---- Saying what is wanted ----

static Tributary__FileWant *want_message(struct node_call *call, const struct file_want *want, bool *whole)
{
	struct arena *arena = &call->node->arena;
	uint8_t bits[FILE_WANT_BITS_BYTES];
	size_t size;
	struct span unit, file, lacks;
	Tributary__FileWant *message = arena_alloc(arena, sizeof *message);
	if (!message || file_want_lacks(call->txn, &want->unit, &want->file, bits, &size, whole) ||
	    arena_copy(arena, id_span(&want->unit), &unit) || arena_copy(arena, hash_span(&want->file), &file) ||
	    arena_copy(arena, span_of(bits, size), &lacks))
		return NULL;
	tributary__file_want__init(message);
	message->unit = pb_bytes(unit);
	message->file = pb_bytes(file);
	message->lacks = pb_bytes(lacks);
	return message;
}

void node_want_say_one(struct node_call *call, const struct file_want *want, Tributary__FileWant ***list, size_t *count)
{
	bool whole = false;
	if (!*list)
		*list = arena_array(&call->node->arena, FILE_WANT_MOST, sizeof **list);
	Tributary__FileWant *message = *list ? want_message(call, want, &whole) : NULL;
	if (message && !whole)
		(*list)[(*count)++] = message;
}

void node_want_say(struct node_call *call, const struct id *unit, Tributary__FileWant ***list, size_t *count)
{
	struct file_want want = { .file = { .bytes = { 0 } } };
	const struct self *self = call->node->self;
	const bool ours = id_equal(unit, &self->unit);
	*count = 0;
	*list = NULL;
	while (*count < FILE_WANT_MOST && file_want_next(call->txn, unit, &want)) {
		if (!want.done && !(ours && hash_equal(&want.asker, &self->parent_key))) // what is asked of us is not asked back
			node_want_say_one(call, &want, list, count);
	}
}

// ---- Hearing it ----

static bool read_any(const Tributary__FileWant *message, struct file_want *want)
{
	*want = (struct file_want){ .done = false };
	return id_read(pb_span(message->unit), &want->unit) == ERR_OK && hash_read(pb_span(message->file), &want->file) == ERR_OK &&
	       message->lacks.len <= FILE_WANT_BITS_BYTES;
}

static bool read_want(const Tributary__FileWant *message, const struct id *unit, struct file_want *want)
{
	return read_any(message, want) && id_equal(&want->unit, unit);
}

static void forget_unnamed(struct node_call *call, const struct id *unit, const struct hash *asker, Tributary__FileWant **list, size_t count)
{
	struct file_want want = { .file = { .bytes = { 0 } } };
	while (file_want_next(call->txn, unit, &want)) {
		bool named = !hash_equal(&want.asker, asker) || want.done;
		for (size_t i = 0; i < count && !named; i++)
			named = span_equal(pb_span(list[i]->file), hash_span(&want.file));
		if (!named)
			file_want_drop(call->txn, unit, &want.file);
	}
}

static void remember(struct node_call *call, const struct file_want *said, const struct hash *asker)
{
	struct file_want want;
	if (file_want_get(call->txn, &said->unit, &said->file, &want) && (!want.done || !hash_equal(&want.asker, asker)))
		return;
	want = *said;
	want.asker = *asker;
	want.since_ms = call->node->now_ms;
	file_want_put(call->txn, &want);
}

void node_want_heard(struct node_call *call, const struct node_session *session, const Tributary__Hello *hello)
{
	size_t count = hello->n_wants < FILE_WANT_MOST ? hello->n_wants : FILE_WANT_MOST;
	if (session->revoked || session->client_is_server)
		return;
	forget_unnamed(call, &session->unit, &session->device, hello->wants, count);
	for (size_t i = 0; i < count; i++) {
		struct file_want want;
		struct piece_file here;
		if (!read_want(hello->wants[i], &session->unit, &want))
			continue;
		bool whole = piece_look(call->txn, &want.unit, &want.file, &here) == ERR_OK && here.whole;
		if (!whole) // else it has been told to all of the unit
			remember(call, &want, &session->device);
	}
}

static void ask(struct node_wants *wants, const struct file_want *want, struct span lacks)
{
	struct asked *asked = &wants->file[wants->count++];
	*asked = (struct asked){ .unit = want->unit, .file = want->file, .count = LIMIT_FILE_PIECES, .every = lacks.size == 0 };
	if (lacks.size > 0)
		memcpy(asked->bits, lacks.data, lacks.size);
}

static void ask_for(struct node_wants **wants, const struct file_want *want, struct span lacks)
{
	if (!*wants)
		*wants = calloc(1, sizeof **wants);
	if (*wants && (*wants)->count < FILE_WANT_MOST)
		ask(*wants, want, lacks);
}

struct node_wants *node_want_read(struct node_call *call, Tributary__FileWant **list, size_t count)
{
	struct node_wants *wants = NULL;
	struct file_want want;
	for (size_t i = 0; i < count && i < FILE_WANT_MOST; i++)
		if (read_want(list[i], &call->node->self->unit, &want))
			ask_for(&wants, &want, pb_span(list[i]->lacks));
	return wants;
}

static void forget_unnamed_below(struct node_call *call, Tributary__FileWant **list, size_t count)
{
	const struct self *self = call->node->self;
	struct file_want want = { .done = false };
	while (file_want_next_any(call->txn, &want)) {
		bool named = !hash_equal(&want.asker, &self->parent_key) || id_equal(&want.unit, &self->unit) || want.done;
		for (size_t i = 0; i < count && !named; i++)
			named = span_equal(pb_span(list[i]->file), hash_span(&want.file)) && span_equal(pb_span(list[i]->unit), id_span(&want.unit));
		if (!named)
			file_want_drop(call->txn, &want.unit, &want.file);
	}
}

static void take_want(struct node_call *call, const Tributary__FileWant *message)
{
	struct node *node = call->node;
	struct file_want want;
	if (!read_any(message, &want))
		return;
	const bool ours = id_equal(&want.unit, &node->self->unit);
	if (!ours && !node_want_below_reads(call, &want))
		return;
	if (ours || node_want_below_ready(call, &want))
		ask_for(&node->client.wants, &want, pb_span(message->lacks));
	else
		remember(call, &want, &node->self->parent_key);
	if (ours)
		remember(call, &want, &node->self->parent_key);
}

void node_want_take(struct node_call *call, const Tributary__Answer *answer, bool greeting)
{
	struct node *node = call->node;
	size_t count = answer->n_wants < FILE_WANT_MOST ? answer->n_wants : FILE_WANT_MOST;
	if (greeting || count > 0) {
		forget_unnamed(call, &node->self->unit, &node->self->parent_key, answer->wants, count);
		forget_unnamed_below(call, answer->wants, count);
	}
	if (count > 0)
		node_want_free(&node->client.wants);
	for (size_t i = 0; i < count; i++)
		take_want(call, answer->wants[i]);
}

void node_want_carry(struct node_call *call)
{
	struct node *node = call->node;
	struct file_want want = { .file = { .bytes = { 0 } } };
	node_want_free(&node->client.wants);
	while (file_want_next(call->txn, &node->self->unit, &want)) {
		struct file_held held;
		bool theirs = hash_equal(&want.asker, &node->self->parent_key) && !file_held_get(call->txn, &want.unit, &want.file, &held);
		if (theirs)
			ask_for(&node->client.wants, &want, span_of(NULL, 0));
	}
}

// ---- What goes up as leaves, and what is sent again ----

bool node_want_withholds(void *context, const struct entry *entry)
{
	struct node_held_back *back = context;
	bool withheld = back->asked && entry->kind == ENTRY_PIECE;
	if (back->below)
		return true;
	if (entry->kind == ENTRY_PIECE && !entry->erased)
		file_want_back(back->txn, back->log, entry->seq, withheld);
	return withheld;
}

void node_want_learn(struct node_call *call)
{
	struct node *node = call->node;
	struct charter_device parent;
	struct charter_unit unit;
	if (!node->pack.pack || charter_device_get(call->txn, &node->self->parent_key, &parent) ||
	    charter_unit_get(call->txn, &parent.unit, &unit))
		return;
	file_want_asked_set(call->txn, !pack_archives(node->pack.pack, unit.kind));
}

static bool lacking(const struct asked *asked)
{
	return asked->every || asked->bits[asked->next / 8] >> asked->next % 8 & 1;
}

// The next piece that is asked for and is here: its log and place. False: none is left.
static bool next_piece(struct node_call *call, struct node_wants *wants, struct journal_log *log, uint64_t *seq)
{
	for (; wants->at < wants->count; wants->at++) {
		struct asked *asked = &wants->file[wants->at];
		for (; asked->next < asked->count; asked->next++) {
			uint32_t number;
			if (!lacking(asked) || piece_find(call->txn, &asked->unit, &asked->file, asked->next, &number, seq) ||
			    journal_find_number(call->txn, number, log) || *seq >= log->head.size)
				continue;
			asked->next++;
			return true;
		}
	}
	return false;
}

bool node_want_left(struct node_call *call)
{
	const struct node_wants *wants = call->node->client.wants;
	return wants && wants->at < wants->count && (call->node->client.carrying || file_budget_left(call->txn, call->node->now_ms));
}

bool node_want_fill(struct node_call *call, struct node_wants *wants, struct frame_writer *writer, const struct logname *home, uint64_t most)
{
	struct journal_log log;
	uint64_t seq;
	uint32_t count;
	for (uint64_t pieces = 0; wants && pieces < most && next_piece(call, wants, &log, &seq); pieces++) {
		enum err err = frame_add(writer, call->txn, &log, seq, seq + 1, home, NULL, NULL, &count);
		if (err) {
			txn_fail(call->txn, err);
			return false;
		}
		node_show(call->node, &log, seq + 1);
	}
	return !frame_empty(writer);
}

bool node_want_frame(struct node_call *call, struct frame_writer *writer, const struct logname *home, uint64_t most)
{
	if (!node_want_left(call) || !node_want_fill(call, call->node->client.wants, writer, home, most))
		return false;
	file_budget_spend(call->txn, call->node->now_ms, writer->raw.size);
	return true;
}

// ---- What the server has ----

void node_want_filled(struct node_call *call, const struct id *unit)
{
	struct file_want want = { .file = { .bytes = { 0 } } };
	while (!call->txn->err && file_want_next(call->txn, unit, &want)) {
		struct piece_file here;
		struct journal_log log;
		uint32_t number;
		uint64_t seq;
		if (want.done || piece_look(call->txn, unit, &want.file, &here) || !here.whole ||
		    piece_find(call->txn, unit, &want.file, 0, &number, &seq) || journal_find_number(call->txn, number, &log))
			continue;
		want.done = true;
		file_want_put(call->txn, &want);
		arrival_held(call->txn, unit, &log, seq);
	}
}

Tributary__FileHeld *node_want_held(struct node_call *call, const struct journal_log *log, uint64_t seq)
{
	const struct self *self = call->node->self;
	struct arena *arena = &call->node->arena;
	struct entry entry;
	struct piece piece;
	struct charter_device author;
	struct span signature, unit, file, incarnation;
	Tributary__FileHeld *message = arena_alloc(arena, sizeof *message);
	if (!message || journal_entry(call->txn, log, seq, &entry) || entry.erased || piece_decode(entry.payload, arena, &piece) ||
	    charter_device_get(call->txn, &log->name.device, &author))
		return NULL;
	struct file_held held = { .unit = author.unit, .file = piece.file, .size = piece.size, .incarnation = self->incarnation,
	                          .time_ms = call->node->now_ms };
	file_held_sign(&held, &self->identity);
	if (arena_copy(arena, span_of(held.signature.bytes, sizeof held.signature.bytes), &signature) ||
	    arena_copy(arena, id_span(&held.unit), &unit) || arena_copy(arena, hash_span(&held.file), &file) ||
	    arena_copy(arena, id_span(&held.incarnation), &incarnation))
		return NULL;
	tributary__file_held__init(message);
	message->unit = pb_bytes(unit);
	message->file = pb_bytes(file);
	message->size = held.size;
	message->time = held.time_ms;
	message->incarnation = pb_bytes(incarnation);
	message->signature = pb_bytes(signature);
	return message;
}

void node_want_told(struct node_call *call, const Tributary__Answer *answer)
{
	for (size_t i = 0; i < answer->n_held && !call->txn->err; i++) {
		const Tributary__FileHeld *said = answer->held[i];
		struct file_held held = { .size = said->size, .server = call->node->self->parent_key, .time_ms = said->time };
		if (id_read(pb_span(said->unit), &held.unit) || !id_equal(&held.unit, &call->node->self->unit) ||
		    hash_read(pb_span(said->file), &held.file) || id_read(pb_span(said->incarnation), &held.incarnation) ||
		    said->signature.len != sizeof held.signature.bytes)
			continue;
		memcpy(held.signature.bytes, said->signature.data, sizeof held.signature.bytes);
		if (file_held_verify(&held) == ERR_OK)
			file_held_put(call->txn, &held);
	}
}
