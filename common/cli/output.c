// Tables: rows are held back until the widths of the first of them are known, then they stream, so
// that a list of half a million units needs no half a million rows of memory.
#include "cli/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <utf8proc.h>

enum { OUTPUT_AHEAD = 256 }; // rows looked at before the first is printed

struct output_table {
	FILE *to;
	bool json, sheet;
	const char *name;
	const struct output_column *columns;
	size_t column_count, column; // column: of the next cell
	char **held;                 // cells of rows not printed yet, owned
	size_t held_rows;
	size_t *widths;
	size_t owed;                 // blanks before the next text of the line
	bool streaming;              // widths are settled
	json_t *row, *facts;
	size_t rows;
	struct output_page *page;
	FILE *out;                   // of a table that waits: where it goes in the end; else NULL
	char *waiting;
	size_t waiting_size;
	enum err err;
};

size_t output_width(const char *text)
{
	size_t width = 0, size = strlen(text);
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	while (size > 0) {
		utf8proc_int32_t point;
		utf8proc_ssize_t used = utf8proc_iterate(at, (utf8proc_ssize_t)size, &point);
		if (used <= 0) { // not UTF-8: one place for the byte
			used = 1;
			point = '?';
		}
		int columns = utf8proc_charwidth(point);
		width += columns > 0 ? (size_t)columns : 0;
		at += used;
		size -= (size_t)used;
	}
	return width;
}

void output_format_time(uint64_t ms, char text[static OUTPUT_TIME_BYTES])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm local;
	if (ms == 0 || !localtime_r(&seconds, &local) || strftime(text, OUTPUT_TIME_BYTES, "%Y-%m-%d %H:%M:%S", &local) == 0)
		text[0] = '\0';
}

static struct output_table *table_new(FILE *to, bool json, const struct output_column *columns, size_t count)
{
	struct output_table *table = calloc(1, sizeof *table);
	if (!table)
		return NULL;
	*table = (struct output_table){ .to = to, .json = json, .columns = columns, .column_count = count };
	table->held = calloc(OUTPUT_AHEAD * count, sizeof *table->held);
	table->widths = calloc(count, sizeof *table->widths);
	table->facts = json ? json_object() : NULL;
	if (!table->held || !table->widths || (json && !table->facts)) {
		table->err = ERR_NOMEM;
		output_table_end(table);
		return NULL;
	}
	return table;
}

struct output_table *output_table_new(FILE *to, bool json, const char *name, const struct output_column *columns, size_t count)
{
	struct output_table *table = table_new(to, json, columns, count);
	if (table)
		table->name = name;
	return table;
}

struct output_table *output_sheet_new(FILE *to, bool json, const struct output_column *columns, size_t count)
{
	struct output_table *table = table_new(to, json, columns, count);
	if (table)
		table->sheet = true;
	return table;
}

void output_table_hold(struct output_table *table)
{
	FILE *memory = open_memstream(&table->waiting, &table->waiting_size);
	if (!memory) {
		table->err = ERR_NOMEM;
		return;
	}
	table->out = table->to;
	table->to = memory;
}

// The rows that wait, to where they belong.
static void let_go(struct output_table *table)
{
	if (!table->out)
		return;
	if (fclose(table->to) && !table->err)
		table->err = ERR_NOMEM;
	table->to = table->out;
	table->out = NULL;
	if (!table->err)
		fwrite(table->waiting, 1, table->waiting_size, table->to);
}

bool output_page_takes(struct output_page *page)
{
	if (!page)
		return true;
	size_t row = page->seen++;
	bool behind = page->most && row >= page->skip && row - page->skip >= page->most;
	page->more = page->more || behind;
	return row >= page->skip && !behind;
}

void output_page_set(struct output_table *table, struct output_page *page)
{
	table->page = page;
}

bool output_row_wanted(struct output_table *table)
{
	if (!table->json || table->sheet || !table->page)
		return true;
	struct output_page ahead = *table->page;
	bool wanted = output_page_takes(&ahead);
	if (!wanted)
		*table->page = ahead;
	return wanted;
}

bool output_page_done(const struct output_table *table)
{
	return table->json && !table->sheet && table->page && table->page->more;
}

void output_fact(struct output_table *table, const char *key, json_t *value)
{
	if (!table->json)
		json_decref(value);
	else if (json_object_set_new(table->facts, key, value))
		table->err = ERR_NOMEM;
}

// ---- JSON ----

static void open_json(struct output_table *table)
{
	char *facts = json_dumps(table->facts, JSON_COMPACT);
	if (!facts) {
		table->err = ERR_NOMEM;
		return;
	}
	size_t size = strlen(facts);
	facts[size - 1] = '\0'; // without the closing brace
	fprintf(table->to, "%s%s\"%s\":[", facts, size > 2 ? "," : "", table->name);
	free(facts);
}

static void json_row(struct output_table *table)
{
	if (table->sheet)
		json_object_update(table->row, table->facts);
	else if (table->rows == 0)
		open_json(table);
	if (!table->sheet)
		fputs(table->rows == 0 ? "\n" : ",\n", table->to);
	json_dumpf(table->row, table->to, JSON_COMPACT);
	json_decref(table->row);
	table->row = NULL;
}

static void json_cell(struct output_table *table, json_t *value)
{
	if (!table->row)
		table->row = json_object();
	if (!table->row || json_object_set_new(table->row, table->columns[table->column].key, value))
		table->err = ERR_NOMEM;
}

// ---- Text ----

static const char *heading(const struct output_column *column)
{
	return column->title ? column->title : phrase_text(column->heading);
}

static void print_cell(struct output_table *table, size_t column, const char *text)
{
	if (table->columns[column].machine)
		return;
	size_t width = output_width(text);
	int pad = width < table->widths[column] ? (int)(table->widths[column] - width) : 0;
	bool last = column + 1 == table->column_count;
	table->owed += table->columns[column].number ? (size_t)pad : 0;
	if (*text) {
		fprintf(table->to, "%*s%s", (int)table->owed, "", text);
		table->owed = 0;
	}
	table->owed += (table->columns[column].number ? 0 : (size_t)pad) + 2;
	if (last) {
		fputc('\n', table->to);
		table->owed = 0;
	}
}

static void print_held(struct output_table *table)
{
	for (size_t i = 0; i < table->held_rows * table->column_count; i++) {
		print_cell(table, i % table->column_count, table->held[i] ? table->held[i] : "");
		free(table->held[i]);
		table->held[i] = NULL;
	}
	table->held_rows = 0;
}

static void settle(struct output_table *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		table->widths[c] = output_width(heading(&table->columns[c]));
	for (size_t i = 0; i < table->held_rows * table->column_count; i++) {
		size_t width = table->held[i] ? output_width(table->held[i]) : 0;
		size_t *widest = &table->widths[i % table->column_count];
		*widest = width > *widest ? width : *widest;
	}
	for (size_t c = 0; c < table->column_count; c++)
		print_cell(table, c, heading(&table->columns[c]));
	table->streaming = true;
}

static void print_sheet(struct output_table *table)
{
	size_t widest = 0;
	for (size_t c = 0; c < table->column_count; c++) {
		size_t width = output_width(heading(&table->columns[c]));
		widest = width > widest ? width : widest;
	}
	for (size_t c = 0; c < table->column_count; c++) {
		const char *text = table->held[c] ? table->held[c] : "";
		const char *title = heading(&table->columns[c]);
		if (*text && !table->columns[c].machine)
			fprintf(table->to, "%s%*s  %s\n", title, (int)(widest - output_width(title)), "", text);
		free(table->held[c]);
		table->held[c] = NULL;
	}
	table->held_rows = 0;
}

// A copy on one line: what would break the table becomes a space.
static char *one_line(const char *text)
{
	size_t size = strlen(text);
	char *copy = malloc(size + 1);
	for (size_t i = 0; copy && i <= size; i++)
		copy[i] = text[i] && (unsigned char)text[i] < ' ' ? ' ' : text[i];
	return copy;
}

static void end_row(struct output_table *table)
{
	table->column = 0;
	if (table->json && !table->sheet && !output_page_takes(table->page)) {
		json_decref(table->row);
		table->row = NULL;
		return;
	}
	if (table->json) {
		json_row(table);
	} else {
		table->held_rows++;
		if (!table->sheet && !table->streaming && table->held_rows == OUTPUT_AHEAD)
			settle(table);
		if (table->streaming)
			print_held(table);
	}
	table->rows++;
}

void output_value(struct output_table *table, const char *text, json_t *value)
{
	if (table->err) {
		json_decref(value);
		return;
	}
	if (table->json) {
		json_cell(table, value ? value : json_null());
	} else {
		json_decref(value);
		char *copy = text ? one_line(text) : NULL;
		if (text && !copy)
			table->err = ERR_NOMEM;
		table->held[table->held_rows * table->column_count + table->column] = copy;
	}
	if (++table->column == table->column_count && !table->err)
		end_row(table);
}

void output_text(struct output_table *table, const char *text)
{
	output_value(table, text, table->json && text ? json_string(text) : NULL);
}

void output_number(struct output_table *table, int64_t number)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRId64, number);
	output_value(table, text, table->json ? json_integer(number) : NULL);
}

void output_bool(struct output_table *table, bool yes)
{
	output_value(table, phrase_text(yes ? PHRASE_YES : PHRASE_NO), table->json ? json_boolean(yes) : NULL);
}

void output_time(struct output_table *table, uint64_t ms)
{
	char text[OUTPUT_TIME_BYTES];
	output_format_time(ms, text);
	output_value(table, *text ? text : NULL, table->json && ms ? json_integer((json_int_t)ms) : NULL);
}

static void table_free(struct output_table *table)
{
	for (size_t i = 0; table->held && i < OUTPUT_AHEAD * table->column_count; i++)
		free(table->held[i]);
	free(table->held);
	free(table->widths);
	json_decref(table->row);
	json_decref(table->facts);
	free(table->waiting);
	free(table);
}

enum err output_table_end(struct output_table *table)
{
	if (!table->err && table->json && !table->sheet && table->rows == 0)
		open_json(table);
	if (!table->err && table->json && !table->sheet)
		fputs(table->rows == 0 ? "]}" : "\n]}", table->to);
	if (!table->err && table->json)
		fputc('\n', table->to);
	if (!table->err && !table->json && table->sheet && table->held_rows > 0)
		print_sheet(table);
	if (!table->err && !table->json && !table->sheet && !table->streaming && table->held_rows > 0) {
		settle(table);
		print_held(table);
	}
	let_go(table);
	enum err err = table->err ? table->err : ferror(table->to) ? ERR_IO : ERR_OK;
	table_free(table);
	return err;
}

void output_table_drop(struct output_table *table)
{
	if (table->out)
		fclose(table->to);
	table_free(table);
}

enum err output_document(FILE *to, json_t *document)
{
	if (!document)
		return ERR_NOMEM;
	int failed = json_dumpf(document, to, JSON_INDENT(2));
	fputc('\n', to);
	json_decref(document);
	return failed || ferror(to) ? ERR_IO : ERR_OK;
}
