// Merging one entry's changes into the records of a unit. Commutative, associative, idempotent:
// the result depends on the set of entries alone (tests/unit/test_merge.c holds it to that).
#ifndef TRIBUTARY_LEDGER_MERGE_H
#define TRIBUTARY_LEDGER_MERGE_H

#include "ledger/cell.h"
#include "ledger/record.h"
#include "ledger/workflow.h"

// An entry of changes that another one names, read again.
struct merge_recalled {
	struct changes changes;          // its owner filled in
	struct hash log;
	enum relation author;            // its author's unit to the owner of the records
	bool counts;                     // false: set aside, or nothing that may be read here
	bool erased;                     // what it said is gone, and cannot be asked any more
};

// What the entry's surroundings know. `resolve` tells for a log id its number in this store and
// how many of its entries have been applied; false: not known here.
struct merge_context {
	struct txn *txn;
	const struct pack *pack;         // NULL: not known yet; then nothing can be merged (ERR_AGAIN)
	struct dot dot;                  // of the entry
	struct hash log;                 // its log's id
	enum lane lane;
	uint64_t time;
	struct hash device;              // author
	struct id unit;                  // author's unit
	enum relation relation;          // author's unit to the owner of the records
	struct cell_batch *cells;        // NULL: no figures are computed here (a server)
	bool (*resolve)(void *context, const struct hash *log, uint32_t *number, uint64_t *applied);
	void *resolve_context;
	// Reads an entry that a pred names (ERR_AGAIN: not here yet). NULL: this store does not read all lanes
	// of these records, and takes moves and numbers as they come.
	enum err (*recall)(void *context, const struct hash *log, uint64_t seq, struct arena *arena,
	                   struct merge_recalled *recalled);
	// May the entry's author act for a role, by the charter? Asked with `recall` alone.
	enum err (*may)(const struct merge_context *context, const struct pack_office *office, bool *may);
	struct id incarnation;           // of the author, when it wrote this log
	struct workflow_verdict *verdict; // what a move lacks, with reason STEP; may be NULL
	struct arena *arena;             // scratch; the caller resets it between entries
};

// Why an entry stands in quarantine. Told to its author, listed, never lost.
//        name            a sentence for the author
#define MERGE_REASONS(X)                                                              \
	X(MALFORMED,      "the entry is not well formed")                              \
	X(UNKNOWN_KIND,   "the pack here has no such record kind")                     \
	X(AUTHORITY,      "this unit may not write that field")                        \
	X(LANE,           "that field does not belong into this lane")                 \
	X(VALUE,          "the value does not fit the field")                          \
	X(REVOKED,        "written after the device was revoked")                      \
	X(NOT_ENROLLED,   "the device is not enrolled")                                \
	X(STATEMENT,      "the statement is beyond the authority of its author")       \
	X(TOO_MANY,       "more values than a record may hold")                       \
	X(STEP,           "a step of its workflow is missing or came too early")       \
	X(SERIES,         "not the next number of its series") \
	X(CLOSED,         "the unit is closed, or would stand below itself") \
	X(CUSTODY,        "a record of homes whose signatures or whose author do not hold") \
	X(PRESENCE,       "a letter that names another author or another addressee")

enum merge_reason {
	MERGE_ACCEPTED = 0,
#define MERGE_ENUM(name, text) MERGE_##name,
	MERGE_REASONS(MERGE_ENUM)
#undef MERGE_ENUM
	MERGE_REASON_END
};

const char *merge_reason_name(enum merge_reason reason); // "AUTHORITY"
const char *merge_reason_text(enum merge_reason reason);

// All of the entry's changes or, with *reason set and nothing changed, none. ERR_OK in both cases.
// Fields not known to the pack are kept as they are (a newer pack's; DESIGN 7). A field may be
// written into its own lane or a wider one (private < detail < up; sharing more is the branch's
// act), never into a narrower; what another version of the pack wrote is held to the types of its
// values alone, since bounds, patterns and lanes were that version's; a superior writes in `down` alone, and an owner may answer in a field
// that comes down from `detail`. Figures: the record's old contributions go out, the new ones in.
// ERR_AGAIN (no pack), ERR_CORRUPT, ERR_BUDGET, or the store's failure.
enum err merge_changes(struct merge_context *context, const struct changes *changes, enum merge_reason *reason);

#endif
