// The machine, in one place. Nothing else in the project asks it for the time or for randomness.
#include "io/machine.h"

#include <assert.h>
#include <sodium.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "io/file.h"
#include "log/hash.h"

#define NAME_BYTES 256

static struct timespec read_clock(clockid_t clock)
{
	struct timespec now;
	int wrong = clock_gettime(clock, &now);
	assert(!wrong); // both clocks exist on every machine this is built for
	return now;
}

uint64_t machine_now_ms(void)
{
	struct timespec now = read_clock(CLOCK_REALTIME);
	// A clock before 1970 is a broken one: time is only a hint (DESIGN 6), so it may stand still.
	return now.tv_sec < 0 ? 0 : (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t machine_monotonic_ns(void)
{
	struct timespec now = read_clock(CLOCK_MONOTONIC);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t machine_processor_ns(void)
{
	struct timespec now = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int32_t machine_today(void)
{
	time_t now = (time_t)(machine_now_ms() / 1000);
	struct tm local;
	if (!localtime_r(&now, &local))
		return date_of_ms(machine_now_ms(), 0);
	return date_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

void machine_random(void *to, size_t size)
{
	int wrong = sodium_init(); // harmless when it was called before
	assert(wrong >= 0);
	randombytes_buf(to, size);
}

enum err machine_digest(struct hash *digest)
{
	struct buf name = BUF_EMPTY;
	buf_string(&name, "tributary machine v1");
	size_t prefix = name.size;
	enum err err = file_read("/etc/machine-id", NAME_BYTES, &name);
	if (err == ERR_NOT_FOUND || err == ERR_TOO_LARGE || (!err && name.size == prefix)) {
		char host[NAME_BYTES] = "";
		err = gethostname(host, sizeof host - 1) == 0 ? ERR_OK : ERR_IO;
		buf_string(&name, host);
	}
	if (!err)
		err = name.err;
	if (!err)
		*digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&name));
	buf_free(&name);
	return err;
}

#define RESERVE_MOST ((uint64_t)256 * 1024 * 1024)

bool machine_room(const char *path, uint64_t *free, uint64_t *for_files)
{
	struct statvfs disk;
	*free = *for_files = 0;
	if (statvfs(path, &disk))
		return false;
	uint64_t tenth = (uint64_t)disk.f_blocks / 10 * disk.f_frsize;
	uint64_t reserve = tenth < RESERVE_MOST ? tenth : RESERVE_MOST;
	*free = (uint64_t)disk.f_bavail * disk.f_frsize;
	*for_files = *free > reserve ? *free - reserve : 0;
	return true;
}
