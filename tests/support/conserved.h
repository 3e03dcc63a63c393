// Conservation (DESIGN 9) as every server's status has it. Scenes with members of one home assert it after every step.
#ifndef TRIBUTARY_TESTS_CONSERVED_H
#define TRIBUTARY_TESTS_CONSERVED_H

#include "support/cluster.h"

// counted + not taken up − not let go = known, no term below 0, the ledgers hold whom their records give them.
void conserved_at(struct actor *server);
void conserved_everywhere(struct cluster *cluster); // at every server that is played

#endif
