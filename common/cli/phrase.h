// What the programs say to people: one catalogue (cli/catalogue.h), two languages, chosen by
// TRIBUTARY_LANG, else LC_ALL, LC_MESSAGES, LANG: the first that is set; what begins with "zh" is Chinese.
//
// A row may hold %1 to %4, each put in place by position, so that word order is the language's own
// affair and no text is ever taken for a printf format.
#ifndef TRIBUTARY_CLI_PHRASE_H
#define TRIBUTARY_CLI_PHRASE_H

#include <stdio.h>

#include "base/buf.h"
#include "cli/catalogue.h"

enum phrase {
	PHRASE_NONE, // says nothing
#define PHRASE_ENUM(name, zh, en) PHRASE_##name,
	CATALOGUE(PHRASE_ENUM)
#undef PHRASE_ENUM
	PHRASE_COUNT
};

enum phrase_language { PHRASE_EN, PHRASE_ZH };

#define PHRASE_ARGUMENTS 4
// Arguments of one phrase; those left out are empty.
#define PHRASE_WITH(...) ((const char *const[PHRASE_ARGUMENTS]){ __VA_ARGS__ })

enum phrase_language phrase_language(void);
void phrase_speak(const enum phrase_language *language); // until told otherwise; NULL: as the environment has it
const char *phrase_name(enum phrase phrase); // "NO_KIND"; "" where there is none
const char *phrase_text(enum phrase phrase); // in the user's language, as it stands
const char *phrase_in(enum phrase_language language, enum phrase phrase);

// `with` may be NULL. Appends; errors stick in the buffer.
void phrase_format(struct buf *text, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS]);
void phrase_line(FILE *to, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS]); // and a line break

enum phrase phrase_of_err(enum err err);     // what is the matter
enum phrase phrase_remedy(enum err err);     // what to do about it

#endif
