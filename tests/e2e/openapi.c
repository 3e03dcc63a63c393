// Holds the programs to docs/openapi.yaml, and the file to the programs.
//
//	openapi FILE routes TAG=ROUTES.json…          every route of each program is in the file, word for word, and the other way round
//	openapi FILE answer TAG METHOD PATH STATUS    does what comes on stdin have the shape that the file says?
//
// ROUTES.json is what GET /api/v1/routes gives. Says what is wrong, one line each; exit code 1.
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { PROGRAMS_MAX = 4, DEPTH_MAX = 40 };

static unsigned wrong;

// One line of what is wrong.
#define fault(...) (printf(__VA_ARGS__), putchar('\n'), wrong++)

static void give_up(const char *what)
{
	fprintf(stderr, "openapi: %s\n", what);
	exit(2);
}

// ---- YAML as JSON: block and flow style, no anchors ----

static json_t *scalar(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	char *end;
	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_string(text);
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_boolean(*text == 't');
	long number = strtol(text, &end, 10);
	return strcmp(text, "null") == 0 ? json_null() : *text && !*end ? json_integer(number) : json_string(text);
}

static json_t *node(yaml_parser_t *parser, yaml_event_t *event, unsigned depth);

static json_t *next_node(yaml_parser_t *parser, unsigned depth)
{
	yaml_event_t event;
	if (!yaml_parser_parse(parser, &event))
		give_up("the file is not YAML");
	json_t *value = node(parser, &event, depth);
	yaml_event_delete(&event);
	return value;
}

// NULL: the end of what it stands in.
static json_t *node(yaml_parser_t *parser, yaml_event_t *event, unsigned depth)
{
	json_t *item, *key;
	if (depth > DEPTH_MAX)
		give_up("too deep");
	if (event->type == YAML_SCALAR_EVENT)
		return scalar(event);
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		json_t *list = json_array();
		while ((item = next_node(parser, depth + 1)) != NULL)
			json_array_append_new(list, item);
		return list;
	}
	if (event->type != YAML_MAPPING_START_EVENT)
		return NULL;
	json_t *map = json_object();
	while ((key = next_node(parser, depth + 1)) != NULL) {
		char number[24];
		const char *name = json_string_value(key);
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(key));
		if (json_object_get(map, name ? name : number))
			fault("%s stands twice", name ? name : number);
		json_object_set_new(map, name ? name : number, next_node(parser, depth + 1));
		json_decref(key);
	}
	return map;
}

static json_t *load_yaml(const char *path)
{
	yaml_parser_t parser;
	yaml_event_t event;
	FILE *file = fopen(path, "rb");
	if (!file || !yaml_parser_initialize(&parser))
		give_up("the file cannot be read");
	yaml_parser_set_input_file(&parser, file);
	for (int i = 0; i < 2; i++) { // the stream, the document
		if (!yaml_parser_parse(&parser, &event))
			give_up("the file is not YAML");
		yaml_event_delete(&event);
	}
	json_t *document = next_node(&parser, 0);
	yaml_parser_delete(&parser);
	fclose(file);
	return document;
}

// ---- Routes ----

static json_t *operation_of(json_t *document, const char *path, const char *method)
{
	char name[8] = "";
	for (size_t i = 0; method[i] && i + 1 < sizeof name; i++)
		name[i] = (char)(method[i] | 0x20);
	return json_object_get(json_object_get(json_object_get(document, "paths"), path), name);
}

static bool has(json_t *list, const char *text)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item) {
		if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
			return true;
	}
	return false;
}

static json_t *parameter(json_t *operation, const char *in, const char *name)
{
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(operation, "parameters"), i, item) {
		const char *its_name = json_string_value(json_object_get(item, "name")), *its_in = json_string_value(json_object_get(item, "in"));
		if (its_name && its_in && strcmp(its_name, name) == 0 && strcmp(its_in, in) == 0)
			return item;
	}
	return NULL;
}

static json_t *body_schema(json_t *operation)
{
	json_t *content = json_object_get(json_object_get(operation, "requestBody"), "content");
	return json_object_get(json_object_get(content, "application/json"), "schema");
}

// One word of a row: the file names it in the same place, and says the same of whether it must be there.
static void check_word(json_t *operation, const char *method, const char *path, json_t *word)
{
	const char *name = json_string_value(json_object_get(word, "name")), *in = json_string_value(json_object_get(word, "in"));
	bool required = json_is_true(json_object_get(word, "required")), said;
	json_t *schema = body_schema(operation), *there;
	if (strcmp(in, "path") == 0 || strcmp(in, "query") == 0) {
		there = parameter(operation, in, name);
		said = json_is_true(json_object_get(there, "required"));
	} else {
		there = json_object_get(json_object_get(schema, "properties"), name);
		said = has(json_object_get(schema, "required"), name);
	}
	if (!there)
		fault("%s %s: %s %s is not in the file", method, path, in, name);
	else if (said != required)
		fault("%s %s: %s %s is %s", method, path, in, name, required ? "required" : "not required");
}

static bool is_word(json_t *route, const char *in, const char *name)
{
	size_t i;
	json_t *word;
	json_array_foreach(json_object_get(route, "words"), i, word) {
		const char *its_in = json_string_value(json_object_get(word, "in"));
		bool body = strcmp(in, "body") == 0 && strcmp(its_in, "fields") == 0;
		if ((strcmp(its_in, in) == 0 || body) && strcmp(json_string_value(json_object_get(word, "name")), name) == 0)
			return true;
	}
	return false;
}

static void check_route(json_t *document, const char *tag, json_t *route)
{
	size_t i;
	json_t *word;
	const char *method = json_string_value(json_object_get(route, "method")), *path = json_string_value(json_object_get(route, "path"));
	json_t *operation = operation_of(document, path, method);
	if (!operation) {
		fault("%s %s: not in the file", method, path);
		return;
	}
	if (!has(json_object_get(operation, "tags"), tag))
		fault("%s %s: %s serves it too", method, path, tag);
	if (!json_object_get(operation, "summary") || !json_object_get(operation, "responses"))
		fault("%s %s: has no summary, or no responses", method, path);
	json_array_foreach(json_object_get(route, "words"), i, word)
		check_word(operation, method, path, word);
}

static json_t *find_route(json_t *routes, const char *method, const char *path)
{
	size_t i;
	json_t *route;
	json_array_foreach(routes, i, route) {
		const char *its_method = json_string_value(json_object_get(route, "method"));
		if (strcmp(json_string_value(json_object_get(route, "path")), path) == 0 && strlen(its_method) == strlen(method) &&
		    (its_method[0] | 0x20) == method[0] && (its_method[1] | 0x20) == method[1])
			return route;
	}
	return NULL;
}

struct program {
	const char *tag;
	json_t *routes;
};

// What the file names that no program that serves the path takes.
static void check_named(json_t *operation, const char *method, const char *path, const char *in, const char *name,
                        const struct program *programs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		json_t *route = find_route(programs[i].routes, method, path);
		if (has(json_object_get(operation, "tags"), programs[i].tag) && route && is_word(route, in, name))
			return;
	}
	fault("%s %s: nobody takes %s %s", method, path, in, name);
}

static void check_operation(json_t *operation, const char *method, const char *path, const struct program *programs, size_t count)
{
	size_t i;
	const char *name;
	json_t *item;
	for (i = 0; i < count; i++) {
		if (has(json_object_get(operation, "tags"), programs[i].tag) && !find_route(programs[i].routes, method, path))
			fault("%s %s: %s does not serve it", method, path, programs[i].tag);
	}
	json_array_foreach(json_object_get(operation, "parameters"), i, item) {
		name = json_string_value(json_object_get(item, "name"));
		if (name) // what is referred to is of every address: the language, the page of a list
			check_named(operation, method, path, json_string_value(json_object_get(item, "in")), name, programs, count);
	}
	json_object_foreach(json_object_get(body_schema(operation), "properties"), name, item)
		check_named(operation, method, path, "body", name, programs, count);
}

static void check_routes(json_t *document, const struct program *programs, size_t count)
{
	const char *path, *method;
	json_t *methods, *operation, *route;
	for (size_t i = 0; i < count; i++) {
		size_t at;
		json_array_foreach(programs[i].routes, at, route)
			check_route(document, programs[i].tag, route);
	}
	json_object_foreach(json_object_get(document, "paths"), path, methods) {
		json_object_foreach(methods, method, operation)
			check_operation(operation, method, path, programs, count);
	}
}

// ---- Answers ----

static json_t *resolve(json_t *document, json_t *schema)
{
	static const char schemas[] = "#/components/schemas/";
	const char *reference = json_string_value(json_object_get(schema, "$ref"));
	if (!reference)
		return schema;
	if (strncmp(reference, schemas, sizeof schemas - 1) != 0)
		give_up("a reference leads nowhere");
	json_t *found = json_object_get(json_object_get(json_object_get(document, "components"), "schemas"), reference + sizeof schemas - 1);
	if (!found)
		give_up(reference);
	return found;
}

static bool is_type(const json_t *value, const char *type)
{
	return strcmp(type, "object") == 0    ? json_is_object(value)
	       : strcmp(type, "array") == 0   ? json_is_array(value)
	       : strcmp(type, "string") == 0  ? json_is_string(value)
	       : strcmp(type, "integer") == 0 ? json_is_integer(value)
	       : strcmp(type, "number") == 0  ? json_is_number(value)
	       : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
	                                      : strcmp(type, "null") == 0 && json_is_null(value);
}

static bool is_one_of_types(const json_t *value, json_t *type)
{
	size_t i;
	json_t *item;
	bool fits = !type || (json_is_string(type) && is_type(value, json_string_value(type)));
	json_array_foreach(type, i, item)
		fits = fits || is_type(value, json_string_value(item));
	return fits;
}

static void check_value(json_t *document, json_t *schema, json_t *value, const char *where, unsigned depth)
{
	size_t i;
	const char *name;
	json_t *item;
	char place[512];
	schema = resolve(document, schema);
	if (depth > DEPTH_MAX || !json_is_object(schema))
		give_up("a schema is too deep, or none");
	if (!is_one_of_types(value, json_object_get(schema, "type"))) {
		char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		fault("%s: %.80s is of another type", where, text ? text : "");
		free(text);
		return;
	}
	json_t *choices = json_object_get(schema, "enum");
	if (json_is_string(value) && choices && !has(choices, json_string_value(value)))
		fault("%s: \"%s\" is none of those", where, json_string_value(value));
	if (json_is_object(value)) {
		json_array_foreach(json_object_get(schema, "required"), i, item) {
			if (!json_object_get(value, json_string_value(item)))
				fault("%s: %s is missing", where, json_string_value(item));
		}
		json_object_foreach(value, name, item) {
			json_t *member = json_object_get(json_object_get(schema, "properties"), name);
			snprintf(place, sizeof place, "%s.%s", where, name);
			if (member)
				check_value(document, member, item, place, depth + 1);
			else if (json_is_false(json_object_get(schema, "additionalProperties")))
				fault("%s: is not in the file", place);
		}
	}
	json_t *items = json_object_get(schema, "items");
	json_array_foreach(value, i, item) {
		snprintf(place, sizeof place, "%s[%zu]", where, i);
		if (items)
			check_value(document, items, item, place, depth + 1);
	}
}

static void check_answer(json_t *document, char **words)
{
	const char *tag = words[0], *method = words[1], *path = words[2], *status = words[3];
	json_t *operation = operation_of(document, path, method);
	json_t *responses = json_object_get(operation, "responses"), *response = json_object_get(responses, status);
	if (!operation || !has(json_object_get(operation, "tags"), tag))
		give_up("no such operation");
	bool problem = !response;
	json_t *content = json_object_get(response, "content"), *schema;
	schema = problem ? json_pack("{s:s}", "$ref", "#/components/schemas/Problem")
	                 : json_incref(json_object_get(json_object_get(content, "application/json"), "schema"));
	if (problem && *status == '2')
		fault("%s %s: the file knows no %s", method, path, status);
	json_t *value = json_loadf(stdin, 0, NULL);
	if (!value)
		fault("%s %s: the answer is not JSON", method, path);
	else if (!schema)
		fault("%s %s: the file has no shape for %s", method, path, status);
	else
		check_value(document, schema, value, path, 0);
	json_decref(schema);
	json_decref(value);
}

int main(int argc, char **argv)
{
	struct program programs[PROGRAMS_MAX];
	size_t count = 0;
	if (argc < 4)
		give_up("openapi FILE routes TAG=ROUTES.json… | answer TAG METHOD PATH STATUS");
	json_t *document = load_yaml(argv[1]);
	if (strcmp(argv[2], "answer") == 0 && argc == 7) {
		check_answer(document, argv + 3);
	} else {
		for (int i = 3; i < argc && count < PROGRAMS_MAX; i++) {
			char *equals = strchr(argv[i], '=');
			json_t *list = equals ? json_load_file(equals + 1, 0, NULL) : NULL;
			if (!json_is_array(json_object_get(list, "routes")))
				give_up("there are no routes");
			*equals = '\0';
			programs[count++] = (struct program){ .tag = argv[i], .routes = json_incref(json_object_get(list, "routes")) };
			json_decref(list);
		}
		check_routes(document, programs, count);
		for (size_t i = 0; i < count; i++)
			json_decref(programs[i].routes);
	}
	json_decref(document);
	return wrong ? 1 : 0;
}
