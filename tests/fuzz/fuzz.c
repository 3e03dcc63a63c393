#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/hash.h"

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

// Each under its own digest, as libFuzzer names what it finds.
void fuzz_write_seeds(const char *dir)
{
	struct buf seed = BUF_EMPTY;
	for (unsigned number = 0; fuzz_seed(number, &seed); number++) {
		char path[512], name[HASH_TEXT_BYTES];
		const struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&seed));
		hash_format(&digest, name);
		snprintf(path, sizeof path, "%s/%.40s", dir, name);
		FILE *file = fopen(path, "wb");
		if (!file || fwrite(seed.data ? seed.data : (const void *)"", 1, seed.size, file) != seed.size || fclose(file) != 0) {
			perror(path);
			exit(1);
		}
		buf_clear(&seed);
	}
	buf_free(&seed);
}

// libFuzzer's own hook: with TRIBUTARY_SEEDS the target writes its beginnings there and does nothing else.
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *dir = getenv("TRIBUTARY_SEEDS");
	(void)argc;
	(void)argv;
	if (dir) {
		fuzz_write_seeds(dir);
		exit(0);
	}
	return 0;
}
