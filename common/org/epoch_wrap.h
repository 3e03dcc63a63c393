// Rows of epochs at rest, and keys sealed to devices. Private to epoch*.c.
#ifndef TRIBUTARY_ORG_EPOCH_WRAP_H
#define TRIBUTARY_ORG_EPOCH_WRAP_H

#include "org/epoch.h"

#define EPOCH_WRAPS_MAX   1024 // of one payload
#define EPOCH_HOLDERS_MAX 4096 // of one epoch; more devices than any unit has

static_assert(EPOCH_WRAPS_MAX * (LIMIT_HASH_BYTES + SEAL_WRAP_BYTES + 8) < LIMIT_PAYLOAD_BYTES, "a payload holds its wraps");

struct epoch_row {
	struct epoch epoch;
	size_t holder_count;
	struct hash *holders; // in the arena, with the room that was asked for
};

// An epoch is named by its own key.
void epoch_row_name(const struct seal_key *key, uint8_t id[static SEAL_EPOCH_BYTES]);
enum err epoch_row_load(struct span key, struct span value, size_t room, struct arena *arena, struct epoch_row *row);
bool epoch_row_holds(const struct epoch_row *row, const struct hash *device);
// The best of a unit's epochs: highest rank, then greatest id. *any: there is one.
enum err epoch_row_best(struct txn *txn, const struct id *unit, bool known_only, struct epoch *best, bool *any);

struct epoch_wrap_receiver {
	struct hash device, box;
};

// Where fresh bytes come from, and where what is made lives.
struct epoch_wrap_source {
	void (*random)(void *context, void *to, size_t size);
	void *random_context;
	struct arena *arena;
};

// The unrevoked devices of a unit, in key order.
enum err epoch_wrap_receivers(struct txn *txn, const struct id *unit, struct arena *arena,
                              struct epoch_wrap_receiver **receivers, size_t *count);
// A key sealed to each receiver.
enum err epoch_wrap_make(const struct epoch_wrap_source *source, const struct seal_key *key,
                         const struct epoch_wrap_receiver *receivers, size_t count, Tributary__Wrap ***wraps);
bool epoch_wrap_fit(Tributary__Wrap *const *wraps, size_t count); // sizes and number, as they came

#endif
