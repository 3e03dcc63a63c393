// Is what comes on stdin one JSON document, and what stands in it?
//
//	jsoncheck                             nothing said and 0: it is; 1: it is not
//	jsoncheck PATH…                       and prints what stands there, one line each
//
// PATH: keys and picks, such as figures[metric=members].value, logs[0].device, findings[#] (how many),
// rows[good=false][#] (how many of them). A value that is missing makes it exit 1.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_BYTES = 256 };

// The next part of a path: up to '.', '[' or ']'.
static size_t part(const char *path, const char *ends, char out[PART_BYTES])
{
	size_t size = strcspn(path, ends);
	if (size >= PART_BYTES) {
		fprintf(stderr, "jsoncheck: a part of the path is too long\n");
		exit(2);
	}
	memcpy(out, path, size);
	out[size] = '\0';
	return size;
}

static void text_of(const json_t *value, char *out, size_t size)
{
	out[0] = '\0';
	if (json_is_string(value))
		snprintf(out, size, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		snprintf(out, size, "%.6f", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(out, size, "%s", json_is_true(value) ? "true" : "false");
	else if (json_is_null(value))
		snprintf(out, size, "null");
}

// The rows in which `key` is `wanted`.
static json_t *rows_with(json_t *rows, const char *key, const char *wanted)
{
	json_t *found = json_array(), *row;
	size_t i;
	json_array_foreach(rows, i, row) {
		char text[4096];
		text_of(json_object_get(row, key), text, sizeof text);
		if (strcmp(text, wanted) == 0)
			json_array_append(found, row);
	}
	return found;
}

// Takes the value at hand and gives the one picked; both are owned by the caller. NULL: there is none.
static json_t *pick(json_t *at, const char *inside)
{
	json_t *found = NULL;
	const char *equals = strchr(inside, '=');
	if (!json_is_array(at)) {
		found = NULL;
	} else if (strcmp(inside, "#") == 0) {
		found = json_integer((json_int_t)json_array_size(at));
	} else if (equals) {
		char key[PART_BYTES];
		part(inside, "=", key);
		found = rows_with(at, key, equals + 1);
	} else {
		found = json_incref(json_array_get(at, strtoul(inside, NULL, 10)));
	}
	json_decref(at);
	return found;
}

// A key of the first row where several rows are at hand.
static json_t *member(json_t *at, const char *key)
{
	json_t *object = json_is_array(at) ? json_array_get(at, 0) : at;
	json_t *found = json_incref(json_object_get(object, key));
	json_decref(at);
	return found;
}

static json_t *walk(json_t *document, const char *path)
{
	json_t *at = json_incref(document);
	while (at && *path) {
		char word[PART_BYTES];
		if (*path == '[') {
			path += 1 + part(path + 1, "]", word);
			path += *path == ']';
			at = pick(at, word);
		} else {
			path += *path == '.';
			path += part(path, ".[", word);
			at = member(at, word);
		}
	}
	return at;
}

static int print(json_t *document, const char *path)
{
	char text[65536];
	json_t *found = walk(document, path);
	if (!found) {
		fprintf(stderr, "jsoncheck: nothing at %s\n", path);
		return 1;
	}
	text_of(found, text, sizeof text);
	if (json_is_object(found) || json_is_array(found))
		json_dumpf(found, stdout, JSON_COMPACT);
	printf("%s\n", text);
	json_decref(found);
	return 0;
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *document = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	int code = document ? 0 : 1;
	if (!document)
		fprintf(stderr, "jsoncheck: line %d: %s\n", error.line, error.text);
	for (int i = 1; i < argc && document; i++)
		code |= print(document, argv[i]);
	json_decref(document);
	return code;
}
