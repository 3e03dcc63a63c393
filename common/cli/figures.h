// The verb "figures" of both programs: what the cells say of a period, with how complete it is.
// A device shows its unit's own figures as they are now; a server the sums that it keeps.
#ifndef TRIBUTARY_CLI_FIGURES_H
#define TRIBUTARY_CLI_FIGURES_H

#include "cli/boundary.h"
#include "ledger/figure.h"

#define FIGURES_OPTIONS                                             \
	{                                                           \
		{ "period", "PERIOD", PHRASE_OPTION_PERIOD, false },        \
		{ "metric", "METRIC", PHRASE_OPTION_METRIC, false },        \
		{ "unit", "UNIT", PHRASE_OPTION_UNIT, false },              \
		{ "by", "DIMENSION|unit", PHRASE_OPTION_BY, false },        \
		BOUNDARY_OPTION,                                            \
	}

int figures_run(const struct verb_call *call);

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
