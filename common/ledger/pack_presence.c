// Where a pack keeps members at a second unit.
#include "ledger/pack_presence.h"

#include <string.h>

struct pack_presence pack_presence_fields(const struct pack_kind *kind)
{
	struct pack_presence found = { .member = 0 };
	size_t dates = 0, texts = 0;
	for (unsigned number = 1; number < LIMIT_FIELDS_PER_RECORD; number++) {
		const struct pack_field *field = kind->by_number[number];
		if (!field || field->keyed || field->authority != AUTHORITY_OWN)
			continue;
		bool person = (field->type == VALUE_RECORD || field->type == VALUE_MEMBER) && field->refers;
		if (person && !found.member)
			found.member = field->number;
		else if (field->type == VALUE_UNIT && !found.unit)
			found.unit = field->number;
		else if (field->type == VALUE_DATE && dates < sizeof found.date)
			found.date[dates++] = field->number;
		else if (field->type == VALUE_TEXT && texts < sizeof found.text)
			found.text[texts++] = field->number;
	}
	return found;
}

const struct pack_field *pack_presence_came(const struct pack *pack, const struct pack_kind *kind)
{
	const struct pack_kind *guest = pack_kind_by_role(pack, PACK_ROLE_GUEST);
	for (size_t i = 0; guest && i < kind->field_count; i++)
		if (kind->fields[i].keyed && kind->fields[i].type == VALUE_BOOL && kind->fields[i].refers == guest->number)
			return &kind->fields[i];
	return NULL;
}

const struct pack_kind *pack_presence_person(const struct pack *pack)
{
	const struct pack_kind *attachment = pack_kind_by_role(pack, PACK_ROLE_ATTACHMENT);
	if (!attachment)
		return NULL;
	struct pack_presence fields = pack_presence_fields(attachment);
	return pack_kind_by_number(pack, attachment->by_number[fields.member]->refers);
}

const struct pack_field *pack_presence_shared(const struct pack *pack, const struct pack_field *field)
{
	const struct pack_kind *guest = pack_kind_by_role(pack, PACK_ROLE_GUEST);
	for (size_t i = 0; guest && field->shared_with_second && i < guest->field_count; i++) {
		const struct pack_field *to = &guest->fields[i];
		if (strcmp(to->name, field->name) == 0 && to->type == field->type && !to->keyed && to->authority == AUTHORITY_OWN)
			return to;
	}
	return NULL;
}

void pack_presence_check(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind)
{
	static const char *const needs[PACK_ROLE_END] = {
		[PACK_ROLE_ATTACHMENT] = "a record that it is about, a unit and two dates",
		[PACK_ROLE_GUEST] = "a unit and two dates",
		[PACK_ROLE_ACTIVITY_ELSEWHERE] = "a record that it is about, a unit, a date and two texts",
	};
	struct pack_presence has = pack_presence_fields(kind);
	bool person = kind->role == PACK_ROLE_GUEST || has.member;
	bool told = kind->role == PACK_ROLE_ACTIVITY_ELSEWHERE ? has.date[0] && has.text[1] : has.date[1] != 0;
	if (!person || !has.unit || !told)
		pack_check_refuse(check, ERR_MALFORMED, place, "role: such a kind needs %s of the unit's own", needs[kind->role]);
}
