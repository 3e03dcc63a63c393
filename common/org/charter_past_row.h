// Writing a unit's past. Private to charter*.c.
#ifndef TRIBUTARY_ORG_CHARTER_PAST_ROW_H
#define TRIBUTARY_ORG_CHARTER_PAST_ROW_H

#include "org/charter_past.h"
#include "org/charter_row.h"

#define CHARTER_PAST_WAIT_BYTES (1 + 2 * LIMIT_ID_BYTES)

void charter_past_put(struct charter_batch *batch, const struct charter_change *change, struct buf *scratch);

// `unit` is placed anew when `missing` becomes known.
void charter_past_wait(struct charter_batch *batch, const struct id *missing, const struct id *unit);
void charter_past_wait_no_more(struct charter_batch *batch, const struct id *missing, const struct id *unit);
bool charter_past_waits(struct txn *txn, const struct id *missing, struct id *unit); // the next one behind *unit

// How far the author of a log knew another when it wrote what is applied of its own.
uint64_t charter_past_known(struct txn *txn, uint32_t author, uint32_t log);
void charter_past_know(struct charter_batch *batch, uint32_t author, uint32_t log, uint64_t size);
void charter_past_mark(struct charter_batch *batch, struct dot place); // this entry changed the tree

void charter_past_address_put(struct charter_batch *batch, const struct hash *server, const char *address);
void charter_past_server_put(struct charter_batch *batch, const struct hash *server, struct dot place, const struct hash *curve,
                             const char *address); // as a handover names it

// Takes what a unit and those below it count for out of the counts of those above (sign -1), or puts it in, by days.
void charter_count_spread(struct charter_batch *batch, const struct charter_unit *row, int64_t sign);

#endif
