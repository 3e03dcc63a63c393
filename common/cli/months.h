// Months as both programs show them: how each stands, with its remarks; and what needs a reason.
#ifndef TRIBUTARY_CLI_MONTHS_H
#define TRIBUTARY_CLI_MONTHS_H

#include "cli/command.h"
#include "ledger/period.h"

// "2026-03", "2026Q1", "2026". VERB_OK, or why not.
int months_read(const struct command *command, const char *text, struct period *months);

enum phrase months_state_phrase(enum period_state state);
// The present state of a month of our own, for people; in the arena.
const char *months_state_text(const struct command *command, int32_t month);

// One row for each month of a unit: with the unit's name first where `units`.
struct output_table *months_table(struct command *command, bool units);
enum err months_row(struct command *command, struct output_table *table, const struct id *unit,
                    const struct period_summary *summary, bool units);

// How many months of our own were returned and wait to be mended.
enum err months_returned(struct command *command, uint64_t *count);

// What was changed in months that are not open needs a reason (--reason). VERB_OK, or the refusal told.
int months_guard(struct command *command);

#endif
