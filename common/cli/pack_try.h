// The verb "pack try" of both programs: a pack's figures over the records of this store, beside those by the
// pack that is published, without publishing it.
#ifndef TRIBUTARY_CLI_PACK_TRY_H
#define TRIBUTARY_CLI_PACK_TRY_H

#include "cli/command.h"

int pack_try_run(const struct verb_call *call);

#endif
