// A change of the tree before it is stated: whether it may be, by whom, and its words. The words carry what
// those need who hear of it from afar, and where the word of former superiors ends.
#ifndef TRIBUTARY_ORG_CHARTER_DRAFT_H
#define TRIBUTARY_ORG_CHARTER_DRAFT_H

#include "org/charter_past.h"

enum charter_fault {
	CHARTER_FINE = 0,
	CHARTER_IS_TOP,      // the top stands below nothing
	CHARTER_SAME,        // it is there already, or is itself
	CHARTER_CYCLE,       // it would stand below itself
	CHARTER_CLOSED_UNIT, // it is closed
	CHARTER_CLOSED_TO,   // what it goes to is closed
	CHARTER_TOO_DEEP,    // more levels than a tree may have
	CHARTER_BEYOND,      // another server has to state it: `authority`
	CHARTER_FAULT_END
};

struct charter_draft {
	enum charter_change_kind what; // moved or merged
	struct id unit, to;
	int32_t day;
	struct id by;                  // who would state it
	// Found:
	enum charter_fault fault;
	struct id authority;           // who has to state it
	struct id registrar;           // who will look after the unit then; before: `former_registrar`
	struct id former_registrar;
	Tributary__Statement *statement; // in the arena
};

// Fills in the rest of a draft. Nothing is written. ERR_NOT_FOUND: a unit is not known here.
enum err charter_draft(struct txn *txn, struct arena *arena, struct charter_draft *draft);

#endif
