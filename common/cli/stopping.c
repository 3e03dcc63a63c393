// The one place that handles signals.
#include "cli/stopping.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

// What a signal handler may touch has to be at file scope.
static volatile sig_atomic_t stop;
static volatile sig_atomic_t wake = -1;

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
