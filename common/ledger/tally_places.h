// Where a unit's tallies are summed, in time: a month's cells belong to those who stood above it on the
// month's last day. Flows stay with their month. Stocks are changes by month, so when a unit goes
// elsewhere what it had until then goes with it: minus at the month of the move where it was, plus where it
// is now. Sums change by the months from the move on, and by nothing before it (DESIGN 8).
//
//	TALLY  'p' ‖ unit id[16] ‖ rollup u8 → spans: from u32 ‖ units u8 × id[16]; as its cells were summed last
#ifndef TRIBUTARY_LEDGER_TALLY_PLACES_H
#define TRIBUTARY_LEDGER_TALLY_PLACES_H

#include "ledger/cell_list.h"
#include "ledger/tally.h"

struct tally_span {
	int32_t from;                       // month; of the first: INT32_MIN
	size_t count;                       // 0: another server sums it, or none does
	struct id into[LIMIT_TREE_LEVELS];  // the unit itself first, where it counts as such
};

struct tally_places {
	const struct pack *pack;  // tells stocks from flows; NULL with one span
	struct id publisher;      // whose sum goes up: its cells are marked
	size_t count;
	const struct tally_span *spans; // ascending
};

bool tally_places_any(const struct tally_places *places); // is it summed here at all?
bool tally_places_stock(const struct pack *pack, const struct cell_key *key);

enum err tally_places_get(struct txn *txn, const struct id *unit, bool rollup, struct arena *arena, struct tally_places *places); // ERR_NOT_FOUND
enum err tally_places_put(struct txn *txn, const struct id *unit, bool rollup, const struct tally_places *places);
bool tally_places_equal(const struct tally_places *a, const struct tally_places *b);

// Changes of several units' sums, gathered, so that each cell is written once (an extreme follows at once).
#define TALLY_PLACES_UNITS 64
struct tally_spread {
	struct txn *txn;
	const struct tally_places *places;
	size_t count;
	struct {
		struct id unit;
		struct cell_batch *batch;
	} of[TALLY_PLACES_UNITS];
	enum err err; // sticky; ERR_RANGE: more units than that
};

// Changes of a part, whose cells are as they are now; or all cells of an owner, put in (1) or taken out (-1).
enum err tally_spread_list(struct tally_spread *spread, const struct cell_owner *part, const struct cell_list *changes);
enum err tally_spread_owner(struct tally_spread *spread, const struct cell_owner *owner, int64_t sign);
enum err tally_spread_flush(struct tally_spread *spread); // and releases

#endif
