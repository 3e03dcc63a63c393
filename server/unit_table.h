// Units as read from spreadsheets, judged: duplicates, orphans, and an order in which parents come
// before their children.
#ifndef TRIBUTARY_SERVER_UNIT_TABLE_H
#define TRIBUTARY_SERVER_UNIT_TABLE_H

#include "cli/command.h"
#include "io/csv.h"
#include "cli/labels.h"

enum unit_fault {
	UNIT_GOOD,
	UNIT_EXISTS,     // its code is in the tree already, or it is the unit above: passed over, not a fault
	UNIT_NO_NAME,
	UNIT_NO_KIND,
	UNIT_STRANGE_KIND, // the published pack does not know it
	UNIT_TOO_LONG,
	UNIT_DUPLICATE,  // its code stands further up
	UNIT_ORPHAN,     // its parent is nowhere, or is a row that is not good
	UNIT_FAULTS
};

struct unit_row {
	const char *code, *name, *kind, *parent_code; // owned by the table; code and parent_code may be NULL
	size_t file, line;
	struct unit_row *parent; // NULL: parent_id, which is in the tree
	struct id parent_id, id; // id: once written, or found in the tree
	enum unit_fault fault;
	bool placed;
};

struct unit_file {
	const char *path;
	const char *kind;        // of rows that do not say; may be NULL
};

struct unit_table {
	struct arena arena;
	struct unit_file *files;
	struct unit_row *rows;   // owned
	size_t row_count, row_capacity;
	uint32_t *order;         // owned: good rows, parents first
	size_t order_count;
	struct labels *codes;    // codes of the tree (line 0) and of the rows (line: place in rows + 1)
	struct id top;           // parent of rows that name none
};

// Reads all files and judges every row. VERB_OK, or why they could not be read.
int unit_table_read(struct unit_table *table, struct command *command, char **paths, size_t count);
void unit_table_free(struct unit_table *table);
size_t unit_table_faults(const struct unit_table *table);

#endif
