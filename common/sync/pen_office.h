// A server's desk for the homes of members, shared by pen_registrar.c (deciding) and pen_office.c (writing, telling,
// cosigning).
#ifndef TRIBUTARY_SYNC_PEN_OFFICE_H
#define TRIBUTARY_SYNC_PEN_OFFICE_H

#include "org/custody_chain.h"
#include "sync/pen_custody.h"
#include "sync/pen_inside.h"

struct pen_office {
	struct pen *pen;
	struct arena arena;       // of one member or batch
	uint8_t records[CUSTODY_BATCH_RECORDS * CUSTODY_RECORD_BYTES];
	size_t count;
	bool top;                 // nobody above: what is written is final
};

bool pen_office_looks_after(const struct pen_office *office, const struct id *unit); // are we its registrar?

// Records, gathered and signed in batches: to the witness, or where there is none to everyone below.
enum err pen_office_add(struct pen_office *office, const struct custody_record *record);
enum err pen_office_flush(struct pen_office *office);

// Between programs; a unit without a device known here gets nothing.
enum err pen_office_letter(struct pen_office *office, const struct id *to, Tributary__CustodyLetter *letter);
enum err pen_office_tell_last(struct pen_office *office, const struct id *member, const struct id *unit);
enum err pen_office_tell_chain(struct pen_office *office, const struct id *member, const struct id *unit); // all that is known

enum err pen_office_batches_due(struct pen_office *office); // what came: cosigned, published, told

#endif
