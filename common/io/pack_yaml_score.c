// Scorecards: names become numbers, points hundredths, a percentage a fraction.
#include "io/pack_yaml_score.h"

#include <stdlib.h>

#include "ledger/pack_score.h"

typedef const struct pack_place *where;

static const struct pack_names_word periods[] = {
	{ "month", 1 }, { "two_months", 2 }, { "quarter", 3 }, { "half_year", 6 }, { "year", 12 }, { NULL, 0 },
};

static const struct pack_names_word levels[] = {
	{ "own", AUTHORITY_OWN }, { "parent", AUTHORITY_PARENT }, { "ancestor", AUTHORITY_ANCESTOR }, { NULL, 0 },
};

static const struct pack_names_word truths[] = { { "true", 1 }, { "false", 2 }, { NULL, 0 } };

// Two decimals, as amounts of money have them. An absent one is 0.
static int64_t points_of(struct pack_names *names, where place, const char *key, const char *text)
{
	return text ? pack_names_scalar(names, place, key, VALUE_MONEY, text) : 0;
}

static uint32_t *put_codes(struct pack_names *names, where place, const struct pack_schema_field *field, char **texts,
                           size_t count)
{
	uint32_t *codes = pack_names_list(names, count, sizeof *codes);
	if (count && !field)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "options of which field?");
	for (size_t i = 0; !names->check.err && i < count; i++)
		codes[i] = pack_names_option(names, place, field, texts[i]);
	return codes;
}

// ---- Items ----

static const struct pack_schema_metric *metric_of(const struct pack_names *names, const char *name)
{
	for (unsigned i = 0; name && i < names->from->metrics_count; i++)
		if (strcmp(names->from->metrics[i].name, name) == 0)
			return &names->from->metrics[i];
	return NULL;
}

// A ratio is cut as its numerator is.
static const struct pack_schema_metric *cut_of(const struct pack_names *names, const struct pack_schema_metric *metric)
{
	return metric->numerator ? metric_of(names, metric->numerator) : metric;
}

static const struct pack_schema_dimension *dimension_of(const struct pack_schema_metric *metric, const char *name)
{
	for (unsigned i = 0; metric && i < metric->dimensions_count; i++)
		if (strcmp(metric->dimensions[i].name, name) == 0)
			return &metric->dimensions[i];
	return NULL;
}

static void put_bucket(struct pack_names *names, where place, const struct pack_schema_metric *metric,
                       const struct pack_schema_score_item *from, Tributary__PackScoreItem *to)
{
	const struct pack_schema_metric *cut = cut_of(names, metric);
	const struct pack_schema_dimension *dimension = from->by ? dimension_of(cut, from->by) : NULL;
	if (!from->by && !from->is)
		return;
	if (!dimension || !from->is) {
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "by and is: expected a dimension of metric \"%s\" and "
		                  "a part of it", metric->name);
		return;
	}
	to->dimension = dimension->number;
	for (unsigned i = 0; i < dimension->bands_count; i++)
		if (strcmp(dimension->bands[i].name, from->is) == 0)
			to->bucket = dimension->bands[i].code;
	if (dimension->bands_count == 0) {
		const struct pack_schema_kind *kind = pack_names_kind(names, place, "kind", cut->kind);
		const struct pack_schema_field *field = kind ? pack_names_field(names, place, "field", kind, dimension->field) : NULL;
		to->bucket = field ? pack_names_option(names, place, field, from->is) : 0;
	} else if (to->bucket == 0) {
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "is: dimension \"%s\" has no band \"%s\"",
		                  dimension->name, from->is);
	}
}

// "90%" of a ratio, an amount of a sum of money, else a whole number.
static void put_target(struct pack_names *names, where place, const struct pack_schema_metric *metric, char *text,
                       Tributary__PackScoreItem *to)
{
	size_t size = text ? strlen(text) : 0;
	if (size > 1 && text[size - 1] == '%') {
		char *number = pack_names_list(names, size, 1);
		if (!number)
			return;
		memcpy(number, text, size - 1); // zeroed behind
		to->target = pack_names_scalar(names, place, "target", VALUE_MONEY, number);
		to->target_of = 100 * 100;
		return;
	}
	const struct pack_schema_kind *kind = metric->kind && metric->field ? pack_names_kind(names, place, "kind", metric->kind) : NULL;
	const struct pack_schema_field *field = kind ? pack_names_field(names, place, "field", kind, metric->field) : NULL;
	enum value_type type = field && !field->keyed && strcmp(field->type, "money") == 0 ? VALUE_MONEY : VALUE_INTEGER;
	to->target = text ? pack_names_scalar(names, place, "target", type, text) : 0;
	to->target_of = 1;
}

static void put_figure(struct pack_names *names, where place, const struct pack_schema_score_item *from,
                       Tributary__PackScoreItem *to)
{
	const struct pack_schema_metric *metric = metric_of(names, from->metric);
	to->metric = pack_names_metric(names, place, "metric", from->metric);
	if (!metric)
		return;
	to->rule = from->proportional ? SCORE_PROPORTIONAL : from->per_missing ? SCORE_PER_MISSING : SCORE_TARGET;
	if (from->proportional && from->per_missing)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "proportional or per_missing, not both");
	to->each = points_of(names, place, "per_missing", from->per_missing);
	to->full_when_none = from->full_when_none;
	put_target(names, place, metric, from->target, to);
	put_bucket(names, place, metric, from, to);
}

static void put_assessed(struct pack_names *names, where place, const struct pack_schema_score_item *from,
                         Tributary__PackScoreItem *to)
{
	const struct pack_schema_kind *kind = pack_names_kind(names, place, "in", from->in);
	to->rule = SCORE_ASSESSED;
	to->level = pack_names_number(names, place, "assessed", from->assessed, levels);
	to->kind = kind ? kind->number : 0;
	const struct pack_schema_field *field = kind ? pack_names_field(names, place, "field", kind, from->field) : NULL;
	to->field = field ? field->number : 0;
}

// What only the other ways of getting points have.
static bool is_mixed(const struct pack_schema_score_item *from, bool individual)
{
	bool figure = from->metric || from->by || from->is || from->target || from->proportional || from->per_missing
	              || from->full_when_none;
	bool hand = from->assessed || from->in || from->field;
	bool records = from->options_count || from->only_count;
	return figure + hand + records > 1 || (individual && (figure || hand)) || (!individual && records);
}

struct individual {
	const struct pack_schema_field *sort, *standard; // NULL: none
};

static Tributary__PackScoreItem *put_item(struct pack_names *names, where place, const struct pack_schema_score_item *from,
                                          const struct individual *individual)
{
	Tributary__PackScoreItem *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackScoreItem)TRIBUTARY__PACK_SCORE_ITEM__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->points = points_of(names, place, "points", from->points);
	to->reward = from->reward;
	if (is_mixed(from, individual != NULL)) {
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "expected metric and target, or assessed, in and field, "
		                  "or (of individuals) options");
	} else if (individual) {
		to->rule = SCORE_RECORDS;
		to->n_options = from->options_count;
		to->options = put_codes(names, place, individual->sort, from->options, from->options_count);
		to->n_only = from->only_count;
		to->only = put_codes(names, place, individual->standard, from->only, from->only_count);
	} else if (from->metric) {
		put_figure(names, place, from, to);
	} else if (from->assessed) {
		put_assessed(names, place, from, to);
	}
	return to;
}

// ---- Bands ----

static void put_consequences(struct pack_names *names, const struct pack_schema_score_band *from, Tributary__PackScoreBand *to)
{
	to->n_consequences = from->consequences_count;
	to->consequences = pack_names_list(names, from->consequences_count, sizeof *to->consequences);
	for (unsigned i = 0; !names->check.err && i < from->consequences_count; i++) {
		const struct pack_schema_consequence *one = &from->consequences[i];
		Tributary__PackConsequence *consequence = to->consequences[i] = pack_names_list(names, 1, sizeof *consequence);
		if (!consequence)
			return;
		*consequence = (Tributary__PackConsequence)TRIBUTARY__PACK_CONSEQUENCE__INIT;
		consequence->name = one->name;
		consequence->title_zh = pack_names_text(one->title.zh);
		consequence->title_en = pack_names_text(one->title.en);
		consequence->loses_award = one->loses_award;
	}
}

static Tributary__PackScoreBand *put_band(struct pack_names *names, where place, const struct pack_schema_score_band *from)
{
	Tributary__PackScoreBand *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackScoreBand)TRIBUTARY__PACK_SCORE_BAND__INIT;
	to->code = from->code;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->from = points_of(names, place, "from", from->from);
	to->exempt = from->exempt;
	to->last = from->last;
	to->n_awards = from->awards_count;
	to->awards = pack_names_list(names, from->awards_count, sizeof *to->awards);
	for (unsigned i = 0; !names->check.err && i < from->awards_count; i++)
		to->awards[i] = pack_names_scalar(names, place, "awards", VALUE_MONEY, from->awards[i]);
	put_consequences(names, from, to);
	return to;
}

// ---- Individuals ----

static void put_points(struct pack_names *names, where place, const struct pack_schema_scorecard *card,
                       Tributary__PackScorecard *to, struct individual *individual)
{
	const struct pack_schema_points *from = card->from;
	const struct pack_schema_kind *subject = pack_names_kind(names, place, "subject", card->subject);
	const struct pack_schema_kind *kind = from ? pack_names_kind(names, place, "kind", from->kind) : NULL;
	Tributary__PackScorePoints *points = pack_names_list(names, 1, sizeof *points);
	if (!from)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "subject: expected from, the records that give points");
	if (!subject || !kind || !points)
		return;
	*points = (Tributary__PackScorePoints)TRIBUTARY__PACK_SCORE_POINTS__INIT;
	points->subject = subject->number;
	points->kind = kind->number;
	points->member = pack_names_field_number(names, place, "member", kind, from->member);
	points->when = pack_names_field_number(names, place, "when", kind, from->when);
	points->points = pack_names_field_number(names, place, "points", kind, from->points);
	points->sort = pack_names_field_number(names, place, "sort", kind, from->sort);
	points->standard = pack_names_field_number(names, place, "standard", subject, from->standard);
	points->from = pack_names_field_number(names, place, "from", subject, from->from);
	points->until = pack_names_field_number(names, place, "until", subject, from->until);
	individual->sort = from->sort ? pack_names_field(names, place, "sort", kind, from->sort) : NULL;
	individual->standard = from->standard ? pack_names_field(names, place, "standard", subject, from->standard) : NULL;
	points->n_exempt = from->exempt_count;
	points->exempt = put_codes(names, place, individual->sort, from->exempt, from->exempt_count);
	points->n_filters = from->filters_count;
	points->filters = pack_names_list(names, from->filters_count, sizeof *points->filters);
	for (unsigned i = 0; !names->check.err && i < from->filters_count; i++) {
		struct pack_place at = { .up = place, .list = "filters", .name = "", .index = i };
		points->filters[i] = pack_yaml_filter(names, &at, kind, &from->filters[i]);
	}
	to->points = points;
}

// ---- The whole ----

static void put_lists(struct pack_names *names, where place, const struct pack_schema_scorecard *from,
                      const struct individual *individual, Tributary__PackScorecard *to)
{
	to->n_unit_kinds = from->unit_kinds_count;
	to->unit_kinds = from->unit_kinds;
	to->n_weights = from->weights_count;
	to->weights = from->weights;
	to->n_items = from->items_count;
	to->items = pack_names_list(names, from->items_count, sizeof *to->items);
	for (unsigned i = 0; !names->check.err && i < from->items_count; i++) {
		struct pack_place at = { .up = place, .list = "items", .name = from->items[i].name, .index = i };
		to->items[i] = put_item(names, &at, &from->items[i], individual);
	}
	to->n_bands = from->bands_count;
	to->bands = pack_names_list(names, from->bands_count, sizeof *to->bands);
	for (unsigned i = 0; !names->check.err && i < from->bands_count; i++) {
		struct pack_place at = { .up = place, .list = "bands", .name = from->bands[i].name, .index = i };
		to->bands[i] = put_band(names, &at, &from->bands[i]);
	}
}

static Tributary__PackScorecard *put_scorecard(struct pack_names *names, where place, const struct pack_schema_scorecard *from)
{
	struct individual individual = { .sort = NULL, .standard = NULL };
	Tributary__PackScorecard *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackScorecard)TRIBUTARY__PACK_SCORECARD__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->months = pack_names_number(names, place, "period", from->period, periods);
	to->unranked = pack_names_number(names, place, "ranked", from->ranked, truths) == 2;
	to->reviewed = pack_names_number(names, place, "reviewed", from->reviewed, truths) == 1;
	to->base_points = points_of(names, place, "base", from->base);
	to->reward = points_of(names, place, "reward", from->reward);
	if (from->subject)
		put_points(names, place, from, to, &individual);
	else if (from->from)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "from: expected a subject, the kind of record that is scored");
	put_lists(names, place, from, from->subject ? &individual : NULL, to);
	return to;
}

static int compare(const void *left, const void *right)
{
	const Tributary__PackScorecard *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

void pack_yaml_score_put(struct pack_names *names, Tributary__Pack *to)
{
	to->n_scorecards = names->from->scorecards_count;
	to->scorecards = pack_names_list(names, to->n_scorecards, sizeof *to->scorecards);
	for (size_t i = 0; !names->check.err && i < to->n_scorecards; i++) {
		const struct pack_schema_scorecard *from = &names->from->scorecards[i];
		struct pack_place at = { .up = NULL, .list = "scorecards", .name = from->name, .index = i };
		to->scorecards[i] = put_scorecard(names, &at, from);
	}
	if (!names->check.err && to->n_scorecards)
		qsort(to->scorecards, to->n_scorecards, sizeof *to->scorecards, compare);
}
