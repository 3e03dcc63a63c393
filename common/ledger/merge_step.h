// Judging what an entry cannot show alone: is a move one of its workflow (reason STEP), is a number the next
// of its series (SERIES)? A move is judged from its own entry and those that its preds name, so the verdict is the
// same in whatever order they came.
#ifndef TRIBUTARY_LEDGER_MERGE_STEP_H
#define TRIBUTARY_LEDGER_MERGE_STEP_H

#include "ledger/merge.h"

// ERR_AGAIN: an entry it names is still to come; the log waits.
enum err merge_step(struct merge_context *context, const struct id *unit, const struct changes *changes,
                    enum merge_reason *reason);
// The entry was accepted: the numbers that it issues are taken.
enum err merge_step_count(struct merge_context *context, const struct changes *changes);

#endif
