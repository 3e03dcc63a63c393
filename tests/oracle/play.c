// A year of a county through the engine, in one process: oracle_play DATA
//
// Every branch joins, imports its tables, mends some of them afterwards, has its months reviewed (months.h), exports
// what it holds by the code of `tributary export` to DATA/export/CODE/final/, tells the report `monthly` of three months and
// is gone. Townships and county tell theirs of all twelve. Told is DATA/told, one cell a line:
//	UNIT MONTH ROW COLUMN VALUE[/DENOMINATOR]
// tests/oracle/oracle.awk computes the same from the exported tables and from what people did (DATA/acts.csv).
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "client/import_row.h"
#include "io/machine.h"
#include "ledger/report.h"
#include "months.h"
#include "support/support.h"

enum { NAME_BYTES = 64, PATH_BYTES = 512, TOWNSHIPS_MAX = 32 };

// 2027-02-20: the year is over, so every unit can vouch for all of it.
#define AFTER_THE_YEAR UINT64_C(1803081600000)

struct play {
	const char *data;
	struct cluster *cluster;
	struct actor *county, *township[TOWNSHIPS_MAX];
	char code[TOWNSHIPS_MAX][NAME_BYTES];
	size_t township_count, branch_count, rows;
	FILE *told;
	struct months months;
};

// ---- Importing ----

static void import_table(struct play *play, struct actor *branch, const char *kind, const char *path)
{
	struct desk desk;
	desk_open(branch, &desk, STORE_WRITE);
	struct import import = { .command = &desk.command, .path = path, .kind = pack_kind_by_name(desk.command.pack, kind) };
	assert_ok(csv_open(path, &import.csv));
	lookup_bulk(&desk.command.look);
	assert_int_equal(import_begin(&import), VERB_OK);
	for (size_t r = 0; r < import.csv.row_count; r++)
		assert_int_equal(import_row(&import, r), VERB_OK);
	if (import.faults)
		print_error("%s:%zu: %s: %s: %s\n", path, import.faults->line, import.faults->column, import.faults->value,
		            import.faults->expected);
	assert_int_equal(import.bad_count, 0);
	play->rows += import.created;
	import_end(&import);
	csv_close(&import.csv);
	lookup_bulk_end(&desk.command.look);
	desk_close(&desk, STORE_WRITE);
}

// ---- Mending: what was imported is changed and taken back here and there ----

static void mend(struct actor *branch)
{
	enum { MOST = 8, STEP = 7 };
	struct desk desk;
	struct id records[MOST];
	desk_open(branch, &desk, STORE_WRITE);
	size_t count = desk_pick(&desk, "meeting", STEP, records, MOST);
	for (size_t i = 0; i < count; i++) // deleted, held on another day, counted otherwise, of another type
		switch (i % 4) {
		case 0: desk_set(&desk, "meeting", &records[i], NULL, NULL); break;
		case 1: desk_set(&desk, "meeting", &records[i], "date", "2026-05-31"); break;
		case 2: desk_set(&desk, "meeting", &records[i], "should_attend", "9"); break;
		default: desk_set(&desk, "meeting", &records[i], "type", "lecture"); break;
		}
	count = desk_pick(&desk, "dues", 5 * STEP, records, MOST);
	for (size_t i = 0; i < count; i++)
		desk_set(&desk, "dues", &records[i], i % 2 ? "amount" : "paid", i % 2 ? "0.01" : "2026-12-01");
	count = desk_pick(&desk, "activity_day", 5, records, MOST);
	for (size_t i = 0; i < count; i++)
		desk_set(&desk, "activity_day", &records[i], i ? "date" : NULL, i ? "2025-12-30" : NULL);
	desk_close(&desk, STORE_WRITE);
}

// ---- Exporting, telling ----

static void tell_month(struct play *play, struct txn *txn, const struct pack *pack, const struct cell_owner *owner, const char *code,
                       int32_t month)
{
	const struct pack_report *monthly = pack_report_by_name(pack, "monthly");
	struct report report;
	struct arena arena;
	char text[PERIOD_TEXT_BYTES];
	arena_init(&arena, LIMIT_DECODE_BYTES);
	date_format_month(month, text);
	assert_non_null(monthly);
	assert_ok(report_fill(txn, pack, monthly, owner, NULL, (struct period){ .first = month, .last = month }, &arena, &report));
	for (size_t i = 0; i < monthly->row_count * monthly->column_count; i++) {
		const struct report_cell *cell = &report.cells[i];
		fprintf(play->told, "%s %s %s %s %lld", code, text, monthly->rows[i / monthly->column_count].name,
		        monthly->columns[i % monthly->column_count].name, (long long)cell->figure.value);
		if (cell->of.metric->aggregate == METRIC_RATIO)
			fprintf(play->told, "/%lld", (long long)cell->figure.denominator);
		fputc('\n', play->told);
	}
	arena_free(&arena);
}

static void tell(struct play *play, struct actor *actor, const char *code, int32_t step)
{
	struct txn txn;
	struct cell_owner owner = cell_owner_own(&actor->self.unit);
	const struct pack *pack = cluster_pack(actor);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (actor->self.server)
		assert_ok(tally_sum_owner(&txn, &actor->self.unit, &owner));
	for (int32_t month = MONTHS_FIRST + step - 1; month < MONTHS_FIRST + MONTHS_COUNT; month += step)
		tell_month(play, &txn, pack, &owner, code, month);
	txn_abort(&txn);
}

// ---- The tree ----

static struct actor *township_of(struct play *play, const char *code)
{
	for (size_t i = 0; i < play->township_count; i++)
		if (strcmp(play->code[i], code) == 0)
			return play->township[i];
	fail_msg("no township %s", code);
	return NULL;
}

static void branch_lives(struct play *play, const char *code, const char *name, const char *parent)
{
	struct actor *township = township_of(play, parent);
	struct actor *branch = cluster_branch(township, name);
	assert_ok(cluster_sync(branch));
	for (size_t i = 0; i < DESK_TABLES; i++) {
		char path[PATH_BYTES];
		snprintf(path, sizeof path, "%s/branches/%s/%s.csv", play->data, code, desk_tables[i].file);
		import_table(play, branch, desk_tables[i].kind, path);
	}
	assert_ok(cluster_sync(branch));
	mend(branch);
	assert_ok(cluster_sync(branch));
	assert_int_equal(node_progress(branch->node).entries_to_send, 0);
	struct months_unit *unit = months_unit(&play->months, branch, township, code);
	months_live(&play->months, unit);
	assert_int_equal(node_progress(branch->node).entries_to_send, 0);
	desk_export(branch, play->data, code, "final");
	tell(play, branch, code, 4);
	months_tell_states(&play->months, unit, branch, "branch");
	months_tell_restated(&play->months, branch, code);
	cluster_retire(branch);
	play->branch_count++;
}

static void add_township(struct play *play, const char *code, const char *name)
{
	size_t at = play->township_count++;
	assert_true(at < TOWNSHIPS_MAX);
	play->township[at] = cluster_server(play->county, name);
	snprintf(play->code[at], NAME_BYTES, "%s", code);
	assert_ok(cluster_sync(play->township[at]));
}

static void tell_above(struct play *play, struct actor *server, const char *code, const char *level)
{
	tell(play, server, code, 1);
	months_tell_restated(&play->months, server, code);
	months_tell_counts(&play->months, server, code, level);
}

static void build(struct play *play)
{
	char path[PATH_BYTES];
	struct csv units;
	snprintf(path, sizeof path, "%s/units.csv", play->data);
	assert_ok(csv_open(path, &units));
	for (size_t r = 0; r < units.row_count; r++) {
		const char *word[4];
		for (size_t c = 0; c < 4; c++)
			word[c] = arena_string(&units.arena, units.rows[r].fields[c]);
		if (strcmp(word[2], "county") == 0)
			play->county = cluster_found(play->cluster, word[1]);
		else if (strcmp(word[2], "township") == 0)
			add_township(play, word[0], word[1]);
		else
			branch_lives(play, word[0], word[1], word[3]);
	}
	for (size_t i = 0; i < play->township_count; i++)
		assert_ok(cluster_sync(play->township[i]));
	for (size_t i = 0; i < play->township_count; i++)
		tell_above(play, play->township[i], play->code[i], "township");
	tell_above(play, play->county, "C1", "county");
	csv_close(&units);
}

int main(int count, char **words)
{
	char path[PATH_BYTES];
	struct play play = { .data = count == 2 ? words[1] : NULL };
	if (!play.data) {
		fprintf(stderr, "usage: oracle_play DATA\n");
		return 2;
	}
	uint64_t start = machine_monotonic_ns();
	snprintf(path, sizeof path, "%s/export", play.data);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/told", play.data);
	play.told = fopen(path, "w");
	assert_non_null(play.told);
	snprintf(path, sizeof path, "%s/acts.csv", play.data);
	play.months = (struct months){ .data = play.data, .told = play.told, .acts = fopen(path, "w") };
	assert_non_null(play.months.acts);
	fprintf(play.months.acts, "unit,month,act,export\n");
	play.cluster = cluster_new();
	play.cluster->now_ms = AFTER_THE_YEAR;
	build(&play);
	printf("%zu townships, %zu branches, %zu rows: %.1f s\n", play.township_count, play.branch_count, play.rows,
	       (double)(machine_monotonic_ns() - start) / 1e9);
	months_print(&play.months);
	cluster_free(play.cluster);
	int lost = fclose(play.months.acts);
	return fclose(play.told) || lost ? 1 : 0;
}
