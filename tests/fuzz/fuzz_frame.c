// Frames and the ranges in them. An even first byte: the bytes as they came. An odd one: compressed as an
// honest sender would, so that what stands inside is reached; each range is offered to a store that
// has a log already, which must stay whole.
#include "fuzz.h"

#include <sodium.h>

#include "base/limits.h"
#include "io/store_memory.h"
#include "sync/frame.h"

static struct identity author(void)
{
	struct identity identity;
	const uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	FUZZ_HOLDS(sodium_init() >= 0);
	identity_derive(seed, &identity);
	return identity;
}

static struct logname name_of(const struct identity *identity)
{
	return (struct logname){ .device = identity->sign_public, .incarnation = { .bytes = { 3 } }, .lane = LANE_UP };
}

static void write_entries(struct txn *txn, const struct identity *identity, unsigned count)
{
	const struct logname name = name_of(identity);
	struct journal_writer writer;
	uint64_t seq;
	FUZZ_HOLDS(journal_writer_begin(&writer, txn, &name) == ERR_OK);
	for (unsigned i = 0; i < count; i++)
		FUZZ_HOLDS(journal_writer_append(&writer, ENTRY_CHANGES, 1000 + i, span_of("payload", i % 8), &seq) == ERR_OK);
	FUZZ_HOLDS(journal_writer_finish(&writer, identity, 2000) == ERR_OK);
}

static void offer(const struct journal_range *ranges, size_t count)
{
	const struct identity identity = author();
	struct store *store = store_memory_new();
	struct txn txn;
	FUZZ_HOLDS(store && txn_begin(store, STORE_WRITE, &txn) == ERR_OK);
	write_entries(&txn, &identity, 5);
	for (size_t i = 0; i < count; i++) {
		struct journal_log log;
		uint64_t had, bad;
		journal_accept(&txn, &ranges[i], &log, &had);
		FUZZ_HOLDS(txn.err == ERR_OK);
		const struct logname name = name_of(&identity);
		const struct hash id = logname_id(&name);
		FUZZ_HOLDS(journal_find(&txn, &id, &log) == ERR_OK && log.peaks.size >= 5);
		FUZZ_HOLDS(journal_verify(&txn, &log, &bad) == ERR_OK);
	}
	txn_abort(&txn);
	store_memory_free(store);
}

const unsigned fuzz_effort = 200;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame_codec *codec;
	struct arena arena;
	struct journal_range *ranges;
	size_t count;
	struct buf frame = BUF_EMPTY;
	if (!codec)
		codec = frame_codec_new();
	if (size == 0)
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (data[0] & 1) {
		struct frame_writer writer;
		frame_writer_init(&writer);
		buf_bytes(&writer.raw, data + 1, size - 1);
		writer.entries = 1;
		frame_finish(&writer, codec, &frame);
		frame_writer_free(&writer);
	} else {
		buf_bytes(&frame, data + 1, size - 1);
	}
	if (!frame.err && frame_read(buf_span(&frame), codec, NULL, &arena, &ranges, &count) == ERR_OK)
		offer(ranges, count);
	buf_free(&frame);
	arena_free(&arena);
	return 0;
}

// What the author wrote beyond the five that the store has; whole, and as the sender compressed it.
bool fuzz_seed(unsigned number, struct buf *input)
{
	const struct identity identity = author();
	const struct logname name = name_of(&identity);
	const struct hash id = logname_id(&name);
	struct frame_writer writer;
	struct journal_log log;
	struct txn txn;
	uint32_t count;
	if (number >= 4)
		return false;
	struct store *store = store_memory_new();
	struct frame_codec *codec = frame_codec_new();
	FUZZ_HOLDS(store && codec && txn_begin(store, STORE_WRITE, &txn) == ERR_OK);
	write_entries(&txn, &identity, 5);
	write_entries(&txn, &identity, 4);
	FUZZ_HOLDS(journal_find(&txn, &id, &log) == ERR_OK);
	frame_writer_init(&writer);
	FUZZ_HOLDS(frame_add(&writer, &txn, &log, number & 2 ? 5 : 0, 9, NULL, NULL, NULL, &count) == ERR_OK);
	buf_u8(input, (uint8_t)number & 1);
	if (number & 1)
		buf_bytes(input, writer.raw.data, writer.raw.size);
	else
		FUZZ_HOLDS(frame_finish(&writer, codec, input) == ERR_OK);
	frame_writer_free(&writer);
	txn_abort(&txn);
	frame_codec_free(codec);
	store_memory_free(store);
	return true;
}
