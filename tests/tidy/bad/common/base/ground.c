#include "base/ground.h"

#include "log/leaf.h" // fault: include
#include "../log/leaf.h" // fault: include
#include "ground.h" // fault: include
#include <time.h> // fault: include
#include <string.h>

static int calls; // fault: state
static const char *const names[] = { "a table is no state", "nor of pointers" };

int ground_level(void)
{
	calls++;
	return calls + (int)strlen(names[calls & 1]) + leaf_count(); // fault: include
}

int leaf_of_another(void) // fault: symbol
{
	return 0;
}
