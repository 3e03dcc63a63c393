// Sealing under a key, and sealing keys to devices. No random source is touched here: nonces and
// seeds come from the caller.
#include "log/seal.h"

#include <assert.h>
#include <sodium.h>

static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
static_assert(SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
static_assert(SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
static_assert(SEAL_WRAP_BYTES == SEAL_KEY_BYTES + crypto_box_SEALBYTES, "wrap");

void seal_close(const struct seal_key *key, const uint8_t nonce[static SEAL_NONCE_BYTES], struct span context,
                struct span plain, struct buf *box)
{
	uint8_t *to = plain.size <= SIZE_MAX - SEAL_TAG_BYTES ? buf_extend(box, plain.size + SEAL_TAG_BYTES) : NULL;
	if (to)
		crypto_aead_xchacha20poly1305_ietf_encrypt(to, NULL, plain.data, plain.size, context.data, context.size,
		                                           NULL, nonce, key->bytes);
}

enum err seal_open(const struct seal_key *key, const uint8_t nonce[static SEAL_NONCE_BYTES], struct span context,
                   struct span box, struct arena *arena, struct span *plain)
{
	*plain = span_of(NULL, 0);
	if (box.size < SEAL_TAG_BYTES)
		return ERR_SIGNATURE;
	size_t size = box.size - SEAL_TAG_BYTES;
	uint8_t *to = arena_alloc(arena, size);
	if (!to)
		return ERR_BUDGET;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, box.data, box.size, context.data, context.size,
	                                               nonce, key->bytes) != 0)
		return ERR_SIGNATURE;
	*plain = span_of(to, size);
	return ERR_OK;
}

// libsodium's crypto_box_seal, with the ephemeral secret given instead of drawn.
enum err seal_wrap(const struct seal_key *key, const struct hash *box_public, const uint8_t ephemeral_seed[static 32],
                   uint8_t wrap[static SEAL_WRAP_BYTES])
{
	uint8_t nonce[crypto_box_NONCEBYTES], both[2 * crypto_box_PUBLICKEYBYTES];
	crypto_scalarmult_base(both, ephemeral_seed);
	memcpy(both + crypto_box_PUBLICKEYBYTES, box_public->bytes, crypto_box_PUBLICKEYBYTES);
	crypto_generichash(nonce, sizeof nonce, both, sizeof both, NULL, 0);
	memcpy(wrap, both, crypto_box_PUBLICKEYBYTES);
	if (crypto_box_easy(wrap + crypto_box_PUBLICKEYBYTES, key->bytes, SEAL_KEY_BYTES, nonce, box_public->bytes,
	                    ephemeral_seed) == 0)
		return ERR_OK;
	memset(wrap, 0, SEAL_WRAP_BYTES);
	return ERR_MALFORMED;
}

enum err seal_unwrap(struct span wrap, const struct identity *receiver, struct seal_key *key)
{
	if (wrap.size != SEAL_WRAP_BYTES || crypto_box_seal_open(key->bytes, wrap.data, wrap.size,
	                                                         receiver->box_public.bytes, receiver->box_secret) != 0)
		return ERR_SIGNATURE;
	return ERR_OK;
}
