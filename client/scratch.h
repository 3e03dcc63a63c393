// Empty stores in memory, into which what a file says is taken in to be checked (proofs, letters).
#ifndef TRIBUTARY_CLIENT_SCRATCH_H
#define TRIBUTARY_CLIENT_SCRATCH_H

#include "base/store.h"

struct store *scratch_fresh(void *context);
void scratch_drop(void *context, struct store *store);

#endif
