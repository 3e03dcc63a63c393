// --tree, of every verb that tells figures or lists units: in whose boundaries. As it was then (each month with those who
// stood above on its last day), in today's, or in those of any day. Read once, asked everywhere: which units stand
// below one, and which cells speak for a unit.
#ifndef TRIBUTARY_CLI_BOUNDARY_H
#define TRIBUTARY_CLI_BOUNDARY_H

#include "cli/command.h"
#include "ledger/figure.h"
#include "org/charter_boundary.h"
#include "org/ranking.h"

#define BOUNDARY_OPTION { "tree", "then|today|DATE", PHRASE_OPTION_TREE, false }

struct boundary {
	struct command *command;
	const char *text;          // as it was asked for
	struct ranking_tree tree;  // not redrawn: then
	size_t missing;            // units that moved and whose figures are not held here; added up
};

// VERB_OK, or why not.
int boundary_read(struct command *command, struct boundary *boundary);
// The facts that say which ones; for people what the figures do not follow, on the other channel.
void boundary_facts(const struct boundary *boundary, struct output_table *table);
// The same, and "tree_missing": of how many changes the unit's figures do not follow, for their detail is not here.
enum err boundary_facts_of(const struct boundary *boundary, const struct id *unit, struct output_table *table);
void boundary_tell(const struct boundary *boundary);

// The day whose tree lists the units, for figures of months up to this one.
int32_t boundary_day(const struct boundary *boundary, int32_t month);

// ---- A unit in these boundaries ----

struct boundary_sight {
	struct id unit;
	struct cell_owner owner;       // its cells as they were then: its own, or what is summed here
	const struct cell_list *extra; // to be added: of `drawn`
	struct charter_boundary drawn;
};

// In the command's arena. Then: costs nothing that grows with the tree; else the units that moved and their cells.
enum err boundary_of(struct boundary *boundary, const struct id *unit, struct boundary_sight *sight);

// Its figures (ledger/figure), its reporting units of a month, and how many of these kinds are expected to.
enum err boundary_figures(const struct boundary *boundary, const struct boundary_sight *sight, const struct pack_metric *metric,
                          const struct pack_dimension *dimension, struct period period, struct figure **figures, size_t *count);
enum err boundary_reporting(const struct boundary *boundary, const struct boundary_sight *sight, struct period period, int64_t *units);
// As of the last day of a month; a unit that was entered up to today owes the months before, too.
enum err boundary_expected(const struct boundary *boundary, const struct boundary_sight *sight, const struct charter_kinds *kinds,
                           int32_t month, int64_t *units);

#endif
