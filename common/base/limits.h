// Every bound of the system, in one place. A bound is either a property of a layout (it can
// never change) or a budget (it may grow, never silently).
#ifndef TRIBUTARY_BASE_LIMITS_H
#define TRIBUTARY_BASE_LIMITS_H

#include <assert.h>

// Layouts.
#define LIMIT_ID_BYTES            16   // unit, record, incarnation
#define LIMIT_HASH_BYTES          32   // log id, leaf, node, root, public keys
#define LIMIT_SIGNATURE_BYTES     64   // Ed25519
#define LIMIT_TREE_DEPTH          64   // a log has at most 2^63 entries
#define LIMIT_PROOF_HASHES        130  // two paths of a consistency proof

// Entries and frames.
#define LIMIT_PAYLOAD_BYTES       (256 * 1024)      // of one entry
#define LIMIT_FRAME_ENTRIES       4096              // in all ranges of one frame
#define LIMIT_FRAME_RAW_BYTES     (1024 * 1024)     // of one frame, unpacked
#define LIMIT_MESSAGE_BYTES       (2 * 1024 * 1024) // of one ZeroMQ message
#define LIMIT_BLOCK_BYTES         (16 * 1024)       // of one stored block of entries, aimed at

// Decoding. 1 MiB of protobuf may cost this much memory and no more.
#define LIMIT_PB_DEPTH            4
#define LIMIT_DECODE_BYTES        (16 * 1024 * 1024)

// Sessions.
#define LIMIT_SESSIONS            4096              // open at once on a server
#define LIMIT_SESSION_WINDOW      8                 // messages under way without an answer
#define LIMIT_ANSWER_BYTES        (1024 * 1024)     // of packed frames in one answer, aimed at
#define LIMIT_EVENTS_PER_COMMIT   256               // group commit
#define LIMIT_RECEIPTS_PER_ANSWER 1024

// Files that records name (sync/piece.h).
#define LIMIT_PIECE_BYTES         (64 * 1024)                // of a file, all but the last
#define LIMIT_FILE_BYTES          (256 * 1024 * 1024)
#define LIMIT_FILE_WINDOW         2                 // pieces in one answer: what is small is never behind more
#define LIMIT_FILE_PIECES         (LIMIT_FILE_BYTES / LIMIT_PIECE_BYTES)
#define LIMIT_PICTURE_BYTES       (16 * 1024)                // of a small picture for lists (sync/picture.h)

// Bundles.
#define LIMIT_BUNDLE_PART_LEAST   (4 * 1024 * 1024)          // a smaller bound could not hold any message
#define LIMIT_BUNDLE_PART_BYTES   (4095ull * 1024 * 1024)    // unless told otherwise: what a stick's file system takes

// Records.
#define LIMIT_FIELDS_PER_RECORD   256               // field numbers 1..255
#define LIMIT_WRITES_PER_RECORD   4096              // live writes, elements of sets included
#define LIMIT_ELEMENT_BYTES       64                // key of a set or map element
#define LIMIT_VALUE_BYTES         (64 * 1024)
#define LIMIT_PREDS_PER_WRITE     64

// Packs.
#define LIMIT_PACK_BYTES          (1024 * 1024)
#define LIMIT_PACK_KINDS          256
#define LIMIT_PACK_METRICS        512
#define LIMIT_METRIC_DIMENSIONS   8
#define LIMIT_NAME_BYTES          64                // machine names: kinds, fields, options, metrics
#define LIMIT_TITLE_BYTES         256               // UTF-8 shown to people

// The tree.
#define LIMIT_TREE_LEVELS         16                // units between the root and a leaf, both counted
#define LIMIT_UP_DEPTH            2                 // levels an `up` log travels in full (DESIGN 4)
#define LIMIT_ADDRESS_BYTES       128               // of a server, with its NUL

static_assert(LIMIT_PAYLOAD_BYTES < LIMIT_FRAME_RAW_BYTES, "a frame can carry any entry");
static_assert(LIMIT_FRAME_RAW_BYTES < LIMIT_MESSAGE_BYTES, "a message can carry any frame, even incompressible");
static_assert(LIMIT_MESSAGE_BYTES + 64 * 1024 < LIMIT_BUNDLE_PART_LEAST, "a part can carry any message");
static_assert(LIMIT_PIECE_BYTES + 1024 < LIMIT_PAYLOAD_BYTES, "an entry can carry any piece");
static_assert(LIMIT_PICTURE_BYTES < LIMIT_PIECE_BYTES, "a small picture is smaller than what it is of");
static_assert(LIMIT_VALUE_BYTES < LIMIT_PAYLOAD_BYTES, "an entry can carry any value");

#endif
