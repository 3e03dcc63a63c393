// Cadences and rules of a pack being decoded: every metric, dimension, bucket and unit kind that they
// name is there, and what is asked can be had from it.
#include "ledger/pack_duty.h"

#include <inttypes.h>

#include "base/date.h"
#include "ledger/pack_check.h"

// ---- Looking up ----

static bool named(const char *name, const struct title *title, const char *text)
{
	return *text && (strcmp(name, text) == 0 || strcmp(title->zh, text) == 0 || strcmp(title->en, text) == 0);
}

const struct pack_cadence *pack_duty_cadence(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->cadence_count; i++)
		if (named(pack->cadences[i].name, &pack->cadences[i].title, name))
			return &pack->cadences[i];
	return NULL;
}

const struct pack_rule *pack_duty_rule(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->rule_count; i++)
		if (named(pack->rules[i].name, &pack->rules[i].title, name))
			return &pack->rules[i];
	return NULL;
}

int64_t pack_duty_at_least(const struct pack_cadence *cadence, const struct pack_unit_kind *kind)
{
	for (size_t i = 0; kind && i < cadence->target_count; i++)
		if (cadence->targets[i].kind == kind)
			return cadence->targets[i].at_least;
	return 0;
}

bool pack_duty_among(const struct pack_unit_kind *const *kinds, size_t count, const struct pack_unit_kind *kind)
{
	for (size_t i = 0; i < count; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

// ---- What they refer to ----

static const struct pack_unit_kind *need_unit_kind(struct pack_check *check, const struct pack_place *place,
                                                   const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->unit_kind_count; i++)
		if (strcmp(pack->unit_kinds[i].name, name) == 0)
			return &pack->unit_kinds[i];
	pack_check_refuse(check, ERR_MALFORMED, place, "no unit kind is called \"%.64s\"", name);
	return NULL;
}

static const struct pack_unit_kind *const *need_unit_kinds(struct pack_check *check, const struct pack_place *place,
                                                           const struct pack *pack, char *const *names, size_t count)
{
	const struct pack_unit_kind **kinds = pack_check_list(check, place, "unit kinds", count, PACK_RULE_KINDS_MAX,
	                                                      sizeof *kinds);
	for (size_t i = 0; !check->err && i < count; i++) {
		kinds[i] = need_unit_kind(check, place, pack, names[i]);
		if (kinds[i] && pack_duty_among(kinds, i, kinds[i]))
			pack_check_refuse(check, ERR_MALFORMED, place, "unit kind \"%s\" stands there twice", kinds[i]->name);
	}
	return kinds;
}

static bool has_bucket(const struct pack_dimension *dimension, uint32_t bucket)
{
	for (size_t i = 0; i < dimension->band_count; i++)
		if (dimension->bands[i].code == bucket)
			return true;
	return dimension->band_count == 0 && dimension->cut && pack_option_by_code(dimension->cut, bucket);
}

static const struct pack_dimension *need_dimension(struct pack_check *check, const struct pack_place *place,
                                                   const struct pack_metric *metric, uint32_t number)
{
	for (size_t i = 0; i < metric->dimension_count; i++)
		if (metric->dimensions[i].number == number)
			return &metric->dimensions[i];
	pack_check_refuse(check, ERR_MALFORMED, place, "metric \"%s\" has no dimension %" PRIu32, metric->name, number);
	return NULL;
}

// Sums of records alone: what is counted in other ways does not add up over months.
static bool adds_up(const struct pack_metric *metric)
{
	return metric->aggregate == METRIC_COUNT || metric->aggregate == METRIC_SUM || metric->aggregate == METRIC_ELEMENTS;
}

static bool is_flow(const struct pack_metric *metric) { return metric->form == METRIC_FLOW && adds_up(metric); }
static bool is_stock(const struct pack_metric *metric) { return metric->form == METRIC_STOCK && adds_up(metric); }

// A stock whose records cease to count by the calendar, within a few years: no period far ahead is met by them.
static bool passes(const struct pack_metric *metric)
{
	bool ends = false;
	for (size_t i = 0; i < metric->filter_count; i++) {
		const struct pack_filter *filter = &metric->filters[i];
		bool upper = filter->test == FILTER_LESS || filter->test == FILTER_AT_MOST;
		ends |= filter->by == FILTER_BY_MONTHS && upper && filter->numbers[0] <= PACK_PASSES_MONTHS;
	}
	return ends;
}

// What is done for each of several: also how many different ones did it, or have it for now.
static bool is_for_each(const struct pack_metric *metric)
{
	bool distinct = metric->form == METRIC_FLOW && metric->aggregate == METRIC_DISTINCT;
	return is_flow(metric) || distinct || (is_stock(metric) && passes(metric));
}

struct wanted {
	bool (*is)(const struct pack_metric *metric);
	const char *what;
};

static const struct wanted flow = { is_flow, "flow that counts, sums or takes elements" };
static const struct wanted stock = { is_stock, "stock that counts, sums or takes elements" };
static const struct wanted for_each = { is_for_each, "flow, nor a stock that a filter by months_since (at_most 120) ends" };

static const struct pack_metric *need_metric(struct pack_check *check, const struct pack_place *place, const struct pack *pack,
                                             const char *key, const struct wanted *wanted, uint32_t number)
{
	const struct pack_metric *metric = pack_metric_by_number(pack, number);
	if (!metric)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: the pack has no metric %" PRIu32, key, number);
	else if (!wanted->is(metric))
		pack_check_refuse(check, ERR_MALFORMED, place, "%s \"%s\" is no %s", key, metric->name, wanted->what);
	return metric;
}

static struct pack_measure need_measure(struct pack_check *check, const struct pack_place *place, const struct pack *pack,
                                        const struct wanted *wanted, uint32_t metric, uint32_t dimension, uint32_t bucket)
{
	struct pack_measure measure = { .metric = need_metric(check, place, pack, "metric", wanted, metric) };
	if (check->err || (dimension == 0 && bucket == 0))
		return measure;
	pack_check_range(check, place, "dimension", dimension, 1, UINT8_MAX);
	pack_check_range(check, place, "bucket", bucket, 0, UINT16_MAX);
	measure.dimension = check->err ? NULL : need_dimension(check, place, measure.metric, dimension);
	measure.bucket = (uint16_t)bucket;
	return measure;
}

static void need_bucket(struct pack_check *check, const struct pack_place *place, const struct pack_measure *measure)
{
	if (measure->dimension && !has_bucket(measure->dimension, measure->bucket))
		pack_check_refuse(check, ERR_MALFORMED, place, "dimension \"%s\" has no bucket %d", measure->dimension->name,
		                  measure->bucket);
}

// ---- Terms ----

static void check_term(struct pack_check *check, const struct pack_place *place, const Tributary__PackTerm *from)
{
	bool metric = from->of == PACK_TERM_METRIC, units = from->of == PACK_TERM_UNITS;
	pack_check_range(check, place, "of", from->of, PACK_TERM_METRIC, PACK_TERM_OF_END - 1);
	if (!metric && (from->metric || from->dimension || from->bucket || from->each))
		pack_check_refuse(check, ERR_MALFORMED, place, "a term speaks of a metric, of units or of the age, not of two");
	if (units != (from->n_kinds > 0))
		pack_check_refuse(check, ERR_MALFORMED, place, "unit kinds belong to a term that counts units");
	if (from->each && (from->dimension == 0 || from->bucket))
		pack_check_refuse(check, ERR_MALFORMED, place, "each: needs a dimension, and no bucket of it");
	bool low = from->at_least < 0 || from->at_least > PACK_AMOUNT_MAX;
	bool high = from->open ? from->at_most != 0 : from->at_most < from->at_least || from->at_most > PACK_AMOUNT_MAX;
	if (low || high)
		pack_check_refuse(check, ERR_RANGE, place, "at_least and at_most: expected 0 or more, and no less at most than at least");
	else if (from->open && from->at_least == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "expected at_least or at_most");
}

static void decode_term(struct pack_check *check, const struct pack_place *place, const Tributary__PackTerm *from,
                        const struct pack *pack, struct pack_term *to)
{
	check_term(check, place, from);
	if (check->err)
		return;
	*to = (struct pack_term){
		.of = (enum pack_term_of)from->of,
		.each = from->each,
		.at_least = from->at_least,
		.at_most = from->open ? INT64_MAX : from->at_most,
	};
	if (to->of == PACK_TERM_METRIC)
		to->measure = need_measure(check, place, pack, &stock, from->metric, from->dimension, from->bucket);
	if (!check->err && !to->each)
		need_bucket(check, place, &to->measure);
	to->kinds = need_unit_kinds(check, place, pack, from->kinds, from->n_kinds);
	to->kind_count = check->err ? 0 : from->n_kinds;
}

static const struct pack_term *decode_terms(struct pack_check *check, const struct pack_place *place, const char *list,
                                            const struct pack *pack, Tributary__PackTerm *const *from, size_t count)
{
	struct pack_term *terms = pack_check_list(check, place, "terms", count, PACK_TERMS_MAX, sizeof *terms);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = place, .list = list, .name = "", .index = i };
		decode_term(check, &at, from[i], pack, &terms[i]);
	}
	return terms;
}

// ---- Cadences ----

static void decode_targets(struct pack_check *check, const struct pack_place *place, const Tributary__PackCadence *from,
                           const struct pack *pack, struct pack_cadence *to)
{
	size_t count = 0;
	for (size_t i = 0; i < from->n_targets; i++)
		count += from->targets[i]->n_kinds;
	struct pack_cadence_target *targets = pack_check_list(check, place, "unit kinds", count, PACK_TARGETS_MAX,
	                                                      sizeof *targets);
	to->targets = targets;
	for (size_t i = 0; !check->err && i < from->n_targets; i++) {
		const Tributary__PackCadenceTarget *target = from->targets[i];
		struct pack_place at = { .up = place, .list = "units", .name = "", .index = i };
		pack_check_range(check, &at, "at_least", target->at_least, 1, INT32_MAX);
		for (size_t k = 0; !check->err && k < target->n_kinds; k++) {
			const struct pack_unit_kind *kind = need_unit_kind(check, &at, pack, target->kinds[k]);
			if (kind && !kind->ledger)
				pack_check_refuse(check, ERR_MALFORMED, &at, "units of kind \"%s\" keep no ledger", kind->name);
			if (kind && pack_duty_at_least(to, kind))
				pack_check_refuse(check, ERR_MALFORMED, &at, "unit kind \"%s\" stands there twice", kind->name);
			targets[to->target_count++] = (struct pack_cadence_target){ .kind = kind, .at_least = target->at_least };
		}
	}
	if (count == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "units: it is asked of no kind of unit");
}

// Days are known of a record's date alone; and a window within a month says nothing of a quarter.
static void check_window(struct pack_check *check, const struct pack_place *place, const struct pack_cadence *cadence)
{
	const struct pack_metric *metric = cadence->of.metric;
	const struct pack_field *from = metric->kind ? metric->kind->by_number[metric->from] : NULL;
	if (cadence->every != 1)
		pack_check_refuse(check, ERR_MALFORMED, place, "from_day and by_day: only every month has such a window");
	else if (!from || from->type != VALUE_DATE)
		pack_check_refuse(check, ERR_MALFORMED, place, "by_day: metric \"%s\" falls on no date", metric->name);
	else if (cadence->from_day > cadence->by_day)
		pack_check_refuse(check, ERR_RANGE, place, "from_day is later than by_day");
}

static void check_every(struct pack_check *check, const struct pack_place *place, uint32_t every)
{
	if (every != 1 && every != 3 && every != 6 && every != 12)
		pack_check_refuse(check, ERR_RANGE, place, "every: %" PRIu32 " months, expected 1, 3, 6 or 12", every);
}

static void decode_cadence(struct pack_check *check, const struct pack_place *place, const Tributary__PackCadence *from,
                           const struct pack *pack, struct pack_cadence *to)
{
	bool window = from->from_day || from->by_day;
	int64_t since = from->since ? from->since : pack->since;
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, UINT8_MAX);
	pack_check_range(check, place, "from_day", from->from_day, 0, 31);
	pack_check_range(check, place, "by_day", from->by_day, window, 31);
	check_every(check, place, from->every);
	if (since < pack->since || since >= (DATE_YEAR_MAX + 1) * 12)
		pack_check_refuse(check, ERR_RANGE, place, "since: not a month of this ledger");
	if (check->err)
		return;
	*to = (struct pack_cadence){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.of = need_measure(check, place, pack, from->for_each ? &for_each : &flow, from->metric, from->dimension, from->bucket),
		.every = (int32_t)from->every,
		.from_day = window && from->from_day == 0 ? 1 : (int32_t)from->from_day,
		.by_day = (int32_t)from->by_day,
		.since = (int32_t)since,
	};
	if (!check->err)
		need_bucket(check, place, &to->of);
	if (!check->err && from->for_each)
		to->each = need_metric(check, place, pack, "for_each", &stock, from->for_each);
	if (!check->err && window && to->each)
		pack_check_refuse(check, ERR_MALFORMED, place, "for_each: not with a window of days");
	if (!check->err && window)
		check_window(check, place, to);
	if (!check->err)
		decode_targets(check, place, from, pack, to);
	to->when = decode_terms(check, place, "when", pack, from->when, from->n_when);
	to->when_count = check->err ? 0 : from->n_when;
}

// A cadence is asked for beside the metrics (figures --metric), so no word means one of each.
static void check_cadence_words(struct pack_check *check, const struct pack *pack)
{
	size_t count = 3 * (pack->metric_count + pack->cadence_count), at = 0;
	struct pack_word *words = pack_check_list(check, NULL, "words", count, SIZE_MAX, sizeof *words);
	for (size_t i = 0; words && i < pack->metric_count + pack->cadence_count; i++) {
		bool metric = i < pack->metric_count;
		const struct pack_cadence *cadence = metric ? NULL : &pack->cadences[i - pack->metric_count];
		const struct title *title = metric ? &pack->metrics[i].title : &cadence->title;
		words[at++] = (struct pack_word){ .text = metric ? pack->metrics[i].name : cadence->name, .owner = i };
		words[at++] = (struct pack_word){ .text = title->zh, .owner = i };
		words[at++] = (struct pack_word){ .text = title->en, .owner = i };
	}
	pack_check_words(check, NULL, words, at);
}

static void decode_cadences(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_cadences;
	struct pack_cadence *cadences = pack_check_list(check, NULL, "cadences", count, PACK_CADENCES_MAX, sizeof *cadences);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = NULL, .list = "cadences", .name = from->cadences[i]->name, .index = i };
		decode_cadence(check, &at, from->cadences[i], to, &cadences[i]);
		if (!check->err && i && cadences[i].number <= cadences[i - 1].number)
			pack_check_refuse(check, ERR_MALFORMED, &at,
			                  "number %d: cadences stand in ascending order, each number once", cadences[i].number);
	}
	to->cadences = cadences;
	to->cadence_count = check->err ? 0 : count;
	if (!check->err && count)
		check_cadence_words(check, to);
}

// ---- Rules ----

static void decode_rule(struct pack_check *check, const struct pack_place *place, const Tributary__PackCheck *from,
                        const struct pack *pack, struct pack_rule *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, UINT8_MAX);
	if (from->n_kinds == 0 || from->n_expect == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "a check names the kinds of units it looks at, and what it expects");
	if (check->err)
		return;
	*to = (struct pack_rule){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.hint = pack_check_title(check, place, from->hint_zh, from->hint_en, false),
		.kinds = need_unit_kinds(check, place, pack, from->kinds, from->n_kinds),
		.kind_count = from->n_kinds,
		.under = need_unit_kinds(check, place, pack, from->under, from->n_under),
		.under_count = from->n_under,
		.when = decode_terms(check, place, "when", pack, from->when, from->n_when),
		.when_count = from->n_when,
		.expect = decode_terms(check, place, "expect", pack, from->expect, from->n_expect),
		.expect_count = from->n_expect,
	};
}

static void decode_rules(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_checks;
	struct pack_rule *rules = pack_check_list(check, NULL, "checks", count, PACK_RULES_MAX, sizeof *rules);
	struct pack_word *words = pack_check_list(check, NULL, "checks", count, PACK_RULES_MAX, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		const Tributary__PackCheck *rule = from->checks[i];
		struct pack_place at = { .up = NULL, .list = "checks", .name = rule->name, .index = i };
		decode_rule(check, &at, rule, to, &rules[i]);
		if (!check->err && i && rules[i].number <= rules[i - 1].number)
			pack_check_refuse(check, ERR_MALFORMED, &at, "number %d: checks stand in ascending order, each number once",
			                  rules[i].number);
		words[3 * i] = (struct pack_word){ .text = rule->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = rule->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = rule->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->rules = rules;
	to->rule_count = check->err ? 0 : count;
}

void pack_check_duties(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	decode_cadences(check, from, to);
	if (!check->err)
		decode_rules(check, from, to);
}
