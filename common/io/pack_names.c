// Names are looked up in the file itself, so that an error tells what the author wrote.
#include "io/pack_names.h"

#include <stdio.h>

static void list_words(const struct pack_names_word *words, char *list, size_t size)
{
	size_t used = 0;
	for (; words->name && used < size; words++)
		used += (size_t)snprintf(list + used, size - used, "%s%s", used ? ", " : "", words->name);
}

void *pack_names_list(struct pack_names *names, size_t count, size_t size)
{
	return pack_check_list(&names->check, NULL, "items", count, SIZE_MAX, size);
}

char *pack_names_text(char *text)
{
	static char nothing[1];
	return text ? text : nothing;
}

uint32_t pack_names_number(struct pack_names *names, const struct pack_place *place, const char *key,
                           const char *name, const struct pack_names_word *words)
{
	char expected[128] = "";
	if (!name)
		return 0;
	for (const struct pack_names_word *word = words; word->name; word++)
		if (strcmp(word->name, name) == 0)
			return word->number;
	list_words(words, expected, sizeof expected);
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: \"%s\", expected one of %s", key, name, expected);
	return 0;
}

enum value_type pack_names_type(struct pack_names *names, const struct pack_place *place, const char *name)
{
	char expected[160] = "";
	enum value_type type = VALUE_TEXT;
	if (value_type_parse(name, &type))
		return type;
	size_t used = 0;
	for (enum value_type each = VALUE_TEXT; each < VALUE_TYPE_END && used < sizeof expected; each++)
		used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", used ? ", " : "",
		                         value_type_name(each));
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "type: \"%s\", expected one of %s", name, expected);
	return VALUE_TEXT;
}

// ---- Names that stand for numbers ----

const struct pack_schema_kind *pack_names_kind(struct pack_names *names, const struct pack_place *place,
                                               const char *key, const char *name)
{
	for (unsigned i = 0; name && i < names->from->kinds_count; i++)
		if (strcmp(names->from->kinds[i].name, name) == 0)
			return &names->from->kinds[i];
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: no kind is called \"%s\"", key, name ? name : "");
	return NULL;
}

const struct pack_schema_field *pack_names_field(struct pack_names *names, const struct pack_place *place,
                                                 const char *key, const struct pack_schema_kind *kind, const char *name)
{
	for (unsigned i = 0; name && i < kind->fields_count; i++)
		if (strcmp(kind->fields[i].name, name) == 0)
			return &kind->fields[i];
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: kind \"%s\" has no field \"%s\"", key, kind->name,
	                  name ? name : "");
	return NULL;
}

uint32_t pack_names_field_number(struct pack_names *names, const struct pack_place *place, const char *key,
                                 const struct pack_schema_kind *kind, const char *name)
{
	const struct pack_schema_field *field = name ? pack_names_field(names, place, key, kind, name) : NULL;
	return field ? field->number : 0;
}

uint32_t pack_names_option(struct pack_names *names, const struct pack_place *place,
                           const struct pack_schema_field *field, const char *name)
{
	for (unsigned i = 0; i < field->options_count; i++)
		if (strcmp(field->options[i].name, name) == 0)
			return field->options[i].code;
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "field \"%s\" has no option \"%s\"", field->name, name);
	return 0;
}

int64_t pack_names_scalar(struct pack_names *names, const struct pack_place *place, const char *key,
                          enum value_type type, const char *text)
{
	struct pack_field plain = { .name = "", .title = { .zh = "", .en = "" }, .type = type };
	struct value value = { .form = VALUE_IS_NONE, .number = 0 };
	enum err err = value_parse(&plain, span_string(text), names->check.arena, &value);
	if (err || value.form != VALUE_IS_NUMBER)
		pack_check_refuse(&names->check, err ? err : ERR_MALFORMED, place, "%s: \"%s\", expected %s", key, text,
		                  value_type_expected(type));
	return value.number;
}

int64_t pack_names_compared(struct pack_names *names, const struct pack_place *place, const char *key,
                            const struct pack_schema_field *field, const char *text)
{
	enum value_type type = pack_names_type(names, place, field->type);
	if (type == VALUE_OPTION)
		return pack_names_option(names, place, field, text);
	if (value_type_form(type) == VALUE_IS_NUMBER)
		return pack_names_scalar(names, place, key, type, text);
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: field \"%s\" is %s and cannot be compared", key,
	                  field->name, value_type_name(type));
	return 0;
}

uint32_t pack_names_metric(struct pack_names *names, const struct pack_place *place, const char *key,
                           const char *name)
{
	for (unsigned i = 0; name && i < names->from->metrics_count; i++)
		if (strcmp(names->from->metrics[i].name, name) == 0)
			return names->from->metrics[i].number;
	if (name)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: no metric is called \"%s\"", key, name);
	return 0;
}
