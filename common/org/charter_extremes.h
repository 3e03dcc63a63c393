// The least and the greatest where the sums that are kept do not tell all of them (org/charter_boundary). What went cannot be
// taken out of them again, so they are made anew of all the parts that are held.
#ifndef TRIBUTARY_ORG_CHARTER_EXTREMES_H
#define TRIBUTARY_ORG_CHARTER_EXTREMES_H

#include "org/charter_boundary.h"

// Adds them to the corrections, of every part that counts there; where the detail of a server's units is not held, its sum
// speaks for them. `beside`: as charter_boundary_parts.
enum err charter_extremes(struct txn *txn, struct charter_boundary *boundary, bool beside);

#endif
