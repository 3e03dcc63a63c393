// The scorecards of a pack being decoded: what each item reads must be there, and no sum of points
// may leave the range that the engine calculates in. What individuals are scored by must be private.
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "ledger/pack_score_inside.h"

#define BIT(type) PACK_SCORE_BIT(type)

enum { TYPES_TIME = BIT(VALUE_DATE) | BIT(VALUE_MONTH) };

typedef const struct pack_place *where;

void pack_score_check_points(struct pack_check *check, where place, const char *what, int64_t points)
{
	if (points < 0 || points > PACK_SCORE_POINTS_MAX)
		pack_check_refuse(check, ERR_RANGE, place, "%s: not between 0 and %" PRId64 " points", what,
		                  PACK_SCORE_POINTS_MAX / PACK_SCORE_POINT);
}

// Number and name are one item's alone, in a list of things that begin with both.
static void check_unique(struct pack_check *check, where place, uint32_t number, const char *name, uint32_t other_number,
                         const char *other_name)
{
	if (number == other_number || strcmp(name, other_name) == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "has the number, code or name of \"%s\"", other_name);
}

// Codes of an option field.
const uint16_t *pack_score_codes(struct pack_check *check, where place, const char *what, const struct pack_field *field,
                                    const uint32_t *from, size_t count)
{
	uint16_t *codes = pack_check_list(check, place, what, count, PACK_OPTIONS_MAX, sizeof *codes);
	for (size_t i = 0; !check->err && i < count; i++) {
		codes[i] = (uint16_t)from[i];
		if (!field || !pack_option_by_code(field, from[i]))
			pack_check_refuse(check, ERR_MALFORMED, place, "%s: no option %" PRIu32 " in the field", what, from[i]);
	}
	return codes;
}

// ---- Items ----

static bool option_in_two(const struct pack_score_item *a, const struct pack_score_item *b)
{
	for (size_t i = 0; i < a->option_count; i++)
		for (size_t j = 0; j < b->option_count; j++)
			if (a->options[i] == b->options[j])
				return true;
	return false;
}

static void decode_items(struct pack_check *check, where place, const Tributary__PackScorecard *from,
                         const struct pack *pack, struct pack_scorecard *to)
{
	struct pack_score_item *items = pack_check_list(check, place, "items", from->n_items, PACK_SCORE_ITEMS_MAX,
	                                                sizeof *items);
	if (!check->err && from->n_items == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "has no items");
	for (size_t i = 0; !check->err && i < from->n_items; i++) {
		struct pack_place at = { .up = place, .list = "items", .name = from->items[i]->name, .index = i };
		pack_score_item(check, &at, from->items[i], pack, to->points, &items[i]);
		for (size_t j = 0; !check->err && j < i; j++) {
			check_unique(check, &at, items[i].number, items[i].name, items[j].number, items[j].name);
			if (option_in_two(&items[i], &items[j]) && items[i].only_count == 0 && items[j].only_count == 0)
				pack_check_refuse(check, ERR_MALFORMED, &at, "shares an option with \"%s\"", items[j].name);
		}
	}
	to->item_count = from->n_items;
	to->items = items;
}

// ---- Bands ----

static void decode_consequences(struct pack_check *check, where place, const Tributary__PackScoreBand *from,
                                struct pack_score_band *to)
{
	struct pack_consequence *consequences = pack_check_list(check, place, "consequences", from->n_consequences,
	                                                        PACK_SCORE_LIST_MAX, sizeof *consequences);
	for (size_t i = 0; !check->err && i < from->n_consequences; i++) {
		const Tributary__PackConsequence *one = from->consequences[i];
		struct pack_place at = { .up = place, .list = "consequences", .name = one->name, .index = i };
		pack_check_name(check, &at, one->name);
		consequences[i] = (struct pack_consequence){
			.name = one->name,
			.title = pack_check_title(check, &at, one->title_zh, one->title_en, true),
			.loses_award = one->loses_award,
		};
	}
	to->consequence_count = from->n_consequences;
	to->consequences = consequences;
}

static void decode_awards(struct pack_check *check, where place, const Tributary__PackScoreBand *from,
                          struct pack_score_band *to)
{
	int64_t *awards = pack_check_list(check, place, "awards", from->n_awards, PACK_SCORE_LIST_MAX, sizeof *awards);
	for (size_t i = 0; !check->err && i < from->n_awards; i++) {
		awards[i] = from->awards[i];
		if (awards[i] < 0 || awards[i] > PACK_SCORE_TARGET_MAX)
			pack_check_refuse(check, ERR_RANGE, place, "awards: not an amount that can be given");
	}
	to->award_count = from->n_awards;
	to->awards = awards;
}

static void decode_band(struct pack_check *check, where place, const Tributary__PackScoreBand *from,
                        const struct pack_scorecard *card, struct pack_score_band *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "code", from->code, 1, UINT16_MAX);
	pack_score_check_points(check, place, "from", from->from);
	*to = (struct pack_score_band){
		.code = (uint16_t)from->code,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.from = from->from,
		.exempt = from->exempt,
		.last = from->last,
	};
	decode_awards(check, place, from, to);
	decode_consequences(check, place, from, to);
	if (to->exempt && (!card->points || to->from || from->n_awards || from->n_consequences))
		pack_check_refuse(check, ERR_MALFORMED, place, "a band of the exempt is for individuals and has nothing else");
	else if ((from->n_awards || from->n_consequences || from->last) && (card->points || card->unranked))
		pack_check_refuse(check, ERR_MALFORMED, place, "awards and consequences belong to what is ranked");
}

static int compare_bands(const void *left, const void *right)
{
	const struct pack_score_band *a = left, *b = right;
	if (a->exempt != b->exempt)
		return a->exempt ? 1 : -1;
	return (a->from < b->from) - (a->from > b->from);
}

static void decode_bands(struct pack_check *check, where place, const Tributary__PackScorecard *from,
                         struct pack_scorecard *to)
{
	struct pack_score_band *bands = pack_check_list(check, place, "bands", from->n_bands, PACK_SCORE_BANDS_MAX,
	                                                sizeof *bands);
	bool floor = from->n_bands == 0;
	for (size_t i = 0; !check->err && i < from->n_bands; i++) {
		struct pack_place at = { .up = place, .list = "bands", .name = from->bands[i]->name, .index = i };
		decode_band(check, &at, from->bands[i], to, &bands[i]);
		floor |= bands[i].from == 0 && !bands[i].exempt;
		for (size_t j = 0; !check->err && j < i; j++) {
			check_unique(check, &at, bands[i].code, bands[i].name, bands[j].code, bands[j].name);
			if (bands[i].from == bands[j].from && bands[i].exempt == bands[j].exempt)
				pack_check_refuse(check, ERR_MALFORMED, &at, "begins where \"%s\" does", bands[j].name);
		}
	}
	if (!check->err && !floor)
		pack_check_refuse(check, ERR_MALFORMED, place, "bands: the lowest one begins at 0");
	if (!check->err && from->n_bands)
		qsort(bands, from->n_bands, sizeof *bands, compare_bands);
	to->band_count = from->n_bands;
	to->bands = bands;
}

// ---- Where individuals' points come from ----

static void need_private(struct pack_check *check, where place, const struct pack_kind *kind, uint32_t number)
{
	const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? kind->by_number[number] : NULL;
	if (field && field->lane != LANE_PRIVATE)
		pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" of kind \"%s\": what individuals are scored by "
		                  "lies in lane private", field->name, kind->name);
}

static void check_point_fields(struct pack_check *check, where place, const Tributary__PackScorePoints *from,
                               const struct pack_points *to)
{
	const struct { const char *what; uint32_t number; unsigned types; bool needed; const struct pack_kind *kind; } fields[] = {
		{ "member", from->member, BIT(VALUE_RECORD), true, to->kind },
		{ "when", from->when, TYPES_TIME, true, to->kind },
		{ "points", from->points, PACK_SCORE_TYPES, true, to->kind },
		{ "sort", from->sort, BIT(VALUE_OPTION), false, to->kind },
		{ "standard", from->standard, BIT(VALUE_OPTION), false, to->subject },
		{ "from", from->from, TYPES_TIME, false, to->subject },
		{ "until", from->until, TYPES_TIME, false, to->subject },
	};
	for (size_t i = 0; !check->err && i < sizeof fields / sizeof *fields; i++) {
		if (fields[i].needed || fields[i].number)
			pack_check_read(check, place, fields[i].kind, fields[i].what, fields[i].number, fields[i].types, false);
		if (fields[i].kind == to->kind)
			need_private(check, place, to->kind, fields[i].number);
	}
}

static void decode_points(struct pack_check *check, where place, const Tributary__PackScorePoints *from,
                          const struct pack *pack, struct pack_scorecard *card)
{
	struct pack_points *to = pack_check_list(check, place, "points", 1, 1, sizeof *to);
	if (!to)
		return;
	to->subject = pack_kind_by_number(pack, from->subject);
	to->kind = pack_kind_by_number(pack, from->kind);
	if (!to->subject || !to->kind || to->subject == to->kind) {
		pack_check_refuse(check, ERR_MALFORMED, place, "expected two kinds: whom to score, and what gives points");
		return;
	}
	check_point_fields(check, place, from, to);
	if (check->err)
		return;
	to->member = (uint8_t)from->member;
	to->when = (uint8_t)from->when;
	to->points = (uint8_t)from->points;
	to->sort = (uint8_t)from->sort;
	to->standard = (uint8_t)from->standard;
	to->from = (uint8_t)from->from;
	to->until = (uint8_t)from->until;
	if (to->kind->by_number[to->member]->refers != to->subject->number)
		pack_check_refuse(check, ERR_MALFORMED, place, "member: the field does not refer to kind \"%s\"",
		                  to->subject->name);
	to->filters = pack_check_filters(check, place, to->kind, from->filters, from->n_filters);
	to->filter_count = from->n_filters;
	to->exempt = pack_score_codes(check, place, "exempt", to->sort ? to->kind->by_number[to->sort] : NULL, from->exempt,
	                          from->n_exempt);
	to->exempt_count = from->n_exempt;
	card->points = to;
}

// ---- The whole ----

static void decode_unit_kinds(struct pack_check *check, where place, const Tributary__PackScorecard *from,
                              const struct pack *pack, struct pack_scorecard *to)
{
	const char **kinds = pack_check_list(check, place, "unit kinds", from->n_unit_kinds, PACK_SCORE_LIST_MAX, sizeof *kinds);
	if (!check->err && from->n_unit_kinds == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "unit_kinds: for no kind of unit");
	for (size_t i = 0; !check->err && i < from->n_unit_kinds; i++) {
		const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, from->unit_kinds[i]);
		if (!kind)
			pack_check_refuse(check, ERR_MALFORMED, place, "unit_kinds: no kind of unit is called \"%s\"",
			                  from->unit_kinds[i]);
		kinds[i] = kind ? kind->name : "";
	}
	to->unit_kind_count = from->n_unit_kinds;
	to->unit_kinds = kinds;
}

static void decode_weights(struct pack_check *check, where place, const Tributary__PackScorecard *from,
                           struct pack_scorecard *to)
{
	uint16_t *weights = pack_check_list(check, place, "weights", from->n_weights, 12, sizeof *weights);
	if (!check->err && from->n_weights && (to->months == 12 || to->points || from->n_weights != 12u / to->months))
		pack_check_refuse(check, ERR_MALFORMED, place, "weights: one for each period of a year, of a unit's scorecard");
	for (size_t i = 0; !check->err && i < from->n_weights; i++) {
		pack_check_range(check, place, "weight", from->weights[i], 1, PACK_SCORE_WEIGHT_MAX);
		weights[i] = (uint16_t)from->weights[i];
	}
	to->weight_count = from->n_weights;
	to->weights = weights;
}

// Months are submitted by those who keep a ledger, and approved figures take the place of others by their difference.
static void check_reviewed(struct pack_check *check, where place, const struct pack *pack, const struct pack_scorecard *card)
{
	if (card->points)
		pack_check_refuse(check, ERR_MALFORMED, place, "reviewed: individuals' points are in no month that is submitted");
	for (size_t i = 0; i < card->unit_kind_count; i++) {
		const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, card->unit_kinds[i]);
		if (kind && !kind->ledger)
			pack_check_refuse(check, ERR_MALFORMED, place, "reviewed: units of kind \"%s\" keep no ledger", kind->name);
	}
	for (size_t i = 0; i < card->item_count; i++) {
		const struct pack_metric *metric = card->items[i].metric;
		if (metric && metric->aggregate != METRIC_RATIO && !pack_metric_adds_up(metric))
			pack_check_refuse(check, ERR_MALFORMED, place, "reviewed: metric \"%s\" does not add up", metric->name);
	}
}

static void decode_scorecard(struct pack_check *check, where place, const Tributary__PackScorecard *from,
                             const struct pack *pack, struct pack_scorecard *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, UINT8_MAX);
	pack_check_range(check, place, "months", from->months, 1, 12);
	pack_score_check_points(check, place, "base", from->base_points);
	pack_score_check_points(check, place, "reward", from->reward);
	if (pack_metric_by_name(pack, from->name))
		pack_check_refuse(check, ERR_MALFORMED, place, "a metric is called so, too");
	if (!check->err && 12 % from->months)
		pack_check_refuse(check, ERR_RANGE, place, "period: a year has no whole number of them");
	if (check->err)
		return;
	*to = (struct pack_scorecard){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.months = (uint8_t)from->months,
		.unranked = from->unranked,
		.reviewed = from->reviewed,
		.base = from->base_points,
		.reward = from->reward,
	};
	decode_unit_kinds(check, place, from, pack, to);
	if (from->points)
		decode_points(check, place, from->points, pack, to);
	if (!check->err)
		decode_items(check, place, from, pack, to);
	decode_bands(check, place, from, to);
	decode_weights(check, place, from, to);
	if (!check->err && to->reviewed)
		check_reviewed(check, place, pack, to);
}

void pack_score_check(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_scorecards;
	struct pack_scorecard *cards = pack_check_list(check, NULL, "scorecards", count, PACK_SCORECARDS_MAX, sizeof *cards);
	struct pack_word *words = pack_check_list(check, NULL, "scorecards", count, PACK_SCORECARDS_MAX, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		const Tributary__PackScorecard *card = from->scorecards[i];
		struct pack_place at = { .up = NULL, .list = "scorecards", .name = card->name, .index = i };
		decode_scorecard(check, &at, card, to, &cards[i]);
		if (!check->err && i && cards[i].number <= cards[i - 1].number)
			pack_check_refuse(check, ERR_MALFORMED, &at,
			                  "number %d: scorecards stand in ascending order, each number once", cards[i].number);
		words[3 * i] = (struct pack_word){ .text = card->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = card->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = card->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->scorecard_count = count;
	to->scorecards = cards;
}
