// A state of the model: three units, two registrars, their witness, one member, and every message that
// was ever sent. A message stays for ever and is taken in at any time, any number of times or never:
// so loss, duplication and reordering are all there without being moves of their own.
//
// Kept small: records are named by a number that the same record has in every state. model_unit() and the
// like make of it what org/custody works on. An offer may be aborted at any time, as by order of the
// registrar's unit: a withdrawal or a refusal allows nothing more, and is left out.
#ifndef TRIBUTARY_TESTS_MODEL_STATE_H
#define TRIBUTARY_TESTS_MODEL_STATE_H

#include <assert.h>

#include "org/custody.h"

enum { UNITS = 3, REGISTRARS = 2, RECORDS = 16, OFFERS = 4, ANSWERS = 8, REAFFIRMS = 8, MERGED = 1, SUCCESSOR = 2, MOVER = 0 };
enum { NOTHING = 0xff }; // no unit, no life, no backup; of records: 0, which has epoch 0

struct model_party_unit {
	uint16_t tail;
	uint8_t hold, closed, life, to;
};

struct model_party_registrar {
	uint16_t last;
	uint8_t restoring, waiting;
};

struct model_offer {
	uint16_t on;              // whose: the home of the record it stands on
	uint8_t life, to;
};

struct model_answer {
	uint8_t offer, by, life;
};

struct model_reaffirm {
	uint16_t on;
	uint16_t life;
};

struct model_state {
	uint16_t record[RECORDS]; // that were ever written, ascending
	struct model_party_unit unit[UNITS], saved_unit;
	struct model_party_registrar registrar[REGISTRARS], saved_registrar;
	uint16_t witness;
	uint16_t final;           // bits, by place in `record`
	struct model_offer offer[OFFERS];
	struct model_reaffirm reaffirm[REAFFIRMS];
	struct model_answer answer[ANSWERS];
	uint8_t lives[UNITS];     // given out so far
	uint8_t saved;            // whose backup there is: a unit, UNITS + a registrar, or NOTHING
	uint8_t merged;           // the tree says so
	uint8_t knows[REGISTRARS]; // of the merge
	uint8_t moved;            // how often the unit MOVER has changed its registrar, by the tree
	uint8_t hears[REGISTRARS]; // how many of these moves each registrar knows of
	uint8_t offers, backups, restores, replacements, registrar_restores, merges, moves; // left
	uint8_t record_count, offer_count, answer_count, reaffirm_count;
	uint8_t unused;           // states are compared by their bytes
};

static_assert(sizeof(struct model_state) == 2 * RECORDS + (UNITS + 1) * 6 + (REGISTRARS + 1) * 4 + 4 + (OFFERS + REAFFIRMS) * 4 +
              ANSWERS * 3 + UNITS + 2 + 2 * REGISTRARS + 13, "no hidden bytes");

struct model_rules {
	bool witness, mark, incarnation; // false: taken out, to see that it is needed
	bool whole;               // states are not reduced (reduce.h)
};

struct id model_unit_id(unsigned unit);
struct id model_registrar_id(unsigned registrar);
// By what that registrar knows of the tree.
unsigned model_registrar_of(const struct model_state *state, unsigned registrar, unsigned unit);

// What a record's number stands for.
const struct custody_record *model_record(uint16_t number);
uint16_t model_number(const struct custody_record *record);

// The record by which the unit last let the member go, up to `tail`; 0: it never did.
uint16_t model_let_go(uint16_t tail, unsigned unit);

// Adds what was written to what there is.
void model_written(struct model_state *state, uint16_t number);
bool model_is_final(const struct model_state *state, uint16_t number);
void model_make_final(struct model_state *state, uint16_t number);

struct custody_unit model_unit(const struct model_state *state, unsigned unit);
struct custody_registrar model_registrar(const struct model_state *state, unsigned registrar);
struct custody_claim model_claim(uint16_t on, unsigned life, uint8_t to);
void model_keep_unit(struct model_state *state, unsigned unit, const struct custody_unit *view);
void model_keep_registrar(struct model_state *state, unsigned registrar, const struct custody_registrar *chain);

// What must hold in every state; NULL, or what does not.
const char *model_fault(const struct model_state *state);
bool model_two_homes(const struct model_state *state); // the one that each part of the protocol is there for
// One home, and nothing open.
bool model_settled(const struct model_state *state);

// What can be seen from outside: states that look alike are one here. No hidden bytes.
struct model_view {
	uint16_t tail[UNITS], last;
	uint8_t hold[UNITS], life[UNITS], closed[UNITS], merged, moved, unused;
};
struct model_view model_view(const struct model_state *state);

#endif
