#include "base/hashed.h"

#include <xxhash.h>

uint32_t hashed_key(const void *key, size_t size)
{
	return (uint32_t)XXH3_64bits(key, size);
}
