// Forms and reports: names of kinds, fields and metrics become numbers. Dimensions and buckets stay
// names, since a row of a report may name the bucket and its columns the metrics.
#include "io/pack_yaml_inside.h"

#include "ledger/pack_form.h"

typedef const struct pack_place *where;

static const struct pack_names_word periods[] = {
	{ "month", REPORT_MONTH }, { "quarter", REPORT_QUARTER }, { "half_year", REPORT_HALF_YEAR }, { "year", REPORT_YEAR },
	{ NULL, 0 },
};

static const struct pack_names_word spans[] = {
	{ "period", REPORT_SPAN_PERIOD }, { "year", REPORT_SPAN_YEAR }, { "before", REPORT_SPAN_BEFORE },
	{ "last_year", REPORT_SPAN_LAST_YEAR }, { NULL, 0 },
};

// ---- Forms ----

static Tributary__PackFormGroup *put_group(struct pack_names *names, where place, const struct pack_schema_kind *kind,
                                           const struct pack_schema_form_group *from)
{
	Tributary__PackFormGroup *to = pack_names_list(names, 1, sizeof *to);
	uint32_t *fields = pack_names_list(names, from->fields_count, sizeof *fields);
	if (!to)
		return NULL;
	*to = (Tributary__PackFormGroup)TRIBUTARY__PACK_FORM_GROUP__INIT;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	for (unsigned i = 0; !names->check.err && i < from->fields_count; i++)
		fields[i] = pack_names_field_number(names, place, "fields", kind, from->fields[i]);
	to->n_fields = from->fields_count;
	to->fields = fields;
	return to;
}

static Tributary__PackForm *put_form(struct pack_names *names, where place, const struct pack_schema_form *from)
{
	const struct pack_schema_kind *kind = pack_names_kind(names, place, "kind", from->kind);
	Tributary__PackForm *to = pack_names_list(names, 1, sizeof *to);
	if (!to || !kind)
		return NULL;
	*to = (Tributary__PackForm)TRIBUTARY__PACK_FORM__INIT;
	to->kind = kind->number;
	to->n_groups = from->groups_count;
	to->groups = pack_names_list(names, from->groups_count, sizeof *to->groups);
	for (unsigned i = 0; !names->check.err && i < from->groups_count; i++) {
		struct pack_place at = { .up = place, .list = "groups", .name = "", .index = i };
		to->groups[i] = put_group(names, &at, kind, &from->groups[i]);
	}
	return to;
}

void pack_yaml_put_forms(struct pack_names *names, Tributary__Pack *to)
{
	to->n_forms = names->from->forms_count;
	to->forms = pack_names_list(names, to->n_forms, sizeof *to->forms);
	for (size_t i = 0; !names->check.err && i < to->n_forms; i++) {
		struct pack_place at = { .up = NULL, .list = "forms", .name = names->from->forms[i].kind, .index = i };
		to->forms[i] = put_form(names, &at, &names->from->forms[i]);
	}
}

// ---- Reports ----

static uint32_t cadence_number(struct pack_names *names, where place, const char *name)
{
	for (unsigned i = 0; name && i < names->from->cadences_count; i++)
		if (strcmp(names->from->cadences[i].name, name) == 0)
			return names->from->cadences[i].number;
	if (name)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "cadence: no cadence is called \"%s\"", name);
	return 0;
}

static uint32_t scorecard_number(struct pack_names *names, where place, const char *name)
{
	for (unsigned i = 0; name && i < names->from->scorecards_count; i++)
		if (strcmp(names->from->scorecards[i].name, name) == 0)
			return names->from->scorecards[i].number;
	if (name)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "scorecard: no scorecard is called \"%s\"", name);
	return 0;
}

static Tributary__PackReportLine **put_lines(struct pack_names *names, where place, const char *list,
                                             const struct pack_schema_line *from, size_t count)
{
	Tributary__PackReportLine **lines = pack_names_list(names, count, sizeof *lines);
	for (size_t i = 0; !names->check.err && i < count; i++) {
		struct pack_place at = { .up = place, .list = list, .name = from[i].name, .index = i };
		Tributary__PackReportLine *to = lines[i] = pack_names_list(names, 1, sizeof *to);
		if (!to)
			return lines;
		*to = (Tributary__PackReportLine)TRIBUTARY__PACK_REPORT_LINE__INIT;
		to->name = from[i].name;
		to->title_zh = pack_names_text(from[i].title.zh);
		to->title_en = pack_names_text(from[i].title.en);
		to->metric = pack_names_metric(names, &at, "metric", from[i].metric);
		to->cadence = cadence_number(names, &at, from[i].cadence);
		to->scorecard = scorecard_number(names, &at, from[i].scorecard);
		to->dimension = pack_names_text(from[i].dimension);
		to->bucket = pack_names_text(from[i].bucket);
		to->span = pack_names_number(names, &at, "span", from[i].span, spans);
	}
	return lines;
}

// A report without rows has one: the unit itself, its figures side by side.
static const struct pack_schema_line only_row = { .name = (char[]){ "all" }, .title = { .zh = (char[]){ "合计" }, .en = (char[]){ "All" } } };

static Tributary__PackReport *put_report(struct pack_names *names, where place, const struct pack_schema_report *from)
{
	Tributary__PackReport *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackReport)TRIBUTARY__PACK_REPORT__INIT;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->period = pack_names_number(names, place, "period", from->period, periods);
	to->n_rows = from->rows_count ? from->rows_count : 1;
	to->rows = put_lines(names, place, "rows", from->rows_count ? from->rows : &only_row, to->n_rows);
	to->n_columns = from->columns_count;
	to->columns = put_lines(names, place, "columns", from->columns, from->columns_count);
	return to;
}

void pack_yaml_put_reports(struct pack_names *names, Tributary__Pack *to)
{
	to->n_reports = names->from->reports_count;
	to->reports = pack_names_list(names, to->n_reports, sizeof *to->reports);
	for (size_t i = 0; !names->check.err && i < to->n_reports; i++) {
		struct pack_place at = { .up = NULL, .list = "reports", .name = names->from->reports[i].name, .index = i };
		to->reports[i] = put_report(names, &at, &names->from->reports[i]);
	}
}
