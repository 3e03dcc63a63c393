// The programs as processes of a test. Each dies with the test, however that ends; a failure ends the test.
#ifndef TRIBUTARY_TESTS_E2E_PROCESS_H
#define TRIBUTARY_TESTS_E2E_PROCESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCESS_ARGS_MAX = 24, PROCESS_LIMIT_MS = 240000 };

struct process_command {
	const char *args[PROCESS_ARGS_MAX]; // "-C", DIR, …
	const char *to;                     // file that takes stdout; NULL: nothing does
};

// `program` is a path below `build`. What goes to stderr is added to the file "stderr" of the working directory.
pid_t process_start(const char *build, const char *program, const struct process_command *command);
// As waitpid tells it. A process that takes longer than PROCESS_LIMIT_MS is a failure.
int process_finish(pid_t pid, const char *what);
bool process_killed(int status); // by SIGKILL

int process_run(const char *build, const char *program, const struct process_command *command); // exit code
void process_must(const char *build, const char *program, const struct process_command *command); // it is 0
// What it says; with --json among the arguments. Owned by the caller.
json_t *process_ask(const char *build, const char *program, const struct process_command *command);

json_int_t process_number(const json_t *object, const char *key);
const char *process_text(const json_t *object, const char *key);

void process_fail(const char *what, const char *where);
uint64_t process_now_ms(void);
void process_pause_us(unsigned us);

#endif
