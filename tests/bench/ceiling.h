// What this machine can do at all, measured in the same run as everything else.
#ifndef TRIBUTARY_TESTS_CEILING_H
#define TRIBUTARY_TESTS_CEILING_H

#include "report.h"

// `scale` divides how much is done (a smoke run); `dir` is where stores are made.
void ceiling_measure(struct report *report, const char *dir, unsigned scale);

// The least that a server can do with changed cells: LMDB alone puts each once, in its place among those of
// `branches`, ten to a branch, 100 branches to a commit. Seconds a cell.
double ceiling_cells(const char *dir, unsigned branches, unsigned changes);

#endif
