// The steps of custody: unit, registrar, witness. Each function is one move of one party.
#include "org/custody.h"

const char *custody_refusal_name(enum custody_refusal refusal)
{
	static const char *const names[] = {
		[CUSTODY_DONE] = "DONE",
#define REFUSAL_NAME(name, text) [CUSTODY_##name] = #name,
		CUSTODY_REFUSALS(REFUSAL_NAME)
#undef REFUSAL_NAME
	};
	return refusal < CUSTODY_REFUSAL_END ? names[refusal] : "?";
}

const char *custody_refusal_text(enum custody_refusal refusal)
{
	static const char *const texts[] = {
		[CUSTODY_DONE] = "done",
#define REFUSAL_TEXT(name, text) [CUSTODY_##name] = text,
		CUSTODY_REFUSALS(REFUSAL_TEXT)
#undef REFUSAL_TEXT
	};
	return refusal < CUSTODY_REFUSAL_END ? texts[refusal] : "?";
}

// ---- A unit ----

enum custody_refusal custody_unit_enter(struct custody_unit *unit)
{
	if (unit->epoch || unit->hold != CUSTODY_NONE)
		return CUSTODY_HAS_HOME;
	if (unit->closed)
		return CUSTODY_CLOSED;
	unit->hold = CUSTODY_HELD;
	return CUSTODY_DONE;
}

enum custody_refusal custody_unit_offer(struct custody_unit *unit, const struct id *to)
{
	switch (unit->hold) {
	case CUSTODY_NONE: return CUSTODY_NOT_HERE;
	case CUSTODY_OUTBOUND: return CUSTODY_OFFERED;
	case CUSTODY_UNVERIFIED: return CUSTODY_UNCONFIRMED;
	case CUSTODY_HELD: break;
	}
	if (!unit->epoch)
		return CUSTODY_UNRECORDED;
	if (id_equal(to, &unit->unit))
		return CUSTODY_TO_ITSELF;
	unit->hold = CUSTODY_OUTBOUND;
	unit->to = *to;
	return CUSTODY_DONE;
}

enum custody_refusal custody_unit_withdraw(const struct custody_unit *unit)
{
	if (unit->hold == CUSTODY_NONE)
		return CUSTODY_NOT_HERE;
	return unit->hold == CUSTODY_OUTBOUND ? CUSTODY_DONE : CUSTODY_NOT_OFFERED;
}

enum custody_refusal custody_unit_answer(const struct custody_unit *unit, const struct custody_claim *offer, bool successor)
{
	if (!id_equal(&offer->to, &unit->unit) && !successor)
		return CUSTODY_NOT_ADDRESSED;
	if (unit->closed)
		return CUSTODY_CLOSED;
	if (unit->epoch > offer->epoch)
		return CUSTODY_VOID;
	return unit->hold == CUSTODY_NONE ? CUSTODY_DONE : CUSTODY_HAS_HOME;
}

enum custody_refusal custody_unit_record(struct custody_unit *unit, const struct custody_record *record)
{
	struct hash digest = custody_record_digest(record);
	if (record->epoch == unit->epoch && !hash_equal(&digest, &unit->tail))
		return CUSTODY_CONTRADICTED;
	if (record->epoch <= unit->epoch)
		return CUSTODY_DONE;
	unit->epoch = record->epoch;
	unit->tail = digest;
	unit->to = (struct id){ { 0 } };
	if (!id_equal(&record->home, &unit->unit))
		unit->hold = CUSTODY_NONE;
	else if (id_equal(&record->incarnation, &unit->incarnation))
		unit->hold = record->cause == CUSTODY_CAUSE_LETTER ? CUSTODY_OUTBOUND : CUSTODY_HELD;
	else
		unit->hold = CUSTODY_UNVERIFIED;
	return CUSTODY_DONE;
}

enum custody_refusal custody_unit_reaffirm(const struct custody_unit *unit)
{
	if (unit->hold == CUSTODY_NONE)
		return CUSTODY_NOT_HERE;
	if (unit->hold != CUSTODY_UNVERIFIED)
		return CUSTODY_VOID;
	return unit->epoch ? CUSTODY_DONE : CUSTODY_UNRECORDED;
}

void custody_unit_restored(struct custody_unit *unit, const struct id *incarnation)
{
	unit->incarnation = *incarnation;
	unit->to = (struct id){ { 0 } };
	if (unit->hold != CUSTODY_NONE)
		unit->hold = CUSTODY_UNVERIFIED;
}

// ---- A registrar ----

static enum custody_refusal may_write(const struct custody_registrar *chain)
{
	if (chain->restoring)
		return CUSTODY_RESTORING;
	if (chain->last.epoch && !id_equal(&chain->last.registrar, &chain->registrar))
		return CUSTODY_NOT_REGISTRAR;
	return chain->waiting ? CUSTODY_WAITING : CUSTODY_DONE;
}

// Does the claim stand on the very record that is last here?
static enum custody_refusal stands(const struct custody_registrar *chain, const struct custody_claim *claim)
{
	struct hash digest = custody_record_digest(&chain->last);
	if (!chain->last.epoch || !id_equal(&claim->member, &chain->last.member))
		return CUSTODY_NOT_HERE;
	if (claim->epoch == chain->last.epoch && hash_equal(&claim->tail, &digest))
		return id_equal(&claim->home, &chain->last.home) ? CUSTODY_DONE : CUSTODY_NOT_HERE;
	return id_equal(&claim->home, &chain->last.home) ? CUSTODY_VOID : CUSTODY_NOT_HERE;
}

static enum custody_refusal offer_stands(const struct custody_registrar *chain, const struct custody_claim *offer)
{
	enum custody_refusal refusal = may_write(chain);
	if (!refusal)
		refusal = stands(chain, offer);
	if (!refusal && !id_equal(&offer->incarnation, &chain->last.incarnation))
		refusal = CUSTODY_FORMER_LIFE;
	return refusal;
}

static void append(struct custody_registrar *chain, enum custody_cause cause, const struct id *home,
                   const struct id *incarnation, const struct id *registrar, int32_t day, struct custody_record *record)
{
	struct custody_record next = {
		.member = chain->last.member,
		.epoch = chain->last.epoch + 1,
		.home = *home,
		.incarnation = *incarnation,
		.registrar = *registrar,
		.writer = chain->registrar,
		.cause = cause,
		.day = day,
	};
	if (chain->last.epoch)
		next.previous = custody_record_digest(&chain->last);
	chain->last = next;
	chain->waiting = true;
	*record = next;
}

enum custody_refusal custody_registrar_enter(struct custody_registrar *chain, const struct custody_claim *enter,
                                             const struct custody_notes *notes, struct custody_record *record)
{
	if (chain->restoring)
		return CUSTODY_RESTORING;
	if (chain->last.epoch)
		return CUSTODY_HAS_HOME;
	chain->last.member = enter->member;
	append(chain, CUSTODY_CAUSE_ENTERED, &enter->home, &enter->incarnation, &chain->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_commit(struct custody_registrar *chain, const struct custody_claim *offer,
                                              const struct custody_claim *accept, const struct custody_notes *notes,
                                              struct custody_record *record)
{
	enum custody_refusal refusal = offer_stands(chain, offer);
	if (refusal)
		return refusal;
	if (!id_equal(&accept->member, &offer->member) || accept->epoch != offer->epoch || !hash_equal(&accept->tail, &offer->tail))
		return CUSTODY_VOID;
	if (!id_equal(&accept->to, &offer->to) && !notes->successor)
		return CUSTODY_NOT_ADDRESSED;
	if (id_equal(&accept->to, &offer->home))
		return CUSTODY_TO_ITSELF;
	if (notes->closed)
		return CUSTODY_CLOSED;
	if (!notes->approved)
		return CUSTODY_APPROVAL;
	append(chain, CUSTODY_CAUSE_COMMITTED, &accept->to, &accept->taker, &notes->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_abort(struct custody_registrar *chain, const struct custody_claim *offer,
                                             const struct custody_notes *notes, struct custody_record *record)
{
	enum custody_refusal refusal = offer_stands(chain, offer);
	if (refusal)
		return refusal;
	append(chain, CUSTODY_CAUSE_ABORTED, &offer->home, &offer->incarnation, &chain->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_letter(struct custody_registrar *chain, const struct custody_claim *offer,
                                              const struct custody_notes *notes, struct custody_record *record)
{
	enum custody_refusal refusal = offer_stands(chain, offer);
	if (!refusal && chain->last.cause == CUSTODY_CAUSE_LETTER)
		refusal = CUSTODY_LETTER_OUT;
	if (!refusal && !notes->approved)
		refusal = CUSTODY_APPROVAL;
	if (refusal)
		return refusal;
	append(chain, CUSTODY_CAUSE_LETTER, &offer->home, &offer->incarnation, &chain->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_leave(struct custody_registrar *chain, const struct custody_claim *returned,
                                             const struct custody_notes *notes, struct custody_record *record)
{
	static const struct id nowhere;
	enum custody_refusal refusal = offer_stands(chain, returned);
	if (!refusal && chain->last.cause != CUSTODY_CAUSE_LETTER)
		refusal = CUSTODY_NOT_OFFERED;
	if (refusal)
		return refusal;
	append(chain, CUSTODY_CAUSE_COMMITTED, &nowhere, &nowhere, &chain->registrar, notes->day, record);
	return CUSTODY_DONE;
}

// A letter that is out stays out, whatever becomes of the store or of the home's place.
static enum custody_cause unless_out(const struct custody_registrar *chain, enum custody_cause cause)
{
	return chain->last.cause == CUSTODY_CAUSE_LETTER ? CUSTODY_CAUSE_LETTER : cause;
}

enum custody_refusal custody_registrar_reaffirm(struct custody_registrar *chain, const struct custody_claim *claim,
                                                const struct custody_notes *notes, struct custody_record *record)
{
	enum custody_refusal refusal = may_write(chain);
	if (!refusal)
		refusal = stands(chain, claim);
	if (refusal)
		return refusal;
	if (id_equal(&claim->incarnation, &chain->last.incarnation))
		return CUSTODY_VOID; // confirmed already
	append(chain, unless_out(chain, CUSTODY_CAUSE_REAFFIRMED), &claim->home, &claim->incarnation, &chain->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_hand_over(struct custody_registrar *chain, const struct custody_notes *notes,
                                                 struct custody_record *record)
{
	enum custody_refusal refusal = may_write(chain);
	if (refusal)
		return refusal;
	if (!chain->last.epoch)
		return CUSTODY_NOT_HERE;
	if (id_equal(&notes->registrar, &chain->registrar))
		return CUSTODY_VOID; // nobody to hand it to
	const struct custody_record last = chain->last;
	append(chain, unless_out(chain, CUSTODY_CAUSE_MOVED), &last.home, &last.incarnation, &notes->registrar, notes->day, record);
	return CUSTODY_DONE;
}

enum custody_refusal custody_registrar_final(struct custody_registrar *chain, const struct custody_record *record)
{
	struct hash ours = custody_record_digest(&chain->last), theirs = custody_record_digest(record);
	if (record->epoch < chain->last.epoch)
		return CUSTODY_DONE;
	if (record->epoch == chain->last.epoch && !chain->waiting && !hash_equal(&ours, &theirs))
		return CUSTODY_CONTRADICTED;
	chain->last = *record; // where ours was not the one: it had been shown to the witness alone
	chain->waiting = false;
	return CUSTODY_DONE;
}

void custody_registrar_restored(struct custody_registrar *chain)
{
	chain->restoring = true;
}

void custody_registrar_takeover(struct custody_registrar *chain, const struct custody_record *last)
{
	chain->restoring = false;
	if (last && last->epoch >= chain->last.epoch) {
		chain->last = *last;
		chain->waiting = false;
	}
}

// ---- The witness ----

enum custody_refusal custody_witness_cosign(struct custody_witness *witness, const struct id *by,
                                            const struct custody_record *record)
{
	const struct custody_record *last = &witness->last;
	if (!id_equal(by, &record->writer))
		return CUSTODY_FORGED;
	if (record->epoch <= last->epoch) {
		struct hash ours = custody_record_digest(last), theirs = custody_record_digest(record);
		if (record->epoch == last->epoch && hash_equal(&ours, &theirs))
			return CUSTODY_DONE;
		return last->epoch && record->epoch == 1 ? CUSTODY_HAS_HOME : CUSTODY_CONTRADICTED;
	}
	if (last->epoch && !id_equal(by, &last->registrar))
		return CUSTODY_NOT_REGISTRAR;
	if (!custody_record_follows(last, record))
		return CUSTODY_BROKEN;
	witness->last = *record;
	return CUSTODY_DONE;
}

void custody_witness_final(struct custody_witness *witness, const struct custody_record *record)
{
	if (record->epoch > witness->last.epoch)
		witness->last = *record;
}
