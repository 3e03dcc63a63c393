// Plays a target's seeds and the files of its corpus, each as it is, cut short (the small ones at every
// length) and with a few bytes changed; inputs that campaigns came to as they are: fuzz_NAME [--write DIR] [CORPUS_DIR]. The mutations are the same on every run.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { FILE_MOST = 1 << 20 };

#define REACHED "reached" // of a corpus: inputs of campaigns, each of which reaches something of its own; played as they are

static uint64_t next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = (*state ^ *state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

// A copy of exactly its size, so that a sanitizer sees a read behind its end.
static void play_bytes(const uint8_t *data, size_t size)
{
	uint8_t *copy = calloc(size + !size, 1);
	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

// The values at which bounds are wrong, more often than chance would have them.
static void change_one(uint8_t *bytes, size_t size, uint64_t *state)
{
	static const uint8_t odd[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	size_t at = next(state) % size;
	uint64_t how = next(state) % 3;
	if (how == 0)
		bytes[at] ^= (uint8_t)(1u << next(state) % 8);
	else
		bytes[at] = how == 1 ? odd[next(state) % sizeof odd] : (uint8_t)next(state);
}

static void vary(const uint8_t *data, size_t size)
{
	uint64_t state = size;
	play_bytes(data, size);
	for (size_t cut = 0; cut < size && cut < fuzz_effort; cut++)
		play_bytes(data, size > fuzz_effort ? size - 1 - next(&state) % size : cut);
	if (!size)
		return;
	uint8_t *varied = malloc(size);
	if (!varied)
		abort();
	for (unsigned i = 0; i < fuzz_effort; i++) {
		memcpy(varied, data, size);
		for (uint64_t changes = 1 + next(&state) % 4; changes > 0; changes--)
			change_one(varied, size, &state);
		play_bytes(varied, size);
	}
	free(varied);
}

static unsigned seeds(void)
{
	struct buf seed = BUF_EMPTY;
	unsigned count = 0;
	for (; fuzz_seed(count, &seed); count++) {
		FUZZ_HOLDS(!seed.err);
		vary(seed.data, seed.size);
		buf_clear(&seed);
	}
	buf_free(&seed);
	return count;
}

static void play_file(const char *path, void play(const uint8_t *data, size_t size))
{
	static uint8_t bytes[FILE_MOST];
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	size_t size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	play(bytes, size);
}

static unsigned files(const char *dir, void play(const uint8_t *data, size_t size))
{
	char path[1024];
	unsigned count = 0;
	DIR *entries = opendir(dir);
	if (!entries)
		return 0; // a target without a corpus yet
	for (const struct dirent *entry; (entry = readdir(entries));) {
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, REACHED) == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		play_file(path, play);
		count++;
	}
	closedir(entries);
	return count;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return fuzz_write_seeds(argv[2]), 0;
	char reached[1024];
	snprintf(reached, sizeof reached, "%s/" REACHED, argc == 2 ? argv[1] : ".");
	unsigned own = seeds(), kept = argc == 2 ? files(argv[1], vary) + files(reached, play_bytes) : 0;
	printf("%u seeds, %u kept cases\n", own, kept);
	return own > 0 ? 0 : 1;
}
