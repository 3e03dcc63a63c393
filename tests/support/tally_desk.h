// A store with tallies on it: unit 1, which lies below unit 2, says one figure by month.
#ifndef TRIBUTARY_TESTS_TALLY_DESK_H
#define TRIBUTARY_TESTS_TALLY_DESK_H

#include "ledger/tally.h"

#define TALLY_DESK_METRIC 5

struct tally_desk {
	struct store *store;
	struct txn txn;
	struct arena arena;
};

void tally_desk_open(struct tally_desk *desk);
void tally_desk_close(struct tally_desk *desk);
// As if the log had been received: its number and id.
void tally_desk_name_log(struct txn *txn, uint32_t number, uint8_t name);
struct cell tally_desk_cell(int32_t month, int64_t value);
struct tally_frontier tally_desk_known(uint8_t log, uint64_t size);
struct tally tally_desk_tally(uint64_t previous, const struct cell *cells, size_t cell_count,
                              const struct tally_frontier *frontier, size_t frontier_count);
// Into the sums of both units.
enum err tally_desk_apply(struct tally_desk *desk, uint32_t log, uint64_t seq, const struct tally *tally);

#endif
