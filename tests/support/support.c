#include "support/support.h"

// The library must hold at least one object; fixtures join it as files of their own.
const char support_name[] = "tributary tests";
