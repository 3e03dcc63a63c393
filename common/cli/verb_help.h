// Help and completion, both made from the table of verbs.
#ifndef TRIBUTARY_CLI_VERB_HELP_H
#define TRIBUTARY_CLI_VERB_HELP_H

#include "cli/verb.h"

#define VERB_VERSION "0.1.0"

void verb_help_program(const struct verb_program *program, FILE *to);
void verb_help_one(const struct verb_program *program, const struct verb *verb, FILE *to);
// The verbs whose first word is `word` ("unit"); false: there are none.
bool verb_help_group(const struct verb_program *program, const char *word, FILE *to);

#endif
