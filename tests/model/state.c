// Between the small state and what org/custody works on, and what must hold.
#include "state.h"

#include <assert.h>

#include "base/bytes.h"

enum { NUMBERS = 1 << 16, SLOTS = 1 << 18 };

// Every record that any state ever had; a test program may keep such a thing at file scope.
static struct custody_record records[NUMBERS];
static struct hash digests[NUMBERS];
static uint16_t previous[NUMBERS];
static uint32_t number_count = 1; // 0: none, of epoch 0
static uint16_t slots[SLOTS];     // open addressing, by the digest

static struct id number_id(unsigned kind, unsigned number)
{
	struct id id = { { 0 } };
	id.bytes[0] = (uint8_t)kind;
	id.bytes[1] = (uint8_t)number;
	return id;
}

struct id model_unit_id(unsigned unit) { return number_id(1, unit); }
struct id model_registrar_id(unsigned registrar) { return number_id(2, registrar); }

unsigned model_registrar_of(const struct model_state *state, unsigned registrar, unsigned unit)
{
	return unit == MOVER ? state->hears[registrar] % REGISTRARS : unit == 2;
}

static struct id life_id(unsigned life) { return number_id(3, life); }
static unsigned number_of(const struct id *id) { return id->bytes[1]; }

// Where a digest's number stands, or would.
static uint16_t *slot_of(const struct hash *digest)
{
	size_t slot = bytes_get_u32(digest->bytes) % SLOTS;
	while (slots[slot] && !hash_equal(&digests[slots[slot]], digest))
		slot = (slot + 1) % SLOTS;
	return &slots[slot];
}

static uint16_t number_of_digest(const struct hash *digest)
{
	return *slot_of(digest);
}

const struct custody_record *model_record(uint16_t number)
{
	return &records[number];
}

uint16_t model_number(const struct custody_record *record)
{
	if (!record->epoch)
		return 0;
	struct hash digest = custody_record_digest(record);
	uint16_t *slot = slot_of(&digest);
	if (*slot)
		return *slot;
	assert(number_count < NUMBERS); // the bounds asked for are too large for the list
	records[number_count] = *record;
	digests[number_count] = digest;
	previous[number_count] = number_of_digest(&record->previous);
	*slot = (uint16_t)number_count++;
	return *slot;
}

uint16_t model_let_go(uint16_t tail, unsigned unit)
{
	struct id id = model_unit_id(unit);
	while (tail && !(previous[tail] && id_equal(&records[previous[tail]].home, &id)))
		tail = previous[tail];
	return tail;
}

static unsigned place_of(const struct model_state *state, uint16_t number)
{
	unsigned place = 0;
	while (place < state->record_count && state->record[place] < number)
		place++;
	return place;
}

static bool is_written(const struct model_state *state, unsigned place, uint16_t number)
{
	return place < state->record_count && state->record[place] == number;
}

void model_written(struct model_state *state, uint16_t number)
{
	unsigned place = place_of(state, number);
	if (is_written(state, place, number))
		return;
	assert(state->record_count < RECORDS); // the bounds asked for are too large for the list
	unsigned below = state->final & ((1u << place) - 1), above = (unsigned)state->final >> place;
	memmove(&state->record[place + 1], &state->record[place], (state->record_count - place) * sizeof state->record[0]);
	state->record[place] = number;
	state->record_count++;
	state->final = (uint16_t)(below | above << (place + 1));
}

bool model_is_final(const struct model_state *state, uint16_t number)
{
	unsigned place = place_of(state, number);
	return is_written(state, place, number) && (state->final >> place & 1);
}

void model_make_final(struct model_state *state, uint16_t number)
{
	state->final = (uint16_t)(state->final | 1u << place_of(state, number));
}

struct custody_unit model_unit(const struct model_state *state, unsigned unit)
{
	const struct model_party_unit *party = &state->unit[unit];
	return (struct custody_unit){
		.unit = model_unit_id(unit),
		.incarnation = life_id(party->life),
		.hold = (enum custody_hold)party->hold,
		.closed = party->closed,
		.epoch = records[party->tail].epoch,
		.tail = digests[party->tail],
		.to = party->to == NOTHING ? (struct id){ { 0 } } : model_unit_id(party->to),
	};
}

void model_keep_unit(struct model_state *state, unsigned unit, const struct custody_unit *view)
{
	state->unit[unit] = (struct model_party_unit){
		.hold = (uint8_t)view->hold,
		.closed = view->closed,
		.life = (uint8_t)number_of(&view->incarnation),
		.tail = view->epoch ? number_of_digest(&view->tail) : 0,
		.to = id_is_zero(&view->to) ? NOTHING : (uint8_t)number_of(&view->to),
	};
}

struct custody_registrar model_registrar(const struct model_state *state, unsigned registrar)
{
	const struct model_party_registrar *party = &state->registrar[registrar];
	return (struct custody_registrar){
		.registrar = model_registrar_id(registrar),
		.restoring = party->restoring,
		.waiting = party->waiting,
		.last = records[party->last],
	};
}

void model_keep_registrar(struct model_state *state, unsigned registrar, const struct custody_registrar *chain)
{
	state->registrar[registrar] = (struct model_party_registrar){
		.restoring = chain->restoring,
		.waiting = chain->waiting,
		.last = model_number(&chain->last),
	};
}

struct custody_claim model_claim(uint16_t on, unsigned life, uint8_t to)
{
	return (struct custody_claim){
		.member = records[on].member,
		.epoch = records[on].epoch,
		.tail = digests[on],
		.home = records[on].home,
		.incarnation = life_id(life),
		.to = to == NOTHING ? (struct id){ { 0 } } : model_unit_id(to),
	};
}

// ---- What must hold ----

static uint16_t last_final(const struct model_state *state)
{
	uint16_t last = 0;
	for (unsigned i = 0; i < state->record_count; i++)
		if ((state->final >> i & 1) && records[state->record[i]].epoch > records[last].epoch)
			last = state->record[i];
	return last;
}

static unsigned held(const struct model_state *state)
{
	unsigned homes = 0;
	for (unsigned unit = 0; unit < UNITS; unit++)
		homes += state->unit[unit].hold == CUSTODY_HELD;
	return homes;
}

bool model_two_homes(const struct model_state *state)
{
	return held(state) > 1;
}

// DESIGN 9: counted, plus let go and not yet taken up, minus taken up and not yet let go, is all there are.
static int counted(const struct model_state *state)
{
	int members = 0;
	for (unsigned unit = 0; unit < UNITS; unit++)
		members += state->unit[unit].hold != CUSTODY_NONE;
	for (uint16_t i = last_final(state); i; i = previous[i]) {
		uint64_t epoch = records[i].epoch;
		bool taken_up = records[state->unit[number_of(&records[i].home)].tail].epoch >= epoch;
		bool let_go = !previous[i] || records[state->unit[number_of(&records[previous[i]].home)].tail].epoch >= epoch;
		members += let_go - taken_up;
	}
	return members;
}

static bool forked(const struct model_state *state)
{
	unsigned epochs = 0;
	for (unsigned i = 0; i < state->record_count; i++) {
		unsigned bit = 1u << records[state->record[i]].epoch;
		if (!(state->final >> i & 1))
			continue;
		if (epochs & bit)
			return true;
		epochs |= bit;
	}
	return false;
}

const char *model_fault(const struct model_state *state)
{
	if (model_two_homes(state))
		return "two homes hold the member";
	if (forked(state))
		return "two final records of one epoch";
	const struct custody_record *last = model_record(last_final(state));
	for (unsigned unit = 0; unit < UNITS; unit++)
		if (state->unit[unit].hold == CUSTODY_HELD &&
		    (number_of(&last->home) != unit || number_of(&last->incarnation) != state->unit[unit].life))
			return "a unit holds the member, and the last record names another or another life of its store";
	return counted(state) == 1 ? NULL : "members are not conserved";
}

bool model_settled(const struct model_state *state)
{
	bool settled = held(state) == 1;
	uint16_t last = last_final(state);
	for (unsigned unit = 0; unit < UNITS; unit++)
		settled &= state->unit[unit].hold == CUSTODY_HELD || state->unit[unit].hold == CUSTODY_NONE;
	for (unsigned i = 0; i < REGISTRARS; i++)
		settled &= !state->registrar[i].restoring && !state->registrar[i].waiting;
	return settled && state->registrar[number_of(&records[last].registrar)].last == last;
}

// Of a unit without the member only its life; of messages, registrars and who has heard what, nothing.
struct model_view model_view(const struct model_state *state)
{
	struct model_view view;
	memset(&view, 0, sizeof view);
	for (unsigned unit = 0; unit < UNITS; unit++) {
		const struct model_party_unit *party = &state->unit[unit];
		view.hold[unit] = party->hold;
		view.life[unit] = party->life;
		view.closed[unit] = party->closed;
		view.tail[unit] = party->hold == CUSTODY_NONE ? 0 : party->tail;
	}
	view.last = last_final(state);
	view.merged = state->merged;
	view.moved = state->moved;
	return view;
}
