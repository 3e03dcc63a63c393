// file add, file get: a file in and out, piece by piece.
#include "cli/filing_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/assign.h"
#include "cli/room.h"
#include "io/file.h"
#include "org/epoch.h"
#include "sync/pen_inside.h"
#include "sync/piece.h"

enum { PIECES_AT_ONCE = 32, SEALED_SCRATCH_BYTES = 1024 * 1024 };

// ---- Where it belongs ----

int filing_place(struct filing *filing)
{
	struct command *command = filing->command;
	char **arguments = command->call->arguments;
	int code = VERB_OK;
	filing->kind = command_kind(command, arguments[0], &code);
	if (!code)
		code = command_owner(command);
	if (!code)
		code = command_record(command, filing->kind, arguments[1], &filing->record);
	if (!code)
		code = assign_place(command, filing->kind, span_string(filing->place), &filing->field, &filing->element);
	if (!code && filing->field->type != VALUE_ATTACHMENT)
		return verb_usage(command->call, PHRASE_NO_FILE_FIELD, filing->place);
	return code;
}

enum err filing_named(struct filing *filing)
{
	struct command *command = filing->command;
	struct record record;
	struct record_key key = { .unit = command->look.unit, .kind = filing->kind->number, .record = filing->record };
	size_t count;
	enum err err = record_load(&command->txn, &key, &command->arena, &record);
	const struct record_write *writes = err ? NULL : record_writes(&record, filing->field->number, filing->element, &count);
	if (!err && (!writes || count == 0 || hash_read(writes[0].value.bytes, &filing->file)))
		err = ERR_NOT_FOUND;
	return err;
}

enum err filing_entry(struct command *command, const struct journal_log *log, uint64_t seq, struct arena *arena, struct span *payload)
{
	uint32_t kind;
	struct entry entry;
	enum err err = journal_entry(&command->txn, log, seq, &entry);
	*payload = entry.payload;
	if (!err && entry.kind == ENTRY_SEALED)
		err = epoch_open(&command->txn, &command->look.unit, &log->id, seq, entry.payload, arena, &kind, payload);
	return err;
}

// A map of files without a key in brackets takes the file's own name.
static const char *full_place(struct command *command, const char *field, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int code = VERB_OK;
	const struct pack_kind *kind = command_kind(command, command->call->arguments[0], &code);
	const struct pack_field *found = code || strchr(field, '[') ? NULL : command_field(command, kind, field, &code);
	if (!found || !found->keyed)
		return field;
	struct buf text = BUF_EMPTY;
	buf_string(&text, field);
	buf_string(&text, "[");
	buf_bytes(&text, name, strnlen(name, LIMIT_ELEMENT_BYTES));
	buf_string(&text, "]");
	const char *kept = text.err ? field : arena_string(&command->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : field;
}

// ---- In ----

static enum err read_piece(struct filing *filing, uint32_t index, uint8_t bytes[static LIMIT_PIECE_BYTES], struct span *data)
{
	size_t size = piece_bytes(filing->size, index), got = 0;
	while (got < size) {
		ssize_t more = pread(filing->fd, bytes + got, size - got, (off_t)index * LIMIT_PIECE_BYTES + (off_t)got);
		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			return more < 0 ? file_err(errno) : ERR_AGAIN; // it shrinks while we read
		got += (size_t)more;
	}
	*data = span_of(bytes, size);
	return ERR_OK;
}

static enum err open_file(struct filing *filing, const char *path)
{
	struct stat status;
	filing->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (filing->fd < 0)
		return file_err(errno);
	if (fstat(filing->fd, &status) || !S_ISREG(status.st_mode))
		return ERR_MALFORMED;
	filing->size = (uint64_t)status.st_size;
	return filing->size > LIMIT_FILE_BYTES ? ERR_TOO_LARGE : ERR_OK;
}

static enum err name_file(struct filing *filing, uint8_t *bytes)
{
	struct merkle_peaks peaks = { .size = 0 };
	enum err err = ERR_OK;
	for (uint32_t i = 0; i < piece_count(filing->size) && !err; i++) {
		struct span data;
		err = read_piece(filing, i, bytes, &data);
		struct hash leaf = piece_leaf(data);
		if (!err)
			merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, NULL);
	}
	filing->file = merkle_root(HASH_BLAKE2B_256, &peaks);
	return err;
}

// Those that are here already are not written again: one that was interrupted goes on.
static enum err write_some(struct filing *filing, uint32_t from, uint32_t to, uint8_t *bytes)
{
	struct command *command = filing->command;
	enum err err = command_begin(command, STORE_WRITE);
	if (err)
		return err;
	for (uint32_t i = from; i < to && !err; i++) {
		struct piece piece = { .file = filing->file, .size = filing->size, .index = i };
		struct buf payload = BUF_EMPTY;
		uint32_t log;
		uint64_t seq;
		if (piece_find(&command->txn, &command->home.self.unit, &filing->file, i, &log, &seq) == ERR_OK)
			continue;
		err = read_piece(filing, i, bytes, &piece.data);
		if (!err)
			piece_encode(&piece, &payload);
		if (!err)
			err = payload.err ? payload.err : pen_piece(&command->pen, filing->field->lane == LANE_PRIVATE, buf_span(&payload));
		buf_free(&payload);
	}
	if (err) {
		command_abort(command);
		return err;
	}
	return command_commit(command) ? ERR_IO : ERR_OK;
}

static enum err write_all(struct filing *filing)
{
	uint8_t *bytes = malloc(LIMIT_PIECE_BYTES);
	enum err err = bytes ? name_file(filing, bytes) : ERR_NOMEM;
	uint32_t count = piece_count(filing->size);
	if (!err)
		err = filing_picture_write(filing);
	for (uint32_t from = 0; from < count && !err; from += PIECES_AT_ONCE)
		err = write_some(filing, from, from + PIECES_AT_ONCE < count ? from + PIECES_AT_ONCE : count, bytes);
	free(bytes);
	return err;
}

static int name_in_record(struct filing *filing)
{
	struct command *command = filing->command;
	char hex[HASH_TEXT_BYTES];
	struct buf text = BUF_EMPTY;
	struct pen_write write;
	bool changed;
	hash_format(&filing->file, hex);
	buf_string(&text, filing->place);
	buf_string(&text, "=");
	buf_string(&text, hex);
	buf_u8(&text, '\0');
	enum err err = text.err ? text.err : command_begin(command, STORE_WRITE);
	if (err) {
		buf_free(&text);
		return command_fail(command, err, PHRASE_CANNOT_ADD_FILE, filing->place);
	}
	int code = assign_parse(command, filing->kind, (const char *)text.data, &write);
	if (!code)
		code = command_done(command, pen_set(&command->pen, &command->home.self.unit, filing->kind->number, &filing->record, &write, 1,
		                                     &changed), PHRASE_CANNOT_ADD_FILE, filing->place);
	buf_free(&text);
	if (code)
		command_abort(command);
	return code ? code : command_commit(command);
}

static void tell_added(const struct filing *filing, const char *path)
{
	const struct command *command = filing->command;
	char hex[HASH_TEXT_BYTES], size[24], count[16];
	hash_format(&filing->file, hex);
	snprintf(size, sizeof size, "%llu", (unsigned long long)filing->size);
	snprintf(count, sizeof count, "%u", (unsigned)piece_count(filing->size));
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:I,s:I,s:s}", "file", hex, "bytes", (json_int_t)filing->size, "pieces",
		                                  (json_int_t)piece_count(filing->size), "field", filing->place));
	else
		phrase_line(stdout, PHRASE_FILE_ADDED, PHRASE_WITH(path, size, count));
}

static int add(struct command *command)
{
	const char *path = command->call->arguments[3];
	struct filing filing = { .command = command, .fd = -1 };
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	filing.place = full_place(command, command->call->arguments[2], path);
	int code = filing_place(&filing);
	command_abort(command);
	if (code)
		return code;
	err = open_file(&filing, path);
	bool fits = err || room_fits(command, filing.size);
	if (!err && !fits)
		err = ERR_FULL;
	if (!err)
		err = write_all(&filing);
	if (filing.fd >= 0)
		close(filing.fd);
	if (err)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_ADD_FILE, .where = path,
			.why = err == ERR_TOO_LARGE ? phrase_text(PHRASE_FILE_TOO_LARGE_WHY) : !fits ? phrase_text(PHRASE_FILE_NO_ROOM_WHY) : NULL });
	code = name_in_record(&filing);
	if (!code)
		tell_added(&filing, path);
	return code;
}

int filing_add_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, add);
}

// ---- Out ----

static enum err open_piece(struct command *command, const struct piece_file *file, uint32_t index, struct arena *arena, struct piece *piece)
{
	uint32_t number;
	uint64_t seq;
	struct journal_log log;
	struct span payload;
	enum err err = piece_find(&command->txn, &command->look.unit, &file->file, index, &number, &seq);
	if (!err)
		err = journal_find_number(&command->txn, number, &log);
	if (!err)
		err = filing_entry(command, &log, seq, arena, &payload);
	return err ? err : piece_decode(payload, arena, piece);
}

static enum err write_out(struct command *command, const struct piece_file *file, int fd)
{
	struct arena arena;
	enum err err = ERR_OK;
	arena_init(&arena, SEALED_SCRATCH_BYTES);
	for (uint32_t i = 0; i < file->count && !err; i++) {
		struct piece piece;
		arena_reset(&arena);
		err = open_piece(command, file, i, &arena, &piece);
		for (size_t done = 0; !err && done < piece.data.size;) {
			ssize_t size = write(fd, piece.data.data + done, piece.data.size - done);
			if (size < 0 && errno != EINTR)
				err = file_err(errno);
			done += size > 0 ? (size_t)size : 0;
		}
	}
	arena_free(&arena);
	return err;
}

static enum err take_out(struct command *command, const struct piece_file *file, const char *path)
{
	char temporary[FILE_PATH_BYTES];
	int length = snprintf(temporary, sizeof temporary, "%s~", path);
	if (length < 0 || (size_t)length >= sizeof temporary)
		return ERR_TOO_LARGE;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	if (fd < 0)
		return file_err(errno);
	enum err err = write_out(command, file, fd);
	if (!err && fsync(fd))
		err = file_err(errno);
	if (close(fd) && !err)
		err = file_err(errno);
	if (!err && rename(temporary, path))
		err = file_err(errno);
	if (err)
		unlink(temporary);
	return err;
}

static int find_file(struct filing *filing, struct piece_file *file)
{
	struct command *command = filing->command;
	enum err err = filing_named(filing);
	if (!err)
		err = piece_look(&command->txn, &command->look.unit, &filing->file, file);
	return command_done(command, err, PHRASE_CANNOT_GET_FILE, filing->place);
}

static int get(struct command *command)
{
	struct filing filing = { .command = command, .place = command->call->arguments[2] };
	const char *path = command->call->arguments[3];
	struct piece_file file;
	char here[16], all[16], size[24];
	int code = filing_place(&filing);
	if (!code)
		code = find_file(&filing, &file);
	if (code)
		return code;
	snprintf(here, sizeof here, "%u", (unsigned)file.here);
	snprintf(all, sizeof all, "%u", (unsigned)file.count);
	snprintf(size, sizeof size, "%llu", (unsigned long long)file.size);
	if (!file.whole) {
		struct buf why = BUF_EMPTY;
		phrase_format(&why, PHRASE_FILE_NOT_WHOLE, PHRASE_WITH(here, all));
		buf_u8(&why, '\0');
		code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_GAP, .what = PHRASE_CANNOT_GET_FILE, .where = filing.place, .why = why.err ? NULL : (const char *)why.data });
		buf_free(&why);
		return code;
	}
	enum err err = take_out(command, &file, path);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_GET_FILE, path);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:I}", "file", path, "bytes", (json_int_t)file.size));
	else
		phrase_line(stdout, PHRASE_FILE_TAKEN, PHRASE_WITH(path, size));
	return VERB_OK;
}

int filing_get_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, get);
}
