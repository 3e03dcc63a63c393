// What a door may not do, asked of the machine itself: a child gives up what doors give up and tries.
#include "support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/confine.h"
#include "io/store_lmdb.h"
#include "support/scratch.h"

enum { REFUSED = 0, POSSIBLE = 1, OTHERWISE = 2 }; // what a child ends with

struct stage {
	struct scratch scratch;
	char store[300], file[320];
	int listener;
	struct sockaddr_in at;
};

static int open_stage(void **state)
{
	static struct stage stage;
	struct store *store;
	socklen_t size = sizeof stage.at;
	scratch_make(&stage.scratch);
	snprintf(stage.store, sizeof stage.store, "%s/store", stage.scratch.path);
	snprintf(stage.file, sizeof stage.file, "%s/data.mdb", stage.store);
	assert_ok(store_lmdb_open(stage.store, NULL, &store));
	store_lmdb_close(store);
	stage.at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	stage.listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(stage.listener, (struct sockaddr *)(void *)&stage.at, sizeof stage.at), 0);
	assert_int_equal(listen(stage.listener, 4), 0);
	assert_int_equal(getsockname(stage.listener, (struct sockaddr *)(void *)&stage.at, &size), 0);
	*state = &stage;
	return 0;
}

static int close_stage(void **state)
{
	struct stage *stage = *state;
	close(stage->listener);
	scratch_remove(&stage->scratch);
	return 0;
}

static int judge(bool done, int wanted)
{
	return done ? POSSIBLE : errno == wanted ? REFUSED : OTHERWISE;
}

// As one of the two doors, and as nobody in particular.
enum who { SYNC_DOOR, PORCH_DOOR, ANYBODY };

static int in_a_child(const struct stage *stage, enum who who, int (*try)(const struct stage *stage))
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		if (who != ANYBODY) {
			confine_files();
			confine_calls(who == SYNC_DOOR);
		}
		_exit(try(stage));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

// Anybody may, so that the refusal is that of the confinement; a door may not.
static void is_refused(void **state, enum who who, int (*try)(const struct stage *stage))
{
	assert_int_equal(in_a_child(*state, ANYBODY, try), POSSIBLE);
	assert_int_equal(in_a_child(*state, who, try), REFUSED);
}

static void is_possible(void **state, enum who who, int (*try)(const struct stage *stage))
{
	assert_int_equal(in_a_child(*state, who, try), POSSIBLE);
}

static void needs(bool there, const char *what)
{
	if (there)
		return;
	print_message("this machine's kernel has no %s: nothing to see here\n", what);
	skip();
}

// ---- What is tried ----

static int read_the_store(const struct stage *stage)
{
	return judge(open(stage->file, O_RDONLY) >= 0, EACCES);
}

static int write_the_store(const struct stage *stage)
{
	return judge(open(stage->file, O_RDWR) >= 0, EACCES);
}

static int open_the_store(const struct stage *stage)
{
	struct store *store;
	enum err err = store_lmdb_open(stage->store, NULL, &store);
	return err == ERR_OK ? POSSIBLE : err == ERR_UNAUTHORISED ? REFUSED : OTHERWISE;
}

static int make_a_file(const struct stage *stage)
{
	char path[320];
	snprintf(path, sizeof path, "%s/new.%d", stage->scratch.path, (int)getpid());
	return judge(open(path, O_WRONLY | O_CREAT, 0600) >= 0, EACCES);
}

static int make_a_directory(const struct stage *stage)
{
	char path[320];
	snprintf(path, sizeof path, "%s/dir.%d", stage->scratch.path, (int)getpid());
	return judge(mkdir(path, 0700) == 0, EACCES);
}

static int start_a_program(const struct stage *stage)
{
	(void)stage;
	char *const words[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "exit 1" }, NULL }; // POSSIBLE
	execv("/bin/sh", words);
	return judge(false, EPERM);
}

static int connect_to_somebody(const struct stage *stage)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return judge(connect(fd, (const struct sockaddr *)(const void *)&stage->at, sizeof stage->at) == 0, EPERM);
}

static int take_in_somebody(const struct stage *stage)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	(void)stage;
	return judge(bind(fd, (struct sockaddr *)(void *)&any, sizeof any) == 0 && listen(fd, 1) == 0, EPERM);
}

static int read_how_hosts_are_found(const struct stage *stage)
{
	(void)stage;
	return judge(open("/etc/passwd", O_RDONLY) >= 0, EACCES);
}

static void *in_a_thread(void *stage)
{
	static int said;
	confine_calls(false); // of all
	said = connect_to_somebody(stage);
	return &said;
}

// The filter set by one thread holds the others.
static int connect_while_a_thread_confines(const struct stage *stage)
{
	pthread_t thread;
	void *said;
	union { const struct stage *in; void *out; } argument = { .in = stage };
	if (pthread_create(&thread, NULL, in_a_thread, argument.out) || pthread_join(thread, &said))
		return OTHERWISE;
	int of_thread = *(int *)said, ours = connect_to_somebody(stage);
	return of_thread == REFUSED && ours == REFUSED ? REFUSED : POSSIBLE;
}

// ---- The scenes ----

static void a_door_cannot_open_the_store_or_any_file_of_it(void **state)
{
	needs(confine_has_files(), "Landlock");
	for (enum who who = SYNC_DOOR; who <= PORCH_DOOR; who++) {
		is_refused(state, who, read_the_store);
		is_refused(state, who, write_the_store);
		is_refused(state, who, open_the_store);
	}
}

static void a_door_makes_no_files(void **state)
{
	needs(confine_has_files(), "Landlock");
	is_refused(state, SYNC_DOOR, make_a_file);
	is_refused(state, PORCH_DOOR, make_a_file);
	is_refused(state, PORCH_DOOR, make_a_directory);
}

static void a_door_starts_no_program(void **state)
{
	needs(confine_has_calls(), "seccomp");
	is_refused(state, SYNC_DOOR, start_a_program);
	is_refused(state, PORCH_DOOR, start_a_program);
}

static void a_porch_calls_nobody(void **state)
{
	needs(confine_has_calls(), "seccomp");
	is_refused(state, PORCH_DOOR, connect_to_somebody);
}

static void a_door_does_what_it_is_for(void **state)
{
	is_possible(state, SYNC_DOOR, connect_to_somebody); // the server above
	is_possible(state, SYNC_DOOR, take_in_somebody);
	is_possible(state, PORCH_DOOR, take_in_somebody);
	is_possible(state, SYNC_DOOR, read_how_hosts_are_found);
}

static void threads_that_run_already_are_held_as_well(void **state)
{
	needs(confine_has_calls(), "seccomp");
	assert_int_equal(in_a_child(*state, ANYBODY, connect_while_a_thread_confines), REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_door_cannot_open_the_store_or_any_file_of_it, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_door_makes_no_files, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_door_starts_no_program, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_porch_calls_nobody, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_door_does_what_it_is_for, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(threads_that_run_already_are_held_as_well, open_stage, close_stage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
