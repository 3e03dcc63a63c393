#include "base/hashed.h"

// FNV-1a, then MurmurHash3's finaliser: buckets are picked by the lowest bits.
uint32_t hashed_key(const void *key, size_t size)
{
	const uint8_t *bytes = key;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	return (uint32_t)(hash ^ hash >> 33);
}
