// A walk through all logs of the store.
#include "cli/entries.h"

enum { ENTRY_ARENA_BYTES = 32 * 1024 * 1024 };

struct walk {
	struct command *command;
	enum err (*visit)(void *context, const struct entries_item *item);
	void *context;
	struct arena arena; // of one entry
};

static bool open_changes(struct command *command, const struct journal_log *log, const struct charter_device *author,
                         const struct entry *entry, struct arena *arena, struct changes *changes)
{
	uint32_t kind = entry->kind;
	struct span payload = entry->payload;
	if (entry->erased)
		return false;
	if (kind == ENTRY_SEALED && epoch_open(&command->txn, &author->unit, &log->id, entry->seq, entry->payload, arena,
	                                       &kind, &payload))
		return false;
	if (kind != ENTRY_CHANGES || change_decode(payload, arena, changes))
		return false;
	if (id_is_zero(&changes->unit))
		changes->unit = author->unit;
	return true;
}

static enum err walk_log(struct walk *walk, const struct journal_log *log)
{
	struct charter_device author;
	struct entry entry;
	enum err err = ERR_OK;
	if (charter_device_get(&walk->command->txn, &log->name.device, &author))
		return ERR_OK; // not enrolled: none of its entries counted
	struct journal_reader reader = journal_reader_begin(&walk->command->txn, log, 0, log->peaks.size);
	while (!err && journal_reader_next(&reader, &entry)) {
		struct changes changes;
		if (entry.kind != ENTRY_CHANGES && entry.kind != ENTRY_SEALED)
			continue;
		arena_reset(&walk->arena);
		bool open = open_changes(walk->command, log, &author, &entry, &walk->arena, &changes);
		struct entries_item item = { .log = log, .author = &author, .entry = &entry, .changes = open ? &changes : NULL };
		err = walk->visit(walk->context, &item);
	}
	enum err end = journal_reader_end(&reader);
	return err ? err : end;
}

enum err entries_each(struct command *command, enum err (*visit)(void *context, const struct entries_item *item), void *context)
{
	struct walk walk = { .command = command, .visit = visit, .context = context };
	enum err err = ERR_OK;
	arena_init(&walk.arena, ENTRY_ARENA_BYTES);
	for (uint32_t number = 1; !err; number++) {
		struct journal_log log;
		err = journal_find_number(&command->txn, number, &log);
		if (!err)
			err = walk_log(&walk, &log);
	}
	arena_free(&walk.arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

bool entries_changes(struct command *command, const struct journal_log *log, const struct entry *entry, struct arena *arena,
                     struct changes *changes)
{
	struct charter_device author;
	return charter_device_get(&command->txn, &log->name.device, &author) == ERR_OK &&
	       open_changes(command, log, &author, entry, arena, changes);
}
