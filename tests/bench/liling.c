// The data set "liling": a county of 1,067 branches in 32 townships, whose branches have reported 60 metrics for 24
// months and submitted each. Made up from counters alone.
//
//	liling units          the tree as a table for `tributaryd unit import`
//	liling fill DIR       the branches' tallies, put into a server's store as if they had come
//
// Tallies are taken in by the code that takes them in from a session (ledger/tally); what is not here are the
// entries that they stood in, so nothing can be proven or rebuilt from this store.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hlc.h"
#include "io/home.h"
#include "io/machine.h"
#include "ledger/period.h"
#include "log/hash.h"
#include "org/ranking_kept.h"
#include "sync/heard.h"

enum { TOWNSHIPS = 32, BRANCHES = 1067, METRICS = 60, MONTHS = 24, PER_COMMIT = 100, FIRST_LOG = 1000000 };

struct fill {
	struct home home;
	struct txn txn;
	struct arena arena;
	const struct pack *pack;
	struct id branches[BRANCHES];
	size_t count;
	struct cell cells[METRICS * MONTHS * 12];
	size_t cell_count;
};

static struct fill fill;

static void check(enum err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "liling: %s: %s\n", what, err_text(err));
	exit(1);
}

// ---- The tree ----

static void print_units(void)
{
	puts("code,name,kind,parent");
	for (unsigned i = 0; i < TOWNSHIPS; i++)
		printf("T%02u,第%u镇,township,\n", i, i + 1);
	for (unsigned i = 0; i < BRANCHES; i++)
		printf("B%04u,第%u党支部,branch,T%02u\n", i, i + 1, i % TOWNSHIPS);
}

// ---- The tallies ----

static void add_cell(const struct pack_metric *metric, uint8_t dimension, uint16_t bucket, int32_t month, int64_t value)
{
	const struct cell_key key = { .metric = metric->number, .dimension = dimension, .bucket = bucket, .month = month };
	fill.cells[fill.cell_count++] = (struct cell){ .key = key, .value = value };
}

// A stock grows by one now and then; a flow has something in most months. In the first month also parts.
static void add_metric(const struct pack_metric *metric, unsigned branch)
{
	for (int32_t m = 0; m < MONTHS; m++) {
		int32_t month = fill.pack->since + m;
		int64_t value = metric->form == METRIC_STOCK ? (m == 0 ? 8 + branch % 13 : (branch + (unsigned)m) % 7 == 0)
		                                             : (branch * 7 + metric->number + (unsigned)m) % 5;
		if (value == 0)
			continue;
		add_cell(metric, 0, 0, month, value);
		for (uint16_t bucket = 1; m == 0 && metric->dimension_count > 0 && bucket < 6; bucket++)
			add_cell(metric, 1, bucket, month, value / 5 + 1);
	}
}

static int by_key(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	const struct cell_key *x = &a->key, *y = &b->key;
	return x->metric != y->metric         ? (x->metric < y->metric ? -1 : 1)
	       : x->month != y->month         ? (x->month < y->month ? -1 : 1)
	       : x->dimension != y->dimension ? (x->dimension < y->dimension ? -1 : 1)
	       : x->bucket != y->bucket       ? (x->bucket < y->bucket ? -1 : 1)
	                                      : 0;
}

static void make_cells(unsigned branch)
{
	const struct pack_metric reporting = { .number = CELL_METRIC_REPORTING };
	size_t metrics = 0;
	fill.cell_count = 0;
	for (size_t i = 0; i < fill.pack->metric_count && metrics < METRICS; i++) {
		if (fill.pack->metrics[i].aggregate == METRIC_RATIO)
			continue;
		add_metric(&fill.pack->metrics[i], branch);
		metrics++;
	}
	add_cell(&reporting, 0, 0, fill.pack->since, 1);
	int32_t beyond = fill.pack->since + MONTHS, next = date_month(machine_today()) + 1;
	add_cell(&reporting, 0, 0, beyond < next ? beyond : next, -1);
	qsort(fill.cells, fill.cell_count, sizeof fill.cells[0], by_key);
}

static void say(unsigned branch)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t levels;
	uint8_t name[4];
	bytes_put_u32(name, branch);
	struct tally_frontier frontier = { .log = hash_bytes(HASH_BLAKE2B_256, span_of(name, sizeof name)), .size = 1000 + branch };
	make_cells(branch);
	check(charter_path(&fill.txn, &fill.branches[branch], path, &levels), "the tree");
	int32_t last = fill.pack->since + MONTHS - 1, now = date_month(machine_today());
	struct tally tally = { .unit = fill.branches[branch], .revision = MONTHS, .through = last < now ? last : now,
	                       .pack_version = fill.pack->version, .frontier_count = 1, .frontier = &frontier,
	                       .cell_count = fill.cell_count, .cells = fill.cells };
	arena_reset(&fill.arena);
	check(tally_apply(&fill.txn, FIRST_LOG + branch, 0, machine_now_ms(), &tally, path, levels, &fill.arena), "a tally");
	check(heard_note(&fill.txn, &fill.branches[branch], machine_now_ms() - (uint64_t)(branch % 40) * 86400000), "a tally");
}

// Each month closed and submitted; most approved, some returned, some not looked at.
static void submit_months(unsigned branch)
{
	struct period_event event = { .dot = { .log = FIRST_LOG + branch } };
	bytes_put_u32(event.place.log.bytes, branch + 1);
	event.device = event.place.log;
	for (int32_t m = 0; m < MONTHS; m++) {
		int32_t month = fill.pack->since + m;
		struct period_step steps[] = { { .act = PERIOD_CLOSE, .month = month, .step = 1 },
		                               { .act = PERIOD_SUBMIT, .month = month, .step = 2, .revision = 1, .cells = fill.cells } };
		for (size_t i = 0; i < 2; i++) {
			event.dot.seq = event.place.seq = 2 * (uint64_t)m + i + 1;
			event.time = hlc_of_ms((uint64_t)(date_month_end(month) + (int32_t)(branch % 9)) * 86400000);
			check(period_state_add_step(&fill.txn, &fill.branches[branch], &steps[i], &event), "a month");
		}
		struct period_review said = { .unit = fill.branches[branch], .month = month, .submission = event.place,
		                              .verdict = (branch + (unsigned)m) % 17 ? PERIOD_APPROVE : PERIOD_RETURN };
		event.dot.seq = event.place.seq = 1000 + (uint64_t)m;
		if ((branch + (unsigned)m) % 13)
			check(period_state_add_review(&fill.txn, &said, &event), "a month");
	}
	check(ranking_kept_stale(&fill.txn, fill.pack, &fill.branches[branch], 0), "a score");
}

static enum err keep_branch(void *context, const struct charter_unit *row)
{
	(void)context;
	if (strcmp(row->kind, "branch") == 0 && fill.count < BRANCHES)
		fill.branches[fill.count++] = row->unit;
	return ERR_OK;
}

static void find_branches(void)
{
	check(txn_begin(fill.home.store, STORE_READ, &fill.txn), "the store");
	check(charter_subtree(&fill.txn, &fill.home.self.unit, keep_branch, NULL), "the tree");
	txn_abort(&fill.txn);
	if (fill.count != BRANCHES)
		check(ERR_NOT_FOUND, "the branches");
}

static void fill_store(const char *dir)
{
	check(home_open(dir, HOME_WRITE, &fill.home), dir);
	fill.pack = fill.home.pack.pack;
	arena_init(&fill.arena, LIMIT_DECODE_BYTES);
	find_branches();
	for (unsigned branch = 0; branch < BRANCHES;) {
		check(txn_begin(fill.home.store, STORE_WRITE, &fill.txn), "the store");
		for (unsigned i = 0; i < PER_COMMIT && branch < BRANCHES; i++, branch++) {
			say(branch);
			submit_months(branch);
		}
		check(ranking_kept_make(&fill.txn, fill.pack, &fill.arena), "a score");
		check(txn_commit(&fill.txn), "the store");
	}
	arena_free(&fill.arena);
	home_close(&fill.home);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "units") == 0)
		print_units();
	else if (argc == 3 && strcmp(argv[1], "fill") == 0)
		fill_store(argv[2]);
	else
		check(ERR_USAGE, "liling units | liling fill DIR");
	return 0;
}
