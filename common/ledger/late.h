// When the registrar first had a record, for metrics that count what was entered late. What tells are its
// receipts, never a device's clock: a record was received when the first of its entries was, and an
// entry when the first receipt was given whose size covers it. Devices put the receipts that they got into
// their log (ENTRY_RECEIPTS), so that the figure is a function of entries alone and all devices of the
// unit find the same. Kept where the unit's own figures are, for kinds that such a metric counts.
//
//	LATE  'r' ‖ log id[32] ‖ size u64 → time u64 (ms): receipts
//	LATE  'w' ‖ unit id[16] ‖ kind u16 ‖ record id[16] ‖ log id[32] → seq u64: a log's first entry on the record
//	LATE  'l' ‖ log id[32] ‖ seq u64 ‖ unit id[16] ‖ kind u16 ‖ record id[16] → nothing: the same by log
#ifndef TRIBUTARY_LEDGER_LATE_H
#define TRIBUTARY_LEDGER_LATE_H

#include "ledger/cell.h"
#include "ledger/pack.h"
#include "ledger/record.h"

bool late_asked(const struct pack *pack); // does any metric count what was entered late?

// Fills in record->received: 0 where nothing was received yet, or no metric asks.
enum err late_load(struct txn *txn, const struct pack *pack, struct record *record);

// An entry wrote to the record. Its contributions are out by now, and go in again afterwards.
enum err late_wrote(struct txn *txn, const struct pack *pack, const struct record_key *key, const struct hash *log,
                    uint64_t seq);

// A receipt, verified. Records that count as received by it go out of the figures and in again.
enum err late_receipt(struct txn *txn, const struct pack *pack, const struct hash *log, uint64_t size, uint64_t time,
                      struct cell_batch *cells);

// A server's word that it held so much of a log at that time.
struct late_word {
	struct hash log;
	uint64_t size, time;
};

int32_t late_day(uint64_t time); // what is late is judged by days: within one, an earlier receipt tells nothing more

// Of the records whose first entry in the log is one of [from, size): was any received on an earlier day by
// this word than by what is in the store and what is `said` besides?
bool late_tells(struct txn *txn, const struct late_word *word, uint64_t from, const struct late_word *said, size_t count);

enum err late_forget(struct txn *txn);

#endif
