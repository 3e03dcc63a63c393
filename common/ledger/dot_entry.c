// Places name a log by its number in this store.
#include "ledger/dot_entry.h"

enum err dot_entry(struct txn *txn, struct dot place, struct journal_log *log, struct entry *entry)
{
	enum err err = journal_find_number(txn, place.log, log);
	if (!err)
		err = place.seq < log->peaks.size ? journal_entry(txn, log, place.seq, entry) : ERR_NOT_FOUND;
	return !err && entry->erased ? ERR_NOT_FOUND : err;
}
