// Making and checking letters.
#include "sync/letter.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "org/charter_past.h"
#include "org/custody_chain.h"
#include "sync/frame.h"
#include "wire.pb-c.h"

#define LETTER_VERSION 1
#define LETTER_DOMAIN  "tributary letter v1"

enum { LETTER_FRAMES = 256 };

static const uint8_t magic[4] = { 'T', 'R', 'L', 'T' };

// ---- Gathering what a stranger needs to check it ----

struct gathering {
	struct txn *txn;
	const struct id *unit, *member;
	struct arena arena;
	struct frame_codec *codec;
	struct frame_writer writer;
	struct buf frames[LETTER_FRAMES];
	size_t count;
	enum err err;
};

static void flush(struct gathering *gathering)
{
	if (gathering->err || frame_empty(&gathering->writer))
		return;
	gathering->err = gathering->count == LETTER_FRAMES ? ERR_TOO_LARGE : ERR_OK;
	if (gathering->err)
		return;
	struct buf *frame = &gathering->frames[gathering->count++];
	*frame = BUF_EMPTY;
	gathering->err = frame_finish(&gathering->writer, gathering->codec, frame);
}

static bool about_the_member(struct gathering *gathering, const struct entry *entry)
{
	ProtobufCMessage *message;
	bool about = false;
	if (pb_unpack(&tributary__custody__descriptor, entry->payload, &gathering->arena, &message))
		return false;
	const Tributary__Custody *custody = (const Tributary__Custody *)message;
	for (size_t i = 0; i < custody->n_batches && !about; i++) {
		struct custody_batch batch;
		struct custody_record record;
		if (custody_batch_read(custody->batches[i], &batch))
			continue;
		for (size_t n = 0; n < batch.count && !about; n++)
			about = custody_batch_record(&batch, n, &record) == ERR_OK && id_equal(&record.member, gathering->member);
	}
	return about;
}

// A pack is long and says nothing about who may speak.
static bool only_packs(struct gathering *gathering, const struct entry *entry)
{
	ProtobufCMessage *message;
	if (pb_unpack(&tributary__statements__descriptor, entry->payload, &gathering->arena, &message))
		return false;
	const Tributary__Statements *statements = (const Tributary__Statements *)message;
	bool only = true;
	for (size_t i = 0; i < statements->n_statements; i++)
		only &= statements->statements[i]->what_case == TRIBUTARY__STATEMENT__WHAT_PACK_PUBLISHED;
	return only;
}

static bool beside_the_point(void *context, const struct entry *entry)
{
	struct gathering *gathering = context;
	arena_reset(&gathering->arena);
	switch (entry->kind) {
	case ENTRY_STATEMENT: return only_packs(gathering, entry);
	case ENTRY_CUSTODY: return !about_the_member(gathering, entry);
	default: return entry->kind != ENTRY_INCARNATION;
	}
}

static void gather_log(struct gathering *gathering, const struct journal_log *log)
{
	for (uint64_t at = 0; at < log->head.size && !gathering->err;) {
		uint32_t count;
		gathering->err = frame_add(&gathering->writer, gathering->txn, log, at, log->head.size, NULL, beside_the_point, gathering, &count);
		if (!gathering->err && count == 0 && frame_empty(&gathering->writer))
			gathering->err = ERR_CORRUPT;
		if (count == 0)
			flush(gathering);
		at += count;
	}
}

// Those who speak for the unit: above it now, or when it stood elsewhere.
static bool speaks_for(struct gathering *gathering, const struct id *author)
{
	struct charter_change change;
	if (id_equal(author, gathering->unit) || charter_is_ancestor(gathering->txn, author, gathering->unit))
		return true;
	bool former = false;
	struct charter_walk walk = charter_past(gathering->txn, gathering->unit);
	while (!former && charter_past_next(&walk, &change))
		for (size_t i = 0; i < change.former_count; i++)
			former |= id_equal(&change.former[i], author);
	charter_walk_end(&walk);
	return former;
}

static void gather(struct gathering *gathering)
{
	struct scan scan = scan_begin(gathering->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (!gathering->err && scan_next(&scan)) {
		struct journal_log log;
		struct charter_device author;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(gathering->txn, number, &log) || log.name.lane != LANE_DOWN ||
		    charter_device_get(gathering->txn, &log.name.device, &author) || !author.server || !speaks_for(gathering, &author.unit))
			continue;
		gather_log(gathering, &log);
	}
	scan_end(&scan);
	if (!gathering->err)
		gathering->err = gathering->txn->err; // what could not be read is not left out
	flush(gathering);
}

// ---- The file ----

static void write_body(const struct letter *letter, struct buf *body)
{
	Tributary__LetterBody message = TRIBUTARY__LETTER_BODY__INIT;
	message.kind = letter->kind;
	message.root_key = pb_bytes(hash_span(&letter->root_key));
	message.unit = pb_bytes(id_span(&letter->unit));
	message.member = pb_bytes(id_span(&letter->member));
	message.record = pb_bytes(hash_span(&letter->record));
	message.day = letter->day;
	if (letter->kind == LETTER_OUT) {
		message.to = (char *)(uintptr_t)letter->to;
		message.name = (char *)(uintptr_t)letter->name;
		message.until = letter->until;
		message.pack = (char *)(uintptr_t)letter->pack;
		message.dossier = pb_bytes(letter->dossier);
	} else {
		message.answers = pb_bytes(hash_span(&letter->answers));
	}
	pb_pack(&message.base, body);
}

static enum err write_file(const struct gathering *gathering, const struct self *self, struct span body, struct buf *file)
{
	Tributary__Letter message = TRIBUTARY__LETTER__INIT;
	ProtobufCBinaryData frames[LETTER_FRAMES];
	struct hash name = hash_bytes(HASH_BLAKE2B_256, body);
	struct signature signature = identity_sign(&self->identity, LETTER_DOMAIN, hash_span(&name));
	for (size_t i = 0; i < gathering->count; i++)
		frames[i] = pb_bytes(buf_span(&gathering->frames[i]));
	message.body = pb_bytes(body);
	message.device = pb_bytes(hash_span(&self->identity.sign_public));
	message.signature = pb_bytes(span_of(signature.bytes, sizeof signature.bytes));
	message.n_frames = gathering->count;
	message.frames = frames;
	size_t start = file->size;
	buf_bytes(file, magic, sizeof magic);
	buf_u8(file, LETTER_VERSION);
	pb_pack(&message.base, file);
	if (file->err)
		return file->err;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(file->data + start, file->size - start));
	buf_bytes(file, digest.bytes, sizeof digest.bytes);
	return file->err ? file->err : file->size - start > LETTER_MAX_BYTES ? ERR_TOO_LARGE : ERR_OK;
}

enum err letter_make(struct txn *txn, const struct self *self, const struct letter *letter, struct buf *file)
{
	struct gathering *gathering = calloc(1, sizeof *gathering);
	struct buf body = BUF_EMPTY;
	if (!gathering)
		return ERR_NOMEM;
	*gathering = (struct gathering){ .txn = txn, .unit = &letter->unit, .member = &letter->member };
	arena_init(&gathering->arena, LIMIT_DECODE_BYTES);
	frame_writer_init(&gathering->writer);
	gathering->codec = frame_codec_new();
	gathering->err = gathering->codec ? ERR_OK : ERR_NOMEM;
	if (!gathering->err)
		gather(gathering);
	write_body(letter, &body);
	enum err err = gathering->err ? gathering->err : body.err;
	if (!err)
		err = write_file(gathering, self, buf_span(&body), file);
	for (size_t i = 0; i < gathering->count; i++)
		buf_free(&gathering->frames[i]);
	buf_free(&body);
	frame_writer_free(&gathering->writer);
	frame_codec_free(gathering->codec);
	arena_free(&gathering->arena);
	free(gathering);
	return err;
}

// ---- Checking ----

bool letter_is(struct span file)
{
	return file.size > sizeof magic && memcmp(file.data, magic, sizeof magic) == 0;
}

static enum err read_file(struct span file, struct arena *arena, const Tributary__Letter **letter)
{
	ProtobufCMessage *message;
	size_t head = sizeof magic + 1;
	if (!letter_is(file) || file.size < head + LIMIT_HASH_BYTES || file.size > LETTER_MAX_BYTES)
		return ERR_MALFORMED;
	if (file.data[sizeof magic] != LETTER_VERSION)
		return ERR_VERSION;
	size_t body = file.size - LIMIT_HASH_BYTES;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(file.data, body));
	if (memcmp(digest.bytes, file.data + body, LIMIT_HASH_BYTES) != 0)
		return ERR_CORRUPT;
	enum err err = pb_unpack(&tributary__letter__descriptor, span_of(file.data + head, body - head), arena, &message);
	*letter = (const Tributary__Letter *)message;
	return err;
}

static enum err read_body(struct span bytes, struct arena *arena, struct letter *letter)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__letter_body__descriptor, bytes, arena, &message);
	if (err)
		return err;
	const Tributary__LetterBody *body = (const Tributary__LetterBody *)message;
	*letter = (struct letter){ .kind = (enum letter_kind)body->kind, .to = body->to, .name = body->name, .pack = body->pack,
	                           .day = body->day, .until = body->until, .dossier = pb_span(body->dossier), .from = "" };
	if ((body->kind != LETTER_OUT && body->kind != LETTER_SLIP) || hash_read(pb_span(body->root_key), &letter->root_key) ||
	    id_read(pb_span(body->unit), &letter->unit) || id_read(pb_span(body->member), &letter->member) ||
	    hash_read(pb_span(body->record), &letter->record))
		return ERR_MALFORMED;
	if (body->kind == LETTER_SLIP)
		return hash_read(pb_span(body->answers), &letter->answers) ? ERR_MALFORMED : ERR_OK;
	bool fit = statement_text_fits(body->to, LIMIT_TITLE_BYTES) && statement_text_fits(body->name, LIMIT_TITLE_BYTES) &&
	           statement_text_fits(body->pack, LIMIT_NAME_BYTES);
	return fit ? ERR_OK : ERR_MALFORMED;
}

// One observer who knows nothing but the root key, and takes in what the file holds.
struct replay {
	struct txn txn;
	struct self self;
	struct view_pack pack;
	struct view view;
	struct arena *arena;
};

static enum err take_frame(struct replay *replay, struct frame_codec *codec, struct span frame)
{
	struct journal_range *ranges;
	size_t count;
	enum err err = frame_read(frame, codec, NULL, replay->arena, &ranges, &count);
	for (size_t i = 0; !err && i < count; i++) {
		struct journal_log log;
		uint64_t had;
		err = ranges[i].name.lane == LANE_DOWN ? journal_accept(&replay->txn, &ranges[i], &log, &had) : ERR_SIGNATURE;
		if (!err)
			err = view_catch_up(&replay->view, &log);
	}
	return err == ERR_GAP || err == ERR_FORK || err == ERR_FROZEN ? ERR_SIGNATURE : err;
}

static enum err take_frames(struct replay *replay, const Tributary__Letter *file)
{
	struct frame_codec *codec = frame_codec_new();
	enum err err = codec ? view_begin(&replay->view, &replay->txn, &replay->self, &replay->pack) : ERR_NOMEM;
	bool begun = codec && !err;
	for (size_t i = 0; !err && i < file->n_frames; i++)
		err = take_frame(replay, codec, pb_span(file->frames[i]));
	enum err ended = begun ? view_end(&replay->view) : ERR_OK;
	frame_codec_free(codec);
	return err ? err : ended;
}

// "county/township/branch"
static enum err name_unit(struct replay *replay, const struct id *unit, const char **name)
{
	struct id path[LIMIT_TREE_LEVELS];
	struct charter_unit row;
	struct buf text = BUF_EMPTY;
	size_t count;
	enum err err = charter_path(&replay->txn, unit, path, &count);
	for (size_t i = count; !err && i-- > 0;) {
		err = charter_unit_get(&replay->txn, &path[i], &row);
		if (text.size)
			buf_u8(&text, '/');
		buf_string(&text, err ? "" : row.name);
	}
	*name = err || text.err ? NULL : arena_string(replay->arena, buf_span(&text));
	err = err ? err : text.err ? text.err : *name ? ERR_OK : ERR_BUDGET;
	buf_free(&text);
	return err;
}

// May the device speak for the unit, and does the member's last record here say what the letter says?
static enum err judge(struct replay *replay, const Tributary__Letter *file, struct letter *letter)
{
	struct charter_device device;
	struct custody_entry last;
	struct hash key;
	if (hash_read(pb_span(file->device), &key) || charter_device_get(&replay->txn, &key, &device) || device.revoked ||
	    !id_equal(&device.unit, &letter->unit) || custody_chain_last(&replay->txn, &letter->member, &last) ||
	    !hash_equal(&last.digest, &letter->record) || !id_equal(&last.record.home, &letter->unit))
		return ERR_SIGNATURE;
	if ((letter->kind == LETTER_OUT) != (last.record.cause == CUSTODY_CAUSE_LETTER))
		return ERR_SIGNATURE;
	enum err err = name_unit(replay, &letter->unit, &letter->from);
	return err == ERR_NOT_FOUND ? ERR_SIGNATURE : err;
}

static enum err check_signature(const Tributary__Letter *file)
{
	struct hash key, name = hash_bytes(HASH_BLAKE2B_256, pb_span(file->body));
	struct signature signature;
	if (hash_read(pb_span(file->device), &key) || file->signature.len != sizeof signature.bytes)
		return ERR_MALFORMED;
	memcpy(signature.bytes, file->signature.data, sizeof signature.bytes);
	return identity_verify(&key, LETTER_DOMAIN, hash_span(&name), &signature);
}

enum err letter_check(struct span bytes, const struct proof_reader *reader, struct arena *arena, struct letter *letter)
{
	const Tributary__Letter *file;
	struct replay replay = { .arena = arena };
	enum err err = read_file(bytes, arena, &file);
	if (!err)
		err = check_signature(file);
	if (!err)
		err = read_body(pb_span(file->body), arena, letter);
	struct store *store = err ? NULL : reader->fresh(reader->context);
	if (err || !store)
		return err ? err : ERR_NOMEM;
	replay.self.root_key = letter->root_key;
	replay.self.unit = letter->unit;
	view_pack_init(&replay.pack);
	err = txn_begin(store, STORE_WRITE, &replay.txn);
	if (!err) {
		err = self_save(&replay.txn, &replay.self);
		if (!err)
			err = take_frames(&replay, file);
		if (!err)
			err = judge(&replay, file, letter);
		if (err == ERR_SIGNATURE && replay.txn.err) // it could not be read: not the letter's fault
			err = replay.txn.err;
		txn_abort(&replay.txn);
	}
	view_pack_free(&replay.pack);
	reader->drop(reader->context, store);
	return err;
}
