// What the node found that a person should know: a store put back, a log closed, entries that were refused.
#ifndef TRIBUTARY_CLI_NOTICES_H
#define TRIBUTARY_CLI_NOTICES_H

#include "cli/command.h"

// The last of them, oldest first, for --json; owned by the caller. Printed as lines, too, where `print` says so.
json_t *notices_tell(struct command *command, bool print);

#endif
