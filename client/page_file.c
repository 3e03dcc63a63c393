// Verbs that read or write a file, asked by the page: the file is in the body, or is the answer.
#include "client/page_file.h"

#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "web/within.h"

#define BYTES "application/octet-stream"

static const char part_bytes[] = "64M"; // what one answer holds

// ---- Bundles ----

// A bundle of several parts is for the command line: a page gives one file.
static void drop_parts(const char *path, bool *more)
{
	char part[WITHIN_PATH_BYTES + 16];
	*more = false;
	for (unsigned i = 2;; i++) {
		snprintf(part, sizeof part, "%s.%u", path, i);
		if (!file_exists(part))
			return;
		within_drop(part);
		*more = true;
	}
}

int page_file_bundle_out(struct command *command)
{
	char path[WITHIN_PATH_BYTES];
	bool more = false;
	struct asking_answer answer = { .exit = VERB_OK };
	within_path(command, path);
	const struct asking_word words[] = { { NULL, path }, { "max-size", part_bytes } };
	int code = within_ask(command, "bundle out", words, sizeof words / sizeof words[0], &answer);
	drop_parts(path, &more);
	if (!code && more)
		code = command_fail(command, ERR_TOO_LARGE, PHRASE_CANNOT_BUNDLE_OUT, part_bytes);
	if (!code)
		code = within_give(command, path, BYTES, "ledger.tbundle");
	within_drop(path);
	asking_free(&answer);
	return code;
}

// A verb whose first argument is the file in the body. Of `more`, what has a value.
static int take(struct command *command, const char *verb, const struct asking_word *more, size_t more_count)
{
	char path[WITHIN_PATH_BYTES];
	int code = within_take(command, path);
	struct asking_word words[3] = { { NULL, path } };
	size_t count = 1;
	for (size_t i = 0; i < more_count && count < sizeof words / sizeof words[0]; i++) {
		if (more[i].value)
			words[count++] = more[i];
	}
	if (!code)
		code = within_pass(command, verb, words, count);
	within_drop(path);
	return code;
}

int page_file_bundle_in(struct command *command)
{
	return take(command, "bundle in", NULL, 0);
}

// ---- Letters ----

static int give(struct command *command, const char *verb, const char *name)
{
	char path[WITHIN_PATH_BYTES];
	struct asking_answer answer = { .exit = VERB_OK };
	struct exchange *exchange = exchange_of(command);
	const char *text = exchange_query(exchange, "text");
	within_path(command, path);
	const struct asking_word words[] = { { NULL, exchange_path(exchange, "member") }, { NULL, path }, { "text", "" } };
	size_t count = text && strcmp(text, "false") != 0 && strcmp(text, "0") != 0 ? 3 : 2;
	int code = within_ask(command, verb, words, count, &answer);
	if (!code)
		code = within_give(command, path, count == 3 ? "text/plain; charset=utf-8" : BYTES, name);
	within_drop(path);
	asking_free(&answer);
	return code;
}

int page_file_letter(struct command *command)
{
	return give(command, "transfer letter", "letter");
}

int page_file_slip(struct command *command)
{
	return give(command, "transfer slip", "slip");
}

// The root key here is what is trusted, unless another is named.
int page_file_verify(struct command *command)
{
	char root[HASH_TEXT_BYTES];
	hash_format(&command->home.self.root_key, root);
	const struct asking_word trusted = { "root", root };
	return take(command, "verify", &trusted, 1);
}

static int take_letter(struct command *command, const char *verb)
{
	const struct exchange *exchange = exchange_of(command);
	const struct asking_word more[] = { { "root", exchange_query(exchange, "root") }, { "reason", exchange_query(exchange, "reason") } };
	return take(command, verb, more, sizeof more / sizeof more[0]);
}

int page_file_admit(struct command *command)
{
	return take_letter(command, "transfer admit");
}

int page_file_returned(struct command *command)
{
	return take_letter(command, "transfer returned");
}

// ---- Attached to records ----

int page_file_add(struct command *command)
{
	char path[WITHIN_PATH_BYTES];
	struct exchange *exchange = exchange_of(command);
	const char *where = within_place(command);
	int code = where ? within_take(command, path) : command_fail(command, ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	if (!where || code)
		return code;
	const char *reason = exchange_query(exchange, "reason");
	const struct asking_word words[] = { { NULL, exchange_path(exchange, "kind") }, { NULL, exchange_path(exchange, "record") },
	                                     { NULL, where }, { NULL, path }, { "reason", reason } };
	code = within_pass(command, "file add", words, sizeof words / sizeof words[0] - !reason);
	within_drop(path);
	return code;
}

int page_file_get(struct command *command)
{
	return within_file(command, "file get", BYTES, "file");
}

int page_file_picture(struct command *command)
{
	return within_file(command, "file picture", "image/jpeg", "picture.jpg");
}
