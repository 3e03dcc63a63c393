// Series: numbers without gaps, one series for each life of a device, issued offline by who writes.
//
//	A3F2-07C1-000123   first bytes of the device's signing key - first bytes of its incarnation - 1, 2, 3 …
//
// A restored store begins a new life and so a new series; a life is named and not counted, because a store
// that was put back twice would count the same one twice. A number belongs to its log: the next one is known
// from the log alone, in whatever order logs come. Payloads that were erased leave room for the numbers they held.
//
//	SERIES  log number u32 ‖ kind u16 ‖ field u8 → last number u64 ‖ erased entries before it u64
//	        log number u32 ‖ 0 u16 ‖ 0 u8        → erased entries read so far u64
#ifndef TRIBUTARY_LEDGER_SERIES_H
#define TRIBUTARY_LEDGER_SERIES_H

#include "base/store.h"
#include "ledger/value.h"

#define SERIES_TEXT_BYTES 32
#define SERIES_NUMBER_MAX 999999999u

struct series_place {
	uint32_t log;     // its number in this store
	uint16_t kind;
	uint8_t field;
};

void series_format(const struct hash *device, const struct id *incarnation, uint64_t number,
                   char text[static SERIES_TEXT_BYTES]);
// Is it a number of this device and life, and which?
bool series_parse(struct span text, const struct hash *device, const struct id *incarnation, uint64_t *number);
// Any device's: the part before the number, which names the series. ERR_MALFORMED.
enum err series_split(struct span text, struct span *name, uint64_t *number);

enum err series_last(struct txn *txn, const struct series_place *place, uint64_t *last); // 0: none yet
// May this number follow? *fine tells. ERR_OK, or the store's failure.
enum err series_check(struct txn *txn, const struct series_place *place, uint64_t number, bool *fine);
enum err series_put(struct txn *txn, const struct series_place *place, uint64_t number);
enum err series_erased(struct txn *txn, uint32_t log);  // an erased entry was passed
enum err series_forget(struct txn *txn, uint32_t log);  // before the log is read again

#endif
