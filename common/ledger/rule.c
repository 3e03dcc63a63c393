// A rule is judged at the end of each month at which anything that it reads changes: cells of the unit's
// own stocks, units below it, its age. Each thing that a term compares is a series of such changes.
#include "ledger/rule.h"

#include <stdlib.h>

// One number that a term compares.
struct series {
	const struct pack_term *term;
	bool condition; // of `when`; else of `expect`
	uint16_t bucket;
	int64_t value;  // as of the month at hand
};

struct change {
	int32_t month;
	uint32_t series;
	int64_t delta;
};

// All that a rule reads of a unit.
struct reading {
	struct derive *look;
	const struct pack_rule *rule;
	int32_t until;  // day: units below that begin later are not there yet
	bool condition; // the terms being read are those of `when`
	struct series *series;
	size_t series_count, series_room;
	struct change *changes;
	size_t change_count, change_room;
};

bool rule_looks_at(const struct pack_rule *rule, const struct derive_unit *unit)
{
	bool under = rule->under_count == 0 || pack_duty_among(rule->under, rule->under_count, unit->parent);
	return unit->kind && under && pack_duty_among(rule->kinds, rule->kind_count, unit->kind);
}

// ---- Gathering ----

// Room for one item more in a list of the arena; NULL when that is full.
static void *grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	size_t more = *room ? 2 * *room : 16;
	void *longer = arena_array(arena, more, size);
	if (!longer)
		return NULL;
	if (count)
		memcpy(longer, list, count * size);
	*room = more;
	return longer;
}

static enum err add_series(struct reading *reading, const struct pack_term *term, uint16_t bucket)
{
	struct series *list = grow(reading->look->arena, reading->series, reading->series_count, &reading->series_room, sizeof *list);
	if (!list)
		return ERR_BUDGET;
	list[reading->series_count++] = (struct series){ .term = term, .condition = reading->condition, .bucket = bucket };
	reading->series = list;
	return ERR_OK;
}

// To the series added last.
static enum err add_change(struct reading *reading, int32_t month, int64_t delta)
{
	struct change *list = grow(reading->look->arena, reading->changes, reading->change_count, &reading->change_room, sizeof *list);
	if (!list)
		return ERR_BUDGET;
	list[reading->change_count++] = (struct change){
		.month = month, .series = (uint32_t)reading->series_count - 1, .delta = delta,
	};
	reading->changes = list;
	return ERR_OK;
}

static enum err read_metric(struct reading *reading, const struct pack_term *term)
{
	const struct pack_measure *measure = &term->measure;
	uint8_t dimension = measure->dimension ? measure->dimension->number : 0;
	uint32_t bucket = measure->bucket;
	struct cell cell;
	enum err err = term->each ? ERR_OK : add_series(reading, term, measure->bucket);
	struct cell_scan scan = cell_scan_begin_dimension(reading->look->txn, &reading->look->owner, measure->metric->number, dimension);
	for (bool first = true; !err && cell_scan_next(&scan, &cell); first = false) {
		if (term->each && (first || cell.key.bucket != bucket))
			err = add_series(reading, term, cell.key.bucket);
		else if (cell.key.bucket != bucket)
			continue;
		bucket = cell.key.bucket;
		if (!err)
			err = add_change(reading, cell.key.month, cell.value);
	}
	cell_scan_end(&scan);
	return err ? err : reading->look->txn->err;
}

static enum err read_units(struct reading *reading, const struct pack_term *term)
{
	const struct derive_unit *unit = reading->look->unit;
	enum err err = add_series(reading, term, 0);
	for (size_t i = 0; i < unit->change_count && !err; i++) {
		const struct derive_change *change = &unit->changes[i];
		if (change->day <= reading->until && pack_duty_among(term->kinds, term->kind_count, change->kind))
			err = add_change(reading, date_month(change->day), change->delta);
	}
	return err;
}

// Nothing changes but the calendar: the months in which an end of the term is reached.
static enum err read_age(struct reading *reading, const struct pack_term *term)
{
	const int64_t ends[] = { term->at_least, term->at_most == INT64_MAX ? INT64_MAX : term->at_most + 1 };
	enum err err = add_series(reading, term, 0);
	for (size_t i = 0; i < 2 && !err; i++)
		if (ends[i] <= CELL_DAY_MAX - (int64_t)reading->look->unit->since)
			err = add_change(reading, date_month(reading->look->unit->since + (int32_t)ends[i]), 0);
	return err;
}

static enum err read_terms(struct reading *reading, const struct pack_term *terms, size_t count)
{
	static enum err (*const read[PACK_TERM_OF_END])(struct reading *reading, const struct pack_term *term) = {
		[PACK_TERM_METRIC] = read_metric, [PACK_TERM_UNITS] = read_units, [PACK_TERM_AGE] = read_age,
	};
	enum err err = ERR_OK;
	for (size_t i = 0; i < count && !err; i++)
		err = read[terms[i].of](reading, &terms[i]);
	return err;
}

static int by_month(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	return (a->series > b->series) - (a->series < b->series);
}

static enum err read_rule(struct reading *reading)
{
	reading->condition = true;
	enum err err = read_terms(reading, reading->rule->when, reading->rule->when_count);
	reading->condition = false;
	if (!err)
		err = read_terms(reading, reading->rule->expect, reading->rule->expect_count);
	if (!err && reading->change_count > 1)
		qsort(reading->changes, reading->change_count, sizeof *reading->changes, by_month);
	return err;
}

// ---- Judging ----

static int64_t add_capped(int64_t a, int64_t b)
{
	if (b >= 0)
		return a <= INT64_MAX - b ? a + b : INT64_MAX;
	return a >= INT64_MIN - b ? a + b : INT64_MIN;
}

// Takes in the changes up to a month, from the *next one on.
static void advance(struct reading *reading, size_t *next, int32_t month)
{
	for (; *next < reading->change_count && reading->changes[*next].month <= month; ++*next) {
		struct series *series = &reading->series[reading->changes[*next].series];
		series->value = add_capped(series->value, reading->changes[*next].delta);
	}
}

static int64_t value_on(const struct reading *reading, const struct series *series, int32_t day)
{
	return series->term->of == PACK_TERM_AGE ? (int64_t)day - reading->look->unit->since : series->value;
}

// A bucket in which there is nothing does not occur.
static bool holds(const struct reading *reading, const struct series *series, int32_t day)
{
	int64_t value = value_on(reading, series, day);
	bool absent = series->term->each && value == 0;
	return absent || (value >= series->term->at_least && value <= series->term->at_most);
}

// Does the rule apply, and is something not as it expects?
static bool warns(const struct reading *reading, int32_t day)
{
	bool found = false;
	for (size_t i = 0; i < reading->series_count; i++) {
		if (holds(reading, &reading->series[i], day))
			continue;
		if (reading->series[i].condition)
			return false;
		found = true;
	}
	return found;
}

enum err rule_find(struct derive *look, const struct pack_rule *rule, int32_t day, struct rule_finding **findings,
                   size_t *count)
{
	struct reading reading = { .look = look, .rule = rule, .until = day };
	size_t next = 0;
	*count = 0;
	*findings = NULL;
	if (!rule_looks_at(rule, look->unit) || day < look->unit->since || day >= look->unit->closed)
		return ERR_OK;
	enum err err = read_rule(&reading);
	if (err)
		return err;
	advance(&reading, &next, date_month(day));
	if (!warns(&reading, day))
		return ERR_OK;
	struct rule_finding *list = arena_array(look->arena, reading.series_count, sizeof *list);
	for (size_t i = 0; list && i < reading.series_count; i++) {
		const struct series *series = &reading.series[i];
		if (!series->condition && !holds(&reading, series, day))
			list[(*count)++] = (struct rule_finding){
				.term = series->term, .bucket = series->bucket, .value = value_on(&reading, series, day),
			};
	}
	*findings = list;
	return list ? ERR_OK : ERR_BUDGET;
}

enum err rule_warned(struct txn *txn, const struct cell_owner *owner, const struct pack_rule *rule, int32_t month,
                     int64_t *units)
{
	struct cell cell;
	*units = 0;
	struct cell_scan scan = cell_scan_begin_dimension(txn, owner, CELL_METRIC_CHECK, rule->number);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.bucket == RULE_WARNS && cell.key.month <= month)
			*units = add_capped(*units, cell.value);
	cell_scan_end(&scan);
	return txn->err;
}

// ---- Derived cells ----

static enum err put_turn(struct derive *derive, struct cell_key key, int32_t month, bool warned, bool warns_now)
{
	key.month = month;
	return warned == warns_now ? ERR_OK : derive_put(derive, &key, warns_now ? 1 : -1);
}

// From a month on to the one in which the unit is closed.
static enum err put_turns(struct derive *derive, const struct pack_rule *rule, struct cell_key key, int32_t begin)
{
	struct reading reading = { .look = derive, .rule = rule, .until = INT32_MAX };
	int32_t end = derive->unit->closed == INT32_MAX ? INT32_MAX : date_month(derive->unit->closed);
	enum err err = begin < end ? read_rule(&reading) : ERR_OK;
	bool warned = false;
	size_t next = 0;
	for (int32_t month = begin; !err && month < end;) {
		advance(&reading, &next, month);
		bool now = warns(&reading, date_month_end(month));
		err = put_turn(derive, key, month, warned, now);
		warned = now;
		month = next < reading.change_count ? reading.changes[next].month : INT32_MAX;
	}
	return err || end == INT32_MAX ? err : put_turn(derive, key, end, warned, false);
}

enum err rule_put_turns(struct derive *derive, const struct pack_term *terms, size_t count, struct cell_key key,
                        int32_t begin)
{
	const struct pack_rule rule = { .expect = terms, .expect_count = count };
	return put_turns(derive, &rule, key, begin);
}

// A rule looks from the first month of figures in which the unit is there.
static enum err derive_one(struct derive *derive, const struct pack_rule *rule)
{
	const struct cell_key key = { .metric = CELL_METRIC_CHECK, .dimension = rule->number, .bucket = RULE_WARNS };
	int32_t begin = date_month(derive->unit->since);
	return put_turns(derive, rule, key, begin < derive->pack->since ? derive->pack->since : begin);
}

enum err rule_derive(struct derive *derive)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->rule_count && !err; i++) {
		arena_reset(derive->arena);
		if (rule_looks_at(&derive->pack->rules[i], derive->unit))
			err = derive_one(derive, &derive->pack->rules[i]);
	}
	return err;
}
