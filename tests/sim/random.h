// Chance, the same for every run of a seed: xoshiro256** (Blackman and Vigna, 2018) seeded by
// splitmix64. Each concern of the simulation draws from a stream of its own, so that leaving out one
// kind of fault changes as little as possible elsewhere.
#ifndef TRIBUTARY_TESTS_SIM_RANDOM_H
#define TRIBUTARY_TESTS_SIM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t bound);             // [0, bound), bound > 0
uint64_t random_between(struct random *random, uint64_t low, uint64_t high); // both included
bool random_chance(struct random *random, unsigned in_thousand);
void random_bytes(struct random *random, void *to, size_t size);

#endif
