#include "e2e/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

void process_fail(const char *what, const char *where)
{
	printf("FAILED: %s: %s\n", what, where);
	exit(1);
}

uint64_t process_now_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

void process_pause_us(unsigned us)
{
	struct timespec time = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
	while (nanosleep(&time, &time) && errno == EINTR)
		continue;
}

// ---- Starting and ending ----

static void become(const char *path, char **args, const char *to)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int in = open("/dev/null", O_RDONLY), out = open(to ? to : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int err = open("stderr", O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2)
		execv(path, args);
	_exit(127);
}

pid_t process_start(const char *build, const char *program, const struct process_command *command)
{
	char path[PATH_BYTES], *args[PROCESS_ARGS_MAX + 2] = { path };
	snprintf(path, sizeof path, "%s/%s", build, program);
	for (size_t i = 0; i < PROCESS_ARGS_MAX && command->args[i]; i++)
		args[i + 1] = (char *)(uintptr_t)command->args[i]; // execv writes nothing there
	fflush(stdout);
	pid_t pid = fork();
	if (pid < 0)
		process_fail("fork", strerror(errno));
	if (pid == 0)
		become(path, args, command->to);
	return pid;
}

int process_finish(pid_t pid, const char *what)
{
	int status;
	uint64_t until = process_now_ms() + PROCESS_LIMIT_MS;
	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		if (got == pid)
			return status;
		if (got < 0)
			process_fail("waitpid", strerror(errno));
		if (process_now_ms() > until)
			process_fail("does not end", what);
		process_pause_us(500);
	}
}

bool process_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

// ---- Whole commands ----

int process_run(const char *build, const char *program, const struct process_command *command)
{
	int status = process_finish(process_start(build, program, command), command->args[2]);
	if (!WIFEXITED(status))
		process_fail("ended by a signal", command->args[2]);
	return WEXITSTATUS(status);
}

void process_must(const char *build, const char *program, const struct process_command *command)
{
	char text[256];
	int code = process_run(build, program, command);
	snprintf(text, sizeof text, "%s %s gave %d", command->args[1], command->args[2], code);
	if (code)
		process_fail(program, text);
}

json_t *process_ask(const char *build, const char *program, const struct process_command *command)
{
	struct process_command json = *command;
	json_error_t error;
	json.to = "answer";
	process_must(build, program, &json);
	json_t *answer = json_load_file("answer", JSON_REJECT_DUPLICATES, &error);
	if (!answer)
		process_fail("not JSON", command->args[3]);
	return answer;
}

json_int_t process_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_integer(value))
		process_fail("no such number", key);
	return json_integer_value(value);
}

const char *process_text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	if (!value)
		process_fail("no such text", key);
	return value;
}
