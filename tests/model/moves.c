#include "moves.h"

#include <assert.h>

const char *move_text(enum move_kind kind)
{
	static const char *const texts[] = {
#define MOVE_TEXT(name, calm, text) [MOVE_##name] = text,
		MOVES(MOVE_TEXT)
#undef MOVE_TEXT
	};
	return texts[kind];
}

bool move_calm(enum move_kind kind)
{
	static const bool calms[] = {
#define MOVE_CALM(name, calm, text) [MOVE_##name] = calm,
		MOVES(MOVE_CALM)
#undef MOVE_CALM
	};
	return calms[kind];
}

struct walk {
	const struct model_state *state;
	const struct model_rules *rules;
	move_visit *visit;
	void *context;
};

static void give(const struct walk *walk, enum move_kind kind, unsigned a, unsigned b, unsigned c, const struct model_state *next)
{
	struct move done = { .kind = kind, .a = a, .b = b, .c = c };
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
		give(walk, MOVE_OFFERS, unit, to, 0, &next);
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

static bool says_yes(struct model_state *state, unsigned unit, unsigned offer)
{
	const struct model_offer *sent = &state->offer[offer];
	struct custody_unit view = model_unit(state, unit);
	struct custody_claim claim = model_claim(sent->on, sent->life, sent->to);
	struct model_answer said = { (uint8_t)offer, (uint8_t)unit, state->unit[unit].life };
	bool successor = state->merged && sent->to == MERGED && unit == SUCCESSOR;
	assert(state->answer_count < ANSWERS);
	return !custody_unit_answer(&view, &claim, successor) && add_message(state->answer, &state->answer_count, sizeof said, &said);
}

static bool says_whose(struct model_state *state, unsigned unit)
{
	struct custody_unit view = model_unit(state, unit);
	struct model_reaffirm said = { state->unit[unit].tail, state->unit[unit].life };
	assert(state->reaffirm_count < REAFFIRMS);
	return !custody_unit_reaffirm(&view) && add_message(state->reaffirm, &state->reaffirm_count, sizeof said, &said);
}

static void consent(const struct walk *walk, unsigned unit)
{
	struct model_state next = *walk->state;
	for (unsigned i = 0; i < walk->state->offer_count; i++) {
		if (says_yes(&next, unit, i))
			give(walk, MOVE_ACCEPTS, unit, i, 0, &next);
		next = *walk->state;
	}
	if (says_whose(&next, unit))
		give(walk, MOVE_ASKS, unit, 0, 0, &next);
}

void moves_consent(struct model_state *state, unsigned unit)
{
	uint16_t tail = state->unit[unit].tail;
	for (unsigned i = 0; i < state->offer_count; i++)
		says_yes(state, unit, i);
	if (tail == state->witness)
		says_whose(state, unit); // on another record it would be void
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
		give(walk, MOVE_UNIT_HEARS, unit, next.record[i], 0, &next);
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
		give(walk, MOVE_UNIT_SAVED, unit, 0, 0, &next);
	}
	if (state->restores && state->saved == unit) {
		struct model_state next = *state;
		uint8_t closed = next.unit[unit].closed;
		next.restores--;
		next.unit[unit] = next.saved_unit;
		next.unit[unit].closed = closed; // the charter is heard again at once or later: it only forbids
		new_life(walk, &next, unit);
		give(walk, MOVE_UNIT_RESTORED, unit, 0, 0, &next);
	}
	if (state->replacements) {
		struct model_state next = *state;
		next.replacements--;
		next.unit[unit] = (struct model_party_unit){ .closed = next.unit[unit].closed, .life = next.unit[unit].life, .to = NOTHING };
		new_life(walk, &next, unit);
		give(walk, MOVE_UNIT_REPLACED, unit, 0, 0, &next);
	}
}

static void units(const struct walk *walk)
{
	for (unsigned unit = 0; unit < UNITS; unit++) {
		offer(walk, unit);
		consent(walk, unit);
		learn_record(walk, unit);
		break_unit(walk, unit);
	}
}

// ---- Registrars ----

static void appended(const struct walk *walk, enum move_kind kind, unsigned registrar, unsigned what, struct model_state *next,
                     struct custody_registrar *chain, const struct custody_record *record)
{
	uint16_t number = model_number(record);
	model_written(next, number);
	if (!walk->rules->witness) {
		custody_registrar_final(chain, record);
		model_make_final(next, number);
	}
	model_keep_registrar(next, registrar, chain);
	give(walk, kind, registrar, what, number, next);
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
			appended(walk, MOVE_COMMITS, registrar, said->offer, &next, &chain, &record);
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
			appended(walk, MOVE_ABORTS, registrar, i, &next, &chain, &record);
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
			appended(walk, MOVE_CONFIRMS, registrar, next.reaffirm[i].on, &next, &chain, &record);
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
		appended(walk, MOVE_HANDS_OVER, registrar, MOVER, &next, &chain, &record);
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
		give(walk, MOVE_REGISTRAR_HEARS, registrar, next.record[i], 0, &next);
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
		give(walk, MOVE_REGISTRAR_SAVED, registrar, 0, 0, &next);
	}
	if (state->registrar_restores) { // without a backup: to nothing
		struct model_state next = *state;
		bool saved = state->saved == UNITS + registrar;
		next.registrar_restores--;
		next.registrar[registrar] = saved ? next.saved_registrar : (struct model_party_registrar){ .last = 0 };
		struct custody_registrar chain = model_registrar(&next, registrar);
		custody_registrar_restored(&chain);
		model_keep_registrar(&next, registrar, &chain);
		give(walk, MOVE_REGISTRAR_RESTORED, registrar, 0, 0, &next);
	}
	if (state->registrar[registrar].restoring) {
		struct model_state next = *state;
		struct custody_registrar chain = model_registrar(&next, registrar);
		custody_registrar_takeover(&chain, walk->rules->witness && next.witness ? model_record(next.witness) : NULL);
		model_keep_registrar(&next, registrar, &chain);
		give(walk, MOVE_TAKES_OVER, registrar, 0, 0, &next);
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
		give(walk, MOVE_COSIGNS, next.record[i], 0, 0, &next);
	}
}

static void move(const struct walk *walk)
{
	struct model_state next = *walk->state;
	if (next.moves) {
		next.moves--;
		next.moved++;
		give(walk, MOVE_IS_MOVED, MOVER, 0, 0, &next);
	}
	for (unsigned i = 0; i < REGISTRARS; i++) {
		next = *walk->state;
		if (next.hears[i] == next.moved)
			continue;
		next.hears[i]++;
		give(walk, MOVE_HEARS_OF_MOVE, i, 0, 0, &next);
	}
}

static void merge(const struct walk *walk)
{
	struct model_state next = *walk->state;
	if (next.merges) {
		next.merges--;
		next.merged = 1;
		give(walk, MOVE_IS_MERGED, MERGED, SUCCESSOR, 0, &next);
		return;
	}
	if (!next.merged)
		return;
	next.unit[MERGED].closed = 1;
	give(walk, MOVE_UNIT_HEARS_OF_MERGE, MERGED, 0, 0, &next);
	for (unsigned i = 0; i < REGISTRARS; i++) {
		next = *walk->state;
		next.knows[i] = 1;
		give(walk, MOVE_HEARS_OF_MERGE, i, 0, 0, &next);
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
