// The dashboard's own routes, beside those of server/board.h.
#ifndef TRIBUTARY_SERVER_BOARD_DASH_H
#define TRIBUTARY_SERVER_BOARD_DASH_H

#include "cli/asking.h"
#include "web/site.h"

extern const struct route_table board_dash_routes;

// A verb of this program asked by a `work` function without a transaction of its own. Where it fails its words are
// told already; otherwise *answer is the caller's.
int board_dash_ask(struct command *command, const char *verb, const struct asking_word *words, size_t count, struct asking_answer *answer);

#endif
