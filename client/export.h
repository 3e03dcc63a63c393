// The records of a kind as a spreadsheet, with headings that import understands.
#ifndef TRIBUTARY_CLIENT_EXPORT_H
#define TRIBUTARY_CLIENT_EXPORT_H

#include "cli/command.h"
#include "io/csv.h"

// Appends the whole table, the byte order mark first; *count: its records.
enum err export_table(struct command *command, const struct pack_kind *kind, struct buf *out, size_t *count);

#endif
