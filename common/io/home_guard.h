// The guard file of a home (log/guard.h), shared by home.c alone.
#ifndef TRIBUTARY_IO_HOME_GUARD_H
#define TRIBUTARY_IO_HOME_GUARD_H

#include "io/home.h"

// Compares guard file and store; where they differ begins a new life, sets home->event and
// home->self, and writes the guard of that life. Writes the first guard of a new home.
enum err home_guard_judge(struct home *home);

#endif
