// transfer letter, admit, slip, returned; and what verify says of a letter.
#include "client/letters.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/date.h"
#include "cli/transfers.h"
#include "client/scratch.h"
#include "io/file.h"
#include "io/machine.h"
#include "sync/pen_away.h"

#define BEGIN_LINE "-----BEGIN TRIBUTARY LETTER-----"
#define END_LINE   "-----END TRIBUTARY LETTER-----"

enum { SCRATCH_BYTES = 256 * 1024 * 1024, LINE_CHARACTERS = 64, FILE_MODE = 0600, TEXT_MAX_BYTES = 2 * LETTER_MAX_BYTES };

static const struct proof_reader reader = { .fresh = scratch_fresh, .drop = scratch_drop };

// ---- As text ----

static void text_line(struct buf *text, enum phrase head, const char *value)
{
	buf_string(text, phrase_text(head));
	buf_string(text, ": ");
	buf_string(text, value);
	buf_u8(text, '\n');
}

static void base64(struct buf *text, struct span bytes)
{
	size_t size = sodium_base64_ENCODED_LEN(bytes.size, sodium_base64_VARIANT_ORIGINAL);
	char *all = malloc(size);
	if (!all) {
		text->err = ERR_NOMEM;
		return;
	}
	sodium_bin2base64(all, size, bytes.data, bytes.size, sodium_base64_VARIANT_ORIGINAL);
	for (size_t at = 0, end = strlen(all); at < end; at += LINE_CHARACTERS) {
		size_t piece = end - at < LINE_CHARACTERS ? end - at : LINE_CHARACTERS;
		buf_bytes(text, all + at, piece);
		buf_u8(text, '\n');
	}
	free(all);
}

// What a person reads first; what counts is the bytes below, which `verify` shows again.
static void to_text(struct command *command, const struct letter *letter, struct span file, struct buf *text)
{
	char root[HASH_TEXT_BYTES], record[HASH_TEXT_BYTES], day[DATE_TEXT_BYTES];
	bool out = letter->kind == LETTER_OUT;
	hash_format(&letter->root_key, root);
	hash_format(out ? &letter->record : &letter->answers, record);
	buf_string(text, phrase_text(out ? PHRASE_LETTER_TITLE : PHRASE_SLIP_TITLE));
	buf_string(text, "\n\n");
	text_line(text, PHRASE_HEAD_FROM_UNIT, lookup_unit_path(&command->look, &letter->unit));
	if (out) {
		text_line(text, PHRASE_HEAD_TO_UNIT, letter->to);
		text_line(text, PHRASE_HEAD_PERSON, letter->name);
		date_format(letter->until, day);
		text_line(text, PHRASE_HEAD_GOOD_UNTIL, day);
	}
	date_format(letter->day, day);
	text_line(text, PHRASE_HEAD_WRITTEN, day);
	text_line(text, PHRASE_HEAD_LETTER, record);
	text_line(text, PHRASE_HEAD_ROOT_KEY, root);
	buf_string(text, "\n" BEGIN_LINE "\n");
	base64(text, file);
	buf_string(text, END_LINE "\n");
}

static enum err from_text(struct buf *file)
{
	buf_u8(file, '\0');
	if (file->err)
		return file->err;
	char *begin = strstr((char *)file->data, BEGIN_LINE), *end = begin ? strstr(begin, END_LINE) : NULL;
	if (!end)
		return ERR_MALFORMED;
	begin += strlen(BEGIN_LINE);
	size_t size = 0, room = (size_t)(end - begin);
	uint8_t *bytes = malloc(room ? room : 1);
	bool read = bytes && !sodium_base642bin(bytes, room, begin, room, " \r\n\t", &size, NULL, sodium_base64_VARIANT_ORIGINAL);
	enum err err = !bytes ? ERR_NOMEM : read ? ERR_OK : ERR_MALFORMED;
	buf_clear(file);
	if (!err)
		buf_bytes(file, bytes, size);
	free(bytes);
	return err ? err : file->err;
}

enum err letters_read(const char *path, struct buf *file)
{
	enum err err = file_read(path, TEXT_MAX_BYTES, file);
	return err || letter_is(buf_span(file)) ? err : from_text(file);
}

// ---- Writing ----

static int refused(struct command *command, const char *where, enum custody_refusal refusal)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_CONFLICT, .what = PHRASE_CANNOT_TRANSFER, .where = where, .why = phrase_text(transfers_refusal(refusal)),
		.remedy = PHRASE_TRANSFER_UNCHANGED });
}

static int write_file(struct command *command, const struct letter *letter, const char *path)
{
	struct buf file = BUF_EMPTY, text = BUF_EMPTY;
	char record[HASH_TEXT_BYTES], root[HASH_TEXT_BYTES], until[DATE_TEXT_BYTES];
	bool as_text = verb_given(command->call, "text");
	enum err err = letter_make(&command->txn, &command->home.self, letter, &file);
	if (!err && as_text) {
		to_text(command, letter, buf_span(&file), &text);
		err = text.err;
	}
	if (!err)
		err = file_write(path, FILE_MODE, buf_span(as_text ? &text : &file));
	size_t size = as_text ? text.size : file.size;
	buf_free(&file);
	buf_free(&text);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE_FILE, path);
	hash_format(letter->kind == LETTER_OUT ? &letter->record : &letter->answers, record);
	hash_format(&letter->root_key, root);
	date_format(letter->until, until);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s,s:s,s:I}", "file", path, "letter", record, "root_key", root, "until",
		                                  letter->kind == LETTER_OUT ? until : "", "bytes", (json_int_t)size));
	else if (letter->kind == LETTER_OUT)
		phrase_line(command->call->out, PHRASE_LETTER_WRITTEN, PHRASE_WITH(path, letter->to, until, root));
	else
		phrase_line(command->call->out, PHRASE_SLIP_WRITTEN, PHRASE_WITH(path, root));
	return VERB_OK;
}

// The dossier is made with a pen; nothing is written by it.
static int write_letter(struct command *command)
{
	struct letter letter;
	struct id member;
	enum custody_refusal refusal;
	int code = transfers_member(command, command->call->arguments[0], &member);
	if (code)
		return code;
	const char *name = transfers_name(command, &member);
	enum err err = pen_away_letter(&command->pen, &member, &command->arena, &letter, &refusal);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_TRANSFER, command->call->arguments[0]);
	if (refusal)
		return refused(command, command->call->arguments[0], refusal);
	letter.name = name ? name : "";
	return write_file(command, &letter, command->call->arguments[1]);
}

static int write_slip(struct command *command)
{
	struct letter slip;
	struct id member;
	enum custody_refusal refusal;
	int code = transfers_member(command, command->call->arguments[0], &member);
	if (code)
		return code;
	enum err err = pen_away_slip(&command->pen, &member, &slip, &refusal);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_TRANSFER, command->call->arguments[0]);
	return refusal ? refused(command, command->call->arguments[0], refusal) : write_file(command, &slip, command->call->arguments[1]);
}

// ---- Taking in ----

// Reads the file, and sees that it is what it says and below a root key that is trusted.
static int open_letter(struct command *command, struct buf *file, struct letter *letter)
{
	const char *path = command->call->arguments[0], *text = verb_value(command->call, "root");
	char key[HASH_TEXT_BYTES];
	struct hash root = { { 0 } };
	if (text && hash_parse(text, &root))
		return verb_usage(command->call, PHRASE_BAD_ROOT, text);
	enum err err = letters_read(path, file);
	if (err && err != ERR_MALFORMED)
		return command_fail(command, err, PHRASE_CANNOT_READ_FILE, path);
	if (!err)
		err = letter_check(buf_span(file), &reader, &command->arena, letter);
	if (err == ERR_MALFORMED || err == ERR_VERSION || err == ERR_BUDGET)
		return command_fail(command, err, PHRASE_NO_LETTER_FILE, path);
	if (err == ERR_SIGNATURE || err == ERR_CORRUPT)
		return refused(command, path, CUSTODY_FORGED);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ_FILE, path);
	hash_format(&letter->root_key, key);
	bool ours = hash_equal(&letter->root_key, &command->home.self.root_key);
	return ours || hash_equal(&letter->root_key, &root) ? VERB_OK : refused(command, key, CUSTODY_FOREIGN_ROOT);
}

static int take(struct command *command, enum err (*act)(struct pen *pen, const struct letter *letter, struct id *member,
                                                          enum custody_refusal *refusal), enum phrase done)
{
	struct buf file = BUF_EMPTY;
	struct letter letter;
	struct id member;
	char hex[ID_TEXT_BYTES];
	enum custody_refusal refusal;
	int code = open_letter(command, &file, &letter);
	if (!code)
		code = command_done(command, act(&command->pen, &letter, &member, &refusal), PHRASE_CANNOT_TRANSFER, command->call->arguments[0]);
	if (!code && refusal && refusal != CUSTODY_OTHER_DEVICE)
		code = refused(command, command->call->arguments[0], refusal);
	if (!code)
		code = command_commit(command);
	if (!code && refusal) // what was written is that this device asks for the member
		code = refused(command, command->call->arguments[0], refusal);
	if (!code) {
		id_format(&member, hex);
		if (command->call->json)
			output_document(command->call->out, json_pack("{s:s,s:s,s:s}", "member", hex, "name", letter.name, "from", letter.from));
		else
			phrase_line(command->call->out, done, PHRASE_WITH(letter.kind == LETTER_OUT ? letter.name : hex, letter.from));
	}
	buf_free(&file);
	return code;
}

static int admit(struct command *command) { return take(command, pen_away_admit, PHRASE_LETTER_ADMITTED); }
static int returned(struct command *command) { return take(command, pen_away_returned, PHRASE_SLIP_ENTERED); }

int letters_write_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, write_letter); }
int letters_slip_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, write_slip); }
int letters_admit_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, admit); }
int letters_returned_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, returned); }

// ---- verify ----

static const struct output_column columns[] = {
	{ .key = "kind", .heading = PHRASE_HEAD_KIND }, { .key = "holds", .heading = PHRASE_HEAD_HOLDS },
	{ .key = "from", .heading = PHRASE_HEAD_FROM_UNIT }, { .key = "to", .heading = PHRASE_HEAD_TO_UNIT },
	{ .key = "name", .heading = PHRASE_HEAD_PERSON }, { .key = "day", .heading = PHRASE_HEAD_WRITTEN },
	{ .key = "until", .heading = PHRASE_HEAD_GOOD_UNTIL }, { .key = "expired", .heading = PHRASE_HEAD_EXPIRED },
	{ .key = "letter", .heading = PHRASE_HEAD_LETTER }, { .key = "root_key", .heading = PHRASE_HEAD_ROOT_KEY },
	{ .key = "trusted", .heading = PHRASE_HEAD_TRUSTED },
};

static void day_cell(struct output_table *table, int32_t day)
{
	char text[DATE_TEXT_BYTES];
	date_format(day, text);
	output_text(table, day ? text : NULL);
}

static int print_letter(const struct verb_call *call, const struct letter *letter, const struct hash *root)
{
	char record[HASH_TEXT_BYTES], key[HASH_TEXT_BYTES];
	bool out = letter->kind == LETTER_OUT;
	struct output_table *table = output_sheet_new(call->out, call->json, columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return verb_fail(call, &(struct verb_failure){ .err = ERR_NOMEM, .what = PHRASE_CANNOT_PRINT });
	hash_format(out ? &letter->record : &letter->answers, record);
	hash_format(&letter->root_key, key);
	output_value(table, phrase_text(out ? PHRASE_LETTER_TITLE : PHRASE_SLIP_TITLE), json_string(out ? "letter" : "slip"));
	output_bool(table, true);
	output_text(table, letter->from);
	output_text(table, out ? letter->to : NULL);
	output_text(table, out ? letter->name : NULL);
	day_cell(table, letter->day);
	day_cell(table, out ? letter->until : 0);
	output_bool(table, out && machine_today() > letter->until);
	output_text(table, record);
	output_text(table, key);
	output_bool(table, root && hash_equal(root, &letter->root_key));
	return output_table_end(table) ? VERB_FAILED : VERB_OK;
}

int letters_verify(const struct verb_call *call, const struct buf *file, const struct hash *root)
{
	struct letter letter;
	struct arena arena;
	arena_init(&arena, SCRATCH_BYTES);
	enum err err = letter_check(buf_span(file), &reader, &arena, &letter);
	int code = err ? verb_fail(call, &(struct verb_failure){
		.err = err, .what = err == ERR_SIGNATURE || err == ERR_CORRUPT ? PHRASE_LETTER_FORGED : PHRASE_NO_LETTER_FILE,
		.where = call->arguments[0], .remedy = PHRASE_REMEDY_SIGNATURE }) : print_letter(call, &letter, root);
	if (!code && !call->json)
		phrase_line(call->out, root && hash_equal(root, &letter.root_key) ? PHRASE_LETTER_HOLDS : PHRASE_LETTER_HOLDS_COMPARE, NULL);
	arena_free(&arena);
	return code;
}
