// The configuration file: what is not known is refused and named.
#include "support/support.h"

#include <stdio.h>
#include <string.h>

#include "io/config.h"
#include "io/file.h"
#include "support/scratch.h"

static struct scratch scratch;
static char path[FILE_PATH_BYTES];

static int enter(void **state)
{
	(void)state;
	scratch_make(&scratch);
	assert_ok(file_join(path, sizeof path, scratch.path, "tributary.ini"));
	return 0;
}

static int leave(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static enum err load(const char *text, struct config *config, int *line)
{
	assert_ok(file_write(path, 0644, span_string(text)));
	return config_load(path, config, line);
}

static void without_a_file_defaults_stay(void **state)
{
	(void)state;
	struct config config;
	int line;
	config_default(&config);
	assert_err(NOT_FOUND, config_load(path, &config, &line));
	assert_string_equal(config.sync, "tcp://*:7420");
	assert_string_equal(config.public_porch, config.porch);
	assert_int_equal(config.sync_interval, 300);
}

static void what_is_named_is_set_and_the_public_address_follows(void **state)
{
	(void)state;
	struct config config;
	int line;
	config_default(&config);
	assert_ok(load("; a remark\n[server]\nsync = tcp://*:9000\nporch=tcp://[::]:9001 ; why\n"
	               "public_porch = tcp://county.example:9001\n\n[client]\nsync_interval = 60\n", &config, &line));
	assert_string_equal(config.sync, "tcp://*:9000");
	assert_string_equal(config.porch, "tcp://[::]:9001");
	assert_string_equal(config.public_sync, "tcp://*:9000");
	assert_string_equal(config.public_porch, "tcp://county.example:9001");
	assert_int_equal(config.sync_interval, 60);
}

static void what_is_saved_loads_again(void **state)
{
	(void)state;
	struct config config, again;
	int line;
	config_default(&config);
	strcpy(config.public_sync, "tcp://township.example:7420");
	config.sync_interval = CONFIG_INTERVAL_MAX;
	assert_ok(config_save(path, &config));
	config_default(&again);
	assert_ok(config_load(path, &again, &line));
	assert_string_equal(again.sync, config.sync);
	assert_string_equal(again.porch, config.porch);
	assert_string_equal(again.public_sync, config.public_sync);
	assert_string_equal(again.public_porch, config.public_porch);
	assert_int_equal(again.sync_interval, config.sync_interval);

	strcpy(config.sync, "tcp://*:1\n[client]");
	assert_err(MALFORMED, config_save(path, &config));
	assert_ok(config_load(path, &again, &line)); // the old one is still there
}

static void errors_name_their_line_and_change_nothing(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{ .text = "[server]\nsnyc = tcp://*:9000\n", .line = 2 },
		{ .text = "[serfer]\nsync = tcp://*:9000\n", .line = 1 },
		{ .text = "[server]\n[nobody]\n", .line = 2 },
		{ .text = "sync = tcp://*:9000\n", .line = 1 },
		{ .text = "[server]\nsync = tcp://*:9000\nsync = tcp://*:9001\n", .line = 3 },
		{ .text = "[server]\nsync = tcp://*:9000\n  tcp://*:9001\n", .line = 3 },
		{ .text = "[server]\nsync\n", .line = 2 },
		{ .text = "[server]\nsync =\n", .line = 2 },
		{ .text = "[server]\n\nsync = udp://*:9000\n", .line = 3 },
		{ .text = "[server]\nsync = tcp://*\n", .line = 2 },
		{ .text = "[server]\nsync = tcp://:9000\n", .line = 2 },
		{ .text = "[server]\nsync = tcp://*:0\n", .line = 2 },
		{ .text = "[server]\nsync = tcp://*:65536\n", .line = 2 },
		{ .text = "[server]\nsync = tcp://*:+80\n", .line = 2 },
		{ .text = "[server]\nsync = tcp://a b:80\n", .line = 2 },
		{ .text = "[client]\nsync_interval = 0\n", .line = 2 },
		{ .text = "[client]\nsync_interval = 60s\n", .line = 2 },
		{ .text = "[client]\nsync_interval = 999999999999999999999\n", .line = 2 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct config config, before;
		int line = -1;
		config_default(&config);
		before = config;
		assert_err(MALFORMED, load(cases[i].text, &config, &line));
		assert_int_equal(line, cases[i].line);
		assert_memory_equal(&config, &before, sizeof config);
	}
}

static void lines_and_files_that_are_too_long_are_refused(void **state)
{
	(void)state;
	struct config config;
	int line;
	char text[CONFIG_FILE_BYTES + 2];
	config_default(&config);
	int size = snprintf(text, sizeof text, "[server]\n; %0300d\n", 0);
	assert_in_range(size, 300, 400);
	assert_err(MALFORMED, load(text, &config, &line));
	assert_int_equal(line, 2);
	memset(text, '\n', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_err(TOO_LARGE, load(text, &config, &line));
	struct span with_nul = span_of("[server]\n\0sync = tcp://*:1\n", 27);
	assert_ok(file_write(path, 0644, with_nul));
	assert_err(MALFORMED, config_load(path, &config, &line));
	assert_int_equal(line, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_a_file_defaults_stay, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_named_is_set_and_the_public_address_follows, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_saved_loads_again, enter, leave),
		cmocka_unit_test_setup_teardown(errors_name_their_line_and_change_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(lines_and_files_that_are_too_long_are_refused, enter, leave),
	};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
