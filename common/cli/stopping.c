// The one place that handles signals.
#include "cli/stopping.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// What a signal handler may touch has to be at file scope.
static volatile sig_atomic_t stop;
static volatile sig_atomic_t wake = -1;
static char damage[512];
static char mark[4096 + 16];

static void on_signal(int number)
{
	int kept = errno;
	(void)number;
	stop = 1;
	if (wake >= 0 && write((int)wake, "", 1) < 0)
		stop = 1; // the pipe is full: the poll is awake already
	errno = kept;
}

volatile sig_atomic_t *stopping_install(int wake_fd)
{
	struct sigaction action = { .sa_handler = on_signal };
	wake = wake_fd;
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	return &stop;
}

static void on_damage(int number)
{
	int fd = mark[0] ? open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	(void)number;
	if (fd >= 0)
		close(fd);
	if (write(STDERR_FILENO, damage, strlen(damage)) < 0)
		_exit(1); // nobody listens
	_exit(1);
}

void stopping_on_damage(const char *line)
{
	struct sigaction action = { .sa_handler = on_damage };
	snprintf(damage, sizeof damage, "%s\n", line);
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
#ifndef __SANITIZE_ADDRESS__ // whose own report says more
	sigaction(SIGSEGV, &action, NULL);
#endif
}

void stopping_mark_damage(const char *path)
{
	snprintf(mark, sizeof mark, "%s", path);
}
