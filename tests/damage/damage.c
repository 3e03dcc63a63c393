// A store whose disk lies: damage BUILD PACK [--cases N] [--seed N] [--every N]
//
// A branch's store and its server's are filled by the real programs and put aside. For each case the file
// of one is put back and damaged (bits turned, a page zeroed, two pages swapped, a page of an earlier
// commit), and the real programs meet it:
//
//	reading     what is listed is what was there, or one plain line says that the store is damaged
//	a session   the other side takes in nothing that was not there; nobody crashes, nobody hangs
//	serving     a server that met damage is not started into the same crash again and again
//	healing     `check --heal`, `check --rebuild` and a session bring everything back, or one plain line says
//	            that this file cannot be helped and what to do
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

enum { PAGE = 4096, COMMAND_SECONDS = 20, SHOWN_MOST = 30, LINE_BYTES = 2048 };

enum way { WAY_BIT, WAY_BITS, WAY_ZERO, WAY_SWAP, WAYS };
static const char *const way_names[WAYS] = { "one bit", "eight bits", "a zeroed page", "two pages swapped" };

enum outcome { READ_RIGHT, READ_REFUSED, READ_WRONG, CRASHED, HUNG, SAID_BADLY, OUTCOMES };
static const char *const outcome_names[OUTCOMES] = { "right", "refused", "shown otherwise", "CRASHED", "HUNG", "said badly" };

struct damage {
	const char *build, *pack;
	char programs[2][600];
	uint64_t chance;
	unsigned cases, failures, sessions;
	unsigned every;         // how many cases have a session and are healed: one in so many; 0: none
	bool aloud;
	uint8_t *image[4];      // of the files below
	size_t size[4];
	unsigned tally[WAYS][OUTCOMES], healed[WAYS], helpless[WAYS];
};

static uint64_t draw(struct damage *damage, uint64_t below)
{
	uint64_t x = damage->chance += 0x9e3779b97f4a7c15; // splitmix64
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % below;
}

static void stop(const char *what)
{
	fprintf(stderr, "damage: %s: %s\n", what, strerror(errno));
	exit(2);
}

// ---- Running ----

static const char helpers[];

static int shell(const struct damage *damage, const char *command)
{
	char line[2 * LINE_BYTES];
	snprintf(line, sizeof line, "C='timeout -k 1 %d %s' D='timeout -k 1 %d %s' DS='%s'; %s { %s; } >shell.out 2>shell.err", COMMAND_SECONDS,
	         damage->programs[0], COMMAND_SECONDS, damage->programs[1], damage->programs[1], helpers, command);
	int status = system(line);
	return status < 0 ? 255 : WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static bool same_files(const char *a, const char *b)
{
	char line[256];
	snprintf(line, sizeof line, "cmp -s %s %s", a, b);
	return system(line) == 0;
}

static bool one_plain_line(void)
{
	char said[LINE_BYTES];
	int fd = open("shell.err", O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, said, sizeof said - 1);
	close(fd);
	said[got > 0 ? got : 0] = '\0';
	const char *end = strchr(said, '\n');
	return end && !end[1] && end - said > 10 && !strstr(said, "ssertion");
}

// A command that reads, against what it said of the undamaged store.
static enum outcome judge_reading(const struct damage *damage, const char *command, const char *expected)
{
	int code = shell(damage, command);
	if (code == 124 || code == 137)
		return HUNG;
	if (code >= 126)
		return CRASHED;
	if (code == 0)
		return same_files("shell.out", expected) ? READ_RIGHT : READ_WRONG;
	return one_plain_line() ? READ_REFUSED : SAID_BADLY;
}

// ---- Damaging ----

static void damage_image(struct damage *damage, uint8_t *bytes, size_t size, enum way way)
{
	size_t pages = size / PAGE, a = draw(damage, pages), b = draw(damage, pages);
	uint8_t page[PAGE];
	switch (way) {
	case WAY_BIT:
	case WAY_BITS:
		for (unsigned i = 0; i < (way == WAY_BIT ? 1 : 8); i++) {
			size_t at = a * PAGE + draw(damage, PAGE);
			bytes[at] = (uint8_t)(bytes[at] ^ 1u << draw(damage, 8));
		}
		break;
	case WAY_ZERO:
		memset(bytes + a * PAGE, 0, PAGE);
		break;
	case WAY_SWAP:
		memcpy(page, bytes + a * PAGE, PAGE);
		memmove(bytes + a * PAGE, bytes + b * PAGE, PAGE);
		memcpy(bytes + b * PAGE, page, PAGE);
		break;
	case WAYS:
		break;
	}
}

// The stores' files, and the guards beside them, which must be of the same moment.
enum { TABLET, COUNTY, TABLET_GUARD, COUNTY_GUARD, FILES };
static const char *const files[FILES] = { "tablet/store/data.mdb", "county/store/data.mdb", "tablet/guard", "county/guard" };

static void read_image(struct damage *damage, int which)
{
	struct stat status;
	int fd = open(files[which], O_RDONLY);
	if (fd < 0 || fstat(fd, &status))
		stop(files[which]);
	damage->size[which] = (size_t)status.st_size;
	damage->image[which] = malloc(damage->size[which]);
	if (!damage->image[which] || read(fd, damage->image[which], damage->size[which]) != status.st_size)
		stop(files[which]);
	close(fd);
}

static void write_image(int which, const uint8_t *bytes, size_t size)
{
	int fd = open(files[which], O_WRONLY | O_TRUNC); // the same file: it is no copy
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		stop(files[which]);
	close(fd);
}

static void write_images(const struct damage *damage)
{
	for (int which = 0; which < FILES; which++)
		write_image(which, damage->image[which], damage->size[which]);
}

// ---- Cases ----

static const struct {
	const char *name, *command;
} readings[2][3] = {
	{ { "members", "$C -C tablet --json list member" }, { "meetings", "$C -C tablet --json list meeting" },
	  { "figures", "$C -C tablet --json figures --period 2026-03 >figures.json && sed 's/\"as_of\":[0-9]*//; s/\"revision\":[0-9]*//' figures.json" } },
	{ { "units", "$D -C county --json unit list" }, { "figures", "$D -C county --json figures --period 2026-03 >figures.json && sed 's/\"as_of\":[0-9]*//; s/\"revision\":[0-9]*//' figures.json" },
	  { "devices", "$D -C county --json device list" } },
};

static void expected_name(const char *when, int which, size_t reading, char *name, size_t size)
{
	snprintf(name, size, "expected.%s.%d.%zu", when, which, reading);
}

static void keep_expected(const struct damage *damage, const char *when)
{
	for (int which = 0; which < 2; which++)
		for (size_t i = 0; i < 3; i++) {
			char name[64], line[128];
			expected_name(when, which, i, name, sizeof name);
			if (shell(damage, readings[which][i].command))
				stop(readings[which][i].command);
			snprintf(line, sizeof line, "cp shell.out %s", name);
			if (system(line))
				stop(name);
		}
}

static void complain(struct damage *damage, unsigned number, int which, enum way way, const char *what, const char *outcome)
{
	if (damage->failures++ >= SHOWN_MOST)
		return;
	printf("  case %u (%s of %s): %s: %s\n", number, way_names[way], files[which], what, outcome);
	fflush(stdout);
	if (system("head -c 300 shell.err | sed 's/^/      /'"))
		return;
}

static bool read_all(struct damage *damage, unsigned number, int which, enum way way, const char *when, bool counted)
{
	bool right = true;
	for (size_t i = 0; i < 3; i++) {
		char expected[64];
		expected_name(when, which, i, expected, sizeof expected);
		enum outcome outcome = judge_reading(damage, readings[which][i].command, expected);
		right &= outcome == READ_RIGHT;
		if (!counted && outcome != READ_RIGHT && damage->aloud) {
			printf("  case %u: not as it was: %s (%s)\n", number, readings[which][i].name, outcome_names[outcome]);
			fflush(stdout);
			snprintf(expected + strlen(expected), sizeof expected - strlen(expected), " shell.out");
			char line[128];
			snprintf(line, sizeof line, "cat shell.err; diff %s | head -n 6 | cut -c1-300", expected);
			if (system(line))
				return false;
		}
		if (!counted)
			continue;
		damage->tally[way][outcome]++;
		if (outcome > READ_WRONG)
			complain(damage, number, which, way, readings[which][i].name, outcome_names[outcome]);
		else if (outcome == READ_WRONG && damage->aloud)
			printf("  case %u (%s of %s): %s: shown otherwise\n", number, way_names[way], files[which], readings[which][i].name);
	}
	return right;
}

// A command that writes or talks: it may be refused in a plain line, and must neither crash nor hang.
static int act(struct damage *damage, unsigned number, int which, enum way way, const char *name, const char *command)
{
	int code = shell(damage, command);
	if (code && damage->aloud) {
		printf("  case %u (%s of %s): %s: exit code %d\n", number, way_names[way], files[which], name, code);
		fflush(stdout);
		if (system("head -c 300 shell.err; [ ! -s server.err ] || head -c 300 server.err"))
			return code;
	}
	if (code == 124 || code == 137)
		complain(damage, number, which, way, name, "HUNG");
	else if (code >= 126)
		complain(damage, number, which, way, name, "CRASHED");
	return code;
}

static const char *const sync_both = "serve && { $C -C tablet sync; code=$?; unserve; exit $code; }";

// The damaged side and the whole one talk; then the damage is healed as docs/operations.md says, and all that
// was there before is there again on both. The other side must be well all the time.
static void play_session(struct damage *damage, unsigned number, int which, enum way way)
{
	static const char *const heals[2][3] = {
		{ "$C -C tablet check --heal", "$C -C tablet check --rebuild", "$C -C tablet check" },
		{ "$D -C county check --heal", "$D -C county check --rebuild", "$D -C county check" },
	};
	static const char *const others[2] = { "$D -C county check", "$C -C tablet check" };
	damage->sessions++;
	act(damage, number, which, way, "a session", sync_both);
	if (act(damage, number, which, way, "the other side", others[which]))
		complain(damage, number, which, way, "the other side", "is not well after it");
	for (size_t i = 0; i < 3; i++)
		act(damage, number, which, way, heals[which][i], heals[which][i]);
	for (int i = 0; i < 3; i++)
		act(damage, number, which, way, "a session afterwards", sync_both);
	if (read_all(damage, number, TABLET, way, "after", false) && read_all(damage, number, COUNTY, way, "after", false))
		damage->healed[way]++;
	else
		damage->helpless[way]++;
}

static void play(struct damage *damage, unsigned number)
{
	int which = (int)draw(damage, 2);
	enum way way = (enum way)draw(damage, WAYS);
	uint8_t *bytes = malloc(damage->size[which]);
	if (!bytes)
		stop("memory");
	write_images(damage);
	memcpy(bytes, damage->image[which], damage->size[which]);
	damage_image(damage, bytes, damage->size[which], way);
	write_image(which, bytes, damage->size[which]);
	free(bytes);
	read_all(damage, number, which, way, "before", true);
	if (damage->every && number % damage->every == 0)
		play_session(damage, number, which, way);
}

// The server's ports stay the same from one start to the next.
static const char helpers[] =
	"serve() { : >ready; $DS -C county --json run --sync \"${SYNC:-tcp://127.0.0.1:*}\" --porch \"${PORCH:-tcp://127.0.0.1:*}\" >ready 2>server.err & echo $! >server;"
	" for n in $(seq 200); do [ -s ready ] && return; kill -0 $(cat server) 2>/dev/null || return 1; sleep 0.05; done; return 1; };"
	"unserve() { kill $(cat server) 2>/dev/null; wait $(cat server) 2>/dev/null || :; };"
	"[ ! -s doors ] || read -r SYNC PORCH <doors;";

static const char stage[] =
	"$D -C county init --top --name 县委 --kind county --pack $PACK && $D -C county unit add --kind branch --code B1 --name 一支部 &&"
	"for n in $(seq 40); do $D -C county unit add --kind branch --code X$n --name 支部$n || exit 1; done && serve &&"
	"sed 's/.*\"sync\":\"\\([^\"]*\\)\",\"porch\":\"\\([^\"]*\\)\".*/\\1 \\2/' ready >doors &&"
	"$C -C tablet join \"$($D -C county invite --unit B1)\" --label 平板 &&"
	"{ echo name,sex,ethnic_group,birth,joined,category,occupation; for n in $(seq 150); do echo 张$n,女,汉族,1990-05-01,2015-07-01,正式党员,农牧民; done; } >members.csv &&"
	"$C -C tablet import member members.csv && $C -C tablet sync && $C -C tablet sync &&"
	"for n in $(seq 20); do $C -C tablet put meeting date=2026-03-1$((n % 10)) type=党课 topic=第$n课 should_attend=1 minutes=记录$n || exit 1; done &&"
	"unserve";

static void clear(void)
{
	if (system("cd / && rm -rf \"$DAMAGE_DIR\""))
		fputs("damage: left behind\n", stderr);
}

static void open_stage(struct damage *damage)
{
	static char dir[] = "/tmp/tributary-damage.XXXXXX";
	if (!mkdtemp(dir) || chdir(dir))
		stop(dir);
	setenv("DAMAGE_DIR", dir, 1);
	setenv("PACK", damage->pack, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	atexit(clear);
	if (shell(damage, stage)) {
		if (system("tail -n 3 shell.out shell.err"))
			stop("tail");
		stop("the stage");
	}
	for (int which = 0; which < FILES; which++)
		read_image(damage, which);
	keep_expected(damage, "before");
	for (int i = 0; i < 3; i++)
		if (shell(damage, sync_both))
			stop("a session of whole stores");
	keep_expected(damage, "after");
}

int main(int argc, char **argv)
{
	struct damage damage = { .cases = 100, .chance = 1, .every = 10, .aloud = getenv("DAMAGE_ALOUD") != NULL };
	char here[512];
	static char paths[2][1200];
	if (argc < 3 || !getcwd(here, sizeof here))
		return 2;
	for (int i = 0; i < 2; i++)
		snprintf(paths[i], sizeof paths[i], "%s%s%s", argv[1 + i][0] == '/' ? "" : here, argv[1 + i][0] == '/' ? "" : "/", argv[1 + i]);
	damage.build = paths[0];
	damage.pack = paths[1];
	for (int i = 3; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--cases") == 0)
			damage.cases = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			damage.chance = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--every") == 0)
			damage.every = (unsigned)strtoul(argv[i + 1], NULL, 10);
	}
	snprintf(damage.programs[0], sizeof damage.programs[0], "%s/client/tributary", damage.build);
	snprintf(damage.programs[1], sizeof damage.programs[1], "%s/server/tributaryd", damage.build);
	open_stage(&damage);
	printf("stores of %zu and %zu pages\n", damage.size[0] / PAGE, damage.size[1] / PAGE);
	for (unsigned i = 0; i < damage.cases; i++)
		play(&damage, i);
	for (int way = 0; way < WAYS; way++) {
		printf("| %s |", way_names[way]);
		for (int outcome = 0; outcome < OUTCOMES; outcome++)
			printf(" %s %u |", outcome_names[outcome], damage.tally[way][outcome]);
		printf(" healed %u of %u |\n", damage.healed[way], damage.healed[way] + damage.helpless[way]);
	}
	return damage.failures > 0;
}
