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

// Does computing the claim's metric need records of this kind? (A ratio needs those of both its metrics.)
bool proof_needs_kind(const struct pack *pack, const struct proof_claim *claim, uint16_t kind);

// Can a registrar compute it, or does it read a sealed field?
bool proof_reads_sealed(const struct pack *pack, const struct proof_claim *claim);

enum err proof_encode(const struct proof_claim *claim, const struct buf *frames, size_t count, struct buf *file);
enum err proof_decode(struct span file, struct arena *arena, struct proof_claim *claim, const Tributary__Proof **proof);

#endif
