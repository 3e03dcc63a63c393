// A verb asked by the `work` function of a route, and the files of such verbs: what comes in a body is written into the
// data directory for as long as the verb needs it, and what a verb writes there is the answer.
#ifndef TRIBUTARY_WEB_WITHIN_H
#define TRIBUTARY_WEB_WITHIN_H

#include "web/exchange.h"

#define WITHIN_PATH_BYTES (VERB_DIRECTORY_BYTES + 64)
#define WITHIN_FILE_BYTES ((size_t)64 * 1024 * 1024) // of a file that is an answer

// Gives the verb's exit code. Where it failed, that is told as the route's own failure, and *answer is nothing.
int within_ask(struct command *command, const char *verb, const struct asking_word *words, size_t count, struct asking_answer *answer);
// The same of what no command line knows. Its calls have the exchange for their context, as the route's own has.
int within_ask_own(struct command *command, const struct verb *own, const struct asking_word *words, size_t count,
                   struct asking_answer *answer);
// The same, and the verb's answer is the route's.
int within_pass(struct command *command, const char *verb, const struct asking_word *words, size_t count);

// A name in the data directory that nothing has yet.
void within_path(const struct command *command, char path[static WITHIN_PATH_BYTES]);
// The body as a file there. VERB_OK, or why not; ended by within_drop().
int within_take(struct command *command, char path[static WITHIN_PATH_BYTES]);
// The file there as the answer, which people save as `name`.
int within_give(struct command *command, const char *path, const char *type, const char *name);
void within_drop(const char *path);

// FIELD, or FIELD[KEY] of a map of files, of the places `field` and the question `key`. NULL: no memory.
const char *within_place(struct command *command);
// What such a verb writes to a file is the answer: of the places `kind`, `record`, `field` and, where the route has it, `unit`.
int within_file(struct command *command, const char *verb, const char *type, const char *name);

#endif
