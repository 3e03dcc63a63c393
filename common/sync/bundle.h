// Bundles: a session in files, for where there is no network. One bundle is one or more parts (files), a
// part is a head and pieces, and a piece holds one message of the session, sealed to the reader and signed
// by the holder. What the messages are: sync/bundle_talk.h.
//
//	part    "TRBN" ‖ version u8 (1) ‖ size of head u16 ‖ head: one BundleHead (proto/wire.proto) ‖
//	        signature[64] over H(all before), domain "tributary bundle v1" ‖ pieces
//	piece   size of box u32 ‖ flags u8 (1: last of its part, 2: last of the bundle too) ‖ box ‖
//	        signature[64] over H(all before the signature)[32] ‖ index u32 ‖ flags u8 ‖ H(box)[32], domain
//	        "tributary piece v1"; index counts from 0
//	box     XChaCha20-Poly1305 (IETF) of the message under the key that is sealed in the head; nonce: index u64
//	        behind 16 zeros; additional data: H(…)[32] ‖ index u32 ‖ flags u8
//
// Each piece can be checked alone, by anybody, and read alone, by the reader: what is cut or damaged costs what
// is cut or damaged. The key is fresh for each part, so no nonce comes twice; the flags are sealed and
// signed, so that a part without its end is known to be cut. (The construction is STREAM of Hoang,
// Reyhanitabar, Rogaway, Vizár 2015, with a counter. A chained stream would lose all behind one bad sector.)
#ifndef TRIBUTARY_SYNC_BUNDLE_H
#define TRIBUTARY_SYNC_BUNDLE_H

#include "base/arena.h"
#include "base/drbg.h"
#include "log/identity.h"
#include "log/seal.h"

enum {
	BUNDLE_PREFIX_BYTES = 4 + 1 + 2,       // enough to know how long the head is
	BUNDLE_HEAD_MOST = 1024,               // the encoded BundleHead
	BUNDLE_PIECE_PREFIX_BYTES = 4 + 1,
	BUNDLE_BOX_MOST = LIMIT_MESSAGE_BYTES + SEAL_TAG_BYTES,
	BUNDLE_PARTS_MOST = 9999,
	BUNDLE_PIECES_MOST = 1 << 24,
	BUNDLE_FALSE_PIECES_BORNE = 64,        // who meets more in one part reads no further
};

enum bundle_way { BUNDLE_UP = 1, BUNDLE_DOWN = 2 };
enum bundle_flag { BUNDLE_LAST_OF_PART = 1, BUNDLE_LAST = 2 };

struct bundle_head {
	struct id bundle;
	uint32_t part;
	struct hash holder, reader, sealed_to;
	uint64_t time;            // ms
	enum bundle_way way;
};

// A part being written or read: what its pieces stand on.
struct bundle_part {
	struct bundle_head head;
	struct hash digest;       // of the head
	struct seal_key key;
	uint32_t index;           // of the next piece
};

// Begins a part and appends its head. `key` and `ephemeral` are fresh random bytes. ERR_MALFORMED: sealed_to is no key.
enum err bundle_begin(struct bundle_part *part, const struct bundle_head *head, const struct identity *holder,
                      const struct seal_key *key, const uint8_t ephemeral[static 32], struct buf *bytes);
// Appends one piece. ERR_TOO_LARGE.
enum err bundle_add(struct bundle_part *part, const struct identity *holder, unsigned flags, struct span message,
                    struct buf *bytes);

// How many bytes of head and signature follow the prefix. ERR_MALFORMED: no bundle; ERR_VERSION.
enum err bundle_head_size(struct span prefix, size_t *size);
// The whole of it, prefix included. ERR_MALFORMED; ERR_SIGNATURE: altered since it was made.
enum err bundle_open(struct span bytes, struct bundle_part *part);
// Takes the key out. ERR_NO_KEY: it is sealed to another.
enum err bundle_unlock(struct span bytes, struct bundle_part *part, const struct identity *reader);

struct bundle_piece {
	uint32_t size;            // of the box
	uint8_t flags;
};
// What follows a piece's prefix: box, then signature. ERR_MALFORMED, ERR_TOO_LARGE.
enum err bundle_piece_read(struct span prefix, struct bundle_piece *piece);
static inline size_t bundle_piece_rest(const struct bundle_piece *piece)
{
	return piece->size + (size_t)LIMIT_SIGNATURE_BYTES;
}
// Checks the piece against the holder's signature and goes on to the next, also where it does not hold.
// `rest` is box and signature. ERR_SIGNATURE.
enum err bundle_piece_check(struct bundle_part *part, const struct bundle_piece *piece, struct span rest);
// The message of the piece checked last; needs bundle_unlock. ERR_SIGNATURE, ERR_BUDGET.
enum err bundle_piece_open(const struct bundle_part *part, const struct bundle_piece *piece, struct span rest,
                           struct arena *arena, struct span *message);

#endif
