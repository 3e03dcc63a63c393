// Reading and replacing small files, so that no crash leaves half of one.
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/machine.h"

static const struct {
	int number;
	enum err err;
} translations[] = {
	{ .number = 0, .err = ERR_OK },
	{ .number = ENOENT, .err = ERR_NOT_FOUND },
	{ .number = ENOTDIR, .err = ERR_NOT_FOUND },
	{ .number = EEXIST, .err = ERR_EXISTS },
	{ .number = EACCES, .err = ERR_UNAUTHORISED },
	{ .number = EPERM, .err = ERR_UNAUTHORISED },
	{ .number = ENOSPC, .err = ERR_FULL },
	{ .number = EDQUOT, .err = ERR_FULL },
	{ .number = EFBIG, .err = ERR_FULL },
	{ .number = ENOMEM, .err = ERR_NOMEM },
	{ .number = ENAMETOOLONG, .err = ERR_TOO_LARGE },
	{ .number = EAGAIN, .err = ERR_LOCKED },
};

enum err file_err(int number)
{
	for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
		if (translations[i].number == number)
			return translations[i].err;
	return ERR_IO;
}

// ---- Reading ----

static enum err read_all(int fd, size_t max, struct buf *content)
{
	uint8_t chunk[4096];
	size_t total = 0;
	enum err err = ERR_OK;
	for (;;) {
		ssize_t size = read(fd, chunk, sizeof chunk);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0) {
			err = size < 0 ? file_err(errno) : content->err;
			break;
		}
		total += (size_t)size;
		if (total > max) {
			err = ERR_TOO_LARGE;
			break;
		}
		buf_bytes(content, chunk, (size_t)size);
	}
	sodium_memzero(chunk, sizeof chunk); // it may have been a secret
	return err;
}

enum err file_read(const char *path, size_t max, struct buf *content)
{
	size_t before = content->size;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_err(errno);
	enum err err = read_all(fd, max, content);
	close(fd);
	if (err)
		content->size = before;
	return err;
}

bool file_exists(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0;
}

// ---- Writing ----

enum err file_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_err(errno);
	// Some file systems cannot sync a directory and say EINVAL; they have nothing to lose there.
	int number = fsync(fd) && errno != EINVAL ? errno : 0;
	close(fd);
	return file_err(number);
}

static enum err sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return file_sync_dir(".");
	char *parent = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!parent)
		return ERR_NOMEM;
	enum err err = file_sync_dir(parent);
	free(parent);
	return err;
}

static enum err write_all(int fd, struct span content)
{
	while (content.size > 0) {
		ssize_t size = write(fd, content.data, content.size);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return file_err(errno);
		content = span_of(content.data + size, content.size - (size_t)size);
	}
	return ERR_OK;
}

// The content under a name of its own beside `path`, durable.
static enum err write_temporary(const char *temporary, unsigned mode, struct span content)
{
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)(mode & (S_IRUSR | S_IWUSR)));
	if (fd < 0)
		return file_err(errno);
	enum err err = write_all(fd, content);
	if (!err && fchmod(fd, (mode_t)mode))
		err = file_err(errno);
	if (!err && fsync(fd))
		err = file_err(errno);
	if (close(fd) && !err)
		err = file_err(errno);
	if (err)
		unlink(temporary);
	return err;
}

static enum err put(const char *path, unsigned mode, struct span content, bool fresh)
{
	uint64_t tag;
	char temporary[FILE_PATH_BYTES];
	machine_random(&tag, sizeof tag);
	int size = snprintf(temporary, sizeof temporary, "%s.%016llx~", path, (unsigned long long)tag);
	if (size < 0 || (size_t)size >= sizeof temporary)
		return ERR_TOO_LARGE;
	enum err err = write_temporary(temporary, mode, content);
	if (err)
		return err;
	// link() never replaces; rename() always does.
	if (fresh ? link(temporary, path) : rename(temporary, path))
		err = file_err(errno);
	if (fresh || err)
		unlink(temporary);
	return err ? err : sync_parent(path);
}

enum err file_write(const char *path, unsigned mode, struct span content)
{
	return put(path, mode, content, false);
}

enum err file_create(const char *path, unsigned mode, struct span content)
{
	return put(path, mode, content, true);
}

enum err file_join(char *path, size_t size, const char *dir, const char *name)
{
	int length = snprintf(path, size, "%s/%s", dir, name);
	return length < 0 || (size_t)length >= size ? ERR_TOO_LARGE : ERR_OK;
}

enum err file_lock(const char *path, int *fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (*fd < 0)
		return file_err(errno);
	while (fcntl(*fd, F_SETLKW, &whole))
		if (errno != EINTR) {
			enum err err = file_err(errno);
			close(*fd);
			return err;
		}
	return ERR_OK;
}
