// Open units from the top down, each with its path.
#include "client/page_units.h"

static const struct output_column columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "path", .heading = PHRASE_HEAD_PATH },
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },
	{ .key = "ledger", .heading = PHRASE_PAGE_LEDGER },
};

struct listing {
	struct command *command;
	struct output_table *table;
};

static enum err add(void *context, const struct charter_unit *row)
{
	struct listing *listing = context;
	struct command *command = listing->command;
	const struct pack_unit_kind *kind = command->pack ? pack_unit_kind_by_name(command->pack, row->kind) : NULL;
	char hex[ID_TEXT_BYTES];
	if (row->closed != INT32_MAX)
		return ERR_OK;
	id_format(&row->unit, hex);
	output_text(listing->table, hex);
	output_text(listing->table, row->name);
	output_text(listing->table, lookup_unit_path(&command->look, &row->unit));
	output_text(listing->table, row->kind);
	output_bool(listing->table, kind && kind->ledger);
	return ERR_OK;
}

int page_units(struct command *command)
{
	struct listing listing = { .command = command };
	struct id top;
	struct hash root;
	enum err err = charter_top(&command->txn, &top, &root);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	listing.table = command_table(command, "units", columns, sizeof columns / sizeof columns[0]);
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	err = charter_subtree(&command->txn, &top, add, &listing);
	int code = command_table_end(command, listing.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}
