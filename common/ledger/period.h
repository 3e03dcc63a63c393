// Periods: a unit closes a month, submits it, and a superior approves or returns what was submitted
// (DESIGN 8). What the unit does are *steps* in its `up` logs, what superiors say are *verdicts* in
// their `down` logs. How a month stands is a pure function of the set of both.
//
//	        close            submit              approve
//	 OPEN ─────────▶ CLOSED ─────────▶ SUBMITTED ─────────▶ APPROVED ───▶ RESTATED
//	   ▲                │                 │    │                later truth, submitted with its reason
//	   └── reopen ──────┴─────────────────┘    └── return ──▶ RETURNED ── reopen ──▶ OPEN
//
// Steps are ordered by their number (1 + the greatest their author knew), then as writes of a field
// are: time, device, place. A submission has a revision, and a verdict is on one submission alone.
//
// Verdicts on a submission are a set like the writes of a field: one that names another replaces it.
// Those left are its verdict. Where they differ it is returned and disputed: nothing is approved that
// a superior holds back, until one of them says so knowing the other.
//
// The base is the first submission that is approved. From then on the month is frozen: what changes
// in its cells is a restatement, cell (metric, 0, CELL_BUCKET_RESTATED, month) = now - base.
//
//	PERIOD  'p' ‖ unit[16] ‖ month u32 ‖ log number u32 ‖ seq u64 → kind of entry u32 ‖ log[32] ‖ device[32] ‖ time u64 ‖
//	        of a step: act u8 ‖ step u32 ‖ revision u32 ‖ gives a reason u8 ‖ BLAKE2b-256 of its cells, zero where it has none
//	        of a verdict: verdict u8 ‖ has text or remarks u8 ‖ submission (log[32] ‖ seq u64) ‖ places that it replaces, alike
//	PERIOD  'r' ‖ month u32 ‖ unit[16] ‖ log number u32 ‖ seq u64 → nothing: steps that give a reason
//	PERIOD  's' ‖ unit[16] ‖ month u32 → how the month stands, computed from its rows (period_summary.c)
#ifndef TRIBUTARY_LEDGER_PERIOD_H
#define TRIBUTARY_LEDGER_PERIOD_H

#include "ledger/change.h"
#include "ledger/tally.h"

#define PERIOD_STEPS_MAX   (1u << 20) // the greatest number of a step or a revision
#define PERIOD_TEXT_BYTES_MAX 4096    // of a reason or a remark
#define PERIOD_REMARKS_MAX 256
#define PERIOD_REPLACES_MAX 64
#define PERIOD_ROWS_MAX    1024       // steps and verdicts of one month that are looked at; the rest is noise

enum period_act { PERIOD_SUBMIT = 1, PERIOD_CLOSE, PERIOD_REOPEN, PERIOD_EXPLAIN, PERIOD_ACT_END };
enum period_verdict { PERIOD_NO_VERDICT = 0, PERIOD_APPROVE, PERIOD_RETURN, PERIOD_VERDICT_END };

// The payload of ENTRY_SUBMISSION.
struct period_step {
	enum period_act act;
	int32_t month;
	uint32_t step;
	uint32_t revision;           // of a submission
	struct span reason;
	uint32_t pack_version;
	size_t frontier_count;
	const struct tally_frontier *frontier;
	size_t cell_count;           // of a submission; all of its month
	const struct cell *cells;
};

// What a remark is on: a metric, or a field of a kind of record.
struct period_remark {
	uint16_t metric;
	uint16_t kind;
	uint8_t field;
	struct span text;
};

struct period_place {
	struct hash log;
	uint64_t seq;
};

// The payload of ENTRY_REVIEW.
struct period_review {
	struct id unit;
	int32_t month;
	struct period_place submission;
	enum period_verdict verdict;
	struct span text;
	size_t remark_count;
	const struct period_remark *remarks;
	size_t replaces_count;
	const struct period_place *replaces;
};

// Into the arena; spans borrow from the payload. ERR_MALFORMED, ERR_BUDGET.
enum err period_step_decode(struct span payload, struct arena *arena, struct period_step *step);
void period_step_encode(const struct period_step *step, struct buf *payload);
enum err period_review_decode(struct span payload, struct arena *arena, struct period_review *review);
void period_review_encode(const struct period_review *review, struct buf *payload);

// ---- At rest ----

struct period_event {
	struct dot dot;
	struct period_place place;
	struct hash device;
	uint64_t time;               // of the entry, hybrid logical
};

// An entry of either kind has been accepted.
enum err period_state_add_step(struct txn *txn, const struct id *unit, const struct period_step *step, const struct period_event *event);
enum err period_state_add_review(struct txn *txn, const struct period_review *review, const struct period_event *event);
enum err period_state_forget(struct txn *txn, const struct id *unit); // of one unit; of all with a zero id

enum period_state { PERIOD_OPEN, PERIOD_CLOSED, PERIOD_SUBMITTED, PERIOD_RETURNED, PERIOD_APPROVED, PERIOD_RESTATED,
                    PERIOD_STATES };
const char *period_state_name(enum period_state state); // "open"

struct period_taken {            // a step
	struct period_event event;
	struct period_step step;
	enum period_verdict verdict; // of a submission
	bool disputed;               // verdicts that did not know of each other differ
	bool reasoned;               // it gives a reason
	struct hash figures;         // of a submission: the same for the same cells
};

struct period_said {             // a verdict
	struct period_event event;
	struct period_review review;
	bool replaced, speaks;       // speaks: it has a text or remarks
};

struct period_standing {
	struct id unit;
	int32_t month;
	enum period_state state;
	uint32_t step;               // the greatest
	uint32_t revision;           // of the newest submission; 0: none
	size_t step_count;
	struct period_taken *steps;  // in order
	size_t verdict_count;
	struct period_said *verdicts; // by time
	const struct period_taken *last; // the newest submission; NULL: none
	const struct period_taken *base; // the first that is approved
};

// How a month of a unit stands, as far as this store knows. In the arena. ERR_CORRUPT, ERR_BUDGET.
enum err period_state_load(struct txn *txn, const struct id *unit, int32_t month, struct arena *arena,
                           struct period_standing *standing);
// Does a change of the month's cells need a reason? (Anything but open.)
bool period_state_holds(const struct period_standing *standing);
// The verdict that counts on the newest submission: the last of those that say so; NULL: none.
const struct period_said *period_judge_verdict(const struct period_standing *standing);

// The next month of the unit that has any step or verdict, from `from` on. ERR_NOT_FOUND: none.
enum err period_state_next(struct txn *txn, const struct id *unit, int32_t from, int32_t *month);

// The steps of these months that give a reason, of whatever unit, by month.
enum err period_state_reasons(struct txn *txn, struct period months,
                              enum err (*visit)(void *context, const struct id *unit, int32_t month, struct dot place),
                              void *context);

// One step or verdict by its place, in the arena; nothing is judged. ERR_NOT_FOUND: it cannot be read here.
enum err period_state_step(struct txn *txn, struct dot place, struct arena *arena, struct period_taken *taken);
enum err period_state_verdict(struct txn *txn, struct dot place, struct arena *arena, struct period_said *said);

// ---- Summaries: the same in a row, without texts and figures, for who looks at many months ----

struct period_summary {
	int32_t month;
	enum period_state state;
	uint32_t revision;           // of the newest submission
	uint64_t first, newest;      // when the first and the newest were submitted; 0: none was
	enum period_verdict verdict; // on the newest
	bool disputed, reasoned;     // the newest
	bool based;                  // one was approved
	struct dot newest_place, approved_place; // the newest submission, the newest that stands approved; log 0: none
	struct dot said_place;       // the verdict that counts (period_judge_verdict); log 0: none
	struct hash said_by;         // its device
	bool speaks;                 // it has a text or remarks
};

// Of a month without steps and verdicts: open, and nothing else. ERR_CORRUPT.
enum err period_summary_get(struct txn *txn, const struct id *unit, int32_t month, struct period_summary *summary);
// The unit's months within these of which there is anything, in order.
enum err period_summary_each(struct txn *txn, const struct id *unit, struct period months,
                             enum err (*visit)(void *context, const struct period_summary *summary), void *context);

// ---- Restatements (ledger/derive) ----

struct derive;
bool period_restate_owns(const struct cell_key *key);
// Of every month with a base: what the total of each of the pack's metrics differs from it.
enum err period_restate(struct derive *derive);
// Does any figure of the month differ from its base, by the owner's cells?
enum err period_restate_any(struct txn *txn, const struct pack *pack, const struct cell_owner *owner, int32_t month,
                            bool *any);

#endif
