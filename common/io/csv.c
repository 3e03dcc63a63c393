// libcsv reads fields and rows, strictly; it is fed one physical line at a time, so that it is known
// on which line a row began even where quotes run over several.
#include "io/csv.h"

#include <csv.h>
#include <stdio.h>
#include <utf8proc.h>

#include "io/csv_text.h"
#include "io/file.h"

// Decoded text grows by at most a half (GBK's two bytes to UTF-8's three); fields and rows cost
// their spans besides. What a file may make us spend ends here.
#define CSV_ARENA_BYTES ((size_t)CSV_FILE_BYTES_MAX * 8)

// libcsv's buffer grows by as much each time.
enum { SLICE_BYTES = 4096 };

static const char field_too_large[] = "a field is larger than 65536 bytes; is a quote not closed?";
#define MIB_TEXT(number)  #number
#define MIB_TEXT_OF(name) MIB_TEXT(name)
static const char too_large[] = "the file is larger than " MIB_TEXT_OF(CSV_FILE_MIB_MAX) " MiB";

struct csv_reading {
	struct csv *csv;
	const char *name;          // of the file
	struct csv_parser parser;
	size_t line;               // being fed
	size_t row_line;           // on which the open row began
	bool open;                 // a row has begun and not ended
	struct span row[CSV_COLUMNS_MAX];
	size_t row_fields;
	struct csv_row *rows;      // in the arena; doubled when full
	size_t row_room;
	enum err err;              // sticky
};

static void tell(struct csv *csv, const char *name, size_t line, const char *what)
{
	char place[32] = "";
	if (line)
		snprintf(place, sizeof place, ":%zu", line);
	size_t size = strlen(name) + strlen(place) + strlen(what) + 3;
	char *why = arena_alloc(&csv->arena, size);
	if (why)
		snprintf(why, size, "%s%s: %s", name, place, what);
	csv->why = why ? why : "the table is larger than may be read";
	csv->line = line;
}

static enum err refuse(struct csv *csv, const char *name, enum err err, size_t line, const char *what)
{
	tell(csv, name, line, what);
	return err;
}

static void fail(struct csv_reading *reading, enum err err, size_t line, const char *what)
{
	if (reading->err)
		return;
	tell(reading->csv, reading->name, line, what);
	reading->err = err;
}

// ---- Rows ----

static struct span trim(struct span text)
{
	utf8proc_int32_t c;
	while (text.size && (*text.data == ' ' || *text.data == '\t'))
		text = span_of(text.data + 1, text.size - 1);
	while (text.size && strchr(" \t\r\n", text.data[text.size - 1]))
		text.size--;
	// Headings are often spread out with ideographic spaces.
	while (text.size >= 3 && utf8proc_iterate(text.data, 3, &c) == 3 && c == 0x3000)
		text = span_of(text.data + 3, text.size - 3);
	while (text.size >= 3 && utf8proc_iterate(text.data + text.size - 3, 3, &c) == 3 && c == 0x3000)
		text.size -= 3;
	return text;
}

static size_t filled(const struct csv_reading *reading, size_t *last)
{
	size_t count = 0;
	*last = 0;
	for (size_t i = 0; i < reading->row_fields; i++) {
		if (trim(reading->row[i]).size == 0)
			continue;
		*last = i + 1;
		count++;
	}
	return count;
}

static struct span *keep_fields(struct csv_reading *reading, size_t count)
{
	struct span *fields = arena_array(&reading->csv->arena, count, sizeof *fields);
	if (!fields) {
		fail(reading, ERR_BUDGET, reading->row_line, "the table is larger than may be read");
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		fields[i] = i < reading->row_fields ? reading->row[i] : span_of("", 0);
	return fields;
}

static void keep_headings(struct csv_reading *reading, size_t count)
{
	struct span *columns = keep_fields(reading, count);
	if (!columns)
		return;
	for (size_t i = 0; i < count; i++)
		columns[i] = trim(columns[i]);
	reading->csv->columns = columns;
	reading->csv->column_count = count;
	reading->csv->heading_line = reading->row_line;
}

static bool make_room(struct csv_reading *reading)
{
	struct csv *csv = reading->csv;
	if (csv->row_count < reading->row_room)
		return true;
	if (csv->row_count >= CSV_ROWS_MAX) {
		fail(reading, ERR_TOO_LARGE, reading->row_line, "more rows than a table may have (1048576)");
		return false;
	}
	size_t room = reading->row_room ? 2 * reading->row_room : 256;
	struct csv_row *rows = arena_array(&csv->arena, room, sizeof *rows);
	if (!rows) {
		fail(reading, ERR_BUDGET, reading->row_line, "the table is larger than may be read");
		return false;
	}
	if (csv->row_count)
		memcpy(rows, reading->rows, csv->row_count * sizeof *rows);
	csv->rows = reading->rows = rows;
	reading->row_room = room;
	return true;
}

static void keep_row(struct csv_reading *reading, size_t last)
{
	struct csv *csv = reading->csv;
	size_t count = last > csv->column_count ? last : csv->column_count;
	struct span *fields = make_room(reading) ? keep_fields(reading, count) : NULL;
	if (fields)
		reading->rows[csv->row_count++] =
			(struct csv_row){ .line = reading->row_line, .count = count, .fields = fields };
}

static void end_row(struct csv_reading *reading)
{
	size_t last, count = filled(reading, &last);
	bool title = count == 1 && reading->row_fields > 1;
	if (count && reading->csv->column_count)
		keep_row(reading, last);
	else if (count && !title)
		keep_headings(reading, last);
	reading->row_fields = 0;
	reading->open = false;
}

// ---- The formula guard ----

static bool starts_formula(struct span text)
{
	return text.size && strchr("=+-@\t\r", *text.data) != NULL && *text.data;
}

// What follows the apostrophes at the start.
static struct span behind_apostrophes(struct span text)
{
	while (text.size && *text.data == '\'')
		text = span_of(text.data + 1, text.size - 1);
	return text;
}

static struct span without_guard(struct span text)
{
	bool guarded = text.size && *text.data == '\'' && starts_formula(behind_apostrophes(text));
	return guarded ? span_of(text.data + 1, text.size - 1) : text;
}

// "-12.50" is what it looks like: no spreadsheet calculates with it.
static bool is_number(struct span text)
{
	size_t digits = 0, points = 0;
	for (size_t i = text.size && (*text.data == '-' || *text.data == '+'); i < text.size; i++) {
		digits += text.data[i] >= '0' && text.data[i] <= '9';
		points += text.data[i] == '.';
	}
	return digits && points <= 1 && digits + points + (*text.data == '-' || *text.data == '+') == text.size;
}

// ---- libcsv's callbacks ----

static void on_field(void *data, size_t size, void *context)
{
	struct csv_reading *reading = context;
	struct span *field = &reading->row[reading->row_fields];
	if (reading->err)
		return;
	if (reading->row_fields == CSV_COLUMNS_MAX)
		fail(reading, ERR_TOO_LARGE, reading->row_line, "more columns than a table may have (1024)");
	else if (size > CSV_FIELD_BYTES_MAX)
		fail(reading, ERR_TOO_LARGE, reading->row_line, field_too_large);
	else if (arena_copy(&reading->csv->arena, without_guard(span_of(data, size)), field) != ERR_OK)
		fail(reading, ERR_BUDGET, reading->row_line, "the table is larger than may be read");
	else
		reading->row_fields++;
}

static void on_row(int end, void *context)
{
	(void)end;
	struct csv_reading *reading = context;
	if (!reading->err)
		end_row(reading);
}

// ---- Lines ----

// The next physical line with its end: CR LF, LF or CR.
static struct span take_line(struct span *text)
{
	size_t size = 0;
	if (text->size == 0)
		return *text; // there may be no memory yet
	while (size < text->size && text->data[size] != '\n' && text->data[size] != '\r')
		size++;
	if (size < text->size)
		size += text->data[size] == '\r' && size + 1 < text->size && text->data[size + 1] == '\n' ? 2 : 1;
	struct span line = span_of(text->data, size);
	*text = span_of(text->data + size, text->size - size);
	return line;
}

// The most frequent one outside quotes, in the first line that has any: the headings', or a title's
// with its empty cells.
static char find_separator(struct span text)
{
	static const char separators[] = { ',', ';', '\t' };
	size_t counts[sizeof separators] = { 0 }, best = 0;
	bool quoted = false;
	while (text.size && counts[best] == 0) {
		struct span line = take_line(&text);
		for (size_t i = 0; i < line.size; i++) {
			quoted ^= line.data[i] == '"';
			for (size_t j = 0; j < sizeof separators; j++)
				counts[j] += !quoted && line.data[i] == (uint8_t)separators[j];
		}
		for (size_t j = 0; j < sizeof separators; j++)
			if (counts[j] > counts[best])
				best = j;
	}
	return separators[best];
}

// "sep=;" on a line of its own in front, as spreadsheets leave it for each other.
static bool told_separator(struct span line, char *separator)
{
	line = trim(line);
	if (line.size != 5 || !span_starts(line, span_string("sep=")) || !strchr(",;\t", line.data[4]))
		return false;
	*separator = (char)line.data[4];
	return true;
}

static void refuse_syntax(struct csv_reading *reading)
{
	static const char stray[] = "a quote in the wrong place: a field that has one stands in quotes, and has it twice";
	char what[192];
	snprintf(what, sizeof what, "%s (the row begins on line %zu)", stray, reading->row_line);
	bool syntax = csv_error(&reading->parser) == CSV_EPARSE;
	fail(reading, syntax ? ERR_MALFORMED : ERR_NOMEM, reading->line, syntax ? what : err_text(ERR_NOMEM));
}

// In slices, so that a field without an end is noticed while it is still small.
static void feed(struct csv_reading *reading, struct span line)
{
	if (!reading->open)
		reading->row_line = reading->line;
	reading->open = reading->open || trim(line).size > 0;
	while (line.size && !reading->err) {
		size_t size = line.size < SLICE_BYTES ? line.size : SLICE_BYTES;
		if (csv_parse(&reading->parser, line.data, size, on_field, on_row, reading) != size)
			refuse_syntax(reading);
		else if (reading->parser.entry_pos > CSV_FIELD_BYTES_MAX)
			fail(reading, ERR_TOO_LARGE, reading->row_line, field_too_large);
		line = span_of(line.data + size, line.size - size);
	}
}

static void finish(struct csv_reading *reading)
{
	if (csv_fini(&reading->parser, on_field, on_row, reading) != 0)
		fail(reading, ERR_MALFORMED, reading->row_line, "a quote is opened in this row and never closed");
	if (!reading->err && reading->csv->column_count == 0)
		fail(reading, ERR_MALFORMED, 0, "there is no line of headings in it");
}

static void read_text(struct csv_reading *reading, struct span text)
{
	struct csv *csv = reading->csv;
	struct span rest = text, first = take_line(&rest);
	csv->separator = find_separator(text);
	if (told_separator(first, &csv->separator)) {
		reading->line = 1; // its line counts, its content does not
		text = rest;
	}
	csv_set_blk_size(&reading->parser, SLICE_BYTES);
	csv_set_delim(&reading->parser, (unsigned char)csv->separator);
	while (text.size && !reading->err) {
		struct span line = take_line(&text);
		reading->line++;
		feed(reading, line);
	}
	finish(reading);
}

static enum err parse(struct csv_reading *reading, struct span text)
{
	if (csv_init(&reading->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return refuse(reading->csv, reading->name, ERR_NOMEM, 0, err_text(ERR_NOMEM));
	read_text(reading, text);
	csv_free(&reading->parser);
	return reading->err;
}

// A table of nothing; its arena is ready to say why.
static void begin(struct csv *csv)
{
	*csv = (struct csv){ .separator = ',', .encoding = "UTF-8" };
	arena_init(&csv->arena, CSV_ARENA_BYTES);
}

static enum err read_decoded(const char *name, struct span text, struct csv *csv)
{
	struct csv_reading *reading = arena_alloc(&csv->arena, sizeof *reading);
	if (!reading)
		return refuse(csv, name, ERR_NOMEM, 0, err_text(ERR_NOMEM));
	reading->csv = csv;
	reading->name = name;
	return parse(reading, text);
}

enum err csv_read(const char *name, struct span bytes, struct csv *csv)
{
	struct buf text = BUF_EMPTY;
	struct csv_text_fault fault;
	begin(csv);
	if (bytes.size > CSV_FILE_BYTES_MAX)
		return refuse(csv, name, ERR_TOO_LARGE, 0, too_large);
	enum err err = csv_text_decode(bytes, &text, &csv->encoding, &fault);
	err = err ? refuse(csv, name, err, fault.line, fault.what ? fault.what : err_text(err))
	          : read_decoded(name, buf_span(&text), csv);
	buf_free(&text);
	return err;
}

enum err csv_open(const char *path, struct csv *csv)
{
	struct buf bytes = BUF_EMPTY;
	enum err err = file_read(path, CSV_FILE_BYTES_MAX, &bytes);
	if (err) {
		begin(csv);
		err = refuse(csv, path, err, 0, err == ERR_TOO_LARGE ? too_large : err_text(err));
	} else {
		err = csv_read(path, buf_span(&bytes), csv);
	}
	buf_free(&bytes);
	return err;
}

void csv_close(struct csv *csv)
{
	arena_free(&csv->arena);
	*csv = (struct csv){ .encoding = "UTF-8" };
}

// ---- Writing ----

void csv_begin(struct buf *out)
{
	buf_string(out, "\xef\xbb\xbf");
}

static bool needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (strchr(",;\t\"\r\n", text.data[i]) && text.data[i])
			return true;
	return text.size && (*text.data == ' ' || text.data[text.size - 1] == ' ');
}

void csv_put(struct buf *out, bool first, struct span text)
{
	bool guard = starts_formula(behind_apostrophes(text)) && !is_number(text);
	bool quotes = needs_quotes(text);
	if (!first)
		buf_u8(out, ',');
	if (quotes)
		buf_u8(out, '"');
	if (guard)
		buf_u8(out, '\'');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buf_u8(out, '"');
		buf_u8(out, text.data[i]);
	}
	if (quotes)
		buf_u8(out, '"');
}

void csv_end_row(struct buf *out)
{
	buf_string(out, "\r\n");
}
