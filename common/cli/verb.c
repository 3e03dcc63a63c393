// Parsing by table, dispatch, and failures told in one line.
#include "cli/verb.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/stopping.h"
#include "cli/verb_help.h"

static const struct {
	enum err err;
	enum verb_exit exit;
} exits[] = {
	{ ERR_OK, VERB_OK },
	{ ERR_USAGE, VERB_USAGE },
	{ ERR_CONFLICT, VERB_CONFLICT },
	{ ERR_UNAUTHORISED, VERB_CONFLICT },
	{ ERR_UNREACHABLE, VERB_UNREACHABLE },
	{ ERR_AGAIN, VERB_AGAIN },
	{ ERR_MOVED, VERB_AGAIN },
	{ ERR_LOCKED, VERB_AGAIN },
	{ ERR_FULL, VERB_AGAIN },
};

int verb_exit(enum err err)
{
	for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++) {
		if (exits[i].err == err)
			return (int)exits[i].exit;
	}
	return VERB_FAILED;
}

// ---- Failures ----

// False when there is no memory for it: then the plain line is said.
static bool fail_json(FILE *told, const struct verb_failure *failure, const char *why, enum phrase remedy)
{
	json_t *error = json_pack("{s:{s:s, s:s, s:s, s:s, s:s}}", "error", "name", err_name(failure->err), "what",
	                          phrase_text(failure->what), "where", failure->where ? failure->where : "", "why", why,
	                          "remedy", phrase_text(remedy));
	char *line = error ? json_dumps(error, JSON_COMPACT) : NULL;
	if (line)
		fprintf(told, "%s\n", line);
	const bool said = line != NULL;
	free(line);
	json_decref(error);
	return said;
}

int verb_fail(const struct verb_call *call, const struct verb_failure *failure)
{
	const char *own = phrase_text(phrase_of_err(failure->err)), *where = failure->where ? failure->where : "";
	const char *why = failure->why ? failure->why : own;
	enum phrase remedy = failure->remedy ? failure->remedy : phrase_remedy(failure->err);
	if (call->failed && *call->failed)
		return verb_exit(failure->err);
	if (call->failed)
		*call->failed = true;
	if (call->json && fail_json(call->told, failure, *why ? why : own, remedy))
		return verb_exit(failure->err);
	bool said = *where && strncmp(why, where, strlen(where)) == 0; // file and line stand in it
	fprintf(call->told, "%s: %s", call->program->name, phrase_text(failure->what));
	if (*where && !said)
		fprintf(call->told, ": %s", where);
	if (*why)
		fprintf(call->told, ": %s", why);
	fprintf(call->told, "%s%s\n", phrase_text(PHRASE_SEMICOLON), phrase_text(remedy));
	return verb_exit(failure->err);
}

int verb_usage(const struct verb_call *call, enum phrase what, const char *where)
{
	if (call->home) { // who asks has no command line to be helped with
		fail_json(call->told, &(struct verb_failure){ .err = ERR_USAGE, .what = what, .where = where },
		          phrase_text(phrase_of_err(ERR_USAGE)), phrase_remedy(ERR_USAGE));
		return VERB_USAGE;
	}
	fprintf(call->told, "%s: %s: ", call->program->name, phrase_text(what));
	if (where)
		fprintf(call->told, "%s: ", where);
	const char *verb = call->verb ? call->verb->name : "";
	phrase_line(call->told, PHRASE_SEE_HELP, PHRASE_WITH(call->program->name, verb, *verb ? " " : ""));
	return VERB_USAGE;
}

// ---- Parsing ----

const char *verb_value(const struct verb_call *call, const char *option)
{
	for (size_t i = 0; i < VERB_OPTIONS_MAX && call->verb->options[i].name; i++) {
		if (strcmp(call->verb->options[i].name, option) == 0)
			return call->values[i];
	}
	return NULL;
}

const char *verb_each(const struct verb_call *call, const char *option, size_t *at)
{
	while (*at < call->given_count) {
		size_t i = (*at)++;
		if (strcmp(call->verb->options[call->given[i].option].name, option) == 0)
			return call->given[i].value;
	}
	return NULL;
}

bool verb_given(const struct verb_call *call, const char *option)
{
	return verb_value(call, option) != NULL;
}

static size_t words(const char *name)
{
	return strchr(name, ' ') ? 2 : 1;
}

// Do the first words of argv say this verb?
static bool says(const struct verb *verb, char **argv, size_t count)
{
	const char *space = strchr(verb->name, ' ');
	if (count < words(verb->name))
		return false;
	if (!space)
		return strcmp(argv[0], verb->name) == 0;
	size_t first = (size_t)(space - verb->name);
	return strlen(argv[0]) == first && strncmp(argv[0], verb->name, first) == 0 && strcmp(argv[1], space + 1) == 0;
}

static const struct verb *find_verb(const struct verb_program *program, char **argv, size_t count)
{
	for (size_t i = 0; i < program->verb_count; i++) {
		if (says(&program->verbs[i], argv, count))
			return &program->verbs[i];
	}
	return NULL;
}

// -C comes before TRIBUTARY_DIR, that before the program's own.
static void choose_directory(struct verb_call *call)
{
	const char *told = getenv("TRIBUTARY_DIR"), *own = call->program->directory, *home = getenv("HOME");
	bool below_home = strncmp(own, "~/", 2) == 0;
	snprintf(call->own_directory, sizeof call->own_directory, "%s%s", below_home && home ? home : "",
	         below_home ? own + (home ? 1 : 2) : own);
	call->directory = told && *told ? told : call->own_directory;
}

// What all verbs understand. Gives how many words it took, 0: it is none of these, -1: its value is missing.
static int common_option(struct verb_call *call, char **argv, int left, bool *help)
{
	const char *word = argv[0];
	if (strcmp(word, "--json") == 0) {
		call->json = true;
		return 1;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		*help = true;
		return 1;
	}
	if (strncmp(word, "-C", 2) != 0)
		return 0;
	if (word[2]) {
		call->directory = word + 2;
		return 1;
	}
	if (left < 2)
		return -1;
	call->directory = argv[1];
	return 2;
}

static int give(struct verb_call *call, size_t option, const char *value, int taken)
{
	if (call->given_count == VERB_REPEATS_MAX)
		return 0;
	call->values[option] = value;
	call->given[call->given_count].option = option;
	call->given[call->given_count++].value = value;
	return taken;
}

// An option of the verb itself; as above, and 0 also where a switch was given a value.
static int own_option(struct verb_call *call, char **argv, int left)
{
	if (strncmp(argv[0], "--", 2) != 0)
		return 0;
	const char *name = argv[0] + 2;
	size_t size = strcspn(name, "=");
	for (size_t i = 0; i < VERB_OPTIONS_MAX && call->verb->options[i].name; i++) {
		const struct verb_option *option = &call->verb->options[i];
		if (strlen(option->name) != size || strncmp(option->name, name, size) != 0)
			continue;
		if (!option->value)
			return name[size] ? 0 : give(call, i, "", 1);
		if (name[size])
			return give(call, i, name + size + 1, 1);
		return left < 2 ? -1 : give(call, i, argv[1], 2);
	}
	return 0;
}

// Takes options out of argv[from, argc) and moves the arguments together at `to`. Gives how many they are; -1: said why not.
static int take_options(struct verb_call *call, int argc, char **argv, bool *help)
{
	int count = 0;
	bool ended = false;
	for (int i = 0; i < argc;) {
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[count++] = argv[i++];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			ended = true;
			i++;
			continue;
		}
		int taken = common_option(call, argv + i, argc - i, help);
		if (taken == 0)
			taken = own_option(call, argv + i, argc - i);
		if (taken <= 0) {
			verb_usage(call, taken < 0 ? PHRASE_OPTION_VALUE : PHRASE_OPTION_UNKNOWN, argv[i]);
			return -1;
		}
		i += taken;
	}
	return count;
}

static int check_and_run(struct verb_call *call)
{
	const struct verb *verb = call->verb;
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++) {
		if (verb->options[i].required && !call->values[i])
			return verb_usage(call, PHRASE_OPTION_MISSING, verb->options[i].name);
	}
	if (call->argument_count < (size_t)verb->least)
		return verb_usage(call, PHRASE_ARGUMENT_MISSING, verb->arguments);
	if (verb->most >= 0 && call->argument_count > (size_t)verb->most)
		return verb_usage(call, PHRASE_ARGUMENT_EXTRA, call->arguments[verb->most]);
	int code = verb->run(call);
	if (fflush(call->out) != 0 && code == VERB_OK)
		return verb_fail(call, &(struct verb_failure){ .err = ERR_IO, .what = PHRASE_CANNOT_PRINT });
	return code;
}

// The options before the verb are common ones; gives the place of the verb, or -1 with the reason told.
static int before_verb(struct verb_call *call, int argc, char **argv, bool *help)
{
	int at = 1;
	while (at < argc && argv[at][0] == '-') {
		int taken = common_option(call, argv + at, argc - at, help);
		if (taken <= 0) {
			verb_usage(call, taken < 0 ? PHRASE_OPTION_VALUE : PHRASE_OPTION_UNKNOWN, argv[at]);
			return -1;
		}
		at += taken;
	}
	return at;
}

static void tell_damage(const struct verb_program *program)
{
	char line[512];
	snprintf(line, sizeof line, "%s: %s%s%s", program->name, phrase_text(PHRASE_ERR_CORRUPT), phrase_text(PHRASE_SEMICOLON),
	         phrase_text(PHRASE_REMEDY_CORRUPT));
	stopping_on_damage(line);
}

int verb_within(struct verb_call *call, int argc, char **argv)
{
	bool help = false;
	int count = take_options(call, argc, argv, &help);
	if (count < 0)
		return VERB_USAGE;
	call->arguments = argv;
	call->argument_count = (size_t)count;
	return check_and_run(call);
}

int verb_main(const struct verb_program *program, int argc, char **argv)
{
	bool failed = false;
	struct verb_call call = { .program = program, .out = stdout, .told = stderr, .failed = &failed };
	bool help = false;
	choose_directory(&call);
	tell_damage(program);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("%s %s\n", program->name, VERB_VERSION);
		return VERB_OK;
	}
	int at = before_verb(&call, argc, argv, &help);
	if (at < 0)
		return VERB_USAGE;
	if (at < argc && strcmp(argv[at], "help") == 0) {
		help = true;
		at++;
	}
	if (at == argc || !(call.verb = find_verb(program, argv + at, (size_t)(argc - at)))) {
		if (at < argc && !verb_help_group(program, argv[at], help ? stdout : stderr))
			return verb_usage(&call, PHRASE_VERB_UNKNOWN, argv[at]);
		if (at == argc)
			verb_help_program(program, help ? stdout : stderr);
		return help ? VERB_OK : VERB_USAGE;
	}
	at += (int)words(call.verb->name);
	int count = take_options(&call, argc - at, argv + at, &help);
	if (count < 0)
		return VERB_USAGE;
	if (help) {
		verb_help_one(program, call.verb, stdout);
		return VERB_OK;
	}
	call.arguments = argv + at;
	call.argument_count = (size_t)count;
	return check_and_run(&call);
}
