// From cells to writes: columns mapped by heading, values by type, records by id or key.
#include "client/import_row.h"
#include "cli/refusal.h"

#include "cli/taken.h"

#include <stdlib.h>

enum { ROW_ARENA_BYTES = 16 * 1024 * 1024 };

static const char *keep(struct import *import, struct span text)
{
	const char *kept = arena_string(&import->command->arena, text);
	return kept ? kept : "";
}

static void fault(struct import *import, size_t row, const char *column, struct span value, const char *expected)
{
	struct import_fault *fresh = arena_alloc(&import->command->arena, sizeof *fresh);
	if (!fresh)
		return; // counted all the same
	*fresh = (struct import_fault){
		.line = import->csv.rows[row].line,
		.column = column,
		.value = keep(import, value),
		.expected = keep(import, span_string(expected)),
	};
	*import->faults_end = fresh;
	import->faults_end = &fresh->next;
	import->fault_count++;
	if (!import->bad[row]) {
		struct buf why = BUF_EMPTY;
		phrase_format(&why, PHRASE_IMPORT_FAULT, PHRASE_WITH(column, fresh->value, fresh->expected));
		import->bad[row] = why.err ? fresh->expected : keep(import, buf_span(&why));
		import->bad_count++;
		buf_free(&why);
	}
}

// ---- Columns ----

static bool is_phrase(struct span heading, enum phrase phrase)
{
	return span_equal(heading, span_string(phrase_in(PHRASE_ZH, phrase))) ||
	       span_equal(heading, span_string(phrase_in(PHRASE_EN, phrase)));
}

static int map_columns(struct import *import)
{
	size_t known = 0;
	for (size_t c = 0; c < import->csv.column_count; c++) {
		struct span heading = import->csv.columns[c];
		import->fields[c] = heading.size ? pack_field_by_heading(import->kind, heading) : NULL;
		if (is_phrase(heading, PHRASE_HEAD_RECORD))
			import->record_column = c;
		else if (import->fields[c])
			known++;
		else if (heading.size && !is_phrase(heading, PHRASE_HEAD_FAULT))
			phrase_line(stderr, PHRASE_IMPORT_UNKNOWN_COLUMN, PHRASE_WITH(keep(import, heading)));
	}
	if (known)
		return VERB_OK;
	return verb_fail(import->command->call, &(struct verb_failure){
		.err = ERR_MALFORMED, .what = PHRASE_IMPORT_NO_COLUMNS, .where = import->path,
		.why = lookup_title(&import->kind->title, import->kind->name), .remedy = PHRASE_REMEDY_COLUMNS });
}

static enum err read_keys(struct import *import, const struct pack_field *field)
{
	struct lookup look = import->command->look;
	struct lookup_walk walk = lookup_walk_begin(&look, import->kind->number, false);
	enum err err = ERR_OK;
	while (!err && lookup_walk_next(&walk)) {
		const char *text;
		const struct record_write *write = record_value(&walk.record, field->number, span_of(NULL, 0));
		if (write && !(err = value_format(field, &write->value, &walk.arena, &text)))
			err = labels_put(import->keys, span_string(text), &walk.record.key.record, 0);
	}
	enum err end = lookup_walk_end(&walk);
	return err ? err : end;
}

static int map_key(struct import *import)
{
	const char *text = verb_value(import->command->call, "key");
	int code = VERB_OK;
	if (!text)
		return VERB_OK;
	const struct pack_field *field = command_field(import->command, import->kind, text, &code);
	if (!field)
		return code;
	for (size_t c = 0; c < import->csv.column_count; c++) {
		if (import->fields[c] == field)
			import->key_column = c;
	}
	if (import->key_column == SIZE_MAX || field->keyed)
		return verb_usage(import->command->call, PHRASE_IMPORT_KEY, text);
	import->keys = labels_new();
	enum err err = import->keys ? read_keys(import, field) : ERR_NOMEM;
	return command_done(import->command, err, PHRASE_CANNOT_READ, text);
}

int import_begin(struct import *import)
{
	struct arena *arena = &import->command->arena;
	import->faults_end = &import->faults;
	import->record_column = import->key_column = SIZE_MAX;
	import->fields = arena_array(arena, import->csv.column_count, sizeof *import->fields);
	import->bad = arena_array(arena, import->csv.row_count, sizeof *import->bad);
	arena_init(&import->arena, ROW_ARENA_BYTES);
	if (!import->fields || !import->bad)
		return command_fail(import->command, ERR_BUDGET, PHRASE_CANNOT_READ_FILE, import->path);
	int code = map_columns(import);
	return code ? code : map_key(import);
}

void import_end(struct import *import)
{
	labels_free(import->keys);
	free(import->writes);
	arena_free(&import->arena);
}

// ---- Cells ----

static enum err add_write(struct import *import, const struct pen_write *write)
{
	if (import->write_count == import->write_capacity) {
		size_t capacity = import->write_capacity ? import->write_capacity * 2 : 64;
		struct pen_write *writes = realloc(import->writes, capacity * sizeof *writes);
		if (!writes)
			return ERR_NOMEM;
		import->writes = writes;
		import->write_capacity = capacity;
	}
	import->writes[import->write_count++] = *write;
	return ERR_OK;
}

static struct span trim(struct span text)
{
	while (text.size && (text.data[0] == ' ' || text.data[0] == '\t'))
		text = span_of(text.data + 1, text.size - 1);
	while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
		text.size--;
	return text;
}

// One element of a keyed field: "key", or "key=value" of a map.
static enum err read_element(struct import *import, struct lookup *look, const struct pack_field *field, struct span item)
{
	struct pen_write write = { .field = field->number };
	struct span key = item;
	enum err err = ERR_OK;
	if (field->type == VALUE_BOOL) {
		write.value = (struct value){ .form = VALUE_IS_NUMBER, .number = 1 };
	} else {
		const uint8_t *equals = memchr(item.data, '=', item.size);
		if (!equals)
			return ERR_MALFORMED;
		key = trim(span_of(item.data, (size_t)(equals - item.data)));
		err = lookup_value(look, field, trim(span_of(equals + 1, (size_t)(item.data + item.size - equals - 1))), &write.value);
	}
	if (!err)
		err = lookup_key(look, field, key, &write.element);
	return err ? err : add_write(import, &write);
}

// Elements are separated by ; or the full-width ； or 、
static size_t separator(struct span text)
{
	static const char *const separators[] = { ";", "；", "、" };
	for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
		if (span_starts(text, span_string(separators[i])))
			return strlen(separators[i]);
	}
	return 0;
}

static enum err read_elements(struct import *import, struct lookup *look, const struct pack_field *field, struct span text)
{
	enum err err = ERR_OK;
	size_t start = 0;
	for (size_t at = 0; at <= text.size && !err;) {
		size_t size = at < text.size ? separator(span_of(text.data + at, text.size - at)) : 1;
		if (size == 0) {
			at++;
			continue;
		}
		struct span item = trim(span_of(text.data + start, at - start));
		if (item.size)
			err = read_element(import, look, field, item);
		at += size;
		start = at;
	}
	return err;
}

static enum err read_cell(struct import *import, const struct pack_field *field, struct span text)
{
	struct lookup *look = &import->command->look;
	struct pen_write write = { .field = field->number };
	look->arena = &import->arena;
	enum err err = field->keyed ? read_elements(import, look, field, text) : lookup_value(look, field, trim(text), &write.value);
	look->arena = &import->command->arena;
	return err || field->keyed ? err : add_write(import, &write);
}

static void cell_fault(struct import *import, size_t row, const struct pack_field *field, struct span text, enum err err)
{
	const char *title = lookup_title(&field->title, field->name);
	import->faulted[field->number] = true;
	enum phrase plain = err == ERR_NOT_FOUND ? PHRASE_IMPORT_NO_REFERENCE : err == ERR_CONFLICT ? PHRASE_SEVERAL : PHRASE_NONE;
	fault(import, row, title, text, plain ? phrase_text(plain) : lookup_expected(&import->command->look, field));
}

// ---- Rows ----

static void check_required(struct import *import, size_t row)
{
	for (size_t i = 0; i < import->kind->field_count; i++) {
		const struct pack_field *field = &import->kind->fields[i];
		bool ours = field->authority == AUTHORITY_OWN || field->authority == AUTHORITY_BOTH;
		bool there = !field->required || !ours || import->faulted[field->number];
		for (size_t w = 0; w < import->write_count && !there; w++)
			there = import->writes[w].field == field->number && import->writes[w].value.form != VALUE_IS_NONE;
		if (!there)
			fault(import, row, lookup_title(&field->title, field->name), span_of(NULL, 0), phrase_text(PHRASE_REQUIRED));
	}
}

// A new record begins with the defaults of what the row leaves empty. Nothing is carried over: a table says
// what it says.
static enum err add_defaults(struct import *import)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < import->kind->field_count && !err; i++) {
		const struct pack_field *field = &import->kind->fields[i];
		bool given = field->preset.form == VALUE_IS_NONE || import->faulted[field->number];
		for (size_t w = 0; w < import->write_count && !given; w++) {
			if (import->writes[w].field != field->number)
				continue;
			if (import->writes[w].value.form == VALUE_IS_NONE)
				import->writes[w].value = field->preset;
			given = true;
		}
		if (!given)
			err = add_write(import, &(struct pen_write){ .field = field->number, .value = field->preset });
	}
	return err;
}

static void check_taken(struct import *import, size_t row, const struct id *record)
{
	struct lookup *look = &import->command->look;
	const struct pack_field *field;
	const char *other;
	if (taken_find(look, import->kind, record, import->writes, import->write_count, &field, &other))
		return; // none; a store that failed says so when the row is written
	struct buf why = BUF_EMPTY;
	phrase_format(&why, PHRASE_TAKEN_BY, PHRASE_WITH(other));
	const char *text = "";
	for (size_t w = 0; w < import->write_count; w++)
		if (import->writes[w].field == field->number)
			text = lookup_text(look, field, &import->writes[w].value);
	buf_u8(&why, '\0');
	fault(import, row, lookup_title(&field->title, field->name), span_string(text), why.err ? "" : (const char *)why.data);
	buf_free(&why);
}

// The record that a row is about: one that its id or key names, or a new one.
static void find_record(struct import *import, size_t row, struct id *record, bool *fresh)
{
	const struct csv_row *cells = &import->csv.rows[row];
	*fresh = true;
	if (import->record_column != SIZE_MAX && trim(cells->fields[import->record_column]).size) {
		struct span text = cells->fields[import->record_column];
		*fresh = false;
		if (lookup_record(&import->command->look, import->kind, keep(import, trim(text)), record))
			fault(import, row, phrase_text(PHRASE_HEAD_RECORD), text, phrase_text(PHRASE_IMPORT_NO_REFERENCE));
		return;
	}
	struct value value;
	const char *key;
	if (import->key_column == SIZE_MAX)
		return;
	const struct pack_field *field = import->fields[import->key_column];
	struct span text = trim(cells->fields[import->key_column]);
	if (lookup_value(&import->command->look, field, text, &value) || value_format(field, &value, &import->arena, &key) || !*key)
		return; // told already, or without a key: new
	const struct labels_item *item = labels_get(import->keys, span_string(key));
	if (item && (item->several || item->line)) {
		char line[64] = "";
		if (item->line)
			snprintf(line, sizeof line, "%zu", item->line);
		struct buf why = BUF_EMPTY;
		phrase_format(&why, item->line ? PHRASE_IMPORT_TWICE : PHRASE_SEVERAL, PHRASE_WITH(line));
		buf_u8(&why, '\0');
		fault(import, row, lookup_title(&field->title, field->name), text, why.err ? "" : (const char *)why.data);
		buf_free(&why);
	} else if (item) {
		*record = item->id;
		*fresh = false;
	} else {
		*record = pen_new_id(&import->command->pen);
		enum err err = labels_put(import->keys, span_string(key), record, cells->line);
		if (err)
			txn_fail(&import->command->txn, err); // another row with this key would not be noticed
	}
}

// What the rules of the pack have against a row, told as one of its faults.
static void refused(struct import *import, size_t row)
{
	const struct pen_refusal *refusal = &import->command->pen.refusal;
	const struct pack_field *field = import->kind->by_number[refusal->field ? refusal->field : import->kind->label];
	fault(import, row, field ? lookup_title(&field->title, field->name) : "", span_of(NULL, 0),
	      refusal_text(&import->command->look, refusal));
}

// Numbers of a series are issued with a new record, and not typed in.
static void check_numbers(struct import *import, size_t row)
{
	for (size_t w = 0; w < import->write_count; w++) {
		const struct pack_field *field = import->kind->by_number[import->writes[w].field];
		if (field->series && import->writes[w].value.form != VALUE_IS_NONE)
			fault(import, row, lookup_title(&field->title, field->name), import->writes[w].value.bytes, phrase_text(PHRASE_NUMBER_TYPED));
	}
}

static int write_row(struct import *import, size_t row, const struct id *record, bool fresh)
{
	bool changed = false;
	struct command *command = import->command;
	enum err err = pen_set(&command->pen, NULL, import->kind->number, record, import->writes, import->write_count, &changed);
	if (err && command->pen.refusal.what && command->pen.refusal.nothing_written) {
		refused(import, row);
		return VERB_OK;
	}
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, import->path);
	*(fresh ? &import->created : changed ? &import->updated : &import->same) += 1;
	return VERB_OK;
}

int import_row(struct import *import, size_t row)
{
	const struct csv_row *cells = &import->csv.rows[row];
	struct id record = { { 0 } };
	bool fresh;
	arena_reset(&import->arena);
	import->write_count = 0;
	memset(import->faulted, 0, sizeof import->faulted);
	for (size_t c = 0; c < import->csv.column_count; c++) {
		const struct pack_field *field = import->fields[c];
		enum err err = field && c != import->record_column ? read_cell(import, field, cells->fields[c]) : ERR_OK;
		if (err == ERR_NOMEM || err == ERR_BUDGET || err == ERR_IO || err == ERR_CORRUPT)
			return command_fail(import->command, err, PHRASE_CANNOT_READ_FILE, import->path);
		if (err)
			cell_fault(import, row, field, cells->fields[c], err);
	}
	find_record(import, row, &record, &fresh);
	if (fresh && add_defaults(import))
		return command_fail(import->command, ERR_NOMEM, PHRASE_CANNOT_READ_FILE, import->path);
	if (fresh) {
		check_required(import, row);
		check_numbers(import, row);
	}
	check_taken(import, row, &record);
	if (import->bad[row])
		return VERB_OK;
	if (id_is_zero(&record))
		record = pen_new_id(&import->command->pen);
	return write_row(import, row, &record, fresh);
}
