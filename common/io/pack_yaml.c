// Names become numbers here: kinds, fields and options are looked up where they are named, dates
// and amounts are read as a clerk would type them (ledger/value). What is right in itself but does
// not fit together is left to pack_decode(), which every pack goes through, whoever wrote it.
#include "io/pack_yaml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/pb.h"
#include "io/file.h"
#include "io/pack_rules.h"
#include "io/pack_yaml_duty.h"
#include "io/pack_yaml_flow.h"
#include "io/pack_yaml_inside.h"
#include "io/pack_yaml_score.h"

// YAML is wordier than what it is compiled to.
#define YAML_BYTES_MAX (4 * LIMIT_PACK_BYTES)

typedef const struct pack_place *where;

static const struct pack_names_word aggregates[] = {
	{ "count", METRIC_COUNT }, { "sum", METRIC_SUM }, { "elements", METRIC_ELEMENTS }, { "ratio", METRIC_RATIO },
	{ "distinct", METRIC_DISTINCT }, { "minimum", METRIC_MINIMUM }, { "maximum", METRIC_MAXIMUM },
	{ NULL, 0 },
};

static const struct pack_names_word forms[] = { { "flow", METRIC_FLOW }, { "stock", METRIC_STOCK }, { NULL, 0 } };

static const struct pack_names_word cuts[] = {
	{ "value", DIMENSION_VALUE }, { "age", DIMENSION_AGE }, { "date", DIMENSION_DATE }, { NULL, 0 },
};

static const struct pack_names_word measures[] = {
	{ "value", FILTER_BY_VALUE }, { "age", FILTER_BY_AGE }, { "months_since", FILTER_BY_MONTHS }, { NULL, 0 },
};

static const struct pack_names_word lanes[] = {
	{ "private", LANE_PRIVATE }, { "detail", LANE_DETAIL }, { "up", LANE_UP }, { "down", LANE_DOWN }, { NULL, 0 },
};

static const struct pack_names_word authorities[] = {
	{ "own", AUTHORITY_OWN }, { "parent", AUTHORITY_PARENT }, { "ancestor", AUTHORITY_ANCESTOR },
	{ "both", AUTHORITY_BOTH }, { NULL, 0 },
};

// ---- Kinds ----

static void put_options(struct pack_names *names, const struct pack_schema_field *from, Tributary__PackField *to)
{
	to->n_options = from->options_count;
	to->options = pack_names_list(names, from->options_count, sizeof *to->options);
	for (unsigned i = 0; !names->check.err && i < from->options_count; i++) {
		const struct pack_schema_option *option = &from->options[i];
		to->options[i] = pack_names_list(names, 1, sizeof **to->options);
		if (!to->options[i])
			return;
		*to->options[i] = (Tributary__PackOption)TRIBUTARY__PACK_OPTION__INIT;
		to->options[i]->code = option->code;
		to->options[i]->name = option->name;
		to->options[i]->title_zh = pack_names_text(option->title.zh);
		to->options[i]->title_en = pack_names_text(option->title.en);
		to->options[i]->n_aliases = option->also_count;
		to->options[i]->aliases = option->also;
		to->options[i]->retired = option->retired;
	}
}

// One bound alone leaves the other end open; of text and keys it is a length.
static void put_bounds(struct pack_names *names, where place, const struct pack_schema_field *from,
                       enum value_type type, Tributary__PackField *to)
{
	enum value_type unit = value_type_form(type) == VALUE_IS_NUMBER ? type : VALUE_INTEGER;
	if (!from->minimum && !from->maximum)
		return;
	to->minimum = unit == type ? INT64_MIN : 0;
	to->maximum = INT64_MAX;
	if (from->minimum)
		to->minimum = pack_names_scalar(names, place, "minimum", unit, from->minimum);
	if (from->maximum)
		to->maximum = pack_names_scalar(names, place, "maximum", unit, from->maximum);
	if (to->minimum == 0 && to->maximum == 0)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "minimum and maximum: both 0 leaves nothing to enter");
}

static Tributary__PackField *put_field(struct pack_names *names, where place, const struct pack_schema_field *from)
{
	const struct pack_schema_kind *refers = from->refers ? pack_names_kind(names, place, "refers", from->refers) : NULL;
	Tributary__PackField *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackField)TRIBUTARY__PACK_FIELD__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->hint_zh = pack_names_text(from->hint.zh);
	to->hint_en = pack_names_text(from->hint.en);
	to->type = pack_names_type(names, place, from->type);
	to->lane = pack_names_number(names, place, "lane", from->lane, lanes);
	to->authority = pack_names_number(names, place, "authority", from->authority, authorities);
	to->required = from->required;
	to->keyed = from->keyed;
	to->series = from->series;
	to->series_version = from->series_version;
	to->refers = refers ? refers->number : 0;
	to->n_headings = from->headings_count;
	to->headings = from->headings;
	to->retired = from->retired;
	put_bounds(names, place, from, (enum value_type)to->type, to);
	put_options(names, from, to);
	pack_rules_field(names, place, from, to);
	return to;
}

static Tributary__PackKind *put_kind(struct pack_names *names, where place, const struct pack_schema_kind *from)
{
	Tributary__PackKind *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackKind)TRIBUTARY__PACK_KIND__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->lane = pack_names_number(names, place, "lane", from->lane, lanes);
	to->label = pack_names_field_number(names, place, "label", from, from->label);
	to->erasable = from->erasable;
	pack_rules_kind(names, place, from, to);
	to->retired = from->retired;
	to->n_fields = from->fields_count;
	to->fields = pack_names_list(names, from->fields_count, sizeof *to->fields);
	for (unsigned i = 0; !names->check.err && i < from->fields_count; i++) {
		struct pack_place at = { .up = place, .list = "fields", .name = from->fields[i].name, .index = i };
		to->fields[i] = put_field(names, &at, &from->fields[i]);
		if (!names->check.err && from->fields[i].series_when)
			to->fields[i]->series_when = pack_names_field_number(names, &at, "series_when", from, from->fields[i].series_when);
	}
	if (!names->check.err && from->workflow)
		to->workflow = pack_yaml_flow_workflow(names, place, from);
	if (!names->check.err && from->vote)
		to->vote = pack_yaml_flow_vote(names, place, from);
	return to;
}

// ---- Metrics ----

static int64_t *put_numbers(struct pack_names *names, where place, const char *key,
                            const struct pack_schema_field *field, uint32_t by, char **texts, size_t count)
{
	int64_t *numbers = pack_names_list(names, count, sizeof *numbers);
	for (size_t i = 0; !names->check.err && i < count; i++)
		numbers[i] = by == FILTER_BY_VALUE ? pack_names_compared(names, place, key, field, texts[i])
		                                   : pack_names_scalar(names, place, key, VALUE_INTEGER, texts[i]);
	return numbers;
}

Tributary__PackFilter *pack_yaml_filter(struct pack_names *names, where place, const struct pack_schema_kind *kind,
                                        struct pack_schema_filter *from)
{
	const struct { const char *key; enum filter_test test; char **texts; size_t count; } tests[] = {
		{ "equal", FILTER_EQUAL, &from->equal, from->equal != NULL },
		{ "unequal", FILTER_UNEQUAL, &from->unequal, from->unequal != NULL },
		{ "less", FILTER_LESS, &from->less, from->less != NULL },
		{ "at_most", FILTER_AT_MOST, &from->at_most, from->at_most != NULL },
		{ "greater", FILTER_GREATER, &from->greater, from->greater != NULL },
		{ "at_least", FILTER_AT_LEAST, &from->at_least, from->at_least != NULL },
		{ "in", FILTER_IN, from->in, from->in_count },
	};
	const struct pack_schema_field *field = pack_names_field(names, place, "field", kind, from->field);
	Tributary__PackFilter *to = pack_names_list(names, 1, sizeof *to);
	if (!to || !field)
		return NULL;
	*to = (Tributary__PackFilter)TRIBUTARY__PACK_FILTER__INIT;
	to->field = field->number;
	to->by = pack_names_number(names, place, "by", from->by, measures);
	to->test = from->exists ? FILTER_EXISTS : 0;
	size_t found = from->exists;
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
		if (tests[i].count == 0)
			continue;
		found++;
		to->test = tests[i].test;
		to->n_numbers = tests[i].count;
		to->numbers = put_numbers(names, place, tests[i].key, field, to->by, tests[i].texts, tests[i].count);
	}
	if (found != 1)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s, expected exactly one of equal, unequal, less, "
		                  "at_most, greater, at_least, in, exists: true", found ? "several tests" : "no test");
	return to;
}

// The ends that an open band has: as far as a value of the field can lie.
static void open_ends(enum dimension_by by, enum value_type type, int64_t *from, int64_t *to)
{
	*from = INT64_MIN;
	*to = INT64_MAX;
	if (by == DIMENSION_AGE) {
		*from = PACK_AGE_MIN;
		*to = PACK_AGE_MAX;
	} else if (type == VALUE_DATE) {
		*from = date_from_civil(DATE_YEAR_MIN, 1, 1);
		*to = date_from_civil(DATE_YEAR_MAX, 12, 31);
	} else if (type == VALUE_MONTH) {
		*from = DATE_YEAR_MIN * 12;
		*to = DATE_YEAR_MAX * 12 + 11;
	}
}

static void put_ends(struct pack_names *names, where place, const struct pack_schema_field *field, uint32_t by,
                     const struct pack_schema_band *from, Tributary__PackBand *to)
{
	enum value_type type = pack_names_type(names, place, field->type);
	enum value_type unit = by == DIMENSION_AGE ? VALUE_INTEGER : type;
	if (value_type_form(unit) != VALUE_IS_NUMBER || unit == VALUE_OPTION) {
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "field \"%s\" is %s and has no from and to", field->name,
		                  value_type_name(type));
		return;
	}
	open_ends((enum dimension_by)by, type, &to->from, &to->to);
	if (from->from)
		to->from = pack_names_scalar(names, place, "from", unit, from->from);
	if (from->to)
		to->to = pack_names_scalar(names, place, "to", unit, from->to);
	if (to->from == 0 && to->to == 0)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "a band of 0 alone cannot be told from the rest");
}

static Tributary__PackBand *put_band(struct pack_names *names, where place, const struct pack_schema_field *field,
                                     uint32_t by, const struct pack_schema_band *from)
{
	Tributary__PackBand *to = pack_names_list(names, 1, sizeof *to);
	bool ends = from->from || from->to;
	if (!to)
		return NULL;
	*to = (Tributary__PackBand)TRIBUTARY__PACK_BAND__INIT;
	to->code = from->code;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	if (ends + (from->options_count > 0) + from->rest != 1)
		pack_check_refuse(&names->check, ERR_MALFORMED, place,
		                  "expected from and to (or one of them), or options, or rest: true");
	to->n_options = from->options_count;
	to->options = pack_names_list(names, from->options_count, sizeof *to->options);
	for (unsigned i = 0; !names->check.err && i < from->options_count; i++)
		to->options[i] = pack_names_option(names, place, field, from->options[i]);
	if (ends)
		put_ends(names, place, field, by, from, to);
	return to;
}

static Tributary__PackDimension *put_dimension(struct pack_names *names, where place,
                                               const struct pack_schema_kind *kind,
                                               const struct pack_schema_dimension *from)
{
	const struct pack_schema_field *field = pack_names_field(names, place, "field", kind, from->field);
	Tributary__PackDimension *to = pack_names_list(names, 1, sizeof *to);
	if (!to || !field)
		return NULL;
	*to = (Tributary__PackDimension)TRIBUTARY__PACK_DIMENSION__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->field = field->number;
	to->by = from->by ? pack_names_number(names, place, "by", from->by, cuts) : DIMENSION_VALUE;
	to->n_bands = from->bands_count;
	to->bands = pack_names_list(names, from->bands_count, sizeof *to->bands);
	for (unsigned i = 0; !names->check.err && i < from->bands_count; i++) {
		struct pack_place at = { .up = place, .list = "bands", .name = from->bands[i].name, .index = i };
		to->bands[i] = put_band(names, &at, field, to->by, &from->bands[i]);
	}
	return to;
}

// What a metric reads of its kind.
static void put_reading(struct pack_names *names, where place, const struct pack_schema_metric *from,
                        Tributary__PackMetric *to)
{
	const struct pack_schema_kind *kind = pack_names_kind(names, place, "kind", from->kind);
	if (!kind)
		return;
	to->kind = kind->number;
	to->field = pack_names_field_number(names, place, "field", kind, from->field);
	to->from = pack_names_field_number(names, place, "from", kind, from->from);
	to->until = pack_names_field_number(names, place, "until", kind, from->until);
	pack_rules_late(names, place, from, kind, to);
	to->n_filters = from->filters_count;
	to->filters = pack_names_list(names, from->filters_count, sizeof *to->filters);
	for (unsigned i = 0; !names->check.err && i < from->filters_count; i++) {
		struct pack_place at = { .up = place, .list = "filters", .name = "", .index = i };
		to->filters[i] = pack_yaml_filter(names, &at, kind, &from->filters[i]);
	}
	to->n_dimensions = from->dimensions_count;
	to->dimensions = pack_names_list(names, from->dimensions_count, sizeof *to->dimensions);
	for (unsigned i = 0; !names->check.err && i < from->dimensions_count; i++) {
		struct pack_place at = { .up = place, .list = "dimensions", .name = from->dimensions[i].name, .index = i };
		to->dimensions[i] = put_dimension(names, &at, kind, &from->dimensions[i]);
	}
}

static Tributary__PackMetric *put_metric(struct pack_names *names, where place, const struct pack_schema_metric *from)
{
	Tributary__PackMetric *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackMetric)TRIBUTARY__PACK_METRIC__INIT;
	to->number = from->number;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->aggregate = pack_names_number(names, place, "aggregate", from->aggregate, aggregates);
	to->form = pack_names_number(names, place, "form", from->form, forms);
	to->numerator = pack_names_metric(names, place, "numerator", from->numerator);
	to->denominator = pack_names_metric(names, place, "denominator", from->denominator);
	bool reads = from->kind || from->field || from->from || from->until || from->filters_count
	             || from->dimensions_count || from->late;
	if (to->aggregate != METRIC_RATIO || reads)
		put_reading(names, place, from, to);
	return to;
}

// ---- The whole ----

static int compare_kinds(const void *left, const void *right)
{
	const Tributary__PackKind *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static int compare_metrics(const void *left, const void *right)
{
	const Tributary__PackMetric *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static void put_unit_kinds(struct pack_names *names, Tributary__Pack *to)
{
	to->n_unit_kinds = names->from->unit_kinds_count;
	to->unit_kinds = pack_names_list(names, to->n_unit_kinds, sizeof *to->unit_kinds);
	for (size_t i = 0; !names->check.err && i < to->n_unit_kinds; i++) {
		const struct pack_schema_unit_kind *from = &names->from->unit_kinds[i];
		Tributary__PackUnitKind *kind = to->unit_kinds[i] = pack_names_list(names, 1, sizeof *kind);
		if (!kind)
			return;
		*kind = (Tributary__PackUnitKind)TRIBUTARY__PACK_UNIT_KIND__INIT;
		kind->name = from->name;
		kind->title_zh = pack_names_text(from->title.zh);
		kind->title_en = pack_names_text(from->title.en);
		kind->ledger = from->ledger;
		kind->archive = from->archive;
	}
}

static void put_roles(struct pack_names *names, Tributary__Pack *to)
{
	to->n_roles = names->from->roles_count;
	to->roles = pack_names_list(names, to->n_roles, sizeof *to->roles);
	for (size_t i = 0; !names->check.err && i < to->n_roles; i++) {
		const struct pack_schema_office *from = &names->from->roles[i];
		Tributary__PackOffice *office = to->roles[i] = pack_names_list(names, 1, sizeof *office);
		if (!office)
			return;
		*office = (Tributary__PackOffice)TRIBUTARY__PACK_OFFICE__INIT;
		office->name = from->name;
		office->title_zh = pack_names_text(from->title.zh);
		office->title_en = pack_names_text(from->title.en);
		office->strict = from->strict;
	}
}

// Kinds and metrics may stand in any order in the file; they travel by number.
static void put_pack(struct pack_names *names, Tributary__Pack *to)
{
	const struct pack_schema *from = names->from;
	to->name = from->name;
	to->version = from->version;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->since = (int32_t)pack_names_scalar(names, NULL, "since", VALUE_MONTH, from->since);
	put_unit_kinds(names, to);
	put_roles(names, to);
	to->n_kinds = from->kinds_count;
	to->kinds = pack_names_list(names, to->n_kinds, sizeof *to->kinds);
	for (size_t i = 0; !names->check.err && i < to->n_kinds; i++) {
		struct pack_place at = { .up = NULL, .list = "kinds", .name = from->kinds[i].name, .index = i };
		to->kinds[i] = put_kind(names, &at, &from->kinds[i]);
	}
	to->n_metrics = from->metrics_count;
	to->metrics = pack_names_list(names, to->n_metrics, sizeof *to->metrics);
	for (size_t i = 0; !names->check.err && i < to->n_metrics; i++) {
		struct pack_place at = { .up = NULL, .list = "metrics", .name = from->metrics[i].name, .index = i };
		to->metrics[i] = put_metric(names, &at, &from->metrics[i]);
	}
	pack_yaml_put_forms(names, to);
	pack_yaml_put_reports(names, to);
	pack_yaml_layout_put(names, to);
	pack_yaml_duty(names, to);
	pack_yaml_score_put(names, to);
	if (names->check.err)
		return;
	qsort(to->kinds, to->n_kinds, sizeof *to->kinds, compare_kinds);
	qsort(to->metrics, to->n_metrics, sizeof *to->metrics, compare_metrics);
}

static enum err encode(const struct pack_schema *schema, struct buf *pack, struct arena *arena, const char **why)
{
	struct pack_names names = { .check = { .arena = arena, .err = ERR_OK, .why = NULL }, .from = schema };
	Tributary__Pack message = TRIBUTARY__PACK__INIT;
	size_t before = pack->size;
	const struct pack *decoded;
	put_pack(&names, &message);
	*why = names.check.why;
	if (names.check.err)
		return names.check.err;
	pb_pack(&message.base, pack);
	if (pack->err)
		return pack->err;
	enum err err = pack_decode(span_of(pack->data + before, pack->size - before), arena, &decoded, why);
	if (err)
		pack->size = before;
	return err;
}

// "packs/party-branch.yaml:12: kinds[1]..." or "packs/party-branch.yaml: kinds[member]..."
static void name_file(const char *path, const char *what, struct arena *arena, const char **why)
{
	static const char digits[] = "0123456789";
	size_t line = strspn(what, digits);
	const char *between = line && what[line] == ':' ? ":" : ": ";
	size_t size = strlen(path) + strlen(between) + strlen(what) + 1;
	char *text = arena_alloc(arena, size);
	if (text)
		snprintf(text, size, "%s%s%s", path, between, what);
	*why = text ? text : "the pack could not be compiled, and there is no room to say why";
}

enum err pack_yaml_compile(const char *path, struct buf *pack, struct arena *arena, const char **why)
{
	struct buf yaml = BUF_EMPTY;
	struct arena scratch;
	struct pack_schema *schema = NULL;
	const char *what = NULL;
	*why = NULL;
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	enum err err = file_read(path, YAML_BYTES_MAX, &yaml);
	if (!err)
		err = pack_schema_load(buf_span(&yaml), &scratch, &schema, &what);
	if (!err)
		err = encode(schema, pack, &scratch, &what);
	if (err)
		name_file(path, what ? what : err_text(err), arena, why);
	pack_schema_free(schema);
	arena_free(&scratch);
	buf_free(&yaml);
	return err;
}
