// Tallies taken in by a server, as sync/view does it: into the branch, its township, the county.
#include "rollup.h"

#include <stdio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "io/store_lmdb.h"
#include "ledger/tally.h"
#include "log/hash.h"
#include "stage.h"
#include "support/store_counting.h"

enum { CELLS = 40, CHANGED = 10, PER_COMMIT = 100, LEVELS = 3, MONTH = 2026 * 12 };

struct rolling {
	struct store *store;
	struct arena arena;
	unsigned branches;
};

// Which tally of which branch.
struct word {
	unsigned branch, revision;
};

static struct id unit_id(unsigned kind, unsigned number)
{
	struct id id = { .bytes = { (uint8_t)kind } };
	bytes_put_u32(id.bytes + 12, number);
	return id;
}

static struct cell cell_at(unsigned index, int64_t value)
{
	struct cell_key key = { .metric = (uint16_t)(1 + index / 10), .dimension = index % 10 ? 1 : 0, .bucket = (uint16_t)(index % 10), .month = MONTH };
	return (struct cell){ .key = key, .value = value };
}

static void say(struct rolling *rolling, struct txn *txn, struct word word)
{
	struct cell cells[CELLS];
	struct tally_frontier frontier = { .size = word.revision };
	size_t count = word.revision == 1 ? CELLS : CHANGED;
	for (unsigned i = 0; i < count; i++)
		cells[i] = cell_at(i, 1 + word.revision * 7 + i);
	uint8_t name[4];
	bytes_put_u32(name, word.branch);
	frontier.log = hash_bytes(HASH_BLAKE2B_256, span_of(name, sizeof name));
	struct tally tally = { .unit = unit_id(3, word.branch), .revision = word.revision, .previous = word.revision - 1,
	                       .through = MONTH, .pack_version = 1, .frontier_count = 1, .frontier = &frontier,
	                       .cell_count = count, .cells = cells };
	struct id into[LEVELS] = { tally.unit, unit_id(2, word.branch % 100), unit_id(1, 0) };
	arena_reset(&rolling->arena);
	stage_check(tally_apply(txn, word.branch + 1, word.revision - 1, word.revision, &tally, into, LEVELS, &rolling->arena),
	            "a tally");
}

static void first_words(struct rolling *rolling)
{
	struct txn txn;
	for (unsigned branch = 0; branch < rolling->branches;) {
		stage_check(txn_begin(rolling->store, STORE_WRITE, &txn), "tallies");
		for (unsigned i = 0; i < 2000 && branch < rolling->branches; i++, branch++)
			say(rolling, &txn, (struct word){ .branch = branch, .revision = 1 });
		stage_check(txn_commit(&txn), "tallies");
	}
}

static void later_words(struct rolling *rolling, unsigned from, unsigned changes)
{
	struct txn txn;
	for (unsigned done = from; done < from + changes;) {
		stage_check(txn_begin(rolling->store, STORE_WRITE, &txn), "tallies");
		for (unsigned i = 0; i < PER_COMMIT && done < from + changes; i++, done++) {
			unsigned branch = (unsigned)((uint64_t)done * 7919 % rolling->branches);
			say(rolling, &txn, (struct word){ .branch = branch, .revision = 2 + done / rolling->branches });
		}
		stage_check(txn_commit(&txn), "tallies");
	}
}

// What the county would publish: its own changed cells, however many branches stand behind them.
static void publish(struct rolling *rolling)
{
	struct txn txn;
	struct tally tally;
	struct tally_request request = { .owner = cell_owner_sum(&(struct id){ .bytes = { 0 } }), .rollup = true, .log = 1000000, .through = MONTH,
	                                 .pack_version = 1, .rebase = true };
	request.unit = unit_id(1, 0);
	request.owner = cell_owner_sum(&request.unit);
	arena_reset(&rolling->arena);
	stage_check(txn_begin(rolling->store, STORE_WRITE, &txn), "the county's tally");
	stage_check(tally_prepare(&txn, &request, &rolling->arena, &tally), "the county's tally");
	stage_check(txn_commit(&txn), "the county's tally");
}

static struct rollup_cost one_round(struct rolling *rolling, struct store_counting *counting, unsigned from, unsigned changes)
{
	const double cells = changes * (double)CHANGED;
	counting->operations = 0;
	double start = stage_seconds(), idle = stage_busy(getpid());
	later_words(rolling, from, changes);
	publish(rolling);
	return (struct rollup_cost){
		.seconds = (stage_seconds() - start) / cells,
		.busy = (stage_busy(getpid()) - idle) / cells,
		.operations = (double)counting->operations / cells,
	};
}

void rollup_measure(const char *dir, unsigned branches, unsigned changes, struct rollup_cost costs[static ROLLUP_ROUNDS])
{
	char path[512];
	struct store_counting counting;
	struct store *store;
	snprintf(path, sizeof path, "%s/rollup", dir);
	stage_check(store_lmdb_open(path, NULL, &store), path);
	struct rolling rolling = { .store = store_counting_open(&counting, store), .branches = branches };
	arena_init(&rolling.arena, LIMIT_DECODE_BYTES);
	first_words(&rolling);
	for (unsigned i = 0; i < ROLLUP_ROUNDS; i++)
		costs[i] = one_round(&rolling, &counting, i * changes, changes);
	arena_free(&rolling.arena);
	store_lmdb_close(store);
	stage_remove(path);
}
