// account: who may look at this server's page. Kept here, beside the ledger; nothing of it travels.
#include "web/account.h"

#include <stdlib.h>
#include <unistd.h>

#include "io/file.h"
#include "io/machine.h"
#include "server/commands.h"
#include "web/saved.h"

#include <sodium.h>

static const struct output_column columns[] = {
	{ .key = "name", .heading = PHRASE_HEAD_ACCOUNT },
	{ .key = "role", .heading = PHRASE_HEAD_ACCOUNT_ROLE },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "since", .heading = PHRASE_HEAD_SINCE },
};

// ---- What is asked ----

static enum err read_stdin(struct buf *text)
{
	uint8_t byte;
	ssize_t size = 0;
	while (text->size < ACCOUNT_PASSWORD_MOST + 2 && (size = read(STDIN_FILENO, &byte, 1)) == 1 && byte != '\n')
		buf_u8(text, byte);
	return size < 0 ? ERR_IO : ERR_OK;
}

// The first line of the file, or of what is typed or piped.
static int set_password(struct command *command, struct account *account)
{
	const char *path = verb_value(command->call, "password-file");
	struct buf text = { .limit = 64 * 1024 };
	enum err err = path ? file_read(path, 64 * 1024, &text) : read_stdin(&text);
	buf_u8(&text, '\0');
	if (err || text.err) {
		buf_free(&text);
		return command_fail(command, err ? err : text.err, PHRASE_CANNOT_READ_FILE, path);
	}
	char *line = (char *)text.data;
	line[strcspn(line, "\r\n")] = '\0';
	err = account_password_set(account, line);
	sodium_memzero(text.data, text.capacity);
	buf_free(&text);
	return err ? verb_fail(command->call, &(struct verb_failure){ .err = ERR_USAGE, .what = PHRASE_BAD_PASSWORD, .why = "" }) : VERB_OK;
}

static int set_role(struct command *command, struct account *account)
{
	const char *role = verb_value(command->call, "role"), *unit = verb_value(command->call, "unit");
	if (role && account_role_parse(role, &account->role))
		return verb_fail(command->call, &(struct verb_failure){ .err = ERR_USAGE, .what = PHRASE_BAD_ROLE, .where = role, .why = "" });
	return unit || id_is_zero(&account->unit) ? command_unit(command, unit, &account->unit) : VERB_OK;
}

static int find(struct command *command, struct account *account)
{
	const char *name = command->call->arguments[0];
	enum err err = account_get(&command->txn, name, account);
	if (err == ERR_NOT_FOUND)
		return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_NO_ACCOUNT, .where = name, .why = "" });
	return command_done(command, err, PHRASE_CANNOT_READ, name);
}

// ---- Telling ----

static int tell(struct command *command, const struct account *account, enum phrase phrase)
{
	const char *unit = lookup_unit_path(&command->look, &account->unit), *role = account_role_name(account->role);
	enum err err = ERR_OK;
	if (command->call->json)
		err = output_document(command->call->out, json_pack("{s:s,s:s,s:s}", "name", account->name, "role", role, "unit",
		                                                    lookup_short(&command->look, &account->unit)));
	else
		phrase_line(command->call->out, phrase, PHRASE_WITH(account->name, role, unit));
	return command_done(command, err, PHRASE_CANNOT_PRINT, NULL);
}

static int keep(struct command *command, const struct account *account, enum phrase phrase)
{
	enum err err = account_put(&command->txn, account);
	return err ? command_fail(command, err, PHRASE_CANNOT_COMMIT, account->name) : tell(command, account, phrase);
}

// ---- The verbs ----

// A password is asked for before the store is: whoever types holds nobody up.
static int begin(struct command *command)
{
	return command_done(command, command_begin(command, STORE_WRITE), PHRASE_CANNOT_OPEN, command->home.dir);
}

static int add(struct command *command)
{
	const char *name = command->call->arguments[0];
	struct account account = { .role = ACCOUNT_VIEWER, .since = machine_now_ms() }, there;
	if (account_name_check(name))
		return verb_fail(command->call, &(struct verb_failure){ .err = ERR_USAGE, .what = PHRASE_BAD_ACCOUNT_NAME, .where = name, .why = "" });
	int code = set_password(command, &account);
	if (!code)
		code = begin(command);
	if (code)
		return code;
	if (account_get(&command->txn, name, &there) != ERR_NOT_FOUND)
		return verb_fail(command->call, &(struct verb_failure){ .err = ERR_EXISTS, .what = PHRASE_ACCOUNT_THERE, .where = name, .why = "" });
	memcpy(account.name, name, strlen(name) + 1);
	code = set_role(command, &account);
	return code ? code : keep(command, &account, PHRASE_ACCOUNT_ADDED);
}

static int change_password(struct command *command)
{
	struct account account, made = { .role = ACCOUNT_VIEWER };
	int code = set_password(command, &made);
	if (!code)
		code = begin(command);
	if (!code)
		code = find(command, &account);
	if (code)
		return code;
	memcpy(account.hash, made.hash, sizeof account.hash);
	return keep(command, &account, PHRASE_ACCOUNT_CHANGED);
}

static int change_role(struct command *command)
{
	struct account account;
	int code = find(command, &account);
	if (!code)
		code = set_role(command, &account);
	return code ? code : keep(command, &account, PHRASE_ACCOUNT_CHANGED);
}

static int remove_it(struct command *command)
{
	struct account account;
	int code = find(command, &account);
	enum err err = code ? ERR_OK : account_delete(&command->txn, account.name);
	if (!code && !err)
		err = saved_drop_all(&command->txn, account.name);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_COMMIT, account.name);
	return code ? code : tell(command, &account, PHRASE_ACCOUNT_REMOVED);
}

static int list(struct command *command)
{
	struct account account;
	struct output_table *table = command_table(command, "accounts", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	struct account_walk walk = account_walk_begin(&command->txn);
	while (account_walk_next(&walk, &account)) {
		output_text(table, account.name);
		output_text(table, account_role_name(account.role));
		output_value(table, lookup_unit_path(&command->look, &account.unit), json_string(lookup_short(&command->look, &account.unit)));
		output_time(table, account.since);
	}
	account_walk_end(&walk);
	return command_table_end(command, table);
}

int account_add_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, add);
}

int account_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

int account_remove_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, remove_it);
}

int account_password_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, change_password);
}

int account_role_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, change_role);
}
