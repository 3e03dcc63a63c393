// docs/pack.schema.json says of a pack's YAML what the tables of io/pack_schema.c say: it is written from them. With
// TRIBUTARY_WRITE_SCHEMA=1 this test writes the file; without, it compares.
#include "io/pack_schema_story.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "io/file.h"
#include "support/support.h"

#define SCHEMA "../../docs/pack.schema.json"

static json_t *of_value(const cyaml_schema_value_t *value);

static json_t *of_mapping(const cyaml_schema_field_t *fields)
{
	json_t *properties = json_object(), *required = json_array();
	for (; fields->key; fields++) {
		json_object_set_new(properties, fields->key, of_value(&fields->value));
		if (!(fields->value.flags & CYAML_FLAG_OPTIONAL))
			json_array_append_new(required, json_string(fields->key));
	}
	json_t *object = json_pack("{s:s,s:b,s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
	if (json_array_size(required))
		json_object_set(object, "required", required);
	json_decref(required);
	return object;
}

// Wherever a name or a value stands YAML may see a number or a truth: 2026, 0.01, yes.
static json_t *of_value(const cyaml_schema_value_t *value)
{
	if (value->type == CYAML_UINT)
		return json_pack("{s:s,s:i}", "type", "integer", "minimum", 0);
	if (value->type == CYAML_BOOL)
		return json_pack("{s:s}", "type", "boolean");
	if (value->type == CYAML_STRING)
		return json_pack("{s:[sss]}", "type", "string", "number", "boolean");
	if (value->type == CYAML_SEQUENCE)
		return json_pack("{s:s,s:o}", "type", "array", "items", of_value(value->sequence.entry));
	assert_int_equal(value->type, CYAML_MAPPING); // a pack has no other values
	return of_mapping(value->mapping.fields);
}

static json_t *whole(void)
{
	json_t *schema = of_value(&pack_schema_table);
	json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(schema, "title", json_string("A Tributary pack as YAML; what the keys mean is in docs/packs.md"));
	return schema;
}

static void the_schema_says_what_the_tables_say(void **state)
{
	(void)state;
	json_t *schema = whole();
	char *text = json_dumps(schema, JSON_INDENT(1) | JSON_SORT_KEYS);
	struct buf file = BUF_EMPTY, made = BUF_EMPTY;
	buf_string(&made, text);
	buf_u8(&made, '\n');
	if (getenv("TRIBUTARY_WRITE_SCHEMA"))
		assert_ok(file_write(SCHEMA, 0644, buf_span(&made)));
	assert_ok(file_read(SCHEMA, 1 << 20, &file));
	if (!span_equal(buf_span(&file), buf_span(&made)))
		fail_msg("%s is not what io/pack_schema.c says; TRIBUTARY_WRITE_SCHEMA=1 with this test writes it anew", SCHEMA);
	free(text);
	json_decref(schema);
	buf_free(&file);
	buf_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_says_what_the_tables_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
