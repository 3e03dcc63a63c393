// Custody records in batches: one signature of the registrar and one of the witness for up to 256 records,
// whoever they are about. A batch stands for itself: whoever has its bytes and both signatures can check it,
// wherever it was carried.
//
//	name      H("tributary batch v1" ‖ the records' layouts)
//	signed    by the writer's server, domain "tributary custody v1", over the name
//	cosigned  by the witness's server, domain "tributary witness v1", over name ‖ confirmed[32]: bit i, low bits
//	          first, says that record i is the one that follows what the witness had seen of its member
#ifndef TRIBUTARY_ORG_CUSTODY_BATCH_H
#define TRIBUTARY_ORG_CUSTODY_BATCH_H

#include "base/arena.h"
#include "log/identity.h"
#include "org/custody_record.h"
#include "store.pb-c.h"

#define CUSTODY_BATCH_RECORDS   256
#define CUSTODY_CONFIRMED_BYTES (CUSTODY_BATCH_RECORDS / 8)

struct custody_batch {
	struct hash name;
	struct span records;      // layouts; empty: they stand elsewhere
	size_t count;             // of them
	struct hash server;       // the writer's
	struct signature signature;
	bool witnessed;
	struct hash witness;      // the witness's server
	uint8_t confirmed[CUSTODY_CONFIRMED_BYTES];
	struct signature cosignature;
};

struct hash custody_batch_name(struct span records);
void custody_batch_sign(struct custody_batch *batch, const struct identity *server);
void custody_batch_cosign(struct custody_batch *batch, const struct identity *witness); // what stands in `confirmed`
enum err custody_batch_verify(const struct custody_batch *batch);   // the writer's; ERR_SIGNATURE
enum err custody_batch_cosigned(const struct custody_batch *batch); // the witness's

bool custody_batch_confirms(const struct custody_batch *batch, size_t index);
void custody_batch_confirm(struct custody_batch *batch, size_t index);
// ERR_MALFORMED. Records of one batch have one writer, and each member once.
enum err custody_batch_record(const struct custody_batch *batch, size_t index, struct custody_record *record);

// Between the struct and its message; what is read borrows from the message. ERR_MALFORMED.
enum err custody_batch_read(const Tributary__CustodyBatch *message, struct custody_batch *batch);
enum err custody_batch_message(const struct custody_batch *batch, struct arena *arena, Tributary__CustodyBatch **message); // ERR_BUDGET

#endif
