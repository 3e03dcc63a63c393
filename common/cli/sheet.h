// A table as a workbook in the organisation's own layout: the pack says what stands around it (ledger/pack_layout.h).
#ifndef TRIBUTARY_CLI_SHEET_H
#define TRIBUTARY_CLI_SHEET_H

#include <jansson.h>

#include "cli/command.h"
#include "ledger/pack_layout.h"

struct sheet_table {
	const struct pack_report *report;  // whose layout; NULL: a table of another kind
	size_t names;                      // columns before those of the report: a unit's name, a row's
	const char *places[PACK_LAYOUT_PLACE_COUNT]; // NULL: nothing stands there
	const json_t *columns;             // headings
	const json_t *rows;                // arrays of: a text, a number, {"amount": fen}, {"value", "denominator"}, {"percent": part of 1}, null
};

// ERR_MALFORMED: a cell is none of these. And as xlsx_write().
enum err sheet_write(struct command *command, const struct sheet_table *table, const char *path);
// The same into memory, by way of a file in the data directory that is gone afterwards.
enum err sheet_bytes(struct command *command, const struct sheet_table *table, struct buf *bytes);

#endif
