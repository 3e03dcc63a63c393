// What making and checking a proof share.
#ifndef TRIBUTARY_SYNC_PROOF_INSIDE_H
#define TRIBUTARY_SYNC_PROOF_INSIDE_H

#include "sync/proof.h"
#include "wire.pb-c.h"

#define PROOF_VERSION 1

// Whose cells are a unit's figure at its registrar. Of one with nothing below it, its own tally: the same wherever it stood.
enum err proof_owner(struct txn *txn, const struct id *unit, struct cell_owner *owner);

// The figure that a claim speaks of, read from an owner's cells. An absent bucket is 0.
enum err proof_read_figure(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                           const struct proof_claim *claim, struct arena *arena, int64_t *value, int64_t *denominator);

// The kinds of records that computing the claim's metric needs. (A ratio needs those of both its metrics; where the result of a
// vote counts, that of the meetings, too.)
struct proof_parts {
	uint16_t kinds[4];
	size_t count;
};
void proof_parts_of(const struct pack *pack, const struct proof_claim *claim, struct proof_parts *parts);
bool proof_parts_need(const struct proof_parts *parts, uint16_t kind);

// Can a registrar compute it, or does it read a sealed field?
bool proof_reads_sealed(const struct pack *pack, const struct proof_claim *claim);

// A file grows in this order: the claim, the frames, the digest over all of it.
void proof_encode_claim(const struct proof_claim *claim, struct buf *file);
void proof_encode_frame(struct span frame, struct buf *file);
enum err proof_decode(struct span file, struct arena *arena, struct proof_claim *claim, const Tributary__Proof **proof);

#endif
