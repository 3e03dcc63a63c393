// Whether a server runs in a data directory, and what it is doing: a locked file, DIR/running, that
// the running process keeps and `status` reads. The lock goes with the process, however it dies.
#ifndef TRIBUTARY_SERVER_RUNNING_H
#define TRIBUTARY_SERVER_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// A child process of the server (io/link_apart).
struct running_child {
	long pid;              // 0: it does not run at the moment
	uint64_t restarts, refused;
};

struct running_note {
	size_t sessions;       // with devices and servers below
	bool caught_up;        // with the parent
	struct running_child link, porch;
};

struct running {
	int fd;
	struct running_note note; // the one written last
	bool noted;
};

enum err running_begin(struct running *running, const char *dir); // ERR_LOCKED: another runs there
void running_end(struct running *running);
// Writes the note anew when something in it changed.
void running_note(struct running *running, const struct running_note *note);

struct running_seen {
	bool runs;
	long pid;
	struct running_note note;
};
struct running_seen running_look(const char *dir);

#endif
