// Chains of tallies at rest (the rows of table TALLY), for ledger/tally; who is retired, sync/view says.
#ifndef TRIBUTARY_LEDGER_TALLY_CHAIN_H
#define TRIBUTARY_LEDGER_TALLY_CHAIN_H

#include "ledger/tally.h"

enum err tally_chain_put(struct txn *txn, const struct tally_chain *chain);
enum err tally_chain_index(struct txn *txn, const struct tally_chain *chain); // among its unit's

enum err tally_chain_delete(struct txn *txn, const struct tally_chain *chain); // not its cells; nobody is in force where it was

// What a chain's frontier says of a log; size 0 where it says nothing.
enum err tally_chain_frontier_get(struct txn *txn, uint32_t log, const struct hash *of, struct tally_frontier *item);
enum err tally_chain_frontier_put(struct txn *txn, uint32_t log, const struct tally_frontier *item);
enum err tally_chain_frontier_clear(struct txn *txn, uint32_t log);

// From now on the chain of this log counts only where its unit has no other. Asked before its next
// tally is applied, which decides anew.
enum err tally_chain_retire(struct txn *txn, uint32_t log);

int tally_frontier_compare(const void *left, const void *right); // for qsort: by log id

// Who is in force: a log number (0: nobody) and whether only for the time being.
struct tally_force {
	uint32_t log;
	bool provisional;
};

enum err tally_chain_decide(struct txn *txn, const struct tally_chain *of, struct arena *arena, struct tally_force *force);
enum err tally_chain_force_get(struct txn *txn, const struct id *unit, bool rollup, struct tally_force *force);
enum err tally_chain_force_put(struct txn *txn, const struct tally_chain *chain, struct tally_force before,
                               struct tally_force force);

// Is the unit's sum kept apart from its chain in force?
bool tally_chain_has_sum(struct txn *txn, const struct id *unit);
enum err tally_chain_sum_put(struct txn *txn, const struct id *unit);

#endif
