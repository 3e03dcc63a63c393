// Why the pen refused a move, a number or a result, in words.
#ifndef TRIBUTARY_CLI_REFUSAL_H
#define TRIBUTARY_CLI_REFUSAL_H

#include "cli/command.h"

const char *refusal_text(struct lookup *look, const struct pen_refusal *refusal); // one sentence, in the look-up's arena
const char *refusal_step(struct lookup *look, const struct pack_kind *kind, const struct workflow_verdict *verdict);
const char *refusal_vote(struct lookup *look, const struct vote_count *count);    // the figures
const char *refusal_result(enum vote_result result);
int refusal_fail(struct command *command, enum err err); // of the command's pen; gives the exit code

#endif
