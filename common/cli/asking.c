// The words of a question as a command line, and its two streams in memory.
#include "cli/asking.h"

#include <stdio.h>
#include <stdlib.h>

static const struct verb *find(const struct asking *asking)
{
	if (asking->own)
		return asking->own;
	for (size_t i = 0; i < asking->program->verb_count; i++)
		if (strcmp(asking->program->verbs[i].name, asking->verb) == 0)
			return &asking->program->verbs[i];
	return NULL;
}

static bool is_switch(const struct verb *verb, const char *name)
{
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
		if (strcmp(verb->options[i].name, name) == 0)
			return !verb->options[i].value;
	return false;
}

// "--name=value", "--name", or the argument itself.
static char *spell(struct arena *arena, const struct verb *verb, const struct asking_word *word)
{
	const char *value = word->value ? word->value : "";
	if (!word->name)
		return arena_string(arena, span_string(value));
	bool bare = is_switch(verb, word->name);
	size_t size = strlen(word->name) + strlen(value) + sizeof "--=";
	char *text = arena_alloc(arena, size);
	if (text)
		snprintf(text, size, "--%s%s%s", word->name, bare ? "" : "=", bare ? "" : value);
	return text;
}

// Options first, then what could be taken for one and is not.
static enum err spell_all(const struct asking *asking, const struct verb *verb, struct arena *arena, char **words, int *count)
{
	*count = 0;
	for (unsigned arguments = 0; arguments < 2; arguments++) {
		if (arguments)
			words[(*count)++] = arena_string(arena, span_string("--"));
		for (size_t i = 0; i < asking->word_count; i++)
			if (!asking->words[i].name == (arguments == 1))
				words[(*count)++] = spell(arena, verb, &asking->words[i]);
	}
	for (int i = 0; i < *count; i++)
		if (!words[i])
			return ERR_NOMEM;
	return ERR_OK;
}

static enum err run(const struct asking *asking, const struct verb *verb, int count, char **words, struct asking_answer *answer)
{
	struct verb_call call = {
		.program = asking->program, .verb = verb, .directory = asking->home->dir, .home = asking->home, .json = true,
		.page = asking->page, .context = asking->context,
		.out = open_memstream(&answer->body, &answer->size), .told = open_memstream(&answer->told, &answer->told_size),
	};
	enum err err = call.out && call.told ? ERR_OK : ERR_NOMEM;
	if (!err)
		answer->exit = verb_within(&call, count, words);
	int closed = call.out ? fclose(call.out) : 0, closed_too = call.told ? fclose(call.told) : 0;
	return closed || closed_too ? ERR_NOMEM : err;
}

enum err asking_put(const struct asking *asking, struct asking_answer *answer)
{
	const struct verb *verb = find(asking);
	char *words[ASKING_WORDS_MAX + 2];
	int count;
	struct arena arena;
	*answer = (struct asking_answer){ .exit = VERB_FAILED };
	if (!verb || asking->word_count > ASKING_WORDS_MAX)
		return ERR_USAGE;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = spell_all(asking, verb, &arena, words, &count);
	if (!err) {
		phrase_speak(&asking->language);
		err = run(asking, verb, count, words, answer);
		phrase_speak(NULL);
	}
	arena_free(&arena);
	if (err)
		asking_free(answer);
	return err;
}

void asking_free(struct asking_answer *answer)
{
	free(answer->body);
	free(answer->told);
	*answer = (struct asking_answer){ .exit = VERB_FAILED };
}
