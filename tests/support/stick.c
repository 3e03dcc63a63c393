#include "support/stick.h"

#include <sodium.h>
#include <stdlib.h>

#include "support/support.h"

struct stick *stick_new(void)
{
	struct stick *stick = calloc(1, sizeof *stick);
	assert_non_null(stick);
	return stick;
}

void stick_wipe(struct stick *stick)
{
	for (size_t i = 0; i < stick->count; i++)
		buf_free(&stick->part[i]);
	stick->count = 0;
}

void stick_free(struct stick *stick)
{
	stick_wipe(stick);
	free(stick);
}

// ---- The machine that it stands in ----

static void draw(void *context, void *to, size_t size)
{
	struct stick *stick = context;
	uint8_t seed[randombytes_SEEDBYTES] = { ++stick->seed, (uint8_t)stick->count, 77 };
	randombytes_buf_deterministic(to, size, seed);
}

static enum err part_begin(void *context, const struct bundle_head *head)
{
	struct stick *stick = context;
	(void)head;
	assert_true(stick->count < STICK_PARTS);
	stick->part[stick->count] = BUF_EMPTY;
	return ERR_OK;
}

static enum err part_bytes(void *context, struct span bytes)
{
	struct stick *stick = context;
	buf_bytes(&stick->part[stick->count], bytes.data, bytes.size);
	return stick->part[stick->count].err;
}

static enum err part_end(void *context)
{
	struct stick *stick = context;
	stick->count++;
	return ERR_OK;
}

static enum err keep_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct actor *actor = context;
	(void)self;
	memcpy(actor->guard, shown, sizeof actor->guard);
	return ERR_OK;
}

static void open_talk(struct stick *stick, struct actor *actor, struct bundle_talk *talk)
{
	const struct bundle_port port = { .context = stick, .random = draw, .part_begin = part_begin, .part_bytes = part_bytes,
	                                  .part_end = part_end };
	const struct bundle_host host = { .store = actor->store, .self = &actor->self, .sync_address = "",
	                                  .now_ms = actor->cluster->now_ms, .guard = keep_guard, .context = actor };
	assert_ok(bundle_talk_open(talk, &host, &port));
}

// The process ends; the actor's own node, if it lives on, notices what another process wrote.
static void close_talk(struct stick *stick, struct actor *actor, struct bundle_talk *talk)
{
	stick->carriage = node_carriage(talk->node);
	stick->refused = talk->refused;
	bundle_talk_close(talk);
	cluster_changed(actor);
}

enum err stick_up(struct stick *stick, struct actor *from, uint64_t part_most)
{
	struct bundle_talk talk;
	open_talk(stick, from, &talk);
	enum err err = bundle_talk_up(&talk, part_most);
	close_talk(stick, from, &talk);
	return rehearsal_saw(err);
}

enum err stick_down(struct stick *stick, struct actor *server, struct actor *to, uint64_t part_most)
{
	struct bundle_talk talk;
	open_talk(stick, server, &talk);
	enum err err = bundle_talk_down(&talk, &to->self.identity.sign_public, part_most);
	close_talk(stick, server, &talk);
	return err;
}

// ---- Taking in, as io/bundle_file reads ----

static enum err read_pieces(struct stick *stick, struct bundle_talk *talk, struct bundle_part *part, struct span rest)
{
	enum err err = ERR_OK;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	while (!err && rest.size >= BUNDLE_PIECE_PREFIX_BYTES) {
		struct bundle_piece piece;
		struct span message;
		if (bundle_piece_read(span_of(rest.data, BUNDLE_PIECE_PREFIX_BYTES), &piece) ||
		    BUNDLE_PIECE_PREFIX_BYTES + bundle_piece_rest(&piece) > rest.size) {
			stick->damaged++;
			break;
		}
		struct span body = span_of(rest.data + BUNDLE_PIECE_PREFIX_BYTES, bundle_piece_rest(&piece));
		rest = span_of(body.data + body.size, rest.size - BUNDLE_PIECE_PREFIX_BYTES - body.size);
		arena_reset(&arena);
		if (bundle_piece_check(part, &piece, body) || bundle_piece_open(part, &piece, body, &arena, &message))
			stick->damaged++;
		else
			err = bundle_talk_piece(talk, part->index - 1, message);
	}
	arena_free(&arena);
	return err;
}

static enum err take(struct stick *stick, struct bundle_talk *talk, struct span file)
{
	struct bundle_part part;
	size_t size;
	if (file.size < BUNDLE_PREFIX_BYTES)
		return ERR_MALFORMED;
	enum err err = bundle_head_size(span_of(file.data, BUNDLE_PREFIX_BYTES), &size);
	if (err)
		return err;
	if (file.size < BUNDLE_PREFIX_BYTES + size)
		return ERR_SIGNATURE;
	struct span head = span_of(file.data, BUNDLE_PREFIX_BYTES + size);
	err = bundle_open(head, &part);
	if (!err)
		err = bundle_unlock(head, &part, &talk->host.self->identity);
	stick->foreign += err == ERR_NO_KEY;
	if (!err)
		err = bundle_talk_part(talk, &part.head);
	if (!err)
		err = read_pieces(stick, talk, &part, span_of(file.data + head.size, file.size - head.size));
	return err ? err : bundle_talk_part_over(talk);
}

enum err stick_in_bytes(struct stick *stick, struct actor *to, struct span file)
{
	struct bundle_talk talk;
	stick->damaged = 0;
	open_talk(stick, to, &talk);
	enum err err = take(stick, &talk, file);
	if (!err)
		err = bundle_talk_over(&talk);
	close_talk(stick, to, &talk);
	return rehearsal_saw(err);
}

enum err stick_in_part(struct stick *stick, struct actor *to, size_t part)
{
	assert_true(part < stick->count);
	return stick_in_bytes(stick, to, buf_span(&stick->part[part]));
}

enum err stick_in(struct stick *stick, struct actor *to)
{
	struct bundle_talk talk;
	enum err err = ERR_OK;
	stick->damaged = 0;
	open_talk(stick, to, &talk);
	for (size_t i = 0; i < stick->count && !err; i++)
		err = take(stick, &talk, buf_span(&stick->part[i]));
	if (!err)
		err = bundle_talk_over(&talk);
	close_talk(stick, to, &talk);
	return rehearsal_saw(err);
}
