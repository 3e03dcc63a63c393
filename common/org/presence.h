// What letters say about members at a second unit, at rest; and what is to be done about it. The newest word on
// each stands, by the author's time, then log, then place: a pure function of the letters held.
//
//	PRESENCE  what u8 ‖ attachment[16] ‖ author's unit[16] ‖ activity[16] → time u64 ‖ log[32] ‖ seq u64 ‖ message
//	PRESENCE  'd' ‖ kind u16 ‖ record[16] → nothing: a record of our own that letters may have to follow
//	PRESENCE  'n' ‖ attachment[16] → nothing: letters on it have come
//	PRESENCE  'r' ‖ what u8 ‖ … as above → refusal u8: it does not count here, and why
//	META      "told/" ‖ what u8 ‖ id[16] ‖ id[16] → BLAKE2b-256 of what was last written there
#ifndef TRIBUTARY_ORG_PRESENCE_H
#define TRIBUTARY_ORG_PRESENCE_H

#include "base/store.h"
#include "log/hash.h"

// Which message of a PresenceLetter: PresenceGuest, PresenceAnswer, PresenceActivity.
enum presence_what { PRESENCE_GUEST = 'g', PRESENCE_ANSWER = 'a', PRESENCE_ACTIVITY = 'v' };

//        name     why it does not count
#define PRESENCE_REFUSALS(X)                                                        \
	X(UNKNOWN, "no member of this unit is attached by that id")                 \
	X(UNIT,    "the member is attached to another unit than the one that wrote") \
	X(DAY,     "the day lies outside the time of the attachment")               \
	X(VALUE,   "a text or a day that the ledger does not take")

enum presence_refusal {
	PRESENCE_COUNTS = 0,
#define PRESENCE_REFUSAL_ENUM(name, text) PRESENCE_##name,
	PRESENCE_REFUSALS(PRESENCE_REFUSAL_ENUM)
#undef PRESENCE_REFUSAL_ENUM
	PRESENCE_REFUSAL_END
};

const char *presence_refusal_name(enum presence_refusal refusal); // "UNKNOWN"; "" for none

struct presence_word {
	enum presence_what what;
	struct id attachment;
	struct id unit;           // whose word it is
	struct id activity;       // zero for guests and answers
	uint64_t time;
	struct hash log;
	uint64_t seq;
	struct span message;      // encoded; borrowed
};

enum err presence_put(struct txn *txn, const struct presence_word *word); // an older one than is here: nothing
// Words of one kind, on one attachment (NULL: on all).
struct scan presence_words(struct txn *txn, enum presence_what what, const struct id *attachment);
enum err presence_read(const struct scan *scan, struct presence_word *word); // ERR_CORRUPT; borrows from the scan
enum err presence_find(struct txn *txn, enum presence_what what, const struct id *attachment, const struct id *unit,
                       struct presence_word *word); // a guest or an answer; ERR_NOT_FOUND
void presence_forget_unit(struct txn *txn, const struct id *unit); // a device of it was revoked: all is read again

void presence_judged(struct txn *txn, const struct presence_word *word, enum presence_refusal refusal);
enum presence_refusal presence_refusal(struct txn *txn, const struct presence_word *word);

// Marks.
void presence_mark_record(struct txn *txn, uint16_t kind, const struct id *record);
void presence_mark_news(struct txn *txn, const struct id *attachment);
struct scan presence_records(struct txn *txn);
struct scan presence_news(struct txn *txn);
void presence_record_at(const struct scan *scan, uint16_t *kind, struct id *record);
struct id presence_news_at(const struct scan *scan);
void presence_record_done(struct txn *txn, uint16_t kind, const struct id *record);
void presence_news_done(struct txn *txn, const struct id *attachment);

// What this store wrote last: was it this very letter?
bool presence_is_told(struct txn *txn, enum presence_what what, const struct id *first, const struct id *second,
                      const struct hash *letter);
void presence_told(struct txn *txn, enum presence_what what, const struct id *first, const struct id *second,
                   const struct hash *letter);

#endif
