// A device's keys. One 32-byte seed is stored (never libsodium's 64-byte secret key); the three
// key pairs derive from it with crypto_kdf (BLAKE2b), context "tribkeys", subkeys 1, 2 and 3.
#ifndef TRIBUTARY_LOG_IDENTITY_H
#define TRIBUTARY_LOG_IDENTITY_H

#include "base/id.h"

#define IDENTITY_SEED_BYTES    32
#define IDENTITY_MESSAGE_BYTES 4096 // domain and bytes of anything that is ever signed

struct signature {
	uint8_t bytes[LIMIT_SIGNATURE_BYTES];
};

struct identity {
	struct hash sign_public;  // Ed25519: the device's name everywhere
	struct hash curve_public; // ZeroMQ CURVE (X25519)
	struct hash box_public;   // X25519, for what is sealed to the device
	uint8_t sign_secret[64];  // derived, in memory only
	uint8_t curve_secret[32];
	uint8_t box_secret[32];
};

void identity_derive(const uint8_t seed[static IDENTITY_SEED_BYTES], struct identity *identity);
void identity_wipe(struct identity *identity);

// Signs domain ‖ bytes and verifies what it signed before giving it out (fault attacks, DESIGN 12).
// Domains are printable and end with " v1", so that no signature is good for two purposes.
// To sign more than IDENTITY_MESSAGE_BYTES is a bug; what claims to be longer was not signed by us.
struct signature identity_sign(const struct identity *identity, const char *domain, struct span bytes);
enum err identity_verify(const struct hash *signer, const char *domain, struct span bytes,
                         const struct signature *signature); // ERR_SIGNATURE

#endif
