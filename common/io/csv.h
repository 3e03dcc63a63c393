// Tables as Excel and WPS save them, in and out.
//
// In: UTF-8 with or without a byte order mark, UTF-16 with one ("Unicode text"), otherwise GB18030
// (of which GBK and GB2312 are parts), each strictly; lines that end in CR LF, LF or CR; line
// breaks within quotes; `,`, `;` or tab between fields, found from the first line (or told by a
// line "sep=;"). Lines above the headings in which one cell alone is filled are titles and passed
// over, and so are empty rows. Anything else that is not right is refused with its line.
//
// Out: UTF-8 with a byte order mark, `,`, CR LF. A text that a spreadsheet would take for a formula
// (= + - @ at its start, unless it is a number) gets an apostrophe before it, and loses it again
// when it is read here: what was written is what is read.
#ifndef TRIBUTARY_IO_CSV_H
#define TRIBUTARY_IO_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#define CSV_FILE_MIB_MAX    64 // the villages of a whole country are 36
#define CSV_FILE_BYTES_MAX  (CSV_FILE_MIB_MAX * 1024 * 1024)
#define CSV_FIELD_BYTES_MAX LIMIT_VALUE_BYTES
#define CSV_COLUMNS_MAX     1024
#define CSV_ROWS_MAX        (1024 * 1024)

struct csv_row {
	size_t line;               // on which it begins, from 1, as an editor counts
	size_t count;              // at least the number of columns; more only if what is more is not empty
	const struct span *fields; // UTF-8
};

struct csv {
	char separator;
	const char *encoding;      // "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030"
	size_t column_count;
	const struct span *columns; // headings, trimmed; empty ones are there too
	size_t heading_line;
	size_t row_count;
	const struct csv_row *rows;
	size_t line;               // on failure: where, or 0
	const char *why;           // on failure: one sentence with file and line; else NULL
	struct arena arena;        // owns all of the above
};

// csv_close() afterwards, whatever it gave. ERR_NOT_FOUND, ERR_IO, ERR_MALFORMED, ERR_TOO_LARGE,
// ERR_BUDGET, ERR_NOMEM.
enum err csv_open(const char *path, struct csv *csv);
enum err csv_read(const char *name, struct span bytes, struct csv *csv); // the same from memory; `name` is for `why`
void csv_close(struct csv *csv);

// Writing: errors stick in the buffer.
//
//	csv_begin(&out);
//	csv_put(&out, true, text); csv_put(&out, false, text); csv_end_row(&out);
void csv_begin(struct buf *out);
void csv_put(struct buf *out, bool first, struct span text); // `first` of its row
void csv_end_row(struct buf *out);

#endif
