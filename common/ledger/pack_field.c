// Rules of fields and kinds beyond type and audience: patterns, uniqueness, what a new record begins
// with, and what goes along when a person moves to another unit.
#include "ledger/pack_check.h"

#include <inttypes.h>

#include "base/limits.h"
#include "ledger/cell.h"
#include "ledger/pattern.h"

static void check_pattern(struct pack_check *check, const struct pack_place *place, const char *pattern,
                          struct pack_field *to)
{
	if (!*pattern)
		return;
	const char *why = pattern_check(pattern);
	if (to->type != VALUE_TEXT)
		pack_check_refuse(check, ERR_MALFORMED, place, "pattern belongs to type text, not %s", value_type_name(to->type));
	else if (why)
		pack_check_refuse(check, ERR_MALFORMED, place, "pattern: %s", why);
	to->pattern = pattern;
}

static bool number_fits(const struct pack_field *field, int64_t number)
{
	if (field->type == VALUE_OPTION)
		return pack_option_by_code(field, number) != NULL;
	if (field->type == VALUE_BOOL)
		return number == 0 || number == 1;
	if (field->type == VALUE_DATE && (number < CELL_DAY_MIN || number > CELL_DAY_MAX))
		return false;
	if (field->type == VALUE_MONTH && (number < CELL_MONTH_MIN || number >= CELL_MONTH_MAX))
		return false;
	if (number < -CELL_VALUE_MAX || number > CELL_VALUE_MAX)
		return false;
	bool bounded = field->minimum || field->maximum;
	return !bounded || (number >= field->minimum && number <= field->maximum);
}

static bool text_fits(const struct pack_field *field, const char *text)
{
	int64_t characters = 0;
	for (const char *at = text; *at; at++)
		characters += ((uint8_t)*at & 0xc0) != 0x80;
	bool bounded = field->minimum || field->maximum;
	if (bounded && (characters < field->minimum || characters > field->maximum))
		return false;
	return *text && (!field->pattern || pattern_matches(field->pattern, span_string(text)));
}

// A new record begins with it, so it must be a value that could be entered.
static void check_preset(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                         struct pack_field *to)
{
	bool number = from->default_form == VALUE_IS_NUMBER;
	if (from->default_form == VALUE_IS_NONE) {
		if (from->default_number || *from->default_text)
			pack_check_refuse(check, ERR_MALFORMED, place, "default: a value without its form");
		return;
	}
	bool formed = from->default_form == (uint32_t)value_type_form(to->type) && from->default_form != VALUE_IS_REFERENCE;
	if (!formed || to->keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "default: a %s field has none",
		                  to->keyed ? "keyed" : value_type_name(to->type));
	else if (number ? !number_fits(to, from->default_number) : !text_fits(to, from->default_text))
		pack_check_refuse(check, ERR_MALFORMED, place, "default: not a value that the field may have");
	to->preset = (struct value){
		.form = (enum value_form)from->default_form,
		.number = number ? from->default_number : 0,
		.bytes = number ? span_of(NULL, 0) : span_string(from->default_text),
	};
}

void pack_check_field(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                      struct pack_field *to)
{
	bool own = to->authority == AUTHORITY_OWN || to->authority == AUTHORITY_BOTH;
	check_pattern(check, place, from->pattern, to);
	if (!check->err)
		check_preset(check, place, from, to);
	to->unique = from->unique;
	to->carry = from->carry;
	to->stays = from->stays;
	to->shared_with_second = from->shared_with_second;
	if (to->shared_with_second && (to->keyed || value_type_form(to->type) == VALUE_IS_REFERENCE))
		pack_check_refuse(check, ERR_MALFORMED, place, "shared_with_second: of fields with one value that is no reference");
	to->evidence = from->evidence;
	if (to->evidence && (to->type != VALUE_ATTACHMENT || !own))
		pack_check_refuse(check, ERR_MALFORMED, place, "evidence: of files (type attachment) that the unit attaches");
	if (to->unique && (to->keyed || to->type == VALUE_LONG_TEXT || to->type == VALUE_BOOL))
		pack_check_refuse(check, ERR_MALFORMED, place, "unique: a %s field cannot be",
		                  to->keyed ? "keyed" : value_type_name(to->type));
	else if (to->unique && (to->carry || to->preset.form != VALUE_IS_NONE))
		pack_check_refuse(check, ERR_MALFORMED, place, "unique: what is carried or has a default comes twice");
	else if (to->carry && to->keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "carry: a keyed field has no one value to carry");
	else if (!own && (to->unique || to->carry || to->preset.form != VALUE_IS_NONE))
		pack_check_refuse(check, ERR_MALFORMED, place, "unique, carry and default are for fields that the unit writes");
}

// A plain field of one of these types.
static uint8_t need_plain(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind,
                          const char *what, uint32_t number, unsigned types)
{
	const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? kind->by_number[number] : NULL;
	if (number == 0)
		return 0;
	if (!field)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: kind \"%s\" has no field %" PRIu32, what, kind->name, number);
	else if (field->keyed || !(types & (1u << field->type)))
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" of type %s does not fit here", what, field->name,
		                  value_type_name(field->type));
	return (uint8_t)number;
}

void pack_check_kind(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                     struct pack_kind *to)
{
	enum {
		TYPES_MEMBER = 1u << VALUE_MEMBER | 1u << VALUE_RECORD,
		TYPES_SAME = TYPES_MEMBER | 1u << VALUE_UNIT | 1u << VALUE_OPTION | 1u << VALUE_TEXT | 1u << VALUE_INTEGER,
		TYPES_TIME = 1u << VALUE_DATE | 1u << VALUE_MONTH,
	};
	bool carries = false;
	if (check->err)
		return;
	to->follows = need_plain(check, place, to, "follows", from->follows, TYPES_MEMBER);
	to->carry_same = need_plain(check, place, to, "carry_same", from->carry_same, TYPES_SAME);
	to->carry_newest = need_plain(check, place, to, "carry_newest", from->carry_newest, TYPES_TIME);
	to->custody = from->custody != NULL;
	if (from->custody) {
		to->arrived = need_plain(check, place, to, "arrived", from->custody->arrived, 1u << VALUE_DATE);
		to->left = need_plain(check, place, to, "left", from->custody->left, 1u << VALUE_DATE);
		pack_check_range(check, place, "approvals", from->custody->approvals, 0, PACK_APPROVAL_REGISTRAR | PACK_APPROVAL_WITNESS);
		to->approvals = (uint8_t)from->custody->approvals;
	}
	for (size_t i = 0; i < to->field_count; i++)
		carries |= to->fields[i].carry;
	if (!carries && (to->carry_same || to->carry_newest))
		pack_check_refuse(check, ERR_MALFORMED, place, "carry_same and carry_newest: no field of the kind is carried");
}
