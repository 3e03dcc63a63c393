// Small files: read whole up to a bound, replaced in one step.
#ifndef TRIBUTARY_IO_FILE_H
#define TRIBUTARY_IO_FILE_H

#include "base/buf.h"

#define FILE_PATH_BYTES 4096

// One of the machine's error numbers as one of ours.
enum err file_err(int number);

// Appends what the file holds. ERR_NOT_FOUND, ERR_TOO_LARGE (more than `max` bytes), ERR_UNAUTHORISED, ERR_IO.
// On failure `content` is as long as before.
enum err file_read(const char *path, size_t max, struct buf *content);

// Replaces or makes the file: a temporary beside it, fsync, rename, fsync of the directory. Whoever
// reads sees the old content or the new. `mode` as for open(), untouched by the umask.
enum err file_write(const char *path, unsigned mode, struct span content);

// The same, but ERR_EXISTS when there is such a file already.
enum err file_create(const char *path, unsigned mode, struct span content);

bool file_exists(const char *path);

// "dir/name" into `path`; ERR_TOO_LARGE.
enum err file_join(char *path, size_t size, const char *dir, const char *name);

// fsync of a directory, so that names made or changed in it last.
enum err file_sync_dir(const char *dir);

// An advisory lock on DIR/name (made when missing), waited for; released by closing *fd.
enum err file_lock(const char *path, int *fd);

#endif
