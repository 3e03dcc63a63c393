// One table as a workbook (Office Open XML), by libxlsxwriter: what stands above and below it, headings over several
// columns, cells with their types. Nothing in it is a formula: texts are written as texts.
#ifndef TRIBUTARY_IO_XLSX_H
#define TRIBUTARY_IO_XLSX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define XLSX_COLUMNS_MAX 1024
#define XLSX_ROWS_MAX    100000
#define XLSX_TEXT_MAX    32767 // characters of one cell, by the format

enum xlsx_kind { XLSX_EMPTY, XLSX_TEXT, XLSX_COUNT, XLSX_AMOUNT, XLSX_PERCENT };
enum xlsx_align { XLSX_LEFT, XLSX_CENTER, XLSX_RIGHT };

struct xlsx_cell {
	enum xlsx_kind kind;
	const char *text;    // of XLSX_TEXT
	double number;       // of the others: a whole number, an amount with two decimals, a part of 1
};

struct xlsx_line {       // over the whole width
	const char *text;
	unsigned size;       // points
	bool bold;
	enum xlsx_align align;
};

struct xlsx_group {      // a heading over columns [from, to]
	const char *title;
	size_t from, to;
};

struct xlsx_table {
	unsigned paper;      // 3 or 4: A3, A4
	bool landscape;
	const char *font;    // NULL: the reader's
	unsigned size;       // of the table
	size_t head_count, foot_count, group_count, column_count, row_count;
	const struct xlsx_line *head, *foot;
	const struct xlsx_group *groups;
	const char *const *headings;
	const double *widths; // of the columns, in digits
	const struct xlsx_cell *cells; // row by row
};

// ERR_RANGE: too many rows or columns, or none. ERR_FULL, ERR_IO: the file cannot be written; nothing of it is left.
enum err xlsx_write(const char *path, const struct xlsx_table *table);

#endif
