// libcyaml's tables: which keys there are, what each holds, and which may be left out.
#include "io/pack_schema_flow.h"
#include "io/pack_schema_layout.h"
#include "io/pack_schema_score.h"
#include "io/pack_schema_story.h"
#include "io/pack_schema_words.h"

static const cyaml_schema_field_t option_fields[] = {
	NUMBER("code", struct pack_schema_option, code),
	TEXT("name", struct pack_schema_option, name),
	TITLE("title", struct pack_schema_option, title),
	LIST("also", struct pack_schema_option, also, word),
	FLAG("retired", struct pack_schema_option, retired),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t option = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_option, option_fields),
};

static const cyaml_schema_field_t field_fields[] = {
	NUMBER("number", struct pack_schema_field, number),
	TEXT("name", struct pack_schema_field, name),
	TITLE("title", struct pack_schema_field, title),
	CYAML_FIELD_MAPPING("hint", CYAML_FLAG_OPTIONAL, struct pack_schema_field, hint, title_fields),
	TEXT("type", struct pack_schema_field, type),
	MAYBE("lane", struct pack_schema_field, lane),
	MAYBE("authority", struct pack_schema_field, authority),
	MAYBE("refers", struct pack_schema_field, refers),
	FLAG("required", struct pack_schema_field, required),
	FLAG("keyed", struct pack_schema_field, keyed),
	FLAG("unique", struct pack_schema_field, unique),
	FLAG("carry", struct pack_schema_field, carry),
	FLAG("stays", struct pack_schema_field, stays),
	FLAG("shared_with_second", struct pack_schema_field, shared_with_second),
	FLAG("evidence", struct pack_schema_field, evidence),
	MAYBE("pattern", struct pack_schema_field, pattern),
	MAYBE("default", struct pack_schema_field, preset),
	MAYBE("minimum", struct pack_schema_field, minimum),
	MAYBE("maximum", struct pack_schema_field, maximum),
	LIST("options", struct pack_schema_field, options, option),
	LIST("headings", struct pack_schema_field, headings, word),
	FLAG("retired", struct pack_schema_field, retired),
	FLAG("series", struct pack_schema_field, series),
	MAYBE("series_when", struct pack_schema_field, series_when),
	CYAML_FIELD_UINT("series_version", CYAML_FLAG_OPTIONAL, struct pack_schema_field, series_version),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t field = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_field, field_fields),
};

static const cyaml_schema_field_t kind_fields[] = {
	NUMBER("number", struct pack_schema_kind, number),
	TEXT("name", struct pack_schema_kind, name),
	TITLE("title", struct pack_schema_kind, title),
	TEXT("lane", struct pack_schema_kind, lane),
	TEXT("label", struct pack_schema_kind, label),
	FLAG("erasable", struct pack_schema_kind, erasable),
	MAYBE("from", struct pack_schema_kind, from),
	MAYBE("role", struct pack_schema_kind, role),
	MAYBE("follows", struct pack_schema_kind, follows),
	FLAG("custody", struct pack_schema_kind, custody),
	MAYBE("arrived", struct pack_schema_kind, arrived),
	MAYBE("left", struct pack_schema_kind, left),
	LIST("approvals", struct pack_schema_kind, approvals, word),
	MAYBE("carry_same", struct pack_schema_kind, carry_same),
	MAYBE("carry_newest", struct pack_schema_kind, carry_newest),
	FLAG("retired", struct pack_schema_kind, retired),
	LIST("fields", struct pack_schema_kind, fields, field),
	CYAML_FIELD_MAPPING_PTR("workflow", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct pack_schema_kind, workflow,
	                        pack_schema_flow_workflow),
	CYAML_FIELD_MAPPING_PTR("vote", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct pack_schema_kind, vote,
	                        pack_schema_flow_vote),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t kind = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_kind, kind_fields),
};

static const cyaml_schema_field_t unit_kind_fields[] = {
	TEXT("name", struct pack_schema_unit_kind, name),
	TITLE("title", struct pack_schema_unit_kind, title),
	FLAG("ledger", struct pack_schema_unit_kind, ledger),
	FLAG("archive", struct pack_schema_unit_kind, archive),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t unit_kind = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_unit_kind, unit_kind_fields),
};

static const cyaml_schema_field_t filter_fields[] = {
	TEXT("field", struct pack_schema_filter, field),
	MAYBE("by", struct pack_schema_filter, by),
	MAYBE("equal", struct pack_schema_filter, equal),
	MAYBE("unequal", struct pack_schema_filter, unequal),
	MAYBE("less", struct pack_schema_filter, less),
	MAYBE("at_most", struct pack_schema_filter, at_most),
	MAYBE("greater", struct pack_schema_filter, greater),
	MAYBE("at_least", struct pack_schema_filter, at_least),
	LIST("in", struct pack_schema_filter, in, word),
	FLAG("exists", struct pack_schema_filter, exists),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t pack_schema_filter = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_filter, filter_fields),
};

static const cyaml_schema_field_t band_fields[] = {
	NUMBER("code", struct pack_schema_band, code),
	TEXT("name", struct pack_schema_band, name),
	TITLE("title", struct pack_schema_band, title),
	MAYBE("from", struct pack_schema_band, from),
	MAYBE("to", struct pack_schema_band, to),
	LIST("options", struct pack_schema_band, options, word),
	FLAG("rest", struct pack_schema_band, rest),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t band = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_band, band_fields),
};

static const cyaml_schema_field_t dimension_fields[] = {
	NUMBER("number", struct pack_schema_dimension, number),
	TEXT("name", struct pack_schema_dimension, name),
	TITLE("title", struct pack_schema_dimension, title),
	TEXT("field", struct pack_schema_dimension, field),
	MAYBE("by", struct pack_schema_dimension, by),
	LIST("bands", struct pack_schema_dimension, bands, band),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t dimension = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_dimension, dimension_fields),
};

static const cyaml_schema_field_t late_fields[] = {
	NUMBER("days", struct pack_schema_late, days),
	TEXT("after", struct pack_schema_late, after),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t metric_fields[] = {
	NUMBER("number", struct pack_schema_metric, number),
	TEXT("name", struct pack_schema_metric, name),
	TITLE("title", struct pack_schema_metric, title),
	MAYBE("kind", struct pack_schema_metric, kind),
	TEXT("aggregate", struct pack_schema_metric, aggregate),
	MAYBE("form", struct pack_schema_metric, form),
	MAYBE("field", struct pack_schema_metric, field),
	MAYBE("from", struct pack_schema_metric, from),
	MAYBE("until", struct pack_schema_metric, until),
	CYAML_FIELD_MAPPING_PTR("late", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct pack_schema_metric, late, late_fields),
	MAYBE("numerator", struct pack_schema_metric, numerator),
	MAYBE("denominator", struct pack_schema_metric, denominator),
	LIST("filters", struct pack_schema_metric, filters, pack_schema_filter),
	LIST("dimensions", struct pack_schema_metric, dimensions, dimension),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t metric = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_metric, metric_fields),
};

static const cyaml_schema_field_t form_group_fields[] = {
	TITLE("title", struct pack_schema_form_group, title),
	LIST("fields", struct pack_schema_form_group, fields, word),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t form_group = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_form_group, form_group_fields),
};

static const cyaml_schema_field_t form_fields[] = {
	TEXT("kind", struct pack_schema_form, kind),
	LIST("groups", struct pack_schema_form, groups, form_group),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t form = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_form, form_fields),
};

static const cyaml_schema_field_t line_fields[] = {
	TEXT("name", struct pack_schema_line, name),
	TITLE("title", struct pack_schema_line, title),
	MAYBE("metric", struct pack_schema_line, metric),
	MAYBE("cadence", struct pack_schema_line, cadence),
	MAYBE("dimension", struct pack_schema_line, dimension),
	MAYBE("bucket", struct pack_schema_line, bucket),
	MAYBE("span", struct pack_schema_line, span),
	MAYBE("scorecard", struct pack_schema_line, scorecard),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t line = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_line, line_fields),
};

static const cyaml_schema_field_t report_fields[] = {
	TEXT("name", struct pack_schema_report, name),
	TITLE("title", struct pack_schema_report, title),
	TEXT("period", struct pack_schema_report, period),
	LIST("rows", struct pack_schema_report, rows, line),
	LIST("columns", struct pack_schema_report, columns, line),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t report = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_report, report_fields),
};

static const cyaml_schema_field_t layout_text_fields[] = {
	TITLE("text", struct pack_schema_layout_text, text),
	MAYBE_NUMBER("size", struct pack_schema_layout_text, size),
	FLAG("bold", struct pack_schema_layout_text, bold),
	MAYBE("align", struct pack_schema_layout_text, align),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t layout_text = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_layout_text, layout_text_fields),
};

static const cyaml_schema_field_t layout_group_fields[] = {
	TITLE("title", struct pack_schema_layout_group, title),
	TEXT("from", struct pack_schema_layout_group, from),
	TEXT("to", struct pack_schema_layout_group, to),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t layout_group = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_layout_group, layout_group_fields),
};

static const cyaml_schema_field_t layout_fields[] = {
	TEXT("name", struct pack_schema_layout, name),
	TITLE("title", struct pack_schema_layout, title),
	MAYBE("paper", struct pack_schema_layout, paper),
	FLAG("landscape", struct pack_schema_layout, landscape),
	MAYBE("font", struct pack_schema_layout, font),
	MAYBE_NUMBER("size", struct pack_schema_layout, size),
	LIST("head", struct pack_schema_layout, head, layout_text),
	LIST("foot", struct pack_schema_layout, foot, layout_text),
	LIST("reports", struct pack_schema_layout, reports, word),
	LIST("groups", struct pack_schema_layout, groups, layout_group),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t layout = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_layout, layout_fields),
};

static const cyaml_schema_field_t target_fields[] = {
	LIST("kinds", struct pack_schema_target, kinds, word),
	NUMBER("at_least", struct pack_schema_target, at_least),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t target = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_target, target_fields),
};

static const cyaml_schema_field_t term_fields[] = {
	MAYBE("metric", struct pack_schema_term, metric),
	MAYBE("dimension", struct pack_schema_term, dimension),
	MAYBE("bucket", struct pack_schema_term, bucket),
	FLAG("each", struct pack_schema_term, each),
	LIST("units", struct pack_schema_term, units, word),
	FLAG("age", struct pack_schema_term, age),
	MAYBE("at_least", struct pack_schema_term, at_least),
	MAYBE("at_most", struct pack_schema_term, at_most),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t term = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_term, term_fields),
};

static const cyaml_schema_field_t cadence_fields[] = {
	NUMBER("number", struct pack_schema_cadence, number),
	TEXT("name", struct pack_schema_cadence, name),
	TITLE("title", struct pack_schema_cadence, title),
	TEXT("metric", struct pack_schema_cadence, metric),
	MAYBE("dimension", struct pack_schema_cadence, dimension),
	MAYBE("bucket", struct pack_schema_cadence, bucket),
	TEXT("every", struct pack_schema_cadence, every),
	MAYBE_NUMBER("from_day", struct pack_schema_cadence, from_day),
	MAYBE_NUMBER("by_day", struct pack_schema_cadence, by_day),
	MAYBE("since", struct pack_schema_cadence, since),
	MAYBE("for_each", struct pack_schema_cadence, for_each),
	LIST("units", struct pack_schema_cadence, units, target),
	LIST("when", struct pack_schema_cadence, when, term),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t cadence = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_cadence, cadence_fields),
};

static const cyaml_schema_field_t check_fields[] = {
	NUMBER("number", struct pack_schema_check, number),
	TEXT("name", struct pack_schema_check, name),
	TITLE("title", struct pack_schema_check, title),
	CYAML_FIELD_MAPPING("hint", CYAML_FLAG_OPTIONAL, struct pack_schema_check, hint, title_fields),
	LIST("kinds", struct pack_schema_check, kinds, word),
	LIST("under", struct pack_schema_check, under, word),
	LIST("when", struct pack_schema_check, when, term),
	LIST("expect", struct pack_schema_check, expect, term),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t check = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_check, check_fields),
};

static const cyaml_schema_field_t office_fields[] = {
	TEXT("name", struct pack_schema_office, name),
	TITLE("title", struct pack_schema_office, title),
	FLAG("strict", struct pack_schema_office, strict),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t office = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_office, office_fields),
};

static const cyaml_schema_field_t pack_fields[] = {
	TEXT("name", struct pack_schema, name),
	NUMBER("version", struct pack_schema, version),
	TITLE("title", struct pack_schema, title),
	TEXT("since", struct pack_schema, since),
	LIST("unit_kinds", struct pack_schema, unit_kinds, unit_kind),
	LIST("roles", struct pack_schema, roles, office),
	LIST("kinds", struct pack_schema, kinds, kind),
	LIST("metrics", struct pack_schema, metrics, metric),
	LIST("forms", struct pack_schema, forms, form),
	LIST("reports", struct pack_schema, reports, report),
	LIST("layouts", struct pack_schema, layouts, layout),
	LIST("cadences", struct pack_schema, cadences, cadence),
	LIST("checks", struct pack_schema, checks, check),
	LIST("scorecards", struct pack_schema, scorecards, pack_schema_scorecard),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t pack_schema_table = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct pack_schema, pack_fields),
};

// No aliases: a few of them within each other fill any memory. Nothing is ignored: a misspelt key
// would be a rule that silently does not hold.
static cyaml_config_t configuration(struct pack_schema_story *story)
{
	return (cyaml_config_t){ .log_fn = story ? pack_schema_story_listen : NULL, .log_ctx = story, .log_level = CYAML_LOG_ERROR,
	                         .mem_fn = cyaml_mem, .flags = CYAML_CFG_NO_ALIAS };
}

enum err pack_schema_load(struct span yaml, struct arena *arena, struct pack_schema **schema, const char **why)
{
	struct pack_schema_story story = { .fault = "", .path = "", .line = 0 };
	cyaml_config_t config = configuration(&story);
	cyaml_data_t *data = NULL;
	*schema = NULL;
	// libyaml asserts on NULL, which is what an empty file comes as.
	const uint8_t *text = yaml.size ? yaml.data : (const uint8_t *)"";
	cyaml_err_t cause = cyaml_load_data(text, yaml.size, &config, &pack_schema_table, &data, NULL);
	if (cause != CYAML_OK)
		return pack_schema_story_tell(&story, cause, arena, why);
	if (!data)
		return pack_schema_story_tell(&story, CYAML_ERR_UNEXPECTED_EVENT, arena, why);
	*schema = data;
	return ERR_OK;
}

void pack_schema_free(struct pack_schema *schema)
{
	cyaml_config_t config = configuration(NULL);
	if (schema)
		cyaml_free(&config, &pack_schema_table, schema, 0);
}
