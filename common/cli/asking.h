// A verb asked within a program that serves: over the home that it has open, in the asker's language, its
// answer kept in memory. The answer is what --json prints, so that pages, programs and people at a
// terminal are told one truth by one piece of code.
#ifndef TRIBUTARY_CLI_ASKING_H
#define TRIBUTARY_CLI_ASKING_H

#include "cli/verb.h"
#include "io/home.h"

#define ASKING_WORDS_MAX 320

// An option with its value; without a name it is an argument, which may hold anything.
struct asking_word {
	const char *name, *value;
};

struct asking {
	const struct verb_program *program;
	struct home *home;
	enum phrase_language language;
	const char *verb;              // "figures", "review approve"
	size_t word_count;
	const struct asking_word *words;
	struct output_page *page;      // which rows; NULL: all
	const struct verb *own;        // instead of `verb`: what no command line knows
	void *context;                 // of the call
};

struct asking_answer {
	int exit;                      // of the verb
	char *body;                    // what it printed; owned
	size_t size;
	char *told;                    // {"error":{…}} where exit is not VERB_OK; owned
	size_t told_size;
};

// ERR_NOMEM; ERR_USAGE: no such verb, or too many words. Otherwise *answer is the caller's, to be freed. The
// words are the caller's choice, never a stranger's: a verb may know options that write files.
enum err asking_put(const struct asking *asking, struct asking_answer *answer);
void asking_free(struct asking_answer *answer);

#endif
