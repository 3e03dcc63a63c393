// The verb "assess" of both programs: points given by hand, by a superior to a unit below or by a unit to
// itself, as its scorecards declare.
#ifndef TRIBUTARY_CLI_ASSESS_H
#define TRIBUTARY_CLI_ASSESS_H

#include "cli/command.h"

int assess_run(const struct verb_call *call);

#endif
