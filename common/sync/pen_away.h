// Members who leave the tree, and who come into it, by letter (sync/letter): what the unit writes.
//
//	offer out ──▶ record LETTER ──▶ the letter … its slip ──▶ RETURNED ──▶ record without a home: let go
//	admit     ──▶ record of the top, handed over to our registrar ──▶ the slip
#ifndef TRIBUTARY_SYNC_PEN_AWAY_H
#define TRIBUTARY_SYNC_PEN_AWAY_H

#include "sync/letter.h"
#include "sync/pen_custody.h"

#define PEN_AWAY_DAYS 90 // that a letter is good for, unless said otherwise

// As in pen_custody.h: ERR_OK with a refusal: nothing was written, and that is why.
enum err pen_away_offer(struct pen *pen, const struct id *member, const char *organisation, int32_t until,
                        enum custody_refusal *refusal);
// What the letter says; the person's name is the caller's to give. Texts and the dossier lie in the arena.
enum err pen_away_letter(struct pen *pen, const struct id *member, struct arena *arena, struct letter *letter,
                         enum custody_refusal *refusal);
// Takes in whom a letter brings that was checked and whose root key is trusted. *member: the id that it has here.
enum err pen_away_admit(struct pen *pen, const struct letter *letter, struct id *member, enum custody_refusal *refusal);
enum err pen_away_slip(struct pen *pen, const struct id *member, struct letter *slip, enum custody_refusal *refusal);
// A slip that was checked and whose root key is trusted. *member: of ours whom it answers for.
enum err pen_away_returned(struct pen *pen, const struct letter *slip, struct id *member, enum custody_refusal *refusal);

// The newest offer of the unit out of the tree. ERR_NOT_FOUND.
enum err pen_away_offer_of(struct txn *txn, const struct id *member, const struct id *unit, struct transfer_claim *offer);
// May a letter be called back yet?
bool pen_away_is_good(struct pen *pen, const struct id *member);

#endif
