// The child process that keeps one door: libzmq and nothing else. It has no store, no signing key, no open
// file but its two pipes, a cap on its memory, and may not open files outside of what looking up a host's
// name needs (Landlock, where the machine has it), nor start programs (seccomp); that of the porch calls nobody.
// It knows who is connected; the core knows what they say.
#ifndef TRIBUTARY_IO_DOOR_PROCESS_H
#define TRIBUTARY_IO_DOOR_PROCESS_H

#include <stdbool.h>

#define DOOR_PROCESS_ARGUMENT "--door" // argv[1] of the program when it is meant to be such a process
#define DOOR_PROCESS_IN       3        // descriptors it is started with
#define DOOR_PROCESS_OUT      4

// Is this program meant to be one? To be asked first in main().
bool door_process_meant(int argc, char **argv);
// Returns when the core has gone: the exit code.
int door_process_run(void);

#endif
