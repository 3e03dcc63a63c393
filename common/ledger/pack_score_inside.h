// What the files of scorecards share while decoding a pack.
#ifndef TRIBUTARY_LEDGER_PACK_SCORE_INSIDE_H
#define TRIBUTARY_LEDGER_PACK_SCORE_INSIDE_H

#include "ledger/pack_check.h"
#include "ledger/pack_score.h"

#define PACK_SCORE_BIT(type) (1u << (type))

enum { PACK_SCORE_TYPES = PACK_SCORE_BIT(VALUE_INTEGER) | PACK_SCORE_BIT(VALUE_MONEY) }; // that hold points

void pack_score_check_points(struct pack_check *check, const struct pack_place *place, const char *what, int64_t points);

// Codes of an option field, in the arena.
const uint16_t *pack_score_codes(struct pack_check *check, const struct pack_place *place, const char *what,
                                 const struct pack_field *field, const uint32_t *from, size_t count);

// `points`: where individuals get theirs from; NULL where units are scored.
void pack_score_item(struct pack_check *check, const struct pack_place *place, const Tributary__PackScoreItem *from,
                     const struct pack *pack, const struct pack_points *points, struct pack_score_item *to);

#endif
