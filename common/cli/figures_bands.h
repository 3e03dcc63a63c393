// How many units stand in each band of a scorecard, as a figure: computed at the asking, as rankings are.
#ifndef TRIBUTARY_CLI_FIGURES_BANDS_H
#define TRIBUTARY_CLI_FIGURES_BANDS_H

#include "cli/boundary.h"
#include "ledger/figure.h"
#include "ledger/pack_score.h"

// Of the units at or below `unit` that are reported and assessed, by code of the band; none, where the period
// is not one of the scorecard's. *found in the command's arena.
enum err figures_bands(const struct boundary *boundary, const struct id *unit, const struct pack_scorecard *card,
                       struct period period, struct figure **found, size_t *count);

#endif
