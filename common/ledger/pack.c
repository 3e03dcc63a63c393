// Look-ups in a decoded pack. Names are what a machine and a command line use; titles in both
// languages and further headings are understood wherever a person may have typed them.
#include "ledger/pack.h"

#include <assert.h>

bool authority_allows(enum authority authority, enum relation relation)
{
	static const bool allowed[AUTHORITY_END][RELATION_ANCESTOR + 1] = {
		[AUTHORITY_OWN] = { [RELATION_OWN] = true },
		[AUTHORITY_PARENT] = { [RELATION_PARENT] = true },
		[AUTHORITY_ANCESTOR] = { [RELATION_PARENT] = true, [RELATION_ANCESTOR] = true },
		[AUTHORITY_BOTH] = { [RELATION_OWN] = true, [RELATION_PARENT] = true },
	};
	assert(authority > 0 && authority < AUTHORITY_END && relation <= RELATION_ANCESTOR);
	return allowed[authority][relation];
}

const char *authority_name(enum authority authority)
{
	static const char *const names[AUTHORITY_END] = {
		[AUTHORITY_OWN] = "own", [AUTHORITY_PARENT] = "parent", [AUTHORITY_ANCESTOR] = "ancestor",
		[AUTHORITY_BOTH] = "both",
	};
	return authority > 0 && authority < AUTHORITY_END ? names[authority] : "?";
}

bool authority_parse(const char *text, enum authority *authority)
{
	for (enum authority one = AUTHORITY_OWN; one < AUTHORITY_END; one++) {
		if (strcmp(authority_name(one), text) != 0)
			continue;
		*authority = one;
		return true;
	}
	return false;
}

// An empty title names nothing.
static bool title_is(const struct title *title, struct span text)
{
	return text.size && (span_equal(span_string(title->zh), text) || span_equal(span_string(title->en), text));
}

const struct pack_kind *pack_kind_by_number(const struct pack *pack, uint32_t number)
{
	for (size_t low = 0, high = pack->kind_count; low < high;) {
		size_t middle = low + (high - low) / 2;
		if (pack->kinds[middle].number == number)
			return &pack->kinds[middle];
		if (pack->kinds[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct pack_kind *pack_kind_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->kind_count; i++)
		if (strcmp(pack->kinds[i].name, name) == 0 || title_is(&pack->kinds[i].title, span_string(name)))
			return &pack->kinds[i];
	return NULL;
}

const struct pack_field *pack_field_by_heading(const struct pack_kind *kind, struct span heading)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		if (span_equal(span_string(field->name), heading) || title_is(&field->title, heading))
			return field;
		for (size_t j = 0; j < field->heading_count; j++)
			if (span_equal(span_string(field->headings[j]), heading))
				return field;
	}
	return NULL;
}

const struct pack_office *pack_office_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->office_count; i++) {
		const struct pack_office *office = &pack->offices[i];
		if (strcmp(office->name, name) == 0 || (*name && (strcmp(office->title.zh, name) == 0 || strcmp(office->title.en, name) == 0)))
			return office;
	}
	return NULL;
}

const struct pack_kind *pack_kind_by_role(const struct pack *pack, enum pack_role role)
{
	for (size_t i = 0; i < pack->kind_count; i++)
		if (pack->kinds[i].role == role)
			return &pack->kinds[i];
	return NULL;
}

const struct pack_field *pack_field_by_name(const struct pack_kind *kind, const char *name)
{
	return pack_field_by_heading(kind, span_string(name));
}

const struct pack_metric *pack_metric_by_number(const struct pack *pack, uint32_t number)
{
	for (size_t low = 0, high = pack->metric_count; low < high;) {
		size_t middle = low + (high - low) / 2;
		if (pack->metrics[middle].number == number)
			return &pack->metrics[middle];
		if (pack->metrics[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct pack_metric *pack_metric_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->metric_count; i++)
		if (strcmp(pack->metrics[i].name, name) == 0 || title_is(&pack->metrics[i].title, span_string(name)))
			return &pack->metrics[i];
	return NULL;
}

bool pack_metric_adds_up(const struct pack_metric *metric)
{
	return metric->aggregate != METRIC_RATIO && metric->aggregate != METRIC_MINIMUM && metric->aggregate != METRIC_MAXIMUM;
}

bool pack_metric_of_month(const struct pack_metric *metric)
{
	return metric->aggregate == METRIC_DISTINCT || metric->aggregate == METRIC_MINIMUM
	       || metric->aggregate == METRIC_MAXIMUM;
}

const struct pack_dimension *pack_dimension_by_name(const struct pack_metric *metric, const char *name)
{
	for (size_t i = 0; i < metric->dimension_count; i++) {
		const struct pack_dimension *dimension = &metric->dimensions[i];
		if (strcmp(dimension->name, name) == 0 || title_is(&dimension->title, span_string(name)))
			return dimension;
	}
	return NULL;
}

const struct pack_unit_kind *pack_unit_kind_by_name(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->unit_kind_count; i++)
		if (strcmp(pack->unit_kinds[i].name, name) == 0 || title_is(&pack->unit_kinds[i].title, span_string(name)))
			return &pack->unit_kinds[i];
	return NULL;
}

bool pack_archives(const struct pack *pack, const char *unit_kind)
{
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, unit_kind);
	bool any = false;
	for (size_t i = 0; i < pack->unit_kind_count; i++)
		any |= pack->unit_kinds[i].archive;
	return !any || (kind && kind->archive);
}

const struct pack_option *pack_option_by_code(const struct pack_field *field, int64_t code)
{
	for (size_t i = 0; i < field->option_count; i++)
		if (field->options[i].code == code)
			return &field->options[i];
	return NULL;
}
