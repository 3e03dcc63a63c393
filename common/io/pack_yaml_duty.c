// The names that cadences and checks use become numbers here; what does not fit together is left to
// pack_decode(), as in io/pack_yaml.
#include "io/pack_yaml_duty.h"

#include <stdlib.h>

#include "ledger/pack_duty.h"

typedef const struct pack_place *where;

static const struct pack_names_word lengths[] = {
	{ "month", 1 }, { "quarter", 3 }, { "half_year", 6 }, { "year", 12 }, { NULL, 0 },
};

// ---- A metric, a dimension of it, a bucket of that ----

static const struct pack_schema_metric *find_metric(const struct pack_names *names, const char *name)
{
	for (unsigned i = 0; name && i < names->from->metrics_count; i++)
		if (strcmp(names->from->metrics[i].name, name) == 0)
			return &names->from->metrics[i];
	return NULL;
}

static uint32_t band_code(struct pack_names *names, where place, const struct pack_schema_dimension *dimension,
                          const char *name)
{
	for (unsigned i = 0; i < dimension->bands_count; i++)
		if (strcmp(dimension->bands[i].name, name) == 0)
			return dimension->bands[i].code;
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "bucket: dimension \"%s\" has no band \"%s\"", dimension->name, name);
	return 0;
}

static const struct pack_schema_dimension *find_dimension(struct pack_names *names, where place,
                                                          const struct pack_schema_metric *metric, const char *name)
{
	for (unsigned i = 0; i < metric->dimensions_count; i++)
		if (strcmp(metric->dimensions[i].name, name) == 0)
			return &metric->dimensions[i];
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "dimension: metric \"%s\" has no dimension \"%s\"", metric->name, name);
	return NULL;
}

// What is not there in the file is 0.
struct measure {
	uint32_t metric, dimension, bucket;
};

static struct measure find_measure(struct pack_names *names, where place, const char *metric_name,
                                   const char *dimension_name, const char *bucket)
{
	struct measure measure = { .metric = pack_names_metric(names, place, "metric", metric_name) };
	const struct pack_schema_metric *metric = find_metric(names, metric_name);
	if (bucket && !dimension_name)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "bucket: needs a dimension");
	if (!metric || !dimension_name || names->check.err)
		return measure;
	const struct pack_schema_dimension *dimension = find_dimension(names, place, metric, dimension_name);
	if (!dimension)
		return measure;
	measure.dimension = dimension->number;
	if (!bucket)
		return measure;
	if (dimension->bands_count) {
		measure.bucket = band_code(names, place, dimension, bucket);
		return measure;
	}
	const struct pack_schema_kind *kind = pack_names_kind(names, place, "kind", metric->kind);
	const struct pack_schema_field *field = kind ? pack_names_field(names, place, "field", kind, dimension->field) : NULL;
	measure.bucket = field ? pack_names_option(names, place, field, bucket) : 0;
	return measure;
}

// ---- Terms ----

static Tributary__PackTerm *put_term(struct pack_names *names, where place, const struct pack_schema_term *from)
{
	Tributary__PackTerm *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackTerm)TRIBUTARY__PACK_TERM__INIT;
	if ((from->metric != NULL) + (from->units_count > 0) + from->age != 1) {
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "expected exactly one of metric, units, age: true");
		return NULL;
	}
	if (!from->metric && (from->dimension || from->bucket || from->each))
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "dimension, bucket and each belong to a metric");
	if (from->metric) {
		struct measure measure = find_measure(names, place, from->metric, from->dimension, from->bucket);
		to->metric = measure.metric;
		to->dimension = measure.dimension;
		to->bucket = measure.bucket;
	}
	to->of = from->metric ? PACK_TERM_METRIC : from->age ? PACK_TERM_AGE : PACK_TERM_UNITS;
	to->each = from->each;
	to->n_kinds = from->units_count;
	to->kinds = from->units;
	to->at_least = from->at_least ? pack_names_scalar(names, place, "at_least", VALUE_INTEGER, from->at_least) : 0;
	to->at_most = from->at_most ? pack_names_scalar(names, place, "at_most", VALUE_INTEGER, from->at_most) : 0;
	to->open = !from->at_most;
	return to;
}

static Tributary__PackTerm **put_terms(struct pack_names *names, where place, const char *list,
                                       const struct pack_schema_term *from, size_t count)
{
	Tributary__PackTerm **terms = pack_names_list(names, count, sizeof(Tributary__PackTerm *));
	for (size_t i = 0; !names->check.err && i < count; i++) {
		struct pack_place at = { .up = place, .list = list, .name = "", .index = i };
		terms[i] = put_term(names, &at, &from[i]);
	}
	return terms;
}

// ---- Cadences ----

static Tributary__PackCadenceTarget *put_target(struct pack_names *names, const struct pack_schema_target *from)
{
	Tributary__PackCadenceTarget *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackCadenceTarget)TRIBUTARY__PACK_CADENCE_TARGET__INIT;
	to->n_kinds = from->kinds_count;
	to->kinds = from->kinds;
	to->at_least = from->at_least;
	return to;
}

static Tributary__PackCadence *put_cadence(struct pack_names *names, where place, const struct pack_schema_cadence *from)
{
	Tributary__PackCadence *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	struct measure measure = find_measure(names, place, from->metric, from->dimension, from->bucket);
	*to = (Tributary__PackCadence)TRIBUTARY__PACK_CADENCE__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->metric = measure.metric;
	to->dimension = measure.dimension;
	to->bucket = measure.bucket;
	to->every = pack_names_number(names, place, "every", from->every, lengths);
	to->from_day = from->from_day;
	to->by_day = from->by_day;
	to->since = from->since ? (int32_t)pack_names_scalar(names, place, "since", VALUE_MONTH, from->since) : 0;
	to->for_each = from->for_each ? pack_names_metric(names, place, "for_each", from->for_each) : 0;
	to->n_targets = from->units_count;
	to->targets = pack_names_list(names, to->n_targets, sizeof *to->targets);
	for (unsigned i = 0; !names->check.err && i < from->units_count; i++)
		to->targets[i] = put_target(names, &from->units[i]);
	to->n_when = from->when_count;
	to->when = put_terms(names, place, "when", from->when, from->when_count);
	return to;
}

// ---- Checks ----

static Tributary__PackCheck *put_check(struct pack_names *names, where place, const struct pack_schema_check *from)
{
	Tributary__PackCheck *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackCheck)TRIBUTARY__PACK_CHECK__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->hint_zh = pack_names_text(from->hint.zh);
	to->hint_en = pack_names_text(from->hint.en);
	to->n_kinds = from->kinds_count;
	to->kinds = from->kinds;
	to->n_under = from->under_count;
	to->under = from->under;
	to->n_when = from->when_count;
	to->when = put_terms(names, place, "when", from->when, from->when_count);
	to->n_expect = from->expect_count;
	to->expect = put_terms(names, place, "expect", from->expect, from->expect_count);
	return to;
}

// ---- Both, in any order in the file ----

static int compare_cadences(const void *left, const void *right)
{
	const Tributary__PackCadence *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static int compare_checks(const void *left, const void *right)
{
	const Tributary__PackCheck *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

void pack_yaml_duty(struct pack_names *names, Tributary__Pack *to)
{
	const struct pack_schema *from = names->from;
	to->cadences = pack_names_list(names, from->cadences_count, sizeof *to->cadences);
	for (size_t i = 0; !names->check.err && i < from->cadences_count; i++) {
		struct pack_place at = { .up = NULL, .list = "cadences", .name = from->cadences[i].name, .index = i };
		to->cadences[i] = put_cadence(names, &at, &from->cadences[i]);
	}
	to->checks = pack_names_list(names, from->checks_count, sizeof *to->checks);
	for (size_t i = 0; !names->check.err && i < from->checks_count; i++) {
		struct pack_place at = { .up = NULL, .list = "checks", .name = from->checks[i].name, .index = i };
		to->checks[i] = put_check(names, &at, &from->checks[i]);
	}
	if (names->check.err)
		return;
	to->n_cadences = from->cadences_count;
	to->n_checks = from->checks_count;
	if (to->n_cadences > 1)
		qsort(to->cadences, to->n_cadences, sizeof *to->cadences, compare_cadences);
	if (to->n_checks > 1)
		qsort(to->checks, to->n_checks, sizeof *to->checks, compare_checks);
}
