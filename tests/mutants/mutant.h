// Which deliberate bug is switched on, if any (mutants.txt).
#ifndef TRIBUTARY_TESTS_MUTANT_H
#define TRIBUTARY_TESTS_MUTANT_H

#include <stdbool.h>

bool mutant_is(int number);
bool mutant_choose(const char *name); // false: there is none of that name

int sim_main(int count, char **words); // the simulator's own main

#endif
