// Key pairs from one seed, and signatures with a domain in front.
#include "log/identity.h"

#include <assert.h>
#include <sodium.h>

static const char context[] = "tribkeys";

enum { SUBKEY_SIGN = 1, SUBKEY_CURVE = 2, SUBKEY_BOX = 3 };

static_assert(sizeof context - 1 == crypto_kdf_CONTEXTBYTES, "crypto_kdf's context has 8 bytes");
static_assert(IDENTITY_SEED_BYTES == crypto_kdf_KEYBYTES, "the seed is crypto_kdf's master key");
static_assert(sizeof((struct identity *)0)->sign_secret == crypto_sign_SECRETKEYBYTES, "Ed25519 secret key");
static_assert(crypto_scalarmult_SCALARBYTES == 32 && crypto_scalarmult_BYTES == LIMIT_HASH_BYTES, "X25519 keys");

// The X25519 secret is the subkey itself (scalar multiplication clamps it), as ZeroMQ takes it.
static void derive_x25519(const uint8_t *seed, uint64_t subkey, uint8_t secret[32], struct hash *public)
{
	crypto_kdf_derive_from_key(secret, 32, subkey, context, seed);
	crypto_scalarmult_base(public->bytes, secret);
}

void identity_derive(const uint8_t seed[static IDENTITY_SEED_BYTES], struct identity *identity)
{
	uint8_t sign_seed[crypto_sign_SEEDBYTES];
	crypto_kdf_derive_from_key(sign_seed, sizeof sign_seed, SUBKEY_SIGN, context, seed);
	crypto_sign_seed_keypair(identity->sign_public.bytes, identity->sign_secret, sign_seed);
	sodium_memzero(sign_seed, sizeof sign_seed);
	derive_x25519(seed, SUBKEY_CURVE, identity->curve_secret, &identity->curve_public);
	derive_x25519(seed, SUBKEY_BOX, identity->box_secret, &identity->box_public);
}

void identity_wipe(struct identity *identity)
{
	sodium_memzero(identity, sizeof *identity);
}

// Domain ‖ bytes in one piece, as Ed25519 wants it; 0 when it is longer than anything we sign.
static size_t message_of(const char *domain, struct span bytes, uint8_t message[static IDENTITY_MESSAGE_BYTES])
{
	size_t prefix = strlen(domain);
	if (prefix > IDENTITY_MESSAGE_BYTES || bytes.size > IDENTITY_MESSAGE_BYTES - prefix)
		return 0;
	memcpy(message, domain, prefix);
	if (bytes.size)
		memcpy(message + prefix, bytes.data, bytes.size);
	return prefix + bytes.size;
}

struct signature identity_sign(const struct identity *identity, const char *domain, struct span bytes)
{
	uint8_t message[IDENTITY_MESSAGE_BYTES];
	size_t size = message_of(domain, bytes, message);
	assert(size > 0);
	struct signature signature;
	crypto_sign_detached(signature.bytes, NULL, message, size, identity->sign_secret);
	int wrong = crypto_sign_verify_detached(signature.bytes, message, size, identity->sign_public.bytes);
	assert(wrong == 0); // a faulty signature can give the key away: better to stop
	return signature;
}

enum err identity_verify(const struct hash *signer, const char *domain, struct span bytes,
                         const struct signature *signature)
{
	uint8_t message[IDENTITY_MESSAGE_BYTES];
	size_t size = message_of(domain, bytes, message);
	if (size == 0 || crypto_sign_verify_detached(signature->bytes, message, size, signer->bytes) != 0)
		return ERR_SIGNATURE;
	return ERR_OK;
}
