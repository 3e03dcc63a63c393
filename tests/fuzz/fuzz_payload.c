// Payloads of entries behind a first byte that says of which kind: what decodes encodes to what decodes to
// the same again.
#include "fuzz.h"

#include "base/limits.h"
#include "ledger/change.h"
#include "ledger/tally.h"
#include "support/ledger_fixture.h"

static void changes(struct span payload, struct arena *arena)
{
	struct changes first, second;
	struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
	if (change_decode(payload, arena, &first) == ERR_OK) {
		change_encode(&first, &once);
		FUZZ_HOLDS(!once.err && change_decode(buf_span(&once), arena, &second) == ERR_OK);
		change_encode(&second, &twice);
		FUZZ_HOLDS(span_equal(buf_span(&once), buf_span(&twice)));
	}
	buf_free(&once);
	buf_free(&twice);
}

static void tally(struct span payload, struct arena *arena)
{
	struct tally first, second;
	struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
	if (tally_decode(payload, arena, &first) == ERR_OK) {
		tally_encode(&first, &once);
		FUZZ_HOLDS(!once.err && tally_decode(buf_span(&once), arena, &second) == ERR_OK);
		tally_encode(&second, &twice);
		FUZZ_HOLDS(span_equal(buf_span(&once), buf_span(&twice)));
	}
	buf_free(&once);
	buf_free(&twice);
}

static void cells(struct span payload, struct arena *arena)
{
	struct cell *list;
	size_t count;
	struct buf again = BUF_EMPTY;
	if (cell_unpack(payload, arena, &list, &count) == ERR_OK) {
		cell_pack(list, count, &again);
		FUZZ_HOLDS(again.err || span_equal(buf_span(&again), payload));
	}
	buf_free(&again);
}

static void (*const kinds[])(struct span payload, struct arena *arena) = { changes, tally, cells };

const unsigned fuzz_effort = 200;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	if (size == 0)
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	kinds[data[0] % 3](span_of(data + 1, size - 1), &arena);
	arena_free(&arena);
	return 0;
}

static void seed_changes(struct buf *input)
{
	const struct hash log = small_hash(7);
	const struct change_pred preds[] = { { .log = NULL, .seq = 3 }, { .log = &log, .seq = 900 } };
	const struct change_write writes[] = {
		{ .field = 1, .chain = 1, .value = text_value("春耕") },
		{ .field = 3, .element = span_string("key"), .chain = 4, .pred_count = 2, .preds = preds, .value = number_value(-5) },
		{ .field = 0, .chain = 2, .pred_count = 1, .preds = preds, .value = number_value(1) },
	};
	const struct change change = { .record = small_id(9), .kind = 2, .write_count = 3, .writes = writes };
	const struct changes all = { .unit = small_id(1), .pack_version = 2, .count = 1, .changes = &change };
	change_encode(&all, input);
}

static const struct cell some_cells[] = {
	{ .key = { .metric = 1, .month = 24315 }, .value = 3 },
	{ .key = { .metric = 1, .dimension = 2, .bucket = 7, .month = 24314 }, .value = -70000 },
	{ .key = { .metric = 0xff01, .month = 24316 }, .value = CELL_VALUE_MAX },
};

bool fuzz_seed(unsigned number, struct buf *input)
{
	const struct tally_frontier frontier[] = { { .log = small_hash(3), .size = 12, .root = small_hash(4) } };
	const struct tally one = { .unit = small_id(2), .revision = 3, .previous = 9, .through = 24315, .pack_version = 1,
	                           .frontier_count = 1, .frontier = frontier, .cell_count = 3, .cells = some_cells };
	if (number >= 3)
		return false;
	buf_u8(input, (uint8_t)number);
	if (number == 0)
		seed_changes(input);
	else if (number == 1)
		tally_encode(&one, input);
	else
		cell_pack(some_cells, 3, input);
	return true;
}
