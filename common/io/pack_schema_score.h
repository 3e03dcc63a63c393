// The shape of a pack's scorecards in YAML (io/pack_schema.h has the rest).
#ifndef TRIBUTARY_IO_PACK_SCHEMA_SCORE_H
#define TRIBUTARY_IO_PACK_SCHEMA_SCORE_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t pack_schema_scorecard;

extern const cyaml_schema_value_t pack_schema_filter; // of the rest (io/pack_schema.c)

#endif
