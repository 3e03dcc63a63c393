// A ranking, of which only the bands are looked at.
#include "cli/figures_bands.h"

#include "io/machine.h"
#include "org/ranking.h"

static bool has_period(const struct pack_scorecard *card, struct period period)
{
	struct period own = score_period(card, period.first);
	bool year = period.first % 12 == 0 && period.last - period.first == 11;
	return (own.first == period.first && own.last == period.last) || (year && card->weight_count > 0);
}

enum err figures_bands(const struct boundary *boundary, const struct id *unit, const struct pack_scorecard *card,
                       struct period period, struct figure **found, size_t *count)
{
	struct command *command = boundary->command;
	struct score_rank *ranks;
	size_t units;
	const struct ranking_request request = {
		.txn = &command->txn, .pack = command->pack, .card = card, .unit = *unit, .period = period,
		.month = date_month(machine_today()), .tree = boundary->tree,
	};
	*count = 0;
	*found = arena_array(&command->arena, card->band_count, sizeof **found);
	if (!*found)
		return ERR_BUDGET;
	if (!has_period(card, period))
		return ERR_OK;
	enum err err = ranking_compute(&request, &command->arena, &ranks, &units);
	for (size_t b = 0; b < card->band_count && !err; b++) {
		struct figure figure = { .bucket = card->bands[b].code, .denominator = 1 };
		for (size_t i = 0; i < units; i++)
			figure.value += !ranks[i].apart && ranks[i].band == &card->bands[b];
		if (figure.value)
			(*found)[(*count)++] = figure;
	}
	return err;
}
