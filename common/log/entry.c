// Entries: the header that is hashed, and the packed form that rests and travels. The packing is
// a bijection (minimal varints, time modulo 2^64), so the header comes back bit for bit.
#include "log/entry.h"

#include <assert.h>

#include "base/bytes.h"

static const struct {
	uint32_t kind;
	const char *name;
} kinds[] = {
	{ .kind = ENTRY_CHANGES, .name = "changes" },
	{ .kind = ENTRY_TALLY, .name = "tally" },
	{ .kind = ENTRY_STATEMENT, .name = "statement" },
	{ .kind = ENTRY_EPOCH, .name = "epoch" },
	{ .kind = ENTRY_INCARNATION, .name = "incarnation" },
	{ .kind = ENTRY_MAIL, .name = "mail" },
	{ .kind = ENTRY_SEALED, .name = "sealed" },
	{ .kind = ENTRY_SUBMISSION, .name = "submission" },
	{ .kind = ENTRY_REVIEW, .name = "review" },
	{ .kind = ENTRY_REQUEST, .name = "request" },
	{ .kind = ENTRY_REPLY, .name = "reply" },
	{ .kind = ENTRY_CUSTODY, .name = "custody" },
	{ .kind = ENTRY_TRANSFER, .name = "transfer" },
	{ .kind = ENTRY_RECEIPTS, .name = "receipts" },
	{ .kind = ENTRY_PIECE, .name = "piece" },
	{ .kind = ENTRY_PICTURE, .name = "picture" },
};

#define ENTRY_ONE(name, number, payload) +1
static_assert(sizeof kinds / sizeof kinds[0] == 0 ENTRY_KINDS(ENTRY_ONE), "every kind has its name");
#undef ENTRY_ONE

const char *entry_kind_name(uint32_t kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "unknown";
}

void entry_header(const struct entry *entry, uint8_t header[static ENTRY_HEADER_BYTES])
{
	bytes_put_u64(header, entry->seq);
	bytes_put_u64(header + 8, entry->time);
	bytes_put_u32(header + 16, entry->kind);
	bytes_put_u32(header + 20, entry->size);
	memcpy(header + 24, entry->payload_hash.bytes, LIMIT_HASH_BYTES);
}

enum err entry_header_decode(const uint8_t header[static ENTRY_HEADER_BYTES], struct entry *entry)
{
	*entry = (struct entry){
		.seq = bytes_get_u64(header),
		.time = bytes_get_u64(header + 8),
		.kind = bytes_get_u32(header + 16),
		.size = bytes_get_u32(header + 20),
	};
	memcpy(entry->payload_hash.bytes, header + 24, LIMIT_HASH_BYTES);
	return entry->size <= LIMIT_PAYLOAD_BYTES ? ERR_OK : ERR_TOO_LARGE;
}

struct hash entry_leaf(const struct entry *entry)
{
	uint8_t header[ENTRY_HEADER_BYTES];
	entry_header(entry, header);
	return hash_leaf(HASH_BLAKE2B_256, span_of(header, sizeof header));
}

void entry_pack(struct buf *buf, const struct entry *entry, uint64_t before)
{
	assert(entry->erased || entry->payload.size == entry->size);
	buf_varint(buf, (uint64_t)entry->size * 2 + entry->erased);
	buf_varint(buf, entry->kind);
	buf_zigzag(buf, (int64_t)(entry->time - before));
	if (entry->erased)
		buf_bytes(buf, entry->payload_hash.bytes, LIMIT_HASH_BYTES);
	else
		buf_bytes(buf, entry->payload.data, entry->payload.size);
}

enum err entry_step(struct reader *run, uint64_t seq, uint64_t *before, struct entry *entry)
{
	uint64_t size = reader_varint(run);
	uint64_t kind = reader_varint(run);
	int64_t since = reader_zigzag(run);
	if (run->err || kind > UINT32_MAX)
		return ERR_MALFORMED;
	if (size / 2 > LIMIT_PAYLOAD_BYTES)
		return ERR_TOO_LARGE;
	*entry = (struct entry){
		.seq = seq,
		.time = *before + (uint64_t)since,
		.kind = (uint32_t)kind,
		.size = (uint32_t)(size / 2),
		.erased = size % 2 == 1,
	};
	if (entry->erased)
		reader_copy(run, entry->payload_hash.bytes, LIMIT_HASH_BYTES);
	else
		entry->payload = reader_bytes(run, entry->size);
	*before = entry->time;
	return run->err;
}

enum err entry_unpack(struct reader *run, uint64_t seq, uint64_t *before, struct entry *entry)
{
	enum err err = entry_step(run, seq, before, entry);
	if (!err && !entry->erased)
		entry->payload_hash = hash_bytes(HASH_BLAKE2B_256, entry->payload);
	return err;
}
