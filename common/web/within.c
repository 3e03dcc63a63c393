// Verbs within routes, and their files.
#include "web/within.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/machine.h"

static int ask(struct command *command, const struct asking *asking, struct asking_answer *answer)
{
	struct exchange *exchange = exchange_of(command);
	enum err err = asking_put(asking, answer);
	phrase_speak(&exchange->language);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	int code = answer->exit;
	if (code && answer->told_size > 0) {
		fputs(answer->told, command->call->told);
		asking_free(answer);
		*answer = (struct asking_answer){ .exit = code };
	}
	return code;
}

int within_ask(struct command *command, const char *verb, const struct asking_word *words, size_t count, struct asking_answer *answer)
{
	const struct asking asking = { .program = command->call->program, .home = command->call->home,
	                               .language = exchange_of(command)->language, .verb = verb, .words = words, .word_count = count };
	return ask(command, &asking, answer);
}

int within_ask_own(struct command *command, const struct verb *own, const struct asking_word *words, size_t count,
                   struct asking_answer *answer)
{
	const struct asking asking = { .program = command->call->program, .home = command->call->home,
	                               .language = exchange_of(command)->language, .own = own, .words = words, .word_count = count,
	                               .context = exchange_of(command) };
	return ask(command, &asking, answer);
}

int within_pass(struct command *command, const char *verb, const struct asking_word *words, size_t count)
{
	struct asking_answer answer = { .exit = VERB_OK };
	int code = within_ask(command, verb, words, count, &answer);
	if (!answer.body)
		return code;
	fwrite(answer.body, 1, answer.size, command->call->out);
	asking_free(&answer);
	return code;
}

// ---- Files ----

void within_path(const struct command *command, char path[static WITHIN_PATH_BYTES])
{
	uint64_t random;
	machine_random(&random, sizeof random);
	snprintf(path, WITHIN_PATH_BYTES, "%s/page-%016" PRIx64, command->home.dir, random);
}

int within_take(struct command *command, char path[static WITHIN_PATH_BYTES])
{
	const struct http_request *request = exchange_of(command)->request;
	struct span body = exchange_raw(exchange_of(command));
	if (http_body_file(request)) { // it lies there already
		snprintf(path, WITHIN_PATH_BYTES, "%s", http_body_file(request));
		return VERB_OK;
	}
	within_path(command, path);
	return command_done(command, file_write(path, 0600, body), PHRASE_CANNOT_WRITE_FILE, path);
}

int within_give(struct command *command, const char *path, const char *type, const char *name)
{
	struct buf bytes = BUF_EMPTY;
	enum err err = file_read(path, WITHIN_FILE_BYTES, &bytes);
	if (!err && fwrite(bytes.data, 1, bytes.size, command->call->out) != bytes.size)
		err = ERR_NOMEM;
	buf_free(&bytes);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ_FILE, name);
	exchange_file(exchange_of(command), type, name);
	return VERB_OK;
}

void within_drop(const char *path)
{
	unlink(path);
}

// ---- Attached to records ----

const char *within_place(struct command *command)
{
	struct exchange *exchange = exchange_of(command);
	const char *field = exchange_path(exchange, "field"), *key = exchange_query(exchange, "key");
	size_t room = strlen(field) + (key ? strlen(key) : 0) + 3;
	char *both = key ? arena_alloc(&exchange->arena, room) : NULL;
	if (both)
		snprintf(both, room, "%s[%s]", field, key);
	return key ? both : field;
}

int within_file(struct command *command, const char *verb, const char *type, const char *name)
{
	char path[WITHIN_PATH_BYTES];
	struct exchange *exchange = exchange_of(command);
	struct asking_answer answer = { .exit = VERB_OK };
	const char *where = within_place(command);
	const bool below = route_place(exchange->route, "unit") >= 0;
	if (!where)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	within_path(command, path);
	const struct asking_word words[] = { { NULL, exchange_path(exchange, "kind") }, { NULL, exchange_path(exchange, "record") },
	                                     { NULL, where }, { NULL, path }, { "unit", below ? exchange_path(exchange, "unit") : NULL } };
	int code = within_ask(command, verb, words, sizeof words / sizeof words[0] - !below, &answer);
	if (!code)
		code = within_give(command, path, type, name);
	within_drop(path);
	asking_free(&answer);
	return code;
}
