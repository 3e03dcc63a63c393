// What comes with newer programs and packs, and files: pieces attached to records, kinds of entries and fields that nobody here
// knows, the next version of the pack.
#include <stdlib.h>

#include "base/pb.h"
#include "files.h"
#include "ledger/change.h"
#include "log/merkle.h"
#include "store.pb-c.h"
#include "sync/join.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"
#include "workload_inside.h"

enum { PIECES_MOST = 3, KIND_OF_TOMORROW = 4000, FIELD_OF_TOMORROW = 251, METRIC_OF_TOMORROW = 9000 };

// ---- Files ----

static const struct pack_field *attachment(const struct pack *pack, const struct pack_kind **kind)
{
	for (size_t k = 0; k < pack->kind_count; k++)
		for (size_t f = 0; f < pack->kinds[k].field_count; f++) {
			*kind = &pack->kinds[k];
			if (pack->kinds[k].fields[f].type == VALUE_ATTACHMENT)
				return &pack->kinds[k].fields[f];
		}
	return NULL;
}

static enum err put_pieces(struct command *command, const uint8_t *bytes, uint64_t size, bool sealed, struct hash *name)
{
	struct merkle_peaks peaks = { .size = 0 };
	enum err err = ERR_OK;
	for (uint32_t i = 0; i < piece_count(size); i++) {
		struct hash leaf = piece_leaf(span_of(bytes + (size_t)i * LIMIT_PIECE_BYTES, piece_bytes(size, i)));
		merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	}
	*name = merkle_root(HASH_BLAKE2B_256, &peaks);
	for (uint32_t i = 0; i < piece_count(size) && !err; i++) {
		struct buf payload = BUF_EMPTY;
		struct piece piece = { .file = *name, .size = size, .index = i,
		                       .data = span_of(bytes + (size_t)i * LIMIT_PIECE_BYTES, piece_bytes(size, i)) };
		piece_encode(&piece, &payload);
		err = pen_piece(&command->writing.pen, sealed, buf_span(&payload));
		buf_free(&payload);
	}
	return err;
}

// Sealed where its field is private; the public ones are of kinds whose field is not.
enum err workload_file(struct command *command)
{
	struct hash name;
	const struct pack_kind *kind;
	const struct pack_field *field = attachment(command->pack, &kind);
	if (!field || !files_have_room(command->actor->world))
		return ERR_NOT_FOUND;
	uint64_t size = random_between(command->random, 1, PIECES_MOST * LIMIT_PIECE_BYTES);
	uint8_t *bytes = malloc(size);
	if (!bytes)
		abort();
	random_bytes(command->random, bytes, size);
	bool sealed = random_chance(command->random, 400);
	enum err err = put_pieces(command, bytes, size, sealed, &name);
	free(bytes);
	if (!err) {
		command->kind = kind;
		command->record = pen_new_id(&command->writing.pen);
		struct pen_write *write = workload_field(command, field->name);
		write->element = field->keyed ? span_string("photo.jpg") : span_of(NULL, 0);
		write->value = (struct value){ .form = VALUE_IS_REFERENCE, .bytes = hash_span(&name) };
		err = workload_set(command);
	}
	if (!err)
		files_note(command->actor->world, command->actor->unit, &name, sealed);
	return err;
}

// ---- Of tomorrow ----

// A kind of entry that no program here knows: kept, relayed, and without effect.
static enum err unknown_kind(struct command *command)
{
	static const enum lane lanes[] = { LANE_UP, LANE_DETAIL };
	uint8_t bytes[120];
	random_bytes(command->random, bytes, sizeof bytes);
	enum lane lane = lanes[random_below(command->random, sizeof lanes / sizeof lanes[0])];
	uint32_t kind = KIND_OF_TOMORROW + (uint32_t)random_below(command->random, 9);
	return pen_entry(&command->writing.pen, lane, kind, span_of(bytes, 1 + (size_t)random_below(command->random, sizeof bytes)), NULL);
}

// A field that the pack here does not have, of a record that is there.
static enum err unknown_field(struct command *command)
{
	struct record_key key;
	struct buf payload = BUF_EMPTY;
	command->kind = pack_kind_by_name(command->pack, "meeting");
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	struct change_write write = { .field = FIELD_OF_TOMORROW, .chain = 1,
	                              .value = { .form = VALUE_IS_TEXT, .bytes = span_string("of tomorrow") } };
	struct change change = { .record = key.record, .kind = key.kind, .write_count = 1, .writes = &write };
	struct changes changes = { .pack_version = command->writing.pen.view.pack->version + 1, .count = 1, .changes = &change };
	change_encode(&changes, &payload);
	enum err err = payload.err ? payload.err : pen_entry(&command->writing.pen, LANE_DETAIL, ENTRY_CHANGES, buf_span(&payload), NULL);
	buf_free(&payload);
	return err;
}

enum err workload_newer(struct command *command)
{
	return random_chance(command->random, 500) ? unknown_kind(command) : unknown_field(command);
}

// ---- The next version of the pack: one metric more, which counts what an older one counts ----

static enum err next_version(struct command *command, struct arena *arena, struct buf *encoded, Tributary__Pack **next)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__pack__descriptor, buf_span(&command->actor->world->pack), arena, &message);
	if (err)
		return err;
	Tributary__Pack *pack = *next = (Tributary__Pack *)message;
	Tributary__PackMetric **metrics = arena_array(arena, pack->n_metrics + 1, sizeof *metrics);
	Tributary__PackMetric *more = arena_alloc(arena, sizeof *more);
	char *name = arena_alloc(arena, 32);
	if (!metrics || !more || !name)
		return ERR_BUDGET;
	memcpy(metrics, pack->metrics, pack->n_metrics * sizeof *metrics);
	pack->version = command->writing.pen.view.pack->version + 1;
	*more = *pack->metrics[random_below(command->random, pack->n_metrics)];
	more->number = METRIC_OF_TOMORROW + pack->version;
	snprintf(name, 32, "of_version_%u", pack->version);
	more->name = more->title_zh = more->title_en = name;
	metrics[pack->n_metrics++] = more;
	pack->metrics = metrics;
	pb_pack(&pack->base, encoded);
	return encoded->err;
}

enum err workload_pack(struct command *command)
{
	struct arena arena;
	struct buf encoded = BUF_EMPTY;
	Tributary__Pack *next;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = next_version(command, &arena, &encoded, &next);
	if (!err)
		err = join_publish_pack(&command->writing.pen, buf_span(&encoded), next->name, next->version);
	buf_free(&encoded);
	arena_free(&arena);
	return err;
}
