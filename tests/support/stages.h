// Two trees that many scenes begin with, everybody having met.
#ifndef TRIBUTARY_TESTS_STAGES_H
#define TRIBUTARY_TESTS_STAGES_H

#include "support/cluster.h"

// A county of two townships: branches one and two below north, three below south.
struct stages_county {
	struct cluster *play;
	struct actor *county, *north, *south, *one, *two, *three;
};

// A branch below north that has two devices.
struct stages_branch {
	struct cluster *play;
	struct actor *county, *north, *desk, *tablet;
};

struct stages_county stages_county(void);              // with packs/party-branch.yaml
struct stages_branch stages_branch(const char *pack);  // the path of its YAML

#endif
