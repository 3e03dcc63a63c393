// What goes along with a member: made by the former home, taken up by the new one. Private to the pen's files about homes.
#ifndef TRIBUTARY_SYNC_PEN_DOSSIER_H
#define TRIBUTARY_SYNC_PEN_DOSSIER_H

#include "org/transfer.h"
#include "sync/pen.h"

// The member's own record and the records that follow it, less the fields that stay.
enum err pen_dossier_make(struct pen *pen, const struct id *member, uint64_t epoch, struct arena *arena,
                          Tributary__Dossier **dossier);
// The member is another's: the record here becomes a stub, what follows goes, and what was written since
// the offer is sent after. Nothing when that was done.
enum err pen_dossier_leave(struct pen *pen, const struct id *member);
// The member is ours: the record is made of what came with the offer. Nothing when it is here.
enum err pen_dossier_arrive(struct pen *pen, const struct id *member);

// What a former home wrote late becomes ours.
enum err pen_dossier_adopt(struct pen *pen, struct span dossier);

#endif
