// From the place of a write to the entry that stands there.
#ifndef TRIBUTARY_LEDGER_DOT_ENTRY_H
#define TRIBUTARY_LEDGER_DOT_ENTRY_H

#include "ledger/change.h"
#include "log/journal.h"

// ERR_NOT_FOUND: erased, or written in this very transaction and not in its log yet.
enum err dot_entry(struct txn *txn, struct dot place, struct journal_log *log, struct entry *entry);

#endif
