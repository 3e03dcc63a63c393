// A pack: a ledger definition as data (DESIGN 7). Decoded once into an arena, then read-only.
// The engine knows nothing of any one organisation: all it knows stands here.
#ifndef TRIBUTARY_LEDGER_PACK_H
#define TRIBUTARY_LEDGER_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "ledger/value.h"
#include "log/lane.h"

// Who may write a field (DESIGN 6).
//        name      no  who
#define AUTHORITY_LIST(X)                                        \
	X(OWN,      1, "the unit whose record it is")             \
	X(PARENT,   2, "the unit above it")                       \
	X(ANCESTOR, 3, "any unit above it")                       \
	X(BOTH,     4, "the unit and the one above it")

enum authority {
#define AUTHORITY_ENUM(name, number, who) AUTHORITY_##name = number,
	AUTHORITY_LIST(AUTHORITY_ENUM)
#undef AUTHORITY_ENUM
	AUTHORITY_END
};

// What the author is to the owner of a record; found by org/charter.
enum relation { RELATION_NONE, RELATION_OWN, RELATION_PARENT, RELATION_ANCESTOR };

bool authority_allows(enum authority authority, enum relation relation);
const char *authority_name(enum authority authority); // "own"; "?" for what is none
bool authority_parse(const char *text, enum authority *authority);

// Bounds of one list each, so that checking a pack stays cheap whatever it holds.
#define PACK_OPTIONS_MAX  1024
#define PACK_HEADINGS_MAX 16
#define PACK_ALIASES_MAX  16
#define PACK_FILTERS_MAX  16
#define PACK_BANDS_MAX    256

// Ends of bands without a beginning or an end.
#define PACK_AGE_MIN  0 // years
#define PACK_AGE_MAX  999
#define PACK_LATE_DAYS_MAX 3660
#define PACK_MONTHS_MAX (12 * PACK_AGE_MAX)

struct title {
	const char *zh, *en; // never NULL; either may be empty
};

struct pack_option {
	uint16_t code;
	const char *name;
	struct title title;
	size_t alias_count;
	const char *const *aliases; // further words that mean it when they are typed or imported
	bool retired;             // still read; not offered any more
};

struct pack_field {
	uint8_t number;
	const char *name;
	struct title title, hint;
	enum value_type type;
	enum lane lane;
	enum authority authority;
	bool required;
	bool keyed;               // elements with keys: a set (type bool) or a map
	int64_t minimum, maximum; // both 0: none
	uint16_t refers;          // record kind number, or 0
	size_t option_count;
	const struct pack_option *options;
	size_t heading_count;
	const char *const *headings;
	const char *pattern;      // of text; NULL: none
	bool unique;              // within the unit: put and import refuse a second record with the same value
	bool carry;               // a new record takes over an earlier one's value (ledger/carry)
	bool stays;               // where its record moves with a person, this does not
	bool shared_with_second;  // goes to the second unit of a person who is attached to one
	bool evidence;            // of files: a record is complete once it has one
	struct value preset;      // `default`: of a new record where nothing is entered; VALUE_IS_NONE: nothing
	bool retired;             // its number and what was entered stay; not offered any more
	bool series;              // numbers without gaps, issued by the device (ledger/series)
	uint8_t series_when;      // once this field is filled in; 0: at once
	uint32_t series_version;  // entries of older packs are not judged
};

struct workflow;
struct vote;

#define PACK_OFFICES_MAX 32

// What a verb of its own writes. The last three: ledger/pack_presence.h.
enum pack_role { PACK_ROLE_NONE = 0, PACK_ROLE_THEME, PACK_ROLE_CIRCULAR, PACK_ROLE_ATTACHMENT, PACK_ROLE_GUEST,
                 PACK_ROLE_ACTIVITY_ELSEWHERE, PACK_ROLE_END };

struct pack_kind {
	uint16_t number;
	const char *name;
	struct title title;
	enum lane lane;
	uint8_t label;            // number of the field that names a record
	bool erasable;            // speaks of persons: entries carry a salt, and may be erased
	bool custody;             // a record is a person with exactly one home (org/custody)
	uint8_t arrived, left;    // of such a kind: date fields set where a member comes to and goes from, or 0
	uint8_t approvals;        // and who must approve a transfer: bits of enum pack_approval
	uint8_t follows;          // field that names the member with whom its records move; 0: they stay
	uint8_t carry_same, carry_newest; // fields, or 0: from which record values are carried
	size_t field_count;
	const struct pack_field *fields;
	const struct pack_field *by_number[LIMIT_FIELDS_PER_RECORD];
	const struct pack_field *const *order; // all fields as its form has them, the retired ones last
	size_t offered;           // how many of them are not retired
	bool retired;             // what was recorded stays; not offered any more
	const struct workflow *workflow; // ledger/workflow; NULL: none
	const struct vote *vote;         // ledger/vote; NULL: none
	bool has_series;                 // some field is a series
	bool from_above;          // records of a superior's own unit, in `down`: read by all below it, written by it alone
	enum pack_role role;
};

enum pack_approval { PACK_APPROVAL_REGISTRAR = 1, PACK_APPROVAL_WITNESS = 2 }; // of the receiving unit

// A role that devices hold by the charter (org/charter_role); moves of workflows may ask for it.
struct pack_office {
	const char *name;
	struct title title;
	bool strict;              // nobody may before somebody was granted it; else any device of the unit may until then
	uint8_t number;           // place in the list, from 1
};

struct pack_unit_kind {
	const char *name;
	struct title title;
	bool ledger;              // keeps records and is expected to report
	bool archive;             // keeps the originals of files of the units below it
};

// Distinct: values of a field, or keys of a keyed one, among the records of a month. The last two: of a field.
enum metric_aggregate { METRIC_COUNT = 1, METRIC_SUM = 2, METRIC_ELEMENTS = 3, METRIC_RATIO = 4, METRIC_DISTINCT = 5,
                        METRIC_MINIMUM = 6, METRIC_MAXIMUM = 7, METRIC_END };
enum metric_form { METRIC_FLOW = 1, METRIC_STOCK = 2 };
enum filter_test { FILTER_EQUAL = 1, FILTER_UNEQUAL, FILTER_LESS, FILTER_AT_MOST, FILTER_GREATER, FILTER_AT_LEAST,
                   FILTER_IN, FILTER_EXISTS, FILTER_END };
// What a dimension's buckets are cut by: option code or number of the field, years between the
// field and the end of the period (age), the date itself.
enum dimension_by { DIMENSION_VALUE = 1, DIMENSION_AGE = 2, DIMENSION_DATE = 3 };

// What of a field a filter compares: its value; or whole years, or months, from its day to the end of the month.
enum filter_by { FILTER_BY_VALUE = 0, FILTER_BY_AGE = 1, FILTER_BY_MONTHS = 2 };

struct pack_filter {
	uint8_t field;
	enum filter_by by;
	enum filter_test test;
	size_t number_count;
	const int64_t *numbers;
};

struct pack_band {
	uint16_t code;
	const char *name;
	struct title title;
	int64_t from, to;         // inclusive; both 0 and no options: the rest
	size_t option_count;
	const uint16_t *options;  // of an option field: the codes in this band
};

struct pack_dimension {
	uint8_t number;           // 1..63 (CELL_DIMENSION_MAX); 0 is the total
	const char *name;
	struct title title;
	uint8_t field;
	const struct pack_field *cut; // that field; of a ratio's dimension, its numerator's
	enum dimension_by by;
	size_t band_count;        // 0: one bucket per option code
	const struct pack_band *bands;
};

struct pack_metric {
	uint16_t number;          // 1..0xfeff; above are the engine's own (ledger/cell.h)
	const char *name;
	struct title title;
	const struct pack_kind *kind; // NULL for a ratio
	enum metric_aggregate aggregate;
	enum metric_form form;
	uint8_t field, from, until;
	size_t filter_count;
	const struct pack_filter *filters;
	size_t dimension_count;
	const struct pack_dimension *dimensions; // of a ratio: those that both of its metrics have alike
	uint16_t numerator, denominator; // METRIC_RATIO: metric numbers
	uint8_t late_after;       // date field, or 0: only records count that were received (ledger/late) ...
	int32_t late_days;        // ... more than so many days after it
};

struct pack_cadence; // ledger/pack_duty.h
struct pack_rule;

struct pack {
	const char *name;
	uint32_t version;
	struct title title;
	int32_t since;            // month: what lies before counts as of then (stocks) or not at all (flows)
	size_t unit_kind_count;
	const struct pack_unit_kind *unit_kinds;
	size_t office_count;
	const struct pack_office *offices; // at most PACK_OFFICES_MAX
	size_t kind_count;
	const struct pack_kind *kinds;     // ascending by number
	size_t metric_count;
	const struct pack_metric *metrics; // ascending by number
	size_t form_count, report_count;
	const struct pack_form *forms;     // ledger/pack_form.h
	const struct pack_report *reports;
	size_t cadence_count;
	const struct pack_cadence *cadences; // ascending by number
	size_t rule_count;
	const struct pack_rule *rules;     // ascending by number
	size_t layout_count;
	const struct pack_layout *layouts;   // ledger/pack_layout.h
	size_t scorecard_count;
	const struct pack_scorecard *scorecards; // ledger/pack_score.h; ascending by number
};

// Decodes and checks everything: numbers, names, titles and headings unique, references resolved,
// bounds of base/limits.h, enums in range, fields fit for what a metric does with them; what is
// written from above lies in the lane `down`, the only one of the writer's that the unit reads.
// On failure *why points at one sentence that names the place, in the arena or static; else it is
// NULL. ERR_MALFORMED, ERR_RANGE, ERR_TOO_LARGE, ERR_BUDGET.
enum err pack_decode(struct span bytes, struct arena *arena, const struct pack **pack, const char **why);

const struct pack_office *pack_office_by_name(const struct pack *pack, const char *name); // name, or title; NULL: none
const struct pack_kind *pack_kind_by_number(const struct pack *pack, uint32_t number); // NULL: not known here
const struct pack_kind *pack_kind_by_name(const struct pack *pack, const char *name);  // name, or title in zh or en
const struct pack_kind *pack_kind_by_role(const struct pack *pack, enum pack_role role); // NULL: the pack has none
const struct pack_field *pack_field_by_name(const struct pack_kind *kind, const char *name); // also titles and headings
const struct pack_field *pack_field_by_heading(const struct pack_kind *kind, struct span heading); // of a spreadsheet
const struct pack_metric *pack_metric_by_number(const struct pack *pack, uint32_t number);
const struct pack_metric *pack_metric_by_name(const struct pack *pack, const char *name);
bool pack_metric_adds_up(const struct pack_metric *metric);  // neither a ratio nor an extreme
bool pack_metric_of_month(const struct pack_metric *metric); // it looks at all records of a month together
const struct pack_dimension *pack_dimension_by_name(const struct pack_metric *metric, const char *name);
const struct pack_unit_kind *pack_unit_kind_by_name(const struct pack *pack, const char *name);
// Does the server above units, itself of that kind, keep the originals of their files? Where no kind is named, each does.
bool pack_archives(const struct pack *pack, const char *unit_kind);
const struct pack_option *pack_option_by_code(const struct pack_field *field, int64_t code);

#endif
