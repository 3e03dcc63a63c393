// What cells are made of that are not plain sums: for distinct things each thing with how often it occurs, for
// the least and the greatest each number with how often. So one that goes is taken out as cheaply as one
// that comes is put in, in O(log n), and the cell is what is left:
//	own cells, distinct       how many elements there are
//	own cells, extremes       the first or the last element; of sums, elements are the parts' own extremes
//
//	MULTISET  owner[17] ‖ metric u16 ‖ dimension u8 ‖ bucket u16 ‖ month u32 ‖ element[16] → times u32
#ifndef TRIBUTARY_LEDGER_MULTISET_H
#define TRIBUTARY_LEDGER_MULTISET_H

#include "ledger/cell.h"

// So many more or fewer of an element; *appeared grows by 1 when it was not there before, and falls by 1
// when none is left. Fewer than there are is ERR_CORRUPT, and sticks.
enum err multiset_add(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key,
                      const struct cell_element *element, int64_t delta, int64_t *appeared);

// Brings a cell of an extreme to what its elements say.
enum err multiset_settle(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, bool dirty);

// One part of a sum says another value than before (0: it says nothing): whatever the cell's rule is, the
// sum follows. The only way in which what is published below enters a sum.
enum err multiset_replace(struct txn *txn, const struct cell_owner *sum, const struct cell_key *key, int64_t before,
                          int64_t now, bool dirty);

enum err multiset_clear(struct txn *txn, const struct cell_owner *owner); // of all its cells; the cells stay

#endif
