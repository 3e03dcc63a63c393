// A store whose disk lies: damage BUILD PACK [--cases N] [--seed N] [--every N] [--only CASE] [--mended 1]
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
#include <poll.h>
#include <signal.h>
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

enum { ALL_CASES = -1 };
enum { PAGE = 4096, COMMAND_SECONDS = 240, SHOWN_MOST = 30, LINE_BYTES = 2048 };

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
	unsigned only;          // of all cases this one alone is played: all for ALL_CASES
	bool mended;            // those that are not mended are passed over
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

// What a program said, at most so much of it; ended by a zero.
struct said {
	char text[1 << 20];
	size_t size;
};

static bool one_plain_line(const struct said *said)
{
	const char *end = strchr(said->text, '\n');
	return end && !end[1] && end - said->text > 10 && !strstr(said->text, "ssertion");
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Until both ends are closed, or the time is over.
static void listen_to(int out, int err, struct said said[2])
{
	struct pollfd ends[2] = { { .fd = out, .events = POLLIN }, { .fd = err, .events = POLLIN } };
	const long until = now_ms() + COMMAND_SECONDS * 1000L;
	for (long left = until - now_ms(); left > 0 && (ends[0].fd >= 0 || ends[1].fd >= 0); left = until - now_ms()) {
		if (poll(ends, 2, (int)left) < 0 && errno != EINTR)
			stop("poll");
		for (int i = 0; i < 2; i++) {
			if (ends[i].fd < 0 || !ends[i].revents)
				continue;
			ssize_t got = read(ends[i].fd, said[i].text + said[i].size, sizeof said[i].text - 1 - said[i].size);
			if (got <= 0)
				ends[i].fd = -1;
			else
				said[i].size += (size_t)got;
		}
	}
	for (int i = 0; i < 2; i++)
		said[i].text[said[i].size] = '\0';
}

enum { ENDED_LATE = 124, ENDED_BY_SIGNAL = 128 };

// Runs a program itself, without a shell between, for this is done ten thousands of times.
static int run(const char *program, const char *const *words, struct said said[2])
{
	int out[2], err[2], status = 0;
	const char *line[16] = { program };
	for (size_t i = 0; words[i]; i++)
		line[i + 1] = words[i];
	said[0].size = said[1].size = 0;
	if (pipe(out) || pipe(err))
		stop("pipe");
	const pid_t child = fork();
	if (child == 0) {
		union { const char *const *in; char *const *out; } arguments = { .in = line };
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		for (int fd = STDERR_FILENO + 1; fd < 16; fd++)
			close(fd);
		execv(program, arguments.out);
		_exit(ENDED_BY_SIGNAL - 1);
	}
	close(out[1]);
	close(err[1]);
	const long until = now_ms() + COMMAND_SECONDS * 1000L;
	listen_to(out[0], err[0], said);
	close(out[0]);
	close(err[0]);
	if (now_ms() >= until)
		kill(child, SIGKILL);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		stop(program);
	return now_ms() >= until ? ENDED_LATE : WIFEXITED(status) ? WEXITSTATUS(status) : ENDED_BY_SIGNAL + WTERMSIG(status);
}

// Two numbers that tell how much was taken in, and not what is shown.
static void leave_out(struct said *said, const char *name)
{
	for (char *at = strstr(said->text, name); at; at = strstr(at + 1, name))
	{
		char *from = at + strlen(name), *to = from;
		while (*to >= '0' && *to <= '9')
			to++;
		memmove(from, to, strlen(to) + 1);
	}
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
	char kept[64];
	snprintf(kept, sizeof kept, "kept.%d", which);
	if (link(files[which], kept))
		stop(kept);
}

static void write_image(int which, const uint8_t *bytes, size_t size)
{
	char kept[64];
	snprintf(kept, sizeof kept, "kept.%d", which);
	unlink(files[which]);
	if (link(kept, files[which])) // the same file, also where another one took its place: it is no copy
		stop(kept);
	int fd = open(files[which], O_WRONLY | O_TRUNC);
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
	const char *name;
	const char *words[12];
} readings[2][3] = {
	{ { "members", { "-C", "tablet", "--json", "list", "member", NULL } }, { "meetings", { "-C", "tablet", "--json", "list", "meeting", NULL } },
	  { "figures", { "-C", "tablet", "--json", "figures", "--period", "2026-03", NULL } } },
	{ { "units", { "-C", "county", "--json", "unit", "list", NULL } }, { "figures", { "-C", "county", "--json", "figures", "--period", "2026-03", NULL } },
	  { "devices", { "-C", "county", "--json", "device", "list", NULL } } },
};

enum when { BEFORE, AFTER };

static int read_one(const struct damage *damage, int which, size_t reading, struct said said[2])
{
	int code = run(damage->programs[which], readings[which][reading].words, said);
	leave_out(said, "\"as_of\":");
	leave_out(said, "\"revision\":");
	return code;
}

// Against what was said of the undamaged store.
static enum outcome judge_reading(int code, const struct said said[2], const char *expected)
{
	if (code == ENDED_LATE)
		return HUNG;
	if (code >= ENDED_BY_SIGNAL - 2)
		return CRASHED;
	if (code == 0)
		return strcmp(said[0].text, expected) == 0 ? READ_RIGHT : READ_WRONG;
	return one_plain_line(&said[1]) ? READ_REFUSED : SAID_BADLY;
}

static char *expected[2][2][3]; // by when, side and reading

static void keep_expected(const struct damage *damage, enum when when)
{
	static struct said said[2];
	for (int which = 0; which < 2; which++)
		for (size_t i = 0; i < 3; i++) {
			if (read_one(damage, which, i, said))
				stop(readings[which][i].name);
			expected[when][which][i] = strdup(said[0].text);
			if (!expected[when][which][i])
				stop("memory");
		}
}

static void complain(struct damage *damage, unsigned number, int which, enum way way, const char *what, const char *outcome)
{
	if (damage->failures++ >= SHOWN_MOST)
		return;
	printf("  case %u (%s of %s): %s: %s\n", number, way_names[way], files[which], what, outcome);
	fflush(stdout);
}

static void show_difference(const char *got, const char *wanted)
{
	size_t at = 0, before;
	while (got[at] && got[at] == wanted[at])
		at++;
	before = at > 100 ? at - 100 : 0;
	printf("    got:    %.300s\n    wanted: %.300s\n", got + before, wanted + before);
}

static bool read_all(struct damage *damage, unsigned number, int which, enum way way, enum when when)
{
	static struct said said[2];
	bool right = true;
	for (size_t i = 0; i < 3; i++) {
		int code = read_one(damage, which, i, said);
		enum outcome outcome = judge_reading(code, said, expected[when][which][i]);
		right &= outcome == READ_RIGHT;
		if (when == BEFORE)
			damage->tally[way][outcome]++;
		if (outcome > READ_WRONG || (outcome == READ_WRONG && when == BEFORE))
			complain(damage, number, which, way, readings[which][i].name, outcome_names[outcome]);
		if (damage->aloud && outcome != READ_RIGHT)
			printf("  case %u (%s of %s): %s: %s: %.300s", number, way_names[way], files[which], readings[which][i].name, outcome_names[outcome], said[1].size ? said[1].text : "\n");
		if (damage->aloud && outcome == READ_WRONG)
			show_difference(said[0].text, expected[when][which][i]);
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

// What the mending commands could not mend they say: a code that is not 0, or a number of entries that only a backup has.
static bool mend(struct damage *damage, unsigned number, int which, enum way way)
{
	static const char *const mends[2][3] = {
		{ "$C -C tablet --json check --heal >healed && ! grep -q '\"unconfirmed\": [1-9]' healed", "$C -C tablet check --rebuild", "$C -C tablet check" },
		{ "$D -C county --json check --heal >healed && ! grep -q '\"unconfirmed\": [1-9]' healed", "$D -C county check --rebuild", "$D -C county check" },
	};
	bool told = false;
	for (size_t i = 0; i < 3; i++)
		told |= act(damage, number, which, way, mends[which][i], mends[which][i]) != 0;
	return told;
}

static bool sessions(struct damage *damage, unsigned number, int which, enum way way)
{
	bool told = false;
	for (int i = 0; i < 3; i++)
		told |= act(damage, number, which, way, "a session afterwards", sync_both) != 0;
	return told;
}

static bool is_healed(struct damage *damage, unsigned number, enum way way)
{
	bool tablet = read_all(damage, number, TABLET, way, AFTER);
	return read_all(damage, number, COUNTY, way, AFTER) && tablet;
}

// The damaged side and the whole one talk; then the damage is mended as docs/operations.md says, and all that
// was there before is there again on both, or it was said that it is not. The other side must be well all the time.
static void play_session(struct damage *damage, unsigned number, int which, enum way way)
{
	static const char *const others[2] = { "$D -C county check", "$C -C tablet check" };
	damage->sessions++;
	act(damage, number, which, way, "a session", sync_both);
	if (act(damage, number, which, way, "the other side", others[which]))
		complain(damage, number, which, way, "the other side", "is not well after it");
	bool told = mend(damage, number, which, way);
	told |= sessions(damage, number, which, way);
	bool healed = is_healed(damage, number, way);
	if (!healed && told) { // what was still to come has come
		told |= mend(damage, number, which, way);
		told |= sessions(damage, number, which, way);
		healed = is_healed(damage, number, way);
	}
	if (healed)
		damage->healed[way]++;
	else
		damage->helpless[way]++;
	if (!healed && !told)
		complain(damage, number, which, way, "healing", "did not bring everything back, and nobody said so");
}

static void meet(struct damage *damage, unsigned number, int which, enum way way, const uint8_t *bytes)
{
	write_images(damage);
	write_image(which, bytes, damage->size[which]);
	read_all(damage, number, which, way, BEFORE);
	if (damage->every && number % damage->every == 0)
		play_session(damage, number, which, way);
}

static void play(struct damage *damage, unsigned number)
{
	int which = (int)draw(damage, 2);
	enum way way = (enum way)draw(damage, WAYS);
	uint8_t *bytes = malloc(damage->size[which]);
	if (!bytes)
		stop("memory");
	memcpy(bytes, damage->image[which], damage->size[which]);
	damage_image(damage, bytes, damage->size[which], way);
	const bool mended = damage->every && number % damage->every == 0;
	if (damage->only == (unsigned)ALL_CASES ? mended || !damage->mended : damage->only == number)
		meet(damage, number, which, way, bytes);
	free(bytes);
}

// The server's ports stay the same from one start to the next.
static const char helpers[] =
	"serve() { : >ready; $DS -C county --json run --sync \"${SYNC:-tcp://127.0.0.1:*}\" --porch \"${PORCH:-tcp://127.0.0.1:*}\" >ready 2>server.err & echo $! >server;"
	" for n in $(seq 1200); do [ -s ready ] && return; kill -0 $(cat server) 2>/dev/null || return 1; sleep 0.05; done; return 1; };"
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
	if (getenv("DAMAGE_KEEP"))
		printf("kept: %s\n", getenv("DAMAGE_DIR"));
	else if (system("cd / && rm -rf \"$DAMAGE_DIR\""))
		fputs("damage: left behind\n", stderr);
}

static void open_stage(struct damage *damage)
{
	static char memory[] = "/dev/shm/tributary-damage.XXXXXX", disk[] = "/tmp/tributary-damage.XXXXXX";
	char *dir = mkdtemp(memory); // no disk has to turn for files that are thrown away
	if (!dir)
		dir = mkdtemp(disk);
	if (!dir || chdir(dir))
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
	keep_expected(damage, BEFORE);
	for (int i = 0; i < 3; i++)
		if (shell(damage, sync_both))
			stop("a session of whole stores");
	keep_expected(damage, AFTER);
}

int main(int argc, char **argv)
{
	struct damage damage = { .cases = 100, .chance = 1, .every = 10, .only = (unsigned)ALL_CASES, .aloud = getenv("DAMAGE_ALOUD") != NULL };
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
		else if (strcmp(argv[i], "--mended") == 0)
			damage.mended = strcmp(argv[i + 1], "0") != 0;
		else if (strcmp(argv[i], "--only") == 0)
			damage.only = (unsigned)strtoul(argv[i + 1], NULL, 10);
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
