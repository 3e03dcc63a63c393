// What units say about the homes of members (ENTRY_TRANSFER), at rest; and what is to be done about it.
//
//	TRANSFER  'c' ‖ member[16] ‖ epoch u64 ‖ what u8 ‖ unit[16] ‖ incarnation[16] →
//	              tail[32] ‖ home[16] ‖ to[16] ‖ via[16] ‖ time u64 ‖ until u32 ‖ reason
//	TRANSFER  'd' ‖ member[16] → nothing: something is new about it
//	TRANSFER  'e' ‖ member[16] ‖ kind u16 → nothing: a record of our own that nobody has entered yet
//	TRANSFER  'f' ‖ member[16] ‖ epoch u64 ‖ what u8 ‖ unit[16] → nothing: handed on, or done, by this store
//	TRANSFER  'o' ‖ member[16] ‖ epoch u64 ‖ unit[16] → encoded Dossier: what came with an offer to us
//	TRANSFER  'l' ‖ member[16] ‖ log u32 ‖ seq u64 → encoded Dossier: written by a former home, for us to look at
#ifndef TRIBUTARY_ORG_TRANSFER_H
#define TRIBUTARY_ORG_TRANSFER_H

#include "base/store.h"
#include "org/custody.h"
#include "store.pb-c.h"

//        name       no  what it is to people
#define TRANSFER_WHATS(X)                              \
	X(ENTER,    1, "entered")                       \
	X(OFFER,    2, "offered")                       \
	X(WITHDRAW, 3, "withdrawn")                     \
	X(ACCEPT,   4, "accepted")                      \
	X(REFUSE,   5, "refused")                       \
	X(REAFFIRM, 6, "asks to be confirmed")          \
	X(APPROVE,  7, "approved")                      \
	X(DENY,     8, "denied")                       \
	X(SEEK,     9, "seeks a unit")                 \
	X(TOLD,    10, "was told why not")             \
	X(RETURNED, 11, "return slip entered")          \
	X(ADMIT,   12, "comes in by letter")           \
	X(SETTLED, 13, "late writes looked at")

enum transfer_what {
#define TRANSFER_WHAT_ENUM(name, number, text) TRANSFER_##name = number,
	TRANSFER_WHATS(TRANSFER_WHAT_ENUM)
#undef TRANSFER_WHAT_ENUM
	TRANSFER_WHAT_END
};

const char *transfer_what_text(enum transfer_what what); // "?" for what is none

struct transfer_claim {
	enum transfer_what what;
	struct id member;
	uint64_t epoch;           // of the record it stands on; of SEEK and what is TOLD about it: when it was asked, ms
	struct hash tail;         // that record's digest
	struct id home;           // who offered
	struct id to;             // whom it is offered to
	struct id unit;           // who says so
	struct id incarnation;    // and in which life of its store
	struct id via;            // the registrar that handed it on; zero: read where it was written
	uint64_t time;
	int32_t until;            // of an offer out of the tree: the last day of its letter; `to` is zero, `reason` the organisation
	const char *reason;       // borrowed; "" for none. SEEK: what it is called; TOLD: the refusal's name
};

// From a message: the parts that its author says; `unit` and `incarnation` are empty there unless handed on.
enum err transfer_claim_read(const Tributary__TransferClaim *message, struct transfer_claim *claim); // ERR_MALFORMED
void transfer_claim_message(const struct transfer_claim *claim, bool handed_on, Tributary__TransferClaim *message); // borrows

// Keeps a claim and marks its member due. Said again in other words, one of the two stays, whatever the order.
enum err transfer_put(struct txn *txn, const struct transfer_claim *claim);
void transfer_forget_unit(struct txn *txn, const struct id *unit); // a device of it was revoked: all is read again

// The claims that stand on one record of a member (of all its records with UINT64_MAX), in the order of the key.
struct scan transfer_claims(struct txn *txn, const struct id *member, uint64_t epoch);
enum err transfer_claim_at(const struct scan *scan, struct transfer_claim *claim); // ERR_CORRUPT; `reason` is "" here
struct span transfer_claim_reason(const struct scan *scan); // borrowed from the scan
// The first claim of that kind; ERR_NOT_FOUND. `unit` NULL: of any.
enum err transfer_find(struct txn *txn, const struct id *member, uint64_t epoch, enum transfer_what what, const struct id *unit,
                       struct transfer_claim *claim); // `reason` is "" here

void transfer_mark_due(struct txn *txn, const struct id *member);
struct scan transfer_due(struct txn *txn); // keys: 'd' ‖ member
struct id transfer_due_member(const struct scan *scan);
void transfer_due_done(struct txn *txn, const struct id *member);

// The unit, and with it what is below it, stands elsewhere in the tree now: the members are due that it has,
// or that were offered by it or to it.
enum err transfer_unit_moved(struct txn *txn, const struct id *unit, const struct id *self);

// Records to be entered.
void transfer_mark_new(struct txn *txn, const struct id *member, uint16_t kind);
bool transfer_is_new(struct txn *txn, const struct id *member);
struct scan transfer_new(struct txn *txn); // keys: 'e' ‖ member ‖ kind u16
struct id transfer_new_member(const struct scan *scan);
void transfer_new_done(struct txn *txn, const struct id *member);

// What was not done, and why: for whoever asks.
//	TRANSFER  'x' ‖ member[16] ‖ epoch u64 ‖ what u8 ‖ unit[16] → refusal u8
void transfer_refused(struct txn *txn, const struct transfer_claim *claim, enum custody_refusal refusal);
enum custody_refusal transfer_refusal(struct txn *txn, const struct transfer_claim *claim);

// Once: true the first time.
bool transfer_once(struct txn *txn, const struct id *member, uint64_t epoch, unsigned what, const struct id *unit);
bool transfer_was_done(struct txn *txn, const struct id *member, uint64_t epoch, unsigned what, const struct id *unit);

// Dossiers. ERR_NOT_FOUND. Bytes borrowed from the store.
enum err transfer_dossier_put(struct txn *txn, const struct id *member, uint64_t epoch, const struct id *unit, struct span dossier);
enum err transfer_dossier(struct txn *txn, const struct id *member, uint64_t epoch, const struct id *unit, struct span *dossier);
enum err transfer_late_put(struct txn *txn, const struct id *member, uint32_t log, uint64_t seq, struct span dossier);
struct scan transfer_late(struct txn *txn, const struct id *member);
// The word by which a unit says that it has looked at such a dossier: `tail` is its hash, `epoch` the beginning of that.
struct transfer_claim transfer_settling(const struct id *unit, const struct id *member, struct span dossier);
bool transfer_is_settled(struct txn *txn, const struct id *unit, const struct id *member, struct span dossier);

// ---- What custody says of one member here ----

// The unit's view, from the last final record and its own words.
enum err transfer_unit_view(struct txn *txn, const struct id *unit, const struct id *incarnation, const struct id *member,
                            struct custody_unit *view);
// The registrar's chain, with what waits for the witness.
enum err transfer_registrar_view(struct txn *txn, const struct id *registrar, const struct id *member,
                                 struct custody_registrar *chain);
struct custody_claim transfer_custody_claim(const struct transfer_claim *claim); // of an offer, a reaffirm, an enter
bool transfer_goes_out(const struct transfer_claim *offer); // of the tree
struct custody_claim transfer_custody_accept(const struct transfer_claim *accept);

#endif
