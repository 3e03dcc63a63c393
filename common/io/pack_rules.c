// Values here are written as a clerk would type them; options by name.
#include "io/pack_rules.h"

static void put_default(struct pack_names *names, const struct pack_place *place, const struct pack_schema_field *from,
                        Tributary__PackField *to)
{
	struct pack_field plain = { .name = "", .title = { .zh = "", .en = "" }, .type = (enum value_type)to->type };
	struct value value = { .form = VALUE_IS_NONE };
	enum value_form form = value_type_form(plain.type);
	if (!from->preset || names->check.err)
		return;
	to->default_form = form;
	if (form == VALUE_IS_NUMBER) {
		to->default_number = pack_names_compared(names, place, "default", from, from->preset);
		return;
	}
	if (form != VALUE_IS_TEXT)
		return; // the decoder says that there is none
	enum err err = value_parse(&plain, span_string(from->preset), names->check.arena, &value);
	to->default_text = err ? NULL : arena_string(names->check.arena, value.bytes);
	if (!to->default_text)
		pack_check_refuse(&names->check, err ? err : ERR_BUDGET, place, "default: \"%s\", expected %s", from->preset,
		                  value_type_expected(plain.type));
}

void pack_rules_field(struct pack_names *names, const struct pack_place *place, const struct pack_schema_field *from,
                      Tributary__PackField *to)
{
	if (from->pattern && !*from->pattern)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "pattern: the pattern is empty");
	else if (from->pattern)
		to->pattern = from->pattern;
	to->unique = from->unique;
	to->carry = from->carry;
	to->stays = from->stays;
	to->shared_with_second = from->shared_with_second;
	to->evidence = from->evidence;
	put_default(names, place, from, to);
}

// Who must approve when a person of this kind moves.
static uint32_t approval(struct pack_names *names, const struct pack_place *place, const char *text)
{
	if (strcmp(text, "registrar") == 0)
		return PACK_APPROVAL_REGISTRAR;
	if (strcmp(text, "witness") == 0)
		return PACK_APPROVAL_WITNESS;
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "approvals: \"%s\" is neither registrar nor witness", text);
	return 0;
}

static void put_custody(struct pack_names *names, const struct pack_place *place, const struct pack_schema_kind *from,
                        Tributary__PackKind *to)
{
	if (!from->custody && (from->arrived || from->left || from->approvals_count))
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "arrived, left and approvals are for kinds with custody: true");
	if (!from->custody || names->check.err)
		return;
	to->custody = pack_check_list(&names->check, place, "custody", 1, 1, sizeof *to->custody);
	if (!to->custody)
		return;
	*to->custody = (Tributary__PackCustody)TRIBUTARY__PACK_CUSTODY__INIT;
	to->custody->arrived = pack_names_field_number(names, place, "arrived", from, from->arrived);
	to->custody->left = pack_names_field_number(names, place, "left", from, from->left);
	for (unsigned i = 0; i < from->approvals_count; i++)
		to->custody->approvals |= approval(names, place, from->approvals[i]);
}

void pack_rules_kind(struct pack_names *names, const struct pack_place *place, const struct pack_schema_kind *from,
                     Tributary__PackKind *to)
{
	static const struct pack_names_word origins[] = { { "above", 1 }, { NULL, 0 } };
	static const struct pack_names_word roles[] = {
		{ "theme", PACK_ROLE_THEME }, { "circular", PACK_ROLE_CIRCULAR }, { "attachment", PACK_ROLE_ATTACHMENT },
		{ "guest", PACK_ROLE_GUEST }, { "activity_elsewhere", PACK_ROLE_ACTIVITY_ELSEWHERE }, { NULL, 0 } };
	to->from_above = pack_names_number(names, place, "from", from->from, origins) == 1;
	to->role = pack_names_number(names, place, "role", from->role, roles);
	to->follows = pack_names_field_number(names, place, "follows", from, from->follows);
	to->carry_same = pack_names_field_number(names, place, "carry_same", from, from->carry_same);
	to->carry_newest = pack_names_field_number(names, place, "carry_newest", from, from->carry_newest);
	put_custody(names, place, from, to);
}

void pack_rules_late(struct pack_names *names, const struct pack_place *place, const struct pack_schema_metric *from,
                     const struct pack_schema_kind *kind, Tributary__PackMetric *to)
{
	if (!from->late)
		return;
	to->late_days = from->late->days;
	to->late_after = pack_names_field_number(names, place, "late: after", kind, from->late->after);
}
