// Why something was not done, as RFC 9457 has it: application/problem+json, with what the programs say of a failure on
// the command line (docs/json.md) as further members.
#ifndef TRIBUTARY_WEB_PROBLEM_H
#define TRIBUTARY_WEB_PROBLEM_H

#include <jansson.h>

#include "cli/phrase.h"

#define PROBLEM_TYPE "urn:tributary:"

unsigned problem_status(enum err err);

// NULL: no memory. `where` and `why` may be NULL.
json_t *problem_make(unsigned status, enum err err, enum phrase what, const char *where, const char *why, enum phrase remedy);
// Of what verb_fail told (a line of JSON); *status is what belongs to it.
json_t *problem_told(const char *told, unsigned *status);

#endif
