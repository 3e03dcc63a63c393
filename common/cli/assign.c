// Assignments: their grammar, and what is said when they do not fit the pack.
#include "cli/assign.h"

int assign_value(struct command *command, const struct pack_field *field, struct span text, struct value *value)
{
	enum err err = lookup_value(&command->look, field, text, value);
	if (!err)
		return VERB_OK;
	const char *title = lookup_title(&field->title, field->name);
	if (err == ERR_NOT_FOUND || err == ERR_CONFLICT)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_REFERENCE,
			.where = title, .why = err == ERR_CONFLICT ? phrase_text(PHRASE_SEVERAL) : "", .remedy = PHRASE_REMEDY_SEVERAL });
	struct buf why = BUF_EMPTY;
	phrase_format(&why, err == ERR_RANGE ? PHRASE_EXPECTED_RANGE : PHRASE_EXPECTED, PHRASE_WITH(lookup_expected(&command->look, field)));
	buf_u8(&why, '\0');
	int code = verb_fail(command->call, &(struct verb_failure){
		.err = ERR_USAGE, .what = PHRASE_BAD_VALUE, .where = title, .why = why.err ? "" : (const char *)why.data,
		.remedy = PHRASE_REMEDY_VALUE });
	buf_free(&why);
	return code;
}

// An element was named in a way that the field does not have: says how its elements are written.
int assign_bad_form(struct command *command, const struct pack_field *field)
{
	enum phrase form = !field->keyed ? PHRASE_FORM_PLAIN : field->type == VALUE_BOOL ? PHRASE_FORM_SET : PHRASE_FORM_MAP;
	struct buf why = BUF_EMPTY;
	phrase_format(&why, form, PHRASE_WITH(field->name));
	const char *text = why.err ? NULL : arena_string(&command->arena, buf_span(&why));
	buf_free(&why);
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_USAGE, .what = PHRASE_BAD_ELEMENT, .where = lookup_title(&field->title, field->name), .why = text ? text : "",
		.remedy = PHRASE_REMEDY_VALUE });
}

// What stands in for an element does not name one.
static int bad_key(struct command *command, const struct pack_field *field, struct span key, enum err err)
{
	const char *text = arena_string(&command->arena, key);
	bool unknown = err == ERR_NOT_FOUND || err == ERR_CONFLICT;
	if (!unknown)
		return assign_bad_form(command, field);
	return verb_fail(command->call, &(struct verb_failure){
		.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_REFERENCE,
		.where = lookup_title(&field->title, field->name), .why = text ? text : "", .remedy = PHRASE_REMEDY_SEVERAL });
}

int assign_place(struct command *command, const struct pack_kind *kind, struct span text, const struct pack_field **field,
                 struct span *element)
{
	const uint8_t *bracket = memchr(text.data, '[', text.size);
	bool keyed = bracket && text.size > 1 && text.data[text.size - 1] == ']';
	const char *name = arena_string(&command->arena, span_of(text.data, keyed ? (size_t)(bracket - text.data) : text.size));
	*element = span_of(NULL, 0);
	if (!name)
		return command_fail(command, ERR_BUDGET, PHRASE_NO_FIELD, NULL);
	int code = VERB_OK;
	*field = command_field(command, kind, name, &code);
	if (code || !keyed)
		return code;
	struct span key = span_of(bracket + 1, (size_t)(text.data + text.size - 1 - (bracket + 1)));
	enum err err = (*field)->keyed ? lookup_key(&command->look, *field, key, element) : ERR_USAGE;
	return err ? bad_key(command, *field, key, err) : VERB_OK;
}

// field+=KEY and field-=KEY
static int assign_member(struct command *command, const struct pack_field *field, bool in, struct span key, struct pen_write *write)
{
	enum err err = field->keyed && field->type == VALUE_BOOL ? lookup_key(&command->look, field, key, &write->element) : ERR_USAGE;
	if (err)
		return bad_key(command, field, key, err);
	write->value = in ? (struct value){ .form = VALUE_IS_NUMBER, .number = 1 } : (struct value){ .form = VALUE_IS_NONE };
	return VERB_OK;
}

int assign_parse(struct command *command, const struct pack_kind *kind, const char *text, struct pen_write *write)
{
	const char *equals = strchr(text, '=');
	if (!equals || equals == text)
		return verb_usage(command->call, PHRASE_NO_ASSIGNMENT, text);
	char before = equals[-1];
	bool member = equals - text > 1 && (before == '+' || before == '-');
	const struct pack_field *field;
	struct span place = span_of(text, (size_t)(equals - text) - (member ? 1 : 0));
	*write = (struct pen_write){ .element = span_of(NULL, 0) };
	int code = assign_place(command, kind, place, &field, &write->element);
	if (code)
		return code;
	write->field = field->number;
	if (field->series)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_USAGE, .what = PHRASE_NUMBER_TYPED, .where = lookup_title(&field->title, field->name), .why = "",
			.remedy = PHRASE_REMEDY_NUMBER });
	if (member)
		return assign_member(command, field, before == '+', span_string(equals + 1), write);
	if (field->keyed && write->element.size == 0)
		return assign_bad_form(command, field);
	return assign_value(command, field, span_string(equals + 1), &write->value);
}
