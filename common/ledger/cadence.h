// Cadences: at least so much of something in every month, quarter, half-year or year. Whether a unit
// met one is a derived cell of its own (ledger/derive), so that "k of n met it" adds up the tree:
//
//	CELL_METRIC_CADENCE, dimension = the cadence's number, month = last month of its period
//	  CADENCE_MET     1 where the unit met it
//	  CADENCE_WINDOW  of a cadence with a window of days: what fell into it, by month; a record's own
//	                  share (ledger/metric), since other cells know no days
//	  CADENCE_EXEMPT  a stock: 1 while its `when` does not hold (no committee meets where there is none), or
//	                  there is none of what it is asked for each of (nobody is away: nobody reports)
//
// n is never a cell: it is the number of units of the kinds that it is asked of (org/charter), less those
// that are exempt at the period's end.
#ifndef TRIBUTARY_LEDGER_CADENCE_H
#define TRIBUTARY_LEDGER_CADENCE_H

#include "ledger/derive.h"
#include "ledger/pack_duty.h"

enum { CADENCE_MET = 1, CADENCE_WINDOW = 2, CADENCE_EXEMPT = 3 };

// The period of the cadence in which a month lies; the first one that is asked for at all; the last day
// on which something can still be done for it.
struct period cadence_period(const struct pack_cadence *cadence, int32_t month);
struct period cadence_first(const struct pack_cadence *cadence);
int32_t cadence_last_day(const struct pack_cadence *cadence, struct period period);

// Those of its periods that belong to the months asked for: the ones that end within them or, where none
// does, the one that holds their last month. *first > *last where none is asked for. By their last months.
void cadence_within(const struct pack_cadence *cadence, struct period asked, int32_t *first, int32_t *last);

// How much is asked in a period of a unit of that kind: where it is for each of several, of so many as there are at its end.
enum err cadence_asked(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                       const struct pack_unit_kind *kind, struct period period, int64_t *least);
enum err cadence_done(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                      struct period period, int64_t *done);
// How many units met it, by the period's last month. Of one unit: 1 or 0.
enum err cadence_met(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence, int32_t last,
                     int64_t *units);

// How many units it is not asked of at the end of a month, though they are of its kinds.
enum err cadence_exempt(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                        int32_t month, int64_t *units);

// How many periods one after the other were asked for and not met, up to the one that ends in `last`; at most
// CADENCE_ROW_MAX are looked at.
#define CADENCE_ROW_MAX 120
enum err cadence_missed_in_a_row(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                                 int32_t last, int32_t *row);

// What a record that falls on a day gives to a window; false: the day lies outside.
bool cadence_takes(const struct pack_cadence *cadence, int32_t day);

// Derivations and their cells: who is exempt, then who met what.
enum err cadence_derive_exempt(struct derive *derive);
bool cadence_owns_exempt(const struct cell_key *key);
enum err cadence_derive(struct derive *derive);
bool cadence_owns(const struct cell_key *key);

#endif
