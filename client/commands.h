// The verbs of `tributary`, one file each.
#ifndef TRIBUTARY_CLIENT_COMMANDS_H
#define TRIBUTARY_CLIENT_COMMANDS_H

#include "cli/commands.h"

int period_close_run(const struct verb_call *call);
int period_submit_run(const struct verb_call *call);
int period_reopen_run(const struct verb_call *call);
int period_show_run(const struct verb_call *call);
int answer_asked_run(const struct verb_call *call);
int answer_run(const struct verb_call *call);
int join_run(const struct verb_call *call);
int form_run(const struct verb_call *call);
int history_run(const struct verb_call *call);
int delete_run(const struct verb_call *call);
int import_run(const struct verb_call *call);
int export_run(const struct verb_call *call);
int ui_run(const struct verb_call *call);
int sync_run(const struct verb_call *call);
int neighbours_run(const struct verb_call *call);
int neighbours_serve_run(const struct verb_call *call);
int status_run(const struct verb_call *call);
int conflicts_run(const struct verb_call *call);
int resolve_run(const struct verb_call *call);
int transfer_offer_run(const struct verb_call *call);
int transfer_withdraw_run(const struct verb_call *call);
int transfer_accept_run(const struct verb_call *call);
int transfer_refuse_run(const struct verb_call *call);
int attach_run(const struct verb_call *call);
int attach_detach_run(const struct verb_call *call);
int attach_list_run(const struct verb_call *call);
int guest_list_run(const struct verb_call *call);
int guest_accept_run(const struct verb_call *call);
int guest_refuse_run(const struct verb_call *call);
int late_run(const struct verb_call *call);
int verify_run(const struct verb_call *call);
int due_run(const struct verb_call *call);
int doctor_run(const struct verb_call *call);

#endif
