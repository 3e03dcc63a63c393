// What people do: branches keep meetings, activity days, dues and their roster, edit, delete and decide
// conflicts; townships remark; letters go between branches. Written as commands write, beside the process.
#ifndef TRIBUTARY_TESTS_SIM_WORKLOAD_H
#define TRIBUTARY_TESTS_SIM_WORKLOAD_H

#include "actor.h"

void workload_begin(struct world *world);        // plans itself on and on while the storm lasts
void workload_write(struct actor *actor);        // one thing
void workload_home_decide(struct actor *actor);  // in peace: every offer that this one can decide

#endif
