// One record of a member's custody chain: what is hashed; signed it is in batches (org/custody_batch).
// Layout, big-endian (docs/protocol.md), 125 bytes:
//
//	member[16] ‖ epoch u64 ‖ home[16] ‖ incarnation[16] ‖ registrar[16] ‖ writer[16] ‖ previous[32] ‖
//	cause u8 ‖ day u32
//
//	digest    H("tributary custody v1" ‖ layout): names the record, and is its successor's `previous`
#ifndef TRIBUTARY_ORG_CUSTODY_RECORD_H
#define TRIBUTARY_ORG_CUSTODY_RECORD_H

#include "base/id.h"
#include "base/reader.h"

//        name       no  what it is to people
#define CUSTODY_CAUSES(X)                                         \
	X(ENTERED,    1, "entered")                                \
	X(COMMITTED,  2, "transferred")                            \
	X(ABORTED,    3, "not transferred")                        \
	X(REAFFIRMED, 4, "confirmed to a restored store")         \
	X(MOVED,      5, "the home came under another registrar") \
	X(LETTER,     6, "out of the tree by letter; the home serves and counts until the return slip is entered")

enum custody_cause {
#define CUSTODY_CAUSE_ENUM(name, number, text) CUSTODY_CAUSE_##name = number,
	CUSTODY_CAUSES(CUSTODY_CAUSE_ENUM)
#undef CUSTODY_CAUSE_ENUM
	CUSTODY_CAUSE_END
};

const char *custody_cause_name(enum custody_cause cause); // "committed"; "?" for what is none

struct custody_record {
	struct id member;
	uint64_t epoch;           // 1, 2, …; 0: no record
	struct id home;           // zero: outside the tree
	struct id incarnation;    // of the home's store that takes the member
	struct id registrar;      // who writes the next record
	struct id writer;         // who wrote this one: the registrar of the record before, of the first its own
	struct hash previous;     // digest of the record before; zero for the first
	enum custody_cause cause;
	int32_t day;
};

#define CUSTODY_RECORD_BYTES (16 + 8 + 16 + 16 + 16 + 16 + 32 + 1 + 4)

void custody_record_layout(const struct custody_record *record, uint8_t layout[static CUSTODY_RECORD_BYTES]);
enum err custody_record_read(struct reader *reader, struct custody_record *record); // ERR_MALFORMED
struct hash custody_record_digest(const struct custody_record *record);

// Does `next` follow `last` (epoch 0: is it a first one)? Writer, member, epoch and digest; no signatures.
bool custody_record_follows(const struct custody_record *last, const struct custody_record *next);

#endif
