// What this machine can do at all, measured in the same run as everything else.
#ifndef TRIBUTARY_TESTS_CEILING_H
#define TRIBUTARY_TESTS_CEILING_H

#include "report.h"

// `scale` divides how much is done (a smoke run); `dir` is where stores are made.
void ceiling_measure(struct report *report, const char *dir, unsigned scale);

#endif
