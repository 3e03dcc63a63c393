// import: a spreadsheet's rows as records. All or nothing, unless bad rows are to be skipped; every bad
// row is told with line, column, value and what was expected, and can be written out to be mended.
#include "client/commands.h"
#include "client/import_row.h"
#include "io/csv.h"
#include "io/file.h"
#include "cli/progress.h"
#include "web/exchange.h"

enum { SHOWN_FAULTS = 20 };

static void print_fault(const struct import *import, const struct import_fault *fault)
{
	char place[64];
	snprintf(place, sizeof place, "%zu", fault->line);
	fprintf(stderr, "%s:%s: ", import->path, place);
	phrase_line(stderr, PHRASE_IMPORT_FAULT, PHRASE_WITH(fault->column, fault->value, fault->expected));
}

static void print_faults(const struct import *import)
{
	size_t shown = 0;
	for (const struct import_fault *fault = import->faults; fault && shown < SHOWN_FAULTS; fault = fault->next, shown++)
		print_fault(import, fault);
	if (import->fault_count > shown) {
		char more[24];
		snprintf(more, sizeof more, "%zu", import->fault_count - shown);
		phrase_line(stderr, PHRASE_IMPORT_MORE_FAULTS, PHRASE_WITH(more));
	}
}

static json_t *faults_json(const struct import *import)
{
	json_t *all = json_array();
	for (const struct import_fault *fault = import->faults; fault; fault = fault->next)
		json_array_append_new(all, json_pack("{s:I,s:s,s:s,s:s}", "line", (json_int_t)fault->line, "column", fault->column,
		                                     "value", fault->value, "expected", fault->expected));
	return all;
}

// The rows that failed, as they were, and why: headings that the import knows, so that the mended file comes back in.
static enum err write_failed(const struct import *import, const char *path)
{
	struct buf out = BUF_EMPTY;
	csv_begin(&out);
	for (size_t c = 0; c < import->csv.column_count; c++)
		csv_put(&out, c == 0, import->csv.columns[c]);
	csv_put(&out, false, span_string(phrase_text(PHRASE_HEAD_FAULT)));
	csv_end_row(&out);
	for (size_t r = 0; r < import->csv.row_count; r++) {
		const struct csv_row *row = &import->csv.rows[r];
		if (!import->bad[r])
			continue;
		for (size_t c = 0; c < import->csv.column_count; c++)
			csv_put(&out, c == 0, row->fields[c]);
		csv_put(&out, false, span_string(import->bad[r]));
		csv_end_row(&out);
	}
	enum err err = out.err ? out.err : file_write(path, 0600, buf_span(&out));
	buf_free(&out);
	return err;
}

static int read_rows(struct import *import)
{
	struct progress progress;
	int code = VERB_OK;
	progress_begin(&progress, PHRASE_PROGRESS_IMPORT, import->command->call->json);
	for (size_t r = 0; r < import->csv.row_count && !code; r++) {
		code = import_row(import, r);
		progress_at(&progress, r + 1, import->csv.row_count);
	}
	progress_end(&progress);
	return code;
}

static void tell(const struct import *import, bool done)
{
	const struct command *command = import->command;
	if (command->call->json) {
		output_document(command->call->out, json_pack("{s:s,s:I,s:I,s:I,s:I,s:b,s:s,s:o}", "kind", import->kind->name, "created",
		                                  (json_int_t)import->created, "updated", (json_int_t)import->updated, "same",
		                                  (json_int_t)import->same, "bad", (json_int_t)import->bad_count, "written",
		                                  (int)done, "encoding", import->csv.encoding, "faults", faults_json(import)));
		return;
	}
	char created[24], updated[24], same[24], bad[24];
	snprintf(created, sizeof created, "%zu", import->created);
	snprintf(updated, sizeof updated, "%zu", import->updated);
	snprintf(same, sizeof same, "%zu", import->same);
	snprintf(bad, sizeof bad, "%zu", import->bad_count);
	phrase_line(stdout, done ? PHRASE_IMPORT_DONE : PHRASE_IMPORT_NOTHING, PHRASE_WITH(created, updated, same, bad));
}

static int finish(struct import *import)
{
	const struct verb_call *call = import->command->call;
	const char *failed = verb_value(call, "failed");
	if (!call->json)
		print_faults(import);
	enum err err = failed && import->bad_count ? write_failed(import, failed) : ERR_OK;
	if (err)
		return command_fail(import->command, err, PHRASE_CANNOT_WRITE_FILE, failed);
	bool good = import->bad_count == 0;
	bool write = !verb_given(call, "dry-run") && (good || verb_given(call, "skip-bad"));
	int code = VERB_OK;
	if (write)
		code = command_commit(import->command);
	else
		command_abort(import->command);
	if (code)
		return code;
	tell(import, write);
	return good || write ? VERB_OK : VERB_FAILED; // what was skipped was asked to be
}

// From a page the table comes with the request: "-" is its body.
static enum err open_table(struct import *import)
{
	const struct exchange *exchange = exchange_of(import->command);
	if (exchange && strcmp(import->path, "-") == 0)
		return csv_read(phrase_text(PHRASE_PAGE_TABLE), exchange_raw(exchange), &import->csv);
	return csv_open(import->path, &import->csv);
}

static int import_file(struct command *command)
{
	const struct verb_call *call = command->call;
	int code = VERB_OK;
	struct import import = { .command = command, .path = call->arguments[1] };
	import.kind = command_kind(command, call->arguments[0], &code);
	if (code)
		return code;
	enum err err = open_table(&import);
	if (err) {
		code = verb_fail(call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_READ_FILE, .where = import.path, .why = import.csv.why });
	} else {
		lookup_bulk(&command->look);
		code = import_begin(&import);
		if (!code)
			code = read_rows(&import);
		if (!code)
			code = finish(&import);
		import_end(&import);
		lookup_bulk_end(&command->look);
	}
	csv_close(&import.csv);
	return code;
}

int import_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, import_file);
}
