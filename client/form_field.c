// Kinds and fields, told in full.
#include "client/form_field.h"

#include "ledger/workflow.h"

static const char *role_name(enum pack_role role)
{
	static const char *const names[PACK_ROLE_END] = {
		[PACK_ROLE_THEME] = "theme", [PACK_ROLE_CIRCULAR] = "circular", [PACK_ROLE_ATTACHMENT] = "attachment",
		[PACK_ROLE_GUEST] = "guest", [PACK_ROLE_ACTIVITY_ELSEWHERE] = "activity_elsewhere",
	};
	return names[role];
}

static json_t *field_name(const struct pack_kind *kind, uint8_t number)
{
	const struct pack_field *field = number ? kind->by_number[number] : NULL;
	return field ? json_string(field->name) : json_null();
}

json_t *form_field_kind(const struct pack_kind *kind)
{
	json_t *workflow = kind->workflow ? json_string(kind->workflow->state->name) : json_null();
	return json_pack("{s:s,s:s,s:o,s:s,s:b,s:b,s:o,s:b,s:o,s:o,s:s*}", "kind", kind->name, "title",
	                 lookup_title(&kind->title, kind->name), "label", field_name(kind, kind->label), "lane", lane_name(kind->lane),
	                 "from_above", (int)kind->from_above, "custody", (int)kind->custody, "workflow", workflow, "vote",
	                 kind->vote != NULL, "same", field_name(kind, kind->carry_same), "newest",
	                 field_name(kind, kind->carry_newest), "role", role_name(kind->role));
}

static json_t *options(const struct pack_field *field)
{
	if (field->type != VALUE_OPTION)
		return NULL;
	json_t *all = json_array();
	for (size_t i = 0; i < field->option_count; i++) {
		const struct pack_option *option = &field->options[i];
		json_t *also = json_array();
		for (size_t a = 0; a < option->alias_count; a++)
			json_array_append_new(also, json_string(option->aliases[a]));
		json_array_append_new(all, json_pack("{s:s,s:s,s:o,s:b}", "name", option->name, "title",
		                                     lookup_title(&option->title, option->name), "also", also, "retired",
		                                     (int)option->retired));
	}
	return all;
}

// Bounds as the field's values are told; of text, its length.
static json_t *bound(struct lookup *look, const struct pack_field *field, int64_t at)
{
	if (field->minimum == 0 && field->maximum == 0)
		return json_null();
	bool day = field->type == VALUE_DATE || field->type == VALUE_MONTH;
	return day ? lookup_json(look, field, &(struct value){ .form = VALUE_IS_NUMBER, .number = at }) : json_integer((json_int_t)at);
}

static json_t *headings(const struct pack_field *field)
{
	json_t *all = json_array();
	for (size_t i = 0; i < field->heading_count; i++)
		json_array_append_new(all, json_string(field->headings[i]));
	return all;
}

json_t *form_field_about(struct lookup *look, const struct pack_field *field)
{
	const struct pack_kind *refers = field->refers ? pack_kind_by_number(look->pack, field->refers) : NULL;
	return json_pack("{s:s,s:b,s:b,s:s,s:s*,s:o*,s:o,s:o,s:s*,s:b,s:b,s:b,s:o}", "type", value_type_name(field->type), "keyed",
	                 (int)field->keyed, "set", field->keyed && field->type == VALUE_BOOL, "authority",
	                 authority_name(field->authority), "refers", refers ? refers->name : NULL, "options", options(field),
	                 "minimum", bound(look, field, field->minimum), "maximum", bound(look, field, field->maximum), "pattern",
	                 field->pattern, "unique", (int)field->unique, "carry", (int)field->carry, "series", (int)field->series,
	                 "headings", headings(field));
}
