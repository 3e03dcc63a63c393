#include "random.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

void random_seed(struct random *random, uint64_t seed, uint64_t stream)
{
	uint64_t state = seed * UINT64_C(0xd1342543de82ef95) + stream;
	for (size_t i = 0; i < 4; i++)
		random->state[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t value, unsigned by)
{
	return value << by | value >> (64 - by);
}

uint64_t random_next(struct random *random)
{
	uint64_t *state = random->state;
	uint64_t result = rotate(state[1] * 5, 7) * 9, shifted = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate(state[3], 45);
	return result;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	return random_next(random) % bound; // bounds are tiny beside 2^64
}

uint64_t random_between(struct random *random, uint64_t low, uint64_t high)
{
	return low + random_below(random, high - low + 1);
}

bool random_chance(struct random *random, unsigned in_thousand)
{
	return random_below(random, 1000) < in_thousand;
}

void random_bytes(struct random *random, void *to, size_t size)
{
	uint8_t *bytes = to;
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(random_next(random) >> 56);
}
