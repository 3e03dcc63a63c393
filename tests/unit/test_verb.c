// The command line: parsing by table, exit codes, help and completion made from the table.
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/verb.h"

// What the verb was called with, told through its exit code and the texts below.
static char heard[256];

static int tell(const struct verb_call *call)
{
	const char *parent = verb_value(call, "parent");
	int size = snprintf(heard, sizeof heard, "%s dir=%s json=%d parent=%s dry=%d:", call->verb->name, call->directory,
	                    (int)call->json, parent ? parent : "-", (int)verb_given(call, "dry-run"));
	for (size_t i = 0; i < call->argument_count && size > 0 && (size_t)size < sizeof heard; i++)
		size += snprintf(heard + size, sizeof heard - (size_t)size, " [%s]", call->arguments[i]);
	return VERB_OK;
}

static int fail_conflict(const struct verb_call *call)
{
	return verb_fail(call, &(struct verb_failure){ .err = ERR_CONFLICT, .what = PHRASE_CANNOT_WRITE, .where = "here" });
}

static const struct verb verbs[] = {
	{ .name = "unit add", .arguments = "NAME", .help = PHRASE_VERB_UNIT_ADD, .least = 1, .most = 2, .run = tell,
	  .options = { { "parent", "UNIT", PHRASE_OPTION_PARENT, false }, { "dry-run", NULL, PHRASE_OPTION_DRY_RUN, false } } },
	{ .name = "unit show", .arguments = "FILE", .help = PHRASE_VERB_UNIT_SHOW, .least = 0, .most = -1, .run = tell },
	{ .name = "put", .arguments = "", .help = PHRASE_VERB_PUT, .run = fail_conflict },
	{ .name = "needs", .arguments = "", .help = PHRASE_VERB_PUT, .run = tell,
	  .options = { { "parent", "UNIT", PHRASE_OPTION_PARENT, true } } },
	{ .name = "completion", .arguments = "bash", .help = PHRASE_VERB_COMPLETION, .least = 1, .most = 1, .run = verb_completion },
};

static const struct verb_program program = {
	.name = "prog", .help = PHRASE_PROGRAM_DEVICE, .directory = "/own", .verbs = verbs, .verb_count = sizeof verbs / sizeof verbs[0],
};

struct outcome {
	int code;
	char out[8192], err[4096];
};

static FILE *catch(int fd, int *kept)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	*kept = dup(fd);
	dup2(fileno(file), fd);
	return file;
}

static void release(FILE *file, int fd, int kept, char *text, size_t size)
{
	dup2(kept, fd);
	close(kept);
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

// Runs a line of words as the shell would; quoting is not needed here.
static struct outcome *run(const char *line)
{
	static struct outcome outcome;
	char words[256], name[] = "prog";
	char *argv[16] = { name };
	int argc = 1, kept_out, kept_err;
	heard[0] = '\0';
	snprintf(words, sizeof words, "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	fflush(stdout);
	FILE *out = catch(STDOUT_FILENO, &kept_out), *err = catch(STDERR_FILENO, &kept_err);
	outcome.code = verb_main(&program, argc, argv);
	fflush(stdout);
	fflush(stderr);
	release(out, STDOUT_FILENO, kept_out, outcome.out, sizeof outcome.out);
	release(err, STDERR_FILENO, kept_err, outcome.err, sizeof outcome.err);
	return &outcome;
}

static int quiet(void **state)
{
	(void)state;
	setenv("TRIBUTARY_LANG", "en", 1);
	unsetenv("TRIBUTARY_DIR");
	return 0;
}

static void options_may_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(run("unit add --parent x N --dry-run")->code, VERB_OK);
	assert_string_equal(heard, "unit add dir=/own json=0 parent=x dry=1: [N]");
	assert_int_equal(run("-C /d --json unit add --parent=y a b")->code, VERB_OK);
	assert_string_equal(heard, "unit add dir=/d json=1 parent=y dry=0: [a] [b]");
	assert_int_equal(run("unit add a --json -C/e")->code, VERB_OK);
	assert_string_equal(heard, "unit add dir=/e json=1 parent=- dry=0: [a]");
	assert_int_equal(run("unit show -- --json -x")->code, VERB_OK);
	assert_string_equal(heard, "unit show dir=/own json=0 parent=- dry=0: [--json] [-x]");
	assert_int_equal(run("unit show -")->code, VERB_OK);
	assert_string_equal(heard, "unit show dir=/own json=0 parent=- dry=0: [-]");
}

static void the_directory_is_told_or_in_the_environment(void **state)
{
	(void)state;
	setenv("TRIBUTARY_DIR", "/env", 1);
	run("unit show");
	assert_string_equal(heard, "unit show dir=/env json=0 parent=- dry=0:");
	run("-C /told unit show");
	assert_string_equal(heard, "unit show dir=/told json=0 parent=- dry=0:");
	unsetenv("TRIBUTARY_DIR");
}

static void wrong_usage_is_exit_2_and_one_line(void **state)
{
	static const char *const lines[] = {
		"unit add",             // an argument is missing
		"unit add a b c",       // one too many
		"unit add a --nothing", // no such option
		"unit add a --parent",  // its value is missing
		"unit add a --dry-run=1",
		"nothing", "-C", "--nothing", "needs",
	};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct outcome *outcome = run(lines[i]);
		const char *end = strchr(outcome->err, '\n');
		assert_int_equal(outcome->code, VERB_USAGE);
		assert_string_equal(heard, "");
		assert_true(strncmp(outcome->err, "prog: ", 6) == 0);
		assert_true(end && end[1] == '\0');
	}
}

static void a_failure_says_what_where_why_and_what_to_do(void **state)
{
	(void)state;
	struct outcome *outcome = run("put");
	assert_int_equal(outcome->code, VERB_CONFLICT);
	assert_string_equal(outcome->err, "prog: nothing was written: here: conflicting values; "
	                                  "see them with conflicts and decide with resolve\n");
	outcome = run("put --json");
	assert_int_equal(outcome->code, VERB_CONFLICT);
	assert_non_null(strstr(outcome->err, "\"name\":\"CONFLICT\""));
	assert_string_equal(outcome->out, "");
}

static void exit_codes_are_stable(void **state)
{
	(void)state;
	assert_int_equal(verb_exit(ERR_OK), 0);
	assert_int_equal(verb_exit(ERR_IO), 1);
	assert_int_equal(verb_exit(ERR_USAGE), 2);
	assert_int_equal(verb_exit(ERR_CONFLICT), 3);
	assert_int_equal(verb_exit(ERR_UNAUTHORISED), 3);
	assert_int_equal(verb_exit(ERR_UNREACHABLE), 4);
	assert_int_equal(verb_exit(ERR_AGAIN), 75);
	assert_int_equal(verb_exit(ERR_LOCKED), 75);
	assert_int_equal(verb_exit((enum err)ERR_COUNT), 1);
}

static void help_names_every_verb_and_option(void **state)
{
	(void)state;
	struct outcome *outcome = run("--help");
	assert_int_equal(outcome->code, VERB_OK);
	for (size_t i = 0; i < program.verb_count; i++)
		assert_non_null(strstr(outcome->out, verbs[i].name));
	assert_non_null(strstr(outcome->out, "75 try again"));
	outcome = run("help unit add");
	assert_int_equal(outcome->code, VERB_OK);
	assert_non_null(strstr(outcome->out, "--parent UNIT"));
	assert_string_equal(run("unit add --help")->out, run("help unit add")->out);
	outcome = run("help unit"); // a group
	assert_non_null(strstr(outcome->out, "unit show"));
	outcome = run("");
	assert_int_equal(outcome->code, VERB_USAGE);
	assert_string_equal(outcome->out, "");
}

// Bash itself completes with the script that the table gives.
static void complete(const char *words, const char *expected)
{
	char path[] = "/tmp/tributary-completion-XXXXXX", command[512], got[512];
	struct outcome *outcome = run("completion bash");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, outcome->out, strlen(outcome->out)), strlen(outcome->out));
	close(fd);
	snprintf(command, sizeof command,
	         "bash -c 'source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _prog; echo -n \"${COMPREPLY[*]}\"'", path, words);
	FILE *shell = popen(command, "r");
	assert_non_null(shell);
	got[fread(got, 1, sizeof got - 1, shell)] = '\0';
	assert_int_equal(pclose(shell), 0);
	unlink(path);
	assert_string_equal(got, expected);
}

static void bash_completes_from_the_table(void **state)
{
	(void)state;
	complete("prog un", "unit");
	complete("prog unit \"\"", "add show");
	complete("prog -C /x unit a", "add");
	complete("prog unit add --p", "--parent");
	complete("prog unit add --d", "--dry-run");
	complete("prog needs --pa", "--parent");
	complete("prog pu", "put");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(options_may_stand_anywhere, quiet),
		cmocka_unit_test_setup(the_directory_is_told_or_in_the_environment, quiet),
		cmocka_unit_test_setup(wrong_usage_is_exit_2_and_one_line, quiet),
		cmocka_unit_test_setup(a_failure_says_what_where_why_and_what_to_do, quiet),
		cmocka_unit_test_setup(exit_codes_are_stable, quiet),
		cmocka_unit_test_setup(help_names_every_verb_and_option, quiet),
		cmocka_unit_test_setup(bash_completes_from_the_table, quiet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
