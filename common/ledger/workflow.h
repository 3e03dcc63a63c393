// Workflows: the order in which a record's state may go, and what each move needs.
//
// The state is an option field. A move is one change: it writes the state, the day of the move, and
// names in its preds the values it replaces and the entries that it rests on (papers handed in before,
// approvals). So whoever has those entries can judge it, whenever they come; nothing depends on order.
//
//	    move            move                       a decision between two states that live side by
//	A ────────▶ B ─────────────▶ C                 side keeps one of them and is no move
//	▲           │ needs, day, after, approvals
//	└───────────┘ a move back is a move like any other
#ifndef TRIBUTARY_LEDGER_WORKFLOW_H
#define TRIBUTARY_LEDGER_WORKFLOW_H

#include "ledger/record.h"

#define WORKFLOW_MOVES_MAX 128
#define WORKFLOW_FROM_MAX  32
#define WORKFLOW_NEEDS_MAX 32
#define WORKFLOW_APPROVALS_MAX 32 // needed for one move; with the needs they fit among a write's preds
#define WORKFLOW_AFTER_MAX 36600  // days

struct workflow_move {
	const char *name;
	struct title title, body;  // body: shown only, who does it there
	const struct pack_office *office; // the role that its author must hold; NULL: any device of those who may
	size_t from_count;
	const uint16_t *from;      // option codes
	uint16_t to;
	enum authority who;
	size_t need_count;
	const uint8_t *needs;
	uint8_t day;               // date field that it carries; 0: none
	uint16_t after_days, after_months;
	uint8_t approvals;         // keyed field of yes and no; 0: none
	uint16_t approval_count;
	enum authority approval_by;
};

struct workflow_wait {
	uint16_t state;
	uint16_t within;           // days
};

struct workflow {
	const struct pack_field *state;
	uint16_t first;
	uint8_t first_day;
	uint32_t version;          // entries written with an older pack are not judged
	bool travels;              // its records go along with members: one may begin in any state, for it came with one
	size_t move_count;
	const struct workflow_move *moves;
	size_t wait_count;
	const struct workflow_wait *waits;
};

// What is wrong with a move, the farther down the nearer to being right.
//        name          a sentence for a log; people read cli/catalogue.h
#define WORKFLOW_FAULTS(X)                                                  \
	X(NO_STATE,     "the state cannot be taken away")                   \
	X(DAY_ALONE,    "the day of a move is written with the move")       \
	X(NOT_FIRST,    "that is not the first state")                      \
	X(NO_MOVE,      "no move leads there from this state")              \
	X(WHO,          "this move is another's")                           \
	X(ROLE,         "this move is for who holds the role")              \
	X(NEEDS,        "a field must be filled in first")                  \
	X(APPROVALS,    "approvals are missing")                            \
	X(DAY_MISSING,  "the move has no day")                              \
	X(TOO_EARLY,    "too early after the move before")

enum workflow_fault {
#define WORKFLOW_ENUM(name, text) WORKFLOW_##name,
	WORKFLOW_FAULTS(WORKFLOW_ENUM)
#undef WORKFLOW_ENUM
	WORKFLOW_FINE,
};

const char *workflow_fault_name(enum workflow_fault fault); // "NO_MOVE", "FINE"

struct workflow_verdict {
	enum workflow_fault fault;
	const struct workflow_move *move; // that came nearest; NULL: none leads there
	uint16_t from, to;                // option codes; from 0: there was none
	uint8_t field;                    // that is missing
	int32_t earliest;                 // TOO_EARLY: the first day on which it may be
	unsigned have;                    // APPROVALS
};

// A state that a move replaces, and the day on which it was reached.
struct workflow_base {
	uint16_t state;
	bool dated;
	int32_t day;
};

struct workflow_approval {
	uint8_t field;
	struct span element;
	enum relation author;
};

// One move, as its change and what that names tell it.
struct workflow_step {
	uint16_t to;
	enum relation author;
	uint32_t offices;                 // bits of those roles (1 << number - 1) for which its author may act
	bool correction;                  // of the day of a move made before: what it needed was there then
	size_t base_count;                // none: the record begins
	struct workflow_base bases[LIMIT_PREDS_PER_WRITE];
	bool filled[LIMIT_FIELDS_PER_RECORD];
	bool dated[LIMIT_FIELDS_PER_RECORD];
	int32_t day[LIMIT_FIELDS_PER_RECORD]; // of fields written with the move
	size_t approval_count;
	struct workflow_approval *approvals; // each element may stand here several times
};

// Is it a move of this workflow? Pure.
struct workflow_verdict workflow_judge(const struct workflow *workflow, const struct workflow_step *step);

const struct workflow_move *workflow_move_by_name(const struct workflow *workflow, const char *name); // or title
// The move that comes first on the shortest way from one state to another; NULL: there is no way.
const struct workflow_move *workflow_toward(const struct workflow *workflow, uint16_t from, uint16_t to);
bool workflow_is_day(const struct workflow *workflow, uint8_t field); // the day of some move, or of the beginning
bool workflow_leads_from(const struct workflow_move *move, uint16_t state);

// The shown state of a record, 0: none yet; and the day on which it was reached, as the record says.
uint16_t workflow_state(const struct workflow *workflow, const struct record *record);
bool workflow_since(const struct workflow *workflow, const struct record *record, int32_t *day);
// The last day on which it may stay so; false: it may for ever.
bool workflow_until(const struct workflow *workflow, const struct record *record, int32_t *day);

// The first day on which a move may be, after another on `day`.
int32_t workflow_earliest(const struct workflow_move *move, int32_t day);

#endif
