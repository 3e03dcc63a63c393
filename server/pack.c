// The verbs on packs: checked, compared with what is published, published into the down lane of the whole tree.
#include "io/pack_yaml.h"
#include "ledger/pack_diff.h"
#include "org/charter.h"
#include "server/commands.h"
#include "sync/join.h"

// A pack under way: its encoded form and what it says.
struct draft {
	struct buf bytes;
	const struct pack *pack;
};

static enum err compile(const struct verb_call *call, const char *path, struct arena *arena, struct draft *draft, int *code)
{
	const char *why = NULL;
	enum err err = pack_yaml_compile(path, &draft->bytes, arena, &why);
	if (!err)
		err = pack_decode(buf_span(&draft->bytes), arena, &draft->pack, &why);
	*code = err ? verb_fail(call, &(struct verb_failure){ .err = err, .what = PHRASE_BAD_PACK, .where = path, .why = why }) : VERB_OK;
	return err;
}

// ---- What changes ----

static const struct output_column columns[] = {
	{ .key = "change", .heading = PHRASE_HEAD_PACK_CHANGE },
	{ .key = "place", .heading = PHRASE_HEAD_PLACE },
	{ .key = "aspect", .heading = PHRASE_HEAD_ASPECT },
	{ .key = "before", .heading = PHRASE_HEAD_PACK_BEFORE },
	{ .key = "after", .heading = PHRASE_HEAD_PACK_AFTER },
	{ .key = "readers", .heading = PHRASE_HEAD_READERS },
	{ .key = "forbidden", .heading = PHRASE_HEAD_FORBIDDEN },
};

static const enum phrase changes[PACK_CHANGE_END] = {
#define PACK_CHANGE_PHRASE(name, text) [PACK_CHANGE_##name] = PHRASE_CHANGE_##name,
	PACK_CHANGES(PACK_CHANGE_PHRASE)
#undef PACK_CHANGE_PHRASE
};

// Whose sight changes: those who read it from now on.
static const char *readers(const struct pack_difference *item)
{
	static const struct { const char *word; enum phrase phrase; } lanes[] = {
		{ "private", PHRASE_READERS_PRIVATE }, { "detail", PHRASE_READERS_DETAIL }, { "up", PHRASE_READERS_UP },
		{ "down", PHRASE_READERS_DOWN },
	};
	for (size_t i = 0; item->change == PACK_CHANGE_SIGHT && i < sizeof lanes / sizeof lanes[0]; i++)
		if (strcmp(lanes[i].word, item->after) == 0)
			return phrase_text(lanes[i].phrase);
	return NULL;
}

static void print_difference(struct output_table *table, const struct pack_difference *item)
{
	output_value(table, phrase_text(changes[item->change]), json_string(pack_diff_name(item->change)));
	output_text(table, item->place);
	output_text(table, *item->aspect ? item->aspect : NULL);
	output_text(table, *item->before ? item->before : NULL);
	output_text(table, *item->after ? item->after : NULL);
	output_text(table, readers(item));
	output_bool(table, item->forbidden);
}

static int print_differences(struct command *command, const struct pack *pack, const struct pack_difference *items, size_t count,
                             bool forbidden_only)
{
	struct output_table *table = command_table(command, "differences", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(table, "pack", json_string(pack->name));
	output_fact(table, "version", json_integer(pack->version));
	output_fact(table, "allowed", json_boolean(pack_diff_forbidden(items, count) == 0));
	for (size_t i = 0; i < count; i++)
		if (items[i].forbidden || !forbidden_only)
			print_difference(table, &items[i]);
	return command_table_end(command, table);
}

static int told_forbidden(struct command *command, const char *path)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_CONFLICT, .what = PHRASE_CANNOT_PUBLISH, .where = path, .why = phrase_text(PHRASE_PACK_UNREADABLE),
		.remedy = PHRASE_REMEDY_PACK_UNREADABLE });
}

static int diff(struct command *command)
{
	const struct verb_call *call = command->call;
	struct draft before = { .bytes = BUF_EMPTY }, after = { .bytes = BUF_EMPTY };
	const struct pack_difference *items;
	size_t count = 0;
	struct span old;
	int code = VERB_OK;
	bool two = call->argument_count == 2;
	enum err err = two ? compile(call, call->arguments[0], &command->arena, &before, &code) : charter_pack(&command->txn, &old);
	if (err && !two)
		code = command_fail(command, err, PHRASE_NO_PACK, NULL);
	if (!err)
		err = compile(call, call->arguments[two], &command->arena, &after, &code);
	if (!err) {
		err = pack_diff(two ? buf_span(&before.bytes) : old, buf_span(&after.bytes), &command->arena, &items, &count);
		code = err ? command_fail(command, err, PHRASE_BAD_PACK, NULL)
		           : print_differences(command, after.pack, items, count, false);
	}
	if (!err && !code && pack_diff_forbidden(items, count))
		code = told_forbidden(command, call->arguments[two]);
	buf_free(&before.bytes);
	buf_free(&after.bytes);
	return code;
}

int pack_diff_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, diff);
}

// ---- Checking: needs no data directory ----

int pack_check_run(const struct verb_call *call)
{
	const char *path = call->arguments[0];
	struct draft draft = { .bytes = BUF_EMPTY };
	struct arena arena;
	int code;
	arena_init(&arena, COMMAND_ARENA_BYTES);
	if (compile(call, path, &arena, &draft, &code) == ERR_OK) {
		char kinds[24], metrics[24];
		snprintf(kinds, sizeof kinds, "%zu", draft.pack->kind_count);
		snprintf(metrics, sizeof metrics, "%zu", draft.pack->metric_count);
		if (call->json)
			output_document(call->out, json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "pack", draft.pack->name, "version",
			                                  (json_int_t)draft.pack->version, "kinds", (json_int_t)draft.pack->kind_count,
			                                  "metrics", (json_int_t)draft.pack->metric_count, "reports",
			                                  (json_int_t)draft.pack->report_count, "bytes", (json_int_t)draft.bytes.size));
		else
			phrase_line(stdout, PHRASE_PACK_GOOD, PHRASE_WITH(path, kinds, metrics));
	}
	buf_free(&draft.bytes);
	arena_free(&arena);
	return code;
}

// ---- Publishing ----

// What stands in the way, listed; the verdict itself is join_publish_pack()'s.
static int refuse_unreadable(struct command *command, const char *path, const struct draft *draft)
{
	const struct pack_difference *items;
	size_t count = 0;
	struct span old;
	enum err err = charter_pack(&command->txn, &old);
	if (!err)
		err = pack_diff(old, buf_span(&draft->bytes), &command->arena, &items, &count);
	if (!err && !command->call->json)
		print_differences(command, draft->pack, items, count, true);
	return told_forbidden(command, path);
}

static int publish_draft(struct command *command, const char *path, struct draft *draft)
{
	const struct pack *pack;
	int code;
	if (compile(command->call, path, &command->arena, draft, &code))
		return code;
	pack = draft->pack;
	if (command->pack && strcmp(pack->name, command->pack->name) == 0 && pack->version <= command->pack->version)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_EXISTS, .what = PHRASE_CANNOT_PUBLISH, .where = path, .why = phrase_text(PHRASE_PACK_NOT_NEWER),
			.remedy = PHRASE_REMEDY_PACK_NOT_NEWER });
	enum err err = join_publish_pack(&command->pen, buf_span(&draft->bytes), pack->name, pack->version);
	if (err == ERR_CONFLICT)
		return refuse_unreadable(command, path, draft);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_PUBLISH, path);
	code = command_commit(command);
	if (code)
		return code;
	char version[16];
	snprintf(version, sizeof version, "%u", (unsigned)pack->version);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:i,s:I}", "pack", pack->name, "version", (int)pack->version, "bytes",
		                                  (json_int_t)draft->bytes.size));
	else
		phrase_line(stdout, PHRASE_PUBLISHED, PHRASE_WITH(pack->name, version));
	return VERB_OK;
}

static int publish(struct command *command)
{
	struct draft draft = { .bytes = BUF_EMPTY };
	int code = publish_draft(command, command->call->arguments[0], &draft);
	buf_free(&draft.bytes);
	return code;
}

int pack_publish_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, publish);
}
