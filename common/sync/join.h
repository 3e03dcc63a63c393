// Joining from the device's side: the message to the porch, and what its answer makes of a new store.
#ifndef TRIBUTARY_SYNC_JOIN_H
#define TRIBUTARY_SYNC_JOIN_H

#include "base/drbg.h"
#include "org/enrol.h"
#include "sync/pen.h"

// The porch message (kind byte and Join) for an invitation.
void join_request(const struct enrol_invitation *invitation, const struct identity *identity, const char *label,
                  struct buf *message);
// The same of a store that has joined already: it names its unit, so that no other takes it in.
void join_request_again(const struct enrol_invitation *invitation, const struct self *self, const char *label,
                        struct buf *message);

// The porch's answer. ERR_OK: `self` is complete (unit, root key, parent) and only needs self_save().
// Else the server's reason, with its sentence in the arena, and `self` is as it was. A store that has
// joined already takes another server above it, one of the same unit and the same root key; nothing
// but the parent changes. ERR_EXISTS: this one speaks for another.
enum err join_accept(const struct enrol_invitation *invitation, struct span message, struct self *self,
                     struct arena *arena, const char **why);

// States a pack (its encoded form) as published; only the top may. ERR_CONFLICT: existing records would become
// unreadable by it (ledger/pack_diff tells which).
enum err join_publish_pack(struct pen *pen, struct span pack, const char *name, uint32_t version);

// A top server founds a tree: genesis signed by the root key, its own server enrolled, the pack published.
enum err join_found(struct txn *txn, struct self *self, const struct identity *root, const char *name, const char *kind,
                    struct span pack, uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES]);

#endif
