// Makes one call of the machine fail: preloaded into a program, it counts the calls that the program and
// its libraries make, and fails the n-th, once, or that one and all of its kind after it.
//
//	FAULT_AT      number of the call that fails, from 1
//	FAULT_WHAT    "memory" (malloc, calloc, realloc, strdup), or "system" (all others below)
//	FAULT_ERROR   number of the error, of system calls
//	FAULT_SHORT   set: a write takes half of what it is given instead of failing, where it is given more than a byte
//	FAULT_ALWAYS  set: from then on every call of that name fails
//	FAULT_NOTE    file to which the name of the failed call is written
//	FAULT_COUNT   file to which the number of calls is written in the end
//
// What libzmq and the C++ library call is not counted: they end the program by design where memory runs out,
// which is why a server keeps them in processes of their own.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);

static struct {
	bool on, memory, half, always;
	int error;
	unsigned long at;
	const char *note;
	const char *failing; // the name of the call that failed
	atomic_ulong count;
} fault;

static __thread bool inside;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAULT_AT"), *what = getenv("FAULT_WHAT"), *error = getenv("FAULT_ERROR");
	if (!at || !what)
		return;
	fault.at = strtoul(at, NULL, 10);
	fault.memory = strcmp(what, "memory") == 0;
	fault.error = error ? atoi(error) : EIO;
	fault.half = getenv("FAULT_SHORT") != NULL;
	fault.always = getenv("FAULT_ALWAYS") != NULL;
	fault.note = getenv("FAULT_NOTE");
	fault.on = true;
}

// How many calls there were, for whoever asks by FAULT_COUNT.
__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("FAULT_COUNT");
	char number[24];
	int fd = fault.on && path ? (int)syscall(SYS_open, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	if (fd < 0)
		return;
	fault.on = false;
	(void)!syscall(SYS_write, fd, number, (size_t)snprintf(number, sizeof number, "%lu", atomic_load(&fault.count)));
	syscall(SYS_close, fd);
}

static bool of_libzmq(const void *caller)
{
	Dl_info info;
	inside = true;
	bool found = dladdr(caller, &info) && info.dli_fname && (strstr(info.dli_fname, "libzmq") || strstr(info.dli_fname, "libstdc++"));
	inside = false;
	return found;
}

static void note(const char *name)
{
	int fd = fault.note ? (int)syscall(SYS_open, fault.note, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	if (fd < 0)
		return;
	(void)!syscall(SYS_write, fd, name, strlen(name));
	syscall(SYS_close, fd);
}

static bool fails(const char *name, bool memory, const void *caller)
{
	if (!fault.on || inside || fault.memory != memory || of_libzmq(caller))
		return false;
	if (fault.failing)
		return fault.always && strcmp(fault.failing, name) == 0;
	if (atomic_fetch_add(&fault.count, 1) + 1 != fault.at)
		return false;
	fault.failing = name;
	note(name);
	return true;
}

#define MEMORY(name) fails(name, true, __builtin_return_address(0))
#define SYSTEM(name) (fails(name, false, __builtin_return_address(0)) ? (errno = fault.error, true) : false)
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *malloc(size_t size) { return MEMORY("malloc") ? no_memory() : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return MEMORY("calloc") ? no_memory() : __libc_calloc(count, size); }
int posix_memalign(void **at, size_t align, size_t size)
{
	static __typeof__(&posix_memalign) next;
	if (MEMORY("posix_memalign"))
		return ENOMEM;
	if (!next)
		next = NEXT(posix_memalign);
	return next(at, align, size);
}
void *realloc(void *at, size_t size) { return MEMORY("realloc") ? no_memory() : __libc_realloc(at, size); }

// ---- Files ----

static int open_as(const char *name, int dir, const char *path, int flags, mode_t mode)
{
	(void)name;
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

static mode_t mode_of(int flags, va_list rest)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(function)                                                    \
	int function(const char *path, int flags, ...)                        \
	{                                                                     \
		va_list rest;                                                     \
		va_start(rest, flags);                                            \
		mode_t mode = mode_of(flags, rest);                               \
		va_end(rest);                                                     \
		return SYSTEM("open") ? -1 : open_as("open", AT_FDCWD, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)

#define SIMPLE(result, bad, function, parameters, arguments)              \
	result function parameters                                            \
	{                                                                     \
		static __typeof__(&function) next;                                \
		if (SYSTEM(#function))                                            \
			return bad;                                                   \
		if (!next)                                                        \
			next = NEXT(function);                                        \
		return next arguments;                                            \
	}
SIMPLE(ssize_t, -1, read, (int fd, void *to, size_t size), (fd, to, size))
SIMPLE(ssize_t, -1, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
SIMPLE(int, -1, fsync, (int fd), (fd))
SIMPLE(int, -1, fdatasync, (int fd), (fd))
SIMPLE(int, -1, msync, (void *at, size_t size, int flags), (at, size, flags))
SIMPLE(int, -1, ftruncate, (int fd, off_t size), (fd, size))
SIMPLE(int, -1, rename, (const char *from, const char *to), (from, to))
SIMPLE(int, -1, unlink, (const char *path), (path))
SIMPLE(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
SIMPLE(int, -1, stat, (const char *path, struct stat *to), (path, to))
SIMPLE(int, -1, fstat, (int fd, struct stat *to), (fd, to))
SIMPLE(off_t, -1, lseek, (int fd, off_t at, int whence), (fd, at, whence))
SIMPLE(int, -1, pipe, (int ends[2]), (ends))
SIMPLE(int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
SIMPLE(pid_t, -1, fork, (void), ())
SIMPLE(void *, MAP_FAILED, mmap, (void *at, size_t size, int prot, int flags, int fd, off_t from), (at, size, prot, flags, fd, from))

int fcntl(int fd, int command, ...)
{
	va_list rest;
	va_start(rest, command);
	void *argument = va_arg(rest, void *); // whatever it is, it is passed on in the same way
	va_end(rest);
	return SYSTEM("fcntl") ? -1 : (int)syscall(SYS_fcntl, fd, command, argument);
}

// ---- Writing, which may also take a part ----

static size_t taken(size_t size)
{
	return fault.half && size > 1 ? size / 2 : 0;
}

#define WRITE(function, parameters, whole, part)                          \
	ssize_t function parameters                                           \
	{                                                                     \
		static __typeof__(&function) next;                                \
		bool failed = SYSTEM(#function);                                  \
		if (!next)                                                        \
			next = NEXT(function);                                        \
		if (!failed)                                                      \
			return next whole;                                            \
		return taken(size) ? next part : -1;                              \
	}
WRITE(write, (int fd, const void *from, size_t size), (fd, from, size), (fd, from, taken(size)))
WRITE(pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at), (fd, from, taken(size), at))
WRITE(pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at), (fd, from, taken(size), at))

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static __typeof__(&writev) next;
	bool failed = SYSTEM("writev");
	if (!next)
		next = NEXT(writev);
	if (!failed)
		return next(fd, parts, count);
	return fault.half && count > 1 ? next(fd, parts, count - 1) : -1;
}
