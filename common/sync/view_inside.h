// What the files of the view share among themselves.
#ifndef TRIBUTARY_SYNC_VIEW_INSIDE_H
#define TRIBUTARY_SYNC_VIEW_INSIDE_H

#include "sync/view.h"

// Remembers that a unit lost a device, for view_rebuild_revoked() at the end of the transaction.
enum err view_mark_revoked(struct view *view, const struct id *unit);
enum err view_rebuild_revoked(struct view *view);

// The mark of a log: how far it is applied while its row is not saved yet.
struct view_mark *view_mark(struct view *view, const struct journal_log *log);

#endif
