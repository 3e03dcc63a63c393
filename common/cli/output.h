// What commands print: tables for people, with East Asian width, and --json for programs. One row
// is given cell by cell and serves both, so the two can never tell different things.
//
// The shapes of --json are in docs/json.md.
#ifndef TRIBUTARY_CLI_OUTPUT_H
#define TRIBUTARY_CLI_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "cli/phrase.h"

#define OUTPUT_COLUMNS_MAX 256
#define OUTPUT_TIME_BYTES  24 // "2026-03-05 14:07:59"

struct output_column {
	const char *key;       // in --json
	enum phrase heading;
	const char *title;     // instead of the heading: a pack's own; may be NULL
	bool number;           // aligned to the right
	bool machine;          // in --json alone; never the last column
};

struct output_table;

// Of a long table these rows only.
struct output_page {
	size_t skip, most;     // most 0: all
	size_t seen;           // rows that came by
	bool more;             // there were rows behind the last
};
bool output_page_takes(struct output_page *page); // the next row; NULL takes all

// `columns` outlives the table. In --json: {facts…, "name": [{row}…]}; NULL when memory is out.
struct output_table *output_table_new(FILE *to, bool json, const char *name, const struct output_column *columns, size_t count);
// One row, shown as lines of "heading  value"; in --json the row's object itself.
struct output_table *output_sheet_new(FILE *to, bool json, const struct output_column *columns, size_t count);

// --json only, before the first row: which rows are told. `page` outlives the table; NULL: all.
void output_page_set(struct output_table *table, struct output_page *page);

// Before a row is read: is it told? One that is not is counted, and passed over with nothing read and no cell given.
bool output_row_wanted(struct output_table *table);
// Is it known that there are rows behind the page? Then no other row changes what is told.
bool output_page_done(const struct output_table *table);

// --json only: something beside the rows, before the first of them. Takes the value over.
void output_fact(struct output_table *table, const char *key, json_t *value);

// The next cell of the present row; a full row is done.
void output_text(struct output_table *table, const char *text); // NULL: nothing there
void output_number(struct output_table *table, int64_t number);
void output_bool(struct output_table *table, bool yes);
void output_time(struct output_table *table, uint64_t ms);       // since 1970; local time; 0: nothing there
void output_value(struct output_table *table, const char *text, json_t *value); // shown and told apart; takes the value over

// Prints what is left and releases the table. ERR_NOMEM, ERR_IO: of all that came before.
enum err output_table_end(struct output_table *table);

// From the first row on: nothing is printed before the end, so that what rows tell of may still fail; then they are dropped untold.
void output_table_hold(struct output_table *table);
void output_table_drop(struct output_table *table);

// A whole document. Takes it over.
enum err output_document(FILE *to, json_t *document);

size_t output_width(const char *text);                            // columns on a terminal
void output_format_time(uint64_t ms, char text[static OUTPUT_TIME_BYTES]);

#endif
