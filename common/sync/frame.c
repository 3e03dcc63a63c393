#include "sync/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/pb.h"
#include "wire.pb-c.h"

extern const unsigned char wire_dict[], wire_dict_2[];
extern const size_t wire_dict_size, wire_dict_2_size;

enum {
	FRAME_VERSION = 1,
	FRAME_VERSION_AFTER = 2,         // behind a history
	FRAME_VERSION_LATER = 3,         // with a later dictionary than the first
	FRAME_LEVEL = 3,
	FRAME_LEVEL_HARD = 12,           // of small frames, where it costs little, and of all on a thin road
	FRAME_SMALL_BYTES = 16 * 1024,   // half a millisecond
	FRAME_AFTER_BYTES = 64 * 1024,   // a frame of more has a history of its own
	FRAME_DIGEST_BYTES = 4,
	FRAME_RANGE_OVERHEAD = 8 * 1024, // name, head, a full consistency proof and tags
	FRAME_TAG_RANGES = 0x0a,         // field 1, length-delimited
};

struct frame_codec {
	ZSTD_CCtx *pack, *pack_after;     // with a dictionary of the protocol, which brings its level; with a history
	ZSTD_DCtx *unpack, *unpack_after;
	struct dictionary {
		struct span bytes;        // borrowed
		ZSTD_CDict *packing[2];   // made when first used; the second packs hard
		ZSTD_DDict *unpacking;
	} dictionaries[FRAME_DICTIONARIES]; // by number less one
	unsigned newest;
};

static bool set_up(ZSTD_CCtx *pack, int level)
{
	return pack && !ZSTD_isError(ZSTD_CCtx_setParameter(pack, ZSTD_c_compressionLevel, level)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(pack, ZSTD_c_contentSizeFlag, 0)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(pack, ZSTD_c_dictIDFlag, 0));
}

static bool pack_with(struct frame_codec *codec, unsigned number, bool hard)
{
	struct dictionary *dictionary = &codec->dictionaries[number - 1];
	ZSTD_CDict **packing = &dictionary->packing[hard];
	if (!*packing)
		*packing = ZSTD_createCDict(dictionary->bytes.data, dictionary->bytes.size, hard ? FRAME_LEVEL_HARD : FRAME_LEVEL);
	return *packing && !ZSTD_isError(ZSTD_CCtx_refCDict(codec->pack, *packing));
}

static bool unpack_with(struct frame_codec *codec, unsigned number)
{
	struct dictionary *dictionary = &codec->dictionaries[number - 1];
	if (!dictionary->unpacking)
		dictionary->unpacking = ZSTD_createDDict(dictionary->bytes.data, dictionary->bytes.size);
	return dictionary->unpacking && !ZSTD_isError(ZSTD_DCtx_refDDict(codec->unpack, dictionary->unpacking));
}

unsigned frame_codec_newest(const struct frame_codec *codec)
{
	return codec->newest;
}

unsigned frame_codec_common(const struct frame_codec *codec, uint32_t theirs)
{
	return theirs < FRAME_DICTIONARY_FIRST ? FRAME_DICTIONARY_FIRST : theirs < codec->newest ? theirs : codec->newest;
}

struct frame_codec *frame_codec_new(void)
{
	const struct span known[] = { span_of(wire_dict, wire_dict_size), span_of(wire_dict_2, wire_dict_2_size) };
	return frame_codec_new_with(known, sizeof known / sizeof known[0]);
}

struct frame_codec *frame_codec_new_with(const struct span *dictionaries, size_t count)
{
	struct frame_codec *codec = calloc(1, sizeof *codec);
	assert(count >= FRAME_DICTIONARY_FIRST && count <= FRAME_DICTIONARIES);
	if (!codec)
		return NULL;
	for (size_t i = 0; i < count; i++)
		codec->dictionaries[i].bytes = dictionaries[i];
	codec->newest = (unsigned)count;
	codec->pack = ZSTD_createCCtx();
	codec->pack_after = ZSTD_createCCtx();
	codec->unpack = ZSTD_createDCtx();
	codec->unpack_after = ZSTD_createDCtx();
	bool ready = set_up(codec->pack, FRAME_LEVEL) && set_up(codec->pack_after, FRAME_LEVEL_HARD) && codec->unpack &&
	             codec->unpack_after;
	if (ready)
		return codec;
	frame_codec_free(codec);
	return NULL;
}

void frame_codec_free(struct frame_codec *codec)
{
	if (!codec)
		return;
	for (size_t i = 0; i < FRAME_DICTIONARIES; i++) {
		ZSTD_freeCDict(codec->dictionaries[i].packing[0]);
		ZSTD_freeCDict(codec->dictionaries[i].packing[1]);
		ZSTD_freeDDict(codec->dictionaries[i].unpacking);
	}
	ZSTD_freeCCtx(codec->pack);
	ZSTD_freeCCtx(codec->pack_after);
	ZSTD_freeDCtx(codec->unpack);
	ZSTD_freeDCtx(codec->unpack_after);
	free(codec);
}

void frame_writer_init(struct frame_writer *writer)
{
	*writer = (struct frame_writer){ .raw = BUF_EMPTY, .run = BUF_EMPTY, .dictionary = FRAME_DICTIONARY_FIRST,
	                                 .limit = LIMIT_FRAME_RAW_BYTES / 2 };
}

void frame_writer_free(struct frame_writer *writer)
{
	buf_free(&writer->raw);
	buf_free(&writer->run);
}

bool frame_empty(const struct frame_writer *writer)
{
	return writer->entries == 0;
}

// Like journal_pack, leaving out payloads that this reader is not to have.
static enum err pack_withheld(struct txn *txn, const struct journal_log *log, uint64_t from, uint32_t room, size_t bytes,
                              bool (*withheld)(void *context, const struct entry *entry), void *context, struct buf *run,
                              uint32_t *count)
{
	struct entry entry;
	uint64_t before = 0;
	struct journal_reader reader = journal_reader_begin(txn, log, from, log->head.size);
	while (*count < room && (run->size == 0 || run->size < bytes) && journal_reader_next(&reader, &entry)) {
		entry.erased = entry.erased || withheld(context, &entry);
		entry_pack(run, &entry, before);
		before = entry.time;
		++*count;
	}
	return journal_reader_end(&reader);
}

// Names a log to the reader: by its lane alone where device and life are the session's own.
static size_t range_name(const struct logname *name, const struct logname *home, uint8_t bytes[static LOGNAME_BYTES])
{
	if (home && hash_equal(&name->device, &home->device) && id_equal(&name->incarnation, &home->incarnation)) {
		bytes[0] = (uint8_t)name->lane;
		return 1;
	}
	logname_encode(name, bytes);
	return LOGNAME_BYTES;
}

static enum err add_range(struct frame_writer *writer, struct txn *txn, const struct journal_log *log, uint64_t from,
                          uint32_t count, const struct logname *home)
{
	uint8_t name[LOGNAME_BYTES], head[HEAD_BYTES];
	struct merkle_proof proof = { .count = 0 };
	ProtobufCBinaryData steps[LIMIT_PROOF_HASHES];
	Tributary__Range range = TRIBUTARY__RANGE__INIT;

	head_encode(&log->head, head);
	if (from + count < log->head.size) {
		enum err err = journal_prove_consistency(txn, log, from + count, log->head.size, &proof);
		if (err)
			return err;
	}
	for (size_t i = 0; i < proof.count; i++)
		steps[i] = pb_bytes(hash_span(&proof.hash[i]));
	range.device = pb_bytes(span_of(name, range_name(&log->name, home, name)));
	range.from = from;
	range.count = count;
	range.entries = pb_bytes(buf_span(&writer->run));
	range.head = pb_bytes(span_of(head, sizeof head));
	range.n_proof = proof.count;
	range.proof = steps;

	buf_u8(&writer->raw, FRAME_TAG_RANGES);
	buf_varint(&writer->raw, protobuf_c_message_get_packed_size(&range.base));
	pb_pack(&range.base, &writer->raw);
	return writer->raw.err;
}

enum err frame_add(struct frame_writer *writer, struct txn *txn, const struct journal_log *log, uint64_t from,
                   uint64_t to, const struct logname *home, bool (*withheld)(void *context, const struct entry *entry), void *context,
                   uint32_t *count)
{
	*count = 0;
	uint32_t room = LIMIT_FRAME_ENTRIES - writer->entries;
	size_t used = writer->raw.size;
	// A run may overshoot by one entry, which with what stands around it always fits in the other half of a frame.
	assert(writer->limit > FRAME_RANGE_OVERHEAD && writer->limit <= LIMIT_FRAME_RAW_BYTES / 2);
	bool full = used > 0 && used + FRAME_RANGE_OVERHEAD >= writer->limit;
	if (from >= to || from >= log->head.size || room == 0 || full)
		return ERR_OK;
	if (room > to - from)
		room = (uint32_t)(to - from);
	buf_clear(&writer->run);
	enum err err = withheld ? pack_withheld(txn, log, from, room, writer->limit - used, withheld, context, &writer->run, count)
	                        : journal_pack(txn, log, from, room, writer->limit - used, &writer->run, count);
	if (!err)
		err = writer->run.err;
	if (!err && *count > 0)
		err = add_range(writer, txn, log, from, *count, home);
	if (!err)
		writer->entries += *count;
	return err;
}

// Compresses what was gathered behind what the frame says so far, and empties the writer.
static enum err pack_raw(struct frame_writer *writer, ZSTD_CCtx *pack, struct buf *frame)
{
	size_t bound = ZSTD_compressBound(writer->raw.size), start = frame->size;
	uint8_t *to = buf_extend(frame, bound);
	if (!to)
		return frame->err;
	size_t packed = ZSTD_compress2(pack, to, bound, writer->raw.data, writer->raw.size);
	if (ZSTD_isError(packed))
		return ERR_NOMEM;
	frame->size = start + packed;
	buf_clear(&writer->raw);
	writer->entries = 0;
	return ERR_OK;
}

enum err frame_finish(struct frame_writer *writer, struct frame_codec *codec, struct buf *frame)
{
	assert(writer->dictionary >= FRAME_DICTIONARY_FIRST && writer->dictionary <= codec->newest);
	bool later = writer->dictionary > FRAME_DICTIONARY_FIRST;
	if (!pack_with(codec, writer->dictionary, writer->thin || writer->raw.size <= FRAME_SMALL_BYTES))
		return ERR_NOMEM;
	buf_u8(frame, later ? FRAME_VERSION_LATER : FRAME_VERSION);
	if (later)
		buf_u8(frame, (uint8_t)writer->dictionary);
	buf_varint(frame, writer->raw.size);
	return pack_raw(writer, codec->pack, frame);
}

static enum err finish_after(struct frame_writer *writer, struct frame_codec *codec, const struct frame_history *history,
                             struct span before, struct buf *frame)
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, before);
	if (ZSTD_isError(ZSTD_CCtx_loadDictionary(codec->pack_after, before.data, before.size)))
		return ERR_NOMEM;
	buf_u8(frame, FRAME_VERSION_AFTER);
	buf_varint(frame, writer->raw.size);
	buf_u8(frame, (uint8_t)history->count);
	for (size_t i = 0; i < history->count; i++) {
		buf_u8(frame, (uint8_t)history->log[i].lane);
		buf_varint(frame, history->log[i].end);
	}
	buf_bytes(frame, digest.bytes, FRAME_DIGEST_BYTES);
	return pack_raw(writer, codec->pack_after, frame);
}

enum err frame_finish_after(struct frame_writer *writer, struct frame_codec *codec, struct txn *txn,
                            const struct logname *home, const struct frame_history *history, struct buf *frame)
{
	struct buf before = BUF_EMPTY;
	bool after = history->count > 0 && writer->raw.size <= FRAME_AFTER_BYTES;
	if (after && frame_history_load(txn, home, history, &before) == ERR_OK && !txn->err) {
		enum err err = finish_after(writer, codec, history, buf_span(&before), frame);
		buf_free(&before);
		return err;
	}
	buf_free(&before);
	return txn->err ? txn->err : frame_finish(writer, codec, frame);
}

// A frame being unpacked.
struct unpacking {
	struct frame_codec *codec;
	struct txn *txn;             // NULL: no history may stand before it
	const struct logname *home;
	struct frame_history *history;
	struct reader reader;
	size_t size;                 // raw
};

static enum err read_history(struct unpacking *unpacking, uint8_t digest[static FRAME_DIGEST_BYTES])
{
	struct reader *reader = &unpacking->reader;
	struct frame_history *history = unpacking->history;
	unsigned count = reader_u8(reader);
	if (reader->err || count == 0 || count > FRAME_HISTORY_LOGS)
		return ERR_MALFORMED;
	for (history->count = 0; history->count < count; history->count++) {
		unsigned lane = reader_u8(reader);
		if (!lane_valid(lane))
			return ERR_MALFORMED;
		history->log[history->count].lane = (enum lane)lane;
		history->log[history->count].end = reader_varint(reader);
	}
	reader_copy(reader, digest, FRAME_DIGEST_BYTES);
	return reader->err;
}

// Makes the decompressor ready: *unpack, with the history that this frame stands on.
static enum err prepare_after(struct unpacking *unpacking, ZSTD_DCtx **unpack)
{
	uint8_t digest[FRAME_DIGEST_BYTES];
	struct buf before = BUF_EMPTY;
	if (!unpacking->txn || !unpacking->home)
		return ERR_VERSION;
	if (unpacking->size > FRAME_AFTER_BYTES)
		return ERR_TOO_LARGE;
	enum err err = read_history(unpacking, digest);
	if (!err)
		err = frame_history_load(unpacking->txn, unpacking->home, unpacking->history, &before);
	if (!err) {
		struct hash held = hash_bytes(HASH_BLAKE2B_256, buf_span(&before));
		err = memcmp(held.bytes, digest, sizeof digest) == 0 ? ERR_OK : ERR_GAP;
	}
	*unpack = unpacking->codec->unpack_after;
	if (!err && ZSTD_isError(ZSTD_DCtx_loadDictionary(*unpack, before.data, before.size)))
		err = ERR_NOMEM;
	buf_free(&before);
	return err;
}

static enum err inflate(struct unpacking *unpacking, struct arena *arena, struct span *raw)
{
	struct reader *reader = &unpacking->reader;
	ZSTD_DCtx *unpack = unpacking->codec->unpack;
	uint8_t version = reader_u8(reader);
	unsigned dictionary = version == FRAME_VERSION_LATER ? reader_u8(reader) : FRAME_DICTIONARY_FIRST;
	uint64_t size = reader_varint(reader);
	if (reader->err)
		return ERR_MALFORMED;
	if (version < FRAME_VERSION || version > FRAME_VERSION_LATER || dictionary > unpacking->codec->newest)
		return ERR_VERSION;
	if (dictionary < FRAME_DICTIONARY_FIRST || (version == FRAME_VERSION_LATER && dictionary == FRAME_DICTIONARY_FIRST))
		return ERR_MALFORMED;
	if (size > LIMIT_FRAME_RAW_BYTES)
		return ERR_TOO_LARGE;
	unpacking->size = (size_t)size;
	enum err err = version == FRAME_VERSION_AFTER               ? prepare_after(unpacking, &unpack)
	               : unpack_with(unpacking->codec, dictionary) ? ERR_OK
	                                                           : ERR_NOMEM;
	if (err)
		return err;
	uint8_t *to = arena_alloc(arena, (size_t)size);
	if (!to)
		return ERR_BUDGET;
	size_t got = ZSTD_decompressDCtx(unpack, to, (size_t)size, reader->at, reader_left(reader));
	if (ZSTD_isError(got) || got != size)
		return ERR_MALFORMED;
	*raw = span_of(to, (size_t)size);
	return ERR_OK;
}

static enum err read_name(struct span bytes, const struct logname *home, struct logname *name)
{
	if (bytes.size != 1)
		return logname_decode(bytes, name);
	if (!home || !lane_valid(bytes.data[0]))
		return ERR_MALFORMED;
	*name = *home;
	name->lane = (enum lane)bytes.data[0];
	return ERR_OK;
}

static enum err read_range(const Tributary__Range *from, const struct logname *home, struct journal_range *range)
{
	enum err err = read_name(pb_span(from->device), home, &range->name);
	if (!err)
		err = head_decode(pb_span(from->head), &range->head);
	if (err)
		return err;
	if (from->count == 0 || from->count > LIMIT_FRAME_ENTRIES || from->n_proof > LIMIT_PROOF_HASHES)
		return ERR_MALFORMED;
	range->from = from->from;
	range->count = from->count;
	range->entries = pb_span(from->entries);
	range->proof.count = from->n_proof;
	for (size_t i = 0; i < from->n_proof; i++)
		if (hash_read(pb_span(from->proof[i]), &range->proof.hash[i]))
			return ERR_MALFORMED;
	return ERR_OK;
}

static enum err read_frame(struct unpacking *unpacking, struct arena *arena, struct journal_range **ranges, size_t *count)
{
	struct span raw;
	ProtobufCMessage *message;
	enum err err = inflate(unpacking, arena, &raw);
	if (!err)
		err = pb_unpack(&tributary__frame__descriptor, raw, arena, &message);
	if (err)
		return err;
	const Tributary__Frame *decoded = (const Tributary__Frame *)message;
	*count = decoded->n_ranges;
	*ranges = arena_array(arena, decoded->n_ranges, sizeof **ranges);
	if (!*ranges)
		return ERR_BUDGET;
	uint64_t entries = 0;
	for (size_t i = 0; i < decoded->n_ranges && !err; i++) {
		err = read_range(decoded->ranges[i], unpacking->home, &(*ranges)[i]);
		entries += (*ranges)[i].count;
	}
	return !err && entries > LIMIT_FRAME_ENTRIES ? ERR_TOO_LARGE : err;
}

enum err frame_read(struct span frame, struct frame_codec *codec, const struct logname *home, struct arena *arena,
                    struct journal_range **ranges, size_t *count)
{
	struct unpacking unpacking = { .codec = codec, .home = home, .reader = reader_of(frame) };
	return read_frame(&unpacking, arena, ranges, count);
}

enum err frame_read_after(struct span frame, struct frame_codec *codec, struct txn *txn, const struct logname *home,
                          struct arena *arena, struct frame_history *history, struct journal_range **ranges, size_t *count)
{
	struct unpacking unpacking = { .codec = codec, .txn = txn, .home = home, .history = history, .reader = reader_of(frame) };
	*history = (struct frame_history){ .count = 0 };
	return read_frame(&unpacking, arena, ranges, count);
}
