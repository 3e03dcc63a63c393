// A client may use every room, but not the server.
#include "server/run.h" // fault: include
#include "base/ground.h"

int put_run(void);
int serve_anyway(void);

int put_run(void)
{
	return ground_level();
}

int serve_anyway(void) // fault: symbol
{
	return 0;
}
