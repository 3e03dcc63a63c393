// Touches the clock, a file, the environment and chance.
#include "log/leaf.h"

#include <fcntl.h> // fault: include
#include <stdlib.h>
#include <time.h> // fault: include

#include "base/ground.h"

int leaf_count(void)
{
	static int count; // fault: state
	count += (int)time(NULL); // fault: purity
    count++; // fault: indent
 	count++; // fault: indent
	if (getenv("LEAVES")) // fault: purity
		count += open("leaves", O_RDONLY); // fault: purity
	return count;
}

int leaf_draw(void)
{
	return rand(); // fault: purity
}
