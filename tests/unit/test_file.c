// Small files: whole or not at all.
#include "support/support.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "support/scratch.h"

static struct scratch scratch;

static int enter(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static const char *at(const char *name)
{
	static char path[FILE_PATH_BYTES];
	assert_ok(file_join(path, sizeof path, scratch.path, name));
	return path;
}

static void holds(const char *name, const char *expected)
{
	struct buf content = BUF_EMPTY;
	assert_ok(file_read(at(name), 1024, &content));
	assert_int_equal(content.size, strlen(expected));
	assert_memory_equal(content.data, expected, content.size);
	buf_free(&content);
}

static size_t names_in_scratch(void)
{
	size_t count = 0;
	DIR *dir = opendir(scratch.path);
	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static void a_file_is_replaced_in_one_step_and_nothing_else_remains(void **state)
{
	(void)state;
	assert_ok(file_write(at("a"), 0600, span_string("first")));
	assert_ok(file_write(at("a"), 0600, span_string("second, longer")));
	holds("a", "second, longer");
	assert_int_equal(names_in_scratch(), 1);
}

static void the_mode_is_what_was_asked_for_whatever_the_umask(void **state)
{
	(void)state;
	struct stat status;
	mode_t before = umask(0);
	assert_ok(file_write(at("secret"), 0600, span_string("x")));
	umask(077);
	assert_ok(file_write(at("open"), 0644, span_string("x")));
	umask(before);
	assert_int_equal(stat(at("secret"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(stat(at("open"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
}

static void what_exists_is_not_created_again(void **state)
{
	(void)state;
	assert_ok(file_create(at("a"), 0600, span_string("mine")));
	assert_err(EXISTS, file_create(at("a"), 0600, span_string("yours")));
	holds("a", "mine");
	assert_int_equal(names_in_scratch(), 1);
}

static void reading_is_bounded_and_leaves_what_was_there(void **state)
{
	(void)state;
	struct buf content = BUF_EMPTY;
	buf_string(&content, "before ");
	assert_ok(file_write(at("a"), 0600, span_string("0123456789")));
	assert_err(TOO_LARGE, file_read(at("a"), 9, &content));
	assert_int_equal(content.size, 7);
	assert_ok(file_read(at("a"), 10, &content));
	assert_memory_equal(content.data, "before 0123456789", 17);
	assert_err(NOT_FOUND, file_read(at("nothing"), 10, &content));
	assert_true(file_read(scratch.path, 10, &content) != ERR_OK); // a directory
	assert_int_equal(content.size, 17);
	buf_free(&content);
}

static void a_place_that_is_not_there_is_told(void **state)
{
	(void)state;
	char path[8];
	assert_err(NOT_FOUND, file_write(at("no/such/directory"), 0600, span_string("x")));
	assert_err(TOO_LARGE, file_join(path, sizeof path, "/long", "name"));
	assert_false(file_exists(at("no")));
	assert_true(file_exists(scratch.path));
}

static void a_lock_is_waited_for_by_another_process(void **state)
{
	(void)state;
	int fd, status;
	char byte;
	int said[2];
	assert_int_equal(pipe(said), 0);
	assert_ok(file_lock(at("lock"), &fd));
	pid_t child = fork();
	if (child == 0) {
		int own;
		close(fd); // not the lock: that is the parent's
		if (write(said[1], "w", 1) != 1 || file_lock(at("lock"), &own) || write(said[1], "l", 1) != 1)
			_exit(1);
		_exit(0);
	}
	assert_true(child > 0);
	close(said[1]);
	assert_int_equal(read(said[0], &byte, 1), 1);
	assert_int_equal(byte, 'w');
	struct pollfd silence = { .fd = said[0], .events = POLLIN };
	assert_int_equal(poll(&silence, 1, 100), 0); // it waits
	close(fd);
	assert_int_equal(read(said[0], &byte, 1), 1);
	assert_int_equal(byte, 'l');
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(said[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_replaced_in_one_step_and_nothing_else_remains, enter, leave),
		cmocka_unit_test_setup_teardown(the_mode_is_what_was_asked_for_whatever_the_umask, enter, leave),
		cmocka_unit_test_setup_teardown(what_exists_is_not_created_again, enter, leave),
		cmocka_unit_test_setup_teardown(reading_is_bounded_and_leaves_what_was_there, enter, leave),
		cmocka_unit_test_setup_teardown(a_place_that_is_not_there_is_told, enter, leave),
		cmocka_unit_test_setup_teardown(a_lock_is_waited_for_by_another_process, enter, leave),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
