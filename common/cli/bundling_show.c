// bundle show: what stands before the pieces, and whether each piece is as it was signed. Needs no key, and no store.
#include <stdlib.h>

#include "cli/bundling.h"
#include "io/store_memory.h"

static void look_through(struct bundling_part *part)
{
	struct bundle_reader reader;
	struct span message;
	struct arena arena;
	enum err err = bundle_reader_open(&reader, part->path);
	if (err) {
		part->state = BUNDLING_UNREADABLE;
		part->err = err;
		return;
	}
	arena_init(&arena, LIMIT_DECODE_BYTES);
	while (bundle_reader_next(&reader, &arena, &message, &err))
		arena_reset(&arena);
	part->head = reader.part.head;
	bundling_read(part, &reader);
	if (err) {
		part->state = BUNDLING_UNREADABLE;
		part->err = err;
	}
	bundle_reader_close(&reader);
	arena_free(&arena);
}

static int show_list(struct command *command, const struct bundle_list *list)
{
	struct bundling_part *parts = calloc(list->count, sizeof *parts);
	struct output_table *table = parts ? bundling_table(command) : NULL;
	if (!table) {
		free(parts);
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	}
	for (size_t i = 0; i < list->count; i++) {
		parts[i].path = list->items[i].path;
		look_through(&parts[i]);
	}
	bundling_print(command, parts, list->count, table);
	int code = command_table_end(command, table);
	if (!code)
		code = bundling_fail(command, PHRASE_CANNOT_BUNDLE_SHOW, parts, list->count);
	free(parts);
	return code;
}

static int show(struct command *command)
{
	int code = VERB_OK;
	for (size_t i = 0; i < command->call->argument_count; i++) {
		struct bundle_list list;
		const char *path = command->call->arguments[i];
		enum err err = bundle_list_make(path, &list);
		int one = err ? command_fail(command, err, PHRASE_CANNOT_READ_FILE, path) : show_list(command, &list);
		code = code ? code : one;
		bundle_list_free(&list);
	}
	return code;
}

// Over an empty store: nobody is known by name.
static int show_alone(struct command *command)
{
	struct store *store = store_memory_new();
	enum err err = store ? txn_begin(store, STORE_READ, &command->txn) : ERR_NOMEM;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	arena_init(&command->arena, COMMAND_ARENA_BYTES);
	command->look = (struct lookup){ .txn = &command->txn, .arena = &command->arena };
	int code = show(command);
	txn_abort(&command->txn);
	arena_free(&command->arena);
	store_memory_free(store);
	return code;
}

// Where there is a store it gives the names; elsewhere keys are shown.
int bundling_show_run(const struct verb_call *call)
{
	struct command command = { .call = call };
	if (home_open(call->directory, HOME_READ, &command.home) == ERR_OK) {
		bool joined = !id_is_zero(&command.home.self.unit);
		home_close(&command.home);
		if (joined)
			return command_run(call, COMMAND_READ, show);
	}
	return show_alone(&command);
}
