#include "io/bundle_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "io/machine.h"

enum { WRITE_AT_ONCE = 256 * 1024, PARTS_OF_FILE_MOST = BUNDLE_PARTS_MOST };

// ---- Writing ----

static void draw(void *context, void *to, size_t size)
{
	(void)context;
	machine_random(to, size);
}

bool bundle_file_is_directory(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

enum err bundle_writer_open(struct bundle_writer *writer, const char *target, const char *name)
{
	*writer = (struct bundle_writer){ .fd = -1, .bytes = BUF_EMPTY };
	int size = snprintf(writer->target, sizeof writer->target, "%s", target);
	if (size < 0 || (size_t)size >= sizeof writer->target)
		return ERR_TOO_LARGE;
	snprintf(writer->name, sizeof writer->name, "%s", name);
	writer->directory = bundle_file_is_directory(target);
	return !writer->directory && file_exists(target) ? ERR_EXISTS : ERR_OK;
}

static enum err make_path(struct bundle_writer *writer, const struct bundle_head *head)
{
	char stamp[32] = "";
	time_t seconds = (time_t)(head->time / 1000);
	struct tm tm;
	if (gmtime_r(&seconds, &tm))
		strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
	int size;
	if (writer->directory)
		size = snprintf(writer->path, sizeof writer->path, "%s/%s-%s-%02x%02x-%03u" BUNDLE_FILE_SUFFIX, writer->target,
		                writer->name, stamp, (unsigned)head->bundle.bytes[0], (unsigned)head->bundle.bytes[1], (unsigned)head->part);
	else if (head->part == 1)
		size = snprintf(writer->path, sizeof writer->path, "%s", writer->target);
	else
		size = snprintf(writer->path, sizeof writer->path, "%s.%u", writer->target, (unsigned)head->part);
	return size < 0 || (size_t)size >= sizeof writer->path ? ERR_TOO_LARGE : ERR_OK;
}

static enum err part_begin(void *context, const struct bundle_head *head)
{
	struct bundle_writer *writer = context;
	enum err err = make_path(writer, head);
	if (err)
		return err;
	if (file_exists(writer->path))
		return ERR_EXISTS;
	int size = snprintf(writer->temporary, sizeof writer->temporary, "%s~", writer->path);
	if (size < 0 || (size_t)size >= sizeof writer->temporary)
		return ERR_TOO_LARGE;
	writer->fd = open(writer->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	return writer->fd < 0 ? file_err(errno) : ERR_OK;
}

static enum err flush(struct bundle_writer *writer)
{
	size_t done = 0;
	while (done < writer->bytes.size) {
		ssize_t size = write(writer->fd, writer->bytes.data + done, writer->bytes.size - done);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return file_err(errno);
		done += (size_t)size;
	}
	buf_clear(&writer->bytes);
	return ERR_OK;
}

static enum err part_bytes(void *context, struct span bytes)
{
	struct bundle_writer *writer = context;
	buf_bytes(&writer->bytes, bytes.data, bytes.size);
	if (writer->bytes.err)
		return writer->bytes.err;
	return writer->bytes.size < WRITE_AT_ONCE ? ERR_OK : flush(writer);
}

static enum err sync_name(const char *path)
{
	char dir[FILE_PATH_BYTES];
	const char *slash = strrchr(path, '/');
	if (!slash)
		return file_sync_dir(".");
	size_t size = slash == path ? 1 : (size_t)(slash - path);
	memcpy(dir, path, size);
	dir[size] = '\0';
	return file_sync_dir(dir);
}

static enum err part_end(void *context)
{
	struct bundle_writer *writer = context;
	enum err err = flush(writer);
	if (!err && fsync(writer->fd))
		err = file_err(errno);
	if (close(writer->fd) && !err)
		err = file_err(errno);
	writer->fd = -1;
	if (!err && rename(writer->temporary, writer->path)) // sticks know no links
		err = file_err(errno);
	if (err) {
		unlink(writer->temporary);
		return err;
	}
	writer->parts++;
	err = sync_name(writer->path);
	if (!err && writer->written)
		writer->written(writer->context, writer->path);
	return err;
}

void bundle_writer_close(struct bundle_writer *writer)
{
	if (writer->fd >= 0) {
		close(writer->fd);
		unlink(writer->temporary);
	}
	writer->fd = -1;
	buf_free(&writer->bytes);
}

struct bundle_port bundle_writer_port(struct bundle_writer *writer)
{
	return (struct bundle_port){ .context = writer, .random = draw, .part_begin = part_begin, .part_bytes = part_bytes,
	                             .part_end = part_end };
}

uint64_t bundle_writer_room(const struct bundle_writer *writer)
{
	char dir[FILE_PATH_BYTES];
	struct statvfs room;
	memcpy(dir, writer->target, sizeof dir);
	char *slash = writer->directory ? NULL : strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	const char *where = writer->directory || slash ? (*dir ? dir : "/") : ".";
	return statvfs(where, &room) ? 0 : (uint64_t)room.f_bavail * room.f_frsize;
}

// ---- Reading ----

// All `size` bytes or ERR_GAP, which is a file that ends too early.
static enum err read_full(int fd, size_t size, struct buf *to)
{
	uint8_t *at = buf_extend(to, size);
	size_t got = 0;
	if (!at)
		return to->err;
	while (got < size) {
		ssize_t more = read(fd, at + got, size - got);
		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return file_err(errno);
		if (more == 0)
			break;
		got += (size_t)more;
	}
	to->size -= size - got;
	return got < size ? ERR_GAP : ERR_OK;
}

static enum err read_head(struct bundle_reader *reader)
{
	size_t size;
	enum err err = read_full(reader->fd, BUNDLE_PREFIX_BYTES, &reader->head);
	if (err == ERR_GAP)
		return ERR_MALFORMED;
	if (!err)
		err = bundle_head_size(buf_span(&reader->head), &size);
	if (!err)
		err = read_full(reader->fd, size, &reader->head);
	if (err)
		return err == ERR_GAP ? ERR_SIGNATURE : err; // its beginning says that it is one
	reader->offset = reader->head.size;
	return bundle_open(buf_span(&reader->head), &reader->part);
}

enum err bundle_reader_open(struct bundle_reader *reader, const char *path)
{
	struct stat status;
	*reader = (struct bundle_reader){ .head = BUF_EMPTY, .rest = BUF_EMPTY };
	reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader->fd < 0)
		return file_err(errno);
	enum err err = fstat(reader->fd, &status) ? file_err(errno) : S_ISREG(status.st_mode) ? ERR_OK : ERR_MALFORMED;
	reader->size = err ? 0 : (uint64_t)status.st_size;
	if (!err)
		err = read_head(reader);
	if (err)
		bundle_reader_close(reader);
	return err;
}

void bundle_reader_close(struct bundle_reader *reader)
{
	if (reader->fd >= 0)
		close(reader->fd);
	reader->fd = -1;
	buf_free(&reader->head);
	buf_free(&reader->rest);
}

enum err bundle_reader_unlock(struct bundle_reader *reader, const struct identity *identity)
{
	enum err err = bundle_unlock(buf_span(&reader->head), &reader->part, identity);
	reader->open = err == ERR_OK;
	return err;
}

static bool stop(struct bundle_reader *reader, enum err fault)
{
	if (!reader->fault || fault == ERR_GAP)
		reader->fault = fault;
	return false;
}

static void note_false(struct bundle_reader *reader)
{
	if (reader->false_pieces++ == 0)
		reader->false_at = reader->offset;
	stop(reader, ERR_SIGNATURE);
}

// The bytes of the next piece. False: there is none, or the file failed (*err).
static bool read_piece(struct bundle_reader *reader, enum err *err)
{
	buf_clear(&reader->rest);
	*err = read_full(reader->fd, BUNDLE_PIECE_PREFIX_BYTES, &reader->rest);
	if (!*err && bundle_piece_read(buf_span(&reader->rest), &reader->piece)) {
		note_false(reader); // where the next one begins is not known any more
		return stop(reader, ERR_SIGNATURE);
	}
	buf_clear(&reader->rest);
	if (!*err)
		*err = read_full(reader->fd, bundle_piece_rest(&reader->piece), &reader->rest);
	if (*err != ERR_GAP)
		return !*err;
	*err = ERR_OK;
	return stop(reader, ERR_GAP);
}

static bool check_piece(struct bundle_reader *reader, struct arena *arena, struct span *message, enum err *err)
{
	struct span rest = buf_span(&reader->rest);
	*message = span_of(NULL, 0);
	enum err found = bundle_piece_check(&reader->part, &reader->piece, rest);
	if (!found && reader->open)
		found = bundle_piece_open(&reader->part, &reader->piece, rest, arena, message);
	if (found == ERR_BUDGET) {
		*err = found;
		return false;
	}
	if (found) {
		note_false(reader);
		return false;
	}
	reader->pieces++;
	reader->ended = reader->piece.flags & BUNDLE_LAST_OF_PART;
	reader->last = reader->piece.flags & BUNDLE_LAST;
	return true;
}

bool bundle_reader_next(struct bundle_reader *reader, struct arena *arena, struct span *message, enum err *err)
{
	*err = ERR_OK;
	while (!reader->ended) {
		if (reader->false_pieces > BUNDLE_FALSE_PIECES_BORNE || !read_piece(reader, err))
			return false;
		bool whole = check_piece(reader, arena, message, err);
		reader->offset += BUNDLE_PIECE_PREFIX_BYTES + bundle_piece_rest(&reader->piece);
		if (whole)
			return true;
		if (*err)
			return false;
	}
	return reader->offset < reader->size ? stop(reader, reader->fault ? reader->fault : ERR_MALFORMED) : false;
}

// ---- Which files ----

static bool named_as_bundle(const char *path)
{
	size_t size = strlen(path), suffix = sizeof BUNDLE_FILE_SUFFIX - 1;
	return size > suffix && strcmp(path + size - suffix, BUNDLE_FILE_SUFFIX) == 0;
}

static enum err list_add(struct bundle_list *list, const char *path, bool only_bundles)
{
	struct bundle_reader reader;
	struct bundle_listed *items, item = { .path = NULL };
	item.err = bundle_reader_open(&reader, path);
	if (!item.err) {
		item.head = reader.part.head;
		bundle_reader_close(&reader);
	}
	if (only_bundles && item.err == ERR_MALFORMED && !named_as_bundle(path))
		return ERR_OK;
	item.path = strdup(path);
	items = realloc(list->items, (list->count + 1) * sizeof *items);
	if (items)
		list->items = items;
	if (!items || !item.path) {
		free(item.path);
		return ERR_NOMEM;
	}
	list->items[list->count++] = item;
	return ERR_OK;
}

static int by_making(const void *left, const void *right)
{
	const struct bundle_listed *a = left, *b = right;
	if (a->head.time != b->head.time)
		return a->head.time < b->head.time ? -1 : 1;
	int same = memcmp(a->head.bundle.bytes, b->head.bundle.bytes, sizeof a->head.bundle.bytes);
	return same ? same : (a->head.part > b->head.part) - (a->head.part < b->head.part);
}

static bool named_as_part(const char *name)
{
	size_t size = strlen(name);
	return name[0] != '.' && size > 0 && name[size - 1] != '~';
}

static enum err list_directory(const char *path, struct bundle_list *list)
{
	enum err err = ERR_OK;
	DIR *dir = opendir(path);
	if (!dir)
		return file_err(errno);
	for (struct dirent *item = readdir(dir); item && !err; item = readdir(dir)) {
		char file[FILE_PATH_BYTES];
		struct stat status;
		if (!named_as_part(item->d_name) || file_join(file, sizeof file, path, item->d_name) || stat(file, &status) ||
		    !S_ISREG(status.st_mode))
			continue;
		err = list_add(list, file, true);
	}
	closedir(dir);
	if (!err && list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, by_making);
	return err ? err : list->count ? ERR_OK : ERR_NOT_FOUND;
}

static enum err list_file(const char *path, struct bundle_list *list)
{
	enum err err = file_exists(path) ? list_add(list, path, false) : ERR_NOT_FOUND;
	for (unsigned part = 2; !err && part <= PARTS_OF_FILE_MOST; part++) {
		char next[FILE_PATH_BYTES];
		int size = snprintf(next, sizeof next, "%s.%u", path, part);
		if (size < 0 || (size_t)size >= sizeof next || !file_exists(next))
			break;
		err = list_add(list, next, false);
	}
	return err;
}

enum err bundle_list_make(const char *path, struct bundle_list *list)
{
	*list = (struct bundle_list){ .count = 0 };
	enum err err = bundle_file_is_directory(path) ? list_directory(path, list) : list_file(path, list);
	if (err)
		bundle_list_free(list);
	return err;
}

void bundle_list_free(struct bundle_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].path);
	free(list->items);
	*list = (struct bundle_list){ .count = 0 };
}
