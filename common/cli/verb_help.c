// Help for people, completion for bash: two readings of one table.
#include "cli/verb_help.h"

#include "cli/output.h"

enum { HELP_COLUMN = 34 };

static void spaces(FILE *to, size_t count)
{
	fprintf(to, "%*s", (int)count, "");
}

// Two columns; a left side too wide for its column gets a line of its own.
static void line(FILE *to, const char *left, const char *right)
{
	size_t width = output_width(left);
	fprintf(to, "  %s", left);
	if (width + 2 >= HELP_COLUMN) {
		fputc('\n', to);
		spaces(to, HELP_COLUMN + 2);
	} else {
		spaces(to, HELP_COLUMN - width);
	}
	fprintf(to, "%s\n", right);
}

static void verb_line(FILE *to, const struct verb *verb)
{
	char left[160];
	snprintf(left, sizeof left, "%s%s%s", verb->name, *verb->arguments ? " " : "", verb->arguments);
	line(to, left, phrase_text(verb->help));
}

static void common_lines(FILE *to)
{
	line(to, "-C DIR", phrase_text(PHRASE_HELP_DIRECTORY));
	line(to, "--json", phrase_text(PHRASE_HELP_JSON));
	line(to, "-h, --help", phrase_text(PHRASE_HELP_HELP));
}

void verb_help_program(const struct verb_program *program, FILE *to)
{
	fprintf(to, "%s: %s\n\n", program->name, phrase_text(program->help));
	fprintf(to, "%s %s [-C DIR] [--json] %s\n\n", phrase_text(PHRASE_HELP_USAGE), program->name,
	        phrase_text(PHRASE_HELP_VERB));
	for (size_t i = 0; i < program->verb_count; i++) {
		if (program->verbs[i].chapter)
			fprintf(to, "%s%s\n", i ? "\n" : "", phrase_text(program->verbs[i].chapter));
		verb_line(to, &program->verbs[i]);
	}
	fputc('\n', to);
	common_lines(to);
	fputc('\n', to);
	phrase_line(to, PHRASE_HELP_MORE, PHRASE_WITH(program->name));
	phrase_line(to, PHRASE_HELP_EXITS, NULL);
}

bool verb_help_group(const struct verb_program *program, const char *word, FILE *to)
{
	bool any = false;
	size_t size = strlen(word);
	for (size_t i = 0; i < program->verb_count; i++) {
		const char *name = program->verbs[i].name;
		if (strncmp(name, word, size) != 0 || name[size] != ' ')
			continue;
		verb_line(to, &program->verbs[i]);
		any = true;
	}
	return any;
}

void verb_help_one(const struct verb_program *program, const struct verb *verb, FILE *to)
{
	fprintf(to, "%s %s %s%s%s\n  %s\n\n", phrase_text(PHRASE_HELP_USAGE), program->name, verb->name,
	        *verb->arguments ? " " : "", verb->arguments, phrase_text(verb->help));
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++) {
		const struct verb_option *option = &verb->options[i];
		char left[96];
		snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
		line(to, left, phrase_text(option->help));
	}
	common_lines(to);
}

// ---- Completion ----

static void case_of_verb(const struct verb_program *program, const struct verb *verb, FILE *to)
{
	fprintf(to, "\t\"%s\")\n\t\twords=\"--json --help -C", verb->name);
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
		fprintf(to, " --%s", verb->options[i].name);
	fputs("\"", to);
	if (strstr(verb->arguments, "FILE"))
		fputs("; files=1", to);
	fputs("\n\t\tcase \"$before\" in\n", to);
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++) {
		const struct verb_option *option = &verb->options[i];
		if (option->value)
			fprintf(to, "\t\t--%s) words=\"\"; files=%d ;;\n", option->name, strstr(option->value, "FILE") ? 1 : 0);
	}
	fputs("\t\tesac ;;\n", to);
	(void)program;
}

// The verb's second words, for the group that its first word opens.
static void case_of_group(const struct verb_program *program, size_t at, FILE *to)
{
	const char *name = program->verbs[at].name;
	size_t size = strcspn(name, " ");
	if (!name[size])
		return;
	for (size_t i = 0; i < at; i++) {
		if (strncmp(program->verbs[i].name, name, size + 1) == 0)
			return; // said already
	}
	fprintf(to, "\t\"%.*s\") words=\"", (int)size, name);
	for (size_t i = at; i < program->verb_count; i++) {
		if (strncmp(program->verbs[i].name, name, size + 1) == 0)
			fprintf(to, "%s ", program->verbs[i].name + size + 1);
	}
	fputs("\" ;;\n", to);
}

static void first_words(const struct verb_program *program, FILE *to)
{
	const char *before = "";
	for (size_t i = 0; i < program->verb_count; i++) {
		const char *name = program->verbs[i].name;
		size_t size = strcspn(name, " ");
		if (strncmp(before, name, size) != 0 || (before[size] != ' ' && before[size] != '\0'))
			fprintf(to, "%.*s ", (int)size, name);
		before = name;
	}
}

int verb_completion(const struct verb_call *call)
{
	if (strcmp(call->arguments[0], "bash") != 0)
		return verb_usage(call, PHRASE_SHELL_UNKNOWN, call->arguments[0]);
	const struct verb_program *program = call->program;
	printf("# bash completion for %s; load with: source <(%s completion bash)\n_%s()\n{\n", program->name, program->name,
	       program->name);
	fputs("\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" verb=\"\" words=\"\" files=0 i\n"
	      "\tCOMPREPLY=()\n"
	      "\tif [ \"$before\" = -C ]; then COMPREPLY=($(compgen -d -- \"$word\")); return; fi\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase \"${COMP_WORDS[i]}\" in\n"
	      "\t\t-C) ((i++)) ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) case \" $(_", stdout);
	printf("%s_verbs) \" in\n"
	       "\t\t\t*\"|$verb${verb:+ }${COMP_WORDS[i]}|\"*) verb=\"$verb${verb:+ }${COMP_WORDS[i]}\" ;;\n"
	       "\t\t\tesac ;;\n\t\tesac\n\tdone\n\tcase \"$verb\" in\n\t\"\") words=\"-C --json --help --version help ", program->name);
	first_words(program, stdout);
	fputs("\" ;;\n", stdout);
	for (size_t i = 0; i < program->verb_count; i++) {
		case_of_group(program, i, stdout);
		case_of_verb(program, &program->verbs[i], stdout);
	}
	fputs("\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	      "\tif [ \"$files\" = 1 ]; then COMPREPLY+=($(compgen -f -- \"$word\")); fi\n}\n", stdout);
	printf("_%s_verbs()\n{\n\techo '|", program->name);
	for (size_t i = 0; i < program->verb_count; i++) {
		const char *space = strchr(program->verbs[i].name, ' ');
		if (space)
			printf("%.*s|", (int)(space - program->verbs[i].name), program->verbs[i].name);
		printf("%s|", program->verbs[i].name);
	}
	printf("'\n}\ncomplete -o filenames -F _%s %s\n", program->name, program->name);
	return VERB_OK;
}
