// unit import: whole trees from spreadsheets. Every file is read and judged before anything is written.
//
// Columns are found by heading: code, name, kind, parent; or, as in the published division of the
// country, provinceCode, cityCode, areaCode, streetCode, of which the nearest level is the parent.
// The kind is the row's, else --kind, else told by the file's name (provinces.csv …).
#include <stdlib.h>
#include <sys/resource.h>

#include "io/machine.h"
#include "cli/progress.h"
#include "cli/stopping.h"
#include "server/commands.h"
#include "server/statements.h"
#include "server/unit_table.h"

enum { UNITS_PER_COMMIT = 100000, SHOWN_FAULTS = 20 }; // each commit writes every page that it touched once

struct unit_import {
	struct command *command;
	struct unit_table table;
	size_t written;
	uint64_t started_ns;
	volatile sig_atomic_t *stop; // SIGINT or SIGTERM came
};

static void print_fault(const struct unit_import *import, const struct unit_row *row)
{
	static const enum phrase phrases[UNIT_FAULTS] = {
		[UNIT_NO_NAME] = PHRASE_UNIT_NO_NAME,     [UNIT_NO_KIND] = PHRASE_UNIT_NO_KIND,
		[UNIT_STRANGE_KIND] = PHRASE_UNIT_STRANGE_KIND,
		[UNIT_TOO_LONG] = PHRASE_UNIT_TOO_LONG,   [UNIT_DUPLICATE] = PHRASE_UNIT_DUPLICATE,
		[UNIT_ORPHAN] = PHRASE_UNIT_ORPHAN,
	};
	char line[24];
	snprintf(line, sizeof line, "%zu", row->line);
	fprintf(stderr, "%s:%s: ", import->table.files[row->file].path, line);
	phrase_line(stderr, phrases[row->fault], PHRASE_WITH(row->code ? row->code : row->name, row->name, row->fault == UNIT_STRANGE_KIND ? row->kind : row->parent_code));
}

static void print_faults(const struct unit_import *import)
{
	size_t shown = 0, count = unit_table_faults(&import->table);
	for (size_t i = 0; i < import->table.row_count && shown < SHOWN_FAULTS; i++) {
		if (import->table.rows[i].fault == UNIT_GOOD || import->table.rows[i].fault == UNIT_EXISTS)
			continue;
		print_fault(import, &import->table.rows[i]);
		shown++;
	}
	char more[24];
	snprintf(more, sizeof more, "%zu", count - shown);
	if (count > shown)
		phrase_line(stderr, PHRASE_IMPORT_MORE_FAULTS, PHRASE_WITH(more));
}

static enum err add_row(struct unit_import *import, struct statements *statements, struct unit_row *row)
{
	struct command *command = import->command;
	row->id = pen_new_id(&command->pen);
	return statements_add_unit(statements, &(struct statements_unit){
		.unit = row->id,
		.parent = row->parent ? row->parent->id : row->parent_id,
		.kind = row->kind,
		.name = row->name,
		.code = row->code,
	});
}

static int stopped(const struct unit_import *import)
{
	char far[48];
	snprintf(far, sizeof far, "%zu/%zu", import->written, import->table.order_count);
	return verb_fail(import->command->call, &(struct verb_failure){
		.err = ERR_AGAIN, .what = PHRASE_UNITS_STOPPED, .where = far, .why = "", .remedy = PHRASE_REMEDY_UNITS_STOPPED });
}

// One transaction: at most UNITS_PER_COMMIT units from *at on, several entries. Stopped within it, none of them is written.
static int write_some(struct unit_import *import, struct statements *statements, size_t *at)
{
	struct command *command = import->command;
	const struct unit_table *table = &import->table;
	enum err err = command_begin(command, STORE_WRITE);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_COMMIT, command->home.dir);
	size_t count = 0;
	while (!err && !*import->stop && *at < table->order_count && count < UNITS_PER_COMMIT) {
		err = add_row(import, statements, &table->rows[table->order[*at]]);
		++*at;
		count++;
		if (!err && statements_full(statements))
			err = statements_write(statements, &command->pen);
	}
	if (!err)
		err = statements_write(statements, &command->pen);
	if (*import->stop) {
		command_abort(command);
		return stopped(import);
	}
	if (err) {
		command_abort(command);
		return command_fail(command, err, PHRASE_CANNOT_ADD_UNIT, NULL);
	}
	int code = command_commit(command);
	import->written += code ? 0 : count;
	return code;
}

static int write_all(struct unit_import *import)
{
	struct statements *statements = malloc(sizeof *statements);
	struct progress progress;
	size_t at = 0;
	int code = VERB_OK;
	if (!statements)
		return command_fail(import->command, ERR_NOMEM, PHRASE_CANNOT_ADD_UNIT, NULL);
	import->stop = stopping_install(-1);
	statements_begin(statements);
	code = statements_since(statements, import->command->call);
	progress_begin(&progress, PHRASE_PROGRESS_UNITS, import->command->call->json);
	while (!code && at < import->table.order_count) {
		code = write_some(import, statements, &at);
		progress_at(&progress, at, import->table.order_count);
	}
	progress_end(&progress);
	statements_end(statements);
	free(statements);
	return code;
}

static size_t count_fault(const struct unit_table *table, enum unit_fault fault)
{
	size_t count = 0;
	for (size_t i = 0; i < table->row_count; i++)
		count += table->rows[i].fault == fault;
	return count;
}

static void tell(const struct unit_import *import, bool written)
{
	struct rusage usage;
	const struct unit_table *table = &import->table;
	double seconds = (double)(machine_monotonic_ns() - import->started_ns) / 1e9;
	getrusage(RUSAGE_SELF, &usage);
	if (import->command->call->json) {
		output_document(import->command->call->out, json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:f,s:I}", "rows", (json_int_t)table->row_count, "units",
		                                  (json_int_t)(written ? import->written : table->order_count), "existing",
		                                  (json_int_t)count_fault(table, UNIT_EXISTS), "duplicates",
		                                  (json_int_t)count_fault(table, UNIT_DUPLICATE), "orphans",
		                                  (json_int_t)count_fault(table, UNIT_ORPHAN), "bad",
		                                  (json_int_t)unit_table_faults(table), "written", (int)written, "seconds",
		                                  seconds, "peak_kib", (json_int_t)usage.ru_maxrss));
		return;
	}
	char units[24], bad[24], time[24], memory[24];
	snprintf(units, sizeof units, "%zu", written ? import->written : table->order_count);
	snprintf(bad, sizeof bad, "%zu", unit_table_faults(table));
	snprintf(time, sizeof time, "%.1f", seconds);
	snprintf(memory, sizeof memory, "%ld", usage.ru_maxrss / 1024);
	phrase_line(stdout, written ? PHRASE_UNITS_IMPORTED : PHRASE_UNITS_NOT_IMPORTED, PHRASE_WITH(units, bad, time, memory));
}

static int import_table(struct unit_import *import)
{
	const struct verb_call *call = import->command->call;
	int code = unit_table_read(&import->table, import->command, call->arguments, call->argument_count);
	if (code)
		return code;
	bool good = unit_table_faults(&import->table) == 0;
	bool write = !verb_given(call, "dry-run") && (good || verb_given(call, "skip-bad"));
	if (!call->json)
		print_faults(import);
	if (write)
		code = write_all(import);
	if (!code)
		tell(import, write);
	return code ? code : good || write ? VERB_OK : VERB_FAILED; // what was skipped was asked to be
}

static int unit_import(struct command *command)
{
	struct unit_import import = { .command = command, .started_ns = machine_monotonic_ns() };
	int code = import_table(&import);
	unit_table_free(&import.table);
	return code;
}

int unit_import_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, unit_import);
}
