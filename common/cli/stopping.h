// A clean stop: SIGTERM and SIGINT raise a flag and wake the link's poll.
#ifndef TRIBUTARY_CLI_STOPPING_H
#define TRIBUTARY_CLI_STOPPING_H

#include <signal.h>

// wake_fd: written to when a signal comes (link_wake_fd); -1: none. The flag stays up.
volatile sig_atomic_t *stopping_install(int wake_fd);

#endif
