// The rules of fields and kinds in a pack's YAML (ledger/pack_field.c checks them): patterns, uniqueness,
// defaults, what is carried over and what moves with a person.
#ifndef TRIBUTARY_IO_PACK_RULES_H
#define TRIBUTARY_IO_PACK_RULES_H

#include "io/pack_names.h"

void pack_rules_field(struct pack_names *names, const struct pack_place *place, const struct pack_schema_field *from,
                      Tributary__PackField *to);
void pack_rules_kind(struct pack_names *names, const struct pack_place *place, const struct pack_schema_kind *from,
                     Tributary__PackKind *to);

// "Entered late" of a metric; its kind is known by now.
void pack_rules_late(struct pack_names *names, const struct pack_place *place, const struct pack_schema_metric *from,
                     const struct pack_schema_kind *kind, Tributary__PackMetric *to);

#endif
