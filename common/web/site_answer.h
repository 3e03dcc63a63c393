// The last steps of a request (web/site.c): is the answer there already, and if not, the verb that makes it.
#ifndef TRIBUTARY_WEB_SITE_ANSWER_H
#define TRIBUTARY_WEB_SITE_ANSWER_H

#include "web/exchange.h"

bool site_answer_reads(const struct exchange *exchange);                // GET or HEAD
bool site_answer_names(const char *header, const char *tag);            // does If-None-Match name it?
bool site_answer_kept(struct exchange *exchange);                       // false: answered, by ETag
bool site_answer_replay(struct exchange *exchange);                     // false: answered, by Idempotency-Key
void site_answer_verb(struct exchange *exchange);

#endif
