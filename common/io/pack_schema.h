// The shape of a pack's YAML, by libcyaml: what keys there are and what they hold, before anything
// is known about names and numbers. Everything that a name or a value may stand in is text here.
#ifndef TRIBUTARY_IO_PACK_SCHEMA_H
#define TRIBUTARY_IO_PACK_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

// Strings that are not there are NULL.
struct pack_schema_title {
	char *zh, *en;
};

struct pack_schema_option {
	uint32_t code;
	char *name;
	struct pack_schema_title title;
	char **also;
	unsigned also_count;
	bool retired;
};

struct pack_schema_field {
	uint32_t number;
	char *name;
	struct pack_schema_title title, hint;
	char *type, *lane, *authority, *refers;
	bool required, keyed, unique, carry, stays, shared_with_second, evidence;
	char *pattern, *preset;
	char *minimum, *maximum;
	bool series;
	char *series_when;
	uint32_t series_version;
	struct pack_schema_option *options;
	unsigned options_count;
	char **headings;
	unsigned headings_count;
	bool retired;
};

struct pack_schema_workflow; // io/pack_schema_flow.h
struct pack_schema_vote;

struct pack_schema_kind {
	struct pack_schema_workflow *workflow;
	struct pack_schema_vote *vote;
	uint32_t number;
	char *name, *lane, *label, *follows, *carry_same, *carry_newest;
	char *from, *role, *arrived, *left, **approvals;
	bool erasable, retired, custody;
	unsigned approvals_count;
	struct pack_schema_title title;
	struct pack_schema_field *fields;
	unsigned fields_count;
};

struct pack_schema_unit_kind {
	char *name;
	struct pack_schema_title title;
	bool ledger, archive;
};

// One of the tests is there; which one is its key.
struct pack_schema_filter {
	char *field, *by;
	char *equal, *unequal, *less, *at_most, *greater, *at_least;
	char **in;
	unsigned in_count;
	bool exists;
};

struct pack_schema_band {
	uint32_t code;
	char *name;
	struct pack_schema_title title;
	char *from, *to;
	char **options;
	unsigned options_count;
	bool rest;
};

struct pack_schema_dimension {
	uint32_t number;
	char *name, *field, *by;
	struct pack_schema_title title;
	struct pack_schema_band *bands;
	unsigned bands_count;
};

// Entered late: more than so many days after the date in a field.
struct pack_schema_late {
	uint32_t days;
	char *after;
};

struct pack_schema_metric {
	struct pack_schema_late *late; // NULL: none
	uint32_t number;
	char *name, *kind, *aggregate, *form, *field, *from, *until, *numerator, *denominator;
	struct pack_schema_title title;
	struct pack_schema_filter *filters;
	unsigned filters_count;
	struct pack_schema_dimension *dimensions;
	unsigned dimensions_count;
};

struct pack_schema_form_group {
	struct pack_schema_title title;
	char **fields;
	unsigned fields_count;
};

struct pack_schema_form {
	char *kind;
	struct pack_schema_form_group *groups;
	unsigned groups_count;
};

// A row or a column of a report.
struct pack_schema_line {
	char *name, *metric, *cadence, *dimension, *bucket, *span, *scorecard;
	struct pack_schema_title title;
};

struct pack_schema_report {
	char *name, *period;
	struct pack_schema_title title;
	struct pack_schema_line *rows, *columns;
	unsigned rows_count, columns_count;
};

struct pack_schema_target {
	char **kinds;
	unsigned kinds_count;
	uint32_t at_least;
};

// One of metric, units, age is there.
struct pack_schema_term {
	char *metric, *dimension, *bucket, *at_least, *at_most;
	char **units;
	unsigned units_count;
	bool each, age;
};

struct pack_schema_cadence {
	uint32_t number, from_day, by_day;
	char *name, *metric, *dimension, *bucket, *every, *since, *for_each;
	struct pack_schema_title title;
	struct pack_schema_target *units;
	unsigned units_count;
	struct pack_schema_term *when;
	unsigned when_count;
};

struct pack_schema_check {
	uint32_t number;
	char *name;
	struct pack_schema_title title, hint;
	char **kinds, **under;
	unsigned kinds_count, under_count;
	struct pack_schema_term *when, *expect;
	unsigned when_count, expect_count;
};

struct pack_schema_score_item {
	uint32_t number;
	char *name, *points;
	struct pack_schema_title title;
	bool reward, proportional, full_when_none;
	char *metric, *by, *is, *target, *per_missing;
	char *assessed, *in, *field;
	char **options;
	unsigned options_count;
	char **only;
	unsigned only_count;
};

struct pack_schema_consequence {
	char *name;
	struct pack_schema_title title;
	bool loses_award;
};

struct pack_schema_score_band {
	uint32_t code;
	char *name, *from;
	struct pack_schema_title title;
	bool exempt, last;
	char **awards;
	unsigned awards_count;
	struct pack_schema_consequence *consequences;
	unsigned consequences_count;
};

// Where the points of individuals come from.
struct pack_schema_points {
	char *kind, *member, *when, *points, *sort, *standard, *from, *until;
	struct pack_schema_filter *filters;
	unsigned filters_count;
	char **exempt;
	unsigned exempt_count;
};

struct pack_schema_scorecard {
	uint32_t number;
	char *name, *period, *ranked, *reviewed, *base, *reward, *subject;
	struct pack_schema_title title;
	char **unit_kinds;
	unsigned unit_kinds_count;
	struct pack_schema_score_item *items;
	unsigned items_count;
	struct pack_schema_score_band *bands;
	unsigned bands_count;
	uint32_t *weights;
	unsigned weights_count;
	struct pack_schema_points *from;
};

struct pack_schema {
	char *name, *since;
	uint32_t version;
	struct pack_schema_title title;
	struct pack_schema_unit_kind *unit_kinds;
	unsigned unit_kinds_count;
	struct pack_schema_office *roles; // io/pack_schema_flow.h
	struct pack_schema_kind *kinds;
	unsigned roles_count, kinds_count;
	struct pack_schema_metric *metrics;
	unsigned metrics_count;
	struct pack_schema_form *forms;
	struct pack_schema_report *reports;
	struct pack_schema_layout *layouts; // io/pack_schema_layout.h
	unsigned forms_count, reports_count, layouts_count;
	struct pack_schema_cadence *cadences;
	struct pack_schema_check *checks;
	unsigned cadences_count, checks_count;
	struct pack_schema_scorecard *scorecards;
	unsigned scorecards_count;
};

// *schema is freed by pack_schema_free(). On failure *why says line, path of keys and what is wrong,
// without the file's name: "12: kinds[2].fields[3].number: ...". ERR_MALFORMED, ERR_NOMEM.
enum err pack_schema_load(struct span yaml, struct arena *arena, struct pack_schema **schema, const char **why);
void pack_schema_free(struct pack_schema *schema); // NULL is fine

#endif
