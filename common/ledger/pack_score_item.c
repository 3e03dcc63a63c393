// One item of a scorecard being decoded: from a figure, by hand, or from point records.
#include <inttypes.h>

#include "ledger/pack_score_inside.h"

enum { PERCENT_MAX = 1000000 }; // of a target's two parts

typedef const struct pack_place *where;

// ---- Items: from figures ----

static bool dimension_has(const struct pack_dimension *dimension, uint32_t bucket)
{
	for (size_t i = 0; i < dimension->band_count; i++)
		if (dimension->bands[i].code == bucket)
			return true;
	return dimension->band_count == 0 && pack_option_by_code(dimension->cut, bucket);
}

static void decode_bucket(struct pack_check *check, where place, const Tributary__PackScoreItem *from,
                          struct pack_score_item *to)
{
	for (size_t i = 0; i < to->metric->dimension_count; i++)
		if (to->metric->dimensions[i].number == from->dimension)
			to->dimension = &to->metric->dimensions[i];
	if (from->dimension == 0 && from->bucket == 0)
		return;
	if (!to->dimension || !dimension_has(to->dimension, from->bucket))
		pack_check_refuse(check, ERR_MALFORMED, place, "metric \"%s\" is not cut that way", to->metric->name);
	to->bucket = (uint16_t)from->bucket;
}

static void check_target(struct pack_check *check, where place, const struct pack_score_item *item)
{
	bool ratio = item->metric->aggregate == METRIC_RATIO;
	if (item->target < 1 || item->target > PACK_SCORE_TARGET_MAX)
		pack_check_refuse(check, ERR_RANGE, place, "target: expected more than nothing");
	else if (ratio && (item->target_of < 2 || item->target_of > PERCENT_MAX || item->target > PERCENT_MAX))
		pack_check_refuse(check, ERR_MALFORMED, place, "target: of a ratio expected a percentage, such as 90%%");
	else if (!ratio && item->target_of != 1)
		pack_check_refuse(check, ERR_MALFORMED, place, "target: metric \"%s\" is no ratio", item->metric->name);
	else if (item->full_when_none && !ratio)
		pack_check_refuse(check, ERR_MALFORMED, place, "full_when_none belongs to a ratio");
}

static void decode_figure(struct pack_check *check, where place, const Tributary__PackScoreItem *from,
                          const struct pack *pack, struct pack_score_item *to)
{
	to->metric = pack_metric_by_number(pack, from->metric);
	if (!to->metric) {
		pack_check_refuse(check, ERR_MALFORMED, place, "metric: the pack has no metric %" PRIu32, from->metric);
		return;
	}
	to->target = from->target;
	to->target_of = from->target_of;
	to->each = from->each;
	to->full_when_none = from->full_when_none;
	decode_bucket(check, place, from, to);
	check_target(check, place, to);
	pack_score_check_points(check, place, "each", from->each);
	if ((to->rule == SCORE_PER_MISSING) != (to->each > 0))
		pack_check_refuse(check, ERR_MALFORMED, place, "points lost for each one missing belong to that rule");
}

// ---- Items: by hand ----

static const struct pack_field *month_of(const struct pack_kind *kind)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].type == VALUE_MONTH && !kind->fields[i].keyed)
			return &kind->fields[i];
	return NULL;
}

// Whoever assesses must be able to write both, and to give no more than there is.
static void check_assessed(struct pack_check *check, where place, const struct pack_score_item *item,
                           const struct pack_field *month, const struct pack_field *field)
{
	static const enum relation relations[] = {
		[AUTHORITY_OWN] = RELATION_OWN, [AUTHORITY_PARENT] = RELATION_PARENT, [AUTHORITY_ANCESTOR] = RELATION_ANCESTOR,
	};
	enum relation who = relations[item->level];
	int64_t unit = field->type == VALUE_INTEGER ? PACK_SCORE_POINT : 1;
	if (!month)
		pack_check_refuse(check, ERR_MALFORMED, place, "kind \"%s\" has no field of type month", item->kind->name);
	else if (!authority_allows(month->authority, who))
		pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" is not the assessor's to write", month->name);
	else if (field->authority != item->level)
		pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" has authority %s, expected %s", field->name,
		                  authority_name(field->authority), authority_name(item->level));
	else if (field->minimum < 0 || field->maximum < 1 || field->maximum > item->points / unit)
		pack_check_refuse(check, ERR_RANGE, place, "field \"%s\": expected minimum 0 and maximum %" PRId64 " or less",
		                  field->name, item->points / PACK_SCORE_POINT);
}

static void decode_assessed(struct pack_check *check, where place, const Tributary__PackScoreItem *from,
                            const struct pack *pack, struct pack_score_item *to)
{
	to->kind = pack_kind_by_number(pack, from->kind);
	pack_check_range(check, place, "assessed", from->level, AUTHORITY_OWN, AUTHORITY_ANCESTOR);
	if (!to->kind)
		pack_check_refuse(check, ERR_MALFORMED, place, "in: the pack has no kind %" PRIu32, from->kind);
	if (check->err)
		return;
	const struct pack_field *month = month_of(to->kind);
	const struct pack_field *field = pack_check_read(check, place, to->kind, "field", from->field, PACK_SCORE_TYPES, false);
	to->level = (enum authority)from->level;
	if (!field)
		return;
	check_assessed(check, place, to, month, field);
	to->field = field->number;
	to->month = month ? month->number : 0;
}

// ---- Items ----

static void decode_sorts(struct pack_check *check, where place, const Tributary__PackScoreItem *from,
                         const struct pack_points *points, struct pack_score_item *to)
{
	const struct pack_field *sort = points->sort ? points->kind->by_number[points->sort] : NULL;
	const struct pack_field *standard = points->standard ? points->subject->by_number[points->standard] : NULL;
	to->options = pack_score_codes(check, place, "options", sort, from->options, from->n_options);
	to->only = pack_score_codes(check, place, "only", standard, from->only, from->n_only);
	to->option_count = from->n_options;
	to->only_count = from->n_only;
}

void pack_score_item(struct pack_check *check, where place, const Tributary__PackScoreItem *from,
                     const struct pack *pack, const struct pack_points *points, struct pack_score_item *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, UINT8_MAX);
	pack_check_range(check, place, "rule", from->rule, SCORE_TARGET, SCORE_RULE_END - 1);
	pack_score_check_points(check, place, "points", from->points);
	if ((points != NULL) != (from->rule == SCORE_RECORDS))
		pack_check_refuse(check, ERR_MALFORMED, place, points ? "individuals get their points from records"
		                                                      : "expected a metric, or by whom it is assessed");
	if (check->err)
		return;
	*to = (struct pack_score_item){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.points = from->points,
		.rule = (enum score_rule)from->rule,
		.reward = from->reward,
	};
	if (to->rule == SCORE_RECORDS)
		decode_sorts(check, place, from, points, to);
	else if (to->rule == SCORE_ASSESSED)
		decode_assessed(check, place, from, pack, to);
	else
		decode_figure(check, place, from, pack, to);
}
