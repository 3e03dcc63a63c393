// Forks wherever something can fail by a way not seen before.
#include "support/cluster.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/support.h"

enum {
	FRAMES_MOST = 48,
	KNOWN_BITS = 1 << 25, // far more than there are ways: two of one hash are few
	SESSION_TRIES_MOST = 4096,
	CHILD_SECONDS = 300,
	CAN_DO_WITHOUT = 2,
};

enum { TOLD = 0, SWALLOWED = 101, HALF_DONE = 102, SHOWN_OTHERWISE = 103, FELL = 104 }; // how a child ends

// What a child found at the end of a session that it had to begin again.
struct again {
	bool done;
	enum err result;
	char state[2][HASH_TEXT_BYTES]; // of the device and of its server
	size_t frames;
	uintptr_t frame[FRAMES_MOST];
};

static struct {
	unsigned share;
	uint8_t *known;
	FILE *said;            // by children
	struct again *again;   // shared with them
	size_t again_count;
	unsigned ways, tried, bad;
	bool rests;
	uintptr_t spared[CAN_DO_WITHOUT]; // calls that can do without their memory: not tried again
	struct actor *session; // under way
	struct id life;        // of its actor, before it
} own;

static struct {
	bool here;             // this process is one
	enum rehearsal_kind kind;
	const struct txn *txn; // in which it failed; ended: NULL
	bool committed;        // what was under way then
	struct again *again;
} child;

unsigned rehearsal_wished(void)
{
	const char *wished = getenv("TRIBUTARY_REHEARSALS");
	return wished ? (unsigned)strtoul(wished, NULL, 10) : 0;
}

#ifdef TRIBUTARY_REHEARSED // the core's text stands in a section of its own
extern const char __start_tributary_pure[], __stop_tributary_pure[];
extern char **environ;

static bool is_core(uintptr_t address)
{
	return address >= (uintptr_t)__start_tributary_pure && address < (uintptr_t)__stop_tributary_pure;
}
#else
static bool is_core(uintptr_t address)
{
	(void)address;
	return false;
}
#endif

void rehearsal_rests(bool rests)
{
	own.rests = rests;
}

// ---- How a child ends ----

#ifdef TRIBUTARY_COVERAGE
void __gcov_dump(void); // of libgcov: _exit() does not write what was reached
static void leave(int how) { __gcov_dump(); _exit(how); }
#else
static void leave(int how) { _exit(how); }
#endif

static void told(void)
{
	leave(child.committed ? HALF_DONE : TOLD);
}

enum err rehearsal_saw(enum err err)
{
	const bool memory = err == ERR_NOMEM || err == ERR_BUDGET || err == ERR_TOO_LARGE;
	if (child.here && (child.kind == REHEARSAL_STORE ? err == ERR_IO : memory))
		told();
	// "All is well", where something was not read. Who writes is told by the commit at the latest.
	if (child.here && child.txn && !err && child.txn->err && child.txn->mode == STORE_READ)
		leave(SHOWN_OTHERWISE);
	return err;
}

// A test's own assertion fell. While the transaction stands, it tells of the failure by itself; memory by a NULL or a false.
static void on_abort(int number)
{
	(void)number;
	leave(child.txn || child.kind == REHEARSAL_MEMORY ? TOLD : SHOWN_OTHERWISE);
}

static void at_the_end(void)
{
	if (child.here)
		leave(SWALLOWED);
	print_message("tried by %u of %u ways: %u not as it should be\n", own.tried, own.ways, own.bad);
	if (own.bad)
		leave(EXIT_FAILURE);
}

void rehearsal_fell(const char *what, const char *file, unsigned line, const char *function)
{
	fprintf(stderr, "%s:%u: %s: assertion %s\n", file, line, function, what);
	fflush(NULL);
	if (child.here)
		leave(FELL);
	abort();
}

void rehearsal_ended(const struct txn *txn, bool committed, const void *by)
{
	if (child.here && txn == child.txn) {
		if (txn->err && !is_core((uintptr_t)by))
			told(); // it stands in the transaction, for the one who ends it
		child.txn = NULL;
		child.committed = committed;
	}
}

// ---- Ways ----

#ifdef TRIBUTARY_REHEARSED
// The calls on the way here, innermost first, as far as they are the core's; places in its text, so that they are the same in each program.
static size_t way_here(uintptr_t frame[static FRAMES_MOST])
{
	const uintptr_t *at = __builtin_frame_address(0);
	size_t count = 0, skipped = 0;
	while (count < FRAMES_MOST) {
		const uintptr_t *next = (const uintptr_t *)at[0];
		if (skipped++ >= 2 && !is_core(at[1])) // this function's own, its caller's, the stand-in's
			break;
		if (skipped > 2)
			frame[count++] = at[1] - (uintptr_t)__start_tributary_pure;
		if (next <= at || next >= (const uintptr_t *)environ || (uintptr_t)next % sizeof *next) // a foreign function's own
			break;
		at = next;
	}
	return count;
}
#else
static size_t way_here(uintptr_t frame[static FRAMES_MOST])
{
	frame[0] = 0;
	return 0;
}
#endif

static uint64_t mixed(uint64_t a, uint64_t b)
{
	a = (a ^ (b + UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xff51afd7ed558ccd);
	return a ^ a >> 33;
}

// Whether a pair of the calls is new; then all of them are known.
static bool is_new(const uintptr_t frame[static FRAMES_MOST], size_t count, unsigned what)
{
	bool fresh = false;
	uint64_t below = what + 1;
	for (size_t i = 0; i < count; i++) {
		const uint64_t bit = mixed(mixed(below, frame[i]), 7) % KNOWN_BITS;
		fresh = fresh || !(own.known[bit / 8] & 1u << bit % 8);
		own.known[bit / 8] |= (uint8_t)(1u << bit % 8);
		below = frame[i];
	}
	return fresh;
}

// ---- Trying ----

static void *shared_memory(const char *path, size_t size)
{
	int file = path ? open(path, O_RDWR | O_CREAT, 0600) : -1;
	if (path && (file < 0 || ftruncate(file, (off_t)size) != 0))
		fail_msg("%s cannot be had", path);
	if (!path)
		file = fileno(tmpfile());
	assert_int_equal(ftruncate(file, (off_t)size), 0);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	assert_true(memory != MAP_FAILED);
	return memory;
}

static void begin(void)
{
	static bool begun;
	if (begun)
		return;
	begun = true;
	own.share = rehearsal_wished();
	if (!own.share)
		return;
	own.known = shared_memory(getenv("TRIBUTARY_REHEARSED"), KNOWN_BITS / 8);
	own.again = shared_memory(NULL, SESSION_TRIES_MOST * sizeof *own.again);
	own.said = tmpfile();
	assert_non_null(own.said);
	atexit(at_the_end);
}

static void become_child(enum rehearsal_kind kind, const struct txn *txn)
{
	static const int falls[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	child.here = true;
	child.kind = kind;
	child.txn = txn;
	for (size_t i = 0; i < sizeof falls / sizeof falls[0]; i++)
		signal(falls[i], SIG_DFL);
	signal(SIGABRT, on_abort);
	setenv("CMOCKA_TEST_ABORT", "1", 1); // a test's assertion ends the child
	alarm(CHILD_SECONDS);
	dup2(fileno(own.said), STDOUT_FILENO);
	dup2(fileno(own.said), STDERR_FILENO);
	if (own.session)
		own.session->cluster->each_session = NULL; // behind a session that failed nobody looks: the next one mends what is half told
}

// What may do without its memory: the call it stands in gives what it gives without.
static const char *const can_do_without[] = {
	"pack_check_refuse", // the refusal stands, its words are shorter
	"turns_ask",         // the moment is given, and not remembered
};
static_assert(sizeof can_do_without / sizeof can_do_without[0] == CAN_DO_WITHOUT, "one for each");

static FILE *names_of(const uintptr_t frame[static FRAMES_MOST], size_t count)
{
	char command[4096];
	size_t size = 0;
#ifdef TRIBUTARY_REHEARSED
	size = (size_t)snprintf(command, sizeof command, "addr2line -s -f -e /proc/%ld/exe", (long)getpid());
	extern const char __executable_start[];
	for (size_t i = 0; i < count && size < sizeof command - 32; i++)
		size += (size_t)snprintf(command + size, sizeof command - size, " %#lx",
		                         (unsigned long)(frame[i] + (uintptr_t)__start_tributary_pure - (uintptr_t)__executable_start - 1));
#endif
	(void)frame;
	return size && count ? popen(command, "r") : NULL;
}

static void say_way(const uintptr_t frame[static FRAMES_MOST], size_t count)
{
	char line[512];
	FILE *names = names_of(frame, count);
	for (size_t i = 0; names && fgets(line, sizeof line, names); i++) { // a function, then where in it
		line[strcspn(line, "\n")] = '\0';
		print_error(i % 2 ? " %s\n" : "    %s", line);
	}
	if (names)
		pclose(names);
}

static bool does_without(const uintptr_t frame[static FRAMES_MOST], size_t count)
{
	char line[512];
	bool does = false;
	FILE *names = names_of(frame, count);
	for (size_t at = 0; names && fgets(line, sizeof line, names); at++) {
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < CAN_DO_WITHOUT; i++)
			if (strcmp(line, can_do_without[i]) == 0) {
				own.spared[i] = frame[at / 2];
				does = true;
			}
	}
	if (names)
		pclose(names);
	return does;
}

static bool is_spared(const uintptr_t frame[static FRAMES_MOST], size_t count)
{
	for (size_t i = 0; i < CAN_DO_WITHOUT; i++)
		for (size_t k = 0; k < count; k++)
			if (own.spared[i] && own.spared[i] == frame[k])
				return true;
	return false;
}

static void say_what_children_said(void)
{
	char line[512];
	rewind(own.said);
	while (fgets(line, sizeof line, own.said))
		if (!strstr(line, "[ RUN ") && !strstr(line, "  OK ]"))
			print_error("        %s", line);
}

static void judge(int status, enum rehearsal_kind kind, const uintptr_t frame[static FRAMES_MOST], size_t count)
{
	static const char *const ends[] = {
		[SWALLOWED - SWALLOWED] = "nobody was told", [HALF_DONE - SWALLOWED] = "it was told, but half of it was committed",
		[SHOWN_OTHERWISE - SWALLOWED] = "nobody was told, and what is shown is another", [FELL - SWALLOWED] = "an assertion of ours fell",
	};
	const int how = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	if (how == TOLD || (how == SWALLOWED && kind == REHEARSAL_MEMORY && does_without(frame, count)))
		return;
	print_error("%s failed: %s (%d)\n", kind == REHEARSAL_STORE ? "the store" : "memory",
	            how >= SWALLOWED && how <= FELL ? ends[how - SWALLOWED] : "the process fell", how);
	say_way(frame, count);
	say_what_children_said();
	own.bad++;
}

bool rehearsal_fails(enum rehearsal_kind kind, unsigned what, const struct txn *txn)
{
	uintptr_t frame[FRAMES_MOST];
	int status;
	if (child.here || own.rests)
		return false;
	begin();
	if (!own.share)
		return false;
	const size_t count = way_here(frame);
	if (!count || !is_new(frame, count, what) || (kind == REHEARSAL_MEMORY && is_spared(frame, count)) || ++own.ways % own.share)
		return false;
	struct again *again = own.session && own.again_count < SESSION_TRIES_MOST ? &own.again[own.again_count++] : NULL;
	if (again) {
		*again = (struct again){ .done = false, .frames = count };
		memcpy(again->frame, frame, sizeof frame);
	}
	own.tried++;
	fflush(NULL);
	rewind(own.said);
	assert_int_equal(ftruncate(fileno(own.said), 0), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		child.again = again;
		become_child(kind, txn);
		return true;
	}
	while (waitpid(pid, &status, 0) != pid)
		continue;
	judge(status, kind, frame, count);
	return false;
}

// ---- Sessions ----

bool rehearsal_goes_on(enum err err)
{
	if (child.here && !child.again)
		rehearsal_saw(err);
	return child.here;
}

void rehearsal_session_begins(struct actor *actor)
{
	if (child.here)
		return;
	own.session = actor;
	own.life = actor->self.incarnation;
	own.again_count = 0;
}

static void both_states(struct actor *actor, char state[static 2][HASH_TEXT_BYTES])
{
	cluster_state(actor, state[0]);
	cluster_state(actor->parent, state[1]);
}

static void child_plays_again(struct actor *actor, enum err session(struct actor *))
{
	child.again->result = session(actor);
	both_states(actor, child.again->state);
	child.again->done = true;
	leave(TOLD);
}

static void compare(const struct actor *actor, const struct again *again, enum err result, char state[static 2][HASH_TEXT_BYTES])
{
	const bool same = again->result == result && strcmp(again->state[0], state[0]) == 0 && strcmp(again->state[1], state[1]) == 0;
	if (!again->done || same || result)
		return; // one that was not done has been judged; a session that fails by itself is no measure
	print_error("%s: after a failure the next session gives %s, not %s; the records of the device are %s, those of the server %s\n",
	            actor->name, err_name(again->result), err_name(result), strcmp(again->state[0], state[0]) == 0 ? "the same" : "others",
	            strcmp(again->state[1], state[1]) == 0 ? "the same" : "others");
	say_way(again->frame, again->frames);
	own.bad++;
}

void rehearsal_session_ends(struct actor *actor, enum err session(struct actor *), enum err err)
{
	char state[2][HASH_TEXT_BYTES];
	if (child.here && child.again)
		child_plays_again(actor, session);
	struct actor *own_session = own.session;
	own.session = NULL;
	if (child.here || own_session != actor || !own.again_count || !id_equal(&own.life, &actor->self.incarnation))
		return; // who begins a new life writes it anew: another one each time
	both_states(actor, state);
	for (size_t i = 0; i < own.again_count; i++)
		compare(actor, &own.again[i], err, state);
	own.again_count = 0;
}
