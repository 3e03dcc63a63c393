// A set of fingerprints, each with a number: open addressing.
#ifndef TRIBUTARY_TESTS_MODEL_SEEN_H
#define TRIBUTARY_TESTS_MODEL_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen {
	uint64_t *value;
	uint32_t *number;
	size_t room, count;
};

uint64_t seen_fingerprint(const void *bytes, size_t size); // never 0
// Is it new? Then it gets *number; else *number becomes what it has. False at *fine: no memory.
bool seen_add(struct seen *seen, uint64_t value, uint32_t *number, bool *fine);
void seen_free(struct seen *seen);

#endif
