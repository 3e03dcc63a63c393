// Sealing: what the unit's devices read and servers only relay. XChaCha20-Poly1305 (IETF) under
// a 32-byte key; keys sealed to devices with crypto_box_seal. A sealed box does not say who made
// it, so a wrap counts only inside a signed entry (DESIGN 12).
#ifndef TRIBUTARY_LOG_SEAL_H
#define TRIBUTARY_LOG_SEAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "log/identity.h"

#define SEAL_KEY_BYTES   32
#define SEAL_NONCE_BYTES 24
#define SEAL_TAG_BYTES   16
#define SEAL_WRAP_BYTES  (SEAL_KEY_BYTES + 48) // crypto_box_SEALBYTES
#define SEAL_EPOCH_BYTES 8                     // names a key

struct seal_key {
	uint8_t bytes[SEAL_KEY_BYTES];
};

// Appends the ciphertext (plain.size + SEAL_TAG_BYTES) to `box`.
void seal_close(const struct seal_key *key, const uint8_t nonce[static SEAL_NONCE_BYTES], struct span context,
                struct span plain, struct buf *box);
// Plain text into the arena. ERR_SIGNATURE: not under this key, or altered. ERR_BUDGET.
enum err seal_open(const struct seal_key *key, const uint8_t nonce[static SEAL_NONCE_BYTES], struct span context,
                   struct span box, struct arena *arena, struct span *plain);

// crypto_box_seal draws its ephemeral key from the machine's random source, which the core may not
// touch: the same construction is made here from `ephemeral_seed` (fresh random bytes): ephemeral
// public key ‖ crypto_box(m, nonce = BLAKE2b-192(epk ‖ pk)), so that crypto_box_seal_open opens it.
// ERR_MALFORMED: box_public is no key that anything can be sealed to (of small order); wrap is zeros.
enum err seal_wrap(const struct seal_key *key, const struct hash *box_public, const uint8_t ephemeral_seed[static 32],
                   uint8_t wrap[static SEAL_WRAP_BYTES]);
enum err seal_unwrap(struct span wrap, const struct identity *receiver, struct seal_key *key); // ERR_SIGNATURE

#endif
