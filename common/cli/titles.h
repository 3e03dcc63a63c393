// Every name of the pack with its title in the user's language: what a page needs to show figures, duties,
// scores and reports, which elsewhere go by their names alone.
#ifndef TRIBUTARY_CLI_TITLES_H
#define TRIBUTARY_CLI_TITLES_H

#include <jansson.h>

#include "ledger/pack.h"

// {"pack", "kinds", "metrics", "cadences", "scorecards", "reports", "checks", "unit_kinds", "roles"}; docs/json.md.
// Whose records are persons: those with one home, or those that fields of the type `member` speak of. NULL: none.
const struct pack_kind *titles_persons(const struct pack *pack);
json_t *titles_json(const struct pack *pack);

#endif
