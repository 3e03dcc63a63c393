// libcyaml's tables of scorecards.
#include "io/pack_schema_score.h"

#include "io/pack_schema.h"
#include "io/pack_schema_words.h"

static const cyaml_schema_value_t weight = {
	CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint32_t),
};

static const cyaml_schema_field_t item_fields[] = {
	NUMBER("number", struct pack_schema_score_item, number),
	TEXT("name", struct pack_schema_score_item, name),
	TITLE("title", struct pack_schema_score_item, title),
	TEXT("points", struct pack_schema_score_item, points),
	FLAG("reward", struct pack_schema_score_item, reward),
	MAYBE("metric", struct pack_schema_score_item, metric),
	MAYBE("by", struct pack_schema_score_item, by),
	MAYBE("is", struct pack_schema_score_item, is),
	MAYBE("target", struct pack_schema_score_item, target),
	FLAG("proportional", struct pack_schema_score_item, proportional),
	MAYBE("per_missing", struct pack_schema_score_item, per_missing),
	FLAG("full_when_none", struct pack_schema_score_item, full_when_none),
	MAYBE("assessed", struct pack_schema_score_item, assessed),
	MAYBE("in", struct pack_schema_score_item, in),
	MAYBE("field", struct pack_schema_score_item, field),
	LIST("options", struct pack_schema_score_item, options, word),
	LIST("only", struct pack_schema_score_item, only, word),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t item = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_score_item, item_fields),
};

static const cyaml_schema_field_t consequence_fields[] = {
	TEXT("name", struct pack_schema_consequence, name),
	TITLE("title", struct pack_schema_consequence, title),
	FLAG("loses_award", struct pack_schema_consequence, loses_award),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t consequence = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_consequence, consequence_fields),
};

static const cyaml_schema_field_t band_fields[] = {
	NUMBER("code", struct pack_schema_score_band, code),
	TEXT("name", struct pack_schema_score_band, name),
	TITLE("title", struct pack_schema_score_band, title),
	MAYBE("from", struct pack_schema_score_band, from),
	FLAG("exempt", struct pack_schema_score_band, exempt),
	LIST("awards", struct pack_schema_score_band, awards, word),
	FLAG("last", struct pack_schema_score_band, last),
	LIST("consequences", struct pack_schema_score_band, consequences, consequence),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t band = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_score_band, band_fields),
};

static const cyaml_schema_field_t points_fields[] = {
	TEXT("kind", struct pack_schema_points, kind),
	TEXT("member", struct pack_schema_points, member),
	TEXT("when", struct pack_schema_points, when),
	TEXT("points", struct pack_schema_points, points),
	MAYBE("sort", struct pack_schema_points, sort),
	LIST("filters", struct pack_schema_points, filters, pack_schema_filter),
	LIST("exempt", struct pack_schema_points, exempt, word),
	MAYBE("standard", struct pack_schema_points, standard),
	MAYBE("from", struct pack_schema_points, from),
	MAYBE("until", struct pack_schema_points, until),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t scorecard_fields[] = {
	NUMBER("number", struct pack_schema_scorecard, number),
	TEXT("name", struct pack_schema_scorecard, name),
	TITLE("title", struct pack_schema_scorecard, title),
	TEXT("period", struct pack_schema_scorecard, period),
	LIST("unit_kinds", struct pack_schema_scorecard, unit_kinds, word),
	MAYBE("ranked", struct pack_schema_scorecard, ranked),
	MAYBE("reviewed", struct pack_schema_scorecard, reviewed),
	MAYBE("base", struct pack_schema_scorecard, base),
	MAYBE("reward", struct pack_schema_scorecard, reward),
	LIST("items", struct pack_schema_scorecard, items, item),
	LIST("bands", struct pack_schema_scorecard, bands, band),
	LIST("weights", struct pack_schema_scorecard, weights, weight),
	MAYBE("subject", struct pack_schema_scorecard, subject),
	CYAML_FIELD_MAPPING_PTR("from", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct pack_schema_scorecard, from,
	                        points_fields),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t pack_schema_scorecard = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_scorecard, scorecard_fields),
};
