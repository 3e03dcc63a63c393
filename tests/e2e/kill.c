// Kills the programs with SIGKILL at random moments of real work, hundreds of times, and then looks
// whether anything that was acknowledged is lost.
//
//	kill /BUILD_DIR /PACK [KILLS [SEED]]
//
// A county, a township, and one branch with two devices. Each round writes a little (a put, now and then
// a table), syncs, and kills one of the processes in the middle: the device that syncs, the one that
// writes, the township, or the county. A server is started again at once; everything goes on. Decisions
// come from the seed, which is printed; the moments in which they strike are the machine's.
//
// What must hold at the end:
//	every put and import that gave 0 is on both devices once, whole; what was cut short is there once or not
//	both devices have the same records, the servers' figures are their number
//	receipts told the truth: what they cover is in the servers' stores, with the same roots
//	all stores verify; nobody took a killed process for a restored store; nobody ended by abort
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e/process.h"

enum {
	KILLS_DEFAULT = 240, LIMIT_S = 1400, LIMIT_EACH_S = 6, RECORDS_MAX = 200000, TABLE_ROWS = 400, PATH_BYTES = 512,
	COUNT_MS = 240000, READY_MS = 80000, MOMENT_MS = 300, LOOK_EVERY = 40,
};

enum server { COUNTY, TOWNSHIP, SERVERS };
enum target { A_SYNC, A_WRITE, A_TOWNSHIP, A_COUNTY, TARGETS };
static const char *const target_names[TARGETS] = { "device syncing", "device writing", "township", "county" };
static const char *const server_names[SERVERS] = { "county", "township" };
static const char *const devices[] = { "laptop", "tablet" };

struct play {
	const char *build;
	char dir[PATH_BYTES];
	uint64_t random;
	pid_t servers[SERVERS];
	char doors[SERVERS][2][64];
	unsigned kills[TARGETS];
	unsigned records;              // so many names were given out
	bool *acknowledged;            // by number; false: its writing was cut short
	unsigned sync_ms;              // how long the last whole sync took
};

// ---- Small things ----

#define DEVICE "client/tributary"
#define SERVER "server/tributaryd"

static unsigned below(struct play *play, unsigned limit)
{
	play->random ^= play->random << 13;
	play->random ^= play->random >> 7;
	play->random ^= play->random << 17;
	return (unsigned)((play->random >> 20) % limit);
}

// ---- Servers ----

static unsigned local_ports_from(void)
{
	unsigned from = 32768;
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
	if (file && fscanf(file, "%u", &from) != 1)
		from = 32768;
	if (file)
		fclose(file);
	return from;
}

static bool is_free(unsigned port)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	bool good = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
	close(fd);
	return good;
}

// Ports that no outgoing connection is given, so that a killed server gets its own again.
static void choose_doors(struct play *play)
{
	unsigned port = 10000 + (unsigned)getpid() * 7 % 10000, end = local_ports_from();
	for (size_t i = 0; i < SERVERS * 2; i++) {
		while (port < end && !is_free(port))
			port++;
		if (port >= end)
			process_fail("no port is free", "127.0.0.1");
		snprintf(play->doors[i / 2][i % 2], sizeof play->doors[0][0], "tcp://127.0.0.1:%u", port++);
	}
}

static bool is_ready(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && info.st_size > 0;
}

static void serve(struct play *play, enum server server)
{
	char path[64];
	snprintf(path, sizeof path, "%s.ready", server_names[server]);
	struct process_command command = { .args = { "-C", server_names[server], "run", "--sync", play->doors[server][0], "--porch",
	                                     play->doors[server][1] }, .to = path };
	unlink(path);
	play->servers[server] = process_start(play->build, SERVER, &command);
	uint64_t until = process_now_ms() + READY_MS;
	while (!is_ready(path)) {
		if (waitpid(play->servers[server], NULL, WNOHANG) != 0)
			process_fail("does not come up", server_names[server]);
		if (process_now_ms() > until)
			process_fail("is not ready in time", server_names[server]);
		process_pause_us(1000);
	}
}

static void kill_server(struct play *play, enum server server)
{
	kill(play->servers[server], SIGKILL);
	if (!process_killed(process_finish(play->servers[server], server_names[server])))
		process_fail("had ended by itself", server_names[server]);
}

static void stop(struct play *play, enum server server)
{
	kill(play->servers[server], SIGTERM);
	int status = process_finish(play->servers[server], server_names[server]);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		process_fail("does not end well", server_names[server]);
}

// ---- The tree ----

static void invite(const struct play *play, enum server server, const char *unit, bool for_server, char code[1024])
{
	json_t *answer = process_ask(play->build, SERVER, &(struct process_command){ .args = { "-C", server_names[server], "--json", "invite", "--unit",
	                                                                unit, for_server ? "--server" : NULL } });
	snprintf(code, 1024, "%s", process_text(answer, "code"));
	json_decref(answer);
}

static void plant(struct play *play, const char *pack)
{
	char code[1024];
	process_must(play->build, SERVER, &(struct process_command){ .args = { "-C", "county", "init", "--top", "--name", "县委", "--kind", "county",
	                                                "--pack", pack } });
	serve(play, COUNTY);
	process_must(play->build, SERVER, &(struct process_command){ .args = { "-C", "county", "unit", "add", "--kind", "township", "--name", "镇",
	                                                "--code", "T1" } });
	invite(play, COUNTY, "T1", true, code);
	process_must(play->build, SERVER, &(struct process_command){ .args = { "-C", "township", "init", "--join", code } });
	serve(play, TOWNSHIP);
	process_must(play->build, SERVER, &(struct process_command){ .args = { "-C", "township", "unit", "add", "--kind", "branch", "--name", "支部",
	                                                "--code", "B1" } });
	for (size_t i = 0; i < 2; i++) {
		invite(play, TOWNSHIP, "B1", false, code);
		process_must(play->build, DEVICE, &(struct process_command){ .args = { "-C", devices[i], "join", code, "--label", devices[i] } });
	}
}

// ---- Writing ----

static unsigned new_name(struct play *play)
{
	if (play->records == RECORDS_MAX)
		process_fail("too many records", "raise RECORDS_MAX");
	return play->records++;
}

static pid_t start_put(struct play *play, const char *device, unsigned record)
{
	char name[32];
	snprintf(name, sizeof name, "name=n%u", record);
	return process_start(play->build, DEVICE, &(struct process_command){
		.args = { "-C", device, "put", "member", name, "sex=male", "ethnic_group=han", "birth=1980-01-01", "joined=2008-07-01",
		          "category=full", "occupation=herder_farmer" } });
}

static void put(struct play *play, const char *device)
{
	unsigned record = new_name(play);
	int status = process_finish(start_put(play, device, record), "put");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		process_fail("put failed", device);
	play->acknowledged[record] = true;
}

static void import(struct play *play, const char *device)
{
	unsigned first = play->records;
	FILE *file = fopen("table.csv", "w");
	if (!file)
		process_fail("table.csv", strerror(errno));
	fputs("姓名,性别,民族,出生日期,入党日期,党员类别,职业\n", file);
	for (unsigned i = 0; i < TABLE_ROWS; i++)
		fprintf(file, "n%u,女,汉族,1980-01-01,2008-07-01,正式党员,农牧民\n", new_name(play));
	fclose(file);
	process_must(play->build, DEVICE, &(struct process_command){ .args = { "-C", device, "import", "member", "table.csv" } });
	for (unsigned i = first; i < play->records; i++)
		play->acknowledged[i] = true;
}

// ---- Killing ----

// Somewhere in the time that the work takes, mostly; else anywhere.
static unsigned moment_us(struct play *play, unsigned usual_ms)
{
	unsigned limit = below(play, 4) ? usual_ms + 10 : MOMENT_MS;
	return below(play, (limit < MOMENT_MS ? limit : MOMENT_MS) * 1000);
}

static void kill_put(struct play *play, const char *device)
{
	unsigned record = new_name(play);
	pid_t pid = start_put(play, device, record);
	process_pause_us(below(play, 12000));
	kill(pid, SIGKILL);
	int status = process_finish(pid, "put");
	play->kills[A_WRITE] += process_killed(status);
	play->acknowledged[record] = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!process_killed(status) && !play->acknowledged[record])
		process_fail("put failed", device);
}

// A sync ends well, finds nobody (4), is told to come back (75), or was killed.
static void judge_sync(struct play *play, const char *device, int status, uint64_t began)
{
	bool good = process_killed(status) || (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 4 ||
	                                                     WEXITSTATUS(status) == 75));
	if (!good) {
		char what[64];
		snprintf(what, sizeof what, "%s: status %d", device, status);
		process_fail("a sync ended badly", what);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && process_now_ms() - began < MOMENT_MS)
		play->sync_ms = (unsigned)(process_now_ms() - began);
}

static void kill_during_sync(struct play *play, const char *device, enum target target)
{
	uint64_t began = process_now_ms();
	pid_t pid = process_start(play->build, DEVICE, &(struct process_command){ .args = { "-C", device, "sync" } });
	process_pause_us(moment_us(play, play->sync_ms));
	if (target == A_SYNC) {
		kill(pid, SIGKILL);
		int status = process_finish(pid, "sync");
		play->kills[A_SYNC] += process_killed(status);
		judge_sync(play, device, status, began);
		return;
	}
	enum server server = target == A_COUNTY ? COUNTY : TOWNSHIP;
	kill_server(play, server);
	play->kills[target]++;
	serve(play, server);
	judge_sync(play, device, process_finish(pid, "sync"), began);
}

static void round_of(struct play *play)
{
	static const enum target dice[] = { A_SYNC, A_SYNC, A_SYNC, A_SYNC, A_SYNC, A_SYNC, A_SYNC, A_WRITE, A_WRITE,
	                                    A_TOWNSHIP, A_TOWNSHIP, A_TOWNSHIP, A_COUNTY };
	const char *device = devices[below(play, 2)];
	enum target target = dice[below(play, sizeof dice / sizeof dice[0])];
	for (unsigned puts = below(play, 3); puts > 0; puts--)
		put(play, device);
	if (below(play, 12) == 0)
		import(play, device);
	if (target == A_WRITE)
		kill_put(play, device);
	else
		kill_during_sync(play, device, target);
}

static unsigned kills(const struct play *play)
{
	unsigned all = 0;
	for (size_t i = 0; i < TARGETS; i++)
		all += play->kills[i];
	return all;
}

// ---- Looking ----

// No receipt that a device holds covers more than the township has; where both are as long, they are the same.
static void check_receipts(const struct play *play, const char *device)
{
	json_t *status = process_ask(play->build, DEVICE, &(struct process_command){ .args = { "-C", device, "--json", "status" } });
	json_t *checked = process_ask(play->build, SERVER, &(struct process_command){ .args = { "-C", "township", "--json", "check" } });
	json_t *own, *held;
	size_t i, j, found = 0;
	json_array_foreach(json_object_get(status, "logs"), i, own) {
		json_int_t received = process_number(own, "received");
		bool there = received == 0;
		json_array_foreach(json_object_get(checked, "logs"), j, held) {
			if (strcmp(process_text(own, "log"), process_text(held, "log")) != 0)
				continue;
			there = there || process_number(held, "entries") >= received;
			if (process_number(held, "entries") == received && strcmp(process_text(own, "received_root"), process_text(held, "root")) != 0)
				process_fail("a receipt is for another history", process_text(own, "log"));
			found++;
		}
		if (!there)
			process_fail("a receipt covers what the server lacks", process_text(own, "log"));
	}
	if (found == 0)
		process_fail("no log of the device is at the township", device);
	json_decref(status);
	json_decref(checked);
}

static void sync_whole(const struct play *play, const char *device)
{
	for (unsigned tries = 0; tries < 5; tries++) {
		if (process_run(play->build, DEVICE, &(struct process_command){ .args = { "-C", device, "sync" } }) == 0)
			return;
	}
	process_fail("does not get through any more", device);
}

// Counts each name of the device in seen[]; a record must be whole.
static void read_device(const struct play *play, const char *device, unsigned *seen)
{
	json_t *list = process_ask(play->build, DEVICE, &(struct process_command){ .args = { "-C", device, "--json", "list", "member" } });
	json_t *row;
	size_t i;
	json_array_foreach(json_object_get(list, "records"), i, row) {
		const json_t *fields = json_object_get(row, "fields");
		unsigned record;
		if (sscanf(process_text(fields, "name"), "n%u", &record) != 1 || record >= play->records)
			process_fail("a name that nobody wrote", process_text(fields, "name"));
		if (strcmp(process_text(fields, "birth"), "1980-01-01") != 0 || json_object_size(fields) != 7)
			process_fail("half a record", process_text(fields, "name"));
		seen[record]++;
	}
	json_decref(list);
}

static json_int_t figure(const struct play *play, enum server server)
{
	json_t *answer = process_ask(play->build, SERVER, &(struct process_command){ .args = { "-C", server_names[server], "--json", "figures", "--period",
	                                                                "2026-03", "--metric", "members" } });
	json_int_t value = process_number(json_array_get(json_object_get(answer, "figures"), 0), "value");
	json_decref(answer);
	return value;
}

// Acknowledged: once on each device. Cut short: the same on both, once at most. Gives how many there are.
static json_int_t check_records(const struct play *play)
{
	unsigned *seen[2];
	json_int_t all = 0;
	for (size_t d = 0; d < 2; d++) {
		seen[d] = calloc(play->records + 1, sizeof *seen[d]);
		read_device(play, devices[d], seen[d]);
	}
	for (unsigned i = 0; i < play->records; i++) {
		char name[32];
		snprintf(name, sizeof name, "n%u", i);
		if (seen[0][i] != seen[1][i])
			process_fail("the devices differ", name);
		if (seen[0][i] > 1)
			process_fail("there twice", name);
		if (play->acknowledged[i] && seen[0][i] == 0)
			process_fail("acknowledged and lost", name);
		all += seen[0][i];
	}
	free(seen[0]);
	free(seen[1]);
	return all;
}

static void check_figures(const struct play *play, json_int_t records)
{
	if (figure(play, TOWNSHIP) != records)
		process_fail("figure", "the township counts otherwise");
	uint64_t until = process_now_ms() + COUNT_MS;
	while (figure(play, COUNTY) != records) {
		if (process_now_ms() > until)
			process_fail("figure", "the county counts otherwise");
		process_pause_us(100000);
	}
}

static void check_devices(const struct play *play)
{
	for (size_t d = 0; d < 2; d++) {
		json_t *status = process_ask(play->build, DEVICE, &(struct process_command){ .args = { "-C", devices[d], "--json", "status" } });
		if (process_number(status, "waiting") || process_number(status, "not_accepted") || process_number(status, "conflicts") || process_number(status, "local"))
			process_fail("something is left waiting, refused or in conflict", devices[d]);
		json_decref(status);
		check_receipts(play, devices[d]);
		process_must(play->build, DEVICE, &(struct process_command){ .args = { "-C", devices[d], "doctor" } });
	}
}

static void check_stderr(void)
{
	char line[4096];
	FILE *file = fopen("stderr", "r");
	while (file && fgets(line, sizeof line, file)) {
		if (strstr(line, "new life") || strstr(line, "ssert") || strstr(line, "damaged"))
			process_fail("was said", line);
	}
	if (file)
		fclose(file);
}

static void check_end(struct play *play)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		sync_whole(play, devices[0]);
		sync_whole(play, devices[1]);
	}
	json_int_t records = check_records(play);
	check_figures(play, records);
	check_devices(play);
	for (enum server server = COUNTY; server < SERVERS; server++) {
		stop(play, server);
		json_t *status = process_ask(play->build, SERVER, &(struct process_command){ .args = { "-C", server_names[server], "--json", "status" } });
		if (process_number(status, "quarantined"))
			process_fail("entries were set aside", server_names[server]);
		json_decref(status);
		process_must(play->build, SERVER, &(struct process_command){ .args = { "-C", server_names[server], "check", "--rebuild" } });
		if (figure(play, server) != records)
			process_fail("figures differ when computed anew", server_names[server]);
	}
	check_stderr();
	printf("%lld records there, of %u written or begun; nothing acknowledged is lost\n", (long long)records, play->records);
}

// ---- The whole ----

static void storm(struct play *play, unsigned wanted)
{
	uint64_t began = process_now_ms();
	unsigned looked = 0;
	while (kills(play) < wanted) {
		round_of(play);
		if (kills(play) / LOOK_EVERY == looked)
			continue;
		looked = kills(play) / LOOK_EVERY;
		check_receipts(play, devices[0]);
		check_receipts(play, devices[1]);
		printf("%u kills, %u records, %llu s\n", kills(play), play->records, (unsigned long long)(process_now_ms() - began) / 1000);
	}
	for (size_t i = 0; i < TARGETS; i++)
		printf("killed: %s %u times\n", target_names[i], play->kills[i]);
}

static void enter_scratch(struct play *play)
{
	const char *above = getenv("TMPDIR");
	snprintf(play->dir, sizeof play->dir, "%s/tributary-kill.XXXXXX", above ? above : "/tmp");
	if (!mkdtemp(play->dir) || chdir(play->dir))
		process_fail(play->dir, strerror(errno));
}

int main(int argc, char **argv)
{
	struct play play = { .sync_ms = 30 };
	if (argc < 3 || argv[1][0] != '/' || argv[2][0] != '/') {
		fprintf(stderr, "usage: kill /BUILD_DIR /PACK [KILLS [SEED]]\n");
		return 2;
	}
	play.build = argv[1];
	unsigned wanted = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : KILLS_DEFAULT;
	unsigned long seed = argc > 4 ? strtoul(argv[4], NULL, 10) : 20260701;
	play.random = seed * 2654435761u + 88172645463325252u;
	play.acknowledged = calloc(RECORDS_MAX, sizeof *play.acknowledged);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("TRIBUTARY_DIR");
	alarm(LIMIT_S + (wanted > KILLS_DEFAULT ? (wanted - KILLS_DEFAULT) * LIMIT_EACH_S : 0)); // ends this process, and with it all the others
	setvbuf(stdout, NULL, _IOLBF, 0);
	enter_scratch(&play);
	printf("seed %lu, %u kills, in %s\n", seed, wanted, play.dir);
	choose_doors(&play);
	plant(&play, argv[2]);
	storm(&play, wanted);
	check_end(&play);
	free(play.acknowledged);
	return chdir("/") || execlp("rm", "rm", "-rf", play.dir, (char *)NULL);
}
