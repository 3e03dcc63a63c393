#include "io/store_rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/store_lmdb.h"
#include "io/store_page.h"

// The file as it lies there.
static enum err map_file(const char *path, void **bytes, size_t *size)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_err(errno);
	enum err err = fstat(fd, &status) ? file_err(errno) : status.st_size == 0 ? ERR_CORRUPT : ERR_OK;
	if (!err) {
		*size = (size_t)status.st_size;
		*bytes = mmap(NULL, *size, PROT_READ, MAP_SHARED, fd, 0);
		err = *bytes == MAP_FAILED ? file_err(errno) : ERR_OK;
	}
	close(fd);
	return err;
}

static void keep_row(void *self, enum store_table table, struct span key, struct span value)
{
	txn_put(self, table, key, value);
}

static enum err fill(struct store *store, const void *bytes, size_t size, struct span mark, struct span said)
{
	struct txn txn;
	struct store_page_loss loss;
	enum err err = txn_begin(store, STORE_WRITE, &txn);
	if (err)
		return err;
	txn_put(&txn, STORE_META, mark, said);
	err = store_page_rescue(bytes, size, keep_row, &txn, &loss);
	if (err)
		txn_fail(&txn, err);
	return txn_commit(&txn);
}

// Programs that have the store open hold LMDB's lock; none opens it while it is ours.
static enum err lock_out_others(const char *dir, int *fd)
{
	char path[FILE_PATH_BYTES];
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	enum err err = file_join(path, sizeof path, dir, "lock.mdb");
	*fd = err ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (!err && *fd < 0)
		err = file_err(errno);
	if (!err && fcntl(*fd, F_SETLK, &lock))
		err = errno == EACCES || errno == EAGAIN ? ERR_LOCKED : file_err(errno);
	return err;
}

static void remove_in(const char *dir, const char *name)
{
	char path[FILE_PATH_BYTES];
	if (file_join(path, sizeof path, dir, name) == ERR_OK)
		unlink(path);
}

static void clear(const char *beside)
{
	remove_in(beside, "data.mdb");
	remove_in(beside, "lock.mdb");
	rmdir(beside);
}

static enum err replace(const char *dir, const char *beside)
{
	char from[FILE_PATH_BYTES], to[FILE_PATH_BYTES];
	enum err err = file_join(from, sizeof from, beside, "data.mdb");
	if (!err)
		err = file_join(to, sizeof to, dir, "data.mdb");
	if (!err && rename(from, to))
		err = file_err(errno);
	return err ? err : file_sync_dir(dir);
}

static enum err make_anew(const char *dir, const void *bytes, size_t size, struct span mark, struct span said)
{
	char beside[FILE_PATH_BYTES];
	struct store *store;
	enum err err = file_join(beside, sizeof beside, dir, "rescue");
	if (err)
		return err;
	clear(beside); // of one that was cut short
	err = store_lmdb_open(beside, NULL, &store);
	if (!err)
		err = fill(store, bytes, size, mark, said);
	store_lmdb_close(store);
	if (!err)
		err = replace(dir, beside);
	clear(beside);
	return err;
}

// While nobody else has it open.
static enum err rescue_file(const char *dir, struct span mark, uint8_t (*judge)(const bool lost[STORE_TABLE_COUNT]), struct store_rescue *rescue)
{
	char path[FILE_PATH_BYTES];
	void *bytes = NULL;
	size_t size = 0;
	struct store_page_loss loss;
	enum err err = file_join(path, sizeof path, dir, "data.mdb");
	if (!err)
		err = map_file(path, &bytes, &size);
	if (err)
		return err;
	err = store_page_rescue(bytes, size, NULL, NULL, &loss);
	memcpy(rescue->lost, loss.lost, sizeof rescue->lost);
	if (!err && !loss.whole) {
		uint8_t said = judge(loss.lost);
		err = said ? make_anew(dir, bytes, size, mark, span_of(&said, sizeof said)) : ERR_CORRUPT;
		rescue->made_anew = !err;
	}
	munmap(bytes, size);
	return err;
}

// Beside a program that has it open.
static enum err look(const char *dir)
{
	struct store *store;
	enum err err = store_lmdb_open(dir, &(struct store_lmdb_options){ .read_only = true }, &store);
	if (!err)
		err = store_lmdb_check(store);
	store_lmdb_close(store);
	return err == ERR_CORRUPT ? ERR_LOCKED : err;
}

enum err store_rescue(const char *dir, struct span mark, uint8_t (*judge)(const bool lost[STORE_TABLE_COUNT]), struct store_rescue *rescue)
{
	int lock = -1;
	*rescue = (struct store_rescue){ .made_anew = false };
	enum err err = lock_out_others(dir, &lock);
	if (!err)
		err = rescue_file(dir, mark, judge, rescue);
	if (lock >= 0)
		close(lock);
	return err == ERR_LOCKED ? look(dir) : err;
}
