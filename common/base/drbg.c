// Fast key erasure: every block of stream begins with the next seed, which replaces the present
// one before any byte is handed out. Who reads the state later learns nothing of earlier draws.
#include "base/drbg.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { DRBG_BLOCK_BYTES = 512 };

static_assert(DRBG_SEED_BYTES == randombytes_SEEDBYTES, "the seed is libsodium's");

void drbg_seed(struct drbg *drbg, const uint8_t seed[static DRBG_SEED_BYTES])
{
	memcpy(drbg->seed, seed, DRBG_SEED_BYTES);
}

void drbg_draw(struct drbg *drbg, void *to, size_t size)
{
	uint8_t block[DRBG_BLOCK_BYTES];
	uint8_t *out = to;
	while (size) {
		size_t part = size < sizeof block - DRBG_SEED_BYTES ? size : sizeof block - DRBG_SEED_BYTES;
		randombytes_buf_deterministic(block, DRBG_SEED_BYTES + part, drbg->seed);
		memcpy(drbg->seed, block, DRBG_SEED_BYTES);
		memcpy(out, block + DRBG_SEED_BYTES, part);
		out += part;
		size -= part;
	}
	sodium_memzero(block, sizeof block);
}
