// An entry: a header of fixed layout, which the leaf hash covers, and a payload, which only its
// hash binds. So a payload can be erased or withheld while the log still verifies (DESIGN 3).
//
// Header, 56 bytes, big-endian: seq u64 ‖ time u64 ‖ kind u32 ‖ payload size u32 ‖ payload hash[32]
//
// Entries rest and travel packed, in runs; seq and payload hash are implied and the header is
// rebuilt bit for bit:
//	varint (payload size * 2 + erased) ‖ varint kind ‖ zigzag time minus the time before (0 at first)
//	‖ payload, or its hash[32] where erased
#ifndef TRIBUTARY_LOG_ENTRY_H
#define TRIBUTARY_LOG_ENTRY_H

#include "base/buf.h"
#include "base/reader.h"
#include "log/hash.h"

#define ENTRY_HEADER_BYTES 56

//        name         number payload (proto/store.proto)
#define ENTRY_KINDS(X)                  \
	X(CHANGES,     1, "Changes")     \
	X(TALLY,       2, "Tally")       \
	X(STATEMENT,   3, "Statements")  \
	X(EPOCH,       4, "Epoch")       \
	X(INCARNATION, 5, "Incarnation") \
	X(MAIL,        6, "Mail")        \
	X(SEALED,      7, "Sealed")      \
	X(SUBMISSION,  8, "Submission")  \
	X(REVIEW,      9, "Review")      \
	X(REQUEST,    10, "Request")     \
	X(REPLY,      11, "Reply")       \
	X(CUSTODY,    12, "Custody")     \
	X(TRANSFER,   13, "Transfer")    \
	X(RECEIPTS,   15, "Receipts")    \
	X(PIECE,      17, "Piece")       \
	X(PICTURE,    24, "Picture")

enum entry_kind {
#define ENTRY_ENUM(name, number, payload) ENTRY_##name = number,
	ENTRY_KINDS(ENTRY_ENUM)
#undef ENTRY_ENUM
};

struct entry {
	uint64_t seq;
	uint64_t time;             // hybrid logical (base/hlc.h)
	uint32_t kind;             // enum entry_kind, or one not known here: kept and relayed
	uint32_t size;             // of the payload, also when it is erased
	struct hash payload_hash;  // BLAKE2b-256
	struct span payload;       // borrowed; empty when erased
	bool erased;
};

const char *entry_kind_name(uint32_t kind); // "changes"; "unknown"

void entry_header(const struct entry *entry, uint8_t header[static ENTRY_HEADER_BYTES]);
enum err entry_header_decode(const uint8_t header[static ENTRY_HEADER_BYTES], struct entry *entry); // payload stays empty
struct hash entry_leaf(const struct entry *entry); // hash_leaf of the header

// Packs one entry behind one of time `before`; payload must be there unless erased.
void entry_pack(struct buf *buf, const struct entry *entry, uint64_t before);

// Unpacks the next entry of a run. seq and *before are kept by the caller: start with the run's
// first seq and 0. Hashes the payload, so that what comes out has a true header.
// ERR_MALFORMED, ERR_TOO_LARGE (LIMIT_PAYLOAD_BYTES).
enum err entry_unpack(struct reader *run, uint64_t seq, uint64_t *before, struct entry *entry);

// The same without hashing, to step over entries or to move packed bytes: payload_hash is filled
// only where the entry is erased. The packed bytes are those that `run` moved over.
enum err entry_step(struct reader *run, uint64_t seq, uint64_t *before, struct entry *entry);

#endif
