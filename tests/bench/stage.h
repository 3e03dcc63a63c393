// The stage of a benchmark: a directory with a server's home and a branch's, enrolled without the
// porch, and the processes that play there.
#ifndef TRIBUTARY_TESTS_STAGE_H
#define TRIBUTARY_TESTS_STAGE_H

#include <sys/types.h>

#include "io/home.h"

struct stage {
	char dir[256];    // ours, gone afterwards
	char server[288];
	char branch[288];
	const char *pack; // YAML
};

// Everything here ends the program with a sentence when it fails: there is nothing to measure then.
void stage_check(enum err err, const char *what);
double stage_seconds(void); // monotonic

void stage_open(struct stage *stage, const char *under, const char *pack);
void stage_close(struct stage *stage);
void stage_remove(const char *dir);

// Writes records [from, from + count), `each` of them a commit (0: all in one). Gives the seconds.
double stage_write(struct stage *stage, uint64_t from, uint64_t count, uint64_t each);
double stage_edit(struct stage *stage, uint64_t count); // one field of `count` records, in one commit

bool stage_receipted(struct stage *stage); // all that the branch wrote, by its server
uint64_t stage_records(const char *dir);   // in the views of a home
uint64_t stage_disk_bytes(const char *dir); // of its store

// ---- Processes: this program again, in another role. ----

struct stage_child {
	pid_t pid;
	int from; // its stdout
};

struct stage_child stage_start(const char *role, const char *dir, const char *more);
void stage_line(struct stage_child *child, char *line, size_t size); // the next it says
void stage_stop(struct stage_child *child, int signal);              // 0: it ends by itself
uint64_t stage_resident(pid_t pid, const char *key);                 // bytes, of /proc/PID/status
double stage_busy(pid_t pid);                                        // seconds of processor time, all threads

// What a session cost its client.
struct stage_session {
	double seconds, busy; // busy: of processor time
	uint64_t bytes_in, bytes_out;
	uint32_t round_trips;
	uint64_t resident, private; // bytes, at its end; private: without pages of files
};
struct stage_session stage_sync(struct stage *stage, const char *address);

// The roles; each gives an exit code.
int stage_serve(const char *dir);
int stage_client(const char *dir, const char *address);

#endif
