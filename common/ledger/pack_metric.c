// The metrics of a pack being decoded: what each reads must be there and of a type that what is
// asked of it makes sense for. A metric may read fields of every lane, since a unit computes its
// figures where it can read all of its own; what leaves it are sums (DESIGN 7, 8).
#include "ledger/pack_check.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/limits.h"
#include "ledger/cell.h"

enum { METRIC_NUMBER_MAX = 0xfeff };

#define BIT(type) (1u << (type))

enum {
	TYPES_SUMMED = BIT(VALUE_INTEGER) | BIT(VALUE_MONEY),
	TYPES_TIME = BIT(VALUE_DATE) | BIT(VALUE_MONTH),
	TYPES_COMPARED = TYPES_SUMMED | TYPES_TIME | BIT(VALUE_OPTION) | BIT(VALUE_BOOL),
	TYPES_ANY = UINT16_MAX,
};

static_assert(VALUE_TYPE_END <= 16, "TYPES_ANY has a bit for every type");

// The field if it is there, plain (unless `keyed`) and of one of the types; NULL and refused otherwise.
static const struct pack_field *need_field(struct pack_check *check, const struct pack_place *place,
                                           const struct pack_kind *kind, const char *what, uint32_t number,
                                           unsigned types, bool keyed)
{
	const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? kind->by_number[number] : NULL;
	if (number == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: a field is needed here", what);
	else if (!field)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: kind \"%s\" has no field %" PRIu32, what,
		                  kind->name, number);
	else if (field->keyed != keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" is %s", what, field->name,
		                  keyed ? "not keyed" : "keyed: it has no one value");
	else if (!(BIT(field->type) & types))
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" of type %s does not fit here", what,
		                  field->name, value_type_name(field->type));
	return check->err ? NULL : field;
}

// ---- Filters ----

static void check_filter_count(struct pack_check *check, const struct pack_place *place, enum filter_test test,
                               size_t count)
{
	bool fits = test == FILTER_EXISTS ? count == 0 : test == FILTER_IN ? count > 0 : count == 1;
	if (!fits)
		pack_check_refuse(check, ERR_MALFORMED, place, "this test compares with %s",
		                  test == FILTER_EXISTS ? "nothing" : test == FILTER_IN ? "a list" : "exactly one value");
}

// Time that has passed holds for one stretch of months: from one on, or up to one.
static void check_elapsed(struct pack_check *check, const struct pack_place *place, const Tributary__PackFilter *from)
{
	int64_t most = from->by == FILTER_BY_AGE ? PACK_AGE_MAX : PACK_MONTHS_MAX;
	if (from->test == FILTER_UNEQUAL || from->test == FILTER_IN || from->test == FILTER_EXISTS)
		pack_check_refuse(check, ERR_MALFORMED, place,
		                  "age and months_since are compared by equal, less, at_most, greater or at_least");
	else if (from->n_numbers == 1 && (from->numbers[0] < 0 || from->numbers[0] > most))
		pack_check_refuse(check, ERR_RANGE, place, "%" PRId64 " is not between 0 and %" PRId64, from->numbers[0], most);
}

static void decode_filter(struct pack_check *check, const struct pack_place *place, const Tributary__PackFilter *from,
                          const struct pack_kind *kind, struct pack_filter *to)
{
	static const unsigned types[] = {
		[FILTER_BY_VALUE] = TYPES_COMPARED, [FILTER_BY_AGE] = BIT(VALUE_DATE), [FILTER_BY_MONTHS] = TYPES_TIME,
	};
	pack_check_range(check, place, "test", from->test, FILTER_EQUAL, FILTER_END - 1);
	pack_check_range(check, place, "by", from->by, FILTER_BY_VALUE, FILTER_BY_MONTHS);
	if (check->err)
		return;
	bool exists = from->test == FILTER_EXISTS;
	const struct pack_field *field = need_field(check, place, kind, "field", from->field,
	                                            exists ? TYPES_ANY : types[from->by], false);
	if (from->by != FILTER_BY_VALUE)
		check_elapsed(check, place, from);
	check_filter_count(check, place, (enum filter_test)from->test, from->n_numbers);
	int64_t *numbers = pack_check_list(check, place, "numbers", from->n_numbers, PACK_OPTIONS_MAX, sizeof *numbers);
	for (size_t i = 0; !check->err && i < from->n_numbers; i++) {
		numbers[i] = from->numbers[i];
		if (field->type == VALUE_OPTION && !pack_option_by_code(field, numbers[i]))
			pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" has no option %" PRId64, field->name,
			                  numbers[i]);
	}
	*to = (struct pack_filter){
		.field = (uint8_t)from->field,
		.by = (enum filter_by)from->by,
		.test = (enum filter_test)from->test,
		.number_count = from->n_numbers,
		.numbers = numbers,
	};
}

static void decode_filters(struct pack_check *check, const struct pack_place *place, const Tributary__PackMetric *from,
                           struct pack_metric *to)
{
	struct pack_filter *filters = pack_check_list(check, place, "filters", from->n_filters, PACK_FILTERS_MAX,
	                                              sizeof *filters);
	for (size_t i = 0; !check->err && i < from->n_filters; i++) {
		struct pack_place at = { .up = place, .list = "filters", .name = "", .index = i };
		decode_filter(check, &at, from->filters[i], to->kind, &filters[i]);
	}
	to->filter_count = from->n_filters;
	to->filters = filters;
}

// ---- Bands ----

static bool band_is_rest(const struct pack_band *band)
{
	return band->option_count == 0 && band->from == 0 && band->to == 0;
}

static void decode_band_options(struct pack_check *check, const struct pack_place *place,
                                const Tributary__PackBand *from, const struct pack_field *field, struct pack_band *to)
{
	uint16_t *options = pack_check_list(check, place, "options", from->n_options, PACK_OPTIONS_MAX, sizeof *options);
	for (size_t i = 0; !check->err && i < from->n_options; i++) {
		if (!pack_option_by_code(field, from->options[i])) {
			pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" has no option %" PRIu32, field->name,
			                  from->options[i]);
			return;
		}
		options[i] = (uint16_t)from->options[i];
	}
	to->option_count = from->n_options;
	to->options = options;
}

// Bounds that the engine can calculate with, whatever it adds to them.
static void check_band_ends(struct pack_check *check, const struct pack_place *place, const struct pack_band *band,
                            enum dimension_by by, enum value_type type)
{
	int64_t least = INT64_MIN, most = INT64_MAX;
	if (by == DIMENSION_AGE) {
		least = PACK_AGE_MIN;
		most = PACK_AGE_MAX;
	} else if (type == VALUE_DATE) {
		least = date_from_civil(DATE_YEAR_MIN, 1, 1);
		most = date_from_civil(DATE_YEAR_MAX, 12, 31);
	} else if (type == VALUE_MONTH) {
		least = DATE_YEAR_MIN * 12;
		most = DATE_YEAR_MAX * 12 + 11;
	}
	if (band->from > band->to)
		pack_check_refuse(check, ERR_RANGE, place, "from lies behind to");
	else if (band->from < least || band->to > most)
		pack_check_refuse(check, ERR_RANGE, place, "from or to lies out of all range");
}

static bool bands_overlap(const struct pack_band *a, const struct pack_band *b)
{
	if (band_is_rest(a) || band_is_rest(b))
		return band_is_rest(a) && band_is_rest(b);
	if (a->option_count == 0 || b->option_count == 0)
		return a->option_count == b->option_count && a->from <= b->to && b->from <= a->to;
	for (size_t i = 0; i < a->option_count; i++)
		for (size_t j = 0; j < b->option_count; j++)
			if (a->options[i] == b->options[j])
				return true;
	return false;
}

static void decode_band(struct pack_check *check, const struct pack_place *place, const Tributary__PackBand *from,
                        const struct pack_dimension *dimension, const struct pack_field *field, struct pack_band *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "code", from->code, 1, UINT16_MAX);
	*to = (struct pack_band){
		.code = (uint16_t)from->code,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.from = from->from,
		.to = from->to,
	};
	bool options = field->type == VALUE_OPTION;
	decode_band_options(check, place, from, field, to);
	if (check->err || band_is_rest(to))
		return;
	if (options != (from->n_options > 0) || (options && (from->from || from->to)))
		pack_check_refuse(check, ERR_MALFORMED, place, "a band of field \"%s\" is cut by %s", field->name,
		                  options ? "options" : "from and to");
	else if (!options)
		check_band_ends(check, place, to, dimension->by, field->type);
}

static void decode_bands(struct pack_check *check, const struct pack_place *place, const Tributary__PackDimension *from,
                         const struct pack_field *field, struct pack_dimension *to)
{
	struct pack_band *bands = pack_check_list(check, place, "bands", from->n_bands, PACK_BANDS_MAX, sizeof *bands);
	for (size_t i = 0; !check->err && i < from->n_bands; i++) {
		struct pack_place at = { .up = place, .list = "bands", .name = from->bands[i]->name, .index = i };
		decode_band(check, &at, from->bands[i], to, field, &bands[i]);
		for (size_t j = 0; !check->err && j < i; j++) {
			bool same = bands[i].code == bands[j].code || strcmp(bands[i].name, bands[j].name) == 0;
			if (same || bands_overlap(&bands[i], &bands[j]))
				pack_check_refuse(check, ERR_MALFORMED, &at, "%s band \"%s\"",
				                  same ? "has the code or name of" : "overlaps", bands[j].name);
		}
	}
	to->band_count = from->n_bands;
	to->bands = bands;
}

// ---- Dimensions ----

static void decode_dimension(struct pack_check *check, const struct pack_place *place,
                             const Tributary__PackDimension *from, const struct pack_kind *kind,
                             struct pack_dimension *to)
{
	static const unsigned types[] = {
		[DIMENSION_VALUE] = TYPES_COMPARED, [DIMENSION_AGE] = BIT(VALUE_DATE), [DIMENSION_DATE] = TYPES_TIME,
	};
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, CELL_DIMENSION_MAX);
	pack_check_range(check, place, "by", from->by, DIMENSION_VALUE, DIMENSION_DATE);
	if (check->err)
		return;
	const struct pack_field *field = need_field(check, place, kind, "field", from->field, types[from->by], false);
	*to = (struct pack_dimension){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.field = (uint8_t)from->field,
		.cut = field,
		.by = (enum dimension_by)from->by,
	};
	if (check->err)
		return;
	if (from->n_bands == 0 && field->type != VALUE_OPTION)
		pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" has no options, so the dimension needs bands",
		                  field->name);
	decode_bands(check, place, from, field, to);
}

static void decode_dimensions(struct pack_check *check, const struct pack_place *place,
                              const Tributary__PackMetric *from, struct pack_metric *to)
{
	struct pack_dimension *dimensions = pack_check_list(check, place, "dimensions", from->n_dimensions,
	                                                    LIMIT_METRIC_DIMENSIONS, sizeof *dimensions);
	for (size_t i = 0; !check->err && i < from->n_dimensions; i++) {
		const Tributary__PackDimension *dimension = from->dimensions[i];
		struct pack_place at = { .up = place, .list = "dimensions", .name = dimension->name, .index = i };
		decode_dimension(check, &at, dimension, to->kind, &dimensions[i]);
		for (size_t j = 0; !check->err && j < i; j++)
			if (dimensions[i].number == dimensions[j].number || strcmp(dimensions[i].name, dimensions[j].name) == 0)
				pack_check_refuse(check, ERR_MALFORMED, &at, "has the number or name of \"%s\"", dimensions[j].name);
	}
	to->dimension_count = from->n_dimensions;
	to->dimensions = dimensions;
}

// ---- Metrics ----

static bool is_keyed(const struct pack_kind *kind, uint8_t number)
{
	return kind->by_number[number] && kind->by_number[number]->keyed;
}

static void check_aggregate(struct pack_check *check, const struct pack_place *place, const struct pack_metric *metric)
{
	if (metric->aggregate == METRIC_COUNT && metric->field)
		pack_check_refuse(check, ERR_MALFORMED, place, "field: a count counts records and has none");
	else if (metric->aggregate == METRIC_SUM)
		need_field(check, place, metric->kind, "field", metric->field, TYPES_SUMMED, false);
	else if (metric->aggregate == METRIC_ELEMENTS)
		need_field(check, place, metric->kind, "field", metric->field, TYPES_ANY, true);
	else if (metric->aggregate == METRIC_MINIMUM || metric->aggregate == METRIC_MAXIMUM)
		need_field(check, place, metric->kind, "field", metric->field, TYPES_SUMMED, false);
	else if (metric->aggregate == METRIC_DISTINCT)
		need_field(check, place, metric->kind, "field", metric->field, TYPES_ANY, is_keyed(metric->kind, metric->field));
	if (pack_metric_of_month(metric) && metric->form != METRIC_FLOW)
		pack_check_refuse(check, ERR_MALFORMED, place,
		                  "form: distinct, minimum and maximum are of the records of a month, so a flow");
}

static void check_form(struct pack_check *check, const struct pack_place *place, const struct pack_metric *metric)
{
	if (metric->form == METRIC_FLOW && metric->until)
		pack_check_refuse(check, ERR_MALFORMED, place, "until: a flow happens once, only a stock ends");
	if (metric->form == METRIC_FLOW || metric->from)
		need_field(check, place, metric->kind, "from", metric->from, TYPES_TIME, false);
	if (metric->until)
		need_field(check, place, metric->kind, "until", metric->until, TYPES_TIME, false);
}

static void decode_late(struct pack_check *check, const struct pack_place *place, const Tributary__PackMetric *from,
                        struct pack_metric *to)
{
	pack_check_range(check, place, "late: days", from->late_days, 0, PACK_LATE_DAYS_MAX);
	if (from->late_after == 0 && from->late_days)
		pack_check_refuse(check, ERR_MALFORMED, place, "late: days after which date?");
	if (check->err || from->late_after == 0)
		return;
	need_field(check, place, to->kind, "late: after", from->late_after, BIT(VALUE_DATE), false);
	if (to->form != METRIC_FLOW)
		pack_check_refuse(check, ERR_MALFORMED, place, "late: only what happens once is late, so a flow");
	to->late_after = (uint8_t)from->late_after;
	to->late_days = (int32_t)from->late_days;
}

static void decode_reading(struct pack_check *check, const struct pack_place *place, const Tributary__PackMetric *from,
                           const struct pack *pack, struct pack_metric *to)
{
	to->kind = pack_kind_by_number(pack, from->kind);
	if (!to->kind)
		pack_check_refuse(check, ERR_MALFORMED, place, "kind: the pack has no kind %" PRIu32, from->kind);
	pack_check_range(check, place, "form", from->form, METRIC_FLOW, METRIC_STOCK);
	pack_check_range(check, place, "field", from->field, 0, UINT8_MAX);
	pack_check_range(check, place, "from", from->from, 0, UINT8_MAX);
	pack_check_range(check, place, "until", from->until, 0, UINT8_MAX);
	if (from->numerator || from->denominator)
		pack_check_refuse(check, ERR_MALFORMED, place, "numerator and denominator belong to a ratio");
	if (check->err)
		return;
	to->form = (enum metric_form)from->form;
	to->field = (uint8_t)from->field;
	to->from = (uint8_t)from->from;
	to->until = (uint8_t)from->until;
	check_aggregate(check, place, to);
	check_form(check, place, to);
	decode_late(check, place, from, to);
	decode_filters(check, place, from, to);
	decode_dimensions(check, place, from, to);
}

static void decode_ratio(struct pack_check *check, const struct pack_place *place, const Tributary__PackMetric *from,
                         struct pack_metric *to)
{
	bool reads = from->kind || from->form || from->field || from->from || from->until || from->n_filters
	             || from->n_dimensions || from->late_after || from->late_days;
	if (reads)
		pack_check_refuse(check, ERR_MALFORMED, place, "a ratio has a numerator and a denominator and nothing else");
	pack_check_range(check, place, "numerator", from->numerator, 1, METRIC_NUMBER_MAX);
	pack_check_range(check, place, "denominator", from->denominator, 1, METRIC_NUMBER_MAX);
	to->numerator = (uint16_t)from->numerator;
	to->denominator = (uint16_t)from->denominator;
}

static void decode_metric(struct pack_check *check, const struct pack_place *place, const Tributary__PackMetric *from,
                          const struct pack *pack, struct pack_metric *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, METRIC_NUMBER_MAX);
	pack_check_range(check, place, "aggregate", from->aggregate, METRIC_COUNT, METRIC_END - 1);
	if (check->err)
		return;
	*to = (struct pack_metric){
		.number = (uint16_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.aggregate = (enum metric_aggregate)from->aggregate,
	};
	if (to->aggregate == METRIC_RATIO)
		decode_ratio(check, place, from, to);
	else
		decode_reading(check, place, from, pack, to);
}

// ---- Ratios, once all metrics are there ----

static bool bands_alike(const struct pack_dimension *a, const struct pack_dimension *b)
{
	if (a->band_count != b->band_count)
		return false;
	for (size_t i = 0; i < a->band_count; i++)
		if (a->bands[i].code != b->bands[i].code || strcmp(a->bands[i].name, b->bands[i].name) != 0)
			return false;
	return true;
}

// Cut by bands of the same names and codes; or, without bands, by one field, whose codes are the buckets.
static bool dimensions_alike(const struct pack_metric *a, const struct pack_dimension *x,
                             const struct pack_metric *b, const struct pack_dimension *y)
{
	if (x->number != y->number || strcmp(x->name, y->name) != 0 || !bands_alike(x, y))
		return false;
	return x->band_count || (a->kind == b->kind && x->field == y->field);
}

static bool shared(const struct pack_metric *a, const struct pack_dimension *dimension, const struct pack_metric *b)
{
	for (size_t i = 0; i < b->dimension_count; i++)
		if (dimensions_alike(a, dimension, b, &b->dimensions[i]))
			return true;
	return false;
}

static void link_ratio(struct pack_check *check, const struct pack_place *place, const struct pack *pack,
                       struct pack_metric *ratio)
{
	const struct pack_metric *above = pack_metric_by_number(pack, ratio->numerator);
	const struct pack_metric *below = pack_metric_by_number(pack, ratio->denominator);
	if (!above || !below || !pack_metric_adds_up(above) || !pack_metric_adds_up(below)) {
		pack_check_refuse(check, ERR_MALFORMED, place,
		                  "numerator and denominator are metrics of this pack, no ratios and no extremes");
		return;
	}
	struct pack_dimension *dimensions = pack_check_list(check, place, "dimensions", above->dimension_count,
	                                                    LIMIT_METRIC_DIMENSIONS, sizeof *dimensions);
	for (size_t i = 0; dimensions && i < above->dimension_count; i++)
		if (shared(above, &above->dimensions[i], below))
			dimensions[ratio->dimension_count++] = above->dimensions[i];
	ratio->dimensions = dimensions;
}

void pack_check_metrics(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_metrics;
	struct pack_metric *metrics = pack_check_list(check, NULL, "metrics", count, LIMIT_PACK_METRICS, sizeof *metrics);
	struct pack_word *words = pack_check_list(check, NULL, "metrics", count, LIMIT_PACK_METRICS, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		const Tributary__PackMetric *metric = from->metrics[i];
		struct pack_place at = { .up = NULL, .list = "metrics", .name = metric->name, .index = i };
		decode_metric(check, &at, metric, to, &metrics[i]);
		if (!check->err && i && metrics[i].number <= metrics[i - 1].number)
			pack_check_refuse(check, ERR_MALFORMED, &at,
			                  "number %d: metrics stand in ascending order, each number once", metrics[i].number);
		words[3 * i] = (struct pack_word){ .text = metric->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = metric->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = metric->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->metric_count = count;
	to->metrics = metrics;
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = NULL, .list = "metrics", .name = metrics[i].name, .index = i };
		if (metrics[i].aggregate == METRIC_RATIO)
			link_ratio(check, &at, to, &metrics[i]);
	}
}

// ---- For scorecards, which read records as metrics do ----

const struct pack_field *pack_check_read(struct pack_check *check, const struct pack_place *place,
                                         const struct pack_kind *kind, const char *what, uint32_t number,
                                         unsigned types, bool keyed)
{
	return need_field(check, place, kind, what, number, types, keyed);
}

const struct pack_filter *pack_check_filters(struct pack_check *check, const struct pack_place *place,
                                             const struct pack_kind *kind, Tributary__PackFilter *const *from,
                                             size_t count)
{
	struct pack_filter *filters = pack_check_list(check, place, "filters", count, PACK_FILTERS_MAX, sizeof *filters);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = place, .list = "filters", .name = "", .index = i };
		decode_filter(check, &at, from[i], kind, &filters[i]);
	}
	return filters;
}
