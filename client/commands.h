// The verbs of `tributary`, one file each.
#ifndef TRIBUTARY_CLIENT_COMMANDS_H
#define TRIBUTARY_CLIENT_COMMANDS_H

#include "cli/command.h"

int join_run(const struct verb_call *call);
int form_run(const struct verb_call *call);
int put_run(const struct verb_call *call);
int get_run(const struct verb_call *call);
int list_run(const struct verb_call *call);
int history_run(const struct verb_call *call);
int delete_run(const struct verb_call *call);
int import_run(const struct verb_call *call);
int export_run(const struct verb_call *call);
int sync_run(const struct verb_call *call);
int status_run(const struct verb_call *call);
int conflicts_run(const struct verb_call *call);
int resolve_run(const struct verb_call *call);
int mail_send_run(const struct verb_call *call);
int mail_list_run(const struct verb_call *call);
int verify_run(const struct verb_call *call);
int doctor_run(const struct verb_call *call);

#endif
