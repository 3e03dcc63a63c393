// The verb "figures" of both programs: what the cells say of a period, with how complete it is.
// A device shows its unit's own figures as they are now; a server the sums that it keeps.
#ifndef TRIBUTARY_CLI_FIGURES_H
#define TRIBUTARY_CLI_FIGURES_H

#include "cli/command.h"
#include "ledger/figure.h"

#define FIGURES_OPTIONS_BOTH                                        \
		{ "period", "PERIOD", PHRASE_OPTION_PERIOD, false },        \
		{ "metric", "METRIC", PHRASE_OPTION_METRIC, false },        \
		{ "unit", "UNIT", PHRASE_OPTION_UNIT, false },              \
		{ "by", "DIMENSION|unit", PHRASE_OPTION_BY, false }

#define FIGURES_OPTIONS        { FIGURES_OPTIONS_BOTH }
#define FIGURES_OPTIONS_SERVER { FIGURES_OPTIONS_BOTH, { "tree", "then|today|DATE", PHRASE_OPTION_TREE, false } }

int figures_run(const struct verb_call *call);

// How a unit's figures stand.
struct figures_standing {
	int64_t reporting, expected;  // k of n, at the period's end or in the present month, if that is earlier; expected < 0: not known here
	uint64_t as_of;               // ms; of the newest tally that went in; 0: none did
	uint32_t revision;            // of the unit's tally in force; of a sum, of all that went in, added up
	uint32_t pack_least, pack_most; // versions of the pack that went in; they differ where a unit has not the newest yet
	bool provisional;             // two devices' tallies stand side by side
};
// Of a server: k of n alone, which costs nothing that grows with the tree; the rest stays 0.
enum err figures_count(struct command *command, const struct id *unit, struct period period, struct figures_standing *standing);
enum err figures_stand(struct command *command, const struct id *unit, struct period period, struct figures_standing *standing);

// One part of what a dimension cuts: as people read it, and by its machine name where the pack has one.
// `text` is room for its number. A dimension of NULL has no title: the total.
const char *figures_bucket_title(const struct pack_dimension *dimension, uint16_t bucket, char text[static 8]);
const char *figures_bucket_name(const struct pack_dimension *dimension, uint16_t bucket, char text[static 8]);

// The field whose amounts of money the metric's figures are; NULL: they are plain numbers.
const struct pack_field *figures_money(const struct pack_metric *metric);

// Two cells: the value, as money where it is, and of a ratio (or, without a metric, of k of n) what it is of.
void figures_put(struct command *command, struct output_table *table, const struct pack_metric *metric, const struct figure *figure);

// A ratio as people read it, rounded to a tenth: "95.2%"; empty where there is nothing to divide by.
#define FIGURES_PERCENT_BYTES 32
void figures_percent(const struct figure *figure, char percent[static FIGURES_PERCENT_BYTES]);

#endif
