// What only a store on a disk does: several processes, sudden death, full maps and full disks.
// A forked child opens the store itself; it tells the parent how it went by its exit status.
#include "support/support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/store.h"
#include "io/store_lmdb.h"
#include "support/scratch.h"

// gcc says it one way, clang the other.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

// ---- The stage ----

static struct store *open_store(const char *dir)
{
	struct store *store;
	assert_ok(store_lmdb_open(dir, NULL, &store));
	return store;
}

static struct txn begin(struct store *store, enum store_mode mode)
{
	struct txn txn;
	assert_ok(txn_begin(store, mode, &txn));
	return txn;
}

static enum err put(struct txn *txn, const char *key, const char *value)
{
	return txn_put(txn, STORE_RECORD, span_string(key), span_string(value));
}

static bool holds(struct store *store, const char *key)
{
	struct txn txn = begin(store, STORE_READ);
	bool found = txn_has(&txn, STORE_RECORD, span_string(key));
	txn_abort(&txn);
	return found;
}

static void write_one(struct store *store, const char *key)
{
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, key, key);
	assert_ok(txn_commit(&txn));
}

static enum err write_large(struct store *store, const char *key, size_t size)
{
	uint8_t *value = calloc(1, size);
	struct txn txn = begin(store, STORE_WRITE);
	assert_non_null(value);
	txn_put(&txn, STORE_BLOCK, span_string(key), span_of(value, size));
	free(value);
	return txn_commit(&txn);
}

static int exit_status(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int in_scratch(void **state)
{
	static struct scratch scratch;
	scratch_make(&scratch);
	*state = &scratch;
	return 0;
}

static int out_of_scratch(void **state)
{
	scratch_remove(*state);
	return 0;
}

static const char *path_in(void **state, const char *name)
{
	static char path[512];
	const struct scratch *scratch = *state;
	snprintf(path, sizeof path, "%s%s%s", scratch->path, *name ? "/" : "", name);
	return path;
}

static mode_t mode_of(const char *path)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

// ---- The scenes ----

static void what_was_committed_is_there_after_reopening(void **state)
{
	struct store *store = open_store(path_in(state, ""));
	write_one(store, "kept");
	store_lmdb_close(store);
	store = open_store(path_in(state, ""));
	assert_true(holds(store, "kept"));
	store_lmdb_close(store);
}

static void the_store_is_for_its_owner_alone(void **state)
{
	mode_t before = umask(0);
	store_lmdb_close(open_store(path_in(state, "a/b")));
	umask(before);
	assert_int_equal(mode_of(path_in(state, "a")), 0700);
	assert_int_equal(mode_of(path_in(state, "a/b")), 0700);
	assert_int_equal(mode_of(path_in(state, "a/b/data.mdb")), 0600);
	assert_int_equal(mode_of(path_in(state, "a/b/lock.mdb")), 0600);
}

static void reading_creates_nothing(void **state)
{
	const struct store_lmdb_options read_only = { .read_only = true };
	struct store *store;
	assert_err(NOT_FOUND, store_lmdb_open(path_in(state, "nowhere"), &read_only, &store));
	assert_null(store);
	assert_int_equal(access(path_in(state, "nowhere"), F_OK), -1);
	assert_err(NOT_FOUND, store_lmdb_open(path_in(state, ""), &read_only, &store));
	assert_int_equal(access(path_in(state, "data.mdb"), F_OK), -1);

	store = open_store(path_in(state, ""));
	write_one(store, "kept");
	store_lmdb_close(store);
	assert_ok(store_lmdb_open(path_in(state, ""), &read_only, &store));
	assert_true(holds(store, "kept"));
	store_lmdb_close(store);
}

static void what_is_no_store_is_refused(void **state)
{
	struct store *store;
	char junk[16384];
	memset(junk, 'j', sizeof junk);
	int fd = open(path_in(state, "data.mdb"), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, junk, sizeof junk), sizeof junk);
	close(fd);
	assert_err(CORRUPT, store_lmdb_open(path_in(state, ""), NULL, &store));
	assert_err(EXISTS, store_lmdb_open(path_in(state, "data.mdb"), NULL, &store));
}

// The command line beside a running server.
static void another_process_reads_and_writes_beside_us(void **state)
{
	int go[2];
	char byte = 0;
	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	if (child == 0) {
		if (read(go[0], &byte, 1) != 1)
			_exit(2);
		struct store *store = open_store(path_in(state, ""));
		bool seen = holds(store, "ours");
		write_one(store, "theirs");
		store_lmdb_close(store);
		_exit(seen ? 0 : 1);
	}
	struct store *store = open_store(path_in(state, ""));
	write_one(store, "ours");
	struct txn reader = begin(store, STORE_READ);
	assert_int_equal(write(go[1], &byte, 1), 1);
	assert_int_equal(exit_status(child), 0);
	assert_false(txn_has(&reader, STORE_RECORD, span_string("theirs")));
	txn_abort(&reader);
	assert_true(holds(store, "theirs"));
	store_lmdb_close(store);
	close(go[0]);
	close(go[1]);
}

static void writers_of_two_processes_take_turns(void **state)
{
	enum { ROUNDS = 100 };
	store_lmdb_close(open_store(path_in(state, "")));
	pid_t child[2];
	for (int who = 0; who < 2; who++) {
		child[who] = fork();
		if (child[who])
			continue;
		struct store *store = open_store(path_in(state, ""));
		for (int i = 0; i < ROUNDS; i++) {
			uint32_t number = 0;
			struct span value;
			struct txn txn = begin(store, STORE_WRITE);
			if (txn_get(&txn, STORE_META, span_string("count"), &value) == ERR_OK)
				memcpy(&number, value.data, sizeof number);
			number++;
			txn_put(&txn, STORE_META, span_string("count"), span_of(&number, sizeof number));
			if (txn_commit(&txn))
				_exit(1);
		}
		store_lmdb_close(store);
		_exit(0);
	}
	assert_int_equal(exit_status(child[0]), 0);
	assert_int_equal(exit_status(child[1]), 0);
	struct store *store = open_store(path_in(state, ""));
	struct txn txn = begin(store, STORE_READ);
	struct span value;
	const uint32_t both = 2 * ROUNDS;
	assert_ok(txn_get(&txn, STORE_META, span_string("count"), &value));
	assert_memory_equal(value.data, &both, sizeof both);
	txn_abort(&txn);
	store_lmdb_close(store);
}

// The child says after each commit that it has acknowledged it, and dies in the next transaction.
static void what_was_acknowledged_outlives_a_killed_writer(void **state)
{
	struct store *survivor = open_store(path_in(state, ""));
	for (int round = 0; round < 5; round++) {
		int told[2];
		char key[32], byte;
		assert_int_equal(pipe(told), 0);
		store_lmdb_close(survivor);
		pid_t child = fork();
		if (child == 0) {
			struct store *store = open_store(path_in(state, ""));
			snprintf(key, sizeof key, "acknowledged %d", round);
			write_one(store, key);
			struct txn txn = begin(store, STORE_WRITE);
			snprintf(key, sizeof key, "half done %d", round);
			put(&txn, key, key);
			byte = 1;
			if (write(told[1], &byte, 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		assert_int_equal(read(told[0], &byte, 1), 1);
		survivor = open_store(path_in(state, "")); // beside the writer, without waiting for it
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		write_one(survivor, "life goes on"); // the dead writer's lock is free
		snprintf(key, sizeof key, "acknowledged %d", round);
		assert_true(holds(survivor, key));
		snprintf(key, sizeof key, "half done %d", round);
		assert_false(holds(survivor, key));
		close(told[0]);
		close(told[1]);
	}
	store_lmdb_close(survivor);
}

// Pages that a dead reader held must come free while we run, or the file grows for ever.
static void a_killed_reader_does_not_hold_pages_for_long(void **state)
{
	int go[2], told[2];
	char byte = 0;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(told), 0);
	pid_t child = fork();
	if (child == 0) {
		if (read(go[0], &byte, 1) != 1)
			_exit(1);
		struct store *store = open_store(path_in(state, ""));
		begin(store, STORE_READ);
		if (write(told[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	struct store *store = open_store(path_in(state, ""));
	uint64_t used_early, used_late, mapped;
	assert_ok(write_large(store, "same", 64 * 1024));
	assert_int_equal(write(go[1], &byte, 1), 1);
	assert_int_equal(read(told[0], &byte, 1), 1);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	for (int i = 0; i < 150; i++)
		assert_ok(write_large(store, "same", 64 * 1024));
	store_lmdb_size(store, &used_early, &mapped);
	for (int i = 0; i < 300; i++)
		assert_ok(write_large(store, "same", 64 * 1024));
	store_lmdb_size(store, &used_late, &mapped);
	assert_in_range(used_late, used_early, used_early + 512 * 1024);
	store_lmdb_close(store);
	for (int end = 0; end < 2; end++) {
		close(go[end]);
		close(told[end]);
	}
}

static void the_file_is_as_long_as_its_content_whatever_the_map(void **state)
{
	struct store *store = open_store(path_in(state, ""));
	struct stat status;
	uint64_t used, mapped;
	write_one(store, "little");
	store_lmdb_size(store, &used, &mapped);
	assert_int_equal(stat(path_in(state, "data.mdb"), &status), 0);
	assert_in_range(status.st_size, 1, 1024 * 1024);
	assert_in_range(used, status.st_size, 1024 * 1024);
	assert_true(mapped >= (uint64_t)1 << 30);
	store_lmdb_close(store);
}

static void a_map_that_fills_grows_by_itself(void **state)
{
	const struct store_lmdb_options small = { .map_size = 1024 * 1024 };
	struct store *store;
	char key[32];
	assert_ok(store_lmdb_open(path_in(state, ""), &small, &store));
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof key, "%d", i);
		assert_ok(write_large(store, key, 100 * 1000)); // 20 MB in all, never a failure
	}
	uint64_t used, mapped;
	store_lmdb_size(store, &used, &mapped);
	assert_in_range(used, 20 * 1000 * 1000, mapped);
	store_lmdb_close(store);
}

static void a_transaction_larger_than_the_map_succeeds_when_run_again(void **state)
{
	const struct store_lmdb_options small = { .map_size = 1024 * 1024 };
	struct store *store;
	assert_ok(store_lmdb_open(path_in(state, ""), &small, &store));
	write_one(store, "before");
	int refused = 0;
	enum err err;
	while ((err = write_large(store, "large", 10 * 1024 * 1024)) == ERR_AGAIN)
		assert_true(++refused < 10);
	assert_ok(err);
	assert_true(refused > 0);
	assert_true(holds(store, "before"));
	store_lmdb_close(store);
}

static void a_map_grown_by_another_process_is_taken_over(void **state)
{
	const struct store_lmdb_options small = { .map_size = 1024 * 1024 };
	int go[2];
	char byte = 0;
	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	if (child == 0) {
		struct store *store;
		if (read(go[0], &byte, 1) != 1)
			_exit(2);
		assert_ok(store_lmdb_open(path_in(state, ""), NULL, &store));
		enum err err = write_large(store, "large", 10 * 1024 * 1024);
		store_lmdb_close(store);
		_exit(err ? 1 : 0);
	}
	struct store *store;
	assert_ok(store_lmdb_open(path_in(state, ""), &small, &store));
	write_one(store, "ours");
	assert_int_equal(write(go[1], &byte, 1), 1);
	assert_int_equal(exit_status(child), 0);
	assert_true(holds(store, "ours"));
	write_one(store, "ours again");
	struct txn txn = begin(store, STORE_READ);
	assert_true(txn_has(&txn, STORE_BLOCK, span_string("large")));
	txn_abort(&txn);
	store_lmdb_close(store);
	close(go[0]);
	close(go[1]);
}

// A limit on the size of files stands for the full disk: the write fails in the same place.
static void on_a_full_disk_writes_are_refused_and_all_else_goes_on(void **state)
{
	pid_t child = fork();
	if (child == 0) {
		struct store *store = open_store(path_in(state, ""));
		write_one(store, "before");
		struct rlimit before, limit;
		getrlimit(RLIMIT_FSIZE, &before);
		limit = (struct rlimit){ .rlim_cur = 1024 * 1024, .rlim_max = before.rlim_max };
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		enum err full = write_large(store, "large", 4 * 1024 * 1024);
		bool reads_go_on = holds(store, "before");
		write_one(store, "small");
		setrlimit(RLIMIT_FSIZE, &before);
		enum err room = write_large(store, "large", 4 * 1024 * 1024);
		bool all = reads_go_on && holds(store, "before") && holds(store, "small");
		store_lmdb_close(store);
		_exit(full == ERR_OK ? 1 : full != ERR_FULL && full != ERR_IO ? 2 : room ? 3 : all ? 0 : 4);
	}
	assert_int_equal(exit_status(child), 0);
}

static void a_machine_that_grants_little_address_space_gets_a_smaller_map(void **state)
{
#if SANITIZED
	(void)state;
	skip(); // the sanitizer itself lives on address space
#else
	pid_t child = fork();
	if (child == 0) {
		const struct rlimit limit = { .rlim_cur = (rlim_t)1 << 30, .rlim_max = (rlim_t)1 << 30 };
		uint64_t used, mapped;
		setrlimit(RLIMIT_AS, &limit);
		struct store *store;
		enum err err = store_lmdb_open(path_in(state, ""), NULL, &store);
		if (err)
			_exit(1);
		store_lmdb_size(store, &used, &mapped);
		write_one(store, "fits");
		store_lmdb_close(store);
		_exit(mapped < (uint64_t)1 << 30 ? 0 : 2);
	}
	assert_int_equal(exit_status(child), 0);
#endif
}

// Where the map cannot grow, its end is the end of the disk.
static void a_map_that_cannot_grow_is_a_full_disk(void **state)
{
#if SANITIZED
	(void)state;
	skip(); // the sanitizer itself lives on address space
#else
	pid_t child = fork();
	if (child == 0) {
		const struct rlimit limit = { .rlim_cur = 64 << 20, .rlim_max = 64 << 20 };
		enum err err = ERR_OK;
		char key[32];
		setrlimit(RLIMIT_AS, &limit);
		struct store *store = open_store(path_in(state, ""));
		write_one(store, "before");
		for (int i = 0; i < 100 && (!err || err == ERR_AGAIN); i++) {
			snprintf(key, sizeof key, "%d", i);
			err = write_large(store, key, 1024 * 1024);
		}
		bool all = holds(store, "before");
		struct txn txn = begin(store, STORE_WRITE);
		txn_delete(&txn, STORE_BLOCK, span_string("1"));
		enum err freed = txn_commit(&txn);
		store_lmdb_close(store);
		_exit(err != ERR_FULL ? 1 : !all ? 2 : freed ? 3 : 0);
	}
	assert_int_equal(exit_status(child), 0);
#endif
}

static void a_copy_is_a_store_like_any_other(void **state)
{
	struct store *store = open_store(path_in(state, "original"));
	write_one(store, "kept");
	mode_t before = umask(0);
	assert_ok(store_lmdb_copy(store, path_in(state, "copy")));
	umask(before);
	assert_int_equal(mode_of(path_in(state, "copy/data.mdb")), 0600);
	assert_err(EXISTS, store_lmdb_copy(store, path_in(state, "copy")));
	write_one(store, "later");
	store_lmdb_close(store);
	store = open_store(path_in(state, "copy"));
	assert_true(holds(store, "kept"));
	assert_false(holds(store, "later"));
	write_one(store, "on its own");
	store_lmdb_close(store);
}

#define SCENE(scene) cmocka_unit_test_setup_teardown(scene, in_scratch, out_of_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(what_was_committed_is_there_after_reopening),
		SCENE(the_store_is_for_its_owner_alone),
		SCENE(reading_creates_nothing),
		SCENE(what_is_no_store_is_refused),
		SCENE(another_process_reads_and_writes_beside_us),
		SCENE(writers_of_two_processes_take_turns),
		SCENE(what_was_acknowledged_outlives_a_killed_writer),
		SCENE(a_killed_reader_does_not_hold_pages_for_long),
		SCENE(the_file_is_as_long_as_its_content_whatever_the_map),
		SCENE(a_map_that_fills_grows_by_itself),
		SCENE(a_transaction_larger_than_the_map_succeeds_when_run_again),
		SCENE(a_map_grown_by_another_process_is_taken_over),
		SCENE(on_a_full_disk_writes_are_refused_and_all_else_goes_on),
		SCENE(a_machine_that_grants_little_address_space_gets_a_smaller_map),
		SCENE(a_map_that_cannot_grow_is_a_full_disk),
		SCENE(a_copy_is_a_store_like_any_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
