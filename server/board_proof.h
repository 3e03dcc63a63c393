// GET /api/v1/units/{unit}/proof?metric=…&period=…: the file that `tributary verify` checks.
#ifndef TRIBUTARY_SERVER_BOARD_PROOF_H
#define TRIBUTARY_SERVER_BOARD_PROOF_H

#include "web/exchange.h"

int board_proof_file(struct command *command);

#endif
