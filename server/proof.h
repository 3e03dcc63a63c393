// What a proof is asked for with: the same words on the command line and on the page.
#ifndef TRIBUTARY_SERVER_PROOF_H
#define TRIBUTARY_SERVER_PROOF_H

#include "cli/command.h"
#include "sync/proof.h"

// The claim that the call's options speak of, without its figure. VERB_OK, or why not.
int proof_asked(struct command *command, struct proof_claim *claim);

#endif
