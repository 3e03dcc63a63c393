// LMDB behind the store port: opening, transactions, the store as a whole. Everything foreign is translated in
// store_lmdb_err(); what LMDB asks of its callers (when a map may be resized, who may open what) is kept in begin().
#include "io/store_lmdb_inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MAP_START_BYTES ((size_t)64 << 30)
#define MAP_LEAST_BYTES ((size_t)1 << 20)
#define ROOM_LEAST_BYTES ((size_t)64 << 10)

// A reader that died keeps its slot, and with it every page freed since; so it is looked for.
enum { READER_CHECK_EVERY = 64, LOOKS = 1000 };

static_assert(sizeof(size_t) == 8, "the map wants 64-bit addresses");

static const struct {
	int code;
	enum err err;
} translations[] = {
	{ .code = MDB_SUCCESS, .err = ERR_OK },
	{ .code = MDB_NOTFOUND, .err = ERR_NOT_FOUND },
	{ .code = MDB_MAP_FULL, .err = ERR_AGAIN },
	{ .code = MDB_MAP_RESIZED, .err = ERR_AGAIN },
	{ .code = MDB_READERS_FULL, .err = ERR_AGAIN },
	{ .code = MDB_TXN_FULL, .err = ERR_TOO_LARGE },
	{ .code = MDB_PAGE_NOTFOUND, .err = ERR_CORRUPT },
	{ .code = MDB_CORRUPTED, .err = ERR_CORRUPT },
	{ .code = MDB_INVALID, .err = ERR_CORRUPT },
	{ .code = MDB_PAGE_FULL, .err = ERR_CORRUPT },
	{ .code = MDB_CURSOR_FULL, .err = ERR_CORRUPT },
	{ .code = MDB_BAD_TXN, .err = ERR_IO },
	{ .code = MDB_PANIC, .err = ERR_IO },
	{ .code = MDB_VERSION_MISMATCH, .err = ERR_VERSION },
	{ .code = MDB_INCOMPATIBLE, .err = ERR_VERSION },
	{ .code = ENOSPC, .err = ERR_FULL },
	{ .code = EDQUOT, .err = ERR_FULL },
	{ .code = EFBIG, .err = ERR_FULL },
	{ .code = ENOMEM, .err = ERR_NOMEM },
	{ .code = ENOENT, .err = ERR_NOT_FOUND },
	{ .code = EEXIST, .err = ERR_EXISTS },
	{ .code = EACCES, .err = ERR_UNAUTHORISED },
	{ .code = EPERM, .err = ERR_UNAUTHORISED },
	{ .code = EROFS, .err = ERR_IO },
	{ .code = EIO, .err = ERR_IO },
};

enum err store_lmdb_err(int code)
{
	for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
		if (translations[i].code == code)
			return translations[i].err;
	return ERR_IO;
}

// ---- Opening ----

static enum err sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return store_lmdb_err(errno);
	// Some file systems cannot sync a directory and say EINVAL; they have nothing to lose there.
	int code = fsync(fd) && errno != EINVAL ? errno : 0;
	close(fd);
	return store_lmdb_err(code);
}

// What a path lies in: "." for a bare name. NULL when memory is out; freed by the caller.
static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

// The directory and its missing parents; each new one is made durable in its parent.
static enum err make_directory(const char *path)
{
	struct stat status;
	if (stat(path, &status) == 0)
		return S_ISDIR(status.st_mode) ? ERR_OK : ERR_EXISTS;
	char *parent = parent_of(path);
	if (!parent)
		return ERR_NOMEM;
	enum err err = strcmp(parent, path) == 0 ? ERR_NOT_FOUND : make_directory(parent);
	if (!err && mkdir(path, S_IRWXU) && errno != EEXIST)
		err = store_lmdb_err(errno);
	if (!err)
		err = sync_directory(parent);
	free(parent);
	return err;
}

// ---- What the file says of itself ----

// How rows are laid out, beside the names of the tables. 2: each has a check sum behind its value; 3: what digests logs have.
#define FORMAT_NAME "format"
#define FORMAT_VALUE "3"

static MDB_val val_string(const char *text)
{
	union { const char *in; void *out; } data = { .in = text }; // LMDB only reads it
	return (MDB_val){ .mv_size = strlen(text), .mv_data = data.out };
}

static int read_format(MDB_txn *txn, MDB_dbi names, bool create)
{
	MDB_val name = val_string(FORMAT_NAME), wanted = val_string(FORMAT_VALUE), found;
	MDB_stat stat;
	int code = mdb_get(txn, names, &name, &found);
	if (!code)
		return found.mv_size == wanted.mv_size && memcmp(found.mv_data, wanted.mv_data, wanted.mv_size) == 0 ? MDB_SUCCESS : MDB_VERSION_MISMATCH;
	if (code == MDB_NOTFOUND)
		code = mdb_stat(txn, names, &stat);
	if (code)
		return code;
	if (stat.ms_entries)
		return stat.ms_entries > STORE_TABLE_COUNT ? MDB_CORRUPTED : MDB_VERSION_MISMATCH;
	return create ? mdb_put(txn, names, &name, &wanted, 0) : MDB_NOTFOUND;
}

// Whether all that is there is known. A table is missing in an older store; in one where another name stands
// instead, that name is damaged.
static bool names_hold(MDB_txn *txn, MDB_dbi names)
{
	MDB_stat stat;
	size_t known = 1; // the format
	for (int i = 0; i < STORE_TABLE_COUNT; i++) {
		MDB_val name = val_string(store_table_name((enum store_table)i)), found;
		known += mdb_get(txn, names, &name, &found) == 0;
	}
	return mdb_stat(txn, names, &stat) == 0 && stat.ms_entries == known;
}

static int open_table(struct store_lmdb *lmdb, MDB_txn *txn, enum store_table table, unsigned flags)
{
	int code = mdb_dbi_open(txn, store_table_name(table), flags, &lmdb->dbi[table]);
	if (code)
		return code == MDB_INCOMPATIBLE ? MDB_CORRUPTED : code;
	lmdb->table_of[lmdb->dbi[table]] = table;
	return MDB_SUCCESS;
}

static int open_tables_as(struct store_lmdb *lmdb, unsigned txn_flags, unsigned table_flags)
{
	MDB_txn *txn;
	MDB_dbi names;
	int code = mdb_txn_begin(lmdb->env, NULL, txn_flags, &txn);
	if (code)
		return code;
	code = mdb_dbi_open(txn, NULL, 0, &names);
	if (!code)
		code = read_format(txn, names, table_flags);
	if (!code && table_flags && !names_hold(txn, names))
		code = MDB_CORRUPTED;
	for (int i = 0; i < STORE_TABLE_COUNT && !code; i++)
		code = open_table(lmdb, txn, (enum store_table)i, table_flags);
	if (code == MDB_NOTFOUND && lmdb->read_only)
		code = names_hold(txn, names) ? MDB_VERSION_MISMATCH : MDB_CORRUPTED;
	if (!code)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

// Only a store that lacks a table is written to: opening does not wait for another's write.
static int open_tables(struct store_lmdb *lmdb)
{
	int code = open_tables_as(lmdb, MDB_RDONLY, 0);
	return code == MDB_NOTFOUND ? open_tables_as(lmdb, 0, MDB_CREATE) : code;
}

// Looks through what leads to the rows. To be done whenever the file was mapped anew.
static int look(struct store_lmdb *lmdb)
{
	enum err err = ERR_AGAIN; // others may write meanwhile
	for (unsigned i = 0; i < LOOKS && err == ERR_AGAIN; i++) {
		MDB_txn *txn;
		int code = mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &txn);
		if (code)
			return code;
		err = store_page_open(&lmdb->pages, lmdb->env, txn);
		mdb_txn_abort(txn);
	}
	return err == ERR_OK ? MDB_SUCCESS : err == ERR_CORRUPT ? MDB_CORRUPTED : EIO;
}

// A page that contradicts itself is told like one that cannot be read: nothing after it can be trusted.
static void on_contradiction(MDB_env *env, const char *what)
{
	(void)env;
	(void)what;
	raise(SIGBUS);
	abort(); // nobody told SIGBUS
}

static void close_environment(struct store_lmdb *lmdb)
{
	store_page_close(&lmdb->pages);
	mdb_env_close(lmdb->env);
	lmdb->env = NULL;
}

static int open_environment(struct store_lmdb *lmdb, size_t map_size)
{
	unsigned flags = MDB_NOTLS | (lmdb->read_only ? MDB_RDONLY : 0);
	int code = mdb_env_create(&lmdb->env);
	if (code)
		return code;
	mdb_env_set_assert(lmdb->env, on_contradiction); // where LMDB was built with its assertions
	code = mdb_env_set_maxdbs(lmdb->env, STORE_TABLE_COUNT);
	if (!code)
		code = mdb_env_set_mapsize(lmdb->env, map_size);
	if (!code)
		code = mdb_env_open(lmdb->env, lmdb->dir, flags, S_IRUSR | S_IWUSR);
	if (!code)
		code = mdb_reader_check(lmdb->env, NULL); // slots of processes that died
	if (!code)
		code = open_tables(lmdb);
	if (!code)
		code = look(lmdb);
	if (code)
		close_environment(lmdb);
	return code;
}

// The largest map that the machine grants, from `size` down.
static enum err open_largest(struct store_lmdb *lmdb, size_t size)
{
	int code = open_environment(lmdb, size);
	while (code == ENOMEM && size / 2 >= MAP_LEAST_BYTES)
		code = open_environment(lmdb, size /= 2);
	return store_lmdb_err(code);
}

static size_t map_size_of(const struct store_lmdb *lmdb)
{
	MDB_envinfo info;
	mdb_env_info(lmdb->env, &info);
	return info.me_mapsize;
}

static size_t used_of(const struct store_lmdb *lmdb)
{
	MDB_envinfo info;
	MDB_stat stat;
	mdb_env_info(lmdb->env, &info);
	mdb_env_stat(lmdb->env, &stat);
	return (info.me_last_pgno + 1) * stat.ms_psize;
}

// ---- Transactions ----

static bool wants_room(const struct store_lmdb *lmdb)
{
	if (lmdb->map_is_last)
		return false;
	return lmdb->map_was_full || used_of(lmdb) > map_size_of(lmdb) / 4 * 3;
}

static int begin_once(struct store_lmdb *lmdb, enum store_mode mode, MDB_txn **txn)
{
	int code = mdb_txn_begin(lmdb->env, NULL, mode == STORE_READ ? MDB_RDONLY : 0, txn);
	if (code == MDB_READERS_FULL && mdb_reader_check(lmdb->env, NULL) == 0)
		code = mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, txn);
	return code;
}

// The rest of this is done only while no transaction of ours is open.

static int open_anew(struct store_lmdb *lmdb, size_t size)
{
	close_environment(lmdb);
	return open_environment(lmdb, size);
}

// LMDB gives up the old map before it asks for the new one; refused, it is left with none.
static int grow(struct store_lmdb *lmdb)
{
	size_t size = map_size_of(lmdb);
	if (mdb_env_set_mapsize(lmdb->env, 2 * size) == 0) {
		lmdb->map_was_full = false;
		return look(lmdb);
	}
	lmdb->map_is_last = true;
	return open_anew(lmdb, size);
}

// Take over a map that another process grew, or open anew after a failure to write a meta page,
// which LMDB never forgives.
static int recover(struct store_lmdb *lmdb, int code)
{
	if (code == MDB_MAP_RESIZED && mdb_env_set_mapsize(lmdb->env, 0) == 0)
		return look(lmdb);
	return open_anew(lmdb, map_size_of(lmdb));
}

static enum err begin(void *self, enum store_mode mode, void **impl)
{
	struct store_lmdb *lmdb = self;
	MDB_txn *txn = NULL;
	assert(mode == STORE_READ || !lmdb->read_only);
	if (!lmdb->env) // opening anew failed before; perhaps it works now
		return open_largest(lmdb, MAP_START_BYTES) ? ERR_IO : begin(self, mode, impl);
	if (mode == STORE_WRITE && lmdb->writes++ % READER_CHECK_EVERY == 0)
		mdb_reader_check(lmdb->env, NULL);
	int code = mode == STORE_WRITE && !lmdb->open && wants_room(lmdb) ? grow(lmdb) : MDB_SUCCESS;
	if (!code)
		code = begin_once(lmdb, mode, &txn);
	if ((code == MDB_MAP_RESIZED || code == MDB_PANIC) && !lmdb->open) {
		code = recover(lmdb, code);
		if (!code)
			code = begin_once(lmdb, mode, &txn);
	}
	if (code)
		return store_lmdb_err(code);
	struct store_lmdb_txn *begun = calloc(1, sizeof *begun);
	if (!begun) {
		mdb_txn_abort(txn);
		return ERR_NOMEM;
	}
	*begun = (struct store_lmdb_txn){ .txn = txn, .reads = mode == STORE_READ };
	lmdb->open++;
	*impl = begun;
	return ERR_OK;
}

// LMDB tells a write that was cut short as EIO: that is how a disk begins to be full, or a limit to be met.
static bool no_room(const struct store_lmdb *lmdb)
{
	struct statvfs disk;
	struct rlimit limit;
	struct stat file;
	int fd;
	if (statvfs(lmdb->dir, &disk) == 0 && disk.f_bavail < ROOM_LEAST_BYTES / (disk.f_frsize ? disk.f_frsize : 1))
		return true;
	if (mdb_env_get_fd(lmdb->env, &fd) || fstat(fd, &file) || getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return false;
	return (rlim_t)file.st_size + ROOM_LEAST_BYTES >= limit.rlim_cur;
}

enum err store_lmdb_written(struct store_lmdb *lmdb, int code)
{
	if (code == EIO && no_room(lmdb))
		return ERR_FULL;
	if (code != MDB_MAP_FULL)
		return store_lmdb_err(code);
	lmdb->map_was_full = true;
	return lmdb->map_is_last ? ERR_FULL : ERR_AGAIN;
}

// Of a transaction that reads, LMDB leaves its cursors to us.
static MDB_txn *let_go(struct store_lmdb *lmdb, struct store_lmdb_txn *txn)
{
	MDB_txn *inner = txn->txn;
	for (int i = 0; i < STORE_TABLE_COUNT && txn->reads; i++)
		if (txn->at[i])
			mdb_cursor_close(txn->at[i]);
	free(txn);
	lmdb->open--;
	return inner;
}

static enum err commit(void *self, void *impl)
{
	return store_lmdb_written(self, mdb_txn_commit(let_go(self, impl)));
}

static void abort_txn(void *self, void *impl)
{
	mdb_txn_abort(let_go(self, impl));
}

static const struct store_ops ops = {
	.begin = begin,
	.commit = commit,
	.abort = abort_txn,
	.get = store_lmdb_get,
	.put = store_lmdb_put,
	.delete = store_lmdb_delete,
	.seek = store_lmdb_seek,
	.step = store_lmdb_step,
	.cursor_close = store_lmdb_cursor_close,
};

// ---- The store as a whole ----

enum err store_lmdb_open(const char *dir, const struct store_lmdb_options *options, struct store **store)
{
	static const struct store_lmdb_options defaults = { .read_only = false, .map_size = 0 };
	if (!options)
		options = &defaults;
	*store = NULL;
	struct store_lmdb *lmdb = calloc(1, sizeof *lmdb);
	if (!lmdb)
		return ERR_NOMEM;
	lmdb->port = (struct store){ .ops = &ops, .self = lmdb };
	lmdb->read_only = options->read_only;
	lmdb->dir = strdup(dir);
	enum err err = lmdb->dir ? ERR_OK : ERR_NOMEM;
	if (!err && !lmdb->read_only)
		err = make_directory(lmdb->dir);
	if (!err)
		err = open_largest(lmdb, options->map_size ? options->map_size : MAP_START_BYTES);
	if (!err && !lmdb->read_only)
		err = sync_directory(lmdb->dir); // the names of its files
	if (err)
		store_lmdb_close(&lmdb->port);
	else
		*store = &lmdb->port;
	return err;
}

void store_lmdb_close(struct store *store)
{
	if (!store)
		return;
	struct store_lmdb *lmdb = store->self;
	assert(lmdb->open == 0);
	if (lmdb->env)
		close_environment(lmdb);
	buf_free(&lmdb->borrowed);
	free(lmdb->dir);
	free(lmdb);
}

// LMDB's own copy to a path takes its mode from the umask and does not sync.
static enum err copy_to(struct store_lmdb *lmdb, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return store_lmdb_err(errno);
	int code = mdb_env_copyfd2(lmdb->env, fd, MDB_CP_COMPACT);
	if (!code && fsync(fd))
		code = errno;
	if (close(fd) && !code)
		code = errno;
	if (code)
		unlink(path); // half a store is none
	return store_lmdb_err(code);
}

enum err store_lmdb_copy(struct store *store, const char *dir)
{
	struct store_lmdb *lmdb = store->self;
	struct buf path = BUF_EMPTY;
	buf_string(&path, dir);
	buf_string(&path, "/data.mdb");
	buf_u8(&path, 0);
	enum err err = lmdb->env ? path.err : ERR_IO;
	if (!err)
		err = make_directory(dir);
	if (!err)
		err = copy_to(lmdb, (const char *)path.data);
	buf_free(&path);
	return err ? err : sync_directory(dir);
}

enum err store_lmdb_check(struct store *store)
{
	struct store_lmdb *lmdb = store->self;
	struct txn txn;
	enum err err = ERR_AGAIN; // others may write meanwhile
	for (unsigned i = 0; i < LOOKS && err == ERR_AGAIN; i++) {
		err = txn_begin(store, STORE_READ, &txn);
		if (err)
			return err;
		const struct store_lmdb_txn *inner = txn.impl;
		err = store_page_check(&lmdb->pages, lmdb->env, inner->txn);
		txn_abort(&txn);
	}
	return err;
}

uint64_t store_lmdb_version(struct store *store)
{
	const struct store_lmdb *lmdb = store->self;
	MDB_envinfo info;
	mdb_env_info(lmdb->env, &info);
	return info.me_last_txnid;
}

void store_lmdb_size(struct store *store, uint64_t *used, uint64_t *mapped)
{
	struct store_lmdb *lmdb = store->self;
	*used = lmdb->env ? used_of(lmdb) : 0;
	*mapped = lmdb->env ? map_size_of(lmdb) : 0;
}
