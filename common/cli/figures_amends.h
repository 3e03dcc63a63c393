// What stands beside a figure: how much of it was changed since it was approved, and how much of it no
// superior has confirmed yet.
#ifndef TRIBUTARY_CLI_FIGURES_AMENDS_H
#define TRIBUTARY_CLI_FIGURES_AMENDS_H

#include "cli/figures.h"

// A device's figures as the server above has confirmed them: those of the newest tally that it receipted.
struct figures_confirmed {
	bool here;                // on a device; a server has nothing that is not receipted
	struct cell_owner owner;  // its cells, where all of it is receipted
	bool partly;              // some is not: then these
	struct cell *cells;       // totals, ascending; in the command's arena
	size_t count, capacity;
};
enum err figures_amends_confirmed(struct command *command, const struct id *unit, struct figures_confirmed *confirmed);
// What of the metric's total of the period is confirmed; of a ratio: of its numerator.
enum err figures_amends_value(struct command *command, const struct figures_confirmed *confirmed,
                              const struct pack_metric *metric, struct period period, int64_t *value);

// Why figures of these months were changed after they were approved, of the units at or below this one
// whose entries can be read here: an array for --json; for people, lines. NULL: out of memory.
json_t *figures_amends_reasons(struct command *command, const struct id *unit, struct period months, enum err *err);
void figures_amends_print(const json_t *reasons);

#endif
