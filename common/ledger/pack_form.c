// The forms of a pack being decoded: every field in one group at most, and for every kind the order
// in which its fields stand: as the form has them, then those it leaves out, then the retired ones.
#include "ledger/pack_form.h"

#include "base/limits.h"
#include "ledger/pack_check.h"

// The fields of a form in order, and which of the kind's have been placed.
struct placing {
	const struct pack_kind *kind;
	const struct pack_field **order;
	size_t count;
	bool placed[LIMIT_FIELDS_PER_RECORD];
};

static void place_field(struct placing *placing, const struct pack_field *field)
{
	placing->order[placing->count++] = field;
	placing->placed[field->number] = true;
}

static void decode_group(struct pack_check *check, const struct pack_place *place, const Tributary__PackFormGroup *from,
                         struct placing *placing, struct pack_form_group *to)
{
	size_t begin = placing->count;
	to->title = pack_check_title(check, place, from->title_zh, from->title_en, true);
	for (size_t i = 0; !check->err && i < from->n_fields; i++) {
		uint32_t number = from->fields[i];
		const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? placing->kind->by_number[number] : NULL;
		if (!field)
			pack_check_refuse(check, ERR_MALFORMED, place, "kind \"%s\" has no field %u", placing->kind->name,
			                  (unsigned)number);
		else if (placing->placed[number])
			pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" stands in the form twice", field->name);
		else if (field->retired)
			pack_check_refuse(check, ERR_MALFORMED, place, "field \"%s\" is retired and stands in no form", field->name);
		else
			place_field(placing, field);
	}
	to->field_count = placing->count - begin;
	to->fields = placing->order + begin;
}

static void decode_form(struct pack_check *check, const struct pack_place *place, const Tributary__PackForm *from,
                        struct placing *placing, struct pack_form *to)
{
	struct pack_form_group *groups = pack_check_list(check, place, "groups", from->n_groups, PACK_FORM_GROUPS_MAX,
	                                                 sizeof *groups);
	for (size_t i = 0; !check->err && i < from->n_groups; i++) {
		struct pack_place at = { .up = place, .list = "groups", .name = "", .index = i };
		decode_group(check, &at, from->groups[i], placing, &groups[i]);
	}
	*to = (struct pack_form){ .kind = placing->kind, .group_count = from->n_groups, .groups = groups };
}

// Those that the form leaves out, in the order of the file; retired ones behind all others.
static void place_rest(struct placing *placing, struct pack_kind *kind)
{
	for (unsigned retired = 0; retired < 2; retired++) {
		for (size_t i = 0; i < kind->field_count; i++) {
			const struct pack_field *field = &kind->fields[i];
			if (!placing->placed[field->number] && field->retired == (retired != 0))
				place_field(placing, field);
		}
		if (!retired)
			kind->offered = placing->count;
	}
	kind->order = placing->order;
}

static void order_kind(struct pack_check *check, const Tributary__Pack *from, struct pack_kind *kind,
                       struct pack_form *forms, size_t *form_count)
{
	struct placing placing = { .kind = kind };
	struct pack_place here = { .up = NULL, .list = "forms", .name = kind->name, .index = 0 };
	bool found = false;
	placing.order = pack_check_list(check, &here, "fields", kind->field_count, LIMIT_FIELDS_PER_RECORD,
	                                sizeof *placing.order);
	for (size_t i = 0; !check->err && i < from->n_forms; i++) {
		if (from->forms[i]->kind != kind->number)
			continue;
		if (found)
			pack_check_refuse(check, ERR_MALFORMED, &here, "the kind has a form already");
		else
			decode_form(check, &here, from->forms[i], &placing, &forms[(*form_count)++]);
		found = true;
	}
	if (!check->err)
		place_rest(&placing, kind);
}

// The kinds are still being built: nobody has seen them as constant yet.
void pack_check_forms(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	struct pack_form *forms = pack_check_list(check, NULL, "forms", from->n_forms, LIMIT_PACK_KINDS, sizeof *forms);
	struct pack_kind *kinds = (struct pack_kind *)to->kinds;
	for (size_t i = 0; !check->err && i < from->n_forms; i++)
		if (!pack_kind_by_number(to, from->forms[i]->kind))
			pack_check_refuse(check, ERR_MALFORMED, NULL, "forms: the pack has no kind %u", (unsigned)from->forms[i]->kind);
	for (size_t i = 0; !check->err && i < to->kind_count; i++)
		order_kind(check, from, &kinds[i], forms, &to->form_count);
	to->forms = forms;
}

const struct pack_form *pack_form_of(const struct pack *pack, const struct pack_kind *kind)
{
	for (size_t i = 0; i < pack->form_count; i++)
		if (pack->forms[i].kind == kind)
			return &pack->forms[i];
	return NULL;
}

const struct title *pack_form_title(const struct pack *pack, const struct pack_kind *kind, const struct pack_field *field)
{
	const struct pack_form *form = pack_form_of(pack, kind);
	for (size_t g = 0; form && g < form->group_count; g++)
		for (size_t i = 0; i < form->groups[g].field_count; i++)
			if (form->groups[g].fields[i] == field)
				return &form->groups[g].title;
	return NULL;
}
