#include "reduce.h"

#include "moves.h"

static void clear(void *list, size_t size, size_t from, size_t room)
{
	memset((uint8_t *)list + from * size, 0, (room - from) * size);
}

// ---- Registrars ----

// Behind the witness it can write nothing that would be cosigned; and who is not named by the last record writes nothing.
static void forget_chain(const struct model_state *state, struct model_party_registrar *party, unsigned registrar)
{
	const struct custody_record *last = model_record(party->last), *final = model_record(state->witness);
	struct id id = model_registrar_id(registrar);
	bool ahead = last->epoch > final->epoch;
	bool present = !party->restoring && !party->waiting && party->last == state->witness && id_equal(&last->registrar, &id);
	if (!ahead && !present) {
		party->last = 0;
		party->waiting = 0;
	}
}

// ---- Records ----

static void forget_records(struct model_state *state)
{
	uint64_t epoch = model_record(state->witness)->epoch;
	unsigned kept = 0;
	uint16_t final = 0;
	for (unsigned i = 0; i < state->record_count; i++) {
		bool is_final = state->final >> i & 1;
		const struct custody_record *record = model_record(state->record[i]);
		if (!is_final && record->epoch <= epoch) {
			struct custody_witness witness = { .last = *model_record(state->witness) };
			assert(custody_witness_cosign(&witness, &record->writer, record)); // the code's own word that it is void
			continue;
		}
		final = (uint16_t)(final | (unsigned)is_final << kept);
		state->record[kept++] = state->record[i];
	}
	clear(state->record, sizeof state->record[0], kept, RECORDS);
	state->record_count = (uint8_t)kept;
	state->final = final;
}

// ---- Units ----

static void forget_news(const struct model_state *state, struct model_party_unit *party, unsigned unit)
{
	if (party->hold == CUSTODY_NONE)
		party->tail = model_let_go(party->tail, unit);
	if (party->hold == CUSTODY_NONE || party->tail != state->witness)
		party->to = NOTHING;
}

// ---- Messages ----

static void forget_messages(struct model_state *state)
{
	const struct custody_record *final = model_record(state->witness);
	uint8_t place[OFFERS];
	unsigned kept = 0;
	for (unsigned i = 0; i < state->offer_count; i++) {
		bool open = state->offer[i].on == state->witness && state->offer[i].life == final->incarnation.bytes[1];
		place[i] = open ? (uint8_t)kept : NOTHING;
		if (open)
			state->offer[kept++] = state->offer[i];
	}
	clear(state->offer, sizeof state->offer[0], kept, OFFERS);
	state->offer_count = (uint8_t)kept;
	kept = 0;
	for (unsigned i = 0; i < state->answer_count; i++) {
		struct model_answer said = state->answer[i];
		said.offer = place[said.offer];
		if (said.offer != NOTHING)
			state->answer[kept++] = said;
	}
	clear(state->answer, sizeof state->answer[0], kept, ANSWERS);
	state->answer_count = (uint8_t)kept;
	kept = 0;
	for (unsigned i = 0; i < state->reaffirm_count; i++)
		if (state->reaffirm[i].on == state->witness && state->reaffirm[i].life != final->incarnation.bytes[1])
			state->reaffirm[kept++] = state->reaffirm[i];
	clear(state->reaffirm, sizeof state->reaffirm[0], kept, REAFFIRMS);
	state->reaffirm_count = (uint8_t)kept;
}

static void forget_backup(struct model_state *state)
{
	bool unit = state->saved < UNITS, registrar = !unit && state->saved != NOTHING;
	bool useful = (unit && state->restores) || (registrar && state->registrar_restores);
	if (!state->restores && !state->registrar_restores)
		state->backups = 0;
	if (!useful) {
		state->saved_unit = (struct model_party_unit){ .tail = 0 };
		state->saved_registrar = (struct model_party_registrar){ .last = 0 };
	}
	if (!useful && state->saved != NOTHING)
		state->saved = state->backups ? 0 : NOTHING; // that there is one keeps others from being made
	if (useful && unit)
		forget_news(state, &state->saved_unit, state->saved);
	if (useful && registrar)
		forget_chain(state, &state->saved_registrar, state->saved - UNITS);
}

void reduce_state(struct model_state *state)
{
	for (unsigned i = 0; i < REGISTRARS; i++)
		forget_chain(state, &state->registrar[i], i);
	for (unsigned i = 0; i < UNITS; i++)
		forget_news(state, &state->unit[i], i);
	forget_backup(state);
	forget_records(state);
	forget_messages(state);
	for (unsigned i = 0; i < UNITS; i++)
		moves_consent(state, i);
}
