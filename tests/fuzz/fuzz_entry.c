// Runs of packed entries: stepping over them and unpacking them agree, and what was unpacked packs to the
// same bytes, erased ones as well.
#include "fuzz.h"

#include "log/entry.h"

static void unpack_all(struct span run, struct buf *again)
{
	struct reader unpacking = reader_of(run), stepping = reader_of(run);
	uint64_t before = 0, stepped = 0, last = 0;
	for (uint64_t seq = 0; reader_left(&unpacking) > 0; seq++) {
		struct entry entry, light;
		enum err err = entry_unpack(&unpacking, seq, &before, &entry);
		FUZZ_HOLDS(entry_step(&stepping, seq, &stepped, &light) == err);
		if (err)
			return;
		FUZZ_HOLDS(light.kind == entry.kind && light.time == entry.time && light.size == entry.size);
		FUZZ_HOLDS(light.erased == entry.erased && before == stepped && unpacking.at == stepping.at);
		uint8_t header[ENTRY_HEADER_BYTES];
		struct entry read;
		entry_header(&entry, header);
		FUZZ_HOLDS(entry_header_decode(header, &read) == ERR_OK && read.seq == seq && read.kind == entry.kind);
		entry_pack(again, &entry, last);
		last = entry.time;
	}
	FUZZ_HOLDS(again->err || span_equal(buf_span(again), run));
}

const unsigned fuzz_effort = 200;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_EMPTY;
	unpack_all(span_of(data, size), &again);
	buf_free(&again);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const payloads[] = { "", "a", "a longer payload of some words" };
	if (number >= 3)
		return false;
	uint64_t before = 0;
	for (unsigned i = 0; i <= number; i++) {
		struct entry entry = { .seq = i, .time = 1000 * i, .kind = 1 + i, .payload = span_string(payloads[i]), .erased = i == 1 };
		entry.size = (uint32_t)entry.payload.size;
		entry.payload_hash = hash_bytes(HASH_BLAKE2B_256, entry.payload);
		if (entry.erased)
			entry.payload = span_of(NULL, 0);
		entry_pack(input, &entry, before);
		before = entry.time;
	}
	return true;
}
