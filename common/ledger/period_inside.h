// What the files of periods share (ledger/period.h): rows at rest and the judging of what stands in them.
#ifndef TRIBUTARY_LEDGER_PERIOD_INSIDE_H
#define TRIBUTARY_LEDGER_PERIOD_INSIDE_H

#include "ledger/period.h"

enum {
	PERIOD_ROW_PLACE_BYTES = 4 + 8,
	PERIOD_ROW_KEY_BYTES = 1 + LIMIT_ID_BYTES + 4 + PERIOD_ROW_PLACE_BYTES, // of a step or verdict
};

void period_row_put_place(uint8_t to[static PERIOD_ROW_PLACE_BYTES], struct dot place);
struct dot period_row_get_place(const uint8_t from[static PERIOD_ROW_PLACE_BYTES]);
void period_row_key(const struct id *unit, int32_t month, struct dot place, uint8_t key[static PERIOD_ROW_KEY_BYTES]);

enum err period_row_put_step(struct txn *txn, const struct id *unit, const struct period_step *step, const struct period_event *event);
enum err period_row_put_review(struct txn *txn, const struct period_review *review, const struct period_event *event);

// The month's steps and verdicts as their rows tell them: without texts, remarks and figures, in no order. In the
// arena. ERR_CORRUPT, ERR_BUDGET.
enum err period_row_list(struct txn *txn, const struct id *unit, int32_t month, struct arena *arena, struct period_standing *standing);

// Puts steps and verdicts in order and fills in all that follows from them. Looks at nothing that the rows do not have.
void period_judge(struct period_standing *standing);

// The month's rows have changed: how it stands is written anew. Errors stick.
enum err period_summary_make(struct txn *txn, const struct id *unit, int32_t month);
enum err period_summary_forget(struct txn *txn, const struct id *unit);

#endif
