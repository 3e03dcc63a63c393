// From a spreadsheet's bytes to UTF-8. For io/csv.c.
#ifndef TRIBUTARY_IO_CSV_TEXT_H
#define TRIBUTARY_IO_CSV_TEXT_H

#include "base/buf.h"

struct csv_text_fault {
	const char *what; // static
	size_t line;      // 0: the file as a whole
};

// Appends the text to `utf8` and tells in what it was written (static name). Strict: a byte that is
// none in its encoding is ERR_MALFORMED with its line.
enum err csv_text_decode(struct span bytes, struct buf *utf8, const char **encoding, struct csv_text_fault *fault);

#endif
