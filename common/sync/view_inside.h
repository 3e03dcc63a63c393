// What the files of the view share among themselves.
#ifndef TRIBUTARY_SYNC_VIEW_INSIDE_H
#define TRIBUTARY_SYNC_VIEW_INSIDE_H

#include "sync/view.h"

// Remembers that what a unit's views were computed with has changed (a device was revoked, a pack was
// published), for view_rebuild_stale() at the end of the transaction.
void view_mark_stale(struct view *view, const struct id *unit);
enum err view_rebuild_stale(struct view *view);

// view_again.c: what means something only now. True: something was applied.
bool view_again(struct view *view);
enum err view_again_passed(struct view *view); // of units that are our business now

enum err view_quarantine(struct view *view, const struct journal_log *log, const struct entry *entry, enum merge_reason reason);
// The author of the log at hand; entries come in runs, so it is looked up once.
void view_know_author(struct view *view, const struct journal_log *log);
// Sealed entries are for the unit's own devices; others hold and relay them, and have no view of them.
bool view_sealed_from_us(const struct view *view, const struct journal_log *log);

// Applies what waited, until nothing moves any more.
enum err view_wake(struct view *view);

// A pack was published: our own figures are its, and what was not understood may be now.
enum err view_mark_pack(struct view *view);

// Units stand elsewhere now: sums follow, and what former superiors said too late is taken back.
enum err view_tree_changed(struct view *view, const struct charter_effects *effects);

enum err view_moved_mark(struct view *view, uint32_t log); // what this log's tallies add up to has changed

// What an entry is judged with.
struct reading {
	struct view *view;
	const struct journal_log *log;
	const struct entry *entry;
	enum lane lane; // of the inner entry: that of the log
	const struct id *of; // not NULL: only what is said to or of that unit
	bool own;       // about to be written by us: it must be allowed by the tree as it is now
	bool sealed;    // the inner entry was
	bool passed;    // not looked at: it speaks of another unit than the one at hand
	enum merge_reason reason;
};

// ERR_OK: applied, or to be quarantined where reading->reason is set. ERR_AGAIN: the log waits here.
enum err view_entry_apply(struct reading *reading);
enum err view_receipts(struct reading *reading);
enum err view_entry_changes(struct reading *reading); // of a plain payload, whatever the entry's kind

// Words to or of a unit that is none of our business: noted, for it may become it.
enum err view_pass_over(struct reading *reading, const struct id *unit);

// What the author is to the owner of a record or a month, looked up once a run.
const struct view_standing *view_entry_standing(struct view *view, const struct id *author, const struct id *owner);

// Steps of a unit's months, and what superiors say to them (ledger/period).
enum err view_period_step(struct reading *reading);
enum err view_period_review(struct reading *reading);
// Questions from above, and the unit's answers (ledger/inquiry).
enum err view_period_request(struct reading *reading);
enum err view_period_reply(struct reading *reading);

// Homes of members (view_custody.c).
enum err view_custody_batches(struct reading *reading);
enum err view_custody_claims(struct reading *reading);
enum err view_custody_letter(struct reading *reading); // mail between programs
enum err view_custody_life(struct reading *reading);   // a store began anew
enum err view_custody_changed(struct view *view, const struct changes *changes); // our own records

const struct derivation *view_members_rows(void);      // what conservation is seen by (view_members.c)

// Pieces of files, and small pictures of them (view_piece.c).
enum err view_piece(struct reading *reading);
enum err view_piece_picture(struct reading *reading);

// Members at a second unit (view_presence.c).
enum err view_presence_letter(struct reading *reading);
void view_presence_changed(struct view *view, const struct changes *changes); // our own records

// Does a rebuild apply entries of this kind again? (It throws away what they made.)
bool view_entry_again_on_rebuild(uint32_t kind);

// The mark of a log: how far it is applied while its row is not saved yet.
struct view_mark *view_mark(struct view *view, const struct journal_log *log);

// A log by its id, and how far it is applied in this transaction. False: not here.
bool view_resolve_log(void *view, const struct hash *log, uint32_t *number, uint64_t *applied);

// Reading entries again that others name (view_recall.c). Does this store judge the moves of that unit's records?
bool view_recall_judges(struct view *view, const struct id *owner);
enum err view_recall(void *view, const struct hash *log, uint64_t seq, struct arena *arena, struct merge_recalled *recalled);
enum err view_recall_may(const struct merge_context *context, const struct pack_office *office, bool *may);
// Whose records an entry of changes speaks of, sealed or not. ERR_NOT_FOUND: of nobody's that could be read here.
enum err view_recall_owner(struct view *view, const struct journal_log *log, uint64_t seq, struct id *owner);
enum err view_recall_keep(struct view *view, uint32_t log, uint64_t seq, struct span payload);
void view_recall_free(struct view *view);
enum err view_recall_wait(struct view *view);  // a log waits for an entry that is named
bool view_recall_waits(struct view *view);
enum err view_recall_rest(struct view *view);  // none waits any more? then none is looked for

#endif
