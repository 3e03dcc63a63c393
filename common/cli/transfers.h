// Transfers as people see them: the register, one member's history of homes. Both programs'.
#ifndef TRIBUTARY_CLI_TRANSFERS_H
#define TRIBUTARY_CLI_TRANSFERS_H

#include "cli/command.h"
#include "org/transfer_state.h"

int transfers_list_run(const struct verb_call *call);
int transfers_show_run(const struct verb_call *call);

// A member by the label of its record here, by the name in a dossier that came, or by its id or the first digits
// of it. VERB_OK, or why not.
int transfers_member(struct command *command, const char *text, struct id *member);
const char *transfers_name(struct command *command, const struct id *member); // NULL: not known here

enum phrase transfers_refusal(enum custody_refusal refusal);

#define TRANSFERS_LIST_OPTIONS { { "open", NULL, PHRASE_OPTION_TRANSFER_OPEN, false }, \
	                             { "days", "N", PHRASE_OPTION_TRANSFER_DAYS, false } }

#endif
