// The benchmarks: tributary_bench [--smoke] [--dir DIR] [--json FILE] [--table FILE] [--rounds N]
//                               [--sync-only RECORDS]
//
// Every figure stands beside what the machine can do at all, measured in the same run; ratios tell more
// than seconds do. Sessions are real ones: a server and a client in processes of their own, over CURVE
// sockets on loopback, with stores on disk. --smoke does a little of everything, so that it cannot rot;
// no time decides whether it passes.
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/door_process.h"
#include "ceiling.h"
#include "report.h"
#include "rollup.h"
#include "stage.h"

#ifndef BENCH_PACK
#define BENCH_PACK "bench.yaml"
#endif

#define MEBIBYTE (1024.0 * 1024.0)

struct bench {
	struct report report;
	const char *dir, *json, *table;
	unsigned rounds;
	unsigned scale;  // divides how much is done
	uint64_t records; // of the first sync
	bool sync_only;  // to be profiled
};

static void expect(bool yes, const char *what)
{
	if (yes)
		return;
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void session_wire(struct bench *bench, enum report_figure wire, enum report_figure trips, const struct stage_session *session)
{
	report_figure(&bench->report, wire, (double)(session->bytes_in + session->bytes_out));
	report_figure(&bench->report, trips, session->round_trips);
}

static void first_sync(struct bench *bench, struct stage *stage, const struct stage_child *server, const char *address,
                       uint64_t records)
{
	struct report *report = &bench->report;
	double idle = stage_busy(server->pid);
	struct stage_session session = stage_sync(stage, address);
	report_figure(report, REPORT_FIGURE_SYNC_BUSY_SERVER, (stage_busy(server->pid) - idle) * 1e6 / (double)records);
	report_figure(report, REPORT_FIGURE_SYNC_BUSY_CLIENT, session.busy * 1e6 / (double)records);
	expect(stage_receipted(stage), "the first sync ended with something unreceipted");
	report_figure(report, REPORT_FIGURE_SYNC_RATE, (double)records / session.seconds);
	report_figure(report, REPORT_FIGURE_SYNC_VERIFY, (double)records / session.seconds);
	report_figure(report, REPORT_FIGURE_SYNC_WIRE, (double)(session.bytes_in + session.bytes_out) / (double)records);
	report_figure(report, REPORT_FIGURE_SYNC_TRIPS, session.round_trips);
	report_figure(report, REPORT_FIGURE_CLIENT_RSS, (double)session.resident / MEBIBYTE);
	report_figure(report, REPORT_FIGURE_CLIENT_PRIVATE, (double)session.private / MEBIBYTE);
}

static void small_syncs(struct bench *bench, struct stage *stage, const char *address, uint64_t records)
{
	struct stage_session session;
	stage_write(stage, records, 10, 0);
	session = stage_sync(stage, address);
	session_wire(bench, REPORT_FIGURE_TEN_NEW_WIRE, REPORT_FIGURE_TEN_NEW_TRIPS, &session);
	stage_edit(stage, 10);
	session = stage_sync(stage, address);
	session_wire(bench, REPORT_FIGURE_TEN_EDITS_WIRE, REPORT_FIGURE_TEN_EDITS_TRIPS, &session);
	expect(stage_receipted(stage), "a small sync ended with something unreceipted");
	session = stage_sync(stage, address);
	session_wire(bench, REPORT_FIGURE_IDLE_WIRE, REPORT_FIGURE_IDLE_TRIPS, &session);
	report_figure(&bench->report, REPORT_FIGURE_IDLE_TIME, session.seconds * 1e3);
}

// A branch imports, meets its server for the first time with all of it, then with little, then with nothing.
static void measure_sync(struct bench *bench)
{
	struct stage stage;
	struct report *report = &bench->report;
	char address[CONFIG_ADDRESS_BYTES];
	const uint64_t records = bench->records / bench->scale;
	stage_open(&stage, bench->dir, BENCH_PACK);
	struct stage_child server = stage_start("serve", stage.server, "");
	stage_line(&server, address, sizeof address);
	stage_sync(&stage, address); // the charter and the pack come down
	double idle = stage_busy(getpid());
	report_figure(report, REPORT_FIGURE_WRITE_BULK, (double)records / stage_write(&stage, 0, records, 0));
	report_figure(report, REPORT_FIGURE_WRITE_BUSY, (stage_busy(getpid()) - idle) * 1e6 / (double)records);
	report_figure(report, REPORT_FIGURE_CLIENT_DISK, (double)stage_disk_bytes(stage.branch) / (double)records);
	first_sync(bench, &stage, &server, address, records);
	report_figure(report, REPORT_FIGURE_SERVER_RSS, (double)stage_resident(server.pid, "VmHWM:") / MEBIBYTE);
	report_figure(report, REPORT_FIGURE_SERVER_PRIVATE, (double)stage_resident(server.pid, "RssAnon:") / MEBIBYTE);
	report_figure(report, REPORT_FIGURE_SERVER_DISK, (double)stage_disk_bytes(stage.server) / (double)records);
	small_syncs(bench, &stage, address, records);
	stage_stop(&server, SIGTERM);
	expect(stage_records(stage.server) == records + 10, "the server does not have every record");
	stage_close(&stage);
}

static void measure_writing(struct bench *bench)
{
	struct stage stage;
	char address[CONFIG_ADDRESS_BYTES];
	const uint64_t changes = 1000 / bench->scale;
	stage_open(&stage, bench->dir, BENCH_PACK);
	struct stage_child server = stage_start("serve", stage.server, "");
	stage_line(&server, address, sizeof address);
	stage_sync(&stage, address);
	stage_stop(&server, SIGTERM);
	report_figure(&bench->report, REPORT_FIGURE_WRITE_ONE, (double)changes / stage_write(&stage, 0, changes, 1));
	stage_close(&stage);
}

static void measure_opening(struct bench *bench)
{
	struct stage stage;
	char address[CONFIG_ADDRESS_BYTES], line[128];
	double seconds, resident;
	stage_open(&stage, bench->dir, BENCH_PACK);
	struct stage_child server = stage_start("serve", stage.server, "");
	stage_line(&server, address, sizeof address);
	stage_sync(&stage, address);
	stage_stop(&server, SIGTERM);
	stage_write(&stage, 0, 100000 / bench->scale, 1000);
	for (unsigned i = 0; i < bench->rounds; i++) {
		struct stage_child child = stage_start("look", stage.branch, "");
		stage_line(&child, line, sizeof line);
		stage_stop(&child, 0);
		expect(sscanf(line, "%lf %lf", &seconds, &resident) == 2, "the opening said nothing");
		report_figure(&bench->report, REPORT_FIGURE_OPEN_TIME, seconds * 1e3);
		report_figure(&bench->report, REPORT_FIGURE_OPEN_RSS, resident / MEBIBYTE);
	}
	stage_close(&stage);
}

static void measure_rollup(struct bench *bench)
{
	static const struct {
		unsigned branches;
		enum report_figure seconds, busy, operations;
		enum report_limit limit;
	} sizes[] = {
		{ 400, REPORT_FIGURE_ROLLUP_400, REPORT_FIGURE_ROLLUP_BUSY_400, REPORT_FIGURE_ROLLUP_OPS_400,
		  REPORT_CELLS_400 },
		{ 4000, REPORT_FIGURE_ROLLUP_4000, REPORT_FIGURE_ROLLUP_BUSY_4000, REPORT_FIGURE_ROLLUP_OPS_4000,
		  REPORT_CELLS_4000 },
		{ 40000, REPORT_FIGURE_ROLLUP_40000, REPORT_FIGURE_ROLLUP_BUSY_40000, REPORT_FIGURE_ROLLUP_OPS_40000,
		  REPORT_CELLS_40000 },
	};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct rollup_cost costs[ROLLUP_ROUNDS];
		const unsigned branches = sizes[i].branches / bench->scale, changes = 2000 / bench->scale;
		rollup_measure(bench->dir, branches, changes, costs);
		for (size_t k = 0; k < ROLLUP_ROUNDS; k++) {
			report_limit(&bench->report, sizes[i].limit, ceiling_cells(bench->dir, branches, changes) * 1e6);
			report_figure(&bench->report, sizes[i].seconds, costs[k].seconds * 1e6);
			report_figure(&bench->report, sizes[i].busy, costs[k].busy * 1e6);
			report_figure(&bench->report, sizes[i].operations, costs[k].operations);
		}
	}
}

static void measure(struct bench *bench)
{
	for (unsigned round = 0; round < bench->rounds; round++) {
		fprintf(stderr, "round %u of %u\n", round + 1, bench->rounds);
		if (!bench->sync_only)
			ceiling_measure(&bench->report, bench->dir, bench->scale);
		measure_sync(bench);
		if (!bench->sync_only)
			measure_writing(bench);
	}
	if (bench->sync_only)
		return;
	measure_opening(bench);
	measure_rollup(bench);
}

// ---- The command line ----

static int look(const char *dir)
{
	struct home home;
	struct txn txn;
	struct arena arena;
	struct record record;
	struct record_key key;
	double start = stage_seconds();
	arena_init(&arena, LIMIT_DECODE_BYTES);
	stage_check(home_open(dir, HOME_WRITE, &home), dir);
	stage_check(txn_begin(home.store, STORE_READ, &txn), dir);
	struct scan scan = scan_begin_last(&txn, STORE_RECORD, span_of(NULL, 0));
	expect(scan_next(&scan), "no record is there");
	stage_check(record_key_decode(scan.key, &key), "a key");
	stage_check(record_load(&txn, &key, &arena, &record), "a record");
	scan_end(&scan);
	txn_abort(&txn);
	printf("%.6f %.0f\n", stage_seconds() - start, (double)stage_resident(getpid(), "VmHWM:"));
	home_close(&home);
	arena_free(&arena);
	return 0;
}

static int role(const char *name, const char *dir, const char *more)
{
	if (strcmp(name, "serve") == 0)
		return stage_serve(dir);
	if (strcmp(name, "client") == 0)
		return stage_client(dir, more);
	return strcmp(name, "look") == 0 ? look(dir) : 2;
}

static int finish(const struct bench *bench)
{
	FILE *table = bench->table ? fopen(bench->table, "w") : NULL;
	report_table(&bench->report, stdout);
	if (table)
		report_table(&bench->report, table);
	bool failed = bench->table && (!table || fclose(table));
	failed |= bench->json && report_json(&bench->report, bench->json);
	return failed ? 1 : 0;
}

int main(int count, char **words)
{
	struct bench bench = { .dir = ".", .rounds = 3, .scale = 1, .records = 20000 };
	expect(sodium_init() >= 0, "libsodium does not start");
	if (door_process_meant(count, words))
		return door_process_run();
	if (count == 5 && strcmp(words[1], "--role") == 0)
		return role(words[2], words[3], words[4]);
	for (int i = 1; i < count; i++) {
		bool has = i + 1 < count;
		if (strcmp(words[i], "--smoke") == 0)
			bench.scale = 40, bench.rounds = 1;
		else if (has && strcmp(words[i], "--dir") == 0)
			bench.dir = words[++i];
		else if (has && strcmp(words[i], "--json") == 0)
			bench.json = words[++i];
		else if (has && strcmp(words[i], "--table") == 0)
			bench.table = words[++i];
		else if (has && strcmp(words[i], "--rounds") == 0)
			bench.rounds = (unsigned)strtoul(words[++i], NULL, 10);
		else if (has && strcmp(words[i], "--sync-only") == 0)
			bench.sync_only = true, bench.records = strtoull(words[++i], NULL, 10);
		else
			expect(false, "usage: tributary_bench [--smoke] [--dir DIR] [--json FILE] [--table FILE] [--rounds N] [--sync-only RECORDS]");
	}
	measure(&bench);
	return finish(&bench);
}
