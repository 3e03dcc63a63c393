// A growing list of cells in an arena, and in which cells two owners differ.
#ifndef TRIBUTARY_LEDGER_CELL_LIST_H
#define TRIBUTARY_LEDGER_CELL_LIST_H

#include "ledger/cell.h"

struct cell_list {
	struct arena *arena;
	struct cell *cells;
	size_t count, capacity;
	bool extremes; // its least and greatest stand instead of those of what it is added to
};

enum err cell_list_add(struct cell_list *list, const struct cell_key *key, int64_t value); // ERR_BUDGET

// Adds the cells in which the two differ, ascending, as `to` minus `from`.
enum err cell_list_difference(struct txn *txn, const struct cell_owner *to, const struct cell_owner *from,
                              struct cell_list *list);
// The same with `to` given, ascending.
enum err cell_list_difference_given(struct txn *txn, const struct cell *cells, size_t count,
                                    const struct cell_owner *from, struct cell_list *list);

void cell_list_sort(struct cell_list *list); // ascending by key
void cell_list_fold(struct cell_list *list); // the same, each key once, with what its cells make together; none of 0

// What the cells of one key add up to from the month `first` to `last`; a list of NULL has none.
int64_t cell_list_sum(const struct cell_list *list, struct cell_key key, int32_t first, int32_t last);

#endif
