// The verbs on records and letters, of both programs. A device has its own unit's; a server also those of
// the units below it (--unit), as far as it may read them, and writes there what the pack gives to it.
#ifndef TRIBUTARY_CLI_COMMANDS_H
#define TRIBUTARY_CLI_COMMANDS_H

#include "cli/command.h"

int put_run(const struct verb_call *call);
int get_run(const struct verb_call *call);
int list_run(const struct verb_call *call);
int move_run(const struct verb_call *call);
int moves_run(const struct verb_call *call);
int mail_send_run(const struct verb_call *call);
int mail_list_run(const struct verb_call *call);
int warnings_run(const struct verb_call *call);

#endif
