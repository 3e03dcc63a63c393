// The verb "report" of both programs: a report of the pack as a table, for a period and a unit.
#ifndef TRIBUTARY_CLI_REPORT_H
#define TRIBUTARY_CLI_REPORT_H

#include "cli/command.h"

int report_run(const struct verb_call *call);

#endif
