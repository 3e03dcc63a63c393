// The state of one record: for each field (and element) the writes that no other write replaces:
// one, or a conflict. A pure function of the set of accepted writes (DESIGN 6).
//
//	RECORD    unit id[16] ‖ kind u16 ‖ record id[16] → encoded record (version byte first)
//	CONFLICT  the same key → nothing, while some field has two unequal values
#ifndef TRIBUTARY_LEDGER_RECORD_H
#define TRIBUTARY_LEDGER_RECORD_H

#include "base/store.h"
#include "ledger/change.h"

#define RECORD_KEY_BYTES (16 + 2 + 16)

struct record_key {
	struct id unit;
	uint16_t kind;
	struct id record;
};

struct record_write {
	uint8_t field;
	struct span element;
	struct dot dot;
	uint32_t chain;
	uint64_t time;      // of the entry, hybrid logical
	uint64_t device;    // first 8 bytes of the author's signing key: breaks the last tie
	struct value value;
};

// A write that was replaced before it came: remembered until it does.
struct record_unseen {
	uint8_t field;
	struct span element;
	struct hash log;
	uint64_t seq;
};

struct record {
	struct record_key key;
	size_t write_count;              // ascending by (field, element), then best first (record_better)
	struct record_write *writes;
	size_t unseen_count;
	struct record_unseen *unseen;
	uint64_t received;               // ms, when the registrar first had it; 0: not told here (ledger/late)
};

void record_key_encode(const struct record_key *key, uint8_t bytes[static RECORD_KEY_BYTES]);
enum err record_key_decode(struct span bytes, struct record_key *key);

// Into the arena; an absent record is one without writes (ERR_OK). ERR_CORRUPT, ERR_BUDGET.
enum err record_load(struct txn *txn, const struct record_key *key, struct arena *arena, struct record *record);
enum err record_decode(const struct record_key *key, struct span value, struct arena *arena, struct record *record);
// Keeps CONFLICT in step. A record with neither writes nor unseen ones is removed.
enum err record_save(struct txn *txn, const struct record *record);

// Of two live writes of one place, is `a` the one to show? Longest chain, then time, then device,
// then log order within the device: no trusted clock decides alone.
bool record_better(const struct record_write *a, const struct record_write *b);

// The write shown for a field, or NULL. VALUE_IS_NONE counts as absent here.
const struct record_write *record_value(const struct record *record, uint8_t field, struct span element);
// All live writes of a place: a run inside record->writes; *count is 0 where there is none.
const struct record_write *record_writes(const struct record *record, uint8_t field, struct span element, size_t *count);
bool record_deleted(const struct record *record);
bool record_in_conflict(const struct record *record); // two live writes of one place with unequal values

#endif
