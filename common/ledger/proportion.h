// Parts of whole numbers without fractions and without overflow: what is compared or rounded here is
// exact, whatever the figures are.
#ifndef TRIBUTARY_LEDGER_PROPORTION_H
#define TRIBUTARY_LEDGER_PROPORTION_H

#include <stdbool.h>
#include <stdint.h>

// Is value/of at least target/target_of? None of them negative; of and target_of above 0.
bool proportion_reaches(int64_t value, int64_t of, int64_t target, int64_t target_of);

// amount * value / of, rounded half up; INT64_MAX where that is too small. None negative; of above 0.
int64_t proportion_part(int64_t amount, int64_t value, int64_t of);

#endif
