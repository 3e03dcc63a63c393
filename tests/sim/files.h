// Files on records: attached, held back by budgets and quotas, swept; in peace whole wherever they should be.
#ifndef TRIBUTARY_TESTS_SIM_FILES_H
#define TRIBUTARY_TESTS_SIM_FILES_H

#include "actor.h"

void files_strike(struct world *world); // a budget, a pause, a quota, a sweep
void files_lift(struct world *world);   // in peace: no bound is left
// At the registrar and on every device of its unit each file that anybody has is whole, or was swept there.
bool files_are_whole(struct world *world, char *why, size_t size);
void files_free(struct world *world);

// Attached to a record by a device of the unit (workload_file.c).
void files_note(struct world *world, size_t unit, const struct hash *name, bool sealed);
bool files_have_room(const struct world *world); // a play has a few

#endif
