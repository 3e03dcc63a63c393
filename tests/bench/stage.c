// Homes, records and child processes of a benchmark.
#include "stage.h"

#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pb.h"
#include "io/loop.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "cli/stopping.h"
#include "records.h"
#include "sync/join.h"

enum { EDIT_FIELD = 7, LINE_BYTES = 512 };

void stage_check(enum err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, err_text(err));
	exit(1);
}

static void check_system(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(1);
}

double stage_seconds(void)
{
	return (double)machine_monotonic_ns() / 1e9;
}

void stage_remove(const char *dir)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	while (list && (entry = readdir(list))) {
		char path[512];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (unlink(path))
			stage_remove(path);
	}
	if (list)
		closedir(list);
	rmdir(dir);
}

// ---- A tree of two ----

static void found(struct stage *stage, struct home *server)
{
	struct identity root;
	struct txn txn;
	struct arena arena;
	struct buf pack = BUF_EMPTY;
	const char *why = "";
	uint8_t seed[DRBG_SEED_BYTES];
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(stage->pack, &pack, &arena, &why);
	stage_check(err, err ? why : "");
	machine_random(seed, sizeof seed);
	stage_check(home_root_create(server->dir, NULL, &root), "the root key");
	stage_check(txn_begin(server->store, STORE_WRITE, &txn), "founding");
	stage_check(join_found(&txn, &server->self, &root, "县委", "county", buf_span(&pack), machine_now_ms(), seed), "founding");
	stage_check(txn_commit(&txn), "founding");
	buf_free(&pack);
	arena_free(&arena);
}

static void state(struct pen *pen, Tributary__Statement *first, Tributary__Statement *second)
{
	Tributary__Statement *list[] = { first, second };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	first->effective = second->effective = date_of_ms(pen->now_ms, 0);
	statements.n_statements = 2;
	statements.statements = list;
	stage_check(pen_statements(pen, &statements), "enrolling the branch");
}

static void enrol(struct home *server, struct home *branch)
{
	struct txn txn;
	struct pen pen;
	Tributary__UnitCreated unit = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__DeviceEnrolled enrolled = TRIBUTARY__DEVICE_ENROLLED__INIT;
	Tributary__Statement first = TRIBUTARY__STATEMENT__INIT, second = TRIBUTARY__STATEMENT__INIT;
	struct self *self = &branch->self;
	stage_check(home_pen_begin(server, &txn, &pen), "enrolling the branch");
	self->unit = pen_new_id(&pen);
	struct statement_device device = { .device = self->identity.sign_public, .curve = self->identity.curve_public,
	                                   .box = self->identity.box_public, .unit = self->unit, .label = "电脑" };
	struct signature proof = statement_device_sign(&self->identity, &device, &server->self.identity.sign_public);
	unit.unit = pb_bytes(id_span(&self->unit));
	unit.parent = pb_bytes(id_span(&server->self.unit));
	unit.kind = (char *)(uintptr_t)"branch";
	unit.name = (char *)(uintptr_t)"柳沟村党支部";
	enrolled.device = pb_bytes(hash_span(&device.device));
	enrolled.unit = unit.unit;
	enrolled.curve_key = pb_bytes(hash_span(&device.curve));
	enrolled.box_key = pb_bytes(hash_span(&device.box));
	enrolled.label = (char *)(uintptr_t)device.label;
	enrolled.proof = pb_bytes(span_of(proof.bytes, sizeof proof.bytes));
	first.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	first.unit_created = &unit;
	second.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED;
	second.device_enrolled = &enrolled;
	state(&pen, &first, &second);
	stage_check(home_pen_commit(&txn, &pen), "enrolling the branch");
}

static void save_self(struct home *home)
{
	struct txn txn;
	stage_check(txn_begin(home->store, STORE_WRITE, &txn), "a home");
	self_save(&txn, &home->self);
	stage_check(txn_commit(&txn), "a home");
}

void stage_open(struct stage *stage, const char *under, const char *pack)
{
	struct home server, branch;
	stage->pack = pack;
	snprintf(stage->dir, sizeof stage->dir, "%s/stage-XXXXXX", under);
	check_system(mkdtemp(stage->dir) != NULL, stage->dir);
	snprintf(stage->server, sizeof stage->server, "%s/server", stage->dir);
	snprintf(stage->branch, sizeof stage->branch, "%s/branch", stage->dir);
	stage_check(home_create(stage->server, &server), "the server's home");
	stage_check(home_create(stage->branch, &branch), "the branch's home");
	found(stage, &server);
	enrol(&server, &branch);
	branch.self.root_key = server.self.root_key;
	branch.self.parent_key = server.self.identity.sign_public;
	branch.self.parent_curve = server.self.identity.curve_public;
	save_self(&branch);
	home_close(&branch);
	home_close(&server);
}

void stage_close(struct stage *stage)
{
	stage_remove(stage->dir);
}

// ---- Writing ----

static void write_one(struct pen *pen, uint64_t number)
{
	struct records_visit visit;
	bool changed;
	records_make(&visit, number);
	struct id id = pen_new_id(pen);
	stage_check(pen_set(pen, NULL, RECORDS_KIND, &id, visit.write, RECORDS_FIELDS, &changed), "a record");
}

double stage_write(struct stage *stage, uint64_t from, uint64_t count, uint64_t each)
{
	struct home home;
	struct txn txn;
	struct pen pen;
	stage_check(home_open(stage->branch, HOME_WRITE, &home), "the branch's home");
	double start = stage_seconds();
	for (uint64_t done = 0; done < count;) {
		uint64_t until = each && done + each < count ? done + each : count;
		stage_check(home_pen_begin(&home, &txn, &pen), "writing");
		for (; done < until; done++)
			write_one(&pen, from + done);
		stage_check(home_pen_commit(&txn, &pen), "writing");
	}
	double seconds = stage_seconds() - start;
	home_close(&home);
	return seconds;
}

double stage_edit(struct stage *stage, uint64_t count)
{
	struct home home;
	struct txn txn;
	struct pen pen;
	struct record_key keys[64];
	size_t found_keys = 0;
	stage_check(home_open(stage->branch, HOME_WRITE, &home), "the branch's home");
	double start = stage_seconds();
	stage_check(home_pen_begin(&home, &txn, &pen), "editing");
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_of(NULL, 0));
	while (found_keys < count && found_keys < 64 && scan_next(&scan))
		stage_check(record_key_decode(scan.key, &keys[found_keys++]), "a record's key");
	scan_end(&scan);
	for (size_t i = 0; i < found_keys; i++) {
		struct pen_write write = { .field = EDIT_FIELD,
		                           .value = { .form = VALUE_IS_NUMBER, .number = 12300 + (int64_t)(i * 700) } };
		bool changed;
		stage_check(pen_set(&pen, NULL, RECORDS_KIND, &keys[i].record, &write, 1, &changed), "an edit");
	}
	stage_check(home_pen_commit(&txn, &pen), "editing");
	home_close(&home);
	return stage_seconds() - start;
}

// ---- Looking ----

bool stage_receipted(struct stage *stage)
{
	struct home home;
	struct txn txn;
	bool all = true;
	stage_check(home_open(stage->branch, HOME_READ, &home), "the branch's home");
	stage_check(txn_begin(home.store, STORE_READ, &txn), "looking");
	struct scan scan = scan_begin(&txn, STORE_LOG, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct hash id;
		struct journal_log log;
		stage_check(hash_read(scan.key, &id), "a log");
		stage_check(journal_find(&txn, &id, &log), "a log");
		if (hash_equal(&log.name.device, &home.self.identity.sign_public))
			all = all && log.receipt[0].size == log.head.size && log.head.size == log.peaks.size;
	}
	scan_end(&scan);
	txn_abort(&txn);
	home_close(&home);
	return all;
}

uint64_t stage_records(const char *dir)
{
	struct home home;
	struct txn txn;
	uint64_t count = 0;
	stage_check(home_open(dir, HOME_READ, &home), dir);
	stage_check(txn_begin(home.store, STORE_READ, &txn), "looking");
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_of(NULL, 0));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	txn_abort(&txn);
	home_close(&home);
	return count;
}

uint64_t stage_disk_bytes(const char *dir)
{
	char path[512];
	struct stat status;
	snprintf(path, sizeof path, "%s/store/data.mdb", dir);
	check_system(stat(path, &status) == 0, path);
	return (uint64_t)status.st_blocks * 512;
}

// ---- Processes ----

struct stage_child stage_start(const char *role, const char *dir, const char *more)
{
	int pipes[2];
	check_system(pipe(pipes) == 0, "pipe");
	fflush(NULL);
	struct stage_child child = { .pid = fork(), .from = pipes[0] };
	check_system(child.pid >= 0, "fork");
	if (child.pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execl("/proc/self/exe", "tributary_bench", "--role", role, dir, more, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	return child;
}

void stage_line(struct stage_child *child, char *line, size_t size)
{
	size_t used = 0;
	while (used + 1 < size && read(child->from, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
}

void stage_stop(struct stage_child *child, int signal)
{
	int status = 0;
	if (signal)
		kill(child->pid, signal);
	waitpid(child->pid, &status, 0);
	close(child->from);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench: a process of the benchmark failed\n");
		exit(1);
	}
}

uint64_t stage_resident(pid_t pid, const char *key)
{
	char path[64], line[256];
	uint64_t kilobytes = 0;
	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	FILE *file = fopen(path, "r");
	check_system(file != NULL, path);
	while (fgets(line, sizeof line, file))
		if (strncmp(line, key, strlen(key)) == 0)
			kilobytes = strtoull(line + strlen(key) + 1, NULL, 10);
	fclose(file);
	return kilobytes * 1024;
}

double stage_busy(pid_t pid)
{
	char path[320];
	unsigned long long sum = 0, nanoseconds;
	snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
	DIR *list = opendir(path);
	check_system(list != NULL, path);
	for (struct dirent *entry; (entry = readdir(list));) {
		snprintf(path, sizeof path, "/proc/%ld/task/%.32s/schedstat", (long)pid, entry->d_name);
		FILE *file = fopen(path, "r");
		if (file && fscanf(file, "%llu", &nanoseconds) == 1)
			sum += nanoseconds;
		if (file)
			fclose(file);
	}
	closedir(list);
	return (double)sum / 1e9;
}

struct stage_session stage_sync(struct stage *stage, const char *address)
{
	struct stage_session session = { .seconds = 0 };
	char line[LINE_BYTES];
	struct stage_child child = stage_start("client", stage->branch, address);
	stage_line(&child, line, sizeof line);
	int got = sscanf(line, "%lf %lf %" SCNu64 " %" SCNu64 " %" SCNu32 " %" SCNu64 " %" SCNu64, &session.seconds, &session.busy, &session.bytes_in,
	                 &session.bytes_out, &session.round_trips, &session.resident, &session.private);
	stage_stop(&child, 0);
	stage_check(got == 7 ? ERR_OK : ERR_MALFORMED, "what the client said");
	return session;
}

// ---- Roles ----

int stage_serve(const char *dir)
{
	struct home home;
	struct loop loop;
	char address[CONFIG_ADDRESS_BYTES];
	stage_check(home_open(dir, HOME_WRITE, &home), dir);
	struct link_options options = { .identity = &home.self.identity, .sync = "tcp://127.0.0.1:*",
	                                .program = "/proc/self/exe" }; // as a server is: libzmq in a process of its own
	stage_check(loop_open(&loop, &home, &options, NULL), "serving");
	stage_check(link_endpoint(loop.link, NODE_DOOR_SYNC, address, sizeof address), "the address");
	printf("%s\n", address);
	fflush(stdout);
	enum err err = loop_run(&loop, stopping_install(link_wake_fd(loop.link)));
	loop_close(&loop);
	home_close(&home);
	stage_check(err, "serving");
	return 0;
}

int stage_client(const char *dir, const char *address)
{
	struct home home;
	struct loop loop;
	uint64_t in, out;
	stage_check(home_open(dir, HOME_WRITE, &home), dir);
	snprintf(home.self.parent_address, sizeof home.self.parent_address, "%s", address);
	save_self(&home);
	struct link_options options = { .identity = &home.self.identity };
	stage_check(loop_open(&loop, &home, &options, NULL), "calling");
	loop.want_parent = true;
	loop.give_up_ms = 60000;
	double start = stage_seconds(), idle = stage_busy(getpid());
	stage_check(loop_run(&loop, stopping_install(link_wake_fd(loop.link))), "calling");
	double seconds = stage_seconds() - start;
	stage_check(loop.result, "the session");
	link_traffic(loop.link, &in, &out);
	uint64_t resident = stage_resident(getpid(), "VmHWM:");
	printf("%.6f %.6f %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", seconds,
	       stage_busy(getpid()) - idle, in, out,
	       node_progress(loop.node).round_trips, resident, stage_resident(getpid(), "RssAnon:"));
	loop_close(&loop);
	home_close(&home);
	return 0;
}
