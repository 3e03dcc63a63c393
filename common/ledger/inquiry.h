// Inquiries: a superior asks for one record that a unit has not shared with it; the unit grants or
// refuses (DESIGN 4). Both are entries, so both sides keep the trace: who asked for what, why, and what
// became of it. What is granted the unit shares by ordinary changes in a wider lane.
//
//	INQUIRY  unit[16] ‖ request id[16] ‖ log number u32 ‖ seq u64 → kind of entry u32
#ifndef TRIBUTARY_LEDGER_INQUIRY_H
#define TRIBUTARY_LEDGER_INQUIRY_H

#include "base/store.h"
#include "ledger/change.h"

#define INQUIRY_TEXT_BYTES_MAX 4096
#define INQUIRY_REPLIES_MAX    64 // of one request that are looked at

enum inquiry_answer { INQUIRY_OPEN = 0, INQUIRY_GRANT, INQUIRY_REFUSE, INQUIRY_ANSWER_END };

// The payload of ENTRY_REQUEST.
struct inquiry_request {
	struct id id;
	struct id unit;          // who is asked
	uint16_t kind;           // record kind number
	struct id record;        // zero: as described
	struct span description;
	struct span why;
};

// The payload of ENTRY_REPLY; the author's unit is the one that was asked.
struct inquiry_reply {
	struct id request;
	enum inquiry_answer answer;
	struct span text;
	uint16_t kind;           // of the record that was shared; 0: none
	struct id record;
};

// Into the arena. ERR_MALFORMED, ERR_BUDGET.
enum err inquiry_request_decode(struct span payload, struct arena *arena, struct inquiry_request *request);
void inquiry_request_encode(const struct inquiry_request *request, struct buf *payload);
enum err inquiry_reply_decode(struct span payload, struct arena *arena, struct inquiry_reply *reply);
void inquiry_reply_encode(const struct inquiry_reply *reply, struct buf *payload);

// ---- At rest ----

// An entry of either kind has been accepted.
enum err inquiry_add(struct txn *txn, const struct id *unit, const struct id *request, struct dot place, uint32_t kind);
enum err inquiry_forget(struct txn *txn, const struct id *unit);

struct inquiry_event {
	struct hash device;      // of the author
	uint64_t time;           // of the entry, hybrid logical
};

struct inquiry {
	struct inquiry_request request;
	struct inquiry_event asked;
	struct inquiry_reply reply; // answer INQUIRY_OPEN: none yet; of several the latest
	struct inquiry_event answered;
};

// The requests to a unit, by id. Of two that bear one id the earlier counts. In the arena.
enum err inquiry_each(struct txn *txn, const struct id *unit, struct arena *arena,
                      enum err (*visit)(void *context, const struct inquiry *inquiry), void *context);

#endif
