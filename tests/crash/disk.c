#include "disk.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FDS = 64 };

static struct {
	const char *name;
	struct {
		bool watched, synchronous;
		uint64_t at;
	} fd[FDS];
	struct disk_event *events;
	size_t count, capacity;
} disk;

void disk_watch(const char *name)
{
	disk.name = name;
}

const struct disk_event *disk_events(size_t *count)
{
	*count = disk.count;
	return disk.events;
}

static struct disk_event *note(enum disk_kind kind)
{
	if (disk.count == disk.capacity) {
		disk.capacity = disk.capacity ? 2 * disk.capacity : 1024;
		disk.events = realloc(disk.events, disk.capacity * sizeof *disk.events);
		if (!disk.events)
			abort();
	}
	disk.events[disk.count] = (struct disk_event){ .kind = kind };
	return &disk.events[disk.count++];
}

void disk_mark(unsigned mark)
{
	note(DISK_MARK)->mark = mark;
}

static bool is_watched(int fd)
{
	return fd >= 0 && fd < FDS && disk.fd[fd].watched;
}

static void note_write(int fd, const void *bytes, size_t size, uint64_t offset)
{
	struct disk_event *event = note(DISK_WRITE);
	event->offset = offset;
	event->size = size;
	event->bytes = malloc(size + !size);
	if (!event->bytes)
		abort();
	memcpy(event->bytes, bytes, size);
	if (disk.fd[fd].synchronous)
		note(DISK_BARRIER);
}

// A real one by its name, as whoever else would have been called. The detour over memcpy is how POSIX
// wants a function's address to be taken from an object's.
static void real(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);
	if (!found)
		abort();
	memcpy(function, &found, size);
}

#define REAL(type, variable, name)      \
	static type variable;            \
	if (!variable)                   \
		real(name, &variable, sizeof variable)

int open(const char *path, int flags, ...)
{
	typedef int (*open_call)(const char *, int, ...);
	REAL(open_call, call, "open");
	va_list list;
	va_start(list, flags);
	mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	int fd = call(path, flags, mode);
	size_t size = strlen(path), end = disk.name ? strlen(disk.name) : 0;
	if (fd >= 0 && fd < FDS) {
		disk.fd[fd].watched = end && size >= end && strcmp(path + size - end, disk.name) == 0 && (flags & O_ACCMODE) != O_RDONLY;
		disk.fd[fd].synchronous = flags & O_DSYNC;
		disk.fd[fd].at = 0;
	}
	return fd;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	typedef ssize_t (*pwrite_call)(int, const void *, size_t, off_t);
	REAL(pwrite_call, call, "pwrite");
	ssize_t done = call(fd, bytes, size, offset);
	if (is_watched(fd) && done > 0)
		note_write(fd, bytes, (size_t)done, (uint64_t)offset);
	return done;
}

off_t lseek(int fd, off_t offset, int whence)
{
	typedef off_t (*lseek_call)(int, off_t, int);
	REAL(lseek_call, call, "lseek");
	off_t at = call(fd, offset, whence);
	if (is_watched(fd) && at >= 0)
		disk.fd[fd].at = (uint64_t)at;
	return at;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	typedef ssize_t (*write_call)(int, const void *, size_t);
	REAL(write_call, call, "write");
	ssize_t done = call(fd, bytes, size);
	if (is_watched(fd) && done > 0) {
		note_write(fd, bytes, (size_t)done, disk.fd[fd].at);
		disk.fd[fd].at += (uint64_t)done;
	}
	return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	typedef ssize_t (*writev_call)(int, const struct iovec *, int);
	REAL(writev_call, call, "writev");
	ssize_t done = call(fd, parts, count), left = done;
	for (int i = 0; is_watched(fd) && i < count && left > 0; i++) {
		size_t size = parts[i].iov_len < (size_t)left ? parts[i].iov_len : (size_t)left;
		note_write(fd, parts[i].iov_base, size, disk.fd[fd].at);
		disk.fd[fd].at += size;
		left -= (ssize_t)size;
	}
	return done;
}

int fdatasync(int fd)
{
	typedef int (*sync_call)(int);
	REAL(sync_call, call, "fdatasync");
	int result = call(fd);
	if (is_watched(fd) && result == 0)
		note(DISK_BARRIER);
	return result;
}

int fsync(int fd)
{
	typedef int (*sync_call)(int);
	REAL(sync_call, call, "fsync");
	int result = call(fd);
	if (is_watched(fd) && result == 0)
		note(DISK_BARRIER);
	return result;
}
