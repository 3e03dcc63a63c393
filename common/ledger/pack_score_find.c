// Look-ups in the scorecards of a decoded pack.
#include "ledger/pack_score.h"

static bool title_is(const struct title *title, const char *text)
{
	return *text && (strcmp(title->zh, text) == 0 || strcmp(title->en, text) == 0);
}

const struct pack_scorecard *pack_score_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->scorecard_count; i++)
		if (strcmp(pack->scorecards[i].name, name) == 0 || title_is(&pack->scorecards[i].title, name))
			return &pack->scorecards[i];
	return NULL;
}

bool pack_score_for(const struct pack_scorecard *card, const char *unit_kind)
{
	for (size_t i = 0; i < card->unit_kind_count; i++)
		if (strcmp(card->unit_kinds[i], unit_kind) == 0)
			return true;
	return false;
}

const struct pack_score_item *pack_score_item_by_name(const struct pack_scorecard *card, const char *name)
{
	for (size_t i = 0; i < card->item_count; i++)
		if (strcmp(card->items[i].name, name) == 0 || title_is(&card->items[i].title, name))
			return &card->items[i];
	return NULL;
}

const struct pack_score_band *pack_score_band_by_code(const struct pack_scorecard *card, uint16_t code)
{
	for (size_t i = 0; i < card->band_count; i++)
		if (card->bands[i].code == code)
			return &card->bands[i];
	return NULL;
}
