#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fuzz_holds(bool condition, const char *text, const char *file, int line)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
	abort();
}

const char *fuzz_file(struct span bytes)
{
	static FILE *file;
	static char path[64];
	if (!file)
		file = tmpfile();
	FUZZ_HOLDS(file != NULL);
	rewind(file);
	FUZZ_HOLDS(ftruncate(fileno(file), 0) == 0);
	FUZZ_HOLDS(fwrite(bytes.data ? bytes.data : (const void *)"", 1, bytes.size, file) == bytes.size && fflush(file) == 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
	return path;
}
