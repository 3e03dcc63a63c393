// Scores of units, kept by servers: of each period that a unit has vouched for, as a whole or up to a month (`through`), what
// ranking computes, so that a
// county's units are put in order without reading the figures of each again. Whatever a score is computed from says so when
// it changes (ranking_kept_stale); what is kept no longer is computed at the asking, and kept anew by the next write.
//
//	PERIOD  'k' ‖ unit[16] ‖ scorecard u8 ‖ last month u32 ‖ months u8 ‖ through u32 → apart u8 ‖ total i64 ‖ numerator i64 ‖ denominator i64
//	        ‖ approved u32 ‖ of so many months u32
//	PERIOD  'K' ‖ unit[16] → nothing: the unit's are to be made
#ifndef TRIBUTARY_ORG_RANKING_KEPT_H
#define TRIBUTARY_ORG_RANKING_KEPT_H

#include "org/ranking.h"

#define RANKING_KEPT_PERIODS_MAX 64  // of one scorecard and unit; further ones are computed at the asking
#define RANKING_KEPT_UNITS_MAX   256 // made in one transaction

// ERR_NOT_FOUND: not kept. All of *rank but its band, which follows from its total.
enum err ranking_kept_get(struct txn *txn, const struct id *unit, const struct pack_scorecard *card, struct period period,
                          int32_t through, struct score_rank *rank);

// What the unit's scores are computed from has changed, in this month or later; 0: in whatever month.
// Nothing is kept where the pack (NULL: none yet) puts no units in order.
enum err ranking_kept_stale(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t from);
// So have those of all units that have published anything: another pack.
enum err ranking_kept_stale_all(struct txn *txn);
// Do assessments of units stand in records of the kind?
bool ranking_kept_assesses(const struct pack *pack, uint16_t kind);

// Makes those that are to be made, some of them.
enum err ranking_kept_make(struct txn *txn, const struct pack *pack, struct arena *arena);

#endif
