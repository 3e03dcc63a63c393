// Every call that can fail is made to fail, one after another: fault BUILD PACK [--scenario NAME] [--seconds S]
//
// A scenario is a command over a real store. Its n-th call of the machine fails (preload.c), for each n, until
// the command passes without one having failed. Each time: it ends by itself with one of the exit codes that
// docs/operations.md names; where that is not 0 it has said one plain line; the store verifies; and the same
// command, when the cause is gone, does what it should. What it said was done must be there.
//
// Within --seconds each scenario gets its share, and calls are left out evenly; without, none is.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGS_MAX = 16, COMMAND_SECONDS = 100, READY_SECONDS = 10, SAID_BYTES = 4096, FAILURES_MOST = 40 };

struct scenario {
	const char *name, *program, *dir;
	const char *args[ARGS_MAX];  // "%" stands for a number that is new each time
	const char *before;          // shell, without faults: $C, $D, $N
	const char *verify;          // shell: that it is done, where it said so
	const char *again;           // shell, instead of the same command once more
	const char *during;          // shell, of one that serves: what others do with it when it is ready; may fail
	const char *after;           // shell, without faults, before the same is done once more
	bool serves;                 // runs until it is told to stop
	bool libzmq;                 // libzmq runs in this process, and may end it when it lacks what it wants
};

static const struct scenario scenarios[] = {
	{ .name = "put", .program = "client/tributary", .dir = "tablet", .args = { "put", "meeting", "date=2026-03-20", "type=党课", "topic=第%题", "should_attend=1", "minutes=记录" },
	  .verify = "$C -C tablet list meeting | grep -q 第${N}题" },
	{ .name = "import", .program = "client/tributary", .dir = "tablet", .args = { "import", "dues", "dues-%.csv" },
	  .before = "printf '收据号,党员,应交月份,应交金额\\nR%s,张三,2026-03,10.00\\n' $N >dues-$N.csv", .again = "true" },
	{ .name = "figures", .program = "client/tributary", .dir = "tablet", .args = { "figures", "--period", "2026-03" } },
	{ .name = "list", .program = "client/tributary", .dir = "tablet", .args = { "list", "member" } },
	{ .name = "status", .program = "client/tributary", .dir = "tablet", .args = { "status" } },
	{ .name = "close", .program = "client/tributary", .dir = "tablet", .args = { "close", "2026-02" },
	  .before = "$C -C tablet reopen 2026-02 >/dev/null 2>&1 || true", .again = "$C -C tablet close 2026-02 || $C -C tablet period 2026-02 | grep -q ." },
	{ .name = "rebuild", .program = "client/tributary", .dir = "tablet", .args = { "check", "--rebuild" } },
	{ .name = "sync", .program = "client/tributary", .dir = "tablet", .args = { "sync" }, .libzmq = true,
	  .before = "$C -C tablet put meeting date=2026-03-21 type=党课 topic=同步$N should_attend=1 minutes=无 >/dev/null" },
	{ .name = "unit-add", .program = "server/tributaryd", .dir = "alone", .args = { "unit", "add", "--kind", "branch", "--code", "U%", "--name", "支部%" },
	  .verify = "$D -C alone unit list | grep -q 支部$N", .again = "$D -C alone unit add --kind branch --code V$N --name 另$N" },
	{ .name = "file-add", .program = "client/tributary", .dir = "tablet", .args = { "file", "add", "affair", "春耕", "files", "photo-%.jpg" },
	  .before = "head -c 200000 /dev/urandom >photo-$N.jpg", .verify = "$C -C tablet file list affair | grep -q photo-$N.jpg", .again = "$C -C tablet file add affair 春耕 files photo-$N.jpg" },
	{ .name = "transfer-offer", .program = "client/tributary", .dir = "tablet", .args = { "transfer", "offer", "人%", "--to", "B2" },
	  .before = "enter", .verify = "$C -C tablet transfer list --open | grep -q 人$N", .again = "$C -C tablet transfer list --open | grep -q 人$N || $C -C tablet transfer offer 人$N --to B2" },
	{ .name = "transfer-accept", .program = "client/tributary", .dir = "second", .args = { "transfer", "accept", "人%" }, .before = "enter && offer",
	  .again = "{ $C -C second transfer accept 人$N || :; } && $C -C second sync && soon approve && soon home_is 人$N" },
	{ .name = "transfer-approve", .program = "server/tributaryd", .dir = "county", .args = { "transfer", "approve", "$ID" }, .before = "enter && offer && accept && soon open_still",
	  .again = "{ approve || :; } && soon home_is 人$N" },
	{ .name = "transfer-commit", .program = "server/tributaryd", .dir = "county", .serves = true,
	  .args = { "run", "--json", "--sync", "tcp://127.0.0.1:$SYNC", "--porch", "tcp://127.0.0.1:$PORCH" },
	  .before = "enter && offer && accept && soon approve && $C -C tablet file add affair 春耕 \"files[$N.jpg]\" photo.jpg && unserve",
	  .during = "timeout -k 1 5 $C -C second sync; timeout -k 1 5 $C -C tablet sync", .after = "serve && $C -C second sync && $C -C tablet sync && soon home_is 人$N && $C -C tablet sync",
	  .again = "$D -C county file list --unit B1 | grep -q $N.jpg" },
	{ .name = "run", .program = "server/tributaryd", .dir = "alone", .args = { "run", "--sync", "tcp://127.0.0.1:*", "--porch", "tcp://127.0.0.1:*" }, .serves = true, .again = "true" },
};

struct kind {
	const char *name, *what;
	int error;
	bool half, always;
};

static const struct kind kinds[] = {
	{ .name = "memory, once", .what = "memory" },
	{ .name = "memory, for good", .what = "memory", .always = true },
	{ .name = "EIO, once", .what = "system", .error = EIO },
	{ .name = "ENOSPC, for good", .what = "system", .error = ENOSPC, .always = true },
	{ .name = "EMFILE, once", .what = "system", .error = EMFILE },
	{ .name = "ENOMEM, for good", .what = "system", .error = ENOMEM, .always = true },
	{ .name = "short writes, once", .what = "system", .error = ENOSPC, .half = true },
};

struct fault {
	const char *build, *pack, *only, *only_kind;
	double seconds;
	char preload[512], programs[2][512];
	unsigned number;          // of the try: what "%" stands for
	unsigned runs, refused, tolerated, ended, failures; // ended: by libzmq
	char said[SAID_BYTES];
	size_t said_size;
};

static double seconds_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void pause_ms(long ms)
{
	struct timespec pause = { .tv_nsec = ms * 1000000 };
	nanosleep(&pause, NULL);
}

static void stop(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(2);
}

// ---- Running ----

// What a small file says; "" when there is none.
static void read_note(const char *file, char *name, size_t size)
{
	int fd = open(file, O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, name, size - 1);
	name[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

// The doors of the county, which stay the same from one start to the next.
static char doors[2][16];

static void put_number(const char *text, unsigned number, char *to, size_t size)
{
	size_t at = 0;
	for (; *text && at + 12 < size; text++)
		if (*text == '%')
			at += (size_t)snprintf(to + at, size - at, "%u", number);
		else if (strcmp(text, "$ID") == 0) {
			read_note("id", to, 33);
			return;
		} else if (strcmp(text, "$SYNC") == 0 || strcmp(text, "$PORCH") == 0) {
			snprintf(to + at, size - at, "%s", doors[text[1] == 'P']);
			return;
		} else
			to[at++] = *text;
	to[at] = '\0';
}

static void arm(const struct fault *fault, const struct kind *kind, unsigned at)
{
	char number[16];
	snprintf(number, sizeof number, "%u", at);
	setenv("FAULT_AT", number, 1);
	setenv("FAULT_WHAT", kind->what, 1);
	snprintf(number, sizeof number, "%d", kind->error);
	setenv("FAULT_ERROR", number, 1);
	if (kind->half)
		setenv("FAULT_SHORT", "1", 1);
	if (kind->always)
		setenv("FAULT_ALWAYS", "1", 1);
	setenv("FAULT_NOTE", "note", 1);
	setenv("FAULT_COUNT", "count", 1);
	setenv("LD_PRELOAD", fault->preload, 1);
}

static pid_t start(const struct fault *fault, const struct scenario *scenario, const struct kind *kind, unsigned at)
{
	char texts[ARGS_MAX][128], path[600];
	char *args[ARGS_MAX + 4] = { path, (char *)(uintptr_t)"-C", (char *)(uintptr_t)scenario->dir };
	snprintf(path, sizeof path, "%s/%s", fault->build, scenario->program);
	for (size_t i = 0; i < ARGS_MAX && scenario->args[i]; i++) {
		put_number(scenario->args[i], fault->number, texts[i], sizeof texts[i]);
		args[3 + i] = texts[i];
	}
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int in = open("/dev/null", O_RDONLY), out = open("said.out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int err = open("said.err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	arm(fault, kind, at);
	execv(path, args);
	_exit(127);
}

// What scenarios are told in.
static const char helpers[] =
	"soon() { for n in $(seq 600); do \"$@\" && return; sleep 0.1; done; return 1; };"
	"home_is() { $C -C tablet sync; $C -C second sync && $C -C second list member | grep -q $1; };"
	"recorded() { $C -C tablet sync && $C -C tablet --json transfer show $1 | grep -q '\"final\": *true'; };"
	"enter() { $C -C tablet --json put member name=人$N sex=女 ethnic_group=汉族 birth=1990-05-01 joined=2015-07-01 category=正式党员 occupation=农牧民 >entered &&"
	" grep -o '[0-9a-f]\\{32\\}' entered | head -n 1 >id && $C -C tablet sync && soon recorded 人$N; };"
	"accept() { $C -C second transfer accept 人$N && $C -C second sync; };"
	"approve() { $D -C county transfer approve $(cat id); };"
	"open_still() { $D -C county transfer list --open | grep -q $(cat id); };"
	"offer() { $C -C tablet transfer offer 人$N --to B2 && $C -C tablet sync && soon offered; };"
	"offered() { $C -C second sync && $C -C second transfer list --open | grep -q 人$N; };"
	"serve() { : >ready; { $D -C county --json run --sync \"tcp://127.0.0.1:${SYNC:-*}\" --porch \"tcp://127.0.0.1:${PORCH:-*}\" >ready 2>serve.err & echo $! >servers; } &&"
	" for n in $(seq 1200); do [ -s ready ] && return; sleep 0.05; done; return 1; };"
	"runs() { kill -0 $1 2>/dev/null && ! grep -q ') Z' /proc/$1/stat; };"
	"unserve() { kill $(cat servers); for n in $(seq 1200); do runs $(cat servers) || return 0; sleep 0.05; done; return 1; };"
	"[ ! -s doors ] || read -r SYNC PORCH <doors;";

static bool shell(const struct fault *fault, const char *command)
{
	char line[4096];
	snprintf(line, sizeof line, "C='%s' D='%s' N=%u; %s { %s; } >shell.out 2>&1", fault->programs[0], fault->programs[1], fault->number, helpers, command);
	return system(line) == 0;
}

static bool ready(void)
{
	struct stat status;
	return stat("said.out", &status) == 0 && status.st_size > 0;
}

// As waitpid tells it; -1: it did not end in time. One that serves is told to stop when it is ready.
static int finish(const struct fault *fault, pid_t pid, const struct scenario *scenario)
{
	const bool serves = scenario->serves;
	int status;
	bool told = false;
	double until = seconds_now() + COMMAND_SECONDS;
	while (seconds_now() < until) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		if (got == pid)
			return status;
		if (serves && !told && (ready() || seconds_now() > until - COMMAND_SECONDS + READY_SECONDS)) { // without memory it may not say so
			pause_ms(50); // some turns of its loop
			if (scenario->during && shell(fault, scenario->during))
				until += COMMAND_SECONDS;
			kill(pid, SIGTERM);
			told = true;
		}
		pause_ms(1);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

static void read_said(struct fault *fault)
{
	int fd = open("said.err", O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, fault->said, sizeof fault->said - 1);
	close(fd);
	fault->said_size = got > 0 ? (size_t)got : 0;
	fault->said[fault->said_size] = '\0';
}

// ---- Judging ----

static bool one_plain_line(const struct fault *fault)
{
	const char *end = strchr(fault->said, '\n');
	return end && end[1] == '\0' && end - fault->said > 10 && !strstr(fault->said, "ssertion") && !strstr(fault->said, "(nil)");
}

static bool known_code(int status)
{
	static const int codes[] = { 0, 1, 2, 3, 4, 75 };
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == codes[i])
			return true;
	return false;
}

static void complain(struct fault *fault, const struct scenario *scenario, const struct kind *kind, unsigned at, const char *call, const char *what)
{
	fault->failures++;
	printf("  FAILED %s, %s, call %u (%s): %s\n    said: %s\n", scenario->name, kind->name, at, call, what,
	       fault->said_size ? fault->said : "nothing\n");
	fflush(stdout);
	if (getenv("FAULT_ALOUD") && system("tail -n 5 shell.out said.err said.out"))
		return;
}

static const char *judge(struct fault *fault, const struct scenario *scenario, int status)
{
	char check[128];
	bool done = status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	bool ended = scenario->libzmq && (status < 0 || WIFSIGNALED(status)); // known: docs/reliability.md
	if (status < 0 && !ended)
		return "it does not end";
	if (WIFSIGNALED(status) && !ended)
		return "it ended by a signal";
	if (!ended && !known_code(status))
		return "an exit code that is not documented";
	if (!ended && !done && !one_plain_line(fault))
		return "not one plain line";
	*(ended ? &fault->ended : done ? &fault->tolerated : &fault->refused) += 1;
	snprintf(check, sizeof check, "%s -C %s check", strstr(scenario->program, "tributaryd") ? "$D" : "$C", scenario->dir);
	if (!shell(fault, check))
		return "the store does not verify afterwards";
	if (done && scenario->verify && !shell(fault, scenario->verify))
		return "it said that it was done, and it is not";
	return NULL;
}

// When the cause is gone it does what it should.
static const char *repeat(struct fault *fault, const struct scenario *scenario)
{
	static const struct kind none = { .what = "nothing" };
	if (scenario->again)
		return shell(fault, scenario->again) ? NULL : "it does not work when the cause is gone";
	int status = finish(fault, start(fault, scenario, &none, 0), scenario);
	return status == 0 ? NULL : "it does not work when the cause is gone";
}

// False when nothing failed: there is no n-th call.
static bool try_one(struct fault *fault, const struct scenario *scenario, const struct kind *kind, unsigned at)
{
	char call[64];
	fault->number++;
	unlink("note");
	if (scenario->before && !shell(fault, scenario->before)) {
		if (system("tail -n 5 shell.out"))
			fputs("nothing was said\n", stderr);
		stop(scenario->before);
	}
	unlink("said.out");
	int status = finish(fault, start(fault, scenario, kind, at), scenario);
	read_said(fault);
	read_note("note", call, sizeof call);
	const char *wrong = *call ? judge(fault, scenario, status) : NULL;
	if (scenario->after && !shell(fault, scenario->after) && !wrong)
		wrong = "what was under way does not come to its end when the cause is gone";
	if (!*call && !wrong)
		return false;
	fault->runs++;
	if (!wrong)
		wrong = repeat(fault, scenario);
	if (wrong)
		complain(fault, scenario, kind, at, call, wrong);
	return true;
}

// How many calls there are: told by a run in which none fails.
static unsigned count_calls(struct fault *fault, const struct scenario *scenario, const struct kind *kind)
{
	char count[24];
	unlink("count");
	try_one(fault, scenario, kind, 1000000);
	read_note("count", count, sizeof count);
	return (unsigned)atoi(count);
}

static void sweep(struct fault *fault, const struct scenario *scenario, const struct kind *kind, double seconds)
{
	double begun = seconds_now(), until = begun + seconds;
	struct fault before = *fault;
	unsigned step = 1, last = 0;
	if (seconds > 0) {
		unsigned calls = count_calls(fault, scenario, kind);
		double each = (seconds_now() - begun) * 2; // and the store is verified, and the command repeated
		double left = until - seconds_now();
		unsigned room = left > each ? (unsigned)(left / each) : 1;
		step = calls / room + 1;
	}
	for (unsigned at = seconds > 0 ? 1 + (unsigned)getpid() % step : 1; fault->failures < FAILURES_MOST; at += step) {
		if ((seconds > 0 && seconds_now() > until) || !try_one(fault, scenario, kind, at))
			break;
		last = at;
	}
	printf("| %s | %s | %u | every %u. up to %u | %u | %u | %u | %u |\n", scenario->name, kind->name, fault->runs - before.runs, step, last,
	       fault->refused - before.refused, fault->tolerated - before.tolerated, fault->ended - before.ended,
	       fault->failures - before.failures);
	fflush(stdout);
}

// ---- The stage ----

static const char stage[] =
	"$D -C county init --top --name 县委 --kind county --pack $PACK && $D -C alone init --top --name 独 --kind county --pack $PACK &&"
	"$D -C county unit add --kind branch --code B1 --name 一支部 && $D -C county unit add --kind branch --code B2 --name 二支部 && serve &&"
	"sed 's/.*\"sync\":\"tcp:..[^\"]*:\\([0-9]*\\)\".*\"porch\":\"tcp:..[^\"]*:\\([0-9]*\\)\".*/\\1 \\2/' ready >doors && $C -C second join \"$($D -C county invite --unit B2)\" --label 平板二 &&"
	"$C -C tablet join \"$($D -C county invite --unit B1)\" --label 平板 &&"
	"$C -C tablet put member name=张三 sex=女 ethnic_group=汉族 birth=1990-05-01 joined=2015-07-01 category=正式党员 occupation=农牧民 &&"
	"$C -C tablet put affair date=2026-03-01 sort=project topic=春耕 && head -c 300000 /dev/urandom >photo.jpg && $C -C tablet sync";

static void clear(void)
{
	if (system("kill $(cat servers)"))
		fputs("fault: the servers had ended\n", stderr);
	if (system("cd / && rm -rf \"$FAULT_DIR\""))
		return;
}

static void open_stage(struct fault *fault)
{
	static char dir[] = "/tmp/tributary-fault.XXXXXX";
	if (!mkdtemp(dir) || chdir(dir))
		stop(dir);
	setenv("FAULT_DIR", dir, 1);
	setenv("PACK", fault->pack, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("TRIBUTARY_LANG");
	unsetenv("TRIBUTARY_DIR");
	atexit(clear);
	if (shell(fault, stage)) {
		FILE *file = fopen("doors", "r");
		if (!file || fscanf(file, "%15s %15s", doors[0], doors[1]) != 2)
			stop("doors");
		fclose(file);
		return;
	}
	errno = 0;
	if (system("tail -n 5 shell.out"))
		stop("cat");
	stop("the stage");
}

static void options(struct fault *fault, int argc, char **argv)
{
	for (int i = 3; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--scenario") == 0)
			fault->only = argv[i + 1];
		else if (strcmp(argv[i], "--kind") == 0)
			fault->only_kind = argv[i + 1];
		else if (strcmp(argv[i], "--seconds") == 0)
			fault->seconds = atof(argv[i + 1]);
	}
}

static const char *absolute(const char *path, char *to, size_t size)
{
	char here[512] = "";
	if (*path != '/' && !getcwd(here, sizeof here))
		stop(path);
	snprintf(to, size, "%s%s%s", here, *here ? "/" : "", path);
	return to;
}

int main(int argc, char **argv)
{
	struct fault fault = { .only = NULL };
	size_t sweeps = 0;
	if (argc < 3) {
		fputs("usage: fault BUILD PACK [--scenario NAME] [--kind NAME] [--seconds S]\n", stderr);
		return 2;
	}
	static char paths[2][1024];
	fault.build = absolute(argv[1], paths[0], sizeof paths[0]);
	fault.pack = absolute(argv[2], paths[1], sizeof paths[1]);
	options(&fault, argc, argv);
	snprintf(fault.preload, sizeof fault.preload, "%s/tests/fault/libpreload.so", fault.build);
	snprintf(fault.programs[0], sizeof fault.programs[0], "%s/client/tributary", fault.build);
	snprintf(fault.programs[1], sizeof fault.programs[1], "%s/server/tributaryd", fault.build);
	open_stage(&fault);
	for (int pass = 0; pass < 2; pass++)
		for (size_t s = 0; s < sizeof scenarios / sizeof scenarios[0]; s++)
			for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
				if ((fault.only && strcmp(fault.only, scenarios[s].name) != 0) || (fault.only_kind && !strstr(kinds[k].name, fault.only_kind)))
					continue;
				if (pass == 0)
					sweeps++;
				else
					sweep(&fault, &scenarios[s], &kinds[k], fault.seconds / (double)sweeps);
			}
	printf("%u calls failed: %u refused, %u tolerated, %u ended by libzmq, %u wrong\n", fault.runs, fault.refused, fault.tolerated,
	       fault.ended, fault.failures);
	return fault.failures > 0;
}
