// One object for each list of the pack, by name.
#include "cli/titles.h"

#include "cli/lookup.h"
#include "ledger/pack_duty.h"
#include "ledger/pack_form.h"
#include "ledger/pack_presence.h"
#include "ledger/pack_score.h"
#include "ledger/vote.h"

static json_t *title(const struct title *of, const char *name)
{
	return json_string(lookup_title(of, name));
}

static json_t *kinds(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->kind_count; i++)
		json_object_set_new(all, pack->kinds[i].name, title(&pack->kinds[i].title, pack->kinds[i].name));
	return all;
}

// What a number of it is: money, a ratio or a plain count.
static const char *metric_unit(const struct pack *pack, const struct pack_metric *metric)
{
	if (metric->aggregate == METRIC_RATIO) {
		const struct pack_metric *of = pack_metric_by_number(pack, metric->numerator);
		const struct pack_metric *by = pack_metric_by_number(pack, metric->denominator);
		bool money = of && strcmp(metric_unit(pack, of), "money") == 0, by_money = by && strcmp(metric_unit(pack, by), "money") == 0;
		return !money ? "ratio" : by_money ? "money_part" : "money_ratio"; // money of money is a part, not an amount
	}
	bool sums = metric->aggregate == METRIC_SUM || metric->aggregate == METRIC_MINIMUM || metric->aggregate == METRIC_MAXIMUM;
	const struct pack_field *field = sums && metric->kind ? metric->kind->by_number[metric->field] : NULL;
	return field && field->type == VALUE_MONEY ? "money" : "count";
}

static json_t *buckets(const struct pack_dimension *dimension)
{
	json_t *all = json_object();
	for (size_t i = 0; i < dimension->band_count; i++)
		json_object_set_new(all, dimension->bands[i].name, title(&dimension->bands[i].title, dimension->bands[i].name));
	for (size_t i = 0; dimension->band_count == 0 && dimension->cut && i < dimension->cut->option_count; i++) {
		const struct pack_option *option = &dimension->cut->options[i];
		json_object_set_new(all, option->name, title(&option->title, option->name));
	}
	return all;
}

static json_t *metrics(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->metric_count; i++) {
		const struct pack_metric *metric = &pack->metrics[i];
		json_t *dimensions = json_object();
		for (size_t d = 0; d < metric->dimension_count; d++) {
			const struct pack_dimension *dimension = &metric->dimensions[d];
			json_object_set_new(dimensions, dimension->name, json_pack("{s:o,s:o}", "title", title(&dimension->title, dimension->name),
			                                                           "buckets", buckets(dimension)));
		}
		json_object_set_new(all, metric->name, json_pack("{s:o,s:s,s:s,s:s*,s:o}", "title", title(&metric->title, metric->name),
		                                                 "unit", metric_unit(pack, metric), "form",
		                                                 metric->form == METRIC_STOCK ? "stock" : "flow", "kind",
		                                                 metric->kind ? metric->kind->name : NULL, "dimensions", dimensions));
	}
	return all;
}

// With the kind that it looks at, and the part of it, so that a page can lead there.
static json_t *cadences(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->cadence_count; i++) {
		const struct pack_cadence *cadence = &pack->cadences[i];
		const struct pack_measure *of = &cadence->of;
		const struct pack_field *cut = of->dimension && of->dimension->band_count == 0 ? of->dimension->cut : NULL;
		const struct pack_option *option = cut ? pack_option_by_code(cut, of->bucket) : NULL;
		json_object_set_new(all, cadence->name, json_pack("{s:o,s:i,s:s*,s:s*,s:s*}", "title", title(&cadence->title, cadence->name),
		                                                  "every", (int)cadence->every, "kind",
		                                                  of->metric && of->metric->kind ? of->metric->kind->name : NULL, "field",
		                                                  option ? cut->name : NULL, "option", option ? option->name : NULL));
	}
	return all;
}

static json_t *scorecards(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->scorecard_count; i++) {
		const struct pack_scorecard *card = &pack->scorecards[i];
		json_t *items = json_object(), *bands = json_object(), *consequences = json_object();
		for (size_t n = 0; n < card->item_count; n++)
			json_object_set_new(items, card->items[n].name, title(&card->items[n].title, card->items[n].name));
		for (size_t n = 0; n < card->band_count; n++) {
			const struct pack_score_band *band = &card->bands[n];
			json_object_set_new(bands, band->name, title(&band->title, band->name));
			for (size_t c = 0; c < band->consequence_count; c++)
				json_object_set_new(consequences, band->consequences[c].name,
				                    title(&band->consequences[c].title, band->consequences[c].name));
		}
		json_object_set_new(all, card->name, json_pack("{s:o,s:i,s:b,s:b,s:o,s:o,s:o}", "title", title(&card->title, card->name),
		                                               "months", (int)card->months, "ranked", !card->unranked && !card->points, "individuals", card->points != NULL, "items",
		                                               items, "bands", bands, "consequences", consequences));
	}
	return all;
}

// What the numbers of a row or column are; NULL: the other says.
static const char *line_unit(const struct pack *pack, const struct pack_report_line *line)
{
	if (line->card)
		return line->bucket && *line->bucket ? "count" : "points";
	return line->metric ? metric_unit(pack, line->metric) : line->cadence ? "ratio" : NULL;
}

static json_t *lines(const struct pack *pack, const struct pack_report_line *of, size_t count)
{
	json_t *all = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(all, of[i].name, json_pack("{s:o,s:s*,s:s*}", "title", title(&of[i].title, of[i].name), "metric",
		                                               of[i].metric ? of[i].metric->name : NULL, "unit", line_unit(pack, &of[i])));
	return all;
}

static json_t *reports(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->report_count; i++) {
		const struct pack_report *report = &pack->reports[i];
		json_object_set_new(all, report->name, json_pack("{s:o,s:i,s:o,s:o}", "title", title(&report->title, report->name),
		                                                 "months", (int)report->period, "rows",
		                                                 lines(pack, report->rows, report->row_count), "columns",
		                                                 lines(pack, report->columns, report->column_count)));
	}
	return all;
}

static json_t *checks(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->rule_count; i++)
		json_object_set_new(all, pack->rules[i].name, title(&pack->rules[i].title, pack->rules[i].name));
	return all;
}

static json_t *unit_kinds(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->unit_kind_count; i++) {
		const struct pack_unit_kind *kind = &pack->unit_kinds[i];
		json_object_set_new(all, kind->name, json_pack("{s:o,s:b}", "title", title(&kind->title, kind->name), "ledger",
		                                               (int)kind->ledger));
	}
	return all;
}

// Of each kind the fields that are offered, in the order of its form.
static json_t *fields(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		json_t *of = json_object();
		for (size_t f = 0; f < kind->offered; f++)
			json_object_set_new(of, kind->order[f]->name, title(&kind->order[f]->title, kind->order[f]->name));
		json_object_set_new(all, kind->name, of);
	}
	return all;
}

static json_t *roles(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->office_count; i++)
		json_object_set_new(all, pack->offices[i].name, title(&pack->offices[i].title, pack->offices[i].name));
	return all;
}

// ---- What a page must know of a kind without its form ----

const struct pack_kind *titles_persons(const struct pack *pack)
{
	const struct pack_kind *meant = NULL;
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		if (kind->custody)
			return kind;
		for (size_t f = 0; f < kind->field_count && !meant; f++)
			meant = kind->fields[f].type == VALUE_MEMBER ? pack_kind_by_number(pack, kind->fields[f].refers) : NULL;
	}
	return meant;
}

// What tells those of one name apart: a text of a fixed length.
static const char *mark_of(const struct pack_kind *kind)
{
	for (size_t f = 0; f < kind->field_count; f++) {
		const struct pack_field *field = &kind->fields[f];
		if (field->type == VALUE_TEXT && !field->retired && field->minimum > 0 && field->minimum == field->maximum)
			return field->name;
	}
	return NULL;
}

// Where what persons pay is numbered: money, of a person, with a series.
static const char *receipts_of(const struct pack *pack, const struct pack_kind *persons)
{
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		bool money = false, person = false;
		for (size_t f = 0; f < kind->field_count; f++) {
			money |= kind->fields[f].type == VALUE_MONEY;
			person |= kind->fields[f].refers == persons->number && !kind->fields[f].keyed;
		}
		if (kind->has_series && money && person && !kind->retired)
			return kind->name;
	}
	return NULL;
}

static json_t *persons(const struct pack *pack)
{
	const struct pack_kind *kind = titles_persons(pack);
	const struct pack_field *left = kind && kind->left ? kind->by_number[kind->left] : NULL;
	return json_pack("{s:s*,s:s*,s:s*,s:s*,s:b}", "kind", kind ? kind->name : NULL, "left", left ? left->name : NULL, "mark",
	                 kind ? mark_of(kind) : NULL, "receipts", kind ? receipts_of(pack, kind) : NULL, "second", pack_presence_person(pack) != NULL);
}

// Of kinds whose records are voted at: the field that says who came.
static json_t *present(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		const struct pack_field *meeting = kind->vote && kind->vote->meeting ? kind->by_number[kind->vote->meeting] : NULL;
		const struct pack_kind *at = !kind->vote ? NULL : meeting ? pack_kind_by_number(pack, meeting->refers) : kind;
		const struct pack_field *came = at ? at->by_number[kind->vote->present] : NULL;
		if (came)
			json_object_set_new(all, at->name, json_string(came->name));
	}
	return all;
}

// How the fields of what a server writes are typed in.
static json_t *inputs(const struct pack *pack)
{
	json_t *all = json_object();
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		json_t *of = kind->role == PACK_ROLE_THEME || kind->role == PACK_ROLE_CIRCULAR ? json_object() : NULL;
		for (size_t f = 0; of && f < kind->offered; f++)
			json_object_set_new(of, kind->order[f]->name, json_string(value_type_name(kind->order[f]->type)));
		if (of)
			json_object_set_new(all, kind->name, of);
	}
	return all;
}

json_t *titles_json(const struct pack *pack)
{
	json_t *about = json_pack("{s:s,s:i,s:o}", "name", pack->name, "version", (int)pack->version, "title",
	                          title(&pack->title, pack->name));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "pack", about, "kinds", kinds(pack), "fields", fields(pack), "metrics", metrics(pack),
	                 "cadences", cadences(pack), "scorecards", scorecards(pack), "reports", reports(pack), "checks", checks(pack),
	                 "unit_kinds", unit_kinds(pack), "roles", roles(pack), "persons", persons(pack), "present", present(pack),
	                 "inputs", inputs(pack));
}
