// The whole data set through the engine, in one process: banner_rollup DATA OUT.txt
//
// A county, its townships and all their branches, each with a store of its own. Every branch joins,
// imports its four tables by the code of `tributary import`, syncs and is gone; every township syncs;
// then the county's figures are written to OUT.txt, one a line, for check_rollup.sh to compare with a
// count that knows nothing of the engine:
//	PERIOD METRIC DIMENSION BUCKET VALUE[/DENOMINATOR]
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "client/import_row.h"
#include "io/machine.h"
#include "io/store_memory.h"
#include "ledger/figure.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/proof.h"

enum { NAME_BYTES = 128, PATH_BYTES = 512, TOWNSHIPS_MAX = 64 };

// 2027-01-05: the year that the figures are of is over, so every unit can vouch for all of it.
#define AFTER_THE_YEAR UINT64_C(1799107200000)

static const char *const periods[] = { "2026-03", "2026Q1", "2026" };

struct rollup {
	const char *data, *out;
	struct cluster *play;
	struct actor *county;
	struct actor *township[TOWNSHIPS_MAX];
	char code[TOWNSHIPS_MAX][NAME_BYTES];
	size_t township_count, branch_count;
	struct csv units;
	size_t rows;
	uint64_t seed;
};

static struct rollup stage;

static double seconds_since(uint64_t start_ns)
{
	return (double)(machine_monotonic_ns() - start_ns) / 1e9;
}

// ---- Importing ----

static void import_rows(struct rollup *rollup, struct command *command, const char *kind, const char *path)
{
	struct import import = { .command = command, .path = path, .kind = pack_kind_by_name(command->pack, kind) };
	assert_non_null(import.kind);
	assert_ok(csv_open(path, &import.csv));
	assert_int_equal(import_begin(&import), VERB_OK);
	for (size_t r = 0; r < import.csv.row_count; r++)
		assert_int_equal(import_row(&import, r), VERB_OK);
	if (import.faults)
		print_error("%s:%zu: %s: %s: %s\n", path, import.faults->line, import.faults->column, import.faults->value,
		            import.faults->expected);
	assert_int_equal(import.bad_count, 0);
	assert_int_equal(import.created, import.csv.row_count);
	rollup->rows += import.created;
	import_end(&import);
	csv_close(&import.csv);
}

// A table in one transaction, as the command does it.
static void import_table(struct rollup *rollup, struct actor *branch, const char *kind, const char *path)
{
	static const struct verb verb = { .name = "import" };
	const struct verb_call call = { .verb = &verb };
	uint8_t seed[DRBG_SEED_BYTES] = { 0xb4 };
	struct command command = { .call = &call, .begun = true };
	const struct pack *pack = cluster_pack(branch);
	rollup->seed++;
	memcpy(seed + 1, &rollup->seed, sizeof rollup->seed);
	arena_init(&command.arena, COMMAND_ARENA_BYTES);
	assert_ok(txn_begin(branch->store, STORE_WRITE, &command.txn));
	assert_ok(pen_begin(&command.pen, &command.txn, &branch->self, &branch->pack, rollup->play->now_ms, seed));
	command.pack = pack;
	command.look = (struct lookup){
		.txn = &command.txn, .pack = pack, .unit = branch->self.unit, .arena = &command.arena };
	lookup_bulk(&command.look);
	import_rows(rollup, &command, kind, path);
	lookup_bulk_end(&command.look);
	assert_ok(pen_finish(&command.pen));
	assert_ok(txn_commit(&command.txn));
	arena_free(&command.arena);
}

static void keep_the_ledger(struct rollup *rollup, struct actor *branch, const char *code)
{
	static const struct { const char *kind, *file; } tables[] = {
		{ "member", "members" }, { "meeting", "meetings" }, { "activity_day", "activity_days" }, { "dues", "dues" },
	};
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		char path[PATH_BYTES];
		snprintf(path, sizeof path, "%s/branches/%s/%s.csv", rollup->data, code, tables[i].file);
		import_table(rollup, branch, tables[i].kind, path);
	}
}

// ---- The tree ----

static const char *cell(struct rollup *rollup, size_t row, size_t column)
{
	const char *text = arena_string(&rollup->units.arena, rollup->units.rows[row].fields[column]);
	assert_non_null(text);
	return text;
}

static void add_township(struct rollup *rollup, const char *code, const char *name)
{
	assert_true(rollup->township_count < TOWNSHIPS_MAX);
	size_t at = rollup->township_count++;
	rollup->township[at] = cluster_server(rollup->county, name);
	snprintf(rollup->code[at], NAME_BYTES, "%s", code);
	assert_ok(cluster_sync(rollup->township[at]));
}

static struct actor *township_of(struct rollup *rollup, const char *code)
{
	for (size_t i = 0; i < rollup->township_count; i++) {
		if (strcmp(rollup->code[i], code) == 0)
			return rollup->township[i];
	}
	fail_msg("no township %s", code);
	return NULL;
}

// A branch from joining to the last receipt; nothing of it is left but what the township has.
static void branch_lives(struct rollup *rollup, const char *code, const char *name, const char *parent)
{
	struct actor *branch = cluster_branch(township_of(rollup, parent), name);
	assert_ok(cluster_sync(branch));
	keep_the_ledger(rollup, branch, code);
	assert_ok(cluster_sync(branch));
	assert_int_equal(node_progress(branch->node).entries_to_send, 0);
	cluster_retire(branch);
	rollup->branch_count++;
}

// units.csv: code, name, kind, parent; parents first.
static void build(struct rollup *rollup)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s/units.csv", rollup->data);
	assert_ok(csv_open(path, &rollup->units));
	for (size_t r = 0; r < rollup->units.row_count; r++) {
		const char *code = cell(rollup, r, 0), *name = cell(rollup, r, 1), *kind = cell(rollup, r, 2);
		if (strcmp(kind, "county") == 0)
			rollup->county = cluster_found(rollup->play, name);
		else if (strcmp(kind, "township") == 0)
			add_township(rollup, code, name);
		else if (strcmp(kind, "branch") == 0)
			branch_lives(rollup, code, name, cell(rollup, r, 3));
	}
	for (size_t i = 0; i < rollup->township_count; i++)
		assert_ok(cluster_sync(rollup->township[i]));
}

static int set_the_stage(void **state)
{
	struct rollup *rollup = *state = &stage;
	struct rusage usage;
	uint64_t start = machine_monotonic_ns();
	rollup->play = cluster_new();
	rollup->play->now_ms = AFTER_THE_YEAR;
	build(rollup);
	getrusage(RUSAGE_SELF, &usage);
	print_message("%zu townships, %zu branches, %zu rows imported and synced: %.1f s, peak memory %ld MiB\n",
	              rollup->township_count, rollup->branch_count, rollup->rows, seconds_since(start), usage.ru_maxrss / 1024);
	print_message("county's store: %zu KiB\n", store_memory_bytes(rollup->county->store) / 1024);
	return 0;
}

static int clear_the_stage(void **state)
{
	struct rollup *rollup = *state;
	csv_close(&rollup->units);
	cluster_free(rollup->play);
	return 0;
}

// ---- Figures ----

static void write_figures(struct rollup *rollup, struct txn *txn, const struct pack_metric *metric,
                          const struct pack_dimension *dimension, const char *period_text, FILE *out)
{
	struct cell_owner owner = cell_owner_sum(&rollup->county->self.unit);
	struct period period;
	struct arena arena;
	struct figure *figures;
	size_t count;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(period_parse(period_text, &period));
	assert_ok(figure_query(txn, cluster_pack(rollup->county), &owner, metric, dimension, period, &arena, &figures, &count));
	for (size_t i = 0; i < count; i++) {
		const struct title *title = dimension ? figure_bucket_title(dimension, figures[i].bucket) : NULL;
		fprintf(out, "%s %s %s %s %lld", period_text, metric->name, dimension ? dimension->name : "-",
		        title ? title->zh : "-", (long long)figures[i].value);
		if (metric->aggregate == METRIC_RATIO)
			fprintf(out, "/%lld", (long long)figures[i].denominator);
		fputc('\n', out);
	}
	arena_free(&arena);
}

static void the_county_tells_its_figures(void **state)
{
	struct rollup *rollup = *state;
	struct txn txn;
	const struct pack *pack = cluster_pack(rollup->county);
	FILE *out = fopen(rollup->out, "w");
	assert_non_null(out);
	assert_ok(txn_begin(rollup->county->store, STORE_READ, &txn));
	for (size_t p = 0; p < sizeof periods / sizeof periods[0]; p++) {
		for (size_t m = 0; m < pack->metric_count; m++) {
			const struct pack_metric *metric = &pack->metrics[m];
			write_figures(rollup, &txn, metric, NULL, periods[p], out);
			for (size_t d = 0; d < metric->dimension_count; d++)
				write_figures(rollup, &txn, metric, &metric->dimensions[d], periods[p], out);
		}
	}
	txn_abort(&txn);
	assert_int_equal(fclose(out), 0);
}

static void every_branch_has_reported(void **state)
{
	struct rollup *rollup = *state;
	struct cell_owner owner = cell_owner_sum(&rollup->county->self.unit);
	struct txn txn;
	const struct pack *pack = cluster_pack(rollup->county);
	assert_ok(txn_begin(rollup->county->store, STORE_READ, &txn));
	for (size_t p = 0; p < sizeof periods / sizeof periods[0]; p++) {
		struct period period;
		int64_t reporting, expected;
		int32_t today = date_of_ms(rollup->play->now_ms, 0);
		assert_ok(period_parse(periods[p], &period));
		assert_ok(figure_reporting(&txn, &owner, period, &reporting));
		assert_ok(charter_expected(&txn, pack, &rollup->county->self.unit, today, &expected));
		print_message("%s: %d of %d units reporting\n", periods[p], (int)reporting, (int)expected);
		assert_int_equal(expected, rollup->branch_count);
		assert_int_equal(reporting, rollup->branch_count);
	}
	txn_abort(&txn);
}

// ---- Proofs ----

struct findings {
	size_t found[PROOF_SEALED + 1];
	bool all_hold;
};

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static void on_line(void *context, const struct proof_line *line)
{
	struct findings *findings = context;
	findings->found[line->finding]++;
	findings->all_hold = findings->all_hold && line->holds;
}

static void make_proof(struct actor *server, struct proof_claim *claim, const char *what, struct buf *file)
{
	struct txn txn;
	uint64_t start = machine_monotonic_ns();
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(proof_make(&txn, &server->self, &server->pack, claim, server->cluster->now_ms, file));
	txn_abort(&txn);
	print_message("proof of %s (%d): %zu KiB, made in %.2f s\n", what, (int)claim->value, file->size / 1024,
	              seconds_since(start));
}

// Made from the server's store, checked with nothing but the file.
static void prove(struct actor *server, struct proof_claim *claim, const char *what, struct findings *findings)
{
	const struct proof_reader reader = { .fresh = fresh, .drop = drop, .line = on_line, .context = findings };
	struct proof_claim read;
	struct arena arena;
	struct view_pack pack;
	struct buf file = BUF_EMPTY;
	const char *name;
	*findings = (struct findings){ .all_hold = true };
	make_proof(server, claim, what, &file);
	uint64_t start = machine_monotonic_ns();
	arena_init(&arena, 64 * LIMIT_DECODE_BYTES);
	view_pack_init(&pack);
	assert_ok(proof_verify(buf_span(&file), &reader, &arena, &read, &pack, &name));
	print_message("verified in %.2f s: %zu sums, %zu tallies, %zu computed anew from their entries, %zu sealed\n",
	              seconds_since(start), findings->found[PROOF_ROLLUP], findings->found[PROOF_TALLY],
	              findings->found[PROOF_ENTRIES], findings->found[PROOF_SEALED]);
	assert_true(findings->all_hold);
	assert_int_equal(read.value, claim->value);
	view_pack_free(&pack);
	arena_free(&arena);
	buf_free(&file);
}

static void the_young_of_the_county_are_proven_and_stay_nameless(void **state)
{
	struct rollup *rollup = *state;
	struct findings findings;
	const struct pack_metric *members = pack_metric_by_name(cluster_pack(rollup->county), "members");
	struct proof_claim claim = {
		.unit = rollup->county->self.unit, .metric = members->number,
		.dimension = pack_dimension_by_name(members, "age")->number, .bucket = 1,
	};
	assert_ok(period_parse("2026-03", &claim.period));
	prove(rollup->county, &claim, "members aged 35 or less", &findings);
	assert_int_equal(findings.found[PROOF_ROLLUP], rollup->township_count);
	assert_int_equal(findings.found[PROOF_TALLY], rollup->branch_count);
	assert_int_equal(findings.found[PROOF_SEALED], rollup->branch_count);
}

// What a branch wrote for its township alone is not the county's to read: its published figures are.
static void the_meetings_of_the_county_are_followed_to_every_branch(void **state)
{
	struct rollup *rollup = *state;
	struct findings findings;
	const struct pack_metric *held = pack_metric_by_name(cluster_pack(rollup->county), "meetings_held");
	struct proof_claim claim = { .unit = rollup->county->self.unit, .metric = held->number };
	assert_ok(period_parse("2026Q1", &claim.period));
	prove(rollup->county, &claim, "meetings held in a quarter, as the county can prove it", &findings);
	assert_int_equal(findings.found[PROOF_ROLLUP], rollup->township_count);
	assert_int_equal(findings.found[PROOF_TALLY], rollup->branch_count);
}

static void the_meetings_of_a_township_are_counted_anew_from_the_entries(void **state)
{
	struct rollup *rollup = *state;
	struct findings findings;
	struct actor *township = rollup->township[0];
	const struct pack_metric *held = pack_metric_by_name(cluster_pack(township), "meetings_held");
	struct proof_claim claim = { .unit = township->self.unit, .metric = held->number };
	assert_ok(period_parse("2026Q1", &claim.period));
	prove(township, &claim, "meetings held in a quarter, as a township can prove it", &findings);
	assert_true(findings.found[PROOF_TALLY] > 0);
	assert_int_equal(findings.found[PROOF_ENTRIES], findings.found[PROOF_TALLY]);
}

int main(int count, char **words)
{
	if (count != 3) {
		fprintf(stderr, "usage: banner_rollup DATA OUT.txt\n");
		return 2;
	}
	stage.data = words[1];
	stage.out = words[2];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_county_tells_its_figures),
		cmocka_unit_test(every_branch_has_reported),
		cmocka_unit_test(the_young_of_the_county_are_proven_and_stay_nameless),
		cmocka_unit_test(the_meetings_of_the_county_are_followed_to_every_branch),
		cmocka_unit_test(the_meetings_of_a_township_are_counted_anew_from_the_entries),
	};
	return cmocka_run_group_tests(tests, set_the_stage, clear_the_stage);
}
