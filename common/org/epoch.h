// Epoch keys: what a unit's private lane is sealed with. Any device of the unit may begin an epoch
// (it does when it knows none, and after a revocation); every device that holds a key seals it to
// devices of the unit that lack it. Wraps are Epoch entries in the unit's `detail` logs.
//
// An epoch is named by its own key (first 8 bytes of BLAKE2b-256("tributary epoch v1" ‖ key)), so that
// nobody can give two keys under one name.
//
//	EPOCH  unit id ‖ epoch id[8] → version u8 ‖ rank u64 ‖ key[32] or zeros (not known here) ‖ count u16 ‖
//	       devices that have a wrap
#ifndef TRIBUTARY_ORG_EPOCH_H
#define TRIBUTARY_ORG_EPOCH_H

#include "log/seal.h"
#include "org/charter.h"

struct epoch {
	uint8_t id[SEAL_EPOCH_BYTES];
	uint64_t rank;
	bool known;             // `key` is here
	struct seal_key key;
};

// The epoch to write with: the highest rank known (ties: greatest id). ERR_NOT_FOUND: begin one.
// ERR_NO_KEY never: keys not known here do not count, but a revoked device's epochs are left behind by rank.
enum err epoch_current(struct txn *txn, const struct id *unit, struct epoch *epoch);
enum err epoch_get(struct txn *txn, const struct id *unit, const uint8_t id[static SEAL_EPOCH_BYTES], struct epoch *epoch);

// An Epoch entry of a device of `unit`: takes our wrap out, remembers who has one. A wrap for us that
// does not give the key it is named by is not counted, so that another device makes one. ERR_MALFORMED.
// *learnt: a key came that was not known before (private logs that waited may go on).
enum err epoch_apply(struct txn *txn, const struct id *unit, struct span payload, const struct identity *self,
                     struct arena *arena, bool *learnt);

// Payloads of Epoch entries that this device should write now: one per epoch known here that some
// unrevoked device of the unit lacks; with `fresh`, a new epoch of rank highest + 1 first.
// Nothing is remembered here: the caller writes and applies (epoch_apply) what it got before it asks
// again, and so no device is given a key twice. Nothing is due to a device that is not itself enrolled.
// `random` gives fresh bytes. Each payload is appended to `payloads` as u32 size ‖ bytes; *count of them.
enum err epoch_due(struct txn *txn, const struct id *unit, const struct identity *self, bool fresh,
                   void (*random)(void *context, void *to, size_t size), void *random_context,
                   struct arena *arena, struct buf *payloads, size_t *count);

// Sealing an inner entry for the unit, and opening it. Context (additional data): log id ‖ seq u64.
enum err epoch_seal(const struct epoch *epoch, const struct hash *log, uint64_t seq, const uint8_t nonce[static SEAL_NONCE_BYTES],
                    uint32_t kind, struct span payload, struct buf *sealed);
// ERR_NO_KEY: not (yet) here. ERR_SIGNATURE: altered. ERR_MALFORMED.
enum err epoch_open(struct txn *txn, const struct id *unit, const struct hash *log, uint64_t seq, struct span sealed,
                    struct arena *arena, uint32_t *kind, struct span *payload);

// Whom a letter is for: people, or the programs.
enum epoch_mail_purpose { EPOCH_MAIL_TO_PEOPLE = 0, EPOCH_MAIL_CUSTODY = 1, EPOCH_MAIL_PRESENCE = 2 };

// A letter to another unit (lane mail), with its purpose: sealed to each of its unrevoked devices that are known here,
// or to its registrar's server where none is (ERR_NOT_FOUND: nor that). And opening one's own: ERR_NO_KEY
// (not sealed to us), ERR_SIGNATURE, ERR_MALFORMED.
enum err epoch_mail_close(struct txn *txn, const struct id *to, uint32_t purpose, struct span letter,
                          void (*random)(void *context, void *to, size_t size), void *random_context,
                          struct arena *arena, struct buf *payload);
enum err epoch_mail_open(struct span payload, const struct identity *self, struct arena *arena, struct id *to, struct span *letter);

#endif
