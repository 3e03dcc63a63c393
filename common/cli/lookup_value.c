// Values between people, programs and the ledger.
#include "cli/lookup.h"
#include "cli/phrase.h"

static bool is_plain(const struct title *title) { return title->zh[0] || title->en[0]; }

const char *lookup_title(const struct title *title, const char *name)
{
	if (!is_plain(title))
		return name;
	bool chinese = phrase_language() == PHRASE_ZH;
	const char *first = chinese ? title->zh : title->en;
	return first[0] ? first : chinese ? title->en : title->zh;
}

static const char *plain_text(struct lookup *look, const struct pack_field *field, const struct value *value)
{
	const char *text = "";
	return value_format(field, value, look->arena, &text) ? "?" : text;
}

static const char *reference_text(struct lookup *look, uint16_t refers, struct span bytes)
{
	struct id id;
	struct record record;
	const struct pack_kind *kind = look->pack ? pack_kind_by_number(look->pack, refers) : NULL;
	if (id_read(bytes, &id))
		return "?";
	struct record_key key = { .unit = look->unit, .kind = refers, .record = id };
	if (kind)
		lookup_owner(look, kind, &id, &key.unit);
	if (!kind || record_load(look->txn, &key, look->arena, &record) || record.write_count == 0)
		return lookup_short(look, &id);
	const char *label = lookup_record_label(look, kind, &record);
	struct id found;
	// In bulk, where texts are to be read again, a label that several bear does not do.
	bool clear = !look->bulk || (lookup_record(look, kind, label, &found) == ERR_OK && id_equal(&found, &id));
	return clear ? label : lookup_short(look, &id);
}

const char *lookup_text(struct lookup *look, const struct pack_field *field, const struct value *value)
{
	struct id unit;
	const struct pack_option *option;
	if (value->form == VALUE_IS_NONE)
		return "";
	switch (field->type) {
	case VALUE_OPTION:
		option = pack_option_by_code(field, value->number);
		return option ? lookup_title(&option->title, option->name) : plain_text(look, field, value);
	case VALUE_BOOL:
		return phrase_text(value->number ? PHRASE_YES : PHRASE_NO);
	case VALUE_RECORD:
	case VALUE_MEMBER:
		return reference_text(look, field->refers, value->bytes);
	case VALUE_UNIT:
		return id_read(value->bytes, &unit) ? "?" : lookup_unit_name(look, &unit);
	case VALUE_TEXT:
	case VALUE_LONG_TEXT:
	case VALUE_INTEGER:
	case VALUE_MONEY:
	case VALUE_DATE:
	case VALUE_MONTH:
	case VALUE_ATTACHMENT:
	case VALUE_TYPE_END:
		break;
	}
	return plain_text(look, field, value);
}

json_t *lookup_json(struct lookup *look, const struct pack_field *field, const struct value *value)
{
	if (value->form == VALUE_IS_NONE)
		return json_null();
	if (field->type == VALUE_INTEGER || field->type == VALUE_MONEY)
		return json_integer(value->number);
	if (field->type == VALUE_BOOL)
		return json_boolean(value->number != 0);
	return json_string(plain_text(look, field, value));
}

const char *lookup_element(struct lookup *look, const struct pack_field *field, struct span element)
{
	if (field->refers && element.size == LIMIT_ID_BYTES)
		return reference_text(look, field->refers, element);
	const char *text = arena_string(look->arena, element);
	return text ? text : "?";
}

static bool is_set(const struct pack_field *field) { return field->keyed && field->type == VALUE_BOOL; }

// The key as --json names it: hex for what refers to a record.
static const char *element_name(struct lookup *look, const struct pack_field *field, struct span element)
{
	struct id id;
	if (field->refers && !id_read(element, &id))
		return lookup_short(look, &id);
	return lookup_element(look, field, element);
}

// The next place (field, element) of the record at or behind `at` that shows a value of this field.
static const struct record_write *next_element(const struct pack_field *field, const struct record *record, size_t *at)
{
	for (; *at < record->write_count; ++*at) {
		const struct record_write *write = &record->writes[*at];
		if (write->field != field->number)
			continue;
		bool first = *at == 0 || record->writes[*at - 1].field != write->field ||
		             !span_equal(record->writes[*at - 1].element, write->element);
		if (first && record_value(record, field->number, write->element)) {
			++*at;
			return record_value(record, field->number, write->element);
		}
	}
	return NULL;
}

static json_t *keyed_json(struct lookup *look, const struct pack_field *field, const struct record *record)
{
	json_t *all = is_set(field) ? json_array() : json_object();
	size_t at = 0;
	const struct record_write *write;
	while ((write = next_element(field, record, &at))) {
		const char *name = element_name(look, field, write->element);
		if (!is_set(field))
			json_object_set_new(all, name, lookup_json(look, field, &write->value));
		else if (write->value.number)
			json_array_append_new(all, json_string(name));
	}
	return all;
}

json_t *lookup_record_json(struct lookup *look, const struct pack_kind *kind, const struct record *record)
{
	json_t *fields = json_object();
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		const struct record_write *write = record_value(record, field->number, span_of(NULL, 0));
		if (field->keyed)
			json_object_set_new(fields, field->name, keyed_json(look, field, record));
		else if (write)
			json_object_set_new(fields, field->name, lookup_json(look, field, &write->value));
	}
	return fields;
}

static const char *keyed_text(struct lookup *look, const struct pack_field *field, const struct record *record)
{
	struct buf text = BUF_EMPTY;
	size_t at = 0;
	const struct record_write *write;
	while ((write = next_element(field, record, &at))) {
		if (is_set(field) && !write->value.number)
			continue;
		buf_string(&text, text.size ? "; " : "");
		buf_string(&text, lookup_element(look, field, write->element));
		if (!is_set(field)) {
			buf_u8(&text, '=');
			buf_string(&text, lookup_text(look, field, &write->value));
		}
	}
	const char *kept = text.err ? NULL : arena_string(look->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : "?";
}

const char *lookup_field_text(struct lookup *look, const struct pack_field *field, const struct record *record)
{
	if (field->keyed)
		return keyed_text(look, field, record);
	const struct record_write *write = record_value(record, field->number, span_of(NULL, 0));
	return write ? lookup_text(look, field, &write->value) : "";
}

// ---- What was typed ----

static const enum phrase expected[VALUE_TYPE_END] = {
#define LOOKUP_EXPECTED(name, number, form, english) [number] = PHRASE_EXPECTED_##name,
	VALUE_TYPES(LOOKUP_EXPECTED)
#undef LOOKUP_EXPECTED
};

const char *lookup_expected(struct lookup *look, const struct pack_field *field)
{
	struct buf text = BUF_EMPTY;
	buf_string(&text, phrase_text(expected[field->type]));
	for (size_t i = 0, shown = 0; field->type == VALUE_OPTION && i < field->option_count; i++) {
		if (field->options[i].retired)
			continue;
		buf_string(&text, phrase_text(shown++ ? PHRASE_COMMA : PHRASE_COLON));
		buf_string(&text, lookup_title(&field->options[i].title, field->options[i].name));
	}
	if (field->pattern) {
		buf_string(&text, phrase_text(PHRASE_COMMA));
		buf_string(&text, field->pattern);
	}
	const char *kept = text.err ? NULL : arena_string(look->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : "?";
}

static enum err keep_id(struct lookup *look, const struct id *id, struct span *bytes)
{
	return arena_copy(look->arena, id_span(id), bytes);
}

static enum err record_reference(struct lookup *look, uint16_t refers, const char *text, struct span *bytes)
{
	struct id id;
	const struct pack_kind *kind = pack_kind_by_number(look->pack, refers);
	enum err err = kind ? lookup_record(look, kind, text, &id) : id_parse(text, &id);
	return err ? err : keep_id(look, &id, bytes);
}

enum err lookup_value(struct lookup *look, const struct pack_field *field, struct span text, struct value *value)
{
	bool record = field->type == VALUE_RECORD || field->type == VALUE_MEMBER;
	if (!record && field->type != VALUE_UNIT)
		return value_parse(field, text, look->arena, value);
	*value = (struct value){ .form = VALUE_IS_NONE };
	if (text.size == 0)
		return ERR_OK;
	const char *typed = arena_string(look->arena, text);
	struct id unit;
	enum err err = typed ? ERR_OK : ERR_BUDGET;
	if (!err && record)
		err = record_reference(look, field->refers, typed, &value->bytes);
	else if (!err && !(err = lookup_unit(look, typed, &unit)))
		err = keep_id(look, &unit, &value->bytes);
	if (!err)
		value->form = VALUE_IS_REFERENCE;
	return err;
}

enum err lookup_key(struct lookup *look, const struct pack_field *field, struct span text, struct span *key)
{
	if (text.size == 0)
		return ERR_MALFORMED;
	if (!field->refers)
		return text.size > LIMIT_ELEMENT_BYTES ? ERR_TOO_LARGE : arena_copy(look->arena, text, key);
	const char *typed = arena_string(look->arena, text);
	return typed ? record_reference(look, field->refers, typed, key) : ERR_BUDGET;
}
