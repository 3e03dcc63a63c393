// One row of a spreadsheet: its cells read by the pack, its faults kept, its record written.
#ifndef TRIBUTARY_CLIENT_IMPORT_ROW_H
#define TRIBUTARY_CLIENT_IMPORT_ROW_H

#include "cli/command.h"
#include "io/csv.h"
#include "cli/labels.h"

struct import_fault {
	struct import_fault *next;
	size_t line;
	const char *column, *value, *expected; // in the command's arena
};

struct import {
	struct command *command;
	const char *path;
	const struct pack_kind *kind;
	struct csv csv;
	const struct pack_field **fields; // by column; NULL: not read
	size_t record_column;             // column of record ids, SIZE_MAX: none
	size_t key_column;                // of --key, SIZE_MAX: none
	struct labels *keys;              // texts of the key field → records
	struct import_fault *faults, **faults_end;
	size_t fault_count, bad_count;
	const char **bad;                 // by row: its first fault; NULL: good
	struct pen_write *writes;         // of the row at hand
	size_t write_count, write_capacity;
	struct arena arena;               // values of the row at hand
	bool faulted[LIMIT_FIELDS_PER_RECORD]; // fields of the row at hand whose cells are wrong
	size_t created, updated, same;
};

int import_begin(struct import *import); // columns mapped; VERB_OK, or why not
int import_row(struct import *import, size_t row); // a bad row is kept as faults and is VERB_OK
void import_end(struct import *import);

#endif
