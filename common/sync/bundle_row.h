// What a store remembers of bundles: how far a device said it stands when it last wrote one, what it is still
// to be told, pieces that came before their time, and what went out by stick and is not acknowledged yet.
//
//	BUNDLE 'G' ‖ device[32]                                → greeting (bundle_greeting)
//	       'R' ‖ device[32] ‖ number u32                   → one Refusal (proto/wire.proto), for its return bundle
//	       'J' ‖ device[32]                                → Joined, as the porch would have answered it
//	       'W' ‖ holder[32] ‖ bundle[16] ‖ part u32 ‖ piece u32 → door u8 ‖ time u64 ‖ message
//	       'S' ‖ log number u32                            → size u64 ‖ time u64: went out by stick so far
//	       'T' ‖ holder[32]                                → newest bundle taken: bundle[16] ‖ made u64 ‖ taken u64
//	META "bundle waiting" → bytes of all that waits u64
//	META "bundle word" → time u64 of the newest word of the server above, by its clock
#ifndef TRIBUTARY_SYNC_BUNDLE_ROW_H
#define TRIBUTARY_SYNC_BUNDLE_ROW_H

#include "base/store.h"
#include "log/journal.h"
#include "sync/arrival.h"

enum { BUNDLE_WAITING_BYTES_MOST = 64 * 1024 * 1024 }; // of messages that wait, in all

// What a device said of itself in the newest bundle that came from it: what its return bundle goes on from.
struct bundle_greeting {
	struct id incarnation;       // of its store
	struct id server;            // life of ours that the cursor belongs to; zero: none yet
	struct arrival_cursor cursor;
	struct id bundle;
	uint64_t made_ms;
};
enum err bundle_greeting_get(struct txn *txn, const struct hash *device, struct bundle_greeting *greeting); // ERR_NOT_FOUND
enum err bundle_greeting_put(struct txn *txn, const struct hash *device, const struct bundle_greeting *greeting);

// Rows by device and number: what is to be told it besides what its cursor says.
enum err bundle_refusal_add(struct txn *txn, const struct hash *device, struct span refusal);
// It has heard: refusals are forgotten, and with `joined` what the porch answered.
enum err bundle_told(struct txn *txn, const struct hash *device, bool joined);
struct scan bundle_refusals(struct txn *txn, const struct hash *device); // values are encoded Refusals
enum err bundle_joined_put(struct txn *txn, const struct hash *device, struct span joined);
enum err bundle_joined_get(struct txn *txn, const struct hash *device, struct span *joined); // ERR_NOT_FOUND

// A message that waits. ERR_BUDGET: no room for more; the same again is fine.
struct bundle_place {
	struct hash holder;
	struct id bundle;
	uint32_t part, piece;
};
enum err bundle_wait(struct txn *txn, const struct bundle_place *place, uint8_t door, uint64_t made_ms, struct span message);
enum err bundle_wait_over(struct txn *txn, const struct bundle_place *place);
// Copies of the first message that waits at or behind *place, which becomes its place. ERR_NOT_FOUND: none.
enum err bundle_wait_next(struct txn *txn, struct bundle_place *place, struct arena *arena, uint8_t *door, uint64_t *made_ms,
                         struct span *message);
uint64_t bundle_waiting(struct txn *txn, const struct hash *holder); // messages; NULL: of anybody

// What went out by stick: of which logs how far, and when last.
enum err bundle_went(struct txn *txn, uint32_t log, uint64_t size, uint64_t now_ms);
struct bundle_unacknowledged {
	uint64_t entries;
	uint64_t time;  // ms; of the newest bundle that holds some of them
};
enum err bundle_unacknowledged(struct txn *txn, const struct hash *server, struct bundle_unacknowledged *sum);

// The time of the next bundle: those of one store are told apart by it, also where its clock was put back.
//	META "bundle made" → time u64
enum err bundle_stamp(struct txn *txn, uint64_t now_ms, uint64_t *time);

struct bundle_taken {
	struct id bundle;
	uint64_t made_ms, taken_ms;
};
enum err bundle_taken_get(struct txn *txn, const struct hash *holder, struct bundle_taken *taken); // ERR_NOT_FOUND
enum err bundle_taken_put(struct txn *txn, const struct hash *holder, const struct bundle_taken *taken); // an older one changes nothing

#endif
