// What the files of the pen share among themselves.
#ifndef TRIBUTARY_SYNC_PEN_INSIDE_H
#define TRIBUTARY_SYNC_PEN_INSIDE_H

#include "org/transfer.h"
#include "sync/pen.h"

uint64_t pen_tick(struct pen *pen);                          // the next local time
void pen_random(void *pen, void *to, size_t size);           // for callbacks
enum err pen_open(struct pen *pen, enum lane lane, struct journal_writer **writer);
enum err pen_piece(struct pen *pen, bool sealed, struct span payload); // of a file, into its own lane (sync/piece.h)
enum err pen_picture(struct pen *pen, bool sealed, struct span payload); // of a file, likewise (sync/picture.h)
enum err pen_sealed(struct pen *pen, uint32_t kind, struct span payload); // into the private lane
enum err pen_registrar_due(struct pen *pen); // a server's part of pen_custody_due
enum err pen_custody_claim(struct pen *pen, const struct transfer_claim *claim); // one word of our own unit's
enum err pen_seek_due(struct pen *pen, const struct id *member); // a server: units that others look for
enum err pen_seek_up(struct pen *pen, const struct transfer_claim *claim); // to the server above; ERR_NOT_FOUND: not known yet
enum err pen_seek_tell(struct pen *pen, const struct transfer_claim *about, enum custody_refusal refusal); // to its author: why not
enum err pen_letter(struct pen *pen, const struct id *to, struct span letter); // between programs, not shown to people
enum err pen_letter_presence(struct pen *pen, const struct id *to, struct span letter);

#endif
