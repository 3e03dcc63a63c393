// Tests may include everything.
#ifndef TRIBUTARY_SUPPORT_PLAY_H // fault: guard
#define TRIBUTARY_SUPPORT_PLAY_H

#include "server/run.h"
#include "base/ground.h"

#endif
