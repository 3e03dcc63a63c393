// file picture: the small picture of a file, for lists. It is made where the file is added, and is here long before the file.
#include "cli/filing_inside.h"
#include "io/file.h"
#include "io/shrink.h"
#include "sync/pen_inside.h"
#include "sync/picture.h"

enum { SCRATCH_BYTES = 256 * 1024 };

// ---- In ----

static enum err write_entry(struct filing *filing, struct span jpeg)
{
	struct command *command = filing->command;
	const struct picture picture = { .file = filing->file, .jpeg = jpeg };
	struct buf payload = BUF_EMPTY;
	picture_encode(&picture, &payload);
	enum err err = payload.err ? payload.err : command_begin(command, STORE_WRITE);
	if (!err) {
		err = pen_picture(&command->pen, filing->field->lane == LANE_PRIVATE, buf_span(&payload));
		if (err)
			command_abort(command);
		else
			err = command_commit(command) ? ERR_IO : ERR_OK;
	}
	buf_free(&payload);
	return err;
}

static enum err is_there(struct filing *filing, bool *there)
{
	struct command *command = filing->command;
	struct journal_log log;
	uint64_t seq;
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return err;
	err = picture_find(&command->txn, &command->home.self.unit, &filing->file, &log, &seq);
	command_abort(command);
	*there = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// A film, a text, a damaged photo: there is none, and the file is attached all the same.
enum err filing_picture_write(struct filing *filing)
{
	struct buf jpeg = BUF_EMPTY;
	bool there;
	enum err err = is_there(filing, &there);
	if (!err && !there && shrink_make(filing->fd, &jpeg) == ERR_OK)
		err = write_entry(filing, buf_span(&jpeg));
	buf_free(&jpeg);
	return err;
}

// ---- Out ----

static enum err find(struct filing *filing, struct picture *picture)
{
	struct command *command = filing->command;
	struct journal_log log;
	struct span payload;
	uint64_t seq;
	enum err err = filing_named(filing);
	if (!err)
		err = picture_find(&command->txn, &command->look.unit, &filing->file, &log, &seq);
	if (!err)
		err = filing_entry(command, &log, seq, &command->arena, &payload);
	return err ? err : picture_decode(payload, &command->arena, picture);
}

static int take(struct command *command)
{
	struct filing filing = { .command = command, .place = command->call->arguments[2] };
	const char *path = command->call->arguments[3];
	struct picture picture;
	char size[24];
	int code = filing_place(&filing);
	enum err err = code ? ERR_OK : find(&filing, &picture);
	if (err == ERR_NOT_FOUND)
		return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_CANNOT_GET_PICTURE, .where = filing.place,
		                                                          .why = phrase_text(PHRASE_NO_PICTURE_WHY) });
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_GET_PICTURE, filing.place);
	if (!code)
		err = file_write(path, 0644, picture.jpeg);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_GET_PICTURE, path);
	if (code)
		return code;
	snprintf(size, sizeof size, "%llu", (unsigned long long)picture.jpeg.size);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:I}", "file", path, "bytes", (json_int_t)picture.jpeg.size));
	else
		phrase_line(stdout, PHRASE_FILE_TAKEN, PHRASE_WITH(path, size));
	return VERB_OK;
}

int filing_picture_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, take);
}
