// What a scene does is tried before it is done, with a store that fails.
#include "support/cluster.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/support.h"

unsigned rehearsal_wished(void)
{
	const char *wished = getenv("TRIBUTARY_REHEARSALS");
	return wished ? (unsigned)strtoul(wished, NULL, 10) : 0;
}

// ---- Sessions ----

// The ends as they were before, and as they are after a session in which nothing fails. A session may end with another
// server than it began with; what that one was is kept as well.
enum { DEVICE, SERVER, NEXT_SERVER, ENDS };

struct ends {
	struct actor *actor[ENDS];
	struct actor *parent;
	struct store *before[CLUSTER_ACTORS];
	uint64_t operations[ENDS];
	char after[ENDS][HASH_TEXT_BYTES];
	enum err result;
};

static struct store **before(struct ends *ends, const struct actor *actor)
{
	return &ends->before[actor - actor->cluster->actor];
}

static void put_back(struct ends *ends)
{
	for (size_t i = 0; i < ENDS; i++)
		if (ends->actor[i])
			cluster_restore(ends->actor[i], store_memory_snapshot(*before(ends, ends->actor[i])));
	ends->actor[DEVICE]->parent = ends->parent;
}

static void play_once(struct ends *ends, enum err session(struct actor *))
{
	struct actor *device = ends->actor[DEVICE];
	for (size_t i = 0; i < device->cluster->count; i++)
		if (device->cluster->actor[i].store)
			ends->before[i] = cluster_backup(&device->cluster->actor[i]);
	for (size_t i = DEVICE; i <= SERVER; i++)
		ends->operations[i] = store_memory_operations(ends->actor[i]->store);
	ends->result = session(device);
	ends->actor[NEXT_SERVER] = device->parent == ends->parent ? NULL : device->parent;
	for (size_t i = DEVICE; i <= SERVER; i++) {
		ends->operations[i] = store_memory_operations(ends->actor[i]->store) - ends->operations[i];
		cluster_state(ends->actor[i], ends->after[i]);
	}
}

static void play_with_failure(struct ends *ends, enum err session(struct actor *), size_t victim, uint64_t n)
{
	struct actor *device = ends->actor[DEVICE], *failing = ends->actor[victim];
	char state[HASH_TEXT_BYTES];
	void (*looks)(struct cluster *cluster) = device->cluster->each_session;
	put_back(ends);
	device->cluster->each_session = NULL; // behind a session that failed nobody looks: the next one mends what is half told
	store_memory_fail_operation(failing->store, n, ERR_IO);
	session(device);
	store_memory_fail_operation(failing->store, 0, ERR_OK);
	device->cluster->each_session = looks;
	enum err err = session(device);
	if (err != ends->result)
		fail_msg("%s: operation %u of %s failed: the next session: %s, not %s", device->name, (unsigned)n, failing->name,
		         err_name(err), err_name(ends->result));
	for (size_t i = DEVICE; i <= SERVER; i++) {
		cluster_state(ends->actor[i], state);
		if (strcmp(state, ends->after[i]) != 0)
			fail_msg("%s: operation %u of %s failed: after the next session the records of %s are others", device->name,
			         (unsigned)n, failing->name, ends->actor[i]->name);
	}
}

void rehearsal_of_session(struct actor *actor, enum err session(struct actor *), unsigned times)
{
	struct ends *ends = calloc(1, sizeof *ends);
	assert_non_null(ends);
	ends->actor[DEVICE] = actor;
	ends->actor[SERVER] = ends->parent = actor->parent;
	play_once(ends, session);
	for (unsigned i = 0; i < times; i++) {
		size_t victim = i % 2;
		uint64_t spread = (uint64_t)actor->cluster->next_link * 0x9e3779b97f4a7c15u >> 33; // another place each time
		if (ends->operations[victim])
			play_with_failure(ends, session, victim, 1 + spread % ends->operations[victim]);
	}
	put_back(ends);
	for (size_t i = 0; i < actor->cluster->count; i++)
		store_memory_free(ends->before[i]);
	free(ends);
}

// ---- Writing ----

enum { TOLD = 0, SWALLOWED = 101, NOT_REACHED = 102 }; // how a child ends

static bool is_child;
static struct store *failing;
static uint64_t fails_at;

#ifdef TRIBUTARY_COVERAGE
enum { ONE_WRITE_IN = 8 }; // what a child reached is put to what others did, file by file: that takes its time
void __gcov_dump(void); // of libgcov: _exit() does not write what was reached
static void leave(int how) { __gcov_dump(); _exit(how); }
#else
enum { ONE_WRITE_IN = 1 };
static void leave(int how) { _exit(how); }
#endif

// Gives how the child ended; in the child it returns -1.
static int try_in_child(struct store *store, uint64_t n)
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		setenv("CMOCKA_TEST_ABORT", "1", 1); // what fails ends the child
		is_child = true;
		failing = store;
		fails_at = store_memory_operations(store) + n;
		store_memory_fail_operation(store, n, ERR_IO);
		return -1;
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void rehearsal_begin(struct store *store, unsigned times)
{
	static unsigned writes;
	uint64_t n = 1 + writes++ / ONE_WRITE_IN % 5; // other places each time
	if (writes % ONE_WRITE_IN)
		return;
	for (unsigned i = 0; i < times && !is_child; i++) {
		int how = try_in_child(store, n);
		if (how < 0 || how == NOT_REACHED)
			return;
		if (how != TOLD)
			fail_msg("operation %u of the store failed: %s (%d)", (unsigned)n, how == SWALLOWED ? "nobody was told" : "the writer fell", how);
		n += 1 + n / 3; // the first ones densely
	}
}

void rehearsal_end(enum err err)
{
	if (is_child)
		leave(err == ERR_IO ? TOLD : err ? SWALLOWED : store_memory_operations(failing) < fails_at ? NOT_REACHED : SWALLOWED);
}

enum err rehearsal_saw(enum err err)
{
	if (is_child && err == ERR_IO)
		leave(TOLD);
	return err;
}
