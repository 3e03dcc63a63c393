// The pen: writing one's own entries in one transaction. Each lane written to is one log, signed
// once at the end. Writes of one record that belong to different lanes become entries of several
// logs; private ones are sealed on the way. What is written is applied at once, so that a pen
// reads what it wrote.
#ifndef TRIBUTARY_SYNC_PEN_H
#define TRIBUTARY_SYNC_PEN_H

#include "base/drbg.h"
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "ledger/vote.h"
#include "sync/view.h"

// Why pen_set() refused what its kind's rules do not have.
enum pen_refused { PEN_REFUSED_NOT, PEN_REFUSED_STEP, PEN_REFUSED_NUMBER, PEN_REFUSED_RESULT };

struct pen_refusal {
	enum pen_refused what;
	const struct pack_kind *kind;
	uint8_t field;
	bool nothing_written;            // of this call; else the transaction must not be committed
	struct workflow_verdict verdict; // STEP
	struct vote_count count;         // RESULT: what the votes say
};

struct pen {
	struct txn *txn;
	const struct self *self;
	struct view view;
	struct drbg drbg;
	uint64_t now_ms;
	struct hash maker;            // of new ids: random, drawn with the first
	uint64_t hlc;                 // last given out; META "hlc"
	struct journal_writer writer[LANE_END];
	bool open[LANE_END];
	uint64_t first[LANE_END];     // size of the log when it was opened
	struct buf scratch;
	struct epoch epoch;           // to seal with, once looked up
	bool epoch_ready;
	uint64_t written;             // entries
	bool arriving;                // what is written came along with a member, in whatever state it stood
	struct pen_refusal refusal;   // of the last pen_set()
};

enum err pen_begin(struct pen *pen, struct txn *txn, const struct self *self, struct view_pack *pack,
                   uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES]);
// A time seen on another's entry: ours comes after it, as far as it is credible (base/hlc.h).
enum err pen_see(struct txn *txn, uint64_t now_ms, uint64_t time);

// Signs the heads, saves the rows, flushes the views, marks what the parent lacks (sync/arrival) and
// releases the pen, also on error. The caller commits.
enum err pen_finish(struct pen *pen);

struct id pen_new_id(struct pen *pen); // ascending within this pen

// One field (or element) to be set; VALUE_IS_NONE takes it away.
struct pen_write {
	uint8_t field;
	struct span element;
	struct value value;
	enum lane lane;     // 0: the field's own; a wider one shares it
};

// Sets fields of a record of `unit` (NULL: our own). Preds are what is live now, so this also
// decides conflicts. Writes equal to the only live value are left out; *changed tells whether any remained.
// A new record takes the first state of its workflow; numbers of a series are issued here, and the result of a
// vote is filled in. ERR_UNAUTHORISED (authority; or with `refusal` a step missing, a number typed in),
// ERR_CONFLICT (with `refusal`: a result that the votes do not give), ERR_RANGE (lane narrower than the field's), ERR_NOT_FOUND (kind or
// field not in the pack), ERR_AGAIN (no pack yet), ERR_TOO_LARGE.
enum err pen_set(struct pen *pen, const struct id *unit, uint16_t kind, const struct id *record,
                 const struct pen_write *writes, size_t count, bool *changed);

// An entry as it is, into a lane. *seq may be NULL.
enum err pen_entry(struct pen *pen, enum lane lane, uint32_t kind, struct span payload, uint64_t *seq);

// Charter statements, in one entry of the down lane; refused (ERR_UNAUTHORISED, nothing written) when
// they would not count.
enum err pen_statements(struct pen *pen, const Tributary__Statements *statements);

enum err pen_state(struct pen *pen, Tributary__Statement *statement); // one, effective from today

// Receipts that tell when records were first received, where a metric asks for it, into our log. In a pen of
// its own, before that of the tally, whose frontier names what is saved.
bool pen_receipts_due(struct txn *txn);
enum err pen_receipts(struct pen *pen);

// Figures that changed since our last tally (a device: of its unit; a server: roll-ups), vouching for
// months up to that of now_ms. Nothing to publish is ERR_OK.
enum err pen_tally(struct pen *pen);

// ---- Periods (ledger/period). Each is judged before it is written: ERR_CONFLICT where the month does not
// stand so that it can be done. ----

enum err pen_period_close(struct pen *pen, int32_t month);
enum err pen_period_reopen(struct pen *pen, int32_t month, struct span reason);
// The month's own cells as they are now. From the second revision on a reason is needed, given here or
// with the changes (ERR_USAGE: none).
enum err pen_period_submit(struct pen *pen, int32_t month, struct span reason, uint32_t *revision);
// A verdict on the newest submission; unit, month, verdict, text and remarks are the caller's.
// ERR_NOT_FOUND: nothing was submitted.
enum err pen_period_review(struct pen *pen, struct period_review *review, uint32_t *revision);
// What this pen has changed in months that are not open needs a reason. With one it is noted for each of
// them; without, ERR_CONFLICT, and *month is the first. Asked before the commit.
enum err pen_period_guard(struct pen *pen, struct span reason, int32_t *month);

// ---- Inquiries (ledger/inquiry) ----

enum err pen_inquiry_ask(struct pen *pen, struct inquiry_request *request); // its id is made here
// How wide an answer has to go so that the asker reads it: its registrar's detail, or up.
enum err pen_inquiry_lane(struct pen *pen, const struct inquiry *inquiry, enum lane *lane);
enum err pen_inquiry_answer(struct pen *pen, const struct inquiry_reply *reply, enum lane lane);

// Epoch keys that devices of our unit lack. With `fresh`, a new epoch first.
enum err pen_epochs(struct pen *pen, bool fresh);

// A letter to another unit, sealed to it.
enum err pen_mail(struct pen *pen, const struct id *to, struct span letter);

#endif
