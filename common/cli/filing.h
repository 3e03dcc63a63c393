// Files that records name, on both programs.
#ifndef TRIBUTARY_CLI_FILING_H
#define TRIBUTARY_CLI_FILING_H

#include "cli/command.h"

int filing_add_run(const struct verb_call *call);
int filing_list_run(const struct verb_call *call);
int filing_get_run(const struct verb_call *call);
int filing_picture_run(const struct verb_call *call);
int filing_link_run(const struct verb_call *call);
int filing_sweep_run(const struct verb_call *call);
int filing_quota_run(const struct verb_call *call);
int filing_want_run(const struct verb_call *call);

// What goes over the link, and why files wait where they do.
struct file_budget;
json_t *filing_link_json(const struct file_budget *budget);
void filing_link_tell(const struct file_budget *budget);

// "700M", "2G"; bytes without a letter. False: none, or nothing.
bool filing_size(const char *text, uint64_t *bytes);

#endif
