// Cells: integers by (owner, metric, dimension, bucket, month). Everything a dashboard shows is a
// sum of these. Flows are summed over the months of a period; stocks are kept as changes by month
// and read as the sum of all months up to the end of the period. So every cell adds up the tree,
// every month stands for itself, and no figure depends on a clock.
//
//	CELL  'v' ‖ owner[17] ‖ metric u16 ‖ dimension u8 ‖ bucket u16 ‖ month u32 → i64 (absent: 0)
//	CELL  'd' ‖ owner[17] ‖ month u32 ‖ metric u16 ‖ dimension u8 ‖ bucket u16 → nothing: changed
//	      since the owner's last tally
#ifndef TRIBUTARY_LEDGER_CELL_H
#define TRIBUTARY_LEDGER_CELL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/id.h"
#include "base/store.h"

// The engine's own metrics.
#define CELL_METRIC_BAND      0xff04 // flow: individuals by scorecard (dimension) and band (bucket)
#define CELL_METRIC_REPORTING 0xff01 // stock: 1 per unit that vouches for a month; -1 after its last
#define CELL_METRIC_CADENCE   0xff02 // flow: dimension = number of the cadence (ledger/cadence)
#define CELL_METRIC_MEMBERS   0xff07 // stock, in one month: it goes along where the unit moves; dimension 0: members in the ledger; 1: by the records of homes (sync/view_members)
#define CELL_METRIC_CHECK     0xff03 // stock: dimension = number of the check (ledger/check)

// Bucket of dimension 0: what was changed in the month since it was approved (ledger/period).
#define CELL_BUCKET_RESTATED 0xffff

// What a cell may hold on its way between stores, so that sums of many stay far from int64's end;
// and the months that a cell may stand in (one behind the last, where a stock ends).
#define CELL_VALUE_MAX INT64_C(1000000000000000)
#define CELL_MONTH_MIN (DATE_YEAR_MIN * 12)
#define CELL_MONTH_MAX ((DATE_YEAR_MAX + 1) * 12)
#define CELL_DAY_MIN   (-62091) // 1800-01-01, the first day of DATE_YEAR_MIN
#define CELL_DAY_MAX   376199   // 2999-12-31, the last of DATE_YEAR_MAX

// Whose: computed from one's own records; published in a log; summed over a subtree by this server
// (of a unit without anything below it there is no sum: ledger/tally.h).
enum cell_owner_kind { CELL_OWN = 1, CELL_LOG = 2, CELL_SUM = 3 };

struct cell_owner {
	enum cell_owner_kind kind;
	struct id id; // unit id; for CELL_LOG the log number, big-endian, then zeros
};

struct cell_owner cell_owner_own(const struct id *unit);
struct cell_owner cell_owner_log(uint32_t log);
struct cell_owner cell_owner_sum(const struct id *unit); // kept apart; tally_sum_owner() tells whether it is

struct cell_key {
	uint16_t metric;
	uint8_t dimension; // 0: the total
	uint16_t bucket;   // 0 with dimension 0; there also CELL_BUCKET_RESTATED
	int32_t month;
};

struct cell {
	struct cell_key key;
	int64_t value;
};

// How a cell of a larger whole follows from those of its parts: by adding them up, unless the key says that
// the least or the greatest stands. The rule is part of the key, so that whoever sums needs no pack for it.
#define CELL_DIMENSION_MAX  63     // a pack's dimensions; above are the marks
#define CELL_MARK_MINIMUM   0x40   // in `dimension`
#define CELL_MARK_MAXIMUM   0x80
#define CELL_ENGINE_METRICS 0xff00 // from here on, the engine's own, which are all added up

enum cell_rule { CELL_ADDS_UP, CELL_LEAST, CELL_GREATEST };
enum cell_rule cell_rule(const struct cell_key *key);
// What the cells of two parts make together; 0: that part has none. Children may publish what they like, so sums stop at the ends.
int64_t cell_join(const struct cell_key *key, int64_t a, int64_t b);
int64_t cell_sum(int64_t a, int64_t b);

// A cell of 0 is one that is not there, yet the least of some numbers may be 0: such cells hold the number
// moved up by one where it is not negative.
int64_t cell_extreme_of(int64_t number);
int64_t cell_extreme_number(int64_t value);

int cell_key_compare(const struct cell_key *a, const struct cell_key *b); // metric, dimension, bucket, month
bool cell_month_valid(int64_t month);

enum err cell_get(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t *value);
// Adds and, with `dirty`, marks the cell as changed. A sum beyond int64 is ERR_RANGE, and sticks.
enum err cell_add(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t delta, bool dirty);
enum err cell_set(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key, int64_t value); // unmarked
enum err cell_mark(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key); // as changed
enum err cell_clean(struct txn *txn, const struct cell_owner *owner, const struct cell_key *key); // takes the mark away

// Changes gathered in memory, so that a bulk of records touches each cell once. uthash inside.
struct cell_batch;
struct cell_batch *cell_batch_new(void);        // NULL: out of memory
void cell_batch_free(struct cell_batch *batch);
void cell_batch_clear(struct cell_batch *batch); // as after cell_batch_new
enum err cell_batch_add(struct cell_batch *batch, const struct cell_key *key, int64_t delta);
enum err cell_batch_flush(struct cell_batch *batch, struct txn *txn, const struct cell_owner *owner, bool dirty); // and empties it
// One more (or, negative, fewer) of something that the cell is made of: of distinct things the cell counts
// how many there are, of numbers it is the least or the greatest, as its key has it (ledger/multiset).
#define CELL_ELEMENT_BYTES 16
struct cell_element {
	uint8_t bytes[CELL_ELEMENT_BYTES];
};
struct cell_element cell_element_of_value(int64_t value); // sorts as the values do; of extremes
int64_t cell_element_value(const struct cell_element *element);
enum err cell_batch_add_element(struct cell_batch *batch, const struct cell_key *key, const struct cell_element *element,
                                int64_t delta);

// What the cells that have been gathered would be if nothing had been before, in no order, without those
// of 0; stops at the first error.
enum err cell_batch_each(struct cell_batch *batch, enum err (*visit)(void *context, const struct cell *cell),
                         void *context);

// A walk over an owner's cells of a metric (0: of all), ascending by key.
struct cell_scan {
	struct scan scan;
};
struct cell_scan cell_scan_begin(struct txn *txn, const struct cell_owner *owner, uint16_t metric);
struct cell_scan cell_scan_begin_dimension(struct txn *txn, const struct cell_owner *owner, uint16_t metric,
                                           uint8_t dimension);
// Of one bucket alone, by month, from `month` on.
struct cell_scan cell_scan_begin_bucket(struct txn *txn, const struct cell_owner *owner, const struct cell_key *from);
struct cell_scan cell_scan_begin_dirty(struct txn *txn, const struct cell_owner *owner); // by month; values read as 0
bool cell_scan_next(struct cell_scan *scan, struct cell *cell);
void cell_scan_end(struct cell_scan *scan);

// Packed cells of a tally: count varint, then per cell, ascending: metric, dimension, bucket and
// month as differences to the cell before, value zigzag (exact layout in cell.c, golden in tests).
void cell_pack(const struct cell *cells, size_t count, struct buf *packed);
enum err cell_unpack(struct span packed, struct arena *arena, struct cell **cells, size_t *count); // ERR_MALFORMED: not ascending, out of bounds

#endif
