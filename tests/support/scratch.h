// A directory of a test's own, gone afterwards with what is in it.
#ifndef TRIBUTARY_TESTS_SCRATCH_H
#define TRIBUTARY_TESTS_SCRATCH_H

struct scratch {
	char path[256];
};

void scratch_make(struct scratch *scratch); // under $TMPDIR, else /tmp
void scratch_remove(struct scratch *scratch);

#endif
