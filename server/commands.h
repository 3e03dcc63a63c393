// The verbs of `tributaryd`.
#ifndef TRIBUTARY_SERVER_COMMANDS_H
#define TRIBUTARY_SERVER_COMMANDS_H

#include "cli/commands.h"

int init_run(const struct verb_call *call);
int run_run(const struct verb_call *call);
int unit_add_run(const struct verb_call *call);
int unit_import_run(const struct verb_call *call);
int unit_list_run(const struct verb_call *call);
int unit_show_run(const struct verb_call *call);
int unit_rename_run(const struct verb_call *call);
int unit_move_run(const struct verb_call *call);
int unit_merge_run(const struct verb_call *call);
int unit_split_run(const struct verb_call *call);
int unit_close_run(const struct verb_call *call);
int unit_history_run(const struct verb_call *call);
int invite_run(const struct verb_call *call);
int device_list_run(const struct verb_call *call);
int device_revoke_run(const struct verb_call *call);
int role_grant_run(const struct verb_call *call);
int role_withdraw_run(const struct verb_call *call);
int role_list_run(const struct verb_call *call);
int pack_check_run(const struct verb_call *call);
int pack_diff_run(const struct verb_call *call);
int pack_publish_run(const struct verb_call *call);
int review_list_run(const struct verb_call *call);
int review_show_run(const struct verb_call *call);
int review_approve_run(const struct verb_call *call);
int review_return_run(const struct verb_call *call);
int rank_run(const struct verb_call *call);
int ask_run(const struct verb_call *call);
int transfer_approve_run(const struct verb_call *call);
int transfer_deny_run(const struct verb_call *call);
int account_add_run(const struct verb_call *call);
int account_list_run(const struct verb_call *call);
int account_remove_run(const struct verb_call *call);
int account_password_run(const struct verb_call *call);
int account_role_run(const struct verb_call *call);
int views_run(const struct verb_call *call);
int witness_run(const struct verb_call *call);
int proof_run(const struct verb_call *call);
int bundle_out_run(const struct verb_call *call);
int status_run(const struct verb_call *call);
int missed_run(const struct verb_call *call);
int silent_run(const struct verb_call *call);
int trend_run(const struct verb_call *call);
int heat_run(const struct verb_call *call);
int submissions_run(const struct verb_call *call);
int freshness_run(const struct verb_call *call);
int chain_run(const struct verb_call *call);

#endif
