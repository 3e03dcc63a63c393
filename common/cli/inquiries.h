// What superiors asked for and what was answered, as both programs list it: the same trace on both sides.
#ifndef TRIBUTARY_CLI_INQUIRIES_H
#define TRIBUTARY_CLI_INQUIRIES_H

#include "cli/command.h"
#include "ledger/inquiry.h"

struct output_table *inquiries_table(struct command *command);
// The requests to a unit; with `by`, those of that unit alone (how others were answered it may not read).
enum err inquiries_rows(struct command *command, struct output_table *table, const struct id *unit, const struct id *by);

// How many requests to our own unit have no answer yet.
enum err inquiries_open(struct command *command, uint64_t *count);

#endif
