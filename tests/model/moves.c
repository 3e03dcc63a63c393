#include "moves.h"

#include <assert.h>

struct walk {
	const struct model_state *state;
	const struct model_rules *rules;
	move_visit *visit;
	void *context;
};

static void give(const struct walk *walk, const char *name, unsigned a, unsigned b, unsigned c, const struct model_state *next)
{
	struct move done = { .name = name, .a = a, .b = b, .c = c };
	if (memcmp(next, walk->state, sizeof *next) != 0)
		walk->visit(walk->context, &done, next);
}

// ---- Units ----

static void offer(const struct walk *walk, unsigned unit)
{
	for (unsigned to = 0; to < UNITS && walk->state->offers; to++) {
		struct model_state next = *walk->state;
		struct custody_unit view = model_unit(&next, unit);
		struct id id = model_unit_id(to);
		if (custody_unit_offer(&view, &id))
			continue;
		if (!walk->rules->mark)
			view.hold = CUSTODY_HELD;
		next.offers--;
		assert(next.offer_count < OFFERS);
		next.offer[next.offer_count++] = (struct model_offer){ next.unit[unit].tail, next.unit[unit].life, (uint8_t)to };
		model_keep_unit(&next, unit, &view);
		give(walk, "offers to", unit, to, 0, &next);
	}
}

// Messages are a set: kept ascending, so that the order in which they were sent makes no difference.
static bool add_message(void *list, uint8_t *count, size_t size, const void *message)
{
	uint8_t *at = list;
	uint8_t *end = at + *count * size;
	while (at < end && memcmp(at, message, size) < 0)
		at += size;
	if (at < end && memcmp(at, message, size) == 0)
		return false;
	memmove(at + size, at, (size_t)(end - at));
	memcpy(at, message, size);
	++*count;
	return true;
}

static void accept(const struct walk *walk, unsigned unit)
{
	for (unsigned i = 0; i < walk->state->offer_count; i++) {
		struct model_state next = *walk->state;
		const struct model_offer *sent = &next.offer[i];
		struct custody_unit view = model_unit(&next, unit);
		struct custody_claim claim = model_claim(sent->on, sent->life, sent->to);
		struct model_answer said = { (uint8_t)i, (uint8_t)unit, next.unit[unit].life };
		bool successor = next.merged && sent->to == MERGED && unit == SUCCESSOR;
		assert(next.answer_count < ANSWERS);
		if (!custody_unit_answer(&view, &claim, successor) &&
		    add_message(next.answer, &next.answer_count, sizeof said, &said))
			give(walk, "accepts offer", unit, i, 0, &next);
	}
}

static void reaffirm(const struct walk *walk, unsigned unit)
{
	struct model_state next = *walk->state;
	struct custody_unit view = model_unit(&next, unit);
	struct model_reaffirm said = { next.unit[unit].tail, next.unit[unit].life };
	assert(next.reaffirm_count < REAFFIRMS);
	if (!custody_unit_reaffirm(&view) && add_message(next.reaffirm, &next.reaffirm_count, sizeof said, &said))
		give(walk, "asks to be confirmed", unit, 0, 0, &next);
}

static void learn_record(const struct walk *walk, unsigned unit)
{
	for (unsigned i = 0; i < walk->state->record_count; i++) {
		struct model_state next = *walk->state;
		if (!(next.final >> i & 1))
			continue;
		struct custody_unit view = model_unit(&next, unit);
		custody_unit_record(&view, model_record(next.record[i]));
		model_keep_unit(&next, unit, &view);
		give(walk, "hears record", unit, next.record[i], 0, &next);
	}
}

static void new_life(const struct walk *walk, struct model_state *next, unsigned unit)
{
	struct custody_unit view = model_unit(next, unit);
	struct id life = view.incarnation;
	life.bytes[1] = ++next->lives[unit];
	if (walk->rules->incarnation)
		custody_unit_restored(&view, &life);
	model_keep_unit(next, unit, &view);
}

static void break_unit(const struct walk *walk, unsigned unit)
{
	const struct model_state *state = walk->state;
	if (state->backups && state->saved == NOTHING) {
		struct model_state next = *state;
		next.backups--;
		next.saved = (uint8_t)unit;
		next.saved_unit = next.unit[unit];
		give(walk, "is backed up", unit, 0, 0, &next);
	}
	if (state->restores && state->saved == unit) {
		struct model_state next = *state;
		uint8_t closed = next.unit[unit].closed;
		next.restores--;
		next.unit[unit] = next.saved_unit;
		next.unit[unit].closed = closed; // the charter is heard again at once or later: it only forbids
		new_life(walk, &next, unit);
		give(walk, "is restored", unit, 0, 0, &next);
	}
	if (state->replacements) {
		struct model_state next = *state;
		next.replacements--;
		next.unit[unit] = (struct model_party_unit){ .closed = next.unit[unit].closed, .life = next.unit[unit].life, .to = NOTHING };
		new_life(walk, &next, unit);
		give(walk, "is replaced", unit, 0, 0, &next);
	}
}

static void units(const struct walk *walk)
{
	for (unsigned unit = 0; unit < UNITS; unit++) {
		offer(walk, unit);
		accept(walk, unit);
		reaffirm(walk, unit);
		learn_record(walk, unit);
		break_unit(walk, unit);
	}
}

// ---- Registrars ----

static void appended(const struct walk *walk, const char *name, unsigned registrar, unsigned what, struct model_state *next,
                     struct custody_registrar *chain, const struct custody_record *record)
{
	uint16_t number = model_number(record);
	model_written(next, number);
	if (!walk->rules->witness) {
		custody_registrar_final(chain, record);
		model_make_final(next, number);
	}
	model_keep_registrar(next, registrar, chain);
	give(walk, name, registrar, what, number, next);
}

static void commit(const struct walk *walk, unsigned registrar)
{
	for (unsigned i = 0; i < walk->state->answer_count; i++) {
		struct model_state next = *walk->state;
		const struct model_answer *said = &next.answer[i];
		const struct model_offer *sent = &next.offer[said->offer];
		struct custody_registrar chain = model_registrar(&next, registrar);
		struct custody_claim claim = model_claim(sent->on, sent->life, sent->to), yes = claim;
		struct custody_record record;
		struct custody_notes notes = {
			.closed = next.knows[registrar] && said->by == MERGED,
			.successor = next.merged && sent->to == MERGED && said->by == SUCCESSOR,
			.approved = true,
			.registrar = model_registrar_id(model_registrar_of(&next, registrar, said->by)),
		};
		yes.to = model_unit_id(said->by);
		yes.taker = claim.incarnation;
		yes.taker.bytes[1] = said->life;
		if (!custody_registrar_commit(&chain, &claim, &yes, &notes, &record))
			appended(walk, "commits offer", registrar, said->offer, &next, &chain, &record);
	}
}

// Refused, withdrawn or ordered: it may happen to any offer at any time.
static void abort_offer(const struct walk *walk, unsigned registrar)
{
	for (unsigned i = 0; i < walk->state->offer_count; i++) {
		struct model_state next = *walk->state;
		struct custody_registrar chain = model_registrar(&next, registrar);
		struct custody_claim claim = model_claim(next.offer[i].on, next.offer[i].life, next.offer[i].to);
		struct custody_notes notes = { .approved = true };
		struct custody_record record;
		if (!custody_registrar_abort(&chain, &claim, &notes, &record))
			appended(walk, "aborts offer", registrar, i, &next, &chain, &record);
	}
}

static void confirm(const struct walk *walk, unsigned registrar)
{
	for (unsigned i = 0; i < walk->state->reaffirm_count; i++) {
		struct model_state next = *walk->state;
		struct custody_registrar chain = model_registrar(&next, registrar);
		struct custody_claim claim = model_claim(next.reaffirm[i].on, next.reaffirm[i].life, NOTHING);
		struct custody_notes notes = { .approved = true };
		struct custody_record record;
		if (!custody_registrar_reaffirm(&chain, &claim, &notes, &record))
			appended(walk, "confirms the store of", registrar, next.reaffirm[i].on, &next, &chain, &record);
	}
}

// A home that the tree has put below another registrar: that one goes on.
static void hand_over(const struct walk *walk, unsigned registrar)
{
	struct model_state next = *walk->state;
	struct custody_registrar chain = model_registrar(&next, registrar);
	struct custody_record record;
	struct id mover = model_unit_id(MOVER);
	struct custody_notes notes = { .approved = true, .registrar = model_registrar_id(model_registrar_of(&next, registrar, MOVER)) };
	if (chain.last.epoch && id_equal(&chain.last.home, &mover) && !custody_registrar_hand_over(&chain, &notes, &record))
		appended(walk, "hands over the home", registrar, MOVER, &next, &chain, &record);
}

static void hear_final(const struct walk *walk, unsigned registrar)
{
	for (unsigned i = 0; i < walk->state->record_count; i++) {
		struct model_state next = *walk->state;
		if (!(next.final >> i & 1))
			continue;
		struct custody_registrar chain = model_registrar(&next, registrar);
		const struct custody_record *record = model_record(next.record[i]);
		struct id knows = model_registrar_id(model_registrar_of(&next, registrar, MOVER));
		// What comes down from the witness comes in the order of its own log, where the move stands before.
		if (record->cause == CUSTODY_CAUSE_MOVED && !id_equal(&knows, &record->registrar) && next.hears[registrar] < next.moved)
			next.hears[registrar]++;
		custody_registrar_final(&chain, record);
		model_keep_registrar(&next, registrar, &chain);
		give(walk, "registrar hears record", registrar, next.record[i], 0, &next);
	}
}

static void break_registrar(const struct walk *walk, unsigned registrar)
{
	const struct model_state *state = walk->state;
	if (state->backups && state->saved == NOTHING) {
		struct model_state next = *state;
		next.backups--;
		next.saved = (uint8_t)(UNITS + registrar);
		next.saved_registrar = next.registrar[registrar];
		give(walk, "registrar is backed up", registrar, 0, 0, &next);
	}
	if (state->registrar_restores) { // without a backup: to nothing
		struct model_state next = *state;
		bool saved = state->saved == UNITS + registrar;
		next.registrar_restores--;
		next.registrar[registrar] = saved ? next.saved_registrar : (struct model_party_registrar){ .last = 0 };
		struct custody_registrar chain = model_registrar(&next, registrar);
		custody_registrar_restored(&chain);
		model_keep_registrar(&next, registrar, &chain);
		give(walk, "registrar is restored", registrar, 0, 0, &next);
	}
	if (state->registrar[registrar].restoring) {
		struct model_state next = *state;
		struct custody_registrar chain = model_registrar(&next, registrar);
		custody_registrar_takeover(&chain, walk->rules->witness && next.witness ? model_record(next.witness) : NULL);
		model_keep_registrar(&next, registrar, &chain);
		give(walk, "registrar takes over", registrar, 0, 0, &next);
	}
}

static void registrars(const struct walk *walk)
{
	for (unsigned registrar = 0; registrar < REGISTRARS; registrar++) {
		commit(walk, registrar);
		abort_offer(walk, registrar);
		confirm(walk, registrar);
		hand_over(walk, registrar);
		hear_final(walk, registrar);
		break_registrar(walk, registrar);
	}
}

// ---- The witness and the tree ----

static void cosign(const struct walk *walk)
{
	for (unsigned i = 0; i < walk->state->record_count; i++) {
		struct model_state next = *walk->state;
		struct custody_witness witness = { .last = *model_record(next.witness) };
		const struct custody_record *record = model_record(next.record[i]);
		if (custody_witness_cosign(&witness, &record->writer, record))
			continue;
		model_make_final(&next, next.record[i]);
		next.witness = model_number(&witness.last);
		give(walk, "witness cosigns", next.record[i], 0, 0, &next);
	}
}

static void move(const struct walk *walk)
{
	struct model_state next = *walk->state;
	if (next.moves) {
		next.moves--;
		next.moved++;
		give(walk, "is moved below another registrar", MOVER, 0, 0, &next);
	}
	for (unsigned i = 0; i < REGISTRARS; i++) {
		next = *walk->state;
		if (next.hears[i] == next.moved)
			continue;
		next.hears[i]++;
		give(walk, "registrar hears of the move", i, 0, 0, &next);
	}
}

static void merge(const struct walk *walk)
{
	struct model_state next = *walk->state;
	if (next.merges) {
		next.merges--;
		next.merged = 1;
		give(walk, "is merged", MERGED, SUCCESSOR, 0, &next);
		return;
	}
	if (!next.merged)
		return;
	next.unit[MERGED].closed = 1;
	give(walk, "hears that it was merged", MERGED, 0, 0, &next);
	for (unsigned i = 0; i < REGISTRARS; i++) {
		next = *walk->state;
		next.knows[i] = 1;
		give(walk, "registrar hears of the merge", i, 0, 0, &next);
	}
}

void moves_each(const struct model_state *state, const struct model_rules *rules, move_visit *visit, void *context)
{
	struct walk walk = { .state = state, .rules = rules, .visit = visit, .context = context };
	units(&walk);
	registrars(&walk);
	if (rules->witness)
		cosign(&walk);
	merge(&walk);
	move(&walk);
}
