#include "org/transfer_state.h"

#include "ledger/cell.h"
#include "org/custody_chain.h"

const char *transfer_state_name(enum transfer_progress progress)
{
	static const char *const names[] = {
#define STATE_NAME(name, text) [TRANSFER_IS_##name] = text,
		TRANSFER_STATES(STATE_NAME)
#undef STATE_NAME
	};
	return progress < TRANSFER_IS_END ? names[progress] : "?";
}

bool transfer_state_is_open(enum transfer_progress progress)
{
	return progress < TRANSFER_IS_COMMITTED;
}

static bool said(struct txn *txn, const struct transfer_claim *offer, enum transfer_what what, const struct id *unit,
                 struct transfer_claim *claim)
{
	return transfer_find(txn, &offer->member, offer->epoch, what, unit, claim) == ERR_OK;
}

static enum transfer_progress undecided(struct txn *txn, struct transfer_state *state)
{
	struct transfer_claim claim;
	if (said(txn, &state->offer, TRANSFER_WITHDRAW, &state->offer.unit, &claim))
		return TRANSFER_IS_WITHDRAWN;
	if (said(txn, &state->offer, TRANSFER_REFUSE, &state->offer.to, &claim) ||
	    said(txn, &state->offer, TRANSFER_DENY, NULL, &claim))
		return TRANSFER_IS_REFUSED;
	if (transfer_goes_out(&state->offer))
		state->refusal = transfer_refusal(txn, &state->offer);
	if (!said(txn, &state->offer, TRANSFER_ACCEPT, &state->offer.to, &claim))
		return TRANSFER_IS_OPEN;
	state->refusal = transfer_refusal(txn, &claim);
	return TRANSFER_IS_ACCEPTED;
}

// Out of the tree: the letter stands on the record that followed, and what ended it came later.
static void judge_letter(struct txn *txn, struct transfer_state *state)
{
	const struct transfer_claim *offer = &state->offer;
	struct custody_entry entry;
	state->progress = TRANSFER_IS_LETTER;
	for (uint64_t epoch = offer->epoch + 2; state->progress == TRANSFER_IS_LETTER &&
	     custody_chain_at(txn, &offer->member, epoch, &entry) == ERR_OK; epoch++) {
		if (entry.record.cause == CUSTODY_CAUSE_LETTER)
			continue;
		state->day = entry.record.day;
		state->progress = id_is_zero(&entry.record.home) ? TRANSFER_IS_COMMITTED : TRANSFER_IS_ABORTED;
	}
}

// By letter into the tree: entered by the top, or refused by it.
static void judge_admission(struct txn *txn, struct transfer_state *state)
{
	struct transfer_claim told;
	struct custody_entry first;
	struct transfer_claim *admit = &state->offer;
	admit->to = admit->unit;
	bool entered = custody_chain_at(txn, &admit->member, 1, &first) == ERR_OK;
	bool refused = transfer_find(txn, &admit->member, admit->epoch, TRANSFER_TOLD, &admit->unit, &told) == ERR_OK;
	state->progress = entered && id_equal(&first.record.home, &admit->unit) ? TRANSFER_IS_COMMITTED
	                  : entered || refused                                 ? TRANSFER_IS_VOID : TRANSFER_IS_ACCEPTED;
	state->refusal = entered || refused ? CUSTODY_REPLAYED : CUSTODY_DONE;
	state->day = entered ? first.record.day : 0;
	admit->unit = (struct id){ { 0 } };
}

// Its unit has offered the member on a later record: so this one was decided, whatever we know of the records.
static bool is_overtaken(struct txn *txn, const struct transfer_claim *offer)
{
	bool later = false;
	struct scan scan = transfer_claims(txn, &offer->member, UINT64_MAX);
	while (!later && scan_next(&scan)) {
		struct transfer_claim claim;
		later = transfer_claim_at(&scan, &claim) == ERR_OK && claim.what == TRANSFER_OFFER && claim.epoch > offer->epoch &&
		        id_equal(&claim.unit, &offer->unit);
	}
	scan_end(&scan);
	return later;
}

static void judge(struct txn *txn, struct transfer_state *state)
{
	struct custody_entry next, last;
	const struct transfer_claim *offer = &state->offer;
	if (custody_chain_at(txn, &offer->member, offer->epoch + 1, &next) == ERR_OK) {
		state->day = next.record.day;
		if (next.record.cause == CUSTODY_CAUSE_LETTER && transfer_goes_out(offer)) {
			judge_letter(txn, state);
			return;
		}
		bool taken = next.record.cause == CUSTODY_CAUSE_COMMITTED && hash_equal(&next.record.previous, &offer->tail);
		state->progress = taken ? TRANSFER_IS_COMMITTED
		                        : next.record.cause == CUSTODY_CAUSE_ABORTED ? TRANSFER_IS_ABORTED : TRANSFER_IS_VOID;
	} else if (custody_chain_last(txn, &offer->member, &last) == ERR_OK && last.record.epoch > offer->epoch) {
		state->progress = TRANSFER_IS_VOID;
	} else if (is_overtaken(txn, offer)) {
		state->progress = TRANSFER_IS_VOID;
	} else {
		state->progress = undecided(txn, state);
	}
}

enum err transfer_state_each(struct txn *txn, enum err (*visit)(void *context, const struct transfer_state *state), void *context)
{
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_TRANSFER, span_string("c"));
	while (!err && scan_next(&scan)) {
		struct transfer_state state = { .day = 0 };
		struct transfer_claim offer;
		err = transfer_claim_at(&scan, &state.offer);
		bool answer = state.offer.what == TRANSFER_ACCEPT;
		if (!err && state.offer.what == TRANSFER_ADMIT) {
			judge_admission(txn, &state);
			err = visit(context, &state);
			continue;
		}
		if (err || (!answer && state.offer.what != TRANSFER_OFFER))
			continue;
		if (answer && transfer_find(txn, &state.offer.member, state.offer.epoch, TRANSFER_OFFER, NULL, &offer) == ERR_OK)
			continue; // told with its offer
		if (answer) {
			state.offer.to = state.offer.unit;
			state.offer.unit = state.offer.home;
		}
		judge(txn, &state);
		err = visit(context, &state);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

static bool within(struct txn *txn, const struct id *unit, const struct id *home)
{
	return id_equal(unit, home) || charter_is_ancestor(txn, unit, home);
}

bool transfer_state_is_known(struct txn *txn, const struct id *unit, const struct id *registrar, const struct custody_record *last)
{
	return within(txn, unit, &last->home) && (id_equal(&last->registrar, registrar) || within(txn, unit, &last->registrar));
}

bool transfer_state_is_own(const struct id *unit, const struct id *registrar, const struct custody_record *last)
{
	return id_equal(unit, &last->home) && id_equal(registrar, &last->registrar);
}

enum err transfer_state_known(struct txn *txn, const struct id *unit, int64_t *members)
{
	struct custody_record last = { .epoch = 0 };
	struct id registrar;
	*members = 0;
	enum err err = charter_registrar(txn, unit, &registrar);
	struct scan scan = scan_begin(txn, STORE_CUSTODY, span_string("r")); // by member and epoch
	while (!err && scan_next(&scan)) {
		struct custody_entry entry;
		err = custody_chain_read(&scan, &entry);
		if (err || entry.state != CUSTODY_FINAL)
			continue;
		if (last.epoch && !id_equal(&last.member, &entry.record.member))
			*members += transfer_state_is_known(txn, unit, &registrar, &last);
		last = entry.record;
	}
	scan_end(&scan);
	*members += last.epoch && transfer_state_is_known(txn, unit, &registrar, &last);
	return err == ERR_NOT_FOUND ? ERR_OK : err ? err : txn->err;
}

// What the tallies below a server say: dimension by dimension of the engine's metric.
static enum err sum_tallies(struct txn *txn, const struct id *unit, int64_t sums[static 2])
{
	struct cell_owner owner = cell_owner_sum(unit);
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(txn, &owner, CELL_METRIC_MEMBERS);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.dimension < 2)
			sums[cell.key.dimension] += cell.value;
	cell_scan_end(&scan);
	return txn->err;
}

enum err transfer_state_terms(struct txn *txn, const struct id *unit, struct transfer_terms *terms)
{
	int64_t sums[2] = { 0 }, known;
	enum err err = sum_tallies(txn, unit, sums);
	if (!err)
		err = transfer_state_known(txn, unit, &known);
	if (err)
		return err;
	int64_t ledger = sums[1] - sums[0], records = known - sums[1]; // known to the units; and here
	*terms = (struct transfer_terms){
		.counted = sums[0], .known = known, .conserved = ledger == 0,
		.not_taken_up = (ledger > 0 ? ledger : 0) + (records > 0 ? records : 0),
		.not_let_go = (ledger < 0 ? -ledger : 0) + (records < 0 ? -records : 0),
	};
	return ERR_OK;
}
