// What the files of pen_presence share among themselves.
#ifndef TRIBUTARY_SYNC_PEN_PRESENCE_INSIDE_H
#define TRIBUTARY_SYNC_PEN_PRESENCE_INSIDE_H

#include "ledger/record.h"
#include "sync/pen_presence.h"

// One thing to be told or done, with its scratch memory.
struct presenting {
	struct pen *pen;
	const struct pack *pack;
	struct arena *arena;
	bool waits; // for a device of the unit that is to be told
};

// A record of our own of that kind; one without writes where there is none.
enum err pen_presence_load(struct presenting *presenting, const struct pack_kind *kind, const struct id *id, struct record *record);
bool pen_presence_unit_of(const struct record *record, uint8_t field, struct id *unit);
int32_t pen_presence_day_of(const struct record *record, uint8_t field); // 0: none
bool pen_presence_exists(const struct record *record); // made, and not deleted

// Everything that letters on an attachment bring with them, into records of our own.
enum err pen_presence_take_up(struct presenting *presenting, const struct id *attachment);

// The guest's record as its home branch has it.
enum err pen_presence_write_guest(struct presenting *presenting, const struct presence_word *guest, bool fresh);

#endif
