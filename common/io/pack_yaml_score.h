// The scorecards of a pack's YAML, compiled (io/pack_yaml.h has the rest).
#ifndef TRIBUTARY_IO_PACK_YAML_SCORE_H
#define TRIBUTARY_IO_PACK_YAML_SCORE_H

#include "io/pack_names.h"

void pack_yaml_score_put(struct pack_names *names, Tributary__Pack *to); // ascending by number

// Of a metric, or of point records; NULL and refused where it is none (io/pack_yaml.c).
Tributary__PackFilter *pack_yaml_filter(struct pack_names *names, const struct pack_place *place,
                                        const struct pack_schema_kind *kind, struct pack_schema_filter *from);

#endif
