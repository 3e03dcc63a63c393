// A clean stop: SIGTERM and SIGINT raise a flag and wake the link's poll.
#ifndef TRIBUTARY_CLI_STOPPING_H
#define TRIBUTARY_CLI_STOPPING_H

#include <signal.h>

// wake_fd: written to when a signal comes (link_wake_fd); -1: none. The flag stays up.
volatile sig_atomic_t *stopping_install(int wake_fd);

// A store is read as memory: where its file is cut off, or the disk gives a page no more, the kernel says so
// with SIGBUS, in the middle of anything; a damaged page may lead LMDB anywhere (SIGSEGV), and what it finds
// impossible it would abort on (io/store_lmdb makes that a SIGBUS). Then this line goes to stderr and the exit
// code is 1; what was committed before is as it was.
void stopping_on_damage(const char *line);
// Makes an empty file there as well, for whoever starts next.
void stopping_mark_damage(const char *path);

#endif
