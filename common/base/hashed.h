// uthash with a hash of our own behind it: one call instead of a page of code in each place that looks something up.
#ifndef TRIBUTARY_BASE_HASHED_H
#define TRIBUTARY_BASE_HASHED_H

#include <stddef.h>
#include <stdint.h>

uint32_t hashed_key(const void *key, size_t size);

#define HASH_FUNCTION(key, size, value) ((value) = hashed_key((key), (size)))
#define HASH_NONFATAL_OOM 1 // without memory the new one's table is NULL
#include <stdlib.h>
#include <uthash.h>

#endif
