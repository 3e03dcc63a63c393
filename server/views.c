// account views: what somebody has kept of the dashboard, by name. The page asks for its own account's.
#include "server/views.h"

#include "io/machine.h"
#include "server/commands.h"
#include "web/exchange.h"
#include "web/saved.h"

static const struct output_column columns[] = {
	{ .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "at", .heading = PHRASE_HEAD_PLACE },
	{ .key = "since", .heading = PHRASE_HEAD_SINCE },
};

static int show(struct command *command, const char *account)
{
	json_t *views, *view;
	size_t i;
	enum err err = saved_list(&command->txn, account, &views);
	struct output_table *table = err ? NULL : command_table(command, "views", columns, sizeof columns / sizeof columns[0]);
	if (!table) {
		json_decref(views);
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, account);
	}
	json_array_foreach(views, i, view) {
		output_text(table, json_string_value(json_object_get(view, "name")));
		output_text(table, json_string_value(json_object_get(view, "at")));
		output_time(table, (uint64_t)json_integer_value(json_object_get(view, "since")));
	}
	json_decref(views);
	return command_table_end(command, table);
}

static int keep(struct command *command, const char *account, const char *name, const char *at)
{
	enum err err = saved_keep(&command->txn, account, name, at, machine_now_ms());
	if (err == ERR_MALFORMED || err == ERR_RANGE)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_USAGE, .what = err == ERR_RANGE ? PHRASE_TOO_MANY_VIEWS : PHRASE_BAD_VIEW, .where = name, .why = "" });
	return err ? command_fail(command, err, PHRASE_CANNOT_COMMIT, account) : show(command, account);
}

static int drop(struct command *command, const char *account, const char *name)
{
	enum err err = saved_drop(&command->txn, account, name);
	if (err == ERR_NOT_FOUND)
		return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_NO_VIEW, .where = name, .why = "" });
	return err ? command_fail(command, err, PHRASE_CANNOT_COMMIT, account) : show(command, account);
}

// ---- The verb ----

static int views(struct command *command)
{
	const struct verb_call *call = command->call;
	const char *account = call->arguments[0], *name = verb_value(call, "keep"), *gone = verb_value(call, "drop"), *at = verb_value(call, "at");
	struct account there;
	enum err err = account_get(&command->txn, account, &there);
	if (err == ERR_NOT_FOUND)
		return verb_fail(call, &(struct verb_failure){ .err = err, .what = PHRASE_NO_ACCOUNT, .where = account, .why = "" });
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, account);
	if ((name != NULL) != (at != NULL) || (name && gone))
		return verb_usage(call, PHRASE_VIEW_KEEP_AT, NULL);
	if (name)
		return keep(command, account, name, at);
	return gone ? drop(command, account, gone) : show(command, account);
}

int views_run(const struct verb_call *call)
{
	return command_run(call, verb_given(call, "keep") || verb_given(call, "drop") ? COMMAND_WRITE : COMMAND_READ, views);
}

// ---- The page's ----

static const char *asker(const struct command *command)
{
	return exchange_account(exchange_of(command))->name; // the routes are a server's: somebody is signed in
}

static const char *member(const struct command *command, const char *name)
{
	const char *text = json_string_value(json_object_get(exchange_body(exchange_of(command)), name));
	return text ? text : "";
}

int views_show(struct command *command)
{
	return show(command, asker(command));
}

int views_keep(struct command *command)
{
	return keep(command, asker(command), member(command, "name"), member(command, "at"));
}

int views_drop(struct command *command)
{
	return drop(command, asker(command), member(command, "name"));
}
