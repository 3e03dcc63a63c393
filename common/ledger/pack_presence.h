// Members at a second unit, as a pack has them: three kinds with roles. Their fields are found by their types, the
// lowest numbers first, so that a pack names them as its users do.
//
//	attachment          at home: record (the member), unit (the second one), date (from), date (until), date (yearly notice)
//	guest               at the second unit: unit (home), date (from), date (until), date (yearly notice)
//	activity_elsewhere  at home: record (the member), unit, date, text (what kind), text (topic)
//
// A keyed field that refers to the guest kind says which guests came; its record is an activity of the second unit.
#ifndef TRIBUTARY_LEDGER_PACK_PRESENCE_H
#define TRIBUTARY_LEDGER_PACK_PRESENCE_H

#include "ledger/pack_check.h"

struct pack_presence {
	uint8_t member, unit;   // 0: none
	uint8_t date[3];        // from, until, notice
	uint8_t text[2];        // kind, topic
};

struct pack_presence pack_presence_fields(const struct pack_kind *kind);
const struct pack_field *pack_presence_came(const struct pack *pack, const struct pack_kind *kind); // NULL: no such field
const struct pack_kind *pack_presence_person(const struct pack *pack); // whom attachments are about; NULL: no attachments
// A member's field that goes along, as the guest kind has it (by its name). NULL: it stays at home.
const struct pack_field *pack_presence_shared(const struct pack *pack, const struct pack_field *field);

// ERR_MALFORMED where a kind lacks what its role needs.
void pack_presence_check(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind);

#endif
