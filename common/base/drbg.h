// Random bytes inside the core, which never asks the machine for any: the driver gives a fresh
// seed with each event, and this stretches it (ChaCha20, libsodium's randombytes_buf_deterministic).
#ifndef TRIBUTARY_BASE_DRBG_H
#define TRIBUTARY_BASE_DRBG_H

#include <stddef.h>
#include <stdint.h>

#define DRBG_SEED_BYTES 32

struct drbg {
	uint8_t seed[DRBG_SEED_BYTES]; // replaced on every draw, so that what was drawn cannot be drawn again
};

void drbg_seed(struct drbg *drbg, const uint8_t seed[static DRBG_SEED_BYTES]);
void drbg_draw(struct drbg *drbg, void *to, size_t size);

#endif
