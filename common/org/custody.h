// Custody: who has a member, by a chain of records of which each has one writer (DESIGN 9). Pure and
// without a store: parties as small structs, one function each that takes what happened and says why not.
// The model checker (tests/model) runs these very functions.
//
//	record k = (member, epoch k, home, its incarnation, registrar, record k−1)
//	           written by record k−1's registrar alone, cosigned by the witness, and only then shown
//
//	         enter            offer (marked before it leaves)      record elsewhere
//	  NONE ─────────▶ HELD ───────────────────────────▶ OUTBOUND ───────────────────▶ NONE
//	   ▲               ▲ ◀── record here: an abort, or ──┘  │ restored
//	   │ elsewhere     │     our own life confirmed         ▼
//	   └───────────────┴───── record here, our life ── UNVERIFIED ── Reaffirm k ──▶ the registrar writes k+1
//
// The present home goes on serving and counting while OUTBOUND. No step depends on a clock.
//
// Out of the tree nobody here can see whether the member was taken in. So the registrar's record (LETTER) leaves
// the home as it is, OUTBOUND; a letter may be written on it; and only the return slip ends it (a record without a
// home). What comes in by letter is entered as a member of its own, by the top, once.
#ifndef TRIBUTARY_ORG_CUSTODY_H
#define TRIBUTARY_ORG_CUSTODY_H

#include "org/custody_record.h"

// Why a step was not taken. Nothing changed then; the sentence is for whoever asked.
//        name            a sentence
#define CUSTODY_REFUSALS(X)                                                                        \
	X(NOT_HERE,       "the member's home is not this unit")                                     \
	X(HAS_HOME,       "the member has a home already")                                          \
	X(UNCONFIRMED,    "this store was put back or replaced, and the registrar has not confirmed it yet") \
	X(UNRECORDED,     "the registrar has not recorded the member yet: sync first")              \
	X(OTHER_DEVICE,   "another device of this unit keeps the member; this one has asked for it: sync, and offer again") \
	X(OFFERED,        "the member has been offered already: withdraw that first")               \
	X(NOT_OFFERED,    "the member has not been offered")                                        \
	X(TO_ITSELF,      "a member is not transferred to its own home")                            \
	X(NOT_ADDRESSED,  "the offer is for another unit")                                          \
	X(VOID,           "that offer is no longer open: it was decided, withdrawn or overtaken")   \
	X(FORMER_LIFE,    "said by a former life of a store")                                       \
	X(CLOSED,         "that unit has been closed or merged: its successor must accept")         \
	X(APPROVAL,       "an approval that the pack asks for is missing")                          \
	X(NOT_REGISTRAR,  "another registrar writes this member's records")                         \
	X(RESTORING,      "this server was put back and has not heard its witness yet")             \
	X(WAITING,        "the witness has not confirmed the record before yet")                    \
	X(BROKEN,         "the record does not follow the one before")                              \
	X(CONTRADICTED,   "the witness has confirmed another record in this place")                 \
	X(FORGED,         "a signature of the chain does not match")                                \
	X(REPLAYED,       "this letter has been taken in already")                                   \
	X(LETTER_OUT,     "a letter is out for the member: enter its return slip, or wait until the letter has expired") \
	X(EXPIRED,        "the letter has expired: ask for a new one")                                \
	X(FOREIGN_ROOT,   "the letter is signed below a root key that is not trusted here: compare its fingerprint with the organisation that wrote it, and name it with --root") \
	X(SAME_TREE,      "the letter was written in this very tree: offer the member instead")       \
	X(NO_LETTER,      "no letter stands open for this member")                                    \
	X(WRONG_SLIP,     "the return slip does not answer a letter of this unit")                     \
	X(SOUGHT,         "that unit is not known here yet; the servers above have been asked: sync, and offer again") \
	X(UNKNOWN_UNIT,   "no unit, or more than one, answers to that name: give its path or its id")

enum custody_refusal {
	CUSTODY_DONE = 0,
#define CUSTODY_REFUSAL_ENUM(name, text) CUSTODY_##name,
	CUSTODY_REFUSALS(CUSTODY_REFUSAL_ENUM)
#undef CUSTODY_REFUSAL_ENUM
	CUSTODY_REFUSAL_END
};

const char *custody_refusal_name(enum custody_refusal refusal); // "VOID"; "DONE" for none
const char *custody_refusal_text(enum custody_refusal refusal);

// What one party says to another about a member. An offer is named by the record it stands on: that epoch
// is used up once, whatever becomes of the offer.
struct custody_claim {
	struct id member;
	uint64_t epoch;           // of the record it stands on; of an Enter: 0
	struct hash tail;         // that record's digest
	struct id home;           // who offers, enters or reaffirms
	struct id incarnation;    // the life of its store that says so
	struct id to;             // whom it is offered to
	struct id taker;          // Accept: the life of the store of whom it is offered to
};

// ---- A unit's view of one member ----

enum custody_hold { CUSTODY_NONE, CUSTODY_HELD, CUSTODY_OUTBOUND, CUSTODY_UNVERIFIED };

struct custody_unit {
	struct id unit;
	struct id incarnation;    // present life of its store
	enum custody_hold hold;
	bool closed;              // by the charter: takes nobody in
	uint64_t epoch;           // of the last final record seen; 0: none (entered and not recorded yet)
	struct hash tail;         // its digest
	struct id to;             // while OUTBOUND
};

enum custody_refusal custody_unit_enter(struct custody_unit *unit); // a member new to the tree
enum custody_refusal custody_unit_offer(struct custody_unit *unit, const struct id *to);
enum custody_refusal custody_unit_withdraw(const struct custody_unit *unit);
// May it say yes (or no) to the offer? `successor`: the offer names a unit that became this one.
enum custody_refusal custody_unit_answer(const struct custody_unit *unit, const struct custody_claim *offer, bool successor);
// A final record. An older one than seen changes nothing; never refused but where it speaks of another chain.
enum custody_refusal custody_unit_record(struct custody_unit *unit, const struct custody_record *record);
// May it ask to be confirmed? Only on the newest record: others' or former words are overtaken by it.
enum custody_refusal custody_unit_reaffirm(const struct custody_unit *unit);
// Its store was put back to this state, or is a new one: from now on it has another life.
void custody_unit_restored(struct custody_unit *unit, const struct id *incarnation);

// ---- A registrar's chain of one member ----

struct custody_registrar {
	struct id registrar;      // who this is
	bool restoring;           // put back, and has not taken over the witness's records yet
	bool waiting;             // the last record is not cosigned yet, and has been shown to the witness alone
	struct custody_record last; // epoch 0: none
};

// What the registrar knows of the claim's units from elsewhere.
struct custody_notes {
	bool closed;              // the unit that accepts has been closed or merged
	bool successor;           // the unit that accepts is what the one it was offered to became
	bool approved;            // the pack asks for no approval, or all are here
	struct id registrar;      // of the new home
	int32_t day;              // when it is written: for people and for figures by month
};

// Each gives the record to be appended and shown to the witness. On a refusal *record is untouched.
enum custody_refusal custody_registrar_enter(struct custody_registrar *chain, const struct custody_claim *enter,
                                             const struct custody_notes *notes, struct custody_record *record);
enum custody_refusal custody_registrar_commit(struct custody_registrar *chain, const struct custody_claim *offer,
                                              const struct custody_claim *accept, const struct custody_notes *notes,
                                              struct custody_record *record);
// An offer out of the tree: the home stays, and a letter may go. The slip has come back: nobody's here any more.
enum custody_refusal custody_registrar_letter(struct custody_registrar *chain, const struct custody_claim *offer,
                                              const struct custody_notes *notes, struct custody_record *record);
enum custody_refusal custody_registrar_leave(struct custody_registrar *chain, const struct custody_claim *returned,
                                             const struct custody_notes *notes, struct custody_record *record);
enum custody_refusal custody_registrar_abort(struct custody_registrar *chain, const struct custody_claim *offer,
                                             const struct custody_notes *notes, struct custody_record *record);
enum custody_refusal custody_registrar_reaffirm(struct custody_registrar *chain, const struct custody_claim *claim,
                                                const struct custody_notes *notes, struct custody_record *record);
// The home has come under another registrar (notes->registrar): that one goes on. Offers that stand are void by it.
enum custody_refusal custody_registrar_hand_over(struct custody_registrar *chain, const struct custody_notes *notes,
                                                 struct custody_record *record);
// The witness's answer, or a final record of another registrar: the chain goes on from the furthest one.
enum custody_refusal custody_registrar_final(struct custody_registrar *chain, const struct custody_record *record);
void custody_registrar_restored(struct custody_registrar *chain);
// All that the witness has seen of this member is here again (`last` NULL: nothing).
void custody_registrar_takeover(struct custody_registrar *chain, const struct custody_record *last);

// ---- The witness's memory of one member ----

struct custody_witness {
	struct custody_record last; // epoch 0: none seen
};

// May it cosign? The same record again: yes, the same word. `by` is who wrote it.
enum custody_refusal custody_witness_cosign(struct custody_witness *witness, const struct id *by,
                                            const struct custody_record *record);
// A final record of a chain that was in other hands.
void custody_witness_final(struct custody_witness *witness, const struct custody_record *record);

#endif
