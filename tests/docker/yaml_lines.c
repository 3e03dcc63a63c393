// Prints a YAML file as lines "path<TAB>value", so that the shell can read it: "services.county.image<TAB>x".
// Items of a list have the path of the list with "[]"; what is empty has an empty value. A key given twice
// or an alias is an error: yaml_lines FILE.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { PATH_MAX_BYTES = 512, DEPTH_MAX = 8 };

struct walk {
	yaml_document_t document;
	const char *file;
	char path[PATH_MAX_BYTES];
	int depth;
};

static void refuse(const struct walk *walk, size_t line, const char *why)
{
	fprintf(stderr, "%s:%zu: yaml: %s\n", walk->file, line + 1, why);
	exit(1);
}

static const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static void print_node(struct walk *walk, int index);

// The path is one longer while `index` is printed.
static void print_below(struct walk *walk, const char *step, int index)
{
	size_t length = strlen(walk->path);
	const yaml_node_t *node = yaml_document_get_node(&walk->document, index);
	if (++walk->depth > DEPTH_MAX || length + strlen(step) + 2 > sizeof walk->path)
		refuse(walk, node->start_mark.line, "nested too deeply");
	snprintf(walk->path + length, sizeof walk->path - length, "%s%s", length && step[0] != '[' ? "." : "", step);
	print_node(walk, index);
	walk->path[length] = '\0';
	walk->depth--;
}

static void print_mapping(struct walk *walk, const yaml_node_t *node)
{
	const yaml_node_pair_t *start = node->data.mapping.pairs.start, *top = node->data.mapping.pairs.top;
	for (const yaml_node_pair_t *pair = start; pair < top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(&walk->document, pair->key);
		if (key->type != YAML_SCALAR_NODE)
			refuse(walk, key->start_mark.line, "a key must be a word");
		for (const yaml_node_pair_t *other = start; other < pair; other++)
			if (strcmp(scalar(yaml_document_get_node(&walk->document, other->key)), scalar(key)) == 0)
				refuse(walk, key->start_mark.line, "a key is given twice");
		print_below(walk, scalar(key), pair->value);
	}
}

static void print_node(struct walk *walk, int index)
{
	const yaml_node_t *node = yaml_document_get_node(&walk->document, index);
	if (node->type == YAML_SCALAR_NODE) {
		printf("%s\t%s\n", walk->path, scalar(node));
	} else if (node->type == YAML_SEQUENCE_NODE) {
		for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
			print_below(walk, "[]", *item);
	} else {
		print_mapping(walk, node);
	}
}

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	struct walk walk = { .file = argv[1] };
	yaml_parser_t parser;
	if (!file || !yaml_parser_initialize(&parser)) {
		fprintf(stderr, "usage: yaml_lines FILE\n");
		return 2;
	}
	yaml_parser_set_input_file(&parser, file);
	if (!yaml_parser_load(&parser, &walk.document))
		refuse(&walk, parser.problem_mark.line, parser.problem ? parser.problem : "not YAML");
	if (yaml_document_get_root_node(&walk.document))
		print_node(&walk, 1);
	yaml_document_delete(&walk.document);
	yaml_parser_delete(&parser);
	fclose(file);
	return 0;
}
