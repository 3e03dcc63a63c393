#include "support/tally_desk.h"

#include "base/bytes.h"
#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

void tally_desk_open(struct tally_desk *desk)
{
	desk->store = store_memory_new();
	arena_init(&desk->arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
}

void tally_desk_close(struct tally_desk *desk)
{
	txn_abort(&desk->txn);
	arena_free(&desk->arena);
	store_memory_free(desk->store);
}

void tally_desk_name_log(struct txn *txn, uint32_t number, uint8_t name)
{
	uint8_t key[4];
	struct hash id = small_hash(name);
	bytes_put_u32(key, number);
	assert_ok(txn_put(txn, STORE_LOG_NUMBER, span_of(key, sizeof key), hash_span(&id)));
}

struct cell tally_desk_cell(int32_t month, int64_t value)
{
	return (struct cell){ .key = { .metric = TALLY_DESK_METRIC, .month = month }, .value = value };
}

struct tally_frontier tally_desk_known(uint8_t log, uint64_t size)
{
	return (struct tally_frontier){ .log = small_hash(log), .size = size, .root = small_hash((uint8_t)size) };
}

struct tally tally_desk_tally(uint64_t previous, const struct cell *cells, size_t cell_count,
                              const struct tally_frontier *frontier, size_t frontier_count)
{
	return (struct tally){
		.unit = small_id(1), .revision = 1, .previous = previous, .through = FIXTURE_SINCE, .frontier_count = frontier_count,
		.frontier = frontier, .cell_count = cell_count, .cells = cells,
	};
}

enum err tally_desk_apply(struct tally_desk *desk, uint32_t log, uint64_t seq, const struct tally *tally)
{
	const struct id into[] = { small_id(1), small_id(2) };
	return tally_apply(&desk->txn, log, seq, seq, tally, into, 2, &desk->arena);
}
