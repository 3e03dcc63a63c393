// Rows of the charter at rest, and the means to change them all or none. Private to charter*.c.
//
//	UNIT    version u8 ‖ level u8 ‖ parent[16] ‖ since u32 ‖ closed u32 ‖ place: log u32, seq u64 ‖
//	        flags u8 (1 server[32], 2 renamed: log u32, seq u64, 4 ended: the same; each follows where set;
//	        8 past, 16 merged) ‖
//	        kind ‖ name ‖ code, each as size u16 and bytes
//	DEVICE  version u8 ‖ curve[32] ‖ box[32] ‖ unit[16] ‖ flags u8 (1 server, 2 revoked) ‖ since u32 ‖
//	        place: log u32, seq u64 ‖ label: size u16 and bytes ‖ cut-offs u8 × (log[32] ‖ size u64)
//	META    "charter.top" → version u8 ‖ unit[16] ‖ root key[32] ‖ digest of what genesis signed[32]
#ifndef TRIBUTARY_ORG_CHARTER_ROW_H
#define TRIBUTARY_ORG_CHARTER_ROW_H

#include "org/charter.h"

#define CHARTER_ROW_VERSION 1

// What was there before each change of one entry, so that all of it can be taken back. A store's
// transaction cannot: it goes on with other entries.
struct charter_undo;

struct charter_batch {
	struct txn *txn;
	struct arena *arena;        // the list lives here
	struct charter_undo *undo;  // newest first
	enum err err;               // sticky: ERR_BUDGET. The store's own stick in txn
};

void charter_batch_put(struct charter_batch *batch, enum store_table table, struct span key, struct span value);
// For a key known to be absent: saves the look.
void charter_batch_add(struct charter_batch *batch, enum store_table table, struct span key, struct span value);
void charter_batch_delete(struct charter_batch *batch, enum store_table table, struct span key);
void charter_batch_undo(struct charter_batch *batch);

void charter_unit_put(struct charter_batch *batch, const struct charter_unit *row, struct buf *scratch, bool fresh);
void charter_unit_alias_add(struct charter_batch *batch, const struct id *unit, const char *text); // known to be absent
void charter_unit_alias_put(struct charter_batch *batch, const struct id *unit, const char *text);
void charter_unit_alias_delete(struct charter_batch *batch, const struct id *unit, const char *text);
void charter_device_put(struct charter_batch *batch, const struct charter_device *row, struct buf *scratch);

struct reader;
void charter_cutoffs_put(struct buf *row, const struct charter_cutoff *list, size_t count);
size_t charter_cutoffs_read(struct reader *reader, struct charter_cutoff *list, size_t most); // how many; more than `most`: malformed

// Has another unit that the same log created this code? ERR_OK: no. ERR_EXISTS.
enum err charter_unit_code_free(struct txn *txn, const char *code, uint32_t log);

// Counts of units below others, not written yet: as many as follow each other with one parent, kind and day.
struct charter_count {
	struct id parent;
	char kind[LIMIT_NAME_BYTES + 1];
	int32_t day;
	int64_t delta;              // 0: nothing is waiting
	bool ends;                  // else they begin
};

void charter_count_begins(struct charter_batch *batch, struct charter_count *waiting, const struct charter_unit *row);
void charter_count_flush(struct charter_batch *batch, struct charter_count *waiting);

struct charter_genesis {
	struct id unit;
	struct hash root_key;
	struct hash digest;
};

enum err charter_genesis_get(struct txn *txn, struct charter_genesis *genesis); // ERR_NOT_FOUND
void charter_genesis_put(struct charter_batch *batch, const struct charter_genesis *genesis);

#endif
