// The verb "check" of both programs.
#ifndef TRIBUTARY_CLI_CHECK_H
#define TRIBUTARY_CLI_CHECK_H

#include "cli/command.h"

int check_run(const struct verb_call *call);

#endif
