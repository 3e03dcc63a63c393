// The verbs on records and letters, of both programs. A device has its own unit's; a server also those of
// the units below it (--unit), as far as it may read them, and writes there what the pack gives to it.
#ifndef TRIBUTARY_CLI_COMMANDS_H
#define TRIBUTARY_CLI_COMMANDS_H

#include "cli/command.h"

// The kinds that the pack gives these roles: without assignments the records that came down; a server also writes its own.
int role_theme_run(const struct verb_call *call);
int role_circular_run(const struct verb_call *call);

// What put and list do, with the command open: argument 0 is the kind.
int put_record(struct command *command);
int list_records(struct command *command);

int put_run(const struct verb_call *call);
int get_run(const struct verb_call *call);
int list_run(const struct verb_call *call);
int move_run(const struct verb_call *call);
int moves_run(const struct verb_call *call);
int series_run(const struct verb_call *call);
int mail_send_run(const struct verb_call *call);
int mail_list_run(const struct verb_call *call);
int warnings_run(const struct verb_call *call);

#endif
