// The store port: ordered tables of bytes under serialisable transactions. Two implementations
// pass one conformance suite (tests/conform): LMDB (io/store_lmdb) and memory with crash
// semantics (io/store_memory).
//
// Errors of a transaction are sticky: after the first failure every call does nothing and gives
// the same error, and commit aborts and gives it too. Code may therefore write in straight lines
// and look once. ERR_NOT_FOUND is an answer, not a failure, and never sticks.
//
// One write transaction at a time in the whole machine; readers see the last commit and block
// nobody. After a failed commit the outcome is unknown until it is read again (DESIGN 12).
#ifndef TRIBUTARY_BASE_STORE_H
#define TRIBUTARY_BASE_STORE_H

#include "base/err.h"
#include "base/span.h"

#define STORE_KEY_MAX 128 // bytes; keys are 1 to this many and sort by span_compare

//        name          key → value (the owning room's header has the layouts)
#define STORE_TABLES(X)                                                                     \
	X(META,         "name → value: identity of the store, counters, configuration")         \
	X(LOG,          "log id → log row                                    (log/journal)")    \
	X(LOG_NUMBER,   "log number u32 → log id                             (log/journal)")    \
	X(BLOCK,        "log number u32, first seq u64 → block of entries    (log/journal)")    \
	X(TREE,         "log number u32, level u8, index u64 → subtree hash  (log/journal)")    \
	X(FORK,         "log id, size u64 → evidence                         (log/journal)")    \
	X(ARRIVAL,      "audience, arrival number u64 → item                 (sync/arrival)")   \
	X(PENDING,      "log number u32 → what the parent lacks              (sync/arrival)")   \
	X(QUARANTINE,   "log number u32, seq u64 → reason                    (sync/view)")      \
	X(UNIT,         "unit id → unit row                                  (org/charter)")    \
	X(UNIT_CHILD,   "parent id, unit id → nothing                        (org/charter)")    \
	X(UNIT_ALIAS,   "name or code, 0, unit id → nothing                  (org/charter)")    \
	X(UNIT_COUNT,   "unit id, kind, 0, day u32 → units below that begin  (org/charter)")    \
	X(DEVICE,       "device signing key → device row                     (org/charter)")    \
	X(DEVICE_UNIT,  "unit id, device signing key → nothing               (org/charter)")    \
	X(DEVICE_CURVE, "CURVE public key → device signing key               (org/charter)")    \
	X(INVITATION,   "hash of the secret → invitation row                 (org/enrol)")      \
	X(EPOCH,        "unit id, epoch id → key and who has it              (org/epoch)")      \
	X(PACK,         "pack name, version u32 → pack                       (org/charter)")    \
	X(RECORD,       "unit id, kind u16, record id → record               (ledger/record)")  \
	X(CONFLICT,     "unit id, kind u16, record id → nothing              (ledger/record)")  \
	X(CELL,         "owner, metric, month, dimension, bucket → i64       (ledger/cell)")    \
	X(TALLY,        "unit id → the tally in force                        (ledger/tally)")   \
	X(MAIL,         "unit id, log number u32, seq u64 → nothing          (sync/view)")      \
	X(NOTICE,       "number u64 → what the user should see               (sync/node)")       \
	X(UNIQUE,       "unit id, kind u16, field u8, value, record id → nothing (ledger/unique)") \
	X(PERIOD,       "unit id, month u32, log number u32, seq u64 → step  (ledger/period)")   \
	X(INQUIRY,      "unit id, request id, log number u32, seq u64 → what (ledger/inquiry)")  \
	X(SCORE,        "scorecard u8, subject id, month u32 → points    (ledger/score_points)")    \
	X(SERIES,       "log number u32, kind u16, field u8 → last number    (ledger/series)") \
	X(MULTISET,     "owner, metric, dimension, bucket, month, element → times (ledger/multiset)") \
	X(UNIT_PAST,    "unit id, … → changes of the tree                    (org/charter)") \
	X(LATE,         "receipts of logs; first entries of records          (ledger/late)") \
	X(CUSTODY,      "records, batches, homes of members                  (org/custody_chain)") \
	X(TRANSFER,     "what units say about homes, and what is to be done  (org/transfer)") \
	X(ROLE,         "unit id, log number u32, seq u64, index u16 → word on a role (org/charter_role)") \
	X(PRESENCE,     "letters about members at a second unit              (org/presence)")    \
	X(BUNDLE,       "what came and went in bundles, and waits         (sync/bundle_row)")    \
	X(FILE,         "unit id, file, index u32, log number u32, seq u64 → piece  (sync/piece)") \
	X(CARGO,        "bundles carried for others, and what was handed to whom   (sync/cargo)") \
	X(WANT,         "originals asked for, held back, held above       (sync/file_want)") \
	X(PICTURE,      "unit id, file, log number u32, seq u64 → sealed u8        (sync/picture)")

enum store_table {
#define STORE_TABLE_ENUM(name, text) STORE_##name,
	STORE_TABLES(STORE_TABLE_ENUM)
#undef STORE_TABLE_ENUM
	STORE_TABLE_COUNT
};

const char *store_table_name(enum store_table table); // "RECORD"

enum store_mode { STORE_READ, STORE_WRITE };

struct txn;
struct scan;

// What an implementation provides. Called only through the functions below, which keep the
// sticky error and check bounds.
struct store_ops {
	enum err (*begin)(void *self, enum store_mode mode, void **impl);
	enum err (*commit)(void *self, void *impl); // durable when it gives ERR_OK
	void (*abort)(void *self, void *impl);
	enum err (*get)(void *self, void *impl, enum store_table table, struct span key, struct span *value);
	enum err (*put)(void *self, void *impl, enum store_table table, struct span key, struct span value);
	enum err (*delete)(void *self, void *impl, enum store_table table, struct span key);
	// The first pair with key >= `from` (or, with `back`, the last with key <= `from`). *cursor may be
	// set even when nothing is found; it is not used after a write to its table, only closed.
	enum err (*seek)(void *self, void *impl, void **cursor, enum store_table table, struct span from, bool back,
	                 struct span *key, struct span *value);
	enum err (*step)(void *self, void *cursor, bool back, struct span *key, struct span *value);
	void (*cursor_close)(void *self, void *cursor);
};

struct store {
	const struct store_ops *ops;
	void *self;
};

struct txn {
	const struct store *store;
	void *impl;
	enum store_mode mode;
	enum err err; // sticky
	uint32_t writes[STORE_TABLE_COUNT]; // since it began, so that a walk knows when to seek anew
};

enum err txn_begin(struct store *store, enum store_mode mode, struct txn *txn);
enum err txn_commit(struct txn *txn); // ends it, whatever it gives
void txn_abort(struct txn *txn);      // ends it; harmless on an ended one

// *value is valid until the next write or the end of the transaction, whichever comes first.
enum err txn_get(struct txn *txn, enum store_table table, struct span key, struct span *value);
bool txn_has(struct txn *txn, enum store_table table, struct span key);
// Key and value may be borrowed from the store itself. A key out of bounds is ERR_RANGE.
enum err txn_put(struct txn *txn, enum store_table table, struct span key, struct span value);
enum err txn_delete(struct txn *txn, enum store_table table, struct span key); // absent is no error

// Deletes every key that starts with `prefix`; of the whole table with an empty one.
enum err txn_clear(struct txn *txn, enum store_table table, struct span prefix);

// Marks the transaction as failed from outside (a rule was broken half-way): commit will abort.
enum err txn_fail(struct txn *txn, enum err err);

// A walk over the keys that start with `prefix`, ascending or descending. Writing to the table
// during a walk is allowed; the walk then continues after the key it stands on.
//
//	for (struct scan scan = scan_begin(txn, STORE_UNIT, prefix); scan_next(&scan);)
//		use(scan.key, scan.value);
//	scan_end(&scan);
//
// key and value are valid until the next scan_next() or write. scan_next() gives false at the
// end and on failure; txn->err tells which. scan_end() comes before the transaction's end.
struct scan {
	struct txn *txn;
	void *cursor;
	enum store_table table;
	bool back;
	bool started;
	bool ended;
	uint32_t writes; // of its table when the cursor was placed
	uint8_t prefix_bytes[STORE_KEY_MAX];
	size_t prefix_size;
	uint8_t at_bytes[STORE_KEY_MAX]; // the key stood on, kept for writes in between
	size_t at_size;
	struct span key;
	struct span value;
};

struct scan scan_begin(struct txn *txn, enum store_table table, struct span prefix);
struct scan scan_begin_from(struct txn *txn, enum store_table table, struct span prefix, struct span from);
struct scan scan_begin_last(struct txn *txn, enum store_table table, struct span prefix); // descending
bool scan_next(struct scan *scan);
void scan_end(struct scan *scan);

#endif
