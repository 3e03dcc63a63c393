// A file's writes as a disk sees them: what was written where, and what had to be durable before what. The
// calls that LMDB makes are taken over by this program's own (disk.c), do what they do, and are noted.
#ifndef TRIBUTARY_TESTS_DISK_H
#define TRIBUTARY_TESTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_kind {
	DISK_WRITE,
	DISK_BARRIER, // all before it is durable
	DISK_MARK,    // the program was told that its commit is durable
};

struct disk_event {
	enum disk_kind kind;
	uint64_t offset;
	size_t size;
	uint8_t *bytes;
	unsigned mark;
};

void disk_watch(const char *name); // files whose path ends like that, from their next opening on
void disk_mark(unsigned mark);
const struct disk_event *disk_events(size_t *count);

#endif
